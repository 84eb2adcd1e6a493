import type { SchemaObject } from 'ajv';

/** A model as its page declares it. */
export interface ReplicateModel {
  readonly id: string;
  /** Hash of the version, for `owner/name:version`. */
  readonly version: string;
  /** Official models are run by name and by their own route. */
  readonly official: boolean;
  /** Schema of `input`, without the order of fields. */
  readonly input: SchemaObject & { readonly properties: Record<string, SchemaObject> };
  /** Whether the output is declared as one address or a list of them. */
  readonly output: 'string' | 'list';
}

const RATIOS = ['1:1', '16:9', '3:2', '2:3', '4:5', '5:4', '9:16', '3:4', '4:3'];

const uriList = (maxItems: number): SchemaObject => ({
  type: 'array',
  items: { type: 'string', format: 'uri' },
  maxItems,
  default: [],
});
const edge: SchemaObject = { type: 'integer', minimum: 256, maximum: 2048 };

function flux2(id: string, version: string, imagesMax: number): ReplicateModel {
  return {
    id,
    version,
    official: true,
    output: 'string',
    input: {
      type: 'object',
      required: ['prompt'],
      properties: {
        prompt: { type: 'string' },
        input_images: uriList(imagesMax),
        aspect_ratio: { enum: ['match_input_image', 'custom', ...RATIOS], default: '1:1' },
        resolution: { enum: ['match_input_image', '0.5 MP', '1 MP', '2 MP', '4 MP'], default: '1 MP' },
        width: edge,
        height: edge,
        seed: { type: 'integer' },
        safety_tolerance: { type: 'integer', minimum: 1, maximum: 5 },
        output_format: { enum: ['webp', 'jpg', 'png'], default: 'webp' },
        output_quality: { type: 'integer', minimum: 0, maximum: 100 },
      },
    },
  };
}

/** Two generations of FLUX and a community model that takes one picture and returns a list. */
export const REPLICATE_MODELS: readonly ReplicateModel[] = [
  flux2('black-forest-labs/flux-2-pro', 'a'.repeat(64), 8),
  flux2('black-forest-labs/flux-2-max', 'b'.repeat(64), 8),
  flux2('black-forest-labs/flux-2-flex', 'c'.repeat(64), 10),
  {
    id: 'black-forest-labs/flux-3-image',
    version: 'd'.repeat(64),
    official: true,
    output: 'string',
    input: {
      type: 'object',
      required: ['prompt'],
      properties: {
        prompt: { type: 'string' },
        images: uriList(10),
        aspect_ratio: {
          enum: ['auto', '21:9', '2:1', '7:5', '5:7', '1:2', '9:21', ...RATIOS],
          default: 'auto',
        },
        resolution: { enum: ['768sq', '1k', '1.5k', '2k', '4k'], default: '1k' },
        output_format: { enum: ['jpg', 'png', 'webp'], default: 'jpg' },
      },
    },
  },
  {
    id: 'someone/sdxl-img2img',
    version: 'e'.repeat(64),
    official: false,
    output: 'list',
    input: {
      type: 'object',
      required: ['prompt'],
      properties: {
        prompt: { type: 'string' },
        negative_prompt: { type: 'string' },
        image: { type: 'string', format: 'uri' },
        mask: { type: 'string', format: 'uri' },
        width: { type: 'integer', minimum: 256, maximum: 2048 },
        height: { type: 'integer', minimum: 256, maximum: 2048 },
        prompt_strength: { type: 'number', minimum: 0, maximum: 1 },
        num_outputs: { type: 'integer', minimum: 1, maximum: 4, default: 1 },
        num_inference_steps: { type: 'integer', minimum: 1, maximum: 100 },
        guidance_scale: { type: 'number', minimum: 1, maximum: 50 },
        seed: { type: 'integer' },
      },
    },
  },
];
