import type { GltfAsset } from '@diorama/gltf';
import type { SceneDocument } from '@diorama/scene';
import type { TraceLight, TraceMaterial, TraceMesh, TraceTexture } from '@diorama/tracer';
import { throwIfCanceled } from '../pixels/work.ts';
import type { SceneExtent } from './extent.ts';
import { PLAIN_MATERIAL } from './plain-material.ts';
import { createTextureStore } from './texture-store.ts';
import { toTraceMaterial } from './trace-material.ts';
import { asTraceMesh, resolveParts } from './trace-meshes.ts';

/** A document in the tracer's terms as it is, without any look. */
export interface PlainScene {
  readonly meshes: readonly TraceMesh[];
  readonly materials: readonly TraceMaterial[];
  readonly textures: readonly TraceTexture[];
  readonly lights: readonly TraceLight[];
  /** null for a scene without triangles. */
  readonly extent: SceneExtent | null;
  /** Node id of object id 1, 2, 3, … */
  readonly nodeIds: readonly string[];
}

/** @throws {DioramaError} `invalid-scene`, `canceled`, and those of decoding a texture. */
export async function buildPlainScene(
  document: SceneDocument,
  assets: ReadonlyMap<string, GltfAsset>,
  signal: AbortSignal,
): Promise<PlainScene> {
  const parts = resolveParts(document, assets);
  const store = createTextureStore(assets, signal);
  const objectIds = new Map<string, number>();
  // The first material is for what has none, and a scene must have one.
  const materials: TraceMaterial[] = [PLAIN_MATERIAL];
  const known = new Map<string, number>();
  const meshes: TraceMesh[] = [];
  for (const mesh of parts.meshes) {
    throwIfCanceled(signal);
    const objectId = objectIds.get(mesh.nodeId) ?? objectIds.size + 1;
    objectIds.set(mesh.nodeId, objectId);
    const record = mesh.materialId === null ? undefined : document.materials[mesh.materialId];
    let material = record ? known.get(record.id) : 0;
    if (record && material === undefined) {
      material = materials.push(await toTraceMaterial(record, store.slot)) - 1;
      known.set(record.id, material);
    }
    meshes.push({ ...asTraceMesh(mesh), material: material ?? 0, objectId });
  }
  return {
    meshes,
    materials,
    textures: store.list,
    lights: parts.lights,
    extent: parts.extent,
    nodeIds: [...objectIds.keys()],
  };
}
