import { blur, breathe, downsample, resize } from '@diorama/conditioning';

/** Exposed radiance from which light begins to spill, and where a single pixel stops adding more. */
const THRESHOLD = 1.1;
const CEILING = 24;

/**
 * Light that spreads in lens and eye around what is brighter than white: a narrow halo and a wide veil, added to
 * the exposed radiance in place.
 *
 * @param amount 0 to 1.
 */
export async function addBloom(
  rgb: Float32Array,
  width: number,
  height: number,
  amount: number,
  signal: AbortSignal,
): Promise<void> {
  if (amount <= 0) return;
  const factor = Math.max(1, Math.min(8, Math.round(Math.max(width, height) / 400)));
  // Padded to a multiple of the factor by repeating the border.
  const w = Math.ceil(width / factor) * factor;
  const h = Math.ceil(height / factor) * factor;
  const bright = new Float32Array(w * h * 3);
  for (let y = 0; y < h; y++) {
    const row = Math.min(y, height - 1) * width;
    for (let x = 0; x < w; x++) {
      const from = (row + Math.min(x, width - 1)) * 3;
      const peak = Math.max(rgb[from]!, rgb[from + 1]!, rgb[from + 2]!);
      if (peak <= THRESHOLD) continue;
      const keep = (Math.min(peak, CEILING) - THRESHOLD) / peak;
      const to = (y * w + x) * 3;
      for (let c = 0; c < 3; c++) bright[to + c] = rgb[from + c]! * keep;
    }
  }
  await breathe(signal);
  const small = downsample(bright, w, h, 3, factor);
  const sw = w / factor;
  const sh = h / factor;
  const edge = Math.max(sw, sh);
  const sum = new Float32Array(small.length);
  for (const [share, weight] of [
    [0.004, 0.5],
    [0.016, 0.3],
    [0.06, 0.2],
  ] as const) {
    const layer = small.slice();
    await blur(layer, sw, sh, 3, edge * share, signal);
    for (let i = 0; i < sum.length; i++) sum[i]! += layer[i]! * weight;
  }
  const full = resize(sum, sw, sh, 3, w, h);
  await breathe(signal);
  const strength = amount * 0.45;
  for (let y = 0; y < height; y++) {
    for (let i = 0; i < width * 3; i++) rgb[y * width * 3 + i]! += full[y * w * 3 + i]! * strength;
  }
}
