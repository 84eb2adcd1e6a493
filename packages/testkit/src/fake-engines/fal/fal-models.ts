import type { SchemaObject } from 'ajv';

/** What one model of the queue takes. */
export interface FalModel {
  readonly id: string;
  readonly schema: SchemaObject;
}

const IMAGE_SIZE: SchemaObject = {
  anyOf: [
    {
      enum: [
        'square_hd',
        'square',
        'portrait_4_3',
        'portrait_16_9',
        'landscape_4_3',
        'landscape_16_9',
        'auto',
      ],
    },
    {
      type: 'object',
      required: ['width', 'height'],
      additionalProperties: false,
      properties: {
        width: { type: 'integer', minimum: 512, maximum: 2048 },
        height: { type: 'integer', minimum: 512, maximum: 2048 },
      },
    },
  ],
};
const TEN_RATIOS = ['1:1', '2:3', '3:2', '3:4', '4:3', '4:5', '5:4', '9:16', '16:9', '21:9'];
const urls = (maxItems: number): SchemaObject => ({
  type: 'array',
  minItems: 1,
  maxItems,
  items: { type: 'string' },
});

const COMMON: Record<string, SchemaObject> = {
  prompt: { type: 'string', minLength: 1 },
  num_images: { type: 'integer', minimum: 1, maximum: 4 },
  output_format: { enum: ['png', 'jpeg', 'webp'] },
  sync_mode: { type: 'boolean' },
};
const SEED = { seed: { type: 'integer' } };
const DIFFUSION = {
  ...SEED,
  image_size: IMAGE_SIZE,
  guidance_scale: { type: 'number', minimum: 0, maximum: 20 },
  num_inference_steps: { type: 'integer', minimum: 1, maximum: 50 },
  enable_safety_checker: { type: 'boolean' },
  acceleration: { enum: ['none', 'regular', 'high'] },
};
const HOSTED_FLUX = {
  ...SEED,
  image_size: IMAGE_SIZE,
  enable_safety_checker: { type: 'boolean' },
  safety_tolerance: { enum: ['1', '2', '3', '4', '5'] },
};

function edit(id: string, imagesMax: number, properties: Record<string, SchemaObject>): FalModel[] {
  const object = (required: string[], fields: Record<string, SchemaObject>): SchemaObject => ({
    type: 'object',
    required,
    additionalProperties: false,
    properties: { ...COMMON, ...properties, ...fields },
  });
  const models = [{ id, schema: object(['prompt', 'image_urls'], { image_urls: urls(imagesMax) }) }];
  // The same path without `/edit` makes a picture from words alone.
  if (id.endsWith('/edit')) models.push({ id: id.slice(0, -'/edit'.length), schema: object(['prompt'], {}) });
  return models;
}

const banana = (ratios: string[], resolutions: string[]): Record<string, SchemaObject> => ({
  ...SEED,
  aspect_ratio: { enum: ['auto', ...ratios] },
  resolution: { enum: resolutions },
});

/** Editing models of the published pages, and their siblings for words alone. */
export const FAL_MODELS: readonly FalModel[] = [
  ...edit('fal-ai/flux-2/edit', 4, DIFFUSION),
  ...edit('fal-ai/flux-2-pro/edit', 9, HOSTED_FLUX),
  ...edit('fal-ai/flux-2-max/edit', 9, HOSTED_FLUX),
  ...edit('fal-ai/flux-2-flex/edit', 10, {
    ...HOSTED_FLUX,
    guidance_scale: { type: 'number' },
    num_inference_steps: { type: 'integer' },
  }),
  ...edit('fal-ai/flux-2/klein/4b/edit', 4, DIFFUSION),
  ...edit('fal-ai/flux-2/klein/9b/edit', 4, DIFFUSION),
  ...edit('fal-ai/nano-banana-pro/edit', 14, banana(TEN_RATIOS, ['1K', '2K', '4K'])),
  ...edit('fal-ai/nano-banana-2/edit', 14, {
    ...banana([...TEN_RATIOS, '4:1', '1:4', '8:1', '1:8'], ['0.5K', '1K', '2K', '4K']),
    thinking_level: { enum: ['minimal', 'high'] },
  }),
  ...edit('fal-ai/gpt-image-1.5/edit', 16, {
    image_size: { enum: ['auto', '1024x1024', '1536x1024', '1024x1536'] },
    mask_image_url: { type: 'string' },
    input_fidelity: { enum: ['low', 'high'] },
    quality: { enum: ['low', 'medium', 'high'] },
  }),
  ...edit('fal-ai/qwen-image-edit-2511', 3, { ...DIFFUSION, negative_prompt: { type: 'string' } }),
  ...edit('fal-ai/qwen-image-edit-2509', 3, { ...DIFFUSION, negative_prompt: { type: 'string' } }),
];
