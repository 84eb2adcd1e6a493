import type { PixelSize } from '@diorama/contracts';

/** The sizes that a model makes good pictures at. */
export interface SizeRule {
  /** Both edges are multiples of it: 8 for Stable Diffusion, 16 for FLUX and Qwen. */
  readonly stepPx: number;
  readonly minAreaPx: number;
  readonly maxAreaPx: number;
}

const EDGE_MIN_PX = 64;
const EDGE_MAX_PX = 4096;

/** How much smaller than wanted the area may get for the sake of a truer ratio. */
const AREA_SLACK = 0.8;
/** A wrong ratio has to be cut away, a smaller area is only resampled. */
const RATIO_WEIGHT = 12;

/**
 * The size to ask a model for when the user wants `output`: an area that the model was trained for, and among the sizes
 * a little below it the one with the truest ratio, so that nothing has to be cut off afterwards.
 *
 * @param megapixels Upper area in units of 1024 x 1024 pixels, as the owner of a machine with more or less memory wants it.
 */
export function workingSize(output: PixelSize, rule: SizeRule, megapixels?: number): PixelSize {
  const { stepPx } = rule;
  const lowest = Math.ceil(EDGE_MIN_PX / stepPx) * stepPx;
  const highest = Math.floor(EDGE_MAX_PX / stepPx) * stepPx;
  const toEdge = (px: number) => Math.min(highest, Math.max(lowest, Math.round(px / stepPx) * stepPx));
  const maxAreaPx = megapixels === undefined ? rule.maxAreaPx : megapixels * 1024 * 1024;
  const minAreaPx = Math.min(rule.minAreaPx, maxAreaPx);
  const ratio = output.width / output.height;
  const area = Math.min(maxAreaPx, Math.max(minAreaPx, output.width * output.height));

  const widest = toEdge(Math.sqrt(area * ratio));
  const narrowest = toEdge(Math.sqrt(area * ratio * AREA_SLACK));
  let best: PixelSize | null = null;
  let leastCost = Number.POSITIVE_INFINITY;
  // Coarse steps may leave nothing within the limit near the ideal; then the next smaller one is taken.
  for (let width = widest; width >= lowest && (width >= narrowest || best === null); width -= stepPx) {
    for (const height of new Set([
      toEdge(width / ratio),
      toEdge(Math.floor(width / ratio / stepPx) * stepPx),
    ])) {
      if (width * height > maxAreaPx) continue;
      const cost =
        RATIO_WEIGHT * Math.abs(Math.log(width / height / ratio)) +
        Math.abs(Math.log((width * height) / area));
      if (cost < leastCost) {
        leastCost = cost;
        best = { width, height };
      }
    }
  }
  // Nothing is small enough only where the limit is below what the shortest edges allow.
  return best ?? { width: lowest, height: toEdge(lowest / ratio) };
}
