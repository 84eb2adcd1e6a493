import { composeMatrix, decomposeMatrix, type LightRecord } from '@diorama/scene';
import type { ModelLimits } from '../limits.ts';
import { invalidModel, modelError, overLimit } from '../model-error.ts';
import type { FeatureLog } from './feature-log.ts';
import type { AccessorInfo, CameraInfo, NodeInfo, SkinInfo } from './gltf-model.ts';
import {
  clampedField,
  extensionOf,
  indexField,
  isObject,
  type JsonObject,
  listField,
  mapObjects,
  nameField,
  numberField,
  objectField,
  requireIndex,
  requireNumber,
  requireObject,
  vectorField,
} from './json-reader.ts';

interface Counts {
  readonly meshes: number;
  readonly skins: number;
  readonly accessors: readonly AccessorInfo[];
}

/** One less than the limit: a scene wraps every model in a node of its own. */
export function requireNodeCount(count: number, what: string, limits: ModelLimits): void {
  if (count >= limits.nodes) throw overLimit('nodes', what, count, limits.nodes - 1);
}

export function parseNodes(
  json: JsonObject,
  counts: Counts,
  log: FeatureLog,
  limits: ModelLimits,
): NodeInfo[] {
  const count = listField(json, 'nodes', '').length;
  requireNodeCount(count, 'Nodes', limits);
  const cameras = parseCameras(json);
  const lights = parseLights(json);
  const nodes = mapObjects(json, 'nodes', '', (node, place): NodeInfo => {
    const cameraIndex = indexField(node, 'camera', cameras.length, place);
    const camera = cameraIndex === null ? null : cameras[cameraIndex]!;
    const lightJson = extensionOf(node, 'KHR_lights_punctual', place);
    const light = lightJson
      ? lights[requireIndex(lightJson.light, lights.length, `${place}.extensions.KHR_lights_punctual.light`)]!
      : null;
    const focusDistanceM = isObject(node.extras) ? Number(node.extras.focusDistanceM) : Number.NaN;
    if (camera?.orthographic) log.simplified('orthographic camera shown in perspective');
    return {
      name: nameField(node),
      children: listField(node, 'children', place).map((child, i) =>
        requireIndex(child, count, `${place}.children[${i}]`),
      ),
      ...readTransform(node, place),
      mesh: indexField(node, 'mesh', counts.meshes, place),
      skin: indexField(node, 'skin', counts.skins, place),
      weights:
        node.weights === undefined
          ? null
          : listField(node, 'weights', place).map((w, i) => requireNumber(w, `${place}.weights[${i}]`)),
      camera: camera && {
        ...camera,
        focusDistanceM: focusDistanceM > 0 && focusDistanceM < 1e6 ? focusDistanceM : null,
      },
      light: light?.record ?? null,
      lightName: light?.name ?? '',
      instancing: readInstancing(node, place, counts.accessors),
    };
  });
  requireTree(nodes, limits);
  return nodes;
}

/** The ranges that a scene record holds, so that whatever is read can also be saved. */
const PLACE = { min: -1e6, max: 1e6 };
const FACTOR = { min: -1e9, max: 1e9 };

function readTransform(
  node: JsonObject,
  place: string,
): Pick<NodeInfo, 'translation' | 'rotation' | 'scale' | 'sheared'> {
  const matrix = vectorField(node, 'matrix', 16, place, null, FACTOR);
  if (matrix) {
    const given = Float64Array.from(matrix);
    const parts = decomposeMatrix(given);
    for (const [i, c] of parts.translation.entries()) requireNumber(c, `${place}.matrix[${12 + i}]`, PLACE);
    const size = Math.max(...parts.scale.map(Math.abs));
    const sheared = composeMatrix(parts).some(
      (value, i) => Math.abs(value - given[i]!) > 1e-3 * Math.max(size, 1e-6) && i % 4 < 3 && i < 12,
    );
    return { ...parts, sheared };
  }
  return {
    translation: vectorField(node, 'translation', 3, place, [0, 0, 0], PLACE) as NodeInfo['translation'],
    rotation: vectorField(node, 'rotation', 4, place, [0, 0, 0, 1], FACTOR) as NodeInfo['rotation'],
    scale: vectorField(node, 'scale', 3, place, [1, 1, 1], FACTOR) as NodeInfo['scale'],
    sheared: false,
  };
}

function parseCameras(json: JsonObject): CameraInfo[] {
  return mapObjects(json, 'cameras', '', (camera, place) => {
    const perspective = objectField(camera, 'perspective', place);
    const yfov = numberField(perspective ?? {}, 'yfov', `${place}.perspective`, Math.PI / 5);
    return {
      name: nameField(camera),
      fovYDegrees: Math.max(1, Math.min(150, (yfov * 180) / Math.PI)),
      orthographic: perspective === undefined,
      focusDistanceM: null,
    };
  });
}

function parseLights(json: JsonObject): { name: string; record: LightRecord }[] {
  const extension = extensionOf(json, 'KHR_lights_punctual', '');
  if (!extension) return [];
  return mapObjects(extension, 'lights', 'extensions.KHR_lights_punctual', (light, place) => {
    const kind = (['directional', 'point', 'spot'] as const).find((known) => known === light.type);
    if (!kind) throw invalidModel(`${place}.type`, 'It is not a known type of light.');
    const spot = objectField(light, 'spot', place) ?? {};
    const outer = clampedField(spot, 'outerConeAngle', `${place}.spot`, Math.PI / 4, 0, Math.PI / 2);
    const inner = clampedField(spot, 'innerConeAngle', `${place}.spot`, 0, 0, outer);
    return {
      name: nameField(light),
      record: {
        kind,
        colorLinear: vectorField(light, 'color', 3, place, [1, 1, 1], { min: 0, max: 1e6 }) as [
          number,
          number,
          number,
        ],
        intensity: clampedField(light, 'intensity', place, 1, 0, 1e9),
        innerConeDegrees: Math.min(90, (inner * 180) / Math.PI),
        outerConeDegrees: Math.min(90, (outer * 180) / Math.PI),
      },
    };
  });
}

const INSTANCE_TYPES: Readonly<Record<string, string>> = {
  TRANSLATION: 'VEC3',
  ROTATION: 'VEC4',
  SCALE: 'VEC3',
};

function readInstancing(
  node: JsonObject,
  nodePlace: string,
  accessors: readonly AccessorInfo[],
): NodeInfo['instancing'] {
  const extension = extensionOf(node, 'EXT_mesh_gpu_instancing', nodePlace);
  if (!extension) return null;
  const place = `${nodePlace}.extensions.EXT_mesh_gpu_instancing.attributes`;
  const attributes: Record<string, number> = {};
  let count: number | undefined;
  for (const [semantic, index] of Object.entries(requireObject(extension.attributes, place))) {
    if (!Object.hasOwn(INSTANCE_TYPES, semantic)) continue;
    const accessor = requireIndex(index, accessors.length, `${place}.${semantic}`);
    const info = accessors[accessor]!;
    if (info.type !== INSTANCE_TYPES[semantic])
      throw invalidModel(`${place}.${semantic}`, `Its type is ${info.type}.`);
    if (count !== undefined && info.count !== count)
      throw invalidModel(`${place}.${semantic}`, 'The counts differ.');
    count = info.count;
    attributes[semantic] = accessor;
  }
  return count === undefined ? null : { count, attributes };
}

export function parseSkins(
  json: JsonObject,
  nodeCount: number,
  accessors: readonly AccessorInfo[],
): SkinInfo[] {
  return mapObjects(json, 'skins', '', (skin, place) => {
    const joints = listField(skin, 'joints', place).map((j, i) =>
      requireIndex(j, nodeCount, `${place}.joints[${i}]`),
    );
    const inverseBindMatrices = indexField(skin, 'inverseBindMatrices', accessors.length, place);
    if (inverseBindMatrices !== null) {
      const { type, componentType, count } = accessors[inverseBindMatrices]!;
      if (type !== 'MAT4' || componentType !== 5126 || count < joints.length)
        throw invalidModel(`${place}.inverseBindMatrices`, 'It is not one matrix of floats for each joint.');
    }
    return { joints, inverseBindMatrices };
  });
}

/** Every node has one parent at most, none is below itself, and the tree is not deeper than allowed. */
function requireTree(nodes: readonly NodeInfo[], limits: ModelLimits): void {
  const parents = new Int32Array(nodes.length).fill(-1);
  nodes.forEach((node, index) => {
    node.children.forEach((child, i) => {
      if (parents[child] !== -1 || child === index)
        throw invalidModel(
          `nodes[${index}].children[${i}]`,
          child === index ? 'The node is its own child.' : `Node ${child} has two parents.`,
        );
      parents[child] = index;
    });
  });
  const depths = new Int32Array(nodes.length);
  let seen = 0;
  const open = nodes.map((_, index) => index).filter((index) => parents[index] === -1);
  for (const root of open) depths[root] = 1;
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    seen += 1;
    // As with their number, the node that a scene wraps the model in comes on top.
    if (depths[index]! >= limits.nodeDepth)
      throw modelError(
        'model-too-large',
        `nodes[${index}]`,
        `The nodes are nested deeper than ${limits.nodeDepth - 1} levels.`,
      );
    for (const child of nodes[index]!.children) {
      depths[child] = depths[index]! + 1;
      open.push(child);
    }
  }
  // One parent each, yet not reachable from a root: what is left can only be loops.
  if (seen < nodes.length) throw invalidModel(`nodes[${depths.indexOf(0)}]`, 'The nodes form a loop.');
}
