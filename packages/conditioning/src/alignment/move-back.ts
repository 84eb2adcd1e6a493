import type { PixelSize } from '@diorama/contracts';
import type { RawImage } from '../pixels/open-picture.ts';
import type { Alignment } from './find-alignment.ts';

/** Lobes of the Lanczos kernel: three keep edges sharp with little ringing. */
const LOBES = 3;

/** Resamples a picture so that it lies over its reference; mirrored where it does not reach. */
export function moveBack(
  image: RawImage,
  { scale, shiftXPx, shiftYPx }: Pick<Alignment, 'scale' | 'shiftXPx' | 'shiftYPx'>,
  size: PixelSize,
): RawImage {
  const { channels } = image;
  const { width, height } = size;
  const across = tapsFor(image.width, width, scale, shiftXPx);
  const down = tapsFor(image.height, height, scale, shiftYPx);
  const rows = new Float32Array(width * image.height * channels);
  for (let y = 0; y < image.height; y++) {
    const from = y * image.width * channels;
    for (let x = 0; x < width; x++) {
      const to = (y * width + x) * channels;
      for (let k = x * across.count; k < (x + 1) * across.count; k++) {
        const at = from + across.index[k]! * channels;
        const weight = across.weight[k]!;
        for (let c = 0; c < channels; c++) rows[to + c]! += image.data[at + c]! * weight;
      }
    }
  }
  const data = new Uint8Array(width * height * channels);
  const line = new Float32Array(width * channels);
  for (let y = 0; y < height; y++) {
    line.fill(0.5);
    for (let k = y * down.count; k < (y + 1) * down.count; k++) {
      const at = down.index[k]! * line.length;
      const weight = down.weight[k]!;
      for (let i = 0; i < line.length; i++) line[i]! += rows[at + i]! * weight;
    }
    const to = y * line.length;
    for (let i = 0; i < line.length; i++) data[to + i] = line[i]! < 0 ? 0 : Math.min(255, line[i]!);
  }
  return { data, width, height, channels };
}

interface Taps {
  readonly count: number;
  /** `count` source pixels for each target pixel, and their weights, which add up to 1. */
  readonly index: Int32Array;
  readonly weight: Float32Array;
}

function tapsFor(sourceSize: number, targetSize: number, scale: number, shiftPx: number): Taps {
  const step = (sourceSize / targetSize) * scale;
  const stretch = Math.max(1, step);
  const reach = LOBES * stretch;
  const count = Math.ceil(2 * reach) + 1;
  const index = new Int32Array(targetSize * count);
  const weight = new Float32Array(targetSize * count);
  for (let target = 0; target < targetSize; target++) {
    const center = (target + 0.5 - targetSize / 2) * step + shiftPx + sourceSize / 2 - 0.5;
    const first = Math.ceil(center - reach);
    let sum = 0;
    for (let k = 0; k < count; k++) {
      const value = lanczos((first + k - center) / stretch);
      index[target * count + k] = mirrored(first + k, sourceSize);
      weight[target * count + k] = value;
      sum += value;
    }
    for (let k = 0; k < count; k++) weight[target * count + k]! /= sum;
  }
  return { count, index, weight };
}

function lanczos(x: number): number {
  if (Math.abs(x) < 1e-6) return 1;
  if (Math.abs(x) >= LOBES) return 0;
  const a = Math.PI * x;
  return (LOBES * Math.sin(a) * Math.sin(a / LOBES)) / (a * a);
}

/** The picture goes on as its mirror image beyond each edge. */
function mirrored(i: number, size: number): number {
  const period = 2 * size;
  const place = ((i % period) + period) % period;
  return place < size ? place : period - 1 - place;
}
