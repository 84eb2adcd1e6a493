import type { AspectRatio, EngineCapabilities, EngineModel, PixelSize, Price } from '@diorama/contracts';
import { nearestRatio, ratioOfText, sizeByRule } from '../../kit/remote/sizes.ts';
import { PICTURE_MAPS } from '../shared/picture-plan.ts';

export type Resolution = '1k' | '2k';

interface GrokFacts {
  readonly name: string;
  readonly note: string | null;
  readonly price: Price | null;
  /** Whether `quality` chooses the price; `high` is refused. */
  readonly hasQuality: boolean;
}

const TABLE_OF_AUGUST = {
  asOf: '2026-08-21',
  source: 'docs.x.ai/developers/pricing, as quoted by github.com/HeyPuter/puter',
};

const FACTS: Readonly<Record<string, GrokFacts>> = {
  'grok-imagine-image-2.0': {
    name: 'Grok Imagine 2.0',
    note: 'The newest; strongest in edits and lettering.',
    // At medium quality: $0.06 at 1k, $0.08 at 2k.
    price: {
      perImage: 0.053,
      perOutputMegapixel: 0.0065,
      perInputImage: 0.01,
      asOf: '2026-10-13',
      source: 'docs.x.ai/docs/models/grok-imagine-image-2.0, as quoted by docs.laozhang.ai; medium quality',
    },
    hasQuality: true,
  },
  'grok-imagine-image-quality': {
    name: 'Grok Imagine Quality',
    note: null,
    // $0.05 at 1k, $0.07 at 2k.
    price: { perImage: 0.0433, perOutputMegapixel: 0.0064, perInputImage: 0.01, ...TABLE_OF_AUGUST },
    hasQuality: false,
  },
  'grok-imagine-image': {
    name: 'Grok Imagine',
    note: 'The cheapest and quickest.',
    price: { perImage: 0.02, perInputImage: 0.002, ...TABLE_OF_AUGUST },
    hasQuality: false,
  },
};

/** Offered before the first test, the default first. */
export const KNOWN_MODELS: readonly string[] = Object.keys(FACTS);

/** Pictures that one edit takes. */
export const INPUTS_MAX = 3;
/** Images that one request gives. */
export const IMAGES_PER_CALL = 3;
export const PROMPT_MAX_CHARACTERS = 8_000;

/** @see https://docs.x.ai/developers/model-capabilities/images/generation#aspect-ratio */
const RATIOS = [
  '1:1',
  '3:4',
  '4:3',
  '2:3',
  '3:2',
  '9:16',
  '16:9',
  '1:2',
  '2:1',
  '9:19.5',
  '19.5:9',
  '9:20',
  '20:9',
] as const;
/** Those of Diorama's own that are among them. */
const OWN_RATIOS: AspectRatio[] = ['1:1', '3:4', '4:3', '2:3', '3:2', '9:16', '16:9'];

export function factsOf(id: string): GrokFacts {
  return (
    (Object.hasOwn(FACTS, id) ? FACTS[id] : undefined) ?? {
      name: id,
      note: 'Not known to Diorama: taken for a model with the usual ratios, 1k and 2k.',
      price: null,
      hasQuality: false,
    }
  );
}

export function isImageModel(id: string): boolean {
  return /^grok-(?:imagine-image|\d+-image)/.test(id);
}

export interface GrokSize {
  readonly aspectRatio: string;
  readonly resolution: Resolution;
  /** What the canvas is drawn at: the service does not say its exact pixels. */
  readonly size: PixelSize;
}

/** 2k as soon as 1k would have to be enlarged noticeably. */
const LONG_EDGE_OF_1K = 1_400;

export function sizeFor(wanted: PixelSize): GrokSize {
  const name = nearestRatio(RATIOS, wanted);
  const ratio = ratioOfText(name);
  const resolution = Math.max(wanted.width, wanted.height) > LONG_EDGE_OF_1K ? '2k' : '1k';
  const pixels = resolution === '2k' ? 2_048 ** 2 : 1_024 ** 2;
  const width = Math.sqrt(pixels * ratio);
  const size = sizeByRule(
    { width, height: width / ratio },
    { stepPx: 16, edgeMaxPx: 4_096, pixelsMin: pixels * 0.7, pixelsMax: pixels * 1.1, ratioMax: 3 },
  );
  return { aspectRatio: name, resolution, size };
}

export function modelOf(id: string): EngineModel {
  const { name, note, price } = factsOf(id);
  return { id, name, capabilities: CAPABILITIES, price, note };
}

const CAPABILITIES: EngineCapabilities = {
  textOnly: true,
  canvas: true,
  referencesMax: 2,
  referenceRoles: ['style', 'material', 'background', 'subject', 'palette'],
  aspectRatios: OWN_RATIOS,
  longEdgeMin: 256,
  longEdgeMax: 2_048,
  seed: false,
  negativePrompt: false,
  geometryStrength: true,
  controlMaps: [...PICTURE_MAPS],
  mask: false,
  countMax: 4,
  progress: false,
  previews: false,
  cancel: false,
  deterministic: false,
};
