import { DioramaError, LIMITS } from '@diorama/contracts';
import type { ModelLimits } from '../limits.ts';
import { isSelfContained, type LoadedModel, loadModel, requireImage } from '../load-model.ts';
import { MESHOPT_EXTENSIONS } from '../model/meshopt-view.ts';
import { invalidModel, overLimit } from '../model-error.ts';
import { decodeDataUri } from './data-uri.ts';
import { baseName, externalNamesOf, findFile, isInsideFolder } from './external-name.ts';

/** What is edited of a glTF's JSON; the rest passes through untouched. */
interface EditableJson {
  buffers?: { uri?: string; byteLength: number; extensions?: Record<string, { fallback?: boolean }> }[];
  bufferViews?: {
    buffer: number;
    byteOffset?: number;
    byteLength: number;
    extensions?: Record<string, { buffer: number; byteOffset?: number }>;
  }[];
  images?: { uri?: string; bufferView?: number; mimeType?: string }[];
}

/**
 * Names of the files that a GLB or glTF refers to, relative to its folder, each once. Empty when it has everything
 * inside.
 *
 * @throws {DioramaError} as `checkModelBudget`.
 */
export function listExternalFiles(bytes: Uint8Array, limits: ModelLimits = LIMITS): string[] {
  return externalNamesOf(loadModel(bytes, limits).model);
}

/**
 * One GLB with everything inside: external and embedded files move into the binary chunk. Nothing is decoded or
 * rewritten, so compressed data, extensions and extras stay exactly as they are. Same input, same bytes.
 *
 * @param files The external files by their names relative to the model; loose files are found by their last part.
 * @returns The input itself when it is such a GLB already.
 * @throws {DioramaError} `missing-files` naming those that `files` lacks; else as `checkModelBudget`.
 */
export function packGlb(
  bytes: Uint8Array,
  files: ReadonlyMap<string, Uint8Array> = new Map(),
  limits: ModelLimits = LIMITS,
): Uint8Array<ArrayBuffer> {
  const loaded = loadModel(bytes, limits);
  if (loaded.isGlb && isSelfContained(loaded.model)) return bytes as Uint8Array<ArrayBuffer>;
  const packed = pack(loaded, files, limits);
  loadModel(packed, limits); // What came from outside is judged by the same rules.
  return packed;
}

function pack(
  { json, bin, model }: LoadedModel,
  files: ReadonlyMap<string, Uint8Array>,
  limits: ModelLimits,
): Uint8Array<ArrayBuffer> {
  const missing = externalNamesOf(model).filter((name) => !findFile(files, name));
  if (missing.length > 0) throw missingFiles(missing);
  const edited = structuredClone(json) as EditableJson;
  const body = createBody(limits);

  const starts = model.buffers.map((buffer, index) => {
    const data =
      buffer.kind === 'bin'
        ? bin!
        : buffer.kind === 'embedded'
          ? decodeDataUri(buffer.uri, `buffers[${index}].uri`)
          : buffer.kind === 'external'
            ? findFile(files, buffer.name)!
            : undefined;
    if (!data) return null;
    if (data.length < buffer.byteLength)
      throw invalidModel(
        `buffers[${index}]`,
        `It needs ${buffer.byteLength} bytes, but its file has ${data.length}.`,
      );
    return body.append(data.subarray(0, buffer.byteLength));
  });

  // The binary chunk becomes buffer 0; meshopt fallbacks, which have no bytes, follow it.
  const renumbered = new Map<number, number>();
  const fallbacks = model.buffers.flatMap((buffer, index) => {
    if (buffer.kind !== 'fallback') return [];
    renumbered.set(index, renumbered.size + 1);
    return [edited.buffers![index]!];
  });
  const relocate = (range: { buffer: number; byteOffset?: number }): void => {
    const start = starts[range.buffer];
    if (start === null || start === undefined) {
      range.buffer = renumbered.get(range.buffer)!;
      return;
    }
    range.buffer = 0;
    range.byteOffset = (range.byteOffset ?? 0) + start;
  };
  edited.bufferViews ??= [];
  for (const view of edited.bufferViews) {
    relocate(view);
    for (const name of MESHOPT_EXTENSIONS) {
      const compressed = view.extensions?.[name];
      if (compressed) relocate(compressed);
    }
  }
  model.images.forEach((image, index) => {
    if (image.kind === 'view') return;
    const place = `images[${index}]`;
    const data =
      image.kind === 'embedded' ? decodeDataUri(image.uri, `${place}.uri`) : findFile(files, image.file)!;
    const { mediaType } = requireImage(data, place, limits);
    const target = edited.images![index]!;
    delete target.uri;
    target.mimeType = mediaType;
    target.bufferView = edited.bufferViews!.length;
    edited.bufferViews!.push({ buffer: 0, byteOffset: body.append(data), byteLength: data.length });
  });
  const binary = body.join();
  edited.buffers = binary.length > 0 ? [{ byteLength: binary.length }, ...fallbacks] : [];
  if (edited.bufferViews.length === 0) delete edited.bufferViews;
  if (edited.buffers.length === 0) delete edited.buffers;
  return assembleGlb(edited, binary);
}

/** @param wanted Names as the model has them; of one that leads out of its folder only the last part is shown. */
export function missingFiles(wanted: readonly string[]): DioramaError {
  const names = wanted.map((name) => (isInsideFolder(name) ? name : baseName(name)).slice(0, 200));
  const shown = names.slice(0, 5).join(', ');
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return new DioramaError('missing-files', `The model needs ${shown}${more}.`, {
    details: { files: names.slice(0, 100) },
  });
}

/** Views may hold 4-byte components and some readers want 8; every part begins at a multiple of that. */
const ALIGNMENT = 8;

function createBody(limits: ModelLimits): { append(data: Uint8Array): number; join(): Uint8Array } {
  const parts: { readonly at: number; readonly data: Uint8Array }[] = [];
  let length = 0;
  return {
    append(data) {
      const at = Math.ceil(length / ALIGNMENT) * ALIGNMENT;
      parts.push({ at, data });
      length = at + data.length;
      if (length > limits.modelBytes)
        throw overLimit('', 'Bytes of the model with its files', length, limits.modelBytes);
      return at;
    },
    join() {
      const bytes = new Uint8Array(length);
      for (const { at, data } of parts) bytes.set(data, at);
      return bytes;
    },
  };
}

/** Header, JSON chunk padded with spaces, binary chunk padded with zeros (glTF 2.0, 4.4). */
function assembleGlb(json: object, binary: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(json));
  const jsonLength = Math.ceil(text.length / 4) * 4;
  const binLength = Math.ceil(binary.length / 4) * 4;
  const glb = new Uint8Array(12 + 8 + jsonLength + (binLength > 0 ? 8 + binLength : 0));
  const view = new DataView(glb.buffer);
  view.setUint32(0, 0x46546c67, true);
  view.setUint32(4, 2, true);
  view.setUint32(8, glb.length, true);
  view.setUint32(12, jsonLength, true);
  view.setUint32(16, 0x4e4f534a, true);
  glb.set(text, 20);
  glb.fill(0x20, 20 + text.length, 20 + jsonLength);
  if (binLength > 0) {
    view.setUint32(20 + jsonLength, binLength, true);
    view.setUint32(24 + jsonLength, 0x004e4942, true);
    glb.set(binary, 28 + jsonLength);
  }
  return glb;
}
