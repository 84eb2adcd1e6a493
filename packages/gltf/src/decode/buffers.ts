import type { GltfModel } from '../model/gltf-model.ts';
import { invalidModel } from '../model-error.ts';

type Meshopt = typeof import('meshoptimizer/decoder')['MeshoptDecoder'];

/** Gives the bytes of a buffer view, decompressed where needed. */
export type ViewBytes = (view: number) => Uint8Array;

/**
 * Access to the bytes behind a model that has everything in its binary chunk. Compressed views are unfolded on first
 * use and kept, because several accessors share one.
 */
export async function openViews(model: GltfModel, bin: Uint8Array): Promise<ViewBytes> {
  const meshopt = model.bufferViews.some((view) => view.meshopt) ? await loadMeshopt() : undefined;
  const decoded = new Map<number, Uint8Array>();
  return (index) => {
    const view = model.bufferViews[index]!;
    if (!view.meshopt) return bin.subarray(view.byteOffset, view.byteOffset + view.byteLength);
    const known = decoded.get(index);
    if (known) return known;
    const bytes = unfold(meshopt!, view.meshopt, bin, `bufferViews[${index}]`);
    decoded.set(index, bytes);
    return bytes;
  };
}

async function loadMeshopt(): Promise<Meshopt> {
  const { MeshoptDecoder } = await import('meshoptimizer/decoder');
  await MeshoptDecoder.ready;
  return MeshoptDecoder;
}

function unfold(
  meshopt: Meshopt,
  info: NonNullable<GltfModel['bufferViews'][number]['meshopt']>,
  bin: Uint8Array,
  place: string,
): Uint8Array {
  const target = new Uint8Array(info.count * info.byteStride);
  const source = bin.subarray(info.byteOffset, info.byteOffset + info.byteLength);
  try {
    meshopt.decodeGltfBuffer(target, info.count, info.byteStride, source, info.mode, info.filter);
  } catch {
    throw invalidModel(place, 'The meshopt data is broken.');
  }
  return target;
}
