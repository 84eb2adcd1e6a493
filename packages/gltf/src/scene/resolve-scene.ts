import type { Vec3 } from '@diorama/contracts';
import { DioramaError } from '@diorama/contracts';
import {
  type Bounds,
  determinant3,
  type LightRecord,
  type Mat4,
  meshNodes,
  type SceneDocument,
  transformBounds,
  transformDirection,
  transformPoint,
  visibleNodes,
  worldMatrices,
} from '@diorama/scene';
import type { GltfAsset, GltfPrimitive } from '../gltf-asset.ts';

/** Triangles in world space, ready for a renderer. */
export interface ResolvedMesh {
  readonly nodeId: string;
  /** Which primitive of the node's mesh. */
  readonly primitive: number;
  /** Into the document's materials; null for the default material. */
  readonly materialId: string | null;
  /** xyz, metres. */
  readonly positions: Float32Array<ArrayBuffer>;
  /** xyz, unit length; null = flat. */
  readonly normals: Float32Array<ArrayBuffer> | null;
  /** xyzw. */
  readonly tangents: Float32Array<ArrayBuffer> | null;
  // What does not depend on the place is shared between the nodes that show the same mesh.
  readonly uv0: Float32Array<ArrayBuffer> | null;
  readonly uv1: Float32Array<ArrayBuffer> | null;
  /** Linear RGBA. */
  readonly colors: Float32Array<ArrayBuffer> | null;
  readonly indices: Uint32Array<ArrayBuffer>;
}

/** A punctual light in world space. */
export interface ResolvedLight {
  readonly nodeId: string;
  readonly light: LightRecord;
  readonly position: Vec3;
  /** Where it shines, unit length. */
  readonly direction: Vec3;
}

export interface ResolvedScene {
  readonly meshes: readonly ResolvedMesh[];
  readonly lights: readonly ResolvedLight[];
}

/**
 * Flattens a document to world space: every visible mesh node, primitive by primitive, and every visible light.
 *
 * @param assets The read models by `SourceRecord.id`.
 * @throws {DioramaError} `invalid-scene` when the document uses a source or mesh that is not there.
 */
export function resolveScene(document: SceneDocument, assets: ReadonlyMap<string, GltfAsset>): ResolvedScene {
  const matrices = worldMatrices(document);
  const meshes: ResolvedMesh[] = [];
  for (const node of meshNodes(document)) {
    const mesh = assets.get(node.mesh.source)?.meshes[node.mesh.index];
    if (!mesh)
      throw new DioramaError(
        'invalid-scene',
        `nodes.${node.id}.mesh: There is no mesh ${node.mesh.index} in the model it refers to.`,
        { details: { place: `nodes.${node.id}.mesh` } },
      );
    const matrix = matrices.get(node.id)!;
    requireReachable(mesh.bounds, matrix, node.id);
    mesh.primitives.forEach((primitive, index) => {
      meshes.push({
        nodeId: node.id,
        primitive: index,
        materialId: node.mesh.materials[index] ?? null,
        ...toWorld(primitive, matrix),
      });
    });
  }
  const lights = visibleNodes(document).flatMap(({ id, light }) => {
    if (!light) return [];
    const matrix = matrices.get(id)!;
    const direction = unit(transformDirection(matrix, [0, 0, -1]));
    return direction ? [{ nodeId: id, light, position: transformPoint(matrix, [0, 0, 0]), direction }] : [];
  });
  return { meshes, lights };
}

/** Beyond this, 32-bit floats cannot hold a surface any more, metres. */
const WORLD_COORDINATE_MAX = 1e7;

/** Scales and translations that are fine one by one can multiply to infinity, and infinities break every renderer. */
function requireReachable(bounds: Bounds | null, matrix: Mat4, nodeId: string): void {
  if (!bounds) return;
  const { min, max } = transformBounds(matrix, bounds);
  if ([...min, ...max].every((c) => Math.abs(c) <= WORLD_COORDINATE_MAX)) return;
  throw new DioramaError('invalid-scene', `nodes.${nodeId}: It is placed or scaled out of all measure.`, {
    hint: 'Move or scale the object back, or delete it.',
    details: { place: `nodes.${nodeId}` },
  });
}

function unit(v: Vec3): Vec3 | undefined {
  const length = Math.hypot(...v);
  return length > 1e-12 ? [v[0] / length, v[1] / length, v[2] / length] : undefined;
}

function toWorld(
  primitive: GltfPrimitive,
  matrix: Mat4,
): Omit<ResolvedMesh, 'nodeId' | 'primitive' | 'materialId'> {
  const mirrored = determinant3(matrix) < 0;
  return {
    positions: transformPoints(primitive.positions, matrix),
    normals: primitive.normals && transformNormals(primitive.normals, matrix),
    tangents: primitive.tangents && transformTangents(primitive.tangents, matrix, mirrored),
    uv0: primitive.uv0,
    uv1: primitive.uv1,
    colors: primitive.colors,
    indices: mirrored ? turnedAround(primitive.indices) : primitive.indices,
  };
}

function transformPoints(points: Float32Array, m: Mat4): Float32Array<ArrayBuffer> {
  const [m0, m1, m2, , m4, m5, m6, , m8, m9, m10, , m12, m13, m14] = m as unknown as number[];
  const out = new Float32Array(points.length);
  for (let i = 0; i < points.length; i += 3) {
    const x = points[i]!;
    const y = points[i + 1]!;
    const z = points[i + 2]!;
    out[i] = m0! * x + m4! * y + m8! * z + m12!;
    out[i + 1] = m1! * x + m5! * y + m9! * z + m13!;
    out[i + 2] = m2! * x + m6! * y + m10! * z + m14!;
  }
  return out;
}

/** By the inverse transpose, so that they stay perpendicular under uneven scale. */
function transformNormals(normals: Float32Array, matrix: Mat4): Float32Array<ArrayBuffer> {
  // A scale of zero flattens the mesh; the cofactors, which are the inverse transpose but for a factor, still exist.
  const [a, b, c, , d, e, f, , g, h, i] = matrix as unknown as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const sign = determinant3(matrix) < 0 ? -1 : 1;
  const n0 = sign * (e * i - f * h);
  const n1 = sign * (f * g - d * i);
  const n2 = sign * (d * h - e * g);
  const n3 = sign * (h * c - i * b);
  const n4 = sign * (i * a - g * c);
  const n5 = sign * (g * b - h * a);
  const n6 = sign * (b * f - c * e);
  const n7 = sign * (c * d - a * f);
  const n8 = sign * (a * e - b * d);
  const out = new Float32Array(normals.length);
  for (let at = 0; at < normals.length; at += 3) {
    const x = normals[at]!;
    const y = normals[at + 1]!;
    const z = normals[at + 2]!;
    const wx = n0 * x + n3 * y + n6 * z;
    const wy = n1 * x + n4 * y + n7 * z;
    const wz = n2 * x + n5 * y + n8 * z;
    const length = Math.sqrt(wx * wx + wy * wy + wz * wz);
    const inverse = length > 0 ? 1 / length : 0;
    out[at] = wx * inverse;
    out[at + 1] = length > 0 ? wy * inverse : 1;
    out[at + 2] = wz * inverse;
  }
  return out;
}

function transformTangents(tangents: Float32Array, m: Mat4, mirrored: boolean): Float32Array<ArrayBuffer> {
  const [m0, m1, m2, , m4, m5, m6, , m8, m9, m10] = m as unknown as number[];
  const out = new Float32Array(tangents.length);
  for (let i = 0; i < tangents.length; i += 4) {
    const x = tangents[i]!;
    const y = tangents[i + 1]!;
    const z = tangents[i + 2]!;
    const wx = m0! * x + m4! * y + m8! * z;
    const wy = m1! * x + m5! * y + m9! * z;
    const wz = m2! * x + m6! * y + m10! * z;
    const length = Math.sqrt(wx * wx + wy * wy + wz * wz);
    const inverse = length > 0 ? 1 / length : 0;
    out[i] = length > 0 ? wx * inverse : 1;
    out[i + 1] = wy * inverse;
    out[i + 2] = wz * inverse;
    out[i + 3] = mirrored ? -tangents[i + 3]! : tangents[i + 3]!;
  }
  return out;
}

/** A mirror swaps front and back; swapping two corners of each triangle swaps them again. */
function turnedAround(indices: Uint32Array): Uint32Array<ArrayBuffer> {
  const out = new Uint32Array(indices.length);
  for (let i = 0; i < indices.length; i += 3) {
    out[i] = indices[i]!;
    out[i + 1] = indices[i + 2]!;
    out[i + 2] = indices[i + 1]!;
  }
  return out;
}
