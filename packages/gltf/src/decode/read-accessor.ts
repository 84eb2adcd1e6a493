import { componentBytes, elementBytes } from '../model/components.ts';
import type { AccessorInfo, ComponentType, GltfModel, SparseInfo } from '../model/gltf-model.ts';
import { invalidModel } from '../model-error.ts';
import type { ViewBytes } from './buffers.ts';

/** Numbers as stored, one after the other. */
type Components =
  | Int8Array<ArrayBuffer>
  | Uint8Array<ArrayBuffer>
  | Int16Array<ArrayBuffer>
  | Uint16Array<ArrayBuffer>
  | Uint32Array<ArrayBuffer>
  | Float32Array<ArrayBuffer>;

/** Reads accessors as floats or indices, whatever they are stored as. */
export interface AccessorReader {
  /** Normalised integers become 0 to 1 or -1 to 1. */
  floats(accessor: number): Float32Array<ArrayBuffer>;
  indices(accessor: number): Uint32Array<ArrayBuffer>;
  /** Values that did not come from a buffer view (Draco's), in the accessor's own component type. */
  floatsFrom(accessor: number, raw: Uint8Array<ArrayBuffer>): Float32Array<ArrayBuffer>;
}

/** Arrays are new copies, never views of the file, so they can be given away to a worker. */
export function createAccessorReader(model: GltfModel, viewBytes: ViewBytes): AccessorReader {
  const known = new Map<number, Float32Array<ArrayBuffer>>();
  return {
    floats(index) {
      const cached = known.get(index);
      if (cached) return cached;
      const floats = toFloats(readComponents(model, index, viewBytes), model.accessors[index]!.normalized);
      known.set(index, floats);
      return floats;
    },
    indices(index) {
      const components = readComponents(model, index, viewBytes);
      return components instanceof Uint32Array ? components : new Uint32Array(components);
    },
    floatsFrom(index, raw) {
      const { componentType, normalized } = model.accessors[index]!;
      return toFloats(arrayOver(componentType, raw), normalized);
    },
  };
}

function readComponents(model: GltfModel, index: number, viewBytes: ViewBytes): Components {
  const info = model.accessors[index]!;
  const bytes = packed(info, model, viewBytes);
  if (info.sparse) applySparse(bytes, info, info.sparse, index, viewBytes);
  return arrayOver(info.componentType, bytes);
}

/** The elements without gaps between them. */
function packed(info: AccessorInfo, model: GltfModel, viewBytes: ViewBytes): Uint8Array<ArrayBuffer> {
  const size = elementBytes(info);
  const out = new Uint8Array(info.count * size);
  if (info.bufferView === null) return out;
  const view = viewBytes(info.bufferView);
  const stride = model.bufferViews[info.bufferView]!.byteStride ?? size;
  if (stride === size) {
    out.set(view.subarray(info.byteOffset, info.byteOffset + out.length));
    return out;
  }
  const start = view.byteOffset + info.byteOffset;
  if (size % 4 === 0 && stride % 4 === 0 && start % 4 === 0) {
    const words = size / 4;
    const source = new Uint32Array(view.buffer, start, (stride / 4) * (info.count - 1) + words);
    const target = new Uint32Array(out.buffer);
    for (let element = 0, from = 0, to = 0; element < info.count; element += 1, from += stride / 4)
      for (let word = 0; word < words; word += 1, to += 1) target[to] = source[from + word]!;
    return out;
  }
  for (let element = 0, from = info.byteOffset, to = 0; element < info.count; element += 1, from += stride)
    for (let byte = 0; byte < size; byte += 1, to += 1) out[to] = view[from + byte]!;
  return out;
}

function applySparse(
  bytes: Uint8Array,
  info: AccessorInfo,
  sparse: SparseInfo,
  accessor: number,
  viewBytes: ViewBytes,
): void {
  const size = elementBytes(info);
  const { bufferView, byteOffset, componentType } = sparse.indices;
  const indexBytes = viewBytes(bufferView).slice(
    byteOffset,
    byteOffset + sparse.count * componentBytes(componentType),
  );
  const indices = arrayOver(componentType, indexBytes as Uint8Array<ArrayBuffer>);
  const values = viewBytes(sparse.values.bufferView).subarray(sparse.values.byteOffset);
  for (let i = 0; i < sparse.count; i += 1) {
    const target = indices[i]!;
    if (target >= info.count)
      throw invalidModel(
        `accessors[${accessor}].sparse.indices`,
        `It refers to element ${target} of ${info.count}.`,
      );
    bytes.set(values.subarray(i * size, (i + 1) * size), target * size);
  }
}

function arrayOver(
  type: ComponentType,
  { buffer, byteOffset, byteLength }: Uint8Array<ArrayBuffer>,
): Components {
  const length = byteLength / componentBytes(type);
  switch (type) {
    case 5120:
      return new Int8Array(buffer, byteOffset, length);
    case 5121:
      return new Uint8Array(buffer, byteOffset, length);
    case 5122:
      return new Int16Array(buffer, byteOffset, length);
    case 5123:
      return new Uint16Array(buffer, byteOffset, length);
    case 5125:
      return new Uint32Array(buffer, byteOffset, length);
    case 5126:
      return new Float32Array(buffer, byteOffset, length);
  }
}

/** glTF 2.0, 3.11.5: the equations by which normalised integers become floats. */
function toFloats(components: Components, normalized: boolean): Float32Array<ArrayBuffer> {
  if (components instanceof Float32Array) return components;
  const floats = Float32Array.from(components);
  if (!normalized) return floats;
  const largest = { 1: 0xff, 2: 0xffff, 4: 0xffff_ffff }[components.BYTES_PER_ELEMENT] as number;
  const signed = components instanceof Int8Array || components instanceof Int16Array;
  const factor = 1 / (signed ? (largest - 1) / 2 : largest);
  for (let i = 0; i < floats.length; i += 1) floats[i] = Math.max(-1, floats[i]! * factor);
  return floats;
}
