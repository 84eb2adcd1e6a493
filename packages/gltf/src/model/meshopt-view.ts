import { invalidModel, overLimit } from '../model-error.ts';
import type { BufferInfo, MeshoptInfo } from './gltf-model.ts';
import { countField, extensionOf, type JsonObject, requireIndex } from './json-reader.ts';
import { requireRange } from './ranges.ts';

const MODES = ['ATTRIBUTES', 'TRIANGLES', 'INDICES'] as const;
export type MeshoptMode = (typeof MODES)[number];
const FILTERS = ['NONE', 'OCTAHEDRAL', 'QUATERNION', 'EXPONENTIAL', 'COLOR'] as const;
export type MeshoptFilter = (typeof FILTERS)[number];

/** The extension's name while it was a vendor's, and after it was ratified; the layout is the same. */
export const MESHOPT_EXTENSIONS = ['EXT_meshopt_compression', 'KHR_meshopt_compression'] as const;

/** The most bytes that one byte of an ATTRIBUTES stream can stand for: a control byte that says "four channels of 256 elements are zero". */
const ATTRIBUTES_EXPANSION_MAX = 1024;

/**
 * Reads a compressed view and checks that what it claims to hold can come from the bytes it has, before anything of
 * that size is allocated.
 */
export function readMeshopt(
  view: JsonObject,
  place: string,
  buffers: readonly BufferInfo[],
  maxBytes: number,
): MeshoptInfo | null {
  const name = MESHOPT_EXTENSIONS.find((extension) => extensionOf(view, extension, place));
  if (!name) return null;
  const at = `${place}.extensions.${name}`;
  const json = extensionOf(view, name, place)!;
  const range = {
    buffer: requireIndex(json.buffer, buffers.length, `${at}.buffer`),
    byteOffset: countField(json, 'byteOffset', at, 0),
    byteLength: countField(json, 'byteLength', at, 0),
  };
  requireRange(range, buffers, at);
  const byteStride = countField(json, 'byteStride', at, 0);
  const count = countField(json, 'count', at, 0);
  const mode = MODES.find((known) => known === json.mode);
  const filter = FILTERS.find((known) => known === (json.filter ?? 'NONE'));
  if (!mode) throw invalidModel(`${at}.mode`, 'It is not a known mode.');
  if (!filter) throw invalidModel(`${at}.filter`, 'It is not a known filter.');
  const strideFits =
    mode === 'ATTRIBUTES'
      ? byteStride > 0 && byteStride <= 256 && byteStride % 4 === 0
      : byteStride === 2 || byteStride === 4;
  if (!strideFits) throw invalidModel(`${at}.byteStride`, `${byteStride} does not fit the mode.`);
  if (mode === 'TRIANGLES' && count % 3 !== 0)
    throw invalidModel(`${at}.count`, 'It is not a multiple of 3.');
  if (count * byteStride > maxBytes)
    throw overLimit(`${at}.count`, 'Bytes after decompression', count * byteStride, maxBytes);
  const possible = {
    ATTRIBUTES: (range.byteLength * ATTRIBUTES_EXPANSION_MAX) / byteStride,
    TRIANGLES: range.byteLength * 3,
    INDICES: range.byteLength,
  }[mode];
  if (count > possible)
    throw invalidModel(
      `${at}.count`,
      `${count} elements cannot come from ${range.byteLength} compressed bytes.`,
    );
  return { ...range, byteStride, count, mode, filter };
}
