import {
  ASPECT_RATIOS,
  type EngineCapabilities,
  type EngineModel,
  LIMITS,
  type Price,
} from '@diorama/contracts';
import { PICTURE_MAPS } from '../shared/picture-plan.ts';

/** How a model of fal is told its size. */
export type FalSizing =
  /** `image_size: {width, height}` within these edges. */
  | { readonly kind: 'pixels'; readonly minEdgePx: number; readonly maxEdgePx: number }
  /** `aspect_ratio` of a list, and `resolution`. */
  | {
      readonly kind: 'ratio';
      readonly ratios: readonly string[];
      readonly resolutions: readonly (readonly [label: string, longEdgePx: number])[];
    }
  /** `image_size` as one of a few texts. */
  | { readonly kind: 'fixed'; readonly sizes: readonly (readonly [number, number])[] };

export interface FalFacts {
  /** Path of the model that edits pictures. */
  readonly id: string;
  /** Path of its sister that needs none; null when there is none. */
  readonly textId: string | null;
  readonly name: string;
  readonly note: string | null;
  readonly inputsMax: number;
  readonly sizing: FalSizing;
  readonly hasSeed: boolean;
  readonly hasNegativePrompt: boolean;
  readonly price: Price | null;
}

const RATIOS = ['21:9', '16:9', '3:2', '4:3', '5:4', '1:1', '4:5', '3:4', '2:3', '9:16'] as const;
const FREE_SIZE: FalSizing = { kind: 'pixels', minEdgePx: 512, maxEdgePx: 2_048 };

/** Dollars for a request and for each megapixel, sent or made; fal rounds every picture up to whole megapixels. */
const byMegapixel = (perRequest: number, perMegapixel: number, asOf: string, source: string): Price => ({
  ...(perRequest > 0 ? { perImage: perRequest } : {}),
  perOutputMegapixel: perMegapixel,
  outputMegapixelsMax: 4,
  countsWholeMegapixels: true,
  perInputMegapixel: perMegapixel,
  asOf,
  source,
});

/** fal's own page of a model, of which there was a copy without a day: `asOf` is the first day it can be of. */
const pageOf = (path: string): string => `fal.ai/models/fal-ai/${path}/llms.txt (that day or later)`;

const flux2 = (path: string, name: string, note: string, inputsMax: number, price: Price): FalFacts => ({
  id: `fal-ai/${path}/edit`,
  textId: `fal-ai/${path}`,
  name,
  note,
  inputsMax,
  sizing: FREE_SIZE,
  hasSeed: true,
  hasNegativePrompt: false,
  price,
});

const FACTS: readonly FalFacts[] = [
  flux2(
    'flux-2-pro',
    'FLUX.2 [pro]',
    'Keeps to scene and references; good for most pictures.',
    8,
    byMegapixel(
      0.015,
      0.015,
      '2026-09-01',
      'fal.ai/models/fal-ai/flux-2-pro/edit, quoted in September 2026 ($0.03 + $0.015)',
    ),
  ),
  flux2(
    'flux-2-max',
    'FLUX.2 [max]',
    'The most exact of the family.',
    8,
    byMegapixel(0.04, 0.03, '2025-12-01', pageOf('flux-2-max/edit')),
  ),
  flux2(
    'flux-2-flex',
    'FLUX.2 [flex]',
    'Good at lettering and fine detail.',
    8,
    byMegapixel(0, 0.05, '2026-01-28', pageOf('flux-2-flex/edit')),
  ),
  flux2(
    'flux-2',
    'FLUX.2 [dev]',
    'The open model.',
    4,
    byMegapixel(0, 0.012, '2025-12-30', 'fal.ai/models/fal-ai/flux-2/edit, as quoted by lumenfall.ai'),
  ),
  flux2(
    'flux-2/klein/9b',
    'FLUX.2 [klein] 9B',
    'Fast and cheap.',
    4,
    byMegapixel(0, 0.011, '2026-01-15', pageOf('flux-2/klein/9b/edit')),
  ),
  flux2(
    'flux-2/klein/4b',
    'FLUX.2 [klein] 4B',
    'The fastest; for trying out.',
    4,
    byMegapixel(0, 0.01, '2026-01-15', pageOf('flux-2/klein/4b/edit')),
  ),
  {
    id: 'fal-ai/nano-banana-pro/edit',
    textId: 'fal-ai/nano-banana-pro',
    name: 'Nano Banana Pro',
    note: 'Gemini 3 Pro Image: understands long instructions; up to 4K.',
    inputsMax: 8,
    sizing: {
      kind: 'ratio',
      ratios: RATIOS,
      resolutions: [
        ['1K', 1_024],
        ['2K', 2_048],
        ['4K', 4_096],
      ],
    },
    hasSeed: true,
    hasNegativePrompt: false,
    // $0.15 at 1K and 2K, twice that at 4K: right at 1K and 4K, a fifth high at 2K.
    price: {
      perImage: 0.14,
      perOutputMegapixel: 0.0096,
      asOf: '2026-06-30',
      source: pageOf('nano-banana-pro/edit'),
    },
  },
  {
    id: 'fal-ai/nano-banana-2/edit',
    textId: 'fal-ai/nano-banana-2',
    name: 'Nano Banana 2',
    note: 'Gemini 3.1 Flash Image: quick, follows instructions.',
    inputsMax: 8,
    sizing: {
      kind: 'ratio',
      ratios: RATIOS,
      resolutions: [
        ['0.5K', 512],
        ['1K', 1_024],
        ['2K', 2_048],
        ['4K', 4_096],
      ],
    },
    hasSeed: true,
    hasNegativePrompt: false,
    // $0.06, $0.08, $0.12 and $0.16 from 0.5K to 4K: right at 1K, a sixth low at 2K, a sixth high at 4K.
    price: {
      perImage: 0.073,
      perOutputMegapixel: 0.0067,
      asOf: '2026-06-30',
      source: pageOf('nano-banana-2/edit'),
    },
  },
  {
    id: 'fal-ai/gpt-image-1.5/edit',
    textId: 'fal-ai/gpt-image-1.5',
    name: 'GPT Image 1.5',
    note: 'Three sizes; others are cut and resampled from them.',
    inputsMax: 8,
    sizing: {
      kind: 'fixed',
      sizes: [
        [1_024, 1_024],
        [1_536, 1_024],
        [1_024, 1_536],
      ],
    },
    hasSeed: false,
    hasNegativePrompt: false,
    // High quality, which fal takes when none is asked for: $0.133 square, $0.20 otherwise; 3,050 tokens a picture sent.
    price: {
      perImage: 0.2,
      perInputImage: 0.0244,
      asOf: '2026-06-30',
      source: pageOf('gpt-image-1.5/edit'),
    },
  },
  {
    id: 'fal-ai/qwen-image-edit-2511',
    textId: null,
    name: 'Qwen Image Edit 2511',
    note: 'An open model that keeps identities well.',
    inputsMax: 3,
    sizing: FREE_SIZE,
    hasSeed: true,
    hasNegativePrompt: true,
    price: { perOutputMegapixel: 0.03, asOf: '2026-01-07', source: pageOf('qwen-image-edit-2511') },
  },
];

export const FAL_MODEL_IDS: readonly string[] = FACTS.map(({ id }) => id);

/** Facts of a model; one that is not known is taken as an edit model with free sizes. */
export function falFacts(id: string): FalFacts {
  return (
    FACTS.find((facts) => facts.id === id) ?? {
      id,
      textId: id.endsWith('/edit') ? id.slice(0, -'/edit'.length) : null,
      name: id,
      note: 'Not known to this version of Diorama; asked like FLUX.2.',
      inputsMax: 3,
      sizing: FREE_SIZE,
      hasSeed: true,
      hasNegativePrompt: false,
      price: null,
    }
  );
}

export function falModel(facts: FalFacts): EngineModel {
  const { sizing } = facts;
  const capabilities: EngineCapabilities = {
    textOnly: facts.textId !== null,
    canvas: true,
    referencesMax: Math.min(LIMITS.references, facts.inputsMax - 1),
    referenceRoles: ['style', 'material', 'background', 'subject', 'palette'],
    aspectRatios:
      sizing.kind === 'pixels'
        ? [...ASPECT_RATIOS]
        : sizing.kind === 'ratio'
          ? ASPECT_RATIOS.filter((ratio) => sizing.ratios.includes(ratio))
          : ['1:1', '3:2', '2:3'],
    longEdgeMin: LIMITS.longEdgeMin,
    longEdgeMax: LIMITS.longEdgeMax,
    seed: facts.hasSeed,
    negativePrompt: facts.hasNegativePrompt,
    geometryStrength: true,
    controlMaps: [...PICTURE_MAPS],
    mask: false,
    countMax: LIMITS.count,
    progress: true,
    previews: false,
    cancel: true,
    deterministic: false,
  };
  return { id: facts.id, name: facts.name, capabilities, price: facts.price, note: facts.note };
}
