import { ASPECT_RATIOS, type AspectRatio, LIMITS, outputSize, type PixelSize } from '@diorama/contracts';

/** The request that gives pictures of this size, as far as one does: the ratio may be none that is offered. */
export function shapeOf({ width, height }: PixelSize): {
  readonly aspectRatio: AspectRatio | null;
  readonly size: number | null;
} {
  const longEdge = Math.max(width, height);
  const fits = (ratio: AspectRatio): boolean => {
    const size = outputSize(ratio, longEdge);
    return Math.abs(size.width - width) <= 1 && Math.abs(size.height - height) <= 1;
  };
  return {
    aspectRatio: ASPECT_RATIOS.find((ratio) => ratio !== 'canvas' && fits(ratio)) ?? null,
    size: longEdge >= LIMITS.longEdgeMin && longEdge <= LIMITS.longEdgeMax ? longEdge : null,
  };
}
