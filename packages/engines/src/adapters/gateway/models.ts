import {
  ASPECT_RATIOS,
  type AspectRatio,
  type EngineCapabilities,
  type EngineModel,
  LIMITS,
  type PixelSize,
  type Price,
} from '@diorama/contracts';
import { nearestRatio, ratioOfText, type SizeRule, sizeByRule } from '../../kit/remote/sizes.ts';

/**
 * What the models of one maker take. The gateway hands `size` and `aspectRatio` to the maker's own package, which
 * understands one of them.
 */
interface MakerFacts {
  readonly id: RegExp;
  readonly size: SizeRule | 'fixed-by-ratio';
  /** Pictures of one request. */
  readonly inputsMax: number;
  readonly hasSeed: boolean;
  /** Options under the maker's own name. */
  readonly providerOptions?: (size: PixelSize) => Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const OPENAI_SIZES: SizeRule = {
  stepPx: 16,
  edgeMaxPx: 3_840,
  pixelsMin: 655_360,
  pixelsMax: 8_294_400,
  ratioMax: 3,
};
const FLUX_SIZES: SizeRule = {
  stepPx: 16,
  // The package refuses longer edges although the models would take them.
  edgeMaxPx: 1_920,
  pixelsMin: 256 * 256,
  pixelsMax: 4_000_000,
  ratioMax: 7,
};
const SEEDREAM_SIZES: SizeRule = {
  stepPx: 16,
  edgeMaxPx: 4_096,
  pixelsMin: 2_560 * 1_440,
  pixelsMax: 4_096 * 4_096,
  ratioMax: 7,
};

const MAKERS: readonly MakerFacts[] = [
  { id: /^openai\/gpt-image-(?:2|[3-9])/, size: OPENAI_SIZES, inputsMax: 16, hasSeed: false },
  { id: /^openai\//, size: 'fixed-by-ratio', inputsMax: 16, hasSeed: false },
  { id: /^bfl\/flux-2-klein/, size: FLUX_SIZES, inputsMax: 4, hasSeed: true },
  { id: /^bfl\/flux-[23]/, size: FLUX_SIZES, inputsMax: 8, hasSeed: true },
  { id: /^bfl\/flux-kontext/, size: 'fixed-by-ratio', inputsMax: 1, hasSeed: true },
  { id: /^bfl\//, size: 'fixed-by-ratio', inputsMax: 0, hasSeed: true },
  {
    id: /^(?:spacexai|xai)\/grok-/,
    size: 'fixed-by-ratio',
    inputsMax: 3,
    hasSeed: false,
    providerOptions: ({ width, height }) => ({
      xai: { resolution: Math.max(width, height) > 1_400 ? '2k' : '1k' },
    }),
  },
  { id: /^bytedance\/seedream/, size: SEEDREAM_SIZES, inputsMax: 10, hasSeed: false },
  { id: /^(?:recraft|prodia)\//, size: 'fixed-by-ratio', inputsMax: 0, hasSeed: false },
];
const UNKNOWN_MAKER: MakerFacts = { id: /^/, size: 'fixed-by-ratio', inputsMax: 3, hasSeed: false };

/** Ratios in whole numbers that nearly every model knows. */
const RATIOS = ['1:1', '3:4', '4:3', '2:3', '3:2', '9:16', '16:9'] as const satisfies AspectRatio[];

export const PROMPT_MAX_CHARACTERS = 8_000;

/** Offered before the first test; the gateway's own list takes their place. */
export const KNOWN_MODELS: readonly string[] = [
  'openai/gpt-image-2.5-sunburst',
  'bfl/flux-2-pro',
  'bfl/flux-2-max',
  'bytedance/seedream-4.5',
  'spacexai/grok-imagine-image-2.0',
];

export function factsOf(id: string): MakerFacts {
  return MAKERS.find((maker) => maker.id.test(id)) ?? UNKNOWN_MAKER;
}

/** What is asked for a wanted size: pixels, or the nearest ratio that models know. */
export interface GatewaySize {
  readonly size: PixelSize;
  readonly ask: { readonly size: string } | { readonly aspectRatio: string };
}

export function sizeFor(id: string, wanted: PixelSize): GatewaySize {
  const { size: rule } = factsOf(id);
  if (rule !== 'fixed-by-ratio') {
    const size = sizeByRule(wanted, rule);
    return { size, ask: { size: `${size.width}x${size.height}` } };
  }
  if (id.startsWith('openai/')) {
    const size = OPENAI_FIXED[nearestRatio(['1:1', '3:2', '2:3'] as const, wanted)];
    return { size, ask: { size: `${size.width}x${size.height}` } };
  }
  const aspectRatio = nearestRatio(RATIOS, wanted);
  const pixels = Math.max(wanted.width, wanted.height) > 1_400 ? 2_048 ** 2 : 1_024 ** 2;
  const width = Math.sqrt(pixels * ratioOfText(aspectRatio));
  const size = { width: roundTo16(width), height: roundTo16(width / ratioOfText(aspectRatio)) };
  return { size, ask: { aspectRatio } };
}

const OPENAI_FIXED = {
  '1:1': { width: 1_024, height: 1_024 },
  '3:2': { width: 1_536, height: 1_024 },
  '2:3': { width: 1_024, height: 1_536 },
} as const;

function roundTo16(edge: number): number {
  return Math.round(edge / 16) * 16;
}

/** @param listed Name and price as the gateway lists them. */
export function modelOf(
  id: string,
  listed: { readonly name?: string; readonly price?: Price | null } = {},
): EngineModel {
  const { size, inputsMax, hasSeed } = factsOf(id);
  const capabilities: EngineCapabilities = {
    textOnly: true,
    canvas: inputsMax > 0,
    referencesMax: Math.max(0, Math.min(2, inputsMax - 1)),
    referenceRoles: inputsMax > 1 ? ['style', 'material', 'background', 'subject', 'palette'] : [],
    aspectRatios: size === 'fixed-by-ratio' ? [...RATIOS] : [...ASPECT_RATIOS],
    longEdgeMin: 256,
    longEdgeMax: size === 'fixed-by-ratio' ? 2_048 : (size.edgeMaxPx ?? LIMITS.longEdgeMax),
    seed: hasSeed,
    negativePrompt: false,
    geometryStrength: inputsMax > 0,
    controlMaps: [],
    mask: false,
    countMax: 4,
    progress: false,
    previews: false,
    cancel: false,
    deterministic: false,
  };
  const isKnown = factsOf(id) !== UNKNOWN_MAKER;
  return {
    id,
    name: listed.name ?? id,
    capabilities,
    price: listed.price ?? null,
    note: isKnown
      ? null
      : 'What it takes is not known to Diorama; the gateway passes on what its maker says.',
  };
}
