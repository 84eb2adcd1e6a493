import type { GrayPlane } from './gray-plane.ts';

/**
 * Edges of a picture as complex numbers: the length tells how clear an edge is (0 to 1), the angle is twice the
 * direction across it. Twice, because then a bright-to-dark edge and a dark-to-bright one are the same: a picture
 * with its tones turned round has the same field. How strong an edge is hardly matters, so neither do tone curves.
 */
export interface EdgeField {
  readonly width: number;
  readonly height: number;
  readonly re: Float32Array;
  readonly im: Float32Array;
}

/** Edges this many times the mean gradient count half. Higher trusts strong edges alone; lower lets noise in. */
const HALF_AT = 1.6;
/** Outermost pixels have no gradient of their own. */
const MARGIN = 1;

export function findEdges({ width, height, data }: GrayPlane): EdgeField {
  const re = new Float32Array(width * height);
  const im = new Float32Array(width * height);
  let sum = 0;
  for (let y = MARGIN; y < height - MARGIN; y++) {
    for (let i = y * width + MARGIN, end = (y + 1) * width - MARGIN; i < end; i++) {
      const a = data[i - width - 1]!;
      const b = data[i - width]!;
      const c = data[i - width + 1]!;
      const d = data[i - 1]!;
      const e = data[i + 1]!;
      const f = data[i + width - 1]!;
      const g = data[i + width]!;
      const h = data[i + width + 1]!;
      // Scharr's weights: directions true to half a degree, which Sobel's are not.
      const gx = 3 * (c - a + h - f) + 10 * (e - d);
      const gy = 3 * (f - a + h - c) + 10 * (g - b);
      re[i] = gx;
      im[i] = gy;
      sum += Math.sqrt(gx * gx + gy * gy);
    }
  }
  const half = (HALF_AT * sum) / Math.max(1, width * height);
  if (half > 0) {
    for (let i = 0; i < re.length; i++) {
      const gx = re[i]!;
      const gy = im[i]!;
      const squared = gx * gx + gy * gy;
      if (squared === 0) continue;
      // (gx + i gy) squared has the doubled angle; divided by its length and weighted with a curve that saturates.
      const weight = squared / (squared + half * half) / squared;
      re[i] = (gx * gx - gy * gy) * weight;
      im[i] = 2 * gx * gy * weight;
    }
  }
  return { width, height, re, im };
}

/** Blurs in place by the kernel 1 2 1 in both directions, `passes` times; a variance of half a pixel for each. */
export function soften(
  planes: readonly Float32Array[],
  { width, height }: { readonly width: number; readonly height: number },
  passes: number,
): void {
  const above = new Float32Array(width);
  for (const plane of planes) {
    for (let pass = 0; pass < passes; pass++) {
      for (let y = 0; y < height; y++) {
        const row = y * width;
        let before = plane[row]!;
        for (let i = row + 1; i < row + width - 1; i++) {
          const here = plane[i]!;
          plane[i] = 0.25 * (before + plane[i + 1]!) + 0.5 * here;
          before = here;
        }
      }
      above.set(plane.subarray(0, width));
      for (let y = 1; y < height - 1; y++) {
        const row = y * width;
        for (let x = 0; x < width; x++) {
          const here = plane[row + x]!;
          plane[row + x] = 0.25 * (above[x]! + plane[row + width + x]!) + 0.5 * here;
          above[x] = here;
        }
      }
    }
  }
}
