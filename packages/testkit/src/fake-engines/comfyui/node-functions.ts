import sharp from 'sharp';
import type { PictureBehaviour, PictureRequest } from '../kit/index.ts';
import { renderAnswer } from '../kit/index.ts';
import { type FileStore, parseAnnotated, type StoredName } from './file-store.ts';

/** What Python would raise while a node runs. */
export class NodeFailure extends Error {
  readonly pythonType: string;

  constructor(pythonType: string, message: string) {
    super(message);
    this.pythonType = pythonType;
  }
}

/** One picture on its way through a graph. */
export interface Frame {
  /** Input files it was made of, in order. */
  files: string[];
  /** Set while the picture is what a sampler painted, untouched. */
  painting?: PictureRequest;
  /** The picture as it is, encoded. */
  encoded(): Promise<Uint8Array>;
}

export interface ImageValue {
  widthPx: number;
  heightPx: number;
  frames: Frame[];
}

export interface LatentValue {
  /** Size of the picture the latent stands for. */
  widthPx: number;
  heightPx: number;
  batch: number;
  /** The encoded picture; undefined for an empty latent. */
  image?: ImageValue;
  paintings?: PictureRequest[];
  isMasked: boolean;
}

export interface ModelValue {
  file: string;
  loras: { file: string; strength: number }[];
}

interface ControlNetValue {
  file: string;
  unionType?: string;
}

/** One control picture that conditions a sampler. */
export interface ControlUse {
  file: string;
  unionType?: string;
  images: string[];
  widthPx: number;
  heightPx: number;
  strength: number;
  startPercent: number;
  endPercent: number;
  hasVae: boolean;
}

interface ConditioningValue {
  text: string;
  references: ImageValue[];
  controls: (ControlUse & { image: ImageValue })[];
  styles: string[][];
  guidance?: number;
  isZeroed: boolean;
}

/** What a sampler was given, for tests to look at: what the model would have seen. */
export interface ComfyRun {
  promptId: string;
  nodeId: string;
  classType: string;
  widthPx: number;
  heightPx: number;
  batch: number;
  seed: number;
  steps: number;
  denoise: number;
  cfg: number;
  samplerName: string;
  scheduler: string;
  model: ModelValue;
  positiveText: string;
  negativeText: string;
  guidance: number | undefined;
  /** Input files of the latent the sampler starts from; empty for an empty latent. */
  startFiles: string[];
  /** Input files of the reference latents (or Qwen pictures), in the order the model sees them. */
  references: { files: string[]; widthPx: number; heightPx: number }[];
  controls: ControlUse[];
  styles: string[][];
}

/** What a node may do besides computing its outputs. */
export interface NodeContext {
  promptId: string;
  nodeId: string;
  classType: string;
  files: FileStore;
  pictureBehaviour: PictureBehaviour;
  /** First picture that this prompt loaded. */
  firstLoaded: ImageValue | undefined;
  loaded(image: ImageValue): void;
  /** Runs the steps of a sampler: waits, reports progress and previews, stops at an interruption. */
  sample(run: ComfyRun, paintings: PictureRequest[]): Promise<void>;
  /** Sends a whole picture over the socket, as `SaveImageWebsocket` does. */
  sendPicture(index: number, count: number, bytes: Uint8Array): void;
}

export interface NodeResult {
  outputs: unknown[];
  ui?: { images: { filename: string; subfolder: string; type: string }[] };
}

type Inputs = Record<string, unknown>;
type NodeFunction = (inputs: Inputs, context: NodeContext) => NodeResult | Promise<NodeResult>;

const KONTEXT_SIZES_PX: readonly (readonly [number, number])[] = [
  [672, 1568],
  [688, 1504],
  [720, 1456],
  [752, 1392],
  [800, 1328],
  [832, 1248],
  [880, 1184],
  [944, 1104],
  [1024, 1024],
];

const value = (...outputs: unknown[]): NodeResult => ({ outputs });
const text = (inputs: Inputs, name: string): string => String(inputs[name] ?? '');
const number = (inputs: Inputs, name: string): number => Number(inputs[name] ?? 0);
const image = (inputs: Inputs, name: string): ImageValue => inputs[name] as ImageValue;
const latent = (inputs: Inputs, name: string): LatentValue => inputs[name] as LatentValue;
const conditioning = (inputs: Inputs, name: string): ConditioningValue => inputs[name] as ConditioningValue;

function filesOf(picture: ImageValue): string[] {
  return picture.frames.flatMap((frame) => frame.files);
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** A picture with each frame changed. */
function mapFrames(
  picture: ImageValue,
  size: { widthPx: number; heightPx: number },
  change: (bytes: Uint8Array) => Promise<Uint8Array>,
): ImageValue {
  return {
    ...size,
    frames: picture.frames.map((frame) => ({
      files: frame.files,
      encoded: once(async () => change(await frame.encoded())),
    })),
  };
}

function scaled(
  picture: ImageValue,
  widthPx: number,
  heightPx: number,
  crop: 'disabled' | 'center' = 'disabled',
): ImageValue {
  if (widthPx < 1 || heightPx < 1) throw new NodeFailure('RuntimeError', 'the size of the picture is 0');
  if (widthPx === picture.widthPx && heightPx === picture.heightPx) return picture;
  return mapFrames(picture, { widthPx, heightPx }, async (bytes) =>
    sharp(bytes)
      .resize(widthPx, heightPx, { fit: crop === 'center' ? 'cover' : 'fill' })
      .png({ compressionLevel: 1 })
      .toBuffer(),
  );
}

function scaledToPixels(picture: ImageValue, pixels: number, multiple: number): ImageValue {
  const factor = Math.sqrt(pixels / (picture.widthPx * picture.heightPx));
  const side = (px: number): number => Math.round((px * factor) / multiple) * multiple;
  return scaled(picture, side(picture.widthPx), side(picture.heightPx));
}

async function loadImage(inputs: Inputs, context: NodeContext): Promise<NodeResult> {
  const name = text(inputs, 'image');
  const bytes = context.files.readAnnotated(name);
  if (bytes === undefined)
    throw new NodeFailure('FileNotFoundError', `[Errno 2] No such file or directory: '${name}'`);
  let size: { widthPx: number; heightPx: number };
  let flat: Uint8Array;
  try {
    const { data, info } = await sharp(bytes)
      .rotate()
      .removeAlpha()
      .png({ compressionLevel: 1 })
      .toBuffer({ resolveWithObject: true });
    size = { widthPx: info.width, heightPx: info.height };
    flat = data;
  } catch {
    throw new NodeFailure('PIL.UnidentifiedImageError', `cannot identify image file '${name}'`);
  }
  const loaded: ImageValue = { ...size, frames: [{ files: [name], encoded: async () => flat }] };
  context.loaded(loaded);
  return value(loaded, { files: [name] });
}

/** White where neighbouring pixels differ in brightness by at least so much, black elsewhere. */
async function edges(bytes: Uint8Array, least: number): Promise<Uint8Array> {
  const { data, info } = await sharp(bytes).greyscale().raw().toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const brightness = (x: number, y: number): number =>
    data[(Math.min(y, height - 1) * width + Math.min(x, width - 1)) * channels] ?? 0;
  const marked = Buffer.alloc(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const here = brightness(x, y);
      const step = Math.max(Math.abs(brightness(x + 1, y) - here), Math.abs(brightness(x, y + 1) - here));
      if (step >= least) marked[y * width + x] = 255;
    }
  }
  return sharp(marked, { raw: { width, height, channels: 1 } })
    .toColourspace('srgb')
    .png({ compressionLevel: 1 })
    .toBuffer();
}

/** Width and height are cut down to what the model's latents can hold. */
function emptyLatent(inputs: Inputs, multiple: number): NodeResult {
  const side = (name: string): number => Math.floor(number(inputs, name) / multiple) * multiple;
  const made: LatentValue = {
    widthPx: side('width'),
    heightPx: side('height'),
    batch: number(inputs, 'batch_size') || 1,
    isMasked: false,
  };
  return value(made);
}

function encodeLatent(inputs: Inputs, isMasked: boolean): NodeResult {
  const pixels = image(inputs, 'pixels');
  const { file } = inputs['vae'] as { file: string };
  const multiple = /flux-?_?2/i.test(file) ? 16 : 8;
  const side = (px: number): number => Math.floor(px / multiple) * multiple;
  const made: LatentValue = {
    widthPx: side(pixels.widthPx),
    heightPx: side(pixels.heightPx),
    batch: pixels.frames.length,
    image: pixels,
    isMasked,
  };
  if (made.widthPx < 1 || made.heightPx < 1)
    throw new NodeFailure('RuntimeError', 'the picture is too small');
  return value(made);
}

async function stitched(inputs: Inputs): Promise<NodeResult> {
  const first = image(inputs, 'image1');
  const second = inputs['image2'] as ImageValue | undefined;
  if (second === undefined) return value(first);
  const direction = text(inputs, 'direction');
  const isRow = direction === 'right' || direction === 'left';
  const matched =
    inputs['match_image_size'] === true
      ? isRow
        ? scaled(second, Math.round((second.widthPx * first.heightPx) / second.heightPx), first.heightPx)
        : scaled(second, first.widthPx, Math.round((second.heightPx * first.widthPx) / second.widthPx))
      : second;
  const spacingPx = number(inputs, 'spacing_width');
  const [before, after] = direction === 'right' || direction === 'down' ? [first, matched] : [matched, first];
  const widthPx = isRow
    ? before.widthPx + spacingPx + after.widthPx
    : Math.max(before.widthPx, after.widthPx);
  const heightPx = isRow
    ? Math.max(before.heightPx, after.heightPx)
    : before.heightPx + spacingPx + after.heightPx;
  const frameOf = (picture: ImageValue): Frame => picture.frames[0] as Frame;
  const frame: Frame = {
    files: [...filesOf(first), ...filesOf(matched)],
    encoded: once(async () =>
      sharp({
        create: { width: widthPx, height: heightPx, channels: 3, background: text(inputs, 'spacing_color') },
      })
        .composite([
          { input: Buffer.from(await frameOf(before).encoded()), left: 0, top: 0 },
          {
            input: Buffer.from(await frameOf(after).encoded()),
            left: isRow ? before.widthPx + spacingPx : 0,
            top: isRow ? 0 : before.heightPx + spacingPx,
          },
        ])
        .png({ compressionLevel: 1 })
        .toBuffer(),
    ),
  };
  return value({ widthPx, heightPx, frames: [frame] } satisfies ImageValue);
}

const plainConditioning = (words: string): ConditioningValue => ({
  text: words,
  references: [],
  controls: [],
  styles: [],
  isZeroed: false,
});

function withControl(
  target: ConditioningValue,
  inputs: Inputs,
  range: { strength: number; startPercent: number; endPercent: number },
): ConditioningValue {
  if (range.strength === 0) return target;
  const hint = image(inputs, 'image');
  const net = inputs['control_net'] as ControlNetValue;
  return {
    ...target,
    controls: [
      ...target.controls,
      {
        ...net,
        ...range,
        image: hint,
        images: filesOf(hint),
        widthPx: hint.widthPx,
        heightPx: hint.heightPx,
        hasVae: inputs['vae'] !== undefined,
      },
    ],
  };
}

interface SamplerSettings {
  model: ModelValue;
  seed: number;
  steps: number;
  denoise: number;
  cfg: number;
  samplerName: string;
  scheduler: string;
  positive: ConditioningValue;
  negative: ConditioningValue | undefined;
  start: LatentValue;
}

/** Paints: the answer has the size of the latent and shows the first picture that the sampler was given. */
async function sampled(settings: SamplerSettings, context: NodeContext): Promise<LatentValue> {
  const { positive, negative, start } = settings;
  const source = start.image ?? positive.references[0] ?? positive.controls[0]?.image ?? context.firstLoaded;
  const firstFrame = source?.frames[0];
  const inputs = firstFrame === undefined ? [] : [await firstFrame.encoded()];
  const paintings = Array.from(
    { length: start.batch },
    (_, index): PictureRequest => ({
      widthPx: start.widthPx,
      heightPx: start.heightPx,
      prompt: positive.text,
      seed: settings.seed,
      index,
      inputs,
    }),
  );
  const run: ComfyRun = {
    promptId: context.promptId,
    nodeId: context.nodeId,
    classType: context.classType,
    widthPx: start.widthPx,
    heightPx: start.heightPx,
    batch: start.batch,
    seed: settings.seed,
    steps: settings.steps,
    denoise: settings.denoise,
    cfg: settings.cfg,
    samplerName: settings.samplerName,
    scheduler: settings.scheduler,
    model: settings.model,
    positiveText: positive.text,
    negativeText: negative === undefined || negative.isZeroed ? '' : negative.text,
    guidance: positive.guidance,
    startFiles: start.image === undefined ? [] : filesOf(start.image),
    references: positive.references.map((reference) => ({
      files: filesOf(reference),
      widthPx: reference.widthPx,
      heightPx: reference.heightPx,
    })),
    controls: positive.controls.map(({ image: _image, ...control }) => control),
    styles: positive.styles,
  };
  await context.sample(run, paintings);
  return { ...start, paintings };
}

async function savePictures(
  inputs: Inputs,
  context: NodeContext,
  type: 'output' | 'temp',
): Promise<NodeResult> {
  const prefix = type === 'temp' ? 'ComfyUI_temp_fakes' : text(inputs, 'filename_prefix');
  if (prefix.split('/').includes('..') || prefix.startsWith('/'))
    throw new NodeFailure('Exception', '**** ERROR: Saving image outside the output folder is not allowed.');
  const saved: StoredName[] = [];
  for (const frame of image(inputs, 'images').frames) {
    const name = context.files.nextSaved(type, prefix);
    context.files.write(name, await finished(frame, context));
    saved.push(name);
  }
  return {
    outputs: [],
    ui: {
      images: saved.map((name) => ({
        filename: name.filename,
        subfolder: name.subfolder,
        type: name.type,
      })),
    },
  };
}

/** The picture as it leaves the server, with everything that was told to be wrong with it. */
async function finished(frame: Frame, context: NodeContext): Promise<Uint8Array> {
  if (frame.painting === undefined) return frame.encoded();
  return (await renderAnswer(frame.painting, context.pictureBehaviour)).bytes;
}

interface Guider {
  model: ModelValue;
  positive: ConditioningValue;
  negative: ConditioningValue | undefined;
  cfg: number;
}

/** What every node of the catalogue does, as far as sizes, pictures and files go. */
export const NODE_FUNCTIONS: Readonly<Record<string, NodeFunction>> = {
  CheckpointLoaderSimple(inputs) {
    const file = text(inputs, 'ckpt_name');
    return value({ file, loras: [] } satisfies ModelValue, { file }, { file });
  },
  UNETLoader: (inputs) => value({ file: text(inputs, 'unet_name'), loras: [] } satisfies ModelValue),
  CLIPLoader: (inputs) => value({ file: text(inputs, 'clip_name') }),
  DualCLIPLoader: (inputs) => value({ file: text(inputs, 'clip_name1') }),
  VAELoader: (inputs) => value({ file: text(inputs, 'vae_name') }),
  LoraLoader: (inputs) => value(withLora(inputs), inputs['clip']),
  LoraLoaderModelOnly: (inputs) => value(withLora(inputs)),
  CLIPTextEncode: (inputs) => value(plainConditioning(text(inputs, 'text'))),
  CLIPSetLastLayer: (inputs) => value(inputs['clip']),
  ConditioningZeroOut: (inputs) => value({ ...conditioning(inputs, 'conditioning'), isZeroed: true }),
  ConditioningCombine(inputs) {
    const first = conditioning(inputs, 'conditioning_1');
    const second = conditioning(inputs, 'conditioning_2');
    return value({
      ...first,
      text: `${first.text} ${second.text}`,
      references: [...first.references, ...second.references],
      controls: [...first.controls, ...second.controls],
    } satisfies ConditioningValue);
  },
  LoadImage: loadImage,
  async LoadImageMask(inputs, context) {
    const { outputs } = await loadImage(inputs, { ...context, loaded: () => {} });
    return value(outputs[1]);
  },
  ImageScale(inputs) {
    const picture = image(inputs, 'image');
    const width = number(inputs, 'width');
    const height = number(inputs, 'height');
    if (width === 0 && height === 0) return value(picture);
    const ratio = picture.widthPx / picture.heightPx;
    return value(
      scaled(
        picture,
        width === 0 ? Math.max(1, Math.round(height * ratio)) : width,
        height === 0 ? Math.max(1, Math.round(width / ratio)) : height,
        inputs['crop'] === 'center' ? 'center' : 'disabled',
      ),
    );
  },
  ImageScaleBy(inputs) {
    const picture = image(inputs, 'image');
    const factor = number(inputs, 'scale_by');
    return value(
      scaled(picture, Math.round(picture.widthPx * factor), Math.round(picture.heightPx * factor)),
    );
  },
  ImageScaleToTotalPixels: (inputs) =>
    value(
      scaledToPixels(
        image(inputs, 'image'),
        number(inputs, 'megapixels') * 1024 * 1024,
        number(inputs, 'resolution_steps') || 1,
      ),
    ),
  ImageInvert(inputs) {
    const picture = image(inputs, 'image');
    return value(
      mapFrames(picture, picture, async (bytes) =>
        sharp(bytes).negate().png({ compressionLevel: 1 }).toBuffer(),
      ),
    );
  },
  ImageBatch(inputs) {
    const first = image(inputs, 'image1');
    const second = scaled(image(inputs, 'image2'), first.widthPx, first.heightPx, 'center');
    return value({ ...first, frames: [...first.frames, ...second.frames] } satisfies ImageValue);
  },
  ImageStitch: stitched,
  Canny(inputs) {
    const picture = image(inputs, 'image');
    const least = 255 * number(inputs, 'low_threshold');
    return value(mapFrames(picture, picture, async (bytes) => edges(bytes, least)));
  },
  FluxKontextImageScale(inputs) {
    const picture = image(inputs, 'image');
    const ratio = picture.widthPx / picture.heightPx;
    const sizes = KONTEXT_SIZES_PX.flatMap(([a, b]): [number, number][] => [
      [a, b],
      [b, a],
    ]);
    const [width, height] = sizes.reduce((best, candidate) =>
      Math.abs(ratio - candidate[0] / candidate[1]) < Math.abs(ratio - best[0] / best[1]) ? candidate : best,
    );
    return value(scaled(picture, width, height, 'center'));
  },
  VAEEncode: (inputs) => encodeLatent(inputs, false),
  VAEEncodeForInpaint: (inputs) => encodeLatent(inputs, true),
  SetLatentNoiseMask: (inputs) => value({ ...latent(inputs, 'samples'), isMasked: true }),
  RepeatLatentBatch(inputs) {
    const samples = latent(inputs, 'samples');
    return value({ ...samples, batch: samples.batch * number(inputs, 'amount') });
  },
  EmptyLatentImage: (inputs) => emptyLatent(inputs, 8),
  EmptySD3LatentImage: (inputs) => emptyLatent(inputs, 8),
  EmptyFlux2LatentImage: (inputs) => emptyLatent(inputs, 16),
  VAEDecode(inputs) {
    const samples = latent(inputs, 'samples');
    const frames: Frame[] =
      samples.paintings?.map((painting) => ({
        files: [],
        painting,
        encoded: once(async () => (await renderAnswer(painting)).bytes),
      })) ??
      samples.image?.frames ??
      [];
    if (frames.length === 0) {
      // An empty latent decodes to a plain grey.
      const create = {
        width: samples.widthPx,
        height: samples.heightPx,
        channels: 3,
        background: '#808080',
      } as const;
      frames.push({ files: [], encoded: once(async () => sharp({ create }).png().toBuffer()) });
    }
    return value({ widthPx: samples.widthPx, heightPx: samples.heightPx, frames } satisfies ImageValue);
  },
  async KSampler(inputs, context) {
    return value(
      await sampled(
        {
          model: inputs['model'] as ModelValue,
          seed: number(inputs, 'seed'),
          steps: number(inputs, 'steps'),
          denoise: number(inputs, 'denoise'),
          cfg: number(inputs, 'cfg'),
          samplerName: text(inputs, 'sampler_name'),
          scheduler: text(inputs, 'scheduler'),
          positive: conditioning(inputs, 'positive'),
          negative: conditioning(inputs, 'negative'),
          start: latent(inputs, 'latent_image'),
        },
        context,
      ),
    );
  },
  ControlNetLoader: (inputs) => value({ file: text(inputs, 'control_net_name') } satisfies ControlNetValue),
  SetUnionControlNetType: (inputs) =>
    value({ ...(inputs['control_net'] as ControlNetValue), unionType: text(inputs, 'type') }),
  ControlNetApplyAdvanced(inputs) {
    const range = {
      strength: number(inputs, 'strength'),
      startPercent: number(inputs, 'start_percent'),
      endPercent: number(inputs, 'end_percent'),
    };
    return value(
      withControl(conditioning(inputs, 'positive'), inputs, range),
      withControl(conditioning(inputs, 'negative'), inputs, range),
    );
  },
  ControlNetApply: (inputs) =>
    value(
      withControl(conditioning(inputs, 'conditioning'), inputs, {
        strength: number(inputs, 'strength'),
        startPercent: 0,
        endPercent: 1,
      }),
    ),
  ReferenceLatent(inputs) {
    const target = conditioning(inputs, 'conditioning');
    const reference = inputs['latent'] as LatentValue | undefined;
    if (reference === undefined) return value(target);
    const seen = reference.image ?? { widthPx: reference.widthPx, heightPx: reference.heightPx, frames: [] };
    return value({
      ...target,
      references: [
        ...target.references,
        { ...seen, widthPx: reference.widthPx, heightPx: reference.heightPx },
      ],
    } satisfies ConditioningValue);
  },
  FluxGuidance: (inputs) =>
    value({ ...conditioning(inputs, 'conditioning'), guidance: number(inputs, 'guidance') }),
  FluxKontextMultiReferenceLatentMethod: (inputs) => value(inputs['conditioning']),
  TextEncodeQwenImageEdit: (inputs) => qwenEncoded(inputs, ['image']),
  TextEncodeQwenImageEditPlus: (inputs) => qwenEncoded(inputs, ['image1', 'image2', 'image3']),
  RandomNoise: (inputs) => value({ seed: number(inputs, 'noise_seed') }),
  KSamplerSelect: (inputs) => value({ samplerName: text(inputs, 'sampler_name') }),
  Flux2Scheduler: (inputs) => value({ steps: number(inputs, 'steps'), denoise: 1, scheduler: 'flux2' }),
  BasicScheduler: (inputs) =>
    value({
      steps: number(inputs, 'steps'),
      denoise: number(inputs, 'denoise'),
      scheduler: text(inputs, 'scheduler'),
    }),
  CFGGuider: (inputs) =>
    value({
      model: inputs['model'] as ModelValue,
      positive: conditioning(inputs, 'positive'),
      negative: conditioning(inputs, 'negative'),
      cfg: number(inputs, 'cfg'),
    } satisfies Guider),
  BasicGuider: (inputs) =>
    value({
      model: inputs['model'] as ModelValue,
      positive: conditioning(inputs, 'conditioning'),
      negative: undefined,
      cfg: 1,
    } satisfies Guider),
  async SamplerCustomAdvanced(inputs, context) {
    const guider = inputs['guider'] as Guider;
    const sigmas = inputs['sigmas'] as { steps: number; denoise: number; scheduler: string };
    const made = await sampled(
      {
        ...guider,
        ...sigmas,
        seed: (inputs['noise'] as { seed: number }).seed,
        samplerName: (inputs['sampler'] as { samplerName: string }).samplerName,
        start: latent(inputs, 'latent_image'),
      },
      context,
    );
    return value(made, made);
  },
  DifferentialDiffusion: (inputs) => value(inputs['model']),
  ModelSamplingAuraFlow: (inputs) => value(inputs['model']),
  ModelSamplingSD3: (inputs) => value(inputs['model']),
  ModelSamplingFlux: (inputs) => value(inputs['model']),
  CFGNorm: (inputs) => value(inputs['model']),
  CLIPVisionLoader: (inputs) => value({ file: text(inputs, 'clip_name') }),
  CLIPVisionEncode: (inputs) => value({ files: filesOf(image(inputs, 'image')) }),
  StyleModelLoader: (inputs) => value({ file: text(inputs, 'style_model_name') }),
  StyleModelApply(inputs) {
    const target = conditioning(inputs, 'conditioning');
    const { files } = inputs['clip_vision_output'] as { files: string[] };
    return value({ ...target, styles: [...target.styles, files] } satisfies ConditioningValue);
  },
  SaveImage: (inputs, context) => savePictures(inputs, context, 'output'),
  PreviewImage: (inputs, context) => savePictures(inputs, context, 'temp'),
  async SaveImageWebsocket(inputs, context) {
    const { frames } = image(inputs, 'images');
    for (const [index, frame] of frames.entries())
      context.sendPicture(index, frames.length, await finished(frame, context));
    return value();
  },
};

function withLora(inputs: Inputs): ModelValue {
  const model = inputs['model'] as ModelValue;
  const lora = { file: text(inputs, 'lora_name'), strength: number(inputs, 'strength_model') };
  return { ...model, loras: [...model.loras, lora] };
}

/** The language model sees every picture; the diffusion model only those it gets latents of, which takes a VAE. */
function qwenEncoded(inputs: Inputs, names: string[]): NodeResult {
  const pictures = names.flatMap((name) => (inputs[name] === undefined ? [] : [image(inputs, name)]));
  const references =
    inputs['vae'] === undefined ? [] : pictures.map((picture) => scaledToPixels(picture, 1024 * 1024, 8));
  return value({
    ...plainConditioning(text(inputs, 'prompt')),
    references,
  } satisfies ConditioningValue);
}

/** Name of the file that a `LoadImage` value stands for, so that a changed file is not taken for the same picture. */
export function inputFileOf(inputs: Inputs): StoredName | undefined {
  const name = inputs['image'];
  return typeof name === 'string' ? parseAnnotated(name) : undefined;
}
