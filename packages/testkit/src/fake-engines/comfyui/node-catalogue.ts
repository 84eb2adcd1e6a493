/**
 * The core nodes of ComfyUI that picture workflows are made of, with their inputs as the program itself declares them.
 * Written from the public node declarations: release 0.3.64 (October 2025) and what later releases added.
 */

/** `0.3`: release 0.3.64. `0.33`: the releases of 2026, with the FLUX.2 nodes and stricter inputs of some old nodes. */
export type ComfyRelease = '0.3' | '0.33';

/** The folders of model files, by the names ComfyUI itself uses (`unet` and `clip` are only old names on disk). */
export type ModelFolder =
  | 'checkpoints'
  | 'loras'
  | 'vae'
  | 'text_encoders'
  | 'diffusion_models'
  | 'clip_vision'
  | 'style_models'
  | 'controlnet'
  | 'model_patches'
  | 'upscale_models'
  | 'embeddings';

export type InstalledModels = Record<ModelFolder, string[]>;

/** Where the choices of a list input come from: fixed words, the files of a model folder, or the input folder. */
export type Choices = readonly string[] | { models: ModelFolder } | 'input-images';

export interface NodeInput {
  name: string;
  /** `INT`, `FLOAT`, `STRING`, `BOOLEAN`, `COMBO`, or the type of a link such as `MODEL`. */
  type: string;
  choices?: Choices;
  optional: boolean;
  /** Default, limits and hints, as they appear in `/object_info`. */
  settings: Record<string, unknown>;
}

export interface NodeDefinition {
  classType: string;
  displayName: string;
  category: string;
  inputs: NodeInput[];
  outputs: { type: string; name: string }[];
  isOutput: boolean;
  /** How the node is declared: the old tuples, or the schema objects whose lists read `["COMBO", {options}]`. */
  schema: 'v1' | 'v3';
  deprecated: boolean;
  experimental: boolean;
  pythonModule: string;
}

const LARGEST_SIDE_PX = 16384;
/** The program says one less; a JavaScript number cannot. */
const LARGEST_SEED = 2 ** 64;

const SAMPLER_NAMES = [
  'euler',
  'euler_cfg_pp',
  'euler_ancestral',
  'heun',
  'dpm_2',
  'lms',
  'dpmpp_2s_ancestral',
  'dpmpp_sde',
  'dpmpp_2m',
  'dpmpp_2m_sde',
  'dpmpp_3m_sde',
  'ddpm',
  'lcm',
  'deis',
  'res_multistep',
  'er_sde',
  'ddim',
  'uni_pc',
  'uni_pc_bh2',
] as const;

const SCHEDULER_NAMES = [
  'simple',
  'sgm_uniform',
  'karras',
  'exponential',
  'ddim_uniform',
  'beta',
  'normal',
  'linear_quadratic',
  'kl_optimal',
] as const;

const UPSCALE_METHODS = ['nearest-exact', 'bilinear', 'area', 'bicubic', 'lanczos'] as const;

const link = (name: string, type: string): NodeInput => ({ name, type, optional: false, settings: {} });
const integer = (name: string, preset: number, min: number, max: number, step?: number): NodeInput => ({
  name,
  type: 'INT',
  optional: false,
  settings: { default: preset, min, max, ...(step === undefined ? {} : { step }) },
});
const real = (name: string, preset: number, min: number, max: number, step: number): NodeInput => ({
  name,
  type: 'FLOAT',
  optional: false,
  settings: { default: preset, min, max, step },
});
const words = (name: string, settings: Record<string, unknown> = {}): NodeInput => ({
  name,
  type: 'STRING',
  optional: false,
  settings,
});
const prose = (name: string): NodeInput => words(name, { multiline: true, dynamicPrompts: true });
const yesNo = (name: string, preset: boolean): NodeInput => ({
  name,
  type: 'BOOLEAN',
  optional: false,
  settings: { default: preset },
});
const choice = (name: string, choices: Choices, settings: Record<string, unknown> = {}): NodeInput => ({
  name,
  type: 'COMBO',
  choices,
  optional: false,
  settings,
});
const file = (name: string, folder: ModelFolder): NodeInput => choice(name, { models: folder });
const optional = (input: NodeInput): NodeInput => ({ ...input, optional: true });

interface NodeTraits {
  schema?: 'v1' | 'v3';
  isOutput?: boolean;
  names?: string[];
  displayName?: string;
  deprecated?: boolean;
  experimental?: boolean;
  pythonModule?: string;
}

function node(
  classType: string,
  category: string,
  inputs: NodeInput[],
  outputs: string[],
  traits: NodeTraits = {},
): NodeDefinition {
  return {
    classType,
    displayName: traits.displayName ?? classType,
    category,
    inputs,
    outputs: outputs.map((type, index) => ({ type, name: traits.names?.[index] ?? type })),
    isOutput: traits.isOutput ?? false,
    schema: traits.schema ?? 'v1',
    deprecated: traits.deprecated ?? false,
    experimental: traits.experimental ?? false,
    pythonModule: traits.pythonModule ?? 'nodes',
  };
}

const size = (step: number, presetPx: number): NodeInput[] => [
  integer('width', presetPx, 16, LARGEST_SIDE_PX, step),
  integer('height', presetPx, 16, LARGEST_SIDE_PX, step),
];
const batch = integer('batch_size', 1, 1, 4096);
const seed = (name: string): NodeInput => ({
  ...integer(name, 0, 0, LARGEST_SEED),
  settings: { default: 0, min: 0, max: LARGEST_SEED, control_after_generate: true },
});
const device = optional(choice('device', ['default', 'cpu'], { advanced: true }));

const CLIP_TYPES = [
  'stable_diffusion',
  'stable_cascade',
  'sd3',
  'stable_audio',
  'mochi',
  'ltxv',
  'pixart',
  'cosmos',
  'lumina2',
  'wan',
  'hidream',
  'chroma',
  'ace',
  'omnigen2',
  'qwen_image',
  'hunyuan_image',
];
const UNION_TYPES = [
  'auto',
  'openpose',
  'depth',
  'hed/pidi/scribble/ted',
  'canny/lineart/anime_lineart/mlsd',
  'normal',
  'segment',
  'tile',
  'repaint',
];

const v3 = (pythonModule: string): NodeTraits => ({ schema: 'v3', pythonModule });
const patched = { ...v3('comfy_extras.nodes_cfg'), names: ['patched_model'] };

const strengthRange: NodeInput[] = [
  real('strength', 1, 0, 10, 0.01),
  real('start_percent', 0, 0, 1, 0.001),
  real('end_percent', 1, 0, 1, 0.001),
];

function definitions(release: ComfyRelease): NodeDefinition[] {
  const isNew = release === '0.33';
  const flux = v3('comfy_extras.nodes_flux');
  return [
    node('CheckpointLoaderSimple', 'loaders', [file('ckpt_name', 'checkpoints')], ['MODEL', 'CLIP', 'VAE']),
    node(
      'UNETLoader',
      'advanced/loaders',
      [
        file('unet_name', 'diffusion_models'),
        choice('weight_dtype', ['default', 'fp8_e4m3fn', 'fp8_e4m3fn_fast', 'fp8_e5m2']),
      ],
      ['MODEL'],
    ),
    node(
      'CLIPLoader',
      'advanced/loaders',
      [
        file('clip_name', 'text_encoders'),
        choice('type', isNew ? [...CLIP_TYPES, 'flux2', 'ovis'] : CLIP_TYPES),
        device,
      ],
      ['CLIP'],
    ),
    node(
      'DualCLIPLoader',
      'advanced/loaders',
      [
        file('clip_name1', 'text_encoders'),
        file('clip_name2', 'text_encoders'),
        choice('type', ['sdxl', 'sd3', 'flux', 'hunyuan_video', 'hidream', 'hunyuan_image']),
        device,
      ],
      ['CLIP'],
    ),
    node('VAELoader', 'loaders', [file('vae_name', 'vae')], ['VAE']),
    node(
      'LoraLoader',
      'loaders',
      [
        link('model', 'MODEL'),
        link('clip', 'CLIP'),
        file('lora_name', 'loras'),
        real('strength_model', 1, -100, 100, 0.01),
        real('strength_clip', 1, -100, 100, 0.01),
      ],
      ['MODEL', 'CLIP'],
    ),
    node(
      'LoraLoaderModelOnly',
      'loaders',
      [link('model', 'MODEL'), file('lora_name', 'loras'), real('strength_model', 1, -100, 100, 0.01)],
      ['MODEL'],
    ),
    node('CLIPTextEncode', 'conditioning', [prose('text'), link('clip', 'CLIP')], ['CONDITIONING']),
    node(
      'CLIPSetLastLayer',
      'conditioning',
      [link('clip', 'CLIP'), integer('stop_at_clip_layer', -1, -24, -1, 1)],
      ['CLIP'],
    ),
    node(
      'ConditioningZeroOut',
      'advanced/conditioning',
      [link('conditioning', 'CONDITIONING')],
      ['CONDITIONING'],
    ),
    node(
      'ConditioningCombine',
      'conditioning',
      [link('conditioning_1', 'CONDITIONING'), link('conditioning_2', 'CONDITIONING')],
      ['CONDITIONING'],
    ),
    node('LoadImage', 'image', [choice('image', 'input-images', { image_upload: true })], ['IMAGE', 'MASK']),
    node(
      'LoadImageMask',
      'mask',
      [
        choice('image', 'input-images', { image_upload: true }),
        choice('channel', ['alpha', 'red', 'green', 'blue']),
      ],
      ['MASK'],
    ),
    node(
      'ImageScale',
      'image/upscaling',
      [
        link('image', 'IMAGE'),
        choice('upscale_method', UPSCALE_METHODS),
        integer('width', 512, 0, LARGEST_SIDE_PX, 1),
        integer('height', 512, 0, LARGEST_SIDE_PX, 1),
        choice('crop', ['disabled', 'center']),
      ],
      ['IMAGE'],
    ),
    node(
      'ImageScaleBy',
      'image/upscaling',
      [link('image', 'IMAGE'), choice('upscale_method', UPSCALE_METHODS), real('scale_by', 1, 0.01, 8, 0.01)],
      ['IMAGE'],
    ),
    node(
      'ImageScaleToTotalPixels',
      'image/upscaling',
      [
        link('image', 'IMAGE'),
        choice('upscale_method', UPSCALE_METHODS),
        real('megapixels', 1, 0.01, 16, 0.01),
        // Later releases demand it: a graph written for the old node is refused there, and one written for the new
        // node is accepted by the old, which passes over unknown inputs.
        ...(isNew ? [integer('resolution_steps', 1, 1, 256)] : []),
      ],
      ['IMAGE'],
      v3('comfy_extras.nodes_post_processing'),
    ),
    node('ImageInvert', 'image', [link('image', 'IMAGE')], ['IMAGE']),
    node('ImageBatch', 'image', [link('image1', 'IMAGE'), link('image2', 'IMAGE')], ['IMAGE']),
    node(
      'ImageStitch',
      'image/transform',
      [
        link('image1', 'IMAGE'),
        choice('direction', ['right', 'down', 'left', 'up'], { default: 'right' }),
        yesNo('match_image_size', true),
        integer('spacing_width', 0, 0, 1024, 2),
        choice('spacing_color', ['white', 'black', 'red', 'green', 'blue'], { default: 'white' }),
        optional(link('image2', 'IMAGE')),
      ],
      ['IMAGE'],
      isNew ? v3('comfy_extras.nodes_images') : { pythonModule: 'comfy_extras.nodes_images' },
    ),
    node(
      'Canny',
      'image/preprocessors',
      [
        link('image', 'IMAGE'),
        real('low_threshold', 0.4, 0.01, 0.99, 0.01),
        real('high_threshold', 0.8, 0.01, 0.99, 0.01),
      ],
      ['IMAGE'],
      v3('comfy_extras.nodes_canny'),
    ),
    node('VAEEncode', 'latent', [link('pixels', 'IMAGE'), link('vae', 'VAE')], ['LATENT']),
    node('VAEDecode', 'latent', [link('samples', 'LATENT'), link('vae', 'VAE')], ['IMAGE']),
    node(
      'VAEEncodeForInpaint',
      'latent/inpaint',
      [
        link('pixels', 'IMAGE'),
        link('vae', 'VAE'),
        link('mask', 'MASK'),
        integer('grow_mask_by', 6, 0, 64, 1),
      ],
      ['LATENT'],
    ),
    node(
      'SetLatentNoiseMask',
      'latent/inpaint',
      [link('samples', 'LATENT'), link('mask', 'MASK')],
      ['LATENT'],
    ),
    node(
      'DifferentialDiffusion',
      '_for_testing',
      [link('model', 'MODEL'), optional(real('strength', 1, 0, 1, 0.01))],
      ['MODEL'],
      v3('comfy_extras.nodes_differential_diffusion'),
    ),
    node('EmptyLatentImage', 'latent', [...size(8, 512), batch], ['LATENT']),
    node(
      'EmptySD3LatentImage',
      'latent/sd3',
      [...size(16, 1024), batch],
      ['LATENT'],
      v3('comfy_extras.nodes_sd3'),
    ),
    node(
      'RepeatLatentBatch',
      'latent/batch',
      [link('samples', 'LATENT'), integer('amount', 1, 1, 64)],
      ['LATENT'],
    ),
    node(
      'KSampler',
      'sampling',
      [
        link('model', 'MODEL'),
        seed('seed'),
        integer('steps', 20, 1, 10000),
        real('cfg', 8, 0, 100, 0.1),
        choice('sampler_name', SAMPLER_NAMES),
        choice('scheduler', SCHEDULER_NAMES),
        link('positive', 'CONDITIONING'),
        link('negative', 'CONDITIONING'),
        link('latent_image', 'LATENT'),
        real('denoise', 1, 0, 1, 0.01),
      ],
      ['LATENT'],
    ),
    node('ControlNetLoader', 'loaders', [file('control_net_name', 'controlnet')], ['CONTROL_NET']),
    node(
      'SetUnionControlNetType',
      'conditioning/controlnet',
      [link('control_net', 'CONTROL_NET'), choice('type', UNION_TYPES)],
      ['CONTROL_NET'],
      { pythonModule: 'comfy_extras.nodes_controlnet' },
    ),
    node(
      'ControlNetApplyAdvanced',
      'conditioning/controlnet',
      [
        link('positive', 'CONDITIONING'),
        link('negative', 'CONDITIONING'),
        link('control_net', 'CONTROL_NET'),
        link('image', 'IMAGE'),
        ...strengthRange,
        optional(link('vae', 'VAE')),
      ],
      ['CONDITIONING', 'CONDITIONING'],
      { names: ['positive', 'negative'] },
    ),
    node(
      'ControlNetApply',
      'conditioning/controlnet',
      [
        link('conditioning', 'CONDITIONING'),
        link('control_net', 'CONTROL_NET'),
        link('image', 'IMAGE'),
        real('strength', 1, 0, 10, 0.01),
      ],
      ['CONDITIONING'],
      { deprecated: true },
    ),
    node(
      'ReferenceLatent',
      'advanced/conditioning/edit_models',
      [link('conditioning', 'CONDITIONING'), optional(link('latent', 'LATENT'))],
      ['CONDITIONING'],
      v3('comfy_extras.nodes_edit_model'),
    ),
    node(
      'FluxGuidance',
      'advanced/conditioning/flux',
      [link('conditioning', 'CONDITIONING'), real('guidance', 3.5, 0, 100, 0.1)],
      ['CONDITIONING'],
      flux,
    ),
    node('FluxKontextImageScale', 'advanced/conditioning/flux', [link('image', 'IMAGE')], ['IMAGE'], flux),
    node(
      'FluxKontextMultiReferenceLatentMethod',
      'advanced/conditioning/flux',
      [
        link('conditioning', 'CONDITIONING'),
        choice(
          'reference_latents_method',
          isNew ? ['offset', 'index', 'uxo/uno', 'index_timestep_zero'] : ['offset', 'index', 'uxo/uno'],
        ),
      ],
      ['CONDITIONING'],
      { ...flux, experimental: true },
    ),
    node(
      'TextEncodeQwenImageEdit',
      'advanced/conditioning',
      [link('clip', 'CLIP'), prose('prompt'), optional(link('vae', 'VAE')), optional(link('image', 'IMAGE'))],
      ['CONDITIONING'],
      v3('comfy_extras.nodes_qwen'),
    ),
    node(
      'TextEncodeQwenImageEditPlus',
      'advanced/conditioning',
      [
        link('clip', 'CLIP'),
        prose('prompt'),
        optional(link('vae', 'VAE')),
        optional(link('image1', 'IMAGE')),
        optional(link('image2', 'IMAGE')),
        optional(link('image3', 'IMAGE')),
      ],
      ['CONDITIONING'],
      v3('comfy_extras.nodes_qwen'),
    ),
    node('RandomNoise', 'sampling/custom_sampling/noise', [seed('noise_seed')], ['NOISE'], {
      pythonModule: 'comfy_extras.nodes_custom_sampler',
    }),
    node(
      'KSamplerSelect',
      'sampling/custom_sampling/samplers',
      [choice('sampler_name', SAMPLER_NAMES)],
      ['SAMPLER'],
    ),
    node(
      'BasicScheduler',
      'sampling/custom_sampling/schedulers',
      [
        link('model', 'MODEL'),
        choice('scheduler', SCHEDULER_NAMES),
        integer('steps', 20, 1, 10000),
        real('denoise', 1, 0, 1, 0.01),
      ],
      ['SIGMAS'],
    ),
    node(
      'CFGGuider',
      'sampling/custom_sampling/guiders',
      [
        link('model', 'MODEL'),
        link('positive', 'CONDITIONING'),
        link('negative', 'CONDITIONING'),
        real('cfg', 8, 0, 100, 0.1),
      ],
      ['GUIDER'],
    ),
    node(
      'BasicGuider',
      'sampling/custom_sampling/guiders',
      [link('model', 'MODEL'), link('conditioning', 'CONDITIONING')],
      ['GUIDER'],
    ),
    node(
      'SamplerCustomAdvanced',
      'sampling/custom_sampling',
      [
        link('noise', 'NOISE'),
        link('guider', 'GUIDER'),
        link('sampler', 'SAMPLER'),
        link('sigmas', 'SIGMAS'),
        link('latent_image', 'LATENT'),
      ],
      ['LATENT', 'LATENT'],
      { names: ['output', 'denoised_output'] },
    ),
    node(
      'ModelSamplingAuraFlow',
      'advanced/model',
      [link('model', 'MODEL'), real('shift', 1.73, 0, 100, 0.01)],
      ['MODEL'],
    ),
    node(
      'ModelSamplingSD3',
      'advanced/model',
      [link('model', 'MODEL'), real('shift', 3, 0, 100, 0.01)],
      ['MODEL'],
    ),
    node(
      'ModelSamplingFlux',
      'advanced/model',
      [
        link('model', 'MODEL'),
        real('max_shift', 1.15, 0, 100, 0.01),
        real('base_shift', 0.5, 0, 100, 0.01),
        ...size(8, 1024),
      ],
      ['MODEL'],
    ),
    node(
      'CFGNorm',
      'advanced/guidance',
      [link('model', 'MODEL'), real('strength', 1, 0, 100, 0.01)],
      ['MODEL'],
      {
        ...patched,
        experimental: true,
      },
    ),
    node('CLIPVisionLoader', 'loaders', [file('clip_name', 'clip_vision')], ['CLIP_VISION']),
    node(
      'CLIPVisionEncode',
      'conditioning',
      [link('clip_vision', 'CLIP_VISION'), link('image', 'IMAGE'), choice('crop', ['center', 'none'])],
      ['CLIP_VISION_OUTPUT'],
    ),
    node('StyleModelLoader', 'loaders', [file('style_model_name', 'style_models')], ['STYLE_MODEL']),
    node(
      'StyleModelApply',
      'conditioning/style_model',
      [
        link('conditioning', 'CONDITIONING'),
        link('style_model', 'STYLE_MODEL'),
        link('clip_vision_output', 'CLIP_VISION_OUTPUT'),
        real('strength', 1, 0, 10, 0.001),
        choice('strength_type', ['multiply', 'attn_bias']),
      ],
      ['CONDITIONING'],
    ),
    node(
      'SaveImage',
      'image',
      [link('images', 'IMAGE'), words('filename_prefix', { default: 'ComfyUI' })],
      [],
      {
        isOutput: true,
        displayName: 'Save Image',
      },
    ),
    node('PreviewImage', 'image', [link('images', 'IMAGE')], [], {
      isOutput: true,
      displayName: 'Preview Image',
    }),
    node('SaveImageWebsocket', 'api/image', [link('images', 'IMAGE')], [], {
      isOutput: true,
      pythonModule: 'custom_nodes.websocket_image_save',
    }),
    ...(isNew
      ? [
          node('EmptyFlux2LatentImage', 'latent', [...size(16, 1024), batch], ['LATENT'], {
            ...flux,
            displayName: 'Empty Flux 2 Latent',
          }),
          node(
            'Flux2Scheduler',
            'sampling/custom_sampling/schedulers',
            [integer('steps', 20, 1, 4096), ...size(1, 1024)],
            ['SIGMAS'],
            flux,
          ),
        ]
      : []),
  ];
}

/** The nodes of one release, by class name, in the order in which the program lists them. */
export function nodeCatalogue(release: ComfyRelease): Map<string, NodeDefinition> {
  return new Map(definitions(release).map((definition) => [definition.classType, definition]));
}

/** What the choices of a list are right now: model folders and the input folder change while the program runs. */
export interface ChoiceSource {
  models: InstalledModels;
  /** Names in the top level of the input folder. */
  inputImages(): string[];
}

export function resolveChoices(choices: Choices, source: ChoiceSource): string[] {
  if (choices === 'input-images') return source.inputImages();
  return 'models' in choices ? [...source.models[choices.models]].sort() : [...choices];
}

/** Which form list inputs take in `/object_info`: as each node was declared, or one of the two for all. */
export type ChoiceForm = 'as-declared' | 'list' | 'combo';

function describeInput(
  input: NodeInput,
  schema: 'v1' | 'v3',
  source: ChoiceSource,
  form: ChoiceForm,
): unknown[] {
  const settings = Object.keys(input.settings).length > 0 ? [input.settings] : [];
  if (input.choices === undefined) return [input.type, ...(schema === 'v3' ? [input.settings] : settings)];
  const options = resolveChoices(input.choices, source);
  const asCombo = form === 'combo' || (form === 'as-declared' && schema === 'v3');
  return asCombo ? ['COMBO', { ...input.settings, multiselect: false, options }] : [options, ...settings];
}

/** One entry of `/object_info`. */
export function describeNode(
  definition: NodeDefinition,
  source: ChoiceSource,
  form: ChoiceForm,
): Record<string, unknown> {
  const group = (isOptional: boolean): NodeInput[] =>
    definition.inputs.filter((input) => input.optional === isOptional);
  const describe = (inputs: NodeInput[]): Record<string, unknown> =>
    Object.fromEntries(
      inputs.map((input) => [input.name, describeInput(input, definition.schema, source, form)]),
    );
  const extras = group(true);
  const saves = definition.classType === 'SaveImage' || definition.classType === 'PreviewImage';
  const input: Record<string, Record<string, unknown>> = { required: describe(group(false)) };
  if (extras.length > 0) input['optional'] = describe(extras);
  if (saves) input['hidden'] = { prompt: 'PROMPT', extra_pnginfo: 'EXTRA_PNGINFO' };
  return {
    input,
    input_order: Object.fromEntries(Object.entries(input).map(([key, value]) => [key, Object.keys(value)])),
    output: definition.outputs.map((output) => output.type),
    output_is_list: definition.outputs.map(() => false),
    output_name: definition.outputs.map((output) => output.name),
    name: definition.classType,
    display_name: definition.displayName,
    description: '',
    python_module: definition.pythonModule,
    category: definition.category,
    output_node: definition.isOutput,
    ...(definition.schema === 'v3' || definition.deprecated ? { deprecated: definition.deprecated } : {}),
    ...(definition.schema === 'v3' || definition.experimental
      ? { experimental: definition.experimental }
      : {}),
    ...(definition.schema === 'v3' ? { api_node: false } : {}),
  };
}
