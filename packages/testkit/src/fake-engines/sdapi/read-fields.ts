import type { SdApiFlavour } from './behaviour.ts';
import { exception, type FieldError, fieldErrors, ServiceError } from './service-error.ts';

type Kind = 'integer' | 'number' | 'string' | 'boolean' | 'list' | 'object';

const FIELD_KINDS: Readonly<Record<string, Kind>> = {
  prompt: 'string',
  negative_prompt: 'string',
  seed: 'integer',
  width: 'integer',
  height: 'integer',
  width_before: 'integer',
  height_before: 'integer',
  steps: 'integer',
  batch_size: 'integer',
  batch_count: 'integer',
  n_iter: 'integer',
  resize_mode: 'integer',
  input_type: 'integer',
  inpainting_fill: 'integer',
  inpaint_full_res: 'boolean',
  inpainting_mask_invert: 'integer',
  mask_blur: 'integer',
  cfg_scale: 'number',
  distilled_cfg_scale: 'number',
  denoising_strength: 'number',
  sampler_name: 'string',
  scheduler: 'string',
  script_name: 'string',
  force_task_id: 'string',
  mask: 'string',
  unit_type: 'string',
  send_images: 'boolean',
  save_images: 'boolean',
  do_not_save_samples: 'boolean',
  override_settings_restore_afterwards: 'boolean',
  include_init_images: 'boolean',
  override_settings: 'object',
  alwayson_scripts: 'object',
  init_images: 'list',
  inits: 'list',
  inputs: 'list',
  script_args: 'list',
  styles: 'list',
  control: 'list',
  control_units: 'list',
  ip_adapter: 'list',
};

/** A checked body: known fields have their kind. */
export class Fields {
  readonly #values: Record<string, unknown>;

  constructor(values: Record<string, unknown>) {
    this.#values = values;
  }

  integer(name: string, preset: number): number {
    return Math.trunc(this.number(name, preset));
  }

  number(name: string, preset: number): number {
    const value = this.#values[name];
    return value === undefined || value === null ? preset : Number(value);
  }

  string(name: string, preset = ''): string {
    const value = this.#values[name];
    return typeof value === 'string' ? value : preset;
  }

  isTrue(name: string, preset: boolean): boolean {
    const value = this.#values[name];
    return typeof value === 'boolean' ? value : preset;
  }

  list(name: string): unknown[] | undefined {
    const value = this.#values[name];
    return Array.isArray(value) ? value : undefined;
  }

  object(name: string): Record<string, unknown> {
    const value = this.#values[name];
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  }

  /** The body as it came, for `parameters`. */
  get echo(): Record<string, unknown> {
    return this.#values;
  }
}

/**
 * Parses a body and checks the kinds of the fields that are known. Unknown fields are passed over, as in the programs.
 *
 * @throws {ServiceError} 422 with every wrong field.
 */
export function readFields(body: unknown, flavour: SdApiFlavour): Fields {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const msg = flavour === 'a1111' ? 'value is not a valid dict' : 'JSON decode error';
    const type = flavour === 'a1111' ? 'type_error.dict' : 'json_invalid';
    throw fieldErrors([{ loc: ['body'], msg, type }]);
  }
  const errors: FieldError[] = [];
  for (const [name, value] of Object.entries(body)) {
    const kind = FIELD_KINDS[name];
    if (kind === undefined || value === null || isOfKind(value, kind, flavour)) continue;
    errors.push(wrongField(['body', name], kind, value, flavour));
  }
  if (errors.length > 0) throw fieldErrors(errors);
  return new Fields(body as Record<string, unknown>);
}

function isOfKind(value: unknown, kind: Kind, flavour: SdApiFlavour): boolean {
  switch (kind) {
    case 'integer': {
      const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      // The old pydantic of A1111 cuts fractions off, the newer one refuses them.
      return (
        typeof read === 'number' && (Number.isInteger(read) || (flavour === 'a1111' && Number.isFinite(read)))
      );
    }
    case 'number':
      return (
        typeof value === 'number' ||
        (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
      );
    case 'string':
      return typeof value === 'string';
    case 'boolean':
      return typeof value === 'boolean' || value === 0 || value === 1;
    case 'list':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && !Array.isArray(value);
  }
}

const NEW_WORDS: Record<Kind, [string, string]> = {
  integer: ['int_parsing', 'Input should be a valid integer'],
  number: ['float_parsing', 'Input should be a valid number'],
  string: ['string_type', 'Input should be a valid string'],
  boolean: ['bool_parsing', 'Input should be a valid boolean'],
  list: ['list_type', 'Input should be a valid list'],
  object: ['dict_type', 'Input should be a valid dictionary'],
};
const OLD_WORDS: Record<Kind, [string, string]> = {
  integer: ['type_error.integer', 'value is not a valid integer'],
  number: ['type_error.float', 'value is not a valid float'],
  string: ['type_error.str', 'str type expected'],
  boolean: ['value_error.strictbool', 'value could not be parsed to a boolean'],
  list: ['type_error.list', 'value is not a valid list'],
  object: ['type_error.dict', 'value is not a valid dict'],
};

/** One wrong field in the words of the flavour's pydantic. */
export function wrongField(
  loc: (string | number)[],
  kind: Kind,
  input: unknown,
  flavour: SdApiFlavour,
): FieldError {
  const [type, msg] = (flavour === 'a1111' ? OLD_WORDS : NEW_WORDS)[kind];
  return flavour === 'a1111' ? { loc, msg, type } : { loc, msg, type, input };
}

/**
 * Takes the bytes out of a picture field: base64, with or without the head of a data URL.
 *
 * @throws {ServiceError} When it is no text, no base64, or a web address (fetching them is switched off).
 */
export function pictureBytes(value: unknown): Uint8Array {
  if (typeof value !== 'string') throw exception('AttributeError', 'the picture has no attribute startswith');
  if (/^https?:/.test(value)) throw new ServiceError(500, 'Requests not allowed');
  const encoded = value.startsWith('data:image/') ? value.slice(value.indexOf(',') + 1) : value;
  const compact = encoded.replace(/\s/g, '');
  if (compact.length === 0 || compact.length % 4 === 1 || !/^[A-Za-z0-9+/]*={0,2}$/.test(compact))
    throw new ServiceError(500, 'Invalid encoded image');
  return new Uint8Array(Buffer.from(compact, 'base64'));
}
