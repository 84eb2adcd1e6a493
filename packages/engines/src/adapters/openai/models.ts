import {
  ASPECT_RATIOS,
  type EngineCapabilities,
  type EngineModel,
  type PixelSize,
  type Price,
} from '@diorama/contracts';
import type { SizeRule } from '../../kit/remote/sizes.ts';
import { PICTURE_MAPS } from '../shared/picture-plan.ts';

/** What is known of one family of models. */
export interface OpenAiFacts {
  readonly name: string;
  readonly note: string | null;
  readonly price: Price | null;
  /** `free`: any size that keeps `FREE_SIZES`; `fixed`: one of `FIXED_SIZES`. */
  readonly sizes: 'free' | 'fixed';
  readonly qualities: readonly string[];
  /** Values of `input_fidelity`; empty where the field is refused. */
  readonly inputFidelity: readonly string[];
  readonly hasComplexity: boolean;
}

/**
 * Limits of the models with free sizes.
 *
 * @see https://developers.openai.com/api/docs/guides/image-generation#size-and-quality-options
 */
export const FREE_SIZES = {
  stepPx: 16,
  edgeMaxPx: 3_840,
  pixelsMin: 655_360,
  pixelsMax: 8_294_400,
  ratioMax: 3,
} as const satisfies SizeRule;

/** The only sizes of the older models, by their ratio. */
export const FIXED_SIZES = {
  '1:1': { width: 1_024, height: 1_024 },
  '3:2': { width: 1_536, height: 1_024 },
  '2:3': { width: 1_024, height: 1_536 },
} as const satisfies Record<string, PixelSize>;

/** Pictures that one request takes. */
export const INPUTS_MAX = 16;
export const PROMPT_MAX_CHARACTERS = 32_000;

/** Dollars per million tokens, the same since gpt-image-2. */
const TOKENS = { textInput: 5, imageInput: 8, output: 30 };

// The price of a picture goes by its quality and size; these are the ones of medium quality, the setting that is sent
// when nobody chooses another. An input is taken as some 1,500 tokens.
const PRICE_2: Price = {
  perOutputMegapixel: 0.05,
  outputMegapixelsMax: 8.3,
  perInputImage: 0.012,
  perMillionTokens: TOKENS,
  asOf: '2026-09-09',
  source: 'developers.openai.com/api/docs/pricing; medium quality, $0.053 at 1024x1024',
};
const PRICE_2_6: Price = {
  ...PRICE_2,
  // Low and medium of 2.6 take three to four times the tokens of 2.5.
  perOutputMegapixel: 0.17,
  asOf: '2026-11-05',
  source: 'developers.openai.com model pages (tokens); docs.laozhang.ai (tokens of medium quality)',
};

const FREE = { sizes: 'free', inputFidelity: [] } as const;
const QUALITIES_2 = ['low', 'medium', 'high', 'auto'];
const QUALITIES_2_5 = ['low', 'medium', 'high', 'xhigh', 'max', 'auto'];

const FAMILIES: Readonly<Record<string, OpenAiFacts>> = {
  'gpt-image-2.6-sunburst': {
    ...FREE,
    name: 'GPT Image 2.6 Sunburst',
    note: 'Most exact in edits; takes longer.',
    price: PRICE_2_6,
    qualities: QUALITIES_2_5,
    hasComplexity: true,
  },
  'gpt-image-2.6-flare': {
    ...FREE,
    name: 'GPT Image 2.6 Flare',
    note: 'Fast; for drafts and variants.',
    price: PRICE_2_6,
    qualities: QUALITIES_2_5,
    hasComplexity: true,
  },
  'gpt-image-2.5-sunburst': {
    ...FREE,
    name: 'GPT Image 2.5 Sunburst',
    note: 'Exact in edits and cheaper than 2.6 at low and medium quality.',
    price: PRICE_2,
    qualities: QUALITIES_2_5,
    hasComplexity: false,
  },
  'gpt-image-2.5-flare': {
    ...FREE,
    name: 'GPT Image 2.5 Flare',
    note: 'Fast and cheap.',
    price: PRICE_2,
    qualities: QUALITIES_2_5,
    hasComplexity: false,
  },
  'gpt-image-2': {
    ...FREE,
    name: 'GPT Image 2',
    note: null,
    price: PRICE_2,
    qualities: QUALITIES_2,
    hasComplexity: false,
  },
  'gpt-image-1.5': {
    name: 'GPT Image 1.5',
    note: 'Three fixed sizes. Announced to end on 2026-12-01.',
    price: {
      perImage: 0.042,
      perInputImage: 0.012,
      perMillionTokens: { textInput: 5, imageInput: 8, output: 32 },
      asOf: '2026-11-05',
      source: 'developers.openai.com model page; medium quality, $0.034 to $0.05',
    },
    sizes: 'fixed',
    qualities: QUALITIES_2,
    inputFidelity: ['high', 'low'],
    hasComplexity: false,
  },
  'gpt-image-1-mini': {
    name: 'GPT Image 1 mini',
    note: 'The cheapest. Three fixed sizes; marked as outdated by OpenAI.',
    price: {
      perImage: 0.013,
      perInputImage: 0.004,
      perMillionTokens: { textInput: 2, imageInput: 2.5, output: 8 },
      asOf: '2026-11-05',
      source: 'developers.openai.com model page; medium quality, $0.011 to $0.015',
    },
    sizes: 'fixed',
    qualities: QUALITIES_2,
    inputFidelity: ['low'],
    hasComplexity: false,
  },
};

/** Offered before the first test, the default first. */
export const KNOWN_MODELS: readonly string[] = Object.keys(FAMILIES);

/** What an id is likely to mean that no table has: newer models keep the free sizes of their forerunners. */
const UNLISTED: OpenAiFacts = {
  ...FREE,
  name: '',
  note: 'Not known to Diorama: taken for a model with free sizes.',
  price: null,
  qualities: QUALITIES_2_5,
  hasComplexity: false,
};
const UNLISTED_FIXED: OpenAiFacts = {
  ...UNLISTED,
  note: 'Not known to Diorama: taken for a model with three fixed sizes.',
  sizes: 'fixed',
  qualities: QUALITIES_2,
};

/** Facts by id; a dated snapshot (`gpt-image-2-2026-04-21`) is its family. */
export function factsOf(id: string): OpenAiFacts {
  const family = id.replace(/-\d{4}-\d{2}-\d{2}$/, '');
  const facts = Object.hasOwn(FAMILIES, family) ? FAMILIES[family] : undefined;
  if (facts)
    return family === id ? facts : { ...facts, name: `${facts.name} (${id.slice(family.length + 1)})` };
  const version = Number(/^gpt-image-(\d+(?:\.\d+)?)/.exec(id)?.[1] ?? 2);
  return { ...(version >= 2 && !id.startsWith('chatgpt-') ? UNLISTED : UNLISTED_FIXED), name: id };
}

/** Whether the model list's entry makes pictures through this API. */
export function isImageModel(id: string): boolean {
  return /^(?:gpt-image-|chatgpt-image)/.test(id);
}

export function modelOf(id: string): EngineModel {
  const { name, note, price, sizes } = factsOf(id);
  return { id, name, capabilities: sizes === 'free' ? FREE_CAPABILITIES : FIXED_CAPABILITIES, price, note };
}

const FREE_CAPABILITIES: EngineCapabilities = {
  textOnly: true,
  canvas: true,
  referencesMax: 2,
  referenceRoles: ['style', 'material', 'background', 'subject', 'palette'],
  aspectRatios: [...ASPECT_RATIOS],
  longEdgeMin: 256,
  longEdgeMax: FREE_SIZES.edgeMaxPx,
  seed: false,
  negativePrompt: false,
  geometryStrength: true,
  controlMaps: [...PICTURE_MAPS],
  mask: false,
  countMax: 4,
  progress: true,
  previews: true,
  cancel: false,
  deterministic: false,
};
const FIXED_CAPABILITIES: EngineCapabilities = {
  ...FREE_CAPABILITIES,
  aspectRatios: ['1:1', '3:2', '2:3'],
  longEdgeMax: 1_536,
};
