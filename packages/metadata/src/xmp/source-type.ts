/**
 * How a picture came to be, in the IPTC vocabulary http://cv.iptc.org/newscodes/digitalsourcetype/ (as of 2024-10-23).
 *
 * A model that was trained on pictures drew it from words alone: `trainedAlgorithmicMedia`; over somebody's scene or
 * reference pictures: `compositeWithTrainedAlgorithmicMedia`. The built-in engine computes light in a scene that a
 * person made, and nothing in it generates: `digitalCreation`. Without any scene nobody made anything but the words, so
 * it is `algorithmicMedia`; and where reference pictures of unknown origin may show, `composite`, which says just that.
 */
export const DIGITAL_SOURCE_TYPES = [
  'trainedAlgorithmicMedia',
  'compositeWithTrainedAlgorithmicMedia',
  'digitalCreation',
  'algorithmicMedia',
  'composite',
] as const;
export type DigitalSourceType = (typeof DIGITAL_SOURCE_TYPES)[number];

export const SOURCE_TYPE_VOCABULARY = 'http://cv.iptc.org/newscodes/digitalsourcetype/';

export function digitalSourceTypeOf(origin: {
  readonly isBuiltIn: boolean;
  readonly hasCanvas: boolean;
  readonly hasReferences: boolean;
}): DigitalSourceType {
  if (origin.isBuiltIn) {
    if (origin.hasReferences) return 'composite';
    return origin.hasCanvas ? 'digitalCreation' : 'algorithmicMedia';
  }
  return origin.hasCanvas || origin.hasReferences
    ? 'compositeWithTrainedAlgorithmicMedia'
    : 'trainedAlgorithmicMedia';
}
