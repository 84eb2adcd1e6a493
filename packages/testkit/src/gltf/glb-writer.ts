import { assembleGlb, type GlbJson } from './assemble-glb.ts';

type ComponentArray = Int8Array | Uint8Array | Int16Array | Uint16Array | Uint32Array | Float32Array;

const COMPONENTS = { SCALAR: 1, VEC2: 2, VEC3: 3, VEC4: 4, MAT4: 16 } as const;

/** Builds a GLB piece by piece: appends bytes and keeps the views and accessors that describe them. */
export interface GlbWriter {
  /** The JSON so far; tests add what they need. */
  readonly json: GlbJson;
  /** @returns The view's index. */
  view(bytes: Uint8Array, extra?: object): number;
  /** @returns The accessor's index. */
  accessor(values: ComponentArray, type: keyof typeof COMPONENTS, extra?: object): number;
  finish(): Uint8Array<ArrayBuffer>;
}

export function createGlbWriter(): GlbWriter {
  const parts: Uint8Array[] = [];
  let length = 0;
  const json: GlbJson = { asset: { version: '2.0' }, accessors: [], bufferViews: [] };

  const append = (bytes: Uint8Array): number => {
    const padding = (8 - (length % 8)) % 8;
    if (padding > 0) parts.push(new Uint8Array(padding));
    const at = length + padding;
    parts.push(bytes);
    length = at + bytes.length;
    return at;
  };
  const view = (bytes: Uint8Array, extra: object = {}): number => {
    json.bufferViews.push({ buffer: 0, byteOffset: append(bytes), byteLength: bytes.length, ...extra });
    return json.bufferViews.length - 1;
  };
  return {
    json,
    view,
    accessor(values, type, extra = {}) {
      const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
      const size = COMPONENTS[type];
      json.accessors.push({
        bufferView: view(bytes),
        componentType: componentTypeOf(values),
        count: values.length / size,
        type,
        ...extra,
      });
      return json.accessors.length - 1;
    },
    finish() {
      if (length > 0) json.buffers = [{ byteLength: length }, ...(json.buffers ?? []).slice(1)];
      for (const key of ['accessors', 'bufferViews']) if (json[key].length === 0) delete json[key];
      const bin = new Uint8Array(length);
      let at = 0;
      for (const part of parts) {
        bin.set(part, at);
        at += part.length;
      }
      return assembleGlb(json, bin);
    },
  };
}

function componentTypeOf(values: ComponentArray): number {
  if (values instanceof Int8Array) return 5120;
  if (values instanceof Uint8Array) return 5121;
  if (values instanceof Int16Array) return 5122;
  if (values instanceof Uint16Array) return 5123;
  return values instanceof Uint32Array ? 5125 : 5126;
}
