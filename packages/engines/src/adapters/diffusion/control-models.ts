import type { ControlMapName } from '@diorama/contracts';

/** Families that ControlNets are made for and used with here. */
export type GuidedFamily = 'sd15' | 'sdxl';

/** Maps that there are ControlNets for. */
export const GUIDING_MAPS = [
  'depth',
  'normal',
  'canny',
  'lineart',
  'segmentation',
] as const satisfies ControlMapName[];

const MAP_PATTERNS: Readonly<Partial<Record<ControlMapName, RegExp>>> = {
  depth: /depth/i,
  normal: /normal/i,
  canny: /canny/i,
  lineart: /line[-_ ]?art(?!.*anime)/i,
  segmentation: /seg(?!a)/i,
};

const OTHER_FAMILIES = /flux|sd[-_. ]?3|qwen|hunyuan|kolors|wan[-_. ]?2|z[-_. ]?image|sd2|_v2/i;

/** A ControlNet by its name; a union model serves many maps and has to be told which one it gets. */
export interface ControlModelChoice {
  readonly model: string;
  readonly isUnion: boolean;
}

/**
 * The installed ControlNet for a map, by the usual names; null when there is none. Models of one kind go before union
 * models, because they follow more closely.
 */
export function findControlModel(
  family: GuidedFamily,
  map: ControlMapName,
  models: readonly string[],
): ControlModelChoice | null {
  const pattern = MAP_PATTERNS[map];
  if (pattern === undefined) return null;
  const isUnion = (model: string) => /union|promax|pro[-_]max/i.test(model);
  const fits = (model: string) =>
    !OTHER_FAMILIES.test(model) &&
    !/ip[-_ ]?adapter/i.test(model) &&
    (family === 'sdxl' ? /xl/i.test(model) : !/xl/i.test(model) && !isUnion(model));
  const single = models.find((model) => fits(model) && !isUnion(model) && pattern.test(model));
  if (single !== undefined) return { model: single, isUnion: false };
  const union = family === 'sdxl' ? models.find((model) => fits(model) && isUnion(model)) : undefined;
  return union === undefined ? null : { model: union, isUnion: true };
}
