/** Fourier transforms of square complex planes; a side is a power of two. */
export interface Fft2d {
  readonly side: number;
  /** In place; `re` and `im` hold side x side values. */
  forward(re: Float64Array, im: Float64Array): void;
  /** In place, not divided by the number of values. */
  inverse(re: Float64Array, im: Float64Array): void;
}

export function createFft2d(side: number): Fft2d {
  const bits = Math.log2(side);
  if (!Number.isInteger(bits) || bits < 1) throw new RangeError(`${side} is not a power of two.`);
  const cosines = new Float64Array(side / 2);
  const sines = new Float64Array(side / 2);
  for (let i = 0; i < side / 2; i++) {
    cosines[i] = Math.cos((2 * Math.PI * i) / side);
    sines[i] = -Math.sin((2 * Math.PI * i) / side);
  }
  const reversed = new Uint32Array(side);
  for (let i = 0; i < side; i++) {
    let r = 0;
    for (let b = 0; b < bits; b++) if (i & (1 << b)) r |= 1 << (bits - 1 - b);
    reversed[i] = r;
  }

  /** All rows at once, one butterfly after another along the columns: whole rows move, so memory is read in order. */
  function columns(re: Float64Array, im: Float64Array): void {
    for (let i = 0; i < side; i++) {
      const j = reversed[i]!;
      if (j <= i) continue;
      swapRows(re, i * side, j * side);
      swapRows(im, i * side, j * side);
    }
    for (let half = 1; half < side; half *= 2) {
      const turn = side / (2 * half);
      for (let block = 0; block < side; block += 2 * half) {
        for (let k = 0; k < half; k++) {
          const c = cosines[k * turn]!;
          const s = sines[k * turn]!;
          let a = (block + k) * side;
          let b = a + half * side;
          for (const end = a + side; a < end; a++, b++) {
            const tr = re[b]! * c - im[b]! * s;
            const ti = re[b]! * s + im[b]! * c;
            re[b] = re[a]! - tr;
            im[b] = im[a]! - ti;
            re[a]! += tr;
            im[a]! += ti;
          }
        }
      }
    }
  }

  function swapRows(data: Float64Array, a: number, b: number): void {
    for (let x = 0; x < side; x++) {
      const kept = data[a + x]!;
      data[a + x] = data[b + x]!;
      data[b + x] = kept;
    }
  }

  function transpose(data: Float64Array): void {
    for (let y = 0; y < side; y++) {
      for (let x = y + 1; x < side; x++) {
        const a = y * side + x;
        const b = x * side + y;
        const kept = data[a]!;
        data[a] = data[b]!;
        data[b] = kept;
      }
    }
  }

  function forward(re: Float64Array, im: Float64Array): void {
    columns(re, im);
    transpose(re);
    transpose(im);
    columns(re, im);
    transpose(re);
    transpose(im);
  }

  return {
    side,
    forward,
    // Real and imaginary part changing places before and after turns the transform round.
    inverse: (re, im) => forward(im, re),
  };
}
