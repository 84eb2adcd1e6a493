import type { SchemaObject } from 'ajv';
import { type FieldProblem, fieldChecker } from '../kit/check-fields.ts';
import type { RecordedForm, RecordedRequest } from '../kit/recorded-request.ts';

// Facts of the published OpenAPI document of the images API (version 2.3.0), kept to what a request may hold.
// The document is older than the newest models; fields it does not know are let through here.

const nullable = (schema: SchemaObject): SchemaObject => ({ anyOf: [schema, { type: 'null' }] });
const oneOf = (...values: string[]): SchemaObject => nullable({ type: 'string', enum: values });

const COMMON: Record<string, SchemaObject> = {
  model: nullable({ type: 'string' }),
  n: nullable({ type: 'integer', minimum: 1, maximum: 10 }),
  size: nullable({ type: 'string' }),
  output_format: oneOf('png', 'jpeg', 'webp'),
  output_compression: nullable({ type: 'integer', minimum: 0, maximum: 100 }),
  background: oneOf('transparent', 'opaque', 'auto'),
  stream: nullable({ type: 'boolean' }),
  partial_images: nullable({ type: 'integer', minimum: 0, maximum: 3 }),
  user: { type: 'string' },
};

const GENERATION: SchemaObject = {
  type: 'object',
  required: ['prompt'],
  properties: {
    ...COMMON,
    prompt: { type: 'string', maxLength: 32_000 },
    quality: oneOf('standard', 'hd', 'low', 'medium', 'high', 'auto'),
    response_format: oneOf('url', 'b64_json'),
    moderation: oneOf('low', 'auto'),
    style: oneOf('vivid', 'natural'),
  },
};

const EDIT_FORM: SchemaObject = {
  type: 'object',
  required: ['prompt', 'image'],
  properties: {
    ...COMMON,
    prompt: { type: 'string', maxLength: 32_000 },
    image: { type: 'array', minItems: 1, maxItems: 16, items: { type: 'string' } },
    mask: { type: 'string' },
    quality: oneOf('standard', 'low', 'medium', 'high', 'auto'),
    response_format: oneOf('url', 'b64_json'),
    input_fidelity: oneOf('high', 'low'),
  },
};

const IMAGE_REFERENCE: SchemaObject = {
  type: 'object',
  properties: { image_url: { type: 'string', maxLength: 20_971_520 }, file_id: { type: 'string' } },
  oneOf: [{ required: ['image_url'] }, { required: ['file_id'] }],
  additionalProperties: false,
};

const EDIT_JSON: SchemaObject = {
  type: 'object',
  required: ['images', 'prompt'],
  properties: {
    ...COMMON,
    prompt: { type: 'string', minLength: 1, maxLength: 32_000 },
    images: { type: 'array', minItems: 1, maxItems: 16, items: IMAGE_REFERENCE },
    mask: IMAGE_REFERENCE,
    quality: oneOf('low', 'medium', 'high', 'auto'),
    input_fidelity: oneOf('high', 'low'),
    moderation: oneOf('low', 'auto'),
  },
};

// Values that came after the document.
const NEWER_QUALITIES = ['xhigh', 'max'];
const NEWER_FORMATS = ['gif', 'svg'];

const checkGeneration = fieldChecker(GENERATION);
const checkEditForm = fieldChecker(EDIT_FORM);
const checkEditJson = fieldChecker(EDIT_JSON);

/**
 * Compares a recorded request with what the published OpenAPI document of the images API says about its fields.
 *
 * @returns What is wrong, in words; empty when nothing is. Fields that the document does not know are not looked at.
 */
export function validateOpenAiRequest(recorded: RecordedRequest): string[] {
  return openAiProblems(recorded).map((problem) => `${problem.path.join('.')}: ${problem.message}`);
}

/** The same with the parts apart, for the fake's own error bodies. */
export function openAiProblems(recorded: RecordedRequest): readonly FieldProblem[] {
  const edit = recorded.path.endsWith('/edits');
  const body = openAiBody(recorded);
  if (body === undefined) {
    const wanted = edit ? 'a multipart form or JSON' : 'JSON';
    return [{ path: ['body'], kind: 'type', message: `must be ${wanted}` }];
  }
  const known = { ...body };
  if (NEWER_QUALITIES.includes(String(known['quality']))) delete known['quality'];
  if (NEWER_FORMATS.includes(String(known['output_format']))) delete known['output_format'];
  if (!edit) return checkGeneration(known);
  return recorded.form === undefined ? checkEditJson(known) : checkEditForm(known);
}

const NUMBER_FIELDS = new Set([
  'n',
  'output_compression',
  'partial_images',
  'frame_count',
  'frame_duration_ms',
]);

/**
 * The fields of a request as typed values: the JSON, or those of the form with numbers and booleans read, the
 * pictures as a list of file names under `image`. Undefined when the body is neither.
 */
export function openAiBody(recorded: RecordedRequest): Record<string, unknown> | undefined {
  if (recorded.form !== undefined) return formBody(recorded.form);
  const { json } = recorded;
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return undefined;
  return json as Record<string, unknown>;
}

function formBody(form: RecordedForm): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const { name, value } of form.fields) {
    if (NUMBER_FIELDS.has(name) && /^-?\d+(\.\d+)?$/.test(value)) body[name] = Number(value);
    else if (name === 'stream' && (value === 'true' || value === 'false')) body[name] = value === 'true';
    else body[name] = value;
  }
  const images = form.files.filter((file) => file.name === 'image' || file.name === 'image[]');
  if (images.length > 0) body['image'] = images.map((file) => file.fileName);
  for (const file of form.files) if (!images.includes(file)) body[file.name] = file.fileName;
  return body;
}
