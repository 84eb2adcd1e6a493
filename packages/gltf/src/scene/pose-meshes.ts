import { composeMatrix, identityMatrix, invertMatrix, type Mat4, multiplyMatrices } from '@diorama/scene';
import { normalizeVectors } from '../decode/primitive-arrays.ts';
import type { AccessorReader } from '../decode/read-accessor.ts';
import type { RawPrimitive } from '../decode/read-primitive.ts';
import type { GltfPrimitive } from '../gltf-asset.ts';
import type { GltfModel, NodeInfo } from '../model/gltf-model.ts';

type Floats = Float32Array<ArrayBuffer>;

/** A mesh as one node shows it: bent by its skeleton and morph targets as they stand in the file. */
export interface PosedMesh {
  readonly node: number;
  readonly primitives: readonly RawPrimitive[];
}

/**
 * Bakes skins and morph targets at rest, which is what a viewer shows while nothing is animated. A baked mesh belongs
 * to one node and is given in that node's space, so the node can be moved like any other.
 */
export function poseMeshes(
  model: GltfModel,
  meshes: readonly (readonly RawPrimitive[])[],
  accessors: AccessorReader,
): PosedMesh[] {
  const needed = model.nodes.flatMap((node, index) => {
    if (node.mesh === null || node.instancing) return [];
    const weights = weightsOf(model, node);
    const skinned = node.skin !== null && meshes[node.mesh]!.some(({ joints }) => joints);
    return skinned || weights.some((weight) => weight !== 0) ? [{ node, index, weights, skinned }] : [];
  });
  if (needed.length === 0) return [];
  const worlds = worldMatricesOf(model.nodes);
  return needed.map(({ node, index, weights, skinned }) => {
    const joints = skinned ? jointMatrices(model, node.skin!, worlds[index]!, worlds, accessors) : null;
    return {
      node: index,
      primitives: meshes[node.mesh!]!.map((raw) => {
        const morphed = morph(raw, weights, accessors);
        return joints ? bend(morphed, joints) : morphed;
      }),
    };
  });
}

function weightsOf(model: GltfModel, node: NodeInfo): readonly number[] {
  const mesh = model.meshes[node.mesh!]!;
  if (mesh.primitives.every(({ targets }) => targets.length === 0)) return [];
  return node.weights ?? mesh.weights;
}

function worldMatricesOf(nodes: readonly NodeInfo[]): Mat4[] {
  const worlds = nodes.map((node) => composeMatrix(node));
  const isChild = new Set(nodes.flatMap(({ children }) => children));
  const open = [...nodes.keys()].filter((index) => !isChild.has(index));
  for (let index = open.pop(); index !== undefined; index = open.pop())
    for (const child of nodes[index]!.children) {
      worlds[child] = multiplyMatrices(worlds[index]!, worlds[child]!);
      open.push(child);
    }
  return worlds;
}

/** From the mesh's space at binding to the node's space now, per joint; null when the node flattens space. */
function jointMatrices(
  model: GltfModel,
  skinIndex: number,
  nodeWorld: Mat4,
  worlds: readonly Mat4[],
  accessors: AccessorReader,
): Mat4[] | null {
  const toNode = invertMatrix(nodeWorld);
  if (!toNode) return null;
  const skin = model.skins[skinIndex]!;
  const bind = skin.inverseBindMatrices === null ? null : accessors.floats(skin.inverseBindMatrices);
  return skin.joints.map((joint, index) => {
    const inverseBind = bind
      ? Float64Array.from(bind.subarray(index * 16, index * 16 + 16))
      : identityMatrix();
    return multiplyMatrices(multiplyMatrices(toNode, worlds[joint]!), inverseBind);
  });
}

function morph(raw: RawPrimitive, weights: readonly number[], accessors: AccessorReader): RawPrimitive {
  const active = raw.info.targets.flatMap((target, index) => {
    const weight = weights[index] ?? 0;
    return weight === 0 ? [] : [{ target, weight }];
  });
  if (active.length === 0) return raw;
  const added = (values: Floats | null, semantic: string): Floats | null => {
    if (!values) return null;
    const out = values.slice();
    for (const { target, weight } of active) {
      const accessor = target[semantic];
      if (accessor === undefined) continue;
      const offsets = accessors.floats(accessor);
      for (let i = 0; i < out.length; i += 1) {
        const offset = offsets[i]! * weight;
        if (Number.isFinite(offset)) out[i] = out[i]! + offset;
      }
    }
    return out;
  };
  const normals = added(raw.primitive.normals, 'NORMAL');
  const primitive: GltfPrimitive = {
    ...raw.primitive,
    positions: added(raw.primitive.positions, 'POSITION')!,
    normals: normals && normalizeVectors(normals, 3) ? normals : null,
  };
  return { ...raw, primitive };
}

/** Linear blend skinning (glTF 2.0, 3.7.3.3) with the four strongest joints of each vertex. */
function bend(raw: RawPrimitive, joints: readonly Mat4[]): RawPrimitive {
  if (!raw.joints || !raw.weights) return raw;
  const { positions, normals, tangents } = raw.primitive;
  const outPositions = new Float32Array(positions.length);
  const outNormals = normals && new Float32Array(normals.length);
  const outTangents = tangents && new Float32Array(tangents.length);
  const m = new Float64Array(12);
  for (let vertex = 0; vertex < positions.length / 3; vertex += 1) {
    if (!blend(m, joints, raw.joints, raw.weights, vertex)) {
      m.fill(0);
      m[0] = m[4] = m[8] = 1; // Bound to nothing: stays where it is.
    }
    multiplyInto(outPositions, positions, vertex * 3, m, 1);
    if (outNormals) multiplyInto(outNormals, normals, vertex * 3, m, 0);
    if (outTangents) {
      multiplyInto(outTangents, tangents, vertex * 4, m, 0);
      outTangents[vertex * 4 + 3] = tangents[vertex * 4 + 3]!;
    }
  }
  return {
    ...raw,
    primitive: {
      ...raw.primitive,
      positions: outPositions,
      normals: outNormals && normalizeVectors(outNormals, 3) ? outNormals : null,
      tangents: outTangents && normalizeVectors(outTangents, 4) ? outTangents : null,
    },
  };
}

/** The weighted sum of a vertex's joints as 3 columns and a translation; false when its weights are unusable. */
function blend(
  out: Float64Array,
  joints: readonly Mat4[],
  jointIds: Floats,
  weights: Floats,
  vertex: number,
): boolean {
  out.fill(0);
  let sum = 0;
  for (let i = vertex * 4; i < vertex * 4 + 4; i += 1) {
    const weight = weights[i]!;
    const joint = joints[jointIds[i]!];
    if (!(weight > 0) || !joint) continue;
    sum += weight;
    for (let column = 0; column < 4; column += 1)
      for (let row = 0; row < 3; row += 1)
        out[column * 3 + row] = out[column * 3 + row]! + weight * joint[column * 4 + row]!;
  }
  if (!(sum > 1e-6) || !Number.isFinite(sum)) return false;
  for (let i = 0; i < 12; i += 1) out[i] = out[i]! / sum;
  return true;
}

function multiplyInto(out: Floats, from: Floats, at: number, m: Float64Array, w: 0 | 1): void {
  const x = from[at]!;
  const y = from[at + 1]!;
  const z = from[at + 2]!;
  for (let row = 0; row < 3; row += 1)
    out[at + row] = m[row]! * x + m[3 + row]! * y + m[6 + row]! * z + w * m[9 + row]!;
}
