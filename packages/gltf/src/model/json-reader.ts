import { invalidModel, overLimit } from '../model-error.ts';

/** A JSON object whose fields nobody has checked yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function requireObject(value: unknown, place: string): JsonObject {
  if (!isObject(value)) throw invalidModel(place, 'It is not an object.');
  return value;
}

/** An optional object field; undefined when absent. */
export function objectField(object: JsonObject, key: string, place: string): JsonObject | undefined {
  const value = object[key];
  return value === undefined ? undefined : requireObject(value, `${place}.${key}`);
}

/** `object.extensions[name]`, if it is there. */
export function extensionOf(object: JsonObject, name: string, place: string): JsonObject | undefined {
  const extensions = objectField(object, 'extensions', place);
  if (!extensions || !Object.hasOwn(extensions, name)) return undefined;
  return requireObject(extensions[name], `${place}.extensions.${name}`);
}

/** Far above what any real file lists: 50,000 nodes with a mesh of five accessors each. */
const ENTRIES_MAX = 250_000;

/**
 * Lists whose entries cost more to read than others. Each cap holds the time that a hostile file can take within
 * what a person would wait.
 */
const ENTRIES_MAX_BY_KEY: Readonly<Record<string, number>> = {
  materials: 20_000,
  textures: 20_000,
  samplers: 20_000,
  meshes: 50_000,
  primitives: 50_000,
  extensionsRequired: 1_000,
  extensionsUsed: 1_000,
};

/** An optional list; empty when absent. */
export function listField(object: JsonObject, key: string, place: string): readonly unknown[] {
  const value = object[key];
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw invalidModel(joined(place, key), 'It is not a list.');
  const most = Object.hasOwn(ENTRIES_MAX_BY_KEY, key) ? ENTRIES_MAX_BY_KEY[key]! : ENTRIES_MAX;
  if (value.length > most) throw overLimit(joined(place, key), 'Entries', value.length, most);
  return value;
}

/** An optional list of objects, each given to `read` with its place. */
export function mapObjects<T>(
  object: JsonObject,
  key: string,
  place: string,
  read: (item: JsonObject, place: string, index: number) => T,
): T[] {
  return listField(object, key, place).map((item, index) => {
    const at = `${joined(place, key)}[${index}]`;
    return read(requireObject(item, at), at, index);
  });
}

export function stringField(object: JsonObject, key: string, place: string): string | undefined {
  const value = object[key];
  if (value === undefined) return undefined;
  if (typeof value !== 'string') throw invalidModel(joined(place, key), 'It is not a text.');
  return value;
}

/** A name for people; what is not a text counts as no name, because nothing depends on it. */
export function nameField(object: JsonObject): string {
  return typeof object.name === 'string' ? object.name.trim().slice(0, 200) : '';
}

export interface NumberRange {
  readonly min?: number;
  readonly max?: number;
}

export function requireNumber(
  value: unknown,
  place: string,
  { min = -Infinity, max = Infinity }: NumberRange = {},
): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalidModel(place, 'It is not a number.');
  if (value < min || value > max) throw invalidModel(place, `${value} is out of range.`);
  return value;
}

export function numberField<D>(
  object: JsonObject,
  key: string,
  place: string,
  otherwise: D,
  range?: NumberRange,
): number | D {
  const value = object[key];
  return value === undefined ? otherwise : requireNumber(value, joined(place, key), range);
}

/** A factor that the specification limits; files that exceed it slightly are common and meant well, so it is clamped. */
export function clampedField(
  object: JsonObject,
  key: string,
  place: string,
  otherwise: number,
  min: number,
  max: number,
): number {
  return Math.max(min, Math.min(max, numberField(object, key, place, otherwise)));
}

/** A whole number of at least 0. */
export function countField<D>(object: JsonObject, key: string, place: string, otherwise: D): number | D {
  const value = object[key];
  if (value === undefined) return otherwise;
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
    throw invalidModel(joined(place, key), 'It is not a whole number of at least 0.');
  return value;
}

/** An index into a list of `length` entries. */
export function requireIndex(value: unknown, length: number, place: string): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= length)
    throw invalidModel(place, `It refers to entry ${String(value).slice(0, 20)}, but there are ${length}.`);
  return value;
}

export function indexField(object: JsonObject, key: string, length: number, place: string): number | null {
  const value = object[key];
  return value === undefined ? null : requireIndex(value, length, joined(place, key));
}

/** A list of exactly `size` finite numbers. */
export function vectorField<D>(
  object: JsonObject,
  key: string,
  size: number,
  place: string,
  otherwise: D,
  range?: NumberRange,
): number[] | D {
  const value = object[key];
  if (value === undefined) return otherwise;
  const at = joined(place, key);
  if (!Array.isArray(value) || value.length !== size)
    throw invalidModel(at, `It is not a list of ${size} numbers.`);
  return value.map((item, index) => requireNumber(item, `${at}[${index}]`, range));
}

function joined(place: string, key: string): string {
  return place ? `${place}.${key}` : key;
}
