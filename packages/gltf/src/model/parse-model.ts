import type { ModelLimits } from '../limits.ts';
import { invalidModel, modelError, overLimit } from '../model-error.ts';
import { componentsOf } from './components.ts';
import type { FeatureLog } from './feature-log.ts';
import type { AccessorInfo, GltfModel, MeshInfo, NodeInfo } from './gltf-model.ts';
import { isObject, type JsonObject, listField, requireIndex, requireObject } from './json-reader.ts';
import { parseAccessors } from './parse-accessors.ts';
import { parseBuffers, parseBufferViews } from './parse-buffers.ts';
import { parseMaterials } from './parse-materials.ts';
import { parseMeshes } from './parse-meshes.ts';
import { parseNodes, parseSkins, requireNodeCount } from './parse-nodes.ts';
import { parseImages, parseTextures } from './parse-textures.ts';

/** Extensions without which a file that requires them would be shown wrongly, and that we honour. */
const HONOURED = new Set([
  'KHR_draco_mesh_compression',
  'EXT_meshopt_compression',
  'KHR_meshopt_compression',
  'KHR_mesh_quantization',
  'KHR_texture_transform',
  'EXT_texture_webp',
  'KHR_lights_punctual',
  'EXT_mesh_gpu_instancing',
]);

/** Extensions that a file may require although the picture without them is still a fair one; the reader warns. */
const TOLERATED =
  /^(KHR_materials_.+|KHR_texture_basisu|EXT_texture_avif|KHR_animation_pointer|KHR_xmp_json_ld|KHR_node_visibility)$/;

/** The most bytes that all compressed views together may unfold to: about what the vertex limit allows. */
const DECODED_VIEW_BYTES_MAX = 1024 * 1024 * 1024;

/**
 * Checks a glTF's JSON against the limits and turns it into a model whose indices and ranges can be trusted.
 *
 * @param bin The GLB's binary chunk.
 * @throws {DioramaError} `invalid-model`, `model-too-large`, `unsupported-feature`; `details.place` says where.
 */
export function parseModel(
  input: unknown,
  bin: Uint8Array | null,
  limits: ModelLimits,
  log: FeatureLog,
): GltfModel {
  const json = requireObject(input, 'json');
  requireVersion(json);
  const extensionsUsed = requireExtensions(json);
  const buffers = parseBuffers(json, bin?.length ?? null);
  const bufferViews = parseBufferViews(json, buffers, DECODED_VIEW_BYTES_MAX);
  const accessors = parseAccessors(json, bufferViews, Math.max(limits.vertices, limits.triangles * 3));
  const images = parseImages(json, bufferViews, limits.textures);
  const textures = parseTextures(json, images, log);
  const materials = parseMaterials(json, textures, log);
  const meshes = parseMeshes(json, accessors, bufferViews, materials.length);
  const skins = parseSkins(json, listField(json, 'nodes', '').length, accessors);
  const nodes = parseNodes(json, { meshes: meshes.length, skins: skins.length, accessors }, log, limits);
  requireGeometryBudget(meshes, nodes, limits);
  requireDecodedBudget(meshes, accessors, limits);
  return {
    buffers,
    bufferViews,
    accessors,
    images,
    materials,
    meshes,
    skins,
    nodes,
    rootNodes: readRootNodes(json, nodes),
    animations: listField(json, 'animations', '').length,
    scenes: listField(json, 'scenes', '').length,
    extensionsUsed,
  };
}

function requireVersion(json: JsonObject): void {
  const version = isObject(json.asset) ? json.asset.version : undefined;
  if (typeof version !== 'string' || !/^2(\.|$)/.test(version))
    throw typeof version === 'string' && /^[\d.]{1,10}$/.test(version)
      ? modelError('unsupported-feature', 'asset.version', `glTF ${version} is not supported; 2.0 is.`)
      : invalidModel('asset.version', 'It does not say that it is glTF 2.0.');
}

function requireExtensions(json: JsonObject): string[] {
  const names = (key: string): string[] =>
    listField(json, key, '')
      .filter((name): name is string => typeof name === 'string')
      .map((name) => name.slice(0, 100));
  const missing = names('extensionsRequired').filter((name) => !HONOURED.has(name) && !TOLERATED.test(name));
  if (missing.length > 0)
    throw modelError(
      'unsupported-feature',
      'extensionsRequired',
      `The model needs ${missing.slice(0, 5).join(', ')}.`,
      {
        extensions: missing.slice(0, 20),
      },
    );
  return names('extensionsUsed');
}

/** Counted as often as they are placed: instances cost the renderer as much as copies. */
function requireGeometryBudget(
  meshes: readonly MeshInfo[],
  nodes: readonly NodeInfo[],
  limits: ModelLimits,
): void {
  const sum = (mesh: MeshInfo, key: 'vertices' | 'triangles'): number =>
    mesh.primitives.reduce((total, primitive) => total + primitive[key], 0);
  const perMesh = meshes.map((mesh) => ({
    vertices: sum(mesh, 'vertices'),
    triangles: sum(mesh, 'triangles'),
  }));
  // Every mesh is decoded once, placed or not.
  const decoded = { vertices: 0, triangles: 0 };
  for (const { vertices, triangles } of perMesh) {
    decoded.vertices += vertices;
    decoded.triangles += triangles;
  }
  const placed = { vertices: 0, triangles: 0 };
  let count = nodes.length;
  for (const { mesh, instancing } of nodes) {
    count += instancing?.count ?? 0;
    if (mesh === null) continue;
    placed.vertices += perMesh[mesh]!.vertices * (instancing?.count ?? 1);
    placed.triangles += perMesh[mesh]!.triangles * (instancing?.count ?? 1);
  }
  requireNodeCount(count, 'Nodes with instances', limits);
  for (const total of [decoded, placed]) {
    if (total.triangles > limits.triangles)
      throw overLimit('meshes', 'Triangles', total.triangles, limits.triangles);
    if (total.vertices > limits.vertices)
      throw overLimit('meshes', 'Vertices', total.vertices, limits.vertices);
  }
}

/** Position, normal, tangent, two UV sets and a colour, as floats. */
const BYTES_PER_VERTEX = 72;
const BYTES_PER_TRIANGLE = 12;

/**
 * Accessors may be far longer than what primitives use of them, so what they unfold to is limited by itself. One that
 * has no bytes at all is refused: it would be all zero, and costs its author nothing however long it is.
 */
function requireDecodedBudget(
  meshes: readonly MeshInfo[],
  accessors: readonly AccessorInfo[],
  limits: ModelLimits,
): void {
  const limit = limits.vertices * BYTES_PER_VERTEX + limits.triangles * BYTES_PER_TRIANGLE;
  const seen = new Set<number>();
  let bytes = 0;
  for (const { primitives } of meshes)
    for (const { place, attributes, indices, draco, targets } of primitives) {
      const used = Object.entries(attributes).map(([semantic, index]) => ({
        index,
        place: `${place}.attributes.${semantic}`,
        given: draco?.attributes[semantic] !== undefined,
      }));
      if (indices !== null) used.push({ index: indices, place: `${place}.indices`, given: draco !== null });
      for (const accessor of used) {
        const { bufferView, sparse } = accessors[accessor.index]!;
        if (bufferView === null && sparse === null && !accessor.given)
          throw invalidModel(accessor.place, 'It has no data.');
      }
      for (const { index } of [
        ...used,
        ...targets.flatMap((target) => Object.values(target).map((index) => ({ index }))),
      ]) {
        if (seen.has(index)) continue;
        seen.add(index);
        const { count, type } = accessors[index]!;
        bytes += count * componentsOf(type) * 4;
        if (bytes > limit) throw overLimit(place, 'Bytes of decoded geometry', bytes, limit);
      }
    }
}

function readRootNodes(json: JsonObject, nodes: readonly NodeInfo[]): number[] {
  const scenes = listField(json, 'scenes', '');
  const children = new Set(nodes.flatMap((node) => node.children));
  const roots = [...nodes.keys()].filter((index) => !children.has(index));
  if (scenes.length === 0) return roots;
  const index = json.scene === undefined ? 0 : requireIndex(json.scene, scenes.length, 'scene');
  const place = `scenes[${index}]`;
  const listed = listField(requireObject(scenes[index], place), 'nodes', place).map((node, i) =>
    requireIndex(node, nodes.length, `${place}.nodes[${i}]`),
  );
  listed.forEach((node, i) => {
    if (children.has(node))
      throw invalidModel(`${place}.nodes[${i}]`, `Node ${node} has a parent, so it is no root.`);
  });
  return [...new Set(listed)];
}
