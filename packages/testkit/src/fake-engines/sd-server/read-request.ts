import { inspectPicture, sha256 } from '../kit/index.ts';
import type { SdServerBehaviour } from './behaviour.ts';

export const SAMPLERS = [
  'euler',
  'euler_a',
  'heun',
  'dpm2',
  'dpm++2s_a',
  'dpm++2m',
  'dpm++2mv2',
  'ipndm',
  'ipndm_v',
  'lcm',
  'ddim_trailing',
  'tcd',
  'res_multistep',
  'res_2s',
  'er_sde',
] as const;

export const SCHEDULERS = [
  'discrete',
  'normal',
  'karras',
  'exponential',
  'ays',
  'gits',
  'sgm_uniform',
  'simple',
  'smoothstep',
  'kl_optimal',
  'lcm',
  'bong_tangent',
] as const;

export const LEAST_SIDE_PX = 64;
export const LARGEST_SIDE_PX = 4096;
export const LARGEST_BATCH = 8;

export type OutputFormat = 'png' | 'jpeg' | 'webp';

/** A picture that came along. */
export interface SentImage {
  sha256: string;
  bytes: Uint8Array;
}

/** One generation, for tests to look at: what the model would have been given. */
export interface SdServerRun {
  route: 'img_gen' | 'generations' | 'edits' | 'txt2img' | 'img2img';
  prompt: string;
  negativePrompt: string;
  /** As generated: rounded up to what the model needs. */
  widthPx: number;
  heightPx: number;
  count: number;
  seed: number;
  steps: number;
  strength: number;
  sampler: string;
  scheduler: string;
  txtCfg: number | undefined;
  distilledGuidance: number | undefined;
  initImage: SentImage | undefined;
  maskImage: SentImage | undefined;
  refImages: SentImage[];
  controlImage: SentImage | undefined;
  controlStrength: number;
  ipAdapterImage: SentImage | undefined;
  ipAdapterStrength: number;
  loras: { path: string; multiplier: number }[];
  outputFormat: OutputFormat;
  /** Fields that the program does not know or takes for missing because of their kind. */
  ignoredFields: string[];
  /** Pictures that are of no use to the loaded model. */
  unusedImages: string[];
}

/** The request is refused with 400 and this text. */
export class InvalidRequest extends Error {}

const INVALID = 'invalid generation parameters';

type Kind = 'integer' | 'number' | 'string' | 'boolean' | 'array' | 'object' | 'image' | 'images';

const FIELDS: Readonly<Record<string, Kind>> = {
  prompt: 'string',
  negative_prompt: 'string',
  seed: 'integer',
  width: 'integer',
  height: 'integer',
  batch_count: 'integer',
  clip_skip: 'integer',
  strength: 'number',
  control_strength: 'number',
  ip_adapter_strength: 'number',
  auto_resize_ref_image: 'boolean',
  increase_ref_index: 'boolean',
  embed_image_metadata: 'boolean',
  qwen_image_layers: 'integer',
  init_image: 'image',
  mask_image: 'image',
  control_image: 'image',
  ip_adapter_image: 'image',
  ref_images: 'images',
  sample_params: 'object',
  lora: 'array',
  hires: 'object',
  vae_tiling_params: 'object',
  cache_mode: 'string',
  cache_option: 'string',
  scm_mask: 'string',
  scm_policy_dynamic: 'boolean',
  output_format: 'string',
  output_compression: 'integer',
};

const SAMPLE_FIELDS: Readonly<Record<string, Kind>> = {
  scheduler: 'string',
  sample_method: 'string',
  sample_steps: 'integer',
  eta: 'number',
  shifted_timestep: 'integer',
  custom_sigmas: 'array',
  flow_shift: 'number',
  extra_sample_args: 'string',
  guidance: 'object',
};

const GUIDANCE_FIELDS: Readonly<Record<string, Kind>> = {
  txt_cfg: 'number',
  img_cfg: 'number',
  distilled_guidance: 'number',
  slg: 'object',
};

function isOfKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number';
    case 'array':
    case 'images':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'image':
      return typeof value === 'string';
    default:
      return typeof value === kind;
  }
}

/** Keeps the fields of the right kind and names the others. */
function sift(
  values: Record<string, unknown>,
  kinds: Readonly<Record<string, Kind>>,
  path: string,
  ignored: string[],
): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(values)) {
    const kind = kinds[name];
    const mayBeNull = kind === 'image' || kind === 'images';
    if (kind !== undefined && (isOfKind(value, kind) || (mayBeNull && value === null))) kept[name] = value;
    else if (mayBeNull) throw new InvalidRequest(INVALID);
    else ignored.push(`${path}${name}`);
  }
  return kept;
}

/**
 * Reads a request in the native form.
 *
 * @param body The parsed JSON.
 * @param behaviour Defaults and strictness of the server.
 * @param randomSeed Seed for a request that asks for a random one.
 * @throws {InvalidRequest}
 */
export async function readNative(
  body: unknown,
  behaviour: SdServerBehaviour,
  randomSeed: () => number,
): Promise<SdServerRun> {
  const values = isOfKind(body, 'object') ? (body as Record<string, unknown>) : {};
  const ignored: string[] = [];
  const fields = sift(values, FIELDS, '', ignored);
  const sample = sift(part(fields['sample_params']), SAMPLE_FIELDS, 'sample_params.', ignored);
  const guidance = sift(part(sample['guidance']), GUIDANCE_FIELDS, 'sample_params.guidance.', ignored);
  const number = (from: Record<string, unknown>, name: string, preset: number): number =>
    typeof from[name] === 'number' ? from[name] : preset;
  const text = (from: Record<string, unknown>, name: string, preset: string): string =>
    typeof from[name] === 'string' ? from[name] : preset;

  const width = number(fields, 'width', 512);
  const height = number(fields, 'height', 512);
  const isWithin = (px: number): boolean => px >= LEAST_SIDE_PX && px <= LARGEST_SIDE_PX;
  const sampler = text(sample, 'sample_method', 'euler');
  const scheduler = text(sample, 'scheduler', 'discrete');
  if (behaviour.isStrict) {
    const isKnown = includes(SAMPLERS, sampler) && includes(SCHEDULERS, scheduler);
    const batch = number(fields, 'batch_count', 1);
    if (ignored.length > 0 || !isWithin(width) || !isWithin(height) || !isKnown || batch > LARGEST_BATCH)
      throw new InvalidRequest(INVALID);
  }
  const strength = number(fields, 'strength', 0.75);
  if (strength < 0 || strength > 1 || number(guidance, 'txt_cfg', 7) < 0) throw new InvalidRequest(INVALID);
  const seed = number(fields, 'seed', behaviour.seed);
  const refImages: SentImage[] = [];
  for (const item of (fields['ref_images'] ?? []) as unknown[]) {
    const image = await readImage(item, behaviour.hasWebp);
    if (image === undefined) throw new InvalidRequest(INVALID);
    refImages.push(image);
  }
  const single = async (name: string): Promise<SentImage | undefined> => {
    if (fields[name] === undefined || fields[name] === null) return undefined;
    const image = await readImage(fields[name], behaviour.hasWebp);
    if (image === undefined) throw new InvalidRequest(INVALID);
    return image;
  };
  const controlImage = await single('control_image');
  const ipAdapterImage = await single('ip_adapter_image');
  return {
    route: 'img_gen',
    prompt: text(fields, 'prompt', ''),
    negativePrompt: text(fields, 'negative_prompt', ''),
    ...alignedSize(width, height, behaviour),
    count: Math.min(LARGEST_BATCH, Math.max(1, number(fields, 'batch_count', 1))),
    seed: seed < 0 ? randomSeed() : seed,
    steps: Math.min(100, Math.max(1, number(sample, 'sample_steps', behaviour.steps))),
    strength,
    sampler: includes(SAMPLERS, sampler) ? sampler : 'euler',
    scheduler: includes(SCHEDULERS, scheduler) ? scheduler : 'discrete',
    txtCfg: guidance['txt_cfg'] as number | undefined,
    distilledGuidance: guidance['distilled_guidance'] as number | undefined,
    initImage: await single('init_image'),
    maskImage: await single('mask_image'),
    refImages,
    controlImage,
    controlStrength: number(fields, 'control_strength', 0.9),
    ipAdapterImage,
    ipAdapterStrength: number(fields, 'ip_adapter_strength', 1),
    loras: readLoras(fields['lora'], behaviour),
    outputFormat: readFormat(text(fields, 'output_format', 'png'), behaviour.hasWebp),
    ignoredFields: ignored,
    unusedImages: [
      ...(controlImage !== undefined && !behaviour.hasControlNet ? ['control_image'] : []),
      ...(ipAdapterImage !== undefined && !behaviour.hasIpAdapter ? ['ip_adapter_image'] : []),
      ...(refImages.length > 0 && !behaviour.isEditModel ? ['ref_images'] : []),
    ],
  };
}

function includes(words: readonly string[], word: string): boolean {
  return words.includes(word);
}

function part(value: unknown): Record<string, unknown> {
  return isOfKind(value, 'object') ? (value as Record<string, unknown>) : {};
}

export function alignedSize(
  width: number,
  height: number,
  behaviour: SdServerBehaviour,
): { widthPx: number; heightPx: number } {
  const align = (px: number): number => Math.ceil(px / behaviour.sizeMultiplePx) * behaviour.sizeMultiplePx;
  return { widthPx: align(width > 0 ? width : 512), heightPx: align(height > 0 ? height : 512) };
}

/** @throws {InvalidRequest} With the formats that this build can write. */
export function readFormat(format: string, allowsWebp: boolean): OutputFormat {
  const valid = allowsWebp ? ['png', 'jpeg', 'webp'] : ['png', 'jpeg'];
  const wanted = format.toLowerCase();
  if (!valid.includes(wanted))
    throw new InvalidRequest(`invalid output_format, must be one of [${valid.join(', ')}]`);
  return wanted as OutputFormat;
}

function readLoras(value: unknown, behaviour: SdServerBehaviour): { path: string; multiplier: number }[] {
  if (value === undefined) return [];
  return (value as unknown[]).map((item) => {
    const { path, multiplier } = part(item);
    if (typeof path !== 'string' || !behaviour.loras.includes(path)) throw new InvalidRequest(INVALID);
    return { path, multiplier: typeof multiplier === 'number' ? multiplier : 1 };
  });
}

/** Raw base64 or a data URL. Undefined when it does not decode to a picture. */
export async function readImage(value: unknown, hasWebp: boolean): Promise<SentImage | undefined> {
  if (typeof value !== 'string') return undefined;
  const encoded = value.slice(value.indexOf(',') + 1);
  // The program reads up to the first character that is none of base64.
  const clean = /^[A-Za-z0-9+/]*/.exec(encoded)?.[0] ?? '';
  return sentImage(new Uint8Array(Buffer.from(clean, 'base64')), hasWebp);
}

/** Undefined when the program could not read the picture: PNG, JPEG and GIF always, WebP when built with it. */
export async function sentImage(bytes: Uint8Array, hasWebp: boolean): Promise<SentImage | undefined> {
  const picture = await inspectPicture(bytes);
  const readable = hasWebp ? /png|jpeg|gif|webp/ : /png|jpeg|gif/;
  if (picture === undefined || !readable.test(picture.mediaType)) return undefined;
  return { bytes, sha256: sha256(bytes) };
}
