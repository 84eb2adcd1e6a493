/// <reference path="./draco3dgltf.d.ts" />
import type { DracoDecoder, DracoMesh, DracoModule } from 'draco3dgltf/draco_decoder_gltf_nodejs.js';
import { componentBytes } from '../model/components.ts';
import type { ComponentType } from '../model/gltf-model.ts';
import { invalidModel } from '../model-error.ts';

/** Gives the bytes of `draco3dgltf/draco_decoder_gltf.wasm`. */
export type DracoWasmLoader = () => Promise<ArrayBuffer | Uint8Array>;

let loadWasm: DracoWasmLoader = readWasmInNode;
let ready: Promise<DracoModule> | undefined;

/**
 * Says where the Draco decoder comes from. Node finds it by itself; a browser must be told once, before the first
 * Draco model is read:
 *
 * ```ts
 * import dracoWasmUrl from 'draco3dgltf/draco_decoder_gltf.wasm?url';
 * setDracoWasm(async () => (await fetch(dracoWasmUrl)).arrayBuffer());
 * ```
 */
export function setDracoWasm(loader: DracoWasmLoader): void {
  loadWasm = loader;
  ready = undefined;
}

/** Loads the decoder; called again, gives the same one. */
export function loadDraco(): Promise<DracoModule> {
  ready ??= createModule().catch((error: unknown) => {
    ready = undefined; // A failed download may succeed the next time.
    throw error;
  });
  return ready;
}

/** The decoder may hold this much, in pages of 64 KiB: 1 GiB. Without it a stream of 61 bytes can ask for 3.4 GB. */
const MEMORY_PAGES_MAX = 16_384;

async function createModule(): Promise<DracoModule> {
  const [{ default: create }, wasm] = await Promise.all([
    import('draco3dgltf/draco_decoder_gltf_nodejs.js'),
    loadWasm(),
  ]);
  return create({ wasmBinary: withMemoryLimit(new Uint8Array(wasm), MEMORY_PAGES_MAX) });
}

async function readWasmInNode(): Promise<Uint8Array> {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  const builtin = process?.getBuiltinModule;
  if (!builtin) throw new Error('Call setDracoWasm before a Draco model is read in a browser.');
  const { createRequire } = builtin('node:module') as {
    createRequire(url: string): { resolve(id: string): string };
  };
  const { readFile } = builtin('node:fs/promises') as { readFile(path: string): Promise<Uint8Array> };
  return readFile(createRequire(import.meta.url).resolve('draco3dgltf/draco_decoder_gltf.wasm'));
}

const MEMORY_SECTION = 5;

/** The same WebAssembly binary with a lower limit of its memory, written over the one it has. */
export function withMemoryLimit(wasm: Uint8Array, pages: number): Uint8Array {
  const patched = wasm.slice();
  let at = 8;
  const leb = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = patched[at]!;
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < patched.length) {
    const section = patched[at]!;
    at += 1;
    const length = leb();
    if (section !== MEMORY_SECTION) {
      at += length;
      continue;
    }
    leb(); // One memory.
    const hasMaximum = (patched[at]! & 1) === 1;
    at += 1;
    leb();
    if (!hasMaximum) break;
    const start = at;
    if (leb() <= pages) return patched;
    let rest = pages;
    for (let byte = start; byte < at; byte += 1) {
      patched[byte] = (rest & 0x7f) | (byte < at - 1 ? 0x80 : 0);
      rest >>>= 7;
    }
    return patched;
  }
  throw new Error('The Draco decoder has no memory limit to lower.');
}

export interface DracoRequest {
  readonly bytes: Uint8Array;
  /** Faces that the accessors promise. */
  readonly faces: number;
  /** Points that the accessors promise. */
  readonly points: number;
  readonly attributes: readonly {
    readonly semantic: string;
    readonly id: number;
    readonly componentType: ComponentType;
    readonly components: number;
  }[];
  readonly place: string;
}

export interface DracoResult {
  readonly indices: Uint32Array<ArrayBuffer>;
  /** Raw components as the accessor's type stores them, by semantic. */
  readonly attributes: ReadonlyMap<string, Uint8Array<ArrayBuffer>>;
}

/** @throws {DioramaError} `invalid-model` when the stream is broken or holds something else than was promised. */
export function decodeDraco(draco: DracoModule, request: DracoRequest): DracoResult {
  const { bytes, place } = request;
  const decoder = new draco.Decoder();
  const buffer = new draco.DecoderBuffer();
  const mesh = new draco.Mesh();
  try {
    buffer.Init(new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength), bytes.byteLength);
    if (decoder.GetEncodedGeometryType(buffer) !== draco.TRIANGULAR_MESH)
      throw invalidModel(place, 'The Draco data is not a mesh.');
    if (!decoder.DecodeBufferToMesh(buffer, mesh).ok())
      throw invalidModel(place, 'The Draco data is broken.');
    if (mesh.num_faces() !== request.faces || mesh.num_points() !== request.points)
      throw invalidModel(
        place,
        `The Draco data has ${mesh.num_faces()} faces and ${mesh.num_points()} points where ${request.faces} and ${request.points} are promised.`,
      );
    return {
      indices: new Uint32Array(
        copyOut(draco, request.faces * 12, (length, pointer) =>
          decoder.GetTrianglesUInt32Array(mesh, length, pointer),
        ).buffer,
      ),
      attributes: new Map(
        request.attributes.map((attribute) => [
          attribute.semantic,
          readAttribute(draco, decoder, mesh, attribute, request),
        ]),
      ),
    };
  } catch (error) {
    if (!(error instanceof WebAssembly.RuntimeError) && !isEmscriptenAbort(error)) throw error;
    ready = undefined; // After a trap the module's memory is in no known state.
    throw invalidModel(place, 'The Draco data is broken.');
  } finally {
    for (const object of [mesh, buffer, decoder]) destroyQuietly(draco, object);
  }
}

function isEmscriptenAbort(error: unknown): boolean {
  return typeof error === 'number' || (error instanceof Error && /^(Aborted|abort)\(/.test(error.message));
}

function destroyQuietly(draco: DracoModule, object: object): void {
  try {
    draco.destroy(object);
  } catch {
    // Freeing after a trap may trap again; the module is dropped anyway.
  }
}

function readAttribute(
  draco: DracoModule,
  decoder: DracoDecoder,
  mesh: DracoMesh,
  attribute: DracoRequest['attributes'][number],
  { place, points }: DracoRequest,
): Uint8Array<ArrayBuffer> {
  const found = decoder.GetAttributeByUniqueId(mesh, attribute.id);
  if (found.ptr === 0 || found.num_components() !== attribute.components)
    throw invalidModel(`${place}.attributes.${attribute.semantic}`, 'The Draco data has no such attribute.');
  const byteLength = points * attribute.components * componentBytes(attribute.componentType);
  return copyOut(draco, byteLength, (length, pointer) =>
    decoder.GetAttributeDataArrayForAllPoints(
      mesh,
      found,
      dataTypeOf(draco, attribute.componentType),
      length,
      pointer,
    ),
  );
}

function dataTypeOf(draco: DracoModule, type: ComponentType): number {
  return {
    5120: draco.DT_INT8,
    5121: draco.DT_UINT8,
    5122: draco.DT_INT16,
    5123: draco.DT_UINT16,
    5125: draco.DT_UINT32,
    5126: draco.DT_FLOAT32,
  }[type];
}

function copyOut(
  draco: DracoModule,
  byteLength: number,
  fill: (byteLength: number, pointer: number) => boolean,
): Uint8Array<ArrayBuffer> {
  const pointer = draco._malloc(byteLength);
  try {
    fill(byteLength, pointer);
    return draco.HEAPU8.slice(pointer, pointer + byteLength);
  } finally {
    draco._free(pointer);
  }
}
