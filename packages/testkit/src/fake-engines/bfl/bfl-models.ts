import type { SchemaObject } from 'ajv';

/** What one model path of the FLUX API takes. */
export interface BflModel {
  /** Last part of the path. */
  readonly path: string;
  readonly schema: SchemaObject;
  /** Names of the fields with pictures, in order; `images` holds a list. */
  readonly pictureFields: readonly string[];
  /** How the size of the answer is found. */
  readonly sizing: 'pixels' | 'ratio' | 'as-input' | 'resolution';
  readonly reportsSeed: boolean;
}

const WIDE_TO_TALL = '^(21:9|2:1|16:9|3:2|7:5|4:3|5:4|1:1|4:5|3:4|5:7|2:3|9:16|1:2|9:21)$';

const picture: SchemaObject = { type: 'string', minLength: 1 };
const edge: SchemaObject = { type: 'integer', minimum: 64, multipleOf: 16 };
const common: Record<string, SchemaObject> = {
  prompt: { type: 'string' },
  seed: { type: 'integer' },
  output_format: { enum: ['jpeg', 'png'] },
  webhook_url: { type: 'string' },
  webhook_secret: { type: 'string' },
};

function model(
  path: string,
  sizing: BflModel['sizing'],
  pictureFields: readonly string[],
  properties: Record<string, SchemaObject>,
  required: readonly string[] = ['prompt'],
): BflModel {
  const pictures = Object.fromEntries(pictureFields.map((name) => [name, picture]));
  return {
    path,
    sizing,
    pictureFields,
    reportsSeed: sizing !== 'resolution',
    schema: {
      type: 'object',
      required,
      additionalProperties: false,
      properties: { ...common, ...pictures, ...properties },
    },
  };
}

const inputs = (count: number) =>
  Array.from({ length: count }, (_, index) => (index === 0 ? 'input_image' : `input_image_${index + 1}`));

const flux2 = { width: edge, height: edge, safety_tolerance: { type: 'integer', minimum: 0, maximum: 5 } };
const flux2Pro = { ...flux2, prompt_upsampling: { type: 'boolean' } };
const kontext = {
  aspect_ratio: { type: 'string', pattern: '^\\d{1,2}:\\d{1,2}$' },
  prompt_upsampling: { type: 'boolean' },
  guidance: { type: 'number', minimum: 1, maximum: 10 },
  steps: { type: 'integer', minimum: 1, maximum: 50 },
  safety_tolerance: { type: 'integer', minimum: 0, maximum: 6 },
};
const flux3 = {
  images: { type: 'array', minItems: 1, maxItems: 10, items: picture },
  aspect_ratio: { type: 'string', pattern: `^auto$|${WIDE_TO_TALL}` },
  resolution: { enum: ['768sq', '1k', '1.5k', '2k', '4k'] },
  grounding: { type: 'boolean' },
  safety_tolerance: { type: 'integer', minimum: 0, maximum: 4 },
};

function flux3Model(path: string): BflModel {
  const made = model(path, 'resolution', ['images'], flux3);
  const { seed: _none, ...properties } = made.schema['properties'] as Record<string, SchemaObject>;
  return { ...made, schema: { ...made.schema, properties: { ...properties, images: flux3.images } } };
}

/** The image models of the published skill pages and price table. */
export const BFL_MODELS: readonly BflModel[] = [
  model('flux-2-klein-4b', 'pixels', inputs(4), flux2),
  model('flux-2-klein-9b', 'pixels', inputs(4), flux2),
  model('flux-2-pro', 'pixels', inputs(8), flux2Pro),
  model('flux-2-pro-preview', 'pixels', inputs(8), flux2Pro),
  model('flux-2-max', 'pixels', inputs(8), flux2Pro),
  model('flux-2-flex', 'pixels', inputs(8), {
    ...flux2Pro,
    steps: { type: 'integer', minimum: 1, maximum: 50 },
    guidance: { type: 'number', minimum: 1.5, maximum: 10 },
  }),
  model('flux-kontext-pro', 'ratio', inputs(4), kontext),
  model('flux-kontext-max', 'ratio', inputs(4), kontext),
  model(
    'flux-pro-1.0-fill',
    'as-input',
    ['image', 'mask'],
    {
      steps: { type: 'integer', minimum: 15, maximum: 50 },
      guidance: { type: 'number', minimum: 1.5, maximum: 100 },
      safety_tolerance: { type: 'integer', minimum: 0, maximum: 6 },
    },
    ['image'],
  ),
  flux3Model('flux-3-image'),
  flux3Model('flux-3-image-klein'),
];
