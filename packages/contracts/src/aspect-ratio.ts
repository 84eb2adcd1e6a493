import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** The shapes an output can have, as width:height; `canvas` is the viewport's own shape. */
export const ASPECT_RATIOS = [
  '1:1',
  '4:5',
  '5:4',
  '3:4',
  '4:3',
  '2:3',
  '3:2',
  '9:16',
  '16:9',
  '21:9',
  'canvas',
] as const;

export const aspectRatioSchema = z.enum(ASPECT_RATIOS);
export type AspectRatio = z.infer<typeof aspectRatioSchema>;

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/**
 * Width divided by height.
 *
 * @param canvasRatio What `canvas` means here; 16:9 when there is no canvas to ask.
 */
export function ratioOf(aspectRatio: AspectRatio, canvasRatio = 16 / 9): number {
  if (aspectRatio === 'canvas') return canvasRatio;
  const [width, height] = aspectRatio.split(':').map(Number);
  return width! / height!;
}

/**
 * The output's exact size: the long edge as asked, the other edge rounded to whole pixels.
 *
 * @param longEdge Pixels, 256 to 4096.
 */
export function outputSize(aspectRatio: AspectRatio, longEdge: number, canvasRatio?: number): PixelSize {
  const ratio = ratioOf(aspectRatio, canvasRatio);
  return ratio >= 1
    ? { width: longEdge, height: Math.max(1, Math.round(longEdge / ratio)) }
    : { width: Math.max(1, Math.round(longEdge * ratio)), height: longEdge };
}

export const longEdgeSchema = z.int().min(LIMITS.longEdgeMin).max(LIMITS.longEdgeMax);
