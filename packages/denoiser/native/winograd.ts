// 3x3 convolution (stride 1, zero padding) by Winograd's F(2x2, 3x3), one pair of output rows per call.
//
// Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (2015): a 4x4 patch of the input gives a 2x2 tile of the
// output with 16 multiplications per channel pair instead of 36. In 32-bit floats the extra rounding is about one more bit.
//
// A row of a feature map holds all its channels one after another (row, channel, column), so a ring of rows is a feature map
// of which only the rows still needed exist. The host passes pointers to whole rows; a row outside the image is a row of zeros.
//
// Three steps for each block of up to BLOCK tiles (a tile is two columns wide):
//   patches -> V[component][channel][tile]     additions only, done once for all output channels
//   M[oc][component][tile] = sum over channels  the multiplications: 16 small matrix products
//   M -> two rows of output, bias, ReLU and, for encoder layers, the 2x2 maximum

/** Tiles per block: V and M of a block stay in the first two cache levels. */
const BLOCK: i32 = 40;
const LANE_BYTES: usize = BLOCK * 4;
/** Between components of V. Without it, 32 channels put all components 4096 bytes apart, in the same cache set: 20 % slower. */
const COMPONENT_GAP: usize = 64;
/** Output channels of the wide and the narrow register block. */
const WIDE: i32 = 6;
const NARROW: i32 = 4;

/** The host lays these fields out as consecutive 32-bit integers; see `src/strip-runner.ts`. */
@unmanaged
class ConvLayer {
  /** Channels taken from the map one level down, shown at twice its size (0: none). */
  upChannels: i32;
  upStrideBytes: i32;
  /** Channels taken from a map of this level (0: none). */
  directChannels: i32;
  directStrideBytes: i32;
  outChannels: i32;
  wideBlocks: i32;
  narrowBlocks: i32;
  /** Tiles per row, a multiple of 8. */
  tiles: i32;
  /** 1: the output is the 2x2 maximum, one row of half the width. */
  pooled: i32;
  outStrideBytes: i32;
  /** Columns of the output that lie inside the image; what is written after them must read as zero padding. */
  validColumns: i32;
  /** U[block][component][channel][channel of the block]. */
  weights: usize;
  bias: usize;
  /** Scratch: V, then M. */
  v: usize;
  m: usize;
}

/** a * b + c. The relaxed build rounds once where the CPU has fused multiply-add; the plain build always rounds twice. */
@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

@inline
function evens(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 0, 2, 4, 6);
}

@inline
function odds(a: v128, b: v128): v128 {
  return v128.shuffle<f32>(a, b, 1, 3, 5, 7);
}

/** Components 4j .. 4j+3 of four tiles from one row of vertical differences at columns -1, 3, 1 and 5. */
@inline
function storeDirect(out: usize, step: usize, a: v128, b: v128, c: v128, d: v128): void {
  const p0 = evens(a, b), p1 = odds(a, b), p2 = evens(c, d), p3 = odds(c, d);
  v128.store(out, f32x4.sub(p0, p2));
  v128.store(out + step, f32x4.add(p1, p2));
  v128.store(out + 2 * step, f32x4.sub(p2, p1));
  v128.store(out + 3 * step, f32x4.sub(p1, p3));
}

/** Patches of a map of this level. Rows r0..r3 point at the first tile's left column. */
@inline
function patchesDirect(r0: usize, r1: usize, r2: usize, r3: usize, channels: i32, stride: usize, v: usize, step: usize, tiles: i32): void {
  for (let c = 0; c < channels; c++) {
    for (let t = 0; t < tiles; t += 4) {
      const x = <usize>t << 3, out = v + (<usize>t << 2);
      let a = v128.load(r0 + x - 4), b = v128.load(r0 + x + 12), e = v128.load(r0 + x + 4), f = v128.load(r0 + x + 20);
      const a2 = v128.load(r2 + x - 4), b2 = v128.load(r2 + x + 12), e2 = v128.load(r2 + x + 4), f2 = v128.load(r2 + x + 20);
      storeDirect(out, step, f32x4.sub(a, a2), f32x4.sub(b, b2), f32x4.sub(e, e2), f32x4.sub(f, f2));
      const a1 = v128.load(r1 + x - 4), b1 = v128.load(r1 + x + 12), e1 = v128.load(r1 + x + 4), f1 = v128.load(r1 + x + 20);
      storeDirect(out + 4 * step, step, f32x4.add(a1, a2), f32x4.add(b1, b2), f32x4.add(e1, e2), f32x4.add(f1, f2));
      storeDirect(out + 8 * step, step, f32x4.sub(a2, a1), f32x4.sub(b2, b1), f32x4.sub(e2, e1), f32x4.sub(f2, f1));
      a = v128.load(r3 + x - 4), b = v128.load(r3 + x + 12), e = v128.load(r3 + x + 4), f = v128.load(r3 + x + 20);
      storeDirect(out + 12 * step, step, f32x4.sub(a1, a), f32x4.sub(b1, b), f32x4.sub(e1, e), f32x4.sub(f1, f));
    }
    r0 += stride; r1 += stride; r2 += stride; r3 += stride;
    v += LANE_BYTES;
  }
}

@inline
function storeUp(out: usize, step: usize, left: v128, middle: v128, right: v128): void {
  v128.store(out, f32x4.sub(left, middle));
  v128.store(out + step, f32x4.add(middle, middle));
  v128.store(out + 3 * step, f32x4.sub(middle, right));
}

/**
 * Patches of a map that nearest-neighbour upsampling doubles, read from the small map itself. The two middle rows and columns of a
 * patch are then equal, so components with index 2 are zero and are neither stored nor multiplied: 9 products instead of 16.
 */
@inline
function patchesUp(above: usize, here: usize, below: usize, channels: i32, stride: usize, v: usize, step: usize, tiles: i32): void {
  for (let c = 0; c < channels; c++) {
    for (let t = 0; t < tiles; t += 4) {
      const x = <usize>t << 2, out = v + x;
      const a0 = v128.load(above + x - 4), a1 = v128.load(above + x), a2 = v128.load(above + x + 4);
      const b0 = v128.load(here + x - 4), b1 = v128.load(here + x), b2 = v128.load(here + x + 4);
      const c0 = v128.load(below + x - 4), c1 = v128.load(below + x), c2 = v128.load(below + x + 4);
      storeUp(out, step, f32x4.sub(a0, b0), f32x4.sub(a1, b1), f32x4.sub(a2, b2));
      storeUp(out + 4 * step, step, f32x4.add(b0, b0), f32x4.add(b1, b1), f32x4.add(b2, b2));
      storeUp(out + 12 * step, step, f32x4.sub(b0, c0), f32x4.sub(b1, c1), f32x4.sub(b2, c2));
    }
    above += stride; here += stride; below += stride;
    v += LANE_BYTES;
  }
}

/** One component, 6 output channels x 8 tiles at a time: 12 accumulators, 2 inputs and 1 weight are the 15 registers V8 has. */
@inline
function multiplyWide(v: usize, u: usize, m: usize, channels: i32, tiles: i32): void {
  const zero = f32x4.splat(0), MO: usize = 16 * LANE_BYTES;
  for (let t = 0; t < tiles; t += 8) {
    let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero;
    let b0 = zero, b1 = zero, b2 = zero, b3 = zero, b4 = zero, b5 = zero;
    let p = v + (<usize>t << 2), q = u;
    for (const end = q + <usize>channels * 24; q < end; q += 24) {
      const x = v128.load(p), y = v128.load(p, 16);
      let k = v128.load32_splat(q); a0 = multiplyAdd(x, k, a0); b0 = multiplyAdd(y, k, b0);
      k = v128.load32_splat(q, 4); a1 = multiplyAdd(x, k, a1); b1 = multiplyAdd(y, k, b1);
      k = v128.load32_splat(q, 8); a2 = multiplyAdd(x, k, a2); b2 = multiplyAdd(y, k, b2);
      k = v128.load32_splat(q, 12); a3 = multiplyAdd(x, k, a3); b3 = multiplyAdd(y, k, b3);
      k = v128.load32_splat(q, 16); a4 = multiplyAdd(x, k, a4); b4 = multiplyAdd(y, k, b4);
      k = v128.load32_splat(q, 20); a5 = multiplyAdd(x, k, a5); b5 = multiplyAdd(y, k, b5);
      p += LANE_BYTES;
    }
    const o = m + (<usize>t << 2);
    v128.store(o, a0); v128.store(o, b0, 16);
    v128.store(o, a1, MO); v128.store(o, b1, MO + 16);
    v128.store(o, a2, 2 * MO); v128.store(o, b2, 2 * MO + 16);
    v128.store(o, a3, 3 * MO); v128.store(o, b3, 3 * MO + 16);
    v128.store(o, a4, 4 * MO); v128.store(o, b4, 4 * MO + 16);
    v128.store(o, a5, 5 * MO); v128.store(o, b5, 5 * MO + 16);
  }
}

/** As `multiplyWide` with 4 output channels: what is left when the channels do not divide by 6. */
@inline
function multiplyNarrow(v: usize, u: usize, m: usize, channels: i32, tiles: i32): void {
  const zero = f32x4.splat(0), MO: usize = 16 * LANE_BYTES;
  for (let t = 0; t < tiles; t += 8) {
    let a0 = zero, a1 = zero, a2 = zero, a3 = zero;
    let b0 = zero, b1 = zero, b2 = zero, b3 = zero;
    let p = v + (<usize>t << 2), q = u;
    for (const end = q + <usize>channels * 16; q < end; q += 16) {
      const x = v128.load(p), y = v128.load(p, 16);
      let k = v128.load32_splat(q); a0 = multiplyAdd(x, k, a0); b0 = multiplyAdd(y, k, b0);
      k = v128.load32_splat(q, 4); a1 = multiplyAdd(x, k, a1); b1 = multiplyAdd(y, k, b1);
      k = v128.load32_splat(q, 8); a2 = multiplyAdd(x, k, a2); b2 = multiplyAdd(y, k, b2);
      k = v128.load32_splat(q, 12); a3 = multiplyAdd(x, k, a3); b3 = multiplyAdd(y, k, b3);
      p += LANE_BYTES;
    }
    const o = m + (<usize>t << 2);
    v128.store(o, a0); v128.store(o, b0, 16);
    v128.store(o, a1, MO); v128.store(o, b1, MO + 16);
    v128.store(o, a2, 2 * MO); v128.store(o, b2, 2 * MO + 16);
    v128.store(o, a3, 3 * MO); v128.store(o, b3, 3 * MO + 16);
  }
}

/** Turns the 16 products of one output channel into its 2x2 tiles, adds the bias, applies ReLU and stores (or pools and stores). */
@inline
function finishChannel(m: usize, biasAt: usize, tiles: i32, pooled: i32, out0: usize, out1: usize): void {
  const zero = f32x4.splat(0), bias = v128.load32_splat(biasAt), S: usize = LANE_BYTES;
  for (let t = 0; t < tiles; t += 4) {
    const p = m + (<usize>t << 2);
    // Sums over j (rows), for i = 0..3: top = m0 + m1 + m2, bottom = m1 - m2 - m3.
    let a = v128.load(p, 4 * S), b = v128.load(p, 8 * S);
    const top0 = f32x4.add(f32x4.add(v128.load(p), a), b), bottom0 = f32x4.sub(f32x4.sub(a, b), v128.load(p, 12 * S));
    a = v128.load(p, 5 * S), b = v128.load(p, 9 * S);
    const top1 = f32x4.add(f32x4.add(v128.load(p, S), a), b), bottom1 = f32x4.sub(f32x4.sub(a, b), v128.load(p, 13 * S));
    a = v128.load(p, 6 * S), b = v128.load(p, 10 * S);
    const top2 = f32x4.add(f32x4.add(v128.load(p, 2 * S), a), b), bottom2 = f32x4.sub(f32x4.sub(a, b), v128.load(p, 14 * S));
    a = v128.load(p, 7 * S), b = v128.load(p, 11 * S);
    const top3 = f32x4.add(f32x4.add(v128.load(p, 3 * S), a), b), bottom3 = f32x4.sub(f32x4.sub(a, b), v128.load(p, 15 * S));
    const y00 = f32x4.add(f32x4.add(top0, top1), top2), y01 = f32x4.sub(f32x4.sub(top1, top2), top3);
    const y10 = f32x4.add(f32x4.add(bottom0, bottom1), bottom2), y11 = f32x4.sub(f32x4.sub(bottom1, bottom2), bottom3);
    if (pooled) {
      const largest = f32x4.pmax(f32x4.pmax(y00, y01), f32x4.pmax(y10, y11));
      v128.store(out0 + (<usize>t << 2), f32x4.pmax(zero, f32x4.add(largest, bias)));
    } else {
      const x = <usize>t << 3;
      const l0 = f32x4.pmax(zero, f32x4.add(y00, bias)), r0 = f32x4.pmax(zero, f32x4.add(y01, bias));
      const l1 = f32x4.pmax(zero, f32x4.add(y10, bias)), r1 = f32x4.pmax(zero, f32x4.add(y11, bias));
      v128.store(out0 + x, v128.shuffle<f32>(l0, r0, 0, 4, 1, 5));
      v128.store(out0 + x, v128.shuffle<f32>(l0, r0, 2, 6, 3, 7), 16);
      v128.store(out1 + x, v128.shuffle<f32>(l1, r1, 0, 4, 1, 5));
      v128.store(out1 + x, v128.shuffle<f32>(l1, r1, 2, 6, 3, 7), 16);
    }
  }
}

/**
 * Computes one pair of output rows (one row when pooled).
 *
 * above, here, below: rows of the small map (ignored when upChannels is 0). r0..r3: rows 2p-1 .. 2p+2 of the map of this level
 * (ignored when directChannels is 0). All point at the column of the first tile. out0, out1: rows written.
 */
export function convolvePair(
  layer: ConvLayer, above: usize, here: usize, below: usize, r0: usize, r1: usize, r2: usize, r3: usize, out0: usize, out1: usize,
): void {
  const up = layer.upChannels, direct = layer.directChannels, channels = up + direct;
  const step = <usize>channels * LANE_BYTES + COMPONENT_GAP, v = layer.v, m = layer.m, pooled = layer.pooled;
  const outStride = <usize>layer.outStrideBytes, outChannels = layer.outChannels;
  const wideBlocks = layer.wideBlocks, blocks = wideBlocks + layer.narrowBlocks;
  for (let t = 0; t < layer.tiles; t += BLOCK) {
    const tiles = min(BLOCK, layer.tiles - t);
    const xUp = <usize>t << 2, x = <usize>t << 3, xOut = pooled ? xUp : x;
    if (up) patchesUp(above + xUp, here + xUp, below + xUp, up, layer.upStrideBytes, v, step, tiles);
    if (direct) patchesDirect(r0 + x, r1 + x, r2 + x, r3 + x, direct, layer.directStrideBytes, v + <usize>up * LANE_BYTES, step, tiles);
    let u = layer.weights, oc = 0;
    for (let block = 0; block < blocks; block++) {
      const width = block < wideBlocks ? WIDE : NARROW, uStep = <usize>(channels * width) << 2;
      for (let component = 0; component < 16; component++) {
        const first = (component & 3) == 2 || component >> 2 == 2 ? up : 0;
        const vAt = v + <usize>component * step + <usize>first * LANE_BYTES;
        const uAt = u + (<usize>(first * width) << 2), mAt = m + <usize>component * LANE_BYTES;
        if (width == WIDE) multiplyWide(vAt, uAt, mAt, channels - first, tiles);
        else multiplyNarrow(vAt, uAt, mAt, channels - first, tiles);
        u += uStep;
      }
      for (let k = 0; k < width && oc < outChannels; k++, oc++) {
        const at = <usize>oc * outStride + xOut;
        finishChannel(m + <usize>k * 16 * LANE_BYTES, layer.bias + (<usize>oc << 2), tiles, pooled, out0 + at, out1 + at);
      }
    }
  }
  const written = pooled ? layer.tiles : layer.tiles << 1, valid = layer.validColumns;
  if (valid < written) {
    const bytes = <usize>(written - valid) << 2;
    for (let c = 0; c < outChannels; c++) {
      const at = <usize>c * outStride + (<usize>valid << 2);
      memory.fill(out0 + at, 0, bytes);
      if (!pooled) memory.fill(out1 + at, 0, bytes);
    }
  }
}
