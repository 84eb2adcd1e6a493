import type { PixelSize } from '@diorama/contracts';
import { type SizeRule, sizeByRule } from '../../kit/remote/sizes.ts';

/**
 * The size to ask a model for when the user wants `output`: an area that the model was trained for, with the truest ratio
 * in its steps, so that nothing has to be cut off afterwards.
 *
 * @param megapixels Upper area in units of 1024 x 1024 pixels, as the owner of a machine with more or less memory wants it.
 */
export function workingSize(output: PixelSize, rule: SizeRule, megapixels?: number): PixelSize {
  if (megapixels === undefined) return sizeByRule(output, rule);
  const pixelsMax = megapixels * 1024 * 1024;
  return sizeByRule(output, { ...rule, pixelsMax, pixelsMin: Math.min(rule.pixelsMin ?? 0, pixelsMax) });
}
