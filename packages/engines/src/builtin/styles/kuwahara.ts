import { forEachRow } from '@diorama/conditioning';

/**
 * Smooths a picture into patches with clean borders: each pixel takes the average of the calmest of four squares
 * that touch it (Kuwahara 1976), weighted so that patches do not show squares.
 *
 * @param rgb 3 floats a pixel; a new array is returned.
 * @param radius Pixels.
 */
export async function smoothPatches(
  rgb: Float32Array,
  width: number,
  height: number,
  radius: number,
  signal: AbortSignal,
): Promise<Float32Array> {
  const r = Math.max(1, Math.round(radius));
  const stride = width + 1;
  // Summed-area tables of the three channels and of luminance squared.
  const sums = new Float64Array(stride * (height + 1) * 4);
  await forEachRow(height, signal, (y) => {
    const row = [0, 0, 0, 0];
    for (let x = 0; x < width; x++) {
      const i = (y * width + x) * 3;
      const luma = (rgb[i]! + rgb[i + 1]! + rgb[i + 2]!) / 3;
      row[0]! += rgb[i]!;
      row[1]! += rgb[i + 1]!;
      row[2]! += rgb[i + 2]!;
      row[3]! += luma * luma;
      const above = (y * stride + x + 1) * 4;
      const here = ((y + 1) * stride + x + 1) * 4;
      for (let c = 0; c < 4; c++) sums[here + c] = sums[above + c]! + row[c]!;
    }
  });
  const out = new Float32Array(rgb.length);
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      let total = 0;
      let [red, green, blue] = [0, 0, 0];
      for (let quadrant = 0; quadrant < 4; quadrant++) {
        const x0 = Math.max(0, quadrant & 1 ? x : x - r);
        const x1 = Math.min(width, (quadrant & 1 ? x + r : x) + 1);
        const y0 = Math.max(0, quadrant & 2 ? y : y - r);
        const y1 = Math.min(height, (quadrant & 2 ? y + r : y) + 1);
        const a = (y0 * stride + x0) * 4;
        const b = (y0 * stride + x1) * 4;
        const c = (y1 * stride + x0) * 4;
        const d = (y1 * stride + x1) * 4;
        const count = (x1 - x0) * (y1 - y0);
        const mr = (sums[d]! - sums[b]! - sums[c]! + sums[a]!) / count;
        const mg = (sums[d + 1]! - sums[b + 1]! - sums[c + 1]! + sums[a + 1]!) / count;
        const mb = (sums[d + 2]! - sums[b + 2]! - sums[c + 2]! + sums[a + 2]!) / count;
        const square = (sums[d + 3]! - sums[b + 3]! - sums[c + 3]! + sums[a + 3]!) / count;
        const mean = (mr + mg + mb) / 3;
        const variance = Math.max(0, square - mean * mean);
        const weight = 1 / (variance * variance + 1e-7);
        total += weight;
        red += mr * weight;
        green += mg * weight;
        blue += mb * weight;
      }
      const i = (y * width + x) * 3;
      out[i] = red / total;
      out[i + 1] = green / total;
      out[i + 2] = blue / total;
    }
  });
  return out;
}
