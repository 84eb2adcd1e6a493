import type { SizeRule } from '../../kit/remote/sizes.ts';

const MEGAPIXEL = 1024 * 1024;

/** What the name of the one loaded model tells; the server itself says nothing of its family. */
export interface ModelTraits {
  readonly isEditModel: boolean;
  readonly sizes: SizeRule;
}

/**
 * Reads the family out of a file name. Steps are those that the server rounds sizes up to: 64 for models with a U-Net
 * (SD1.x, SDXL), 16 for all others at the most.
 */
export function traitsOf(model: string): ModelTraits {
  const isEditModel =
    /kontext|flux[-_. ]?2|klein|qwen[-_. ]?image[-_. ]?edit|longcat.*edit|mage.*edit|boogu.*edit|omnigen|pix2pix/i.test(
      model,
    );
  const isTransformer =
    isEditModel ||
    /flux|qwen|chroma|sd[-_. ]?3|stable[-_. ]?diffusion[-_. ]?3|z[-_. ]?image|longcat|ovis|anima|ernie|krea|hidream|mage|boogu|lens|ideogram|wan\d/i.test(
      model,
    );
  if (isTransformer) {
    return { isEditModel, sizes: { stepPx: 16, pixelsMin: MEGAPIXEL / 2, pixelsMax: MEGAPIXEL } };
  }
  return /xl|pony|illustrious|noob/i.test(model)
    ? { isEditModel, sizes: { stepPx: 64, pixelsMin: 0.9 * MEGAPIXEL, pixelsMax: MEGAPIXEL } }
    : { isEditModel, sizes: { stepPx: 64, pixelsMin: 512 * 512, pixelsMax: 768 * 768 } };
}
