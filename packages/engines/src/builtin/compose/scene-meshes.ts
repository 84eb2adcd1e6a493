import {
  asTraceMesh,
  createTextureStore,
  measureExtent,
  PLAIN_MATERIAL,
  resolveParts,
  type SceneExtent,
  throwIfCanceled,
  toTraceMaterial,
} from '@diorama/conditioning';
import type { Look, MaterialAssignment } from '@diorama/contracts';
import type { GltfAsset } from '@diorama/gltf';
import { ancestorsOf, type SceneDocument } from '@diorama/scene';
import type { TextureSlot, TraceLight, TraceMaterial, TraceMesh, TraceTexture } from '@diorama/tracer';
import type { EngineReference } from '../../kit/engine.ts';
import { unitScaleOf } from './real-size.ts';
import { referenceTexture, withBoxMapping } from './reference-texture.ts';
import { withSurface } from './surface-material.ts';

/** The user's scene in the tracer's terms, with the look's materials on it. */
export interface SceneMeshes {
  readonly meshes: TraceMesh[];
  readonly materials: TraceMaterial[];
  readonly textures: TraceTexture[];
  readonly lights: readonly TraceLight[];
  /** null for a scene without triangles. */
  readonly extent: SceneExtent | null;
  /** Object ids (from 1) to node ids. */
  readonly nodeOfObject: ReadonlyMap<number, string>;
  /** Mesh with index i is the scene's own floor. */
  readonly floorMeshes: ReadonlySet<number>;
  readonly unitScale: number;
}

export interface SceneMeshesInput {
  readonly document: SceneDocument;
  readonly assets: ReadonlyMap<string, GltfAsset>;
  readonly look: Look;
  readonly references: readonly EngineReference[];
  /** Every surface becomes this one instead (clay); relief is kept. */
  readonly uniformMaterial: TraceMaterial | null;
  readonly signal: AbortSignal;
}

export async function buildSceneMeshes(input: SceneMeshesInput): Promise<SceneMeshes> {
  const { document, look, signal } = input;
  const { meshes: parts, lights, extent } = resolveParts(document, input.assets);
  const unitScale = extent ? unitScaleOf(extent, document) : 1;

  const textures = createTextureStore(input.assets, signal);
  const pictures = referenceSlots(input.references, textures.list);
  const objectIds = new Map<string, number>();
  const materials: TraceMaterial[] = [];
  const known = new Map<string, number>();
  const meshes: TraceMesh[] = [];
  const boxMapped = new Map<number, number>();

  for (const mesh of parts) {
    throwIfCanceled(signal);
    const objectId = objectIds.get(mesh.nodeId) ?? objectIds.size + 1;
    objectIds.set(mesh.nodeId, objectId);
    const assigned = input.uniformMaterial ? [] : assignmentsFor(document, mesh.nodeId, look.materials);
    const key = JSON.stringify([mesh.materialId, assigned.map(([index]) => index)]);
    let material = known.get(key);
    if (material === undefined) {
      const record = mesh.materialId === null ? undefined : document.materials[mesh.materialId];
      let built = record ? await toTraceMaterial(record, textures.slot) : PLAIN_MATERIAL;
      if (input.uniformMaterial) built = uniform(input.uniformMaterial, built, textures.cutOut);
      let picture: number | null = null;
      for (const [, assignment] of assigned) {
        built = withSurface(built, assignment.surface, unitScale);
        if (assignment.fromReference === null) continue;
        const slot = await pictures(assignment.fromReference);
        if (!slot) continue;
        picture = slot.texture;
        built = { ...built, baseColor: [1, 1, 1], baseColorTexture: slot, procedural: null, unlit: false };
      }
      material = materials.push(built) - 1;
      known.set(key, material);
      if (picture !== null) boxMapped.set(material, picture);
    }
    let traced: TraceMesh = { ...asTraceMesh(mesh), material, objectId };
    // Painted vertices are colour too.
    if (input.uniformMaterial) traced = { ...traced, colors: null };
    const picture = boxMapped.get(material);
    if (picture !== undefined) {
      const { width, height } = textures.list[picture]!;
      const size = measureExtent([traced])?.radius ?? 1;
      traced = withBoxMapping(traced, Math.max(size * 0.9, (extent?.radius ?? 1) * 0.25), width / height);
    }
    meshes.push(traced);
  }

  return {
    meshes,
    materials,
    textures: textures.list,
    lights,
    extent,
    nodeOfObject: new Map([...objectIds].map(([node, id]) => [id, node])),
    floorMeshes: extent ? findFloor(meshes, extent) : new Set(),
    unitScale,
  };
}

/** The last words said about a node come last and win. */
function assignmentsFor(
  document: SceneDocument,
  nodeId: string,
  assignments: readonly MaterialAssignment[],
): [number, MaterialAssignment][] {
  const above = new Set([nodeId, ...ancestorsOf(document, nodeId).map(({ id }) => id)]);
  return [...assignments.entries()].filter(
    ([, { target }]) => target === 'all' || target.some((id) => above.has(id)),
  );
}

function uniform(
  material: TraceMaterial,
  own: TraceMaterial,
  cutOut: (slot: TextureSlot | null) => TextureSlot | null,
): TraceMaterial {
  return {
    ...material,
    normalTexture: own.normalTexture,
    normalScale: own.normalScale,
    // A leaf cut out by its texture stays a leaf.
    ...(own.alphaMode === 'mask'
      ? {
          alphaMode: 'mask',
          alpha: own.alpha,
          alphaCutoff: own.alphaCutoff,
          baseColorTexture: cutOut(own.baseColorTexture),
        }
      : {}),
  };
}

/** Makes textures of the reference pictures that are asked for, each once. */
function referenceSlots(
  references: readonly EngineReference[],
  textures: TraceTexture[],
): (index: number) => Promise<TextureSlot | null> {
  const known = new Map<number, number>();
  return async (index) => {
    const reference = references[index];
    if (!reference) return null;
    let texture = known.get(index);
    if (texture === undefined) {
      texture = textures.push(await referenceTexture(reference.bytes)) - 1;
      known.set(index, texture);
    }
    return { texture, uvSet: 0, offset: [0, 0], rotationRadians: 0, scale: [1, 1] };
  };
}

/**
 * Meshes that are the scene's floor: flat, at the bottom, and under most of it.
 */
function findFloor(meshes: readonly TraceMesh[], extent: SceneExtent): Set<number> {
  const found = new Set<number>();
  const width = extent.max[0] - extent.min[0];
  const depth = extent.max[2] - extent.min[2];
  const height = extent.max[1] - extent.min[1];
  meshes.forEach((mesh, index) => {
    const own = measureExtent([mesh]);
    if (!own) return;
    const w = own.max[0] - own.min[0];
    const d = own.max[2] - own.min[2];
    const flat = own.max[1] - own.min[1] <= 0.05 * Math.min(w, d);
    const low = own.max[1] - extent.min[1] <= Math.max(0.06 * height, 0.03 * Math.min(width, depth));
    // A scene that is nothing but a plate is an object and not a floor.
    const isPart = height > 2.5 * (own.max[1] - own.min[1]);
    if (flat && low && isPart && w * d >= 0.55 * width * depth) found.add(index);
  });
  return found;
}
