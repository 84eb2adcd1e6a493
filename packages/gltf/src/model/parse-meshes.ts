import { DioramaError } from '@diorama/contracts';
import { invalidModel, overLimit } from '../model-error.ts';
import type { AccessorInfo, AccessorType, BufferViewInfo, MeshInfo, PrimitiveInfo } from './gltf-model.ts';
import {
  countField,
  extensionOf,
  indexField,
  isObject,
  type JsonObject,
  listField,
  mapObjects,
  nameField,
  requireIndex,
  requireNumber,
  requireObject,
} from './json-reader.ts';

/** The attributes that are read, and what type each may have. */
const ATTRIBUTE_TYPES: Readonly<Record<string, readonly AccessorType[]>> = {
  POSITION: ['VEC3'],
  NORMAL: ['VEC3'],
  TANGENT: ['VEC4'],
  TEXCOORD_0: ['VEC2'],
  TEXCOORD_1: ['VEC2'],
  COLOR_0: ['VEC3', 'VEC4'],
  JOINTS_0: ['VEC4'],
  WEIGHTS_0: ['VEC4'],
};

const TARGET_TYPES: Readonly<Record<string, readonly AccessorType[]>> = {
  POSITION: ['VEC3'],
  NORMAL: ['VEC3'],
};

/** Of all meshes together. A scene of one primitive per node needs as many as it has nodes. */
const PRIMITIVES_MAX = 100_000;

export function parseMeshes(
  json: JsonObject,
  accessors: readonly AccessorInfo[],
  views: readonly BufferViewInfo[],
  materialCount: number,
): MeshInfo[] {
  let total = 0;
  return mapObjects(json, 'meshes', '', (mesh, place, index) => {
    total += listField(mesh, 'primitives', place).length;
    if (total > PRIMITIVES_MAX) throw overLimit('meshes', 'Primitives', total, PRIMITIVES_MAX);
    return {
      name: nameField(mesh) || `Mesh ${index + 1}`,
      primitives: mapObjects(mesh, 'primitives', place, (primitive, at) =>
        parsePrimitive(primitive, at, accessors, views, materialCount),
      ),
      weights: listField(mesh, 'weights', place).map((w, i) => requireNumber(w, `${place}.weights[${i}]`)),
    };
  });
}

function parsePrimitive(
  json: JsonObject,
  place: string,
  accessors: readonly AccessorInfo[],
  views: readonly BufferViewInfo[],
  materialCount: number,
): PrimitiveInfo {
  const attributes = readAttributes(json.attributes, `${place}.attributes`, accessors, ATTRIBUTE_TYPES);
  const position = attributes.POSITION;
  const vertices = position === undefined ? 0 : accessors[position]!.count;
  for (const [semantic, accessor] of Object.entries(attributes))
    if (position !== undefined && accessors[accessor]!.count !== vertices)
      throw invalidModel(
        `${place}.attributes.${semantic}`,
        `It has ${accessors[accessor]!.count} elements where POSITION has ${vertices}.`,
      );
  const indices = indexField(json, 'indices', accessors.length, place);
  if (indices !== null) {
    const { type, componentType } = accessors[indices]!;
    if (type !== 'SCALAR' || ![5121, 5123, 5125].includes(componentType))
      throw invalidModel(`${place}.indices`, 'The indices are not unsigned integers.');
  }
  const mode = countField(json, 'mode', place, 4);
  if (mode > 6) throw invalidModel(`${place}.mode`, `${mode} is not a known mode.`);
  const corners = indices === null ? vertices : accessors[indices]!.count;
  const targets = listField(json, 'targets', place).map((target, index) => {
    const at = `${place}.targets[${index}]`;
    const read = readAttributes(target, at, accessors, TARGET_TYPES);
    for (const [semantic, accessor] of Object.entries(read))
      if (accessors[accessor]!.count !== vertices)
        throw invalidModel(
          `${at}.${semantic}`,
          `It has ${accessors[accessor]!.count} elements where POSITION has ${vertices}.`,
        );
    return read;
  });
  return {
    place,
    attributes,
    indices,
    mode,
    material: indexField(json, 'material', materialCount, place),
    draco: readDraco(json, place, attributes, views, { mode, indices }),
    targets,
    vertices: Math.min(vertices, corners),
    triangles: mode < 4 ? 0 : mode === 4 ? Math.floor(corners / 3) : Math.max(0, corners - 2),
  };
}

function readAttributes(
  value: unknown,
  place: string,
  accessors: readonly AccessorInfo[],
  types: Readonly<Record<string, readonly AccessorType[]>>,
): Record<string, number> {
  const attributes: Record<string, number> = {};
  for (const [semantic, index] of Object.entries(requireObject(value, place))) {
    const accessor = requireIndex(index, accessors.length, `${place}.${semantic.slice(0, 40)}`);
    const allowed = Object.hasOwn(types, semantic) ? types[semantic] : undefined;
    if (!allowed) continue;
    if (!allowed.includes(accessors[accessor]!.type))
      throw invalidModel(
        `${place}.${semantic}`,
        `Its type is ${accessors[accessor]!.type}, not ${allowed.join(' or ')}.`,
      );
    attributes[semantic] = accessor;
  }
  return attributes;
}

function readDraco(
  json: JsonObject,
  primitivePlace: string,
  attributes: Readonly<Record<string, number>>,
  views: readonly BufferViewInfo[],
  { mode, indices }: { mode: number; indices: number | null },
): PrimitiveInfo['draco'] {
  const draco = extensionOf(json, 'KHR_draco_mesh_compression', primitivePlace);
  if (!draco) return null;
  const place = `${primitivePlace}.extensions.KHR_draco_mesh_compression`;
  if (mode !== 4 || indices === null)
    throw new DioramaError(
      'unsupported-feature',
      `${place}: Only indexed triangle lists can be Draco-compressed here.`,
      {
        details: { place },
      },
    );
  const ids: Record<string, number> = {};
  for (const [semantic, id] of Object.entries(isObject(draco.attributes) ? draco.attributes : {}))
    if (Object.hasOwn(attributes, semantic))
      ids[semantic] = requireIndex(id, 0x1_0000_0000, `${place}.attributes.${semantic}`);
  if (ids.POSITION === undefined) throw invalidModel(`${place}.attributes`, 'It has no POSITION.');
  return { bufferView: requireIndex(draco.bufferView, views.length, `${place}.bufferView`), attributes: ids };
}
