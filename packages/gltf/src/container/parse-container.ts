import { DioramaError } from '@diorama/contracts';
import type { ModelLimits } from '../limits.ts';
import { invalidModel, modelError, overLimit } from '../model-error.ts';

const GLB_MAGIC = 0x46546c67;
const CHUNK_JSON = 0x4e4f534a;
const CHUNK_BIN = 0x004e4942;

/** A file taken apart: the parsed JSON and the binary chunk. */
export interface Container {
  readonly isGlb: boolean;
  readonly json: unknown;
  /** null where a GLB has no binary chunk, and always for .gltf. */
  readonly bin: Uint8Array | null;
}

/**
 * Takes a GLB or a .gltf apart without trusting any length in it.
 *
 * @throws {DioramaError} `unsupported-media-type`, `invalid-model`, `model-too-large`.
 */
export function parseContainer(bytes: Uint8Array, limits: ModelLimits): Container {
  if (bytes.length > limits.modelBytes)
    throw overLimit('', 'Bytes of the file', bytes.length, limits.modelBytes);
  if (bytes.length >= 4 && dataView(bytes).getUint32(0, true) === GLB_MAGIC) return parseGlb(bytes, limits);
  const start = firstCharacter(bytes);
  if (bytes[start] !== 0x7b)
    throw new DioramaError('unsupported-media-type', 'The file is neither a GLB nor a glTF.', {
      hint: 'Export the model as GLB, or as glTF with its files.',
      details: { place: '' },
    });
  return { isGlb: false, json: parseJson(bytes.subarray(start), limits), bin: null };
}

function parseGlb(bytes: Uint8Array, limits: ModelLimits): Container {
  if (bytes.length < 20) throw invalidModel('header', 'The file ends within the header.');
  const view = dataView(bytes);
  const version = view.getUint32(4, true);
  if (version !== 2)
    throw modelError(
      'unsupported-feature',
      'header.version',
      `GLB version ${version} is not supported; 2 is.`,
    );
  const length = view.getUint32(8, true);
  if (length > bytes.length)
    throw invalidModel(
      'header.length',
      `The file says ${length} bytes but has ${bytes.length}; it is cut off.`,
    );
  let json: Uint8Array | undefined;
  let bin: Uint8Array | null = null;
  let chunk = 0;
  for (let offset = 12; offset + 8 <= length; chunk += 1) {
    const size = view.getUint32(offset, true);
    const type = view.getUint32(offset + 4, true);
    if (size > length - offset - 8)
      throw invalidModel(`chunks[${chunk}]`, `The chunk says ${size} bytes, more than the file has left.`);
    const data = bytes.subarray(offset + 8, offset + 8 + size);
    if (chunk === 0) {
      if (type !== CHUNK_JSON) throw invalidModel('chunks[0]', 'The first chunk is not JSON.');
      json = data;
    } else if (type === CHUNK_BIN && bin === null) bin = data;
    offset += 8 + size + ((4 - (size % 4)) % 4);
  }
  if (!json) throw invalidModel('chunks', 'The file has no chunk.');
  return { isGlb: true, json: parseJson(json, limits), bin };
}

function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Past a byte order mark and white space. */
function firstCharacter(bytes: Uint8Array): number {
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  while (
    at < bytes.length &&
    (bytes[at] === 0x20 || bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x09)
  )
    at += 1;
  return at;
}

/** Strings this long are embedded files (data URIs), which cost far less than structure does. */
const LONG_STRING_BYTES = 64 * 1024;

/** Measures size and depth first: `JSON.parse` of deeply nested brackets would exhaust the stack. */
function parseJson(bytes: Uint8Array, limits: ModelLimits): unknown {
  let depth = 0;
  let embedded = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === 0x22) {
      const start = at;
      at += 1;
      while (at < bytes.length && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
      if (at - start > LONG_STRING_BYTES) embedded += at - start;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > limits.jsonDepth)
        throw modelError(
          'model-too-large',
          'json',
          `The JSON is nested deeper than ${limits.jsonDepth} levels.`,
        );
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  if (bytes.length - embedded > limits.gltfJsonBytes)
    throw overLimit('json', 'Bytes of JSON', bytes.length - embedded, limits.gltfJsonBytes);
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/[\0 ]+$/, ''));
  } catch {
    // The parser's own words may quote the file; the place says enough.
    throw invalidModel('json', 'The JSON cannot be parsed.');
  }
}
