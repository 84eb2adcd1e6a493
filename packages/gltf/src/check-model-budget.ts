import { LIMITS } from '@diorama/contracts';
import { externalNamesOf } from './container/external-name.ts';
import type { ModelLimits } from './limits.ts';
import { loadModel } from './load-model.ts';

/** What a model is, as far as can be told without decoding it. */
export interface ModelSummary {
  readonly format: 'glb' | 'gltf';
  readonly bytes: number;
  readonly nodes: number;
  readonly meshes: number;
  readonly materials: number;
  readonly images: number;
  /** As placed: a mesh that two nodes show counts twice. */
  readonly triangles: number;
  readonly vertices: number;
  /** Of the textures inside the file. */
  readonly texturePixels: number;
  readonly animations: number;
  /** Files that the model refers to, relative to its folder. */
  readonly externalFiles: readonly string[];
  readonly extensionsUsed: readonly string[];
}

/**
 * Judges a GLB or .gltf before any loader touches it: reads headers, the JSON and image sizes, and allocates nothing
 * that the file merely claims. Meant for uploads; it takes a few milliseconds for any file.
 *
 * @throws {DioramaError} `unsupported-media-type`, `invalid-model`, `model-too-large`, `unsupported-feature`;
 * `details.place` says where in the file.
 */
export function checkModelBudget(bytes: Uint8Array, limits: ModelLimits = LIMITS): ModelSummary {
  const { isGlb, model, imageHeaders } = loadModel(bytes, limits);
  let triangles = 0;
  let vertices = 0;
  let nodes = model.nodes.length;
  for (const { mesh, instancing } of model.nodes) {
    nodes += instancing?.count ?? 0;
    for (const primitive of mesh === null ? [] : model.meshes[mesh]!.primitives) {
      triangles += primitive.triangles * (instancing?.count ?? 1);
      vertices += primitive.vertices * (instancing?.count ?? 1);
    }
  }
  return {
    format: isGlb ? 'glb' : 'gltf',
    bytes: bytes.length,
    nodes,
    meshes: model.meshes.length,
    materials: model.materials.length,
    images: model.images.length,
    triangles,
    vertices,
    texturePixels: imageHeaders.reduce((sum, header) => sum + (header ? header.width * header.height : 0), 0),
    animations: model.animations,
    externalFiles: externalNamesOf(model),
    extensionsUsed: model.extensionsUsed,
  };
}
