import { dataUriLength, isDataUri } from '../container/data-uri.ts';
import { externalName } from '../container/external-name.ts';
import { invalidModel } from '../model-error.ts';
import type { BufferInfo, BufferViewInfo } from './gltf-model.ts';
import {
  countField,
  extensionOf,
  type JsonObject,
  mapObjects,
  requireIndex,
  stringField,
} from './json-reader.ts';
import { MESHOPT_EXTENSIONS, readMeshopt } from './meshopt-view.ts';
import { requireRange } from './ranges.ts';

/** @param binLength Bytes of the GLB's binary chunk; null where there is none. */
export function parseBuffers(json: JsonObject, binLength: number | null): BufferInfo[] {
  return mapObjects(json, 'buffers', '', (buffer, place, index): BufferInfo => {
    const byteLength = countField(buffer, 'byteLength', place, 0);
    const uri = stringField(buffer, 'uri', place);
    if (uri === undefined) {
      const fallback = MESHOPT_EXTENSIONS.some((name) => extensionOf(buffer, name, place)?.fallback === true);
      if (index === 0 && binLength !== null) {
        if (byteLength > binLength)
          throw invalidModel(
            `${place}.byteLength`,
            `It says ${byteLength} bytes, but the file holds ${binLength}.`,
          );
        return { kind: 'bin', byteLength };
      }
      if (fallback) return { kind: 'fallback', byteLength };
      throw invalidModel(place, 'It has neither an address nor a binary chunk.');
    }
    if (!isDataUri(uri)) return { kind: 'external', byteLength, name: externalName(uri) };
    const length = dataUriLength(uri);
    if (byteLength > length)
      throw invalidModel(`${place}.byteLength`, `It says ${byteLength} bytes, but ${length} are embedded.`);
    return { kind: 'embedded', byteLength, uri };
  });
}

/** @param maxBytes The most bytes that all compressed views together may unfold to. */
export function parseBufferViews(
  json: JsonObject,
  buffers: readonly BufferInfo[],
  maxBytes: number,
): BufferViewInfo[] {
  let decodedBytes = 0;
  return mapObjects(json, 'bufferViews', '', (view, place) => {
    const range = {
      buffer: requireIndex(view.buffer, buffers.length, `${place}.buffer`),
      byteOffset: countField(view, 'byteOffset', place, 0),
      byteLength: countField(view, 'byteLength', place, 0),
    };
    const meshopt = readMeshopt(view, place, buffers, maxBytes - decodedBytes);
    decodedBytes += meshopt ? meshopt.count * meshopt.byteStride : 0;
    const byteStride = countField(view, 'byteStride', place, null);
    if (byteStride !== null && (byteStride < 1 || byteStride > 255))
      throw invalidModel(`${place}.byteStride`, `${byteStride} is out of range.`);
    if (meshopt) {
      if (meshopt.count * meshopt.byteStride < range.byteLength)
        throw invalidModel(`${place}.byteLength`, 'It is longer than what the compressed data unfolds to.');
    } else {
      if (buffers[range.buffer]!.kind === 'fallback')
        throw invalidModel(`${place}.buffer`, 'Only compressed views can use a fallback buffer.');
      requireRange(range, buffers, place);
    }
    return { ...range, byteStride, meshopt };
  });
}
