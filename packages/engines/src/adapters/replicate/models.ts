import { ASPECT_RATIOS, type EngineModel, LIMITS, type Price } from '@diorama/contracts';
import { PICTURE_MAPS } from '../shared/picture-plan.ts';

interface ReplicateFacts {
  readonly id: string;
  readonly name: string;
  readonly note: string | null;
  readonly price: Price | null;
}

/** Dollars for a run and for each megapixel, sent or made; Replicate rounds every picture up to whole megapixels. */
const byMegapixel = (name: string, perRun: number, perMegapixel: number): Price => ({
  ...(perRun > 0 ? { perImage: perRun } : {}),
  perOutputMegapixel: perMegapixel,
  outputMegapixelsMax: 4,
  perInputMegapixel: perMegapixel,
  asOf: '2026-08-21',
  source: `replicate.com/black-forest-labs/${name}#pricing, as quoted by github.com/HeyPuter/puter (then or later)`,
});

const FACTS: readonly ReplicateFacts[] = [
  {
    id: 'black-forest-labs/flux-2-pro',
    name: 'FLUX.2 [pro]',
    note: 'Keeps to scene and references; good for most pictures.',
    price: byMegapixel('flux-2-pro', 0.015, 0.015),
  },
  {
    id: 'black-forest-labs/flux-2-max',
    name: 'FLUX.2 [max]',
    note: 'The most exact of the family.',
    price: byMegapixel('flux-2-max', 0.04, 0.03),
  },
  {
    id: 'black-forest-labs/flux-2-flex',
    name: 'FLUX.2 [flex]',
    note: 'Good at lettering and fine detail.',
    price: byMegapixel('flux-2-flex', 0, 0.06),
  },
];

export const REPLICATE_MODEL_IDS: readonly string[] = FACTS.map(({ id }) => id);

/**
 * What a model can do is written in its own schema, which is read before each job; these are the facts for the list.
 * Any `owner/name` or `owner/name:version` can be used.
 */
export function replicateModel(id: string): EngineModel {
  const facts = FACTS.find((known) => known.id === id) ?? {
    id,
    name: id,
    note: 'Its own schema says what it takes.',
    price: null,
  };
  return {
    id,
    name: facts.name,
    note: facts.note,
    price: facts.price,
    capabilities: {
      textOnly: true,
      canvas: true,
      referencesMax: LIMITS.references,
      referenceRoles: ['style', 'material', 'background', 'subject', 'palette'],
      aspectRatios: [...ASPECT_RATIOS],
      longEdgeMin: LIMITS.longEdgeMin,
      longEdgeMax: LIMITS.longEdgeMax,
      seed: true,
      negativePrompt: true,
      geometryStrength: true,
      controlMaps: [...PICTURE_MAPS],
      mask: false,
      countMax: LIMITS.count,
      progress: true,
      previews: false,
      cancel: true,
      deterministic: false,
    },
  };
}
