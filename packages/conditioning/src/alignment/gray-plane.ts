/** Brightness of a picture, encoded or linear, in any range; row-major, top row first. */
export interface GrayPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * Resamples to another size by the share of each source pixel that lies in a target pixel, so that nothing aliases
 * and places keep their share of the width and height. Going up it repeats pixels.
 */
export function resampleArea(
  { width, height, data }: GrayPlane,
  toWidth: number,
  toHeight: number,
): GrayPlane {
  if (toWidth === width && toHeight === height) return { width, height, data: data.slice() };
  const columns = spans(width, toWidth);
  const rows = spans(height, toHeight);
  const out = new Float32Array(toWidth * toHeight);
  const line = new Float32Array(width);
  for (let y = 0; y < toHeight; y++) {
    line.fill(0);
    for (let k = rows.from[y]!, n = rows.to[y]!; k <= n; k++) {
      const weight = rows.weight(y, k);
      const at = k * width;
      for (let x = 0; x < width; x++) line[x]! += data[at + x]! * weight;
    }
    const target = y * toWidth;
    for (let x = 0; x < toWidth; x++) {
      const first = columns.from[x]!;
      const last = columns.to[x]!;
      let sum = line[first]! * columns.head[x]!;
      if (last > first) {
        for (let k = first + 1; k < last; k++) sum += line[k]! * columns.whole;
        sum += line[last]! * columns.tail[x]!;
      }
      out[target + x] = sum;
    }
  }
  return { width: toWidth, height: toHeight, data: out };
}

interface Spans {
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly head: Float64Array;
  readonly tail: Float64Array;
  readonly whole: number;
  weight(target: number, source: number): number;
}

/** For each target pixel: the source pixels that it covers, and the share of the first and the last. */
function spans(size: number, toSize: number): Spans {
  const step = size / toSize;
  const from = new Int32Array(toSize);
  const to = new Int32Array(toSize);
  const head = new Float64Array(toSize);
  const tail = new Float64Array(toSize);
  for (let i = 0; i < toSize; i++) {
    const begin = i * step;
    const end = Math.min(size, (i + 1) * step);
    from[i] = Math.min(size - 1, Math.floor(begin + 1e-9));
    to[i] = Math.max(from[i]!, Math.min(size - 1, Math.ceil(end - 1e-9) - 1));
    if (to[i] === from[i]) {
      head[i] = 1;
      continue;
    }
    head[i] = (from[i]! + 1 - begin) / step;
    tail[i] = (end - to[i]!) / step;
  }
  const whole = 1 / step;
  return {
    from,
    to,
    head,
    tail,
    whole,
    weight: (i, k) => (k === from[i] ? head[i]! : k === to[i] ? tail[i]! : whole),
  };
}
