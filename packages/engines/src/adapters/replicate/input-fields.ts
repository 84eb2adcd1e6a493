import type { PixelSize, Warning } from '@diorama/contracts';
import { z } from 'zod';
import { nearestRatio, sizeByRule } from '../../kit/remote/sizes.ts';

const propertySchema = z
  .object({
    type: z.string().optional(),
    enum: z.array(z.unknown()).optional(),
    allOf: z.array(z.object({ $ref: z.string().optional() }).loose()).optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    multipleOf: z.number().optional(),
    maxItems: z.number().optional(),
  })
  .loose();

/** The part of a model's OpenAPI document that says what it takes. */
export const modelSchema = z.object({
  /** Official models are always on and have a route of their own; of the others a version is run. */
  is_official: z.boolean().nullish(),
  latest_version: z
    .object({
      id: z.string(),
      openapi_schema: z
        .object({ components: z.object({ schemas: z.record(z.string(), z.unknown()) }) })
        .loose()
        .nullish(),
    })
    .nullish(),
});

type Property = z.output<typeof propertySchema>;

/** What a model takes, by the names of its own fields. */
export interface InputFields {
  readonly has: (name: string) => boolean;
  readonly property: (name: string) => Property | null;
  /** The values of a field with a closed list; null when it has none. */
  readonly choices: (name: string) => readonly string[] | null;
}

/** @param document null when the model publishes no schema: then only the prompt is certain. */
export function readInputFields(document: z.output<typeof modelSchema> | null): InputFields {
  const schemas = document?.latest_version?.openapi_schema?.components.schemas ?? {};
  const input = z
    .object({ properties: z.record(z.string(), z.unknown()) })
    .loose()
    .safeParse(schemas.Input);
  const properties = input.success ? input.data.properties : { prompt: {} };
  const property = (name: string): Property | null => {
    if (!Object.hasOwn(properties, name)) return null;
    const parsed = propertySchema.safeParse(properties[name]);
    return parsed.success ? parsed.data : {};
  };
  return {
    has: (name) => Object.hasOwn(properties, name),
    property,
    choices: (name) => {
      const own = property(name);
      const ref = own?.allOf?.[0]?.$ref?.split('/').at(-1);
      const target = ref === undefined ? own : propertySchema.safeParse(schemas[ref]).data;
      return target?.enum?.map(String) ?? null;
    },
  };
}

/** Fields that hold several pictures, then those that hold one, by how models call them. */
const PICTURE_LISTS = ['input_images', 'images', 'image_input', 'image_urls', 'reference_images'];
const SINGLE_PICTURES = ['input_image', 'image', 'init_image', 'image_prompt'];

/** Puts the pictures into the fields that the model has for them; what finds no place is told. */
export function pictureFields(
  fields: InputFields,
  urls: readonly string[],
): { values: Record<string, unknown>; warnings: Warning[] } {
  if (urls.length === 0) return { values: {}, warnings: [] };
  const list = PICTURE_LISTS.find((name) => fields.property(name)?.type === 'array');
  if (list !== undefined) {
    const most = Math.max(0, fields.property(list)?.maxItems ?? urls.length);
    return { values: { [list]: urls.slice(0, most) }, warnings: leftOut(urls.length, most) };
  }
  const single = SINGLE_PICTURES.find((name) => fields.has(name));
  if (single === undefined) return { values: {}, warnings: leftOut(urls.length, 0) };
  const numbered: Record<string, unknown> = { [single]: urls[0] };
  let placed = 1;
  for (const [index, url] of urls.entries()) {
    const name = `${single}_${index + 1}`;
    if (index === 0 || !fields.has(name)) continue;
    numbered[name] = url;
    placed += 1;
  }
  return { values: numbered, warnings: leftOut(urls.length, placed) };
}

function leftOut(given: number, placed: number): Warning[] {
  if (placed >= given) return [];
  return [
    {
      code: 'reference-ignored',
      message: `This model takes ${placed === 0 ? 'no pictures' : `${placed} of the ${given} pictures`}; the others were not sent.`,
    },
  ];
}

/** Width and height where the model takes them, else its nearest ratio. */
export function sizeFields(fields: InputFields, size: PixelSize): Record<string, unknown> {
  const ratios = fields.choices('aspect_ratio');
  const takesPixels = fields.has('width') && fields.has('height');
  if (takesPixels && (ratios === null || ratios.includes('custom'))) {
    const { minimum = 256, maximum = 2_048, multipleOf = 16 } = fields.property('width') ?? {};
    const step = isEdge(multipleOf) ? multipleOf : 1;
    const maxEdgePx = Math.max(step, isEdge(maximum) ? maximum : 2_048);
    const minEdgePx = Math.min(maxEdgePx, Math.max(step, minimum));
    const pixels = sizeByRule(size, { stepPx: step, edgeMinPx: minEdgePx, edgeMaxPx: maxEdgePx });
    return { ...(ratios === null ? {} : { aspect_ratio: 'custom' }), ...pixels };
  }
  const numeric = (ratios ?? []).filter((ratio) => /^[1-9]\d{0,3}:[1-9]\d{0,3}$/.test(ratio));
  return numeric.length === 0 ? {} : { aspect_ratio: nearestRatio(numeric, size) };
}

/** Schemas are written by whoever publishes the model. */
function isEdge(pixels: number): boolean {
  return Number.isFinite(pixels) && pixels >= 1 && pixels <= 16_384;
}
