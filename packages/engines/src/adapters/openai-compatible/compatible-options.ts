import { z } from 'zod';

/** Fields that cannot be replaced: what is asked for is what was agreed on, and counted. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'model',
  'prompt',
  'n',
  'size',
  'image',
  'mask',
  'response_format',
]);

/** Settings of a connection and of a request to it; the request's win. */
export const compatibleOptions = z.object({
  /** Whether the server has the route for edits, so that canvas and references can be sent. */
  takesPictures: z.boolean().default(true),
  /** Pictures that one edit takes, the canvas included. */
  inputsMax: z.int().min(1).max(16).default(3),
  /** The only sizes that the server takes, as `1024x1024`; null: any in steps. */
  sizes: z
    .array(z.string().regex(/^[1-9]\d{1,4}x[1-9]\d{1,4}$/, 'A size is written as 1024x768.'))
    .min(1)
    .max(50)
    .nullable()
    .default(null),
  /** Both edges are multiples of it. */
  sizeStepPx: z.int().min(1).max(256).default(16),
  longEdgeMaxPx: z.int().min(256).max(4_096).default(2_048),
  /** Images asked for in one request; more requests are sent for more. */
  imagesPerCall: z.int().min(1).max(10).default(4),
  /** How the answer shall carry the picture; null leaves it to the server. Both are understood. */
  responseFormat: z.enum(['b64_json', 'url']).nullable().default(null),
  /** The API has no seed, but some servers take one. */
  sendSeed: z.boolean().default(false),
  promptMaxCharacters: z.int().min(100).max(100_000).default(4_000),
  /** Further headers. Not for keys: they are not kept secret. */
  headers: z
    .record(
      z.string().regex(/^[A-Za-z0-9-]+$/),
      z
        .string()
        .regex(/^[\x20-\x7e]*$/)
        .max(1_000),
    )
    .default({}),
  /** Further fields of the body, as the server documents them. */
  extraBody: z
    .record(
      z.string().refine((name) => !OWN_FIELDS.has(name), 'Diorama sets this field itself.'),
      z.json(),
    )
    .default({}),
});
export type CompatibleOptions = z.output<typeof compatibleOptions>;

/** What describes the server is its owner's. */
export const OWNERS_ONLY = [
  'takesPictures',
  'inputsMax',
  'sizes',
  'sizeStepPx',
  'longEdgeMaxPx',
  'imagesPerCall',
  'promptMaxCharacters',
  'headers',
] as const;
