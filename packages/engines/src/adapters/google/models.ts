import type { AspectRatio, EngineCapabilities, EngineModel, PixelSize, Price } from '@diorama/contracts';
import { nearestRatio } from '../../kit/remote/sizes.ts';
import { PICTURE_MAPS } from '../shared/picture-plan.ts';

/** A step of resolution, as `imageConfig.imageSize` names it. */
export type ImageSize = '512' | '1K' | '2K' | '4K';

/** What is known of one model. */
export interface GeminiFacts {
  readonly name: string;
  readonly note: string | null;
  readonly price: Price | null;
  /** Text and thoughts that come beside a picture, dollars per million tokens; as the pictures where unknown. */
  readonly perMillionTextOutput: number | null;
  /** Empty: the model has one resolution and the field is not sent. */
  readonly imageSizes: readonly ImageSize[];
  /** Pixels of each ratio at 1K. */
  readonly pixels: Readonly<Record<string, PixelSize>>;
  readonly inputsMax: number;
}

/** Ratios that every image model draws and the SDK lets through; the extreme ones are of no use here. */
const RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'] as const;

export const PROMPT_MAX_CHARACTERS = 32_000;

/** @see https://ai.google.dev/gemini-api/docs/image-generation#aspect_ratios_and_image_size */
const PIXELS_3 = both({
  '1:1': [1_024, 1_024],
  '3:2': [1_264, 848],
  '4:3': [1_200, 896],
  '5:4': [1_152, 928],
  '16:9': [1_376, 768],
  '21:9': [1_584, 672],
});
const PIXELS_2_5 = both({
  '1:1': [1_024, 1_024],
  '3:2': [1_248, 832],
  '4:3': [1_184, 864],
  '5:4': [1_152, 896],
  '16:9': [1_344, 768],
  '21:9': [1_536, 672],
});

const FACTS: Readonly<Record<string, GeminiFacts>> = {
  'gemini-nano-banana-2.1': {
    name: 'Nano Banana 2.1',
    note: 'The newest; cheap, up to 4K.',
    // 1,120 tokens at 1K and 3,800 at 4K; between them nearly a straight line over the pixels.
    price: {
      perImage: 0.0283,
      perOutputMegapixel: 0.0051,
      perInputImage: 0.0017,
      perMillionTokens: { textInput: 1.5, imageInput: 1.5, output: 30 },
      asOf: '2026-10-12',
      source: 'github.com/BerriAI/litellm discussion 44983 ($0.0336 at 1K); fal.ai guide (share of 4K)',
    },
    perMillionTextOutput: 7.5,
    imageSizes: ['512', '1K', '2K', '4K'],
    pixels: PIXELS_3,
    inputsMax: 10,
  },
  'gemini-3-pro-image': {
    name: 'Nano Banana Pro',
    note: 'Thinks before it draws: careful with space and lettering, slower, dearer.',
    // $0.134 at 1K and 2K, $0.24 at 4K.
    price: {
      perImage: 0.13,
      perOutputMegapixel: 0.0065,
      perInputImage: 0.0011,
      perMillionTokens: { textInput: 2, imageInput: 2, output: 120 },
      asOf: '2026-03-23',
      source: 'ai.google.dev/gemini-api/docs/pricing, as quoted by aifreeapi.com',
    },
    perMillionTextOutput: 12,
    imageSizes: ['1K', '2K', '4K'],
    pixels: PIXELS_3,
    inputsMax: 14,
  },
  'gemini-3.1-flash-lite-image': {
    name: 'Nano Banana 2 Lite',
    note: 'Ready in seconds; 1K only.',
    price: {
      perImage: 0.034,
      perMillionTokens: { textInput: 0.25, imageInput: 0.25, output: 30 },
      asOf: '2026-06-30',
      source: "docs.apiyi.com (Google's own price as the 100 % of its own)",
    },
    perMillionTextOutput: null,
    imageSizes: [],
    pixels: PIXELS_3,
    inputsMax: 14,
  },
  'gemini-3.1-flash-image': {
    name: 'Nano Banana 2',
    note: 'Announced to end on 2026-10-29.',
    // $0.045, $0.067, $0.101 and $0.151 from 512 to 4K.
    price: {
      perImage: 0.062,
      perOutputMegapixel: 0.0055,
      perInputImage: 0.0006,
      perMillionTokens: { textInput: 0.5, imageInput: 0.5, output: 60 },
      asOf: '2026-03-23',
      source: 'ai.google.dev/gemini-api/docs/pricing, as quoted by aifreeapi.com',
    },
    perMillionTextOutput: 3,
    imageSizes: ['512', '1K', '2K', '4K'],
    pixels: PIXELS_3,
    inputsMax: 10,
  },
  'gemini-2.5-flash-image': {
    name: 'Nano Banana',
    note: 'The first one, 1K only. Announced to end from 2026-10-02 on.',
    price: {
      perImage: 0.039,
      perMillionTokens: { textInput: 0.3, imageInput: 0.3, output: 30 },
      asOf: '2026-10-12',
      source: 'docs.dev.xavier.icvr.xyz ($0.30 and $30 per million tokens); 1,290 tokens a picture',
    },
    perMillionTextOutput: 2.5,
    imageSizes: [],
    pixels: PIXELS_2_5,
    inputsMax: 3,
  },
};

/** Offered before the first test, the default first; what was announced to end shows up when the service still lists it. */
export const KNOWN_MODELS: readonly string[] = [
  'gemini-nano-banana-2.1',
  'gemini-3-pro-image',
  'gemini-3.1-flash-lite-image',
];

const UNLISTED: GeminiFacts = {
  name: '',
  note: 'Not known to Diorama: taken for a model with the usual ratios and sizes.',
  price: null,
  perMillionTextOutput: null,
  imageSizes: ['1K', '2K'],
  pixels: PIXELS_3,
  inputsMax: 3,
};

export function factsOf(id: string): GeminiFacts {
  const family = id.replace(/-preview(?:-\d{2}-\d{4})?$/, '');
  const facts = Object.hasOwn(FACTS, family) ? FACTS[family] : undefined;
  if (!facts) return { ...UNLISTED, name: id };
  return family === id ? facts : { ...facts, name: `${facts.name} (preview)` };
}

/** Whether an entry of the model list makes pictures through `generateContent`. */
export function isImageModel(id: string, methods: readonly string[]): boolean {
  return /^gemini-.*(?:image|nano-banana)/.test(id) && methods.includes('generateContent');
}

/** Ratio and step of resolution for a wanted size, and the pixels that they give. */
export interface GeminiSize {
  readonly aspectRatio: string;
  readonly imageSize: ImageSize | null;
  readonly size: PixelSize;
}

const SCALES: Readonly<Record<ImageSize, number>> = { '512': 0.5, '1K': 1, '2K': 2, '4K': 4 };

/** The smallest step that is at least as large as wanted, or the largest there is. */
export function sizeFor(facts: GeminiFacts, wanted: PixelSize): GeminiSize {
  const name = nearestRatio(RATIOS, wanted);
  const base = facts.pixels[name]!;
  const longEdge = Math.max(base.width, base.height);
  const wantedEdge = Math.max(wanted.width, wanted.height);
  const imageSize =
    facts.imageSizes.find((step) => longEdge * SCALES[step] >= wantedEdge) ?? facts.imageSizes.at(-1) ?? null;
  const scale = imageSize === null ? 1 : SCALES[imageSize];
  return {
    aspectRatio: name,
    imageSize,
    size: { width: base.width * scale, height: base.height * scale },
  };
}

export function modelOf(id: string): EngineModel {
  const { name, note, price, imageSizes, inputsMax } = factsOf(id);
  const largest = imageSizes.at(-1);
  const capabilities: EngineCapabilities = {
    textOnly: true,
    canvas: true,
    referencesMax: Math.min(2, inputsMax - 1),
    referenceRoles: ['style', 'material', 'background', 'subject', 'palette'],
    aspectRatios: [...RATIOS] satisfies AspectRatio[],
    longEdgeMin: 256,
    longEdgeMax: largest === '4K' ? 4_096 : largest === '2K' ? 2_048 : 1_024,
    seed: false,
    negativePrompt: false,
    geometryStrength: true,
    controlMaps: inputsMax > 3 ? [...PICTURE_MAPS] : [],
    mask: false,
    countMax: 4,
    progress: false,
    previews: false,
    cancel: false,
    deterministic: false,
  };
  return { id, name, capabilities, price, note };
}

/** Each size also lying on its side. */
function both(landscape: Readonly<Record<string, readonly [number, number]>>): Record<string, PixelSize> {
  const sizes: Record<string, PixelSize> = {};
  for (const [name, [width, height]] of Object.entries(landscape)) {
    sizes[name] = { width, height };
    const turned = name.split(':').reverse().join(':');
    if (turned !== name) sizes[turned] = { width: height, height: width };
  }
  return sizes;
}
