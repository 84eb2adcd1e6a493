import type { PixelSize } from '@diorama/contracts';
import { sizeInSteps } from '../../kit/remote/sizes.ts';

/** The sizes that a model makes good pictures at. */
export interface SizeRule {
  /** Both edges are multiples of it: 8 for Stable Diffusion, 16 for FLUX and Qwen. */
  readonly stepPx: number;
  readonly minAreaPx: number;
  readonly maxAreaPx: number;
}

const EDGE_MIN_PX = 64;
const EDGE_MAX_PX = 4096;

/**
 * The size to ask a model for when the user wants `output`: its ratio as nearly as the steps allow, at an area that the
 * model was trained for.
 *
 * @param megapixels Upper area in units of 1024 x 1024 pixels, as the owner of a machine with more or less memory wants it.
 */
export function workingSize(output: PixelSize, rule: SizeRule, megapixels?: number): PixelSize {
  const maxPixels = megapixels === undefined ? rule.maxAreaPx : megapixels * 1024 * 1024;
  return sizeInSteps(output, {
    step: rule.stepPx,
    minEdgePx: Math.ceil(EDGE_MIN_PX / rule.stepPx) * rule.stepPx,
    maxEdgePx: EDGE_MAX_PX,
    maxPixels,
    minPixels: Math.min(rule.minAreaPx, maxPixels * 0.95),
  });
}
