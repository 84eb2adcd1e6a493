import type { DenoiseInput } from './image.ts';
import { SIZE_MULTIPLE } from './network.ts';

/**
 * Mirrored pixels around the image. Outside of what it is given the network sees black without a surface and answers with dark or
 * bright dots along the edge, worst in the corners; with a margin they fall outside the image. 8 keeps common sizes at one unit more
 * (1024 -> 1040), where Open Image Denoise, which pads with zeros, has none.
 */
export const FRAME_MARGIN = 8;

/** What the network runs on: the image with its margin, sizes rounded up (to the right and below) to what the network can halve. */
export interface Frame {
  readonly width: number;
  readonly height: number;
}

export function frameOf({ width, height }: { width: number; height: number }): Frame {
  const grow = (size: number): number => Math.ceil((size + 2 * FRAME_MARGIN) / SIZE_MULTIPLE) * SIZE_MULTIPLE;
  return { width: grow(width), height: grow(height) };
}

/** The pixel of the image shown at a place of the frame, along one axis: the image, mirrored at its edges as often as needed. */
export function mirrored(place: number, size: number): number {
  const period = 2 * size;
  const index = (((place - FRAME_MARGIN) % period) + period) % period;
  return index < size ? index : period - 1 - index;
}

/**
 * Copies one row of the frame, columns `start` to `end`, as the kernel takes it: colour, then albedo, then normals.
 *
 * @returns Where the next row goes in `out`.
 */
export function copyFrameRow(
  input: DenoiseInput,
  row: number,
  start: number,
  end: number,
  out: Float32Array,
  outAt: number,
): number {
  const { width, height, color, albedo, normal } = input;
  const rowAt = mirrored(row, height) * width;
  const insideStart = Math.min(end, Math.max(start, FRAME_MARGIN));
  const insideEnd = Math.max(insideStart, Math.min(end, FRAME_MARGIN + width));
  let to = outAt;
  for (const source of [color, albedo, normal]) {
    const copyMirrored = (first: number, last: number): void => {
      for (let column = first; column < last; column++) {
        const from = 3 * (rowAt + mirrored(column, width));
        out[to++] = source[from]!;
        out[to++] = source[from + 1]!;
        out[to++] = source[from + 2]!;
      }
    };
    copyMirrored(start, insideStart);
    const inside = source.subarray(
      3 * (rowAt + insideStart - FRAME_MARGIN),
      3 * (rowAt + insideEnd - FRAME_MARGIN),
    );
    out.set(inside, to);
    to += inside.length;
    copyMirrored(insideEnd, end);
  }
  return to;
}
