import { breathe } from './work.ts';

/** One float per pixel, row-major, top row first. */
export interface Plane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/**
 * Blurs in place with three box passes, which is within 3 % of a Gaussian of that sigma.
 *
 * @param channels Interleaved floats per pixel.
 * @param sigma Pixels; nothing happens below 0.3.
 */
export async function blur(
  data: Float32Array,
  width: number,
  height: number,
  channels: number,
  sigma: number,
  signal: AbortSignal,
): Promise<void> {
  if (sigma < 0.3) return;
  const radii = boxRadii(sigma);
  const scratch = new Float32Array(data.length);
  for (const radius of radii) {
    await breathe(signal);
    boxRows(data, scratch, width, height, channels, radius);
    await breathe(signal);
    boxColumns(scratch, data, width, height, channels, radius);
  }
}

/** Radii of three boxes whose variances add up to sigma squared (Peter Kovesi, "Fast almost-Gaussian filtering"). */
function boxRadii(sigma: number): [number, number, number] {
  const ideal = Math.sqrt((12 * sigma * sigma) / 3 + 1);
  let low = Math.floor(ideal);
  if (low % 2 === 0) low--;
  const count = Math.round((12 * sigma * sigma - 3 * low * low - 12 * low - 9) / (-4 * low - 4));
  return [0, 1, 2].map((i) => ((i < count ? low : low + 2) - 1) / 2) as [number, number, number];
}

function boxRows(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  channels: number,
  radius: number,
): void {
  const norm = 1 / (2 * radius + 1);
  for (let y = 0; y < height; y++) {
    const row = y * width * channels;
    for (let c = 0; c < channels; c++) {
      let sum = 0;
      for (let x = -radius; x <= radius; x++)
        sum += from[row + Math.min(width - 1, Math.max(0, x)) * channels + c]!;
      for (let x = 0; x < width; x++) {
        to[row + x * channels + c] = sum * norm;
        sum +=
          from[row + Math.min(width - 1, x + radius + 1) * channels + c]! -
          from[row + Math.max(0, x - radius) * channels + c]!;
      }
    }
  }
}

function boxColumns(
  from: Float32Array,
  to: Float32Array,
  width: number,
  height: number,
  channels: number,
  radius: number,
): void {
  const norm = 1 / (2 * radius + 1);
  const stride = width * channels;
  const sums = new Float64Array(stride);
  for (let y = -radius; y <= radius; y++) {
    const row = Math.min(height - 1, Math.max(0, y)) * stride;
    for (let i = 0; i < stride; i++) sums[i]! += from[row + i]!;
  }
  for (let y = 0; y < height; y++) {
    const row = y * stride;
    const enter = Math.min(height - 1, y + radius + 1) * stride;
    const leave = Math.max(0, y - radius) * stride;
    for (let i = 0; i < stride; i++) {
      to[row + i] = sums[i]! * norm;
      sums[i]! += from[enter + i]! - from[leave + i]!;
    }
  }
}

/** Bilinear sample of one channel at pixel coordinates (centres at whole numbers), clamped at the border. */
export function sample(
  data: Float32Array,
  width: number,
  height: number,
  channels: number,
  channel: number,
  x: number,
  y: number,
): number {
  const cx = x < 0 ? 0 : Math.min(x, width - 1);
  const cy = y < 0 ? 0 : Math.min(y, height - 1);
  const x0 = cx | 0;
  const y0 = cy | 0;
  const x1 = x0 + 1 < width ? x0 + 1 : x0;
  const y1 = y0 + 1 < height ? y0 + 1 : y0;
  const fx = cx - x0;
  const fy = cy - y0;
  const a = data[(y0 * width + x0) * channels + channel]!;
  const b = data[(y0 * width + x1) * channels + channel]!;
  const c = data[(y1 * width + x0) * channels + channel]!;
  const d = data[(y1 * width + x1) * channels + channel]!;
  return a + (b - a) * fx + (c - a + (a - b - c + d) * fx) * fy;
}

/** Resamples bilinearly to another size; for going up by a small factor. */
export function resize(
  data: Float32Array,
  width: number,
  height: number,
  channels: number,
  toWidth: number,
  toHeight: number,
): Float32Array {
  const out = new Float32Array(toWidth * toHeight * channels);
  for (let y = 0; y < toHeight; y++) {
    const sy = ((y + 0.5) * height) / toHeight - 0.5;
    for (let x = 0; x < toWidth; x++) {
      const sx = ((x + 0.5) * width) / toWidth - 0.5;
      for (let c = 0; c < channels; c++)
        out[(y * toWidth + x) * channels + c] = sample(data, width, height, channels, c, sx, sy);
    }
  }
  return out;
}

/** Averages blocks of `factor` x `factor` pixels; the sizes must divide. */
export function downsample(
  data: Float32Array,
  width: number,
  height: number,
  channels: number,
  factor: number,
): Float32Array {
  const toWidth = width / factor;
  const toHeight = height / factor;
  const out = new Float32Array(toWidth * toHeight * channels);
  const norm = 1 / (factor * factor);
  for (let y = 0; y < height; y++) {
    const toRow = Math.floor(y / factor) * toWidth;
    for (let x = 0; x < width; x++) {
      const to = (toRow + Math.floor(x / factor)) * channels;
      const from = (y * width + x) * channels;
      for (let c = 0; c < channels; c++) out[to + c]! += data[from + c]! * norm;
    }
  }
  return out;
}
