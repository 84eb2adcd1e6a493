import type { Bounds } from '@diorama/scene';
import type { GltfPrimitive } from '../gltf-asset.ts';
import { invalidModel } from '../model-error.ts';

type Floats = Float32Array<ArrayBuffer>;

/** Further out than this a 32-bit float has no useful precision left and cameras cannot be placed, metres. */
const COORDINATE_MAX = 1e7;

/** Checked before: primitives that share a large vertex buffer need not look through all of it each. */
const known = new WeakSet<Float32Array>();

/** @throws {DioramaError} `invalid-model` when a position is not a number or out of all measure. */
export function requirePositions(positions: Float32Array, place: string): void {
  if (known.has(positions)) return;
  for (let i = 0; i < positions.length; i += 1)
    // Written so that NaN fails as well.
    if (!(Math.abs(positions[i]!) <= COORDINATE_MAX))
      throw invalidModel(
        `${place}.attributes.POSITION`,
        `Vertex ${Math.floor(i / 3)} has a coordinate that is not a usable number.`,
      );
  known.add(positions);
}

/** True when every value is a finite number. */
export function allFinite(values: Float32Array): boolean {
  for (let i = 0; i < values.length; i += 1) if (!Number.isFinite(values[i]!)) return false;
  return true;
}

/** Brings the first three of every `stride` values to unit length; false when one has no direction. In place. */
export function normalizeVectors(vectors: Floats, stride: number): boolean {
  for (let i = 0; i < vectors.length; i += stride) {
    const x = vectors[i]!;
    const y = vectors[i + 1]!;
    const z = vectors[i + 2]!;
    const squared = x * x + y * y + z * z;
    if (Math.abs(squared - 1) < 1e-5) continue;
    if (!(squared > 1e-16) || squared === Number.POSITIVE_INFINITY) return false;
    const inverse = 1 / Math.sqrt(squared);
    vectors[i] = x * inverse;
    vectors[i + 1] = y * inverse;
    vectors[i + 2] = z * inverse;
  }
  return true;
}

/** RGBA from RGB. */
export function withAlpha(rgb: Float32Array): Floats {
  const count = rgb.length / 3;
  const rgba = new Float32Array(count * 4);
  for (let i = 0; i < count; i += 1) {
    rgba[4 * i] = rgb[3 * i]!;
    rgba[4 * i + 1] = rgb[3 * i + 1]!;
    rgba[4 * i + 2] = rgb[3 * i + 2]!;
    rgba[4 * i + 3] = 1;
  }
  return rgba;
}

/** The box around the vertices that triangles use. */
export function boundsOf(primitives: readonly GltfPrimitive[]): Bounds | null {
  let any = false;
  let minX = Infinity;
  let minY = Infinity;
  let minZ = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  let maxZ = -Infinity;
  for (const { positions, indices } of primitives)
    for (let i = 0; i < indices.length; i += 1) {
      const at = 3 * indices[i]!;
      const x = positions[at]!;
      const y = positions[at + 1]!;
      const z = positions[at + 2]!;
      any = true;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
      if (z < minZ) minZ = z;
      if (z > maxZ) maxZ = z;
    }
  return any ? { min: [minX, minY, minZ], max: [maxX, maxY, maxZ] } : null;
}

/**
 * A primitive of its own vertices only. Exporters let many primitives share one large vertex buffer; without this each
 * would carry all of it.
 */
export function compact(primitive: GltfPrimitive): GltfPrimitive {
  const vertices = primitive.positions.length / 3;
  if (primitive.indices.length >= vertices) return primitive;
  const newIndex = new Int32Array(vertices).fill(-1);
  const kept = new Uint32Array(primitive.indices.length);
  const indices = new Uint32Array(primitive.indices.length);
  let count = 0;
  for (let i = 0; i < indices.length; i += 1) {
    const old = primitive.indices[i]!;
    if (newIndex[old] === -1) {
      newIndex[old] = count;
      kept[count] = old;
      count += 1;
    }
    indices[i] = newIndex[old]!;
  }
  const gather = (values: Floats | null, size: number): Floats | null => {
    if (!values) return null;
    const out = new Float32Array(count * size);
    for (let vertex = 0; vertex < count; vertex += 1)
      for (let c = 0; c < size; c += 1) out[vertex * size + c] = values[kept[vertex]! * size + c]!;
    return out;
  };
  return {
    positions: gather(primitive.positions, 3)!,
    normals: gather(primitive.normals, 3),
    tangents: gather(primitive.tangents, 4),
    uv0: gather(primitive.uv0, 2),
    uv1: gather(primitive.uv1, 2),
    colors: gather(primitive.colors, 4),
    indices,
    materialIndex: primitive.materialIndex,
  };
}

/** The same values in arrays that nothing else refers to. */
export function copyOf(primitive: GltfPrimitive): GltfPrimitive {
  return {
    positions: primitive.positions.slice(),
    normals: primitive.normals?.slice() ?? null,
    tangents: primitive.tangents?.slice() ?? null,
    uv0: primitive.uv0?.slice() ?? null,
    uv1: primitive.uv1?.slice() ?? null,
    colors: primitive.colors?.slice() ?? null,
    indices: primitive.indices.slice(),
    materialIndex: primitive.materialIndex,
  };
}

/** The same triangles with a normal for each, and so with three vertices for each. Those that have normals stay as they are. */
export function withFlatNormals(primitive: GltfPrimitive): GltfPrimitive {
  if (primitive.normals) return primitive;
  const corners = primitive.indices.length;
  const spread = (values: Floats | null, size: number): Floats | null => {
    if (!values) return null;
    const out = new Float32Array(corners * size);
    for (let corner = 0; corner < corners; corner += 1)
      for (let c = 0; c < size; c += 1)
        out[corner * size + c] = values[primitive.indices[corner]! * size + c]!;
    return out;
  };
  const positions = spread(primitive.positions, 3)!;
  const normals = new Float32Array(positions.length);
  for (let i = 0; i < positions.length; i += 9) {
    const ux = positions[i + 3]! - positions[i]!;
    const uy = positions[i + 4]! - positions[i + 1]!;
    const uz = positions[i + 5]! - positions[i + 2]!;
    const vx = positions[i + 6]! - positions[i]!;
    const vy = positions[i + 7]! - positions[i + 1]!;
    const vz = positions[i + 8]! - positions[i + 2]!;
    const x = uy * vz - uz * vy;
    const y = uz * vx - ux * vz;
    const z = ux * vy - uy * vx;
    const length = Math.hypot(x, y, z);
    for (let corner = 0; corner < 9; corner += 3) {
      // A triangle without area faces nowhere; up is as good as any, and is a unit vector.
      normals[i + corner] = length > 0 ? x / length : 0;
      normals[i + corner + 1] = length > 0 ? y / length : 1;
      normals[i + corner + 2] = length > 0 ? z / length : 0;
    }
  }
  return {
    positions,
    normals,
    tangents: null,
    uv0: spread(primitive.uv0, 2),
    uv1: spread(primitive.uv1, 2),
    colors: spread(primitive.colors, 4),
    indices: Uint32Array.from({ length: corners }, (_, index) => index),
    materialIndex: primitive.materialIndex,
  };
}
