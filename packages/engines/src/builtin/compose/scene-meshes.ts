import { DioramaError, type Look, type MaterialAssignment } from '@diorama/contracts';
import { type GltfAsset, type ResolvedLight, type ResolvedMesh, resolveScene } from '@diorama/gltf';
import { decodeImage } from '@diorama/gltf/node';
import { ancestorsOf, type MaterialRecord, type SceneDocument, type TextureRef } from '@diorama/scene';
import type { TextureSlot, TraceLight, TraceMaterial, TraceMesh, TraceTexture } from '@diorama/tracer';
import type { EngineReference } from '../../kit/engine.ts';
import { throwIfCanceled } from '../finish/work.ts';
import { measureExtent, type SceneExtent } from './extent.ts';
import { unitScaleOf } from './real-size.ts';
import { referenceTexture, withBoxMapping } from './reference-texture.ts';
import { PLAIN_MATERIAL, withSurface } from './surface-material.ts';

/** The user's scene in the tracer's terms, with the look's materials on it. */
export interface SceneMeshes {
  readonly meshes: TraceMesh[];
  readonly materials: TraceMaterial[];
  readonly textures: TraceTexture[];
  readonly lights: TraceLight[];
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

/** Candela of a file's lamps to radiant intensity beside the daylight of our skies. */
const RADIANCE_PER_CANDELA = 1 / 150;
const RADIANCE_PER_LUX = 1 / 9_000;
/** Lamps of a file are points; a bulb this share of the scene's radius softens their shadows. */
const BULB_SHARE = 0.012;

export async function buildSceneMeshes(input: SceneMeshesInput): Promise<SceneMeshes> {
  const { document, look, signal } = input;
  const resolved = resolveScene(document, input.assets);
  const usable = resolved.meshes.filter((mesh) => mesh.indices.length > 0);
  refuseNonFinite(usable);
  const extent = measureExtent(usable.map(asTraceMesh));
  const unitScale = extent ? unitScaleOf(extent, document) : 1;

  const textures = await createTextureStore(input);
  const objectIds = new Map<string, number>();
  const materials: TraceMaterial[] = [];
  const known = new Map<string, number>();
  const meshes: TraceMesh[] = [];
  const boxMapped = new Map<number, number>();

  for (const mesh of usable) {
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
        const slot = await textures.reference(assignment.fromReference);
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

  const lights = resolved.lights.map((resolvedLight) => toTraceLight(resolvedLight, extent?.radius ?? 1));

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

function toTraceLight({ light, position, direction }: ResolvedLight, sceneRadius: number): TraceLight {
  const scaled = (by: number) =>
    light.colorLinear.map((c) => c * light.intensity * by) as [number, number, number];
  if (light.kind === 'directional')
    return {
      kind: 'directional',
      direction,
      irradiance: scaled(RADIANCE_PER_LUX),
      angularDiameterDegrees: 0.8,
    };
  const lamp = { position, intensity: scaled(RADIANCE_PER_CANDELA), radiusM: sceneRadius * BULB_SHARE };
  if (light.kind === 'point') return { kind: 'point', ...lamp };
  const { innerConeDegrees, outerConeDegrees } = light;
  return { kind: 'spot', direction, innerConeDegrees, outerConeDegrees, ...lamp };
}

function asTraceMesh(mesh: ResolvedMesh): TraceMesh {
  const { positions, normals, tangents, uv0, uv1, colors, indices } = mesh;
  return { positions, normals, tangents, uv0, uv1, colors, indices, material: 0, objectId: 0 };
}

/** Transforms can overflow although every number in the document is fine. */
function refuseNonFinite(meshes: readonly ResolvedMesh[]): void {
  for (const { positions, nodeId } of meshes) {
    for (let i = 0; i < positions.length; i++) {
      if (Math.abs(positions[i]!) <= 1e7) continue;
      throw new DioramaError(
        'invalid-scene',
        'An object lies beyond what can be drawn: its transform is not usable.',
        {
          hint: 'Reset the position and scale of the named object.',
          details: { node: nodeId },
        },
      );
    }
  }
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

type SlotMaker = (ref: TextureRef | null) => Promise<TextureSlot | null>;

interface TextureStore {
  readonly list: TraceTexture[];
  readonly slot: SlotMaker;
  readonly reference: (index: number) => Promise<TextureSlot | null>;
  /** The slot with its colours made white and only its transparency kept. */
  readonly cutOut: (slot: TextureSlot | null) => TextureSlot | null;
}

async function createTextureStore({ assets, references, signal }: SceneMeshesInput): Promise<TextureStore> {
  const list: TraceTexture[] = [];
  const known = new Map<string, number>();
  const pixels = new Map<string, { width: number; height: number; rgba: Uint8Array }>();
  const referenceSlots = new Map<number, number>();
  const cutOuts = new Map<number, number>();
  return {
    list,
    cutOut(slot) {
      if (!slot) return null;
      let texture = cutOuts.get(slot.texture);
      if (texture === undefined) {
        const picture = list[slot.texture]!;
        const rgba = picture.rgba.map((value, i) => (i % 4 === 3 ? value : 255));
        texture = list.push({ ...picture, rgba }) - 1;
        cutOuts.set(slot.texture, texture);
      }
      return { ...slot, texture };
    },
    async slot(ref) {
      if (!ref) return null;
      throwIfCanceled(signal);
      const key = [ref.source, ref.image, ref.wrapS, ref.wrapT, ref.filter].join('\n');
      let texture = known.get(key);
      if (texture === undefined) {
        const imageKey = `${ref.source}\n${ref.image}`;
        const image = assets.get(ref.source)?.images[ref.image];
        if (!image)
          throw new DioramaError('invalid-scene', 'A material uses an image that is not in its model.');
        const decoded = pixels.get(imageKey) ?? (await decodeImage(image.bytes));
        pixels.set(imageKey, decoded);
        texture = list.push({ ...decoded, wrapS: ref.wrapS, wrapT: ref.wrapT, filter: ref.filter }) - 1;
        known.set(key, texture);
      }
      return {
        texture,
        uvSet: ref.uvSet === 1 ? 1 : 0,
        offset: ref.offset,
        rotationRadians: ref.rotationRadians,
        scale: ref.scale,
      };
    },
    async reference(index) {
      const reference = references[index];
      if (!reference) return null;
      let texture = referenceSlots.get(index);
      if (texture === undefined) {
        texture = list.push(await referenceTexture(reference.bytes)) - 1;
        referenceSlots.set(index, texture);
      }
      return { texture, uvSet: 0, offset: [0, 0], rotationRadians: 0, scale: [1, 1] };
    },
  };
}

async function toTraceMaterial(record: MaterialRecord, slot: SlotMaker): Promise<TraceMaterial> {
  const strength = record.emissiveStrength;
  const [r, g, b] = record.emissiveLinear;
  return {
    ...PLAIN_MATERIAL,
    baseColor: record.baseColorLinear,
    alpha: record.alpha,
    baseColorTexture: await slot(record.baseColorTexture),
    metallic: record.metalness,
    roughness: record.roughness,
    metallicRoughnessTexture: await slot(record.metallicRoughnessTexture),
    normalTexture: await slot(record.normalTexture),
    normalScale: record.normalScale,
    occlusionTexture: await slot(record.occlusionTexture),
    occlusionStrength: record.occlusionStrength,
    emissive: [r * strength, g * strength, b * strength],
    emissiveTexture: await slot(record.emissiveTexture),
    alphaMode: record.alphaMode,
    alphaCutoff: record.alphaCutoff,
    doubleSided: record.doubleSided,
    ior: record.ior,
    specular: record.specular,
    transmission: record.transmission,
    // KHR_materials_volume: a thickness of zero is a wall without inside.
    thinWalled: record.thicknessM <= 0,
    attenuationColor: record.attenuationColorLinear,
    attenuationDistanceM: record.attenuationDistanceM ?? Number.POSITIVE_INFINITY,
    clearcoat: record.clearcoat,
    clearcoatRoughness: record.clearcoatRoughness,
    sheenColor: record.sheenColorLinear,
    sheenRoughness: record.sheenRoughness,
    unlit: record.unlit,
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
