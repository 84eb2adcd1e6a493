import {
  ASPECT_RATIOS,
  type EngineCapabilities,
  type EngineModel,
  LIMITS,
  type Price,
} from '@diorama/contracts';
import { PICTURE_MAPS } from '../shared/picture-plan.ts';

/** What is known of one model of the FLUX API. */
export interface BflFacts {
  readonly id: string;
  readonly name: string;
  readonly note: string | null;
  /** Pictures that it takes, the canvas included. */
  readonly inputsMax: number;
  /** `pixels`: width and height in steps of 16; `ratio`: a ratio, about one megapixel. */
  readonly sizing: 'pixels' | 'ratio';
  readonly hasPromptUpsampling: boolean;
  readonly price: Price | null;
}

const PRICES_OF = {
  asOf: '2026-02-03',
  source: 'github.com/black-forest-labs/skills, skills/bfl-api (pricing formula)',
};

/**
 * Dollars for the first megapixel of the image, and for each further one and each that is sent.
 */
const byMegapixel = (first: number, further: number): Price => ({
  perImage: Math.round((first - further) * 1e6) / 1e6,
  perOutputMegapixel: further,
  outputMegapixelsMax: 4,
  countsWholeMegapixels: true,
  perInputMegapixel: further,
  ...PRICES_OF,
});

const FACTS: readonly BflFacts[] = [
  {
    id: 'flux-2-pro',
    name: 'FLUX.2 [pro]',
    note: 'Keeps to scene and references; good for most pictures.',
    inputsMax: 8,
    sizing: 'pixels',
    hasPromptUpsampling: true,
    price: byMegapixel(0.03, 0.015),
  },
  {
    id: 'flux-2-max',
    name: 'FLUX.2 [max]',
    note: 'The most exact and the slowest.',
    inputsMax: 8,
    sizing: 'pixels',
    hasPromptUpsampling: false,
    price: byMegapixel(0.07, 0.03),
  },
  {
    id: 'flux-2-flex',
    name: 'FLUX.2 [flex]',
    note: 'Good at lettering and fine detail.',
    inputsMax: 8,
    sizing: 'pixels',
    hasPromptUpsampling: false,
    price: byMegapixel(0.05, 0.05),
  },
  {
    id: 'flux-2-klein-9b',
    name: 'FLUX.2 [klein] 9B',
    note: 'Fast and cheap.',
    inputsMax: 4,
    sizing: 'pixels',
    hasPromptUpsampling: false,
    price: byMegapixel(0.015, 0.002),
  },
  {
    id: 'flux-2-klein-4b',
    name: 'FLUX.2 [klein] 4B',
    note: 'The fastest and cheapest; for trying out.',
    inputsMax: 4,
    sizing: 'pixels',
    hasPromptUpsampling: false,
    price: byMegapixel(0.014, 0.001),
  },
  {
    id: 'flux-kontext-max',
    name: 'FLUX.1 Kontext [max]',
    note: 'Takes the canvas alone, no references.',
    inputsMax: 1,
    sizing: 'ratio',
    hasPromptUpsampling: false,
    price: { perImage: 0.08, ...PRICES_OF },
  },
  {
    id: 'flux-kontext-pro',
    name: 'FLUX.1 Kontext [pro]',
    note: 'Takes the canvas alone, no references.',
    inputsMax: 1,
    sizing: 'ratio',
    hasPromptUpsampling: false,
    price: { perImage: 0.04, ...PRICES_OF },
  },
];

export const BFL_MODEL_IDS: readonly string[] = FACTS.map(({ id }) => id);

/** Facts of a model; of one that is not known, those of the family that its name tells. */
export function bflFacts(id: string): BflFacts {
  const known = FACTS.find((facts) => facts.id === id);
  if (known) return known;
  const isKontext = id.includes('kontext');
  return {
    id,
    name: id,
    note: 'Not known to this version of Diorama; treated as its family.',
    inputsMax: isKontext ? 1 : id.includes('klein') ? 4 : 8,
    sizing: isKontext ? 'ratio' : 'pixels',
    hasPromptUpsampling: false,
    price: null,
  };
}

export function bflModel(facts: BflFacts): EngineModel {
  const capabilities: EngineCapabilities = {
    textOnly: true,
    canvas: true,
    referencesMax: Math.min(LIMITS.references, facts.inputsMax - 1),
    referenceRoles: ['style', 'material', 'background', 'subject', 'palette'],
    aspectRatios: [...ASPECT_RATIOS],
    longEdgeMin: LIMITS.longEdgeMin,
    longEdgeMax: facts.sizing === 'pixels' ? LIMITS.longEdgeMax : 2_048,
    seed: true,
    negativePrompt: false,
    geometryStrength: true,
    controlMaps: facts.inputsMax > 1 ? [...PICTURE_MAPS] : [],
    mask: false,
    countMax: LIMITS.count,
    progress: true,
    previews: false,
    cancel: false,
    deterministic: false,
  };
  return { id: facts.id, name: facts.name, capabilities, price: facts.price, note: facts.note };
}
