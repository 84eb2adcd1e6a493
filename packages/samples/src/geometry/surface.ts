import { add, cross, type Matrix4, normalize, subtract, transformPoint, type Vec3 } from './vector.ts';

/**
 * A triangle mesh being built. Counter-clockwise triangles face outwards. `uvs` are in metres unless a generator says
 * otherwise; the scene builder divides them by the size of the material's tile.
 */
export interface Surface {
  readonly positions: number[];
  /** Empty until `smoothed` or the generator fills it. */
  readonly normals: number[];
  readonly uvs: number[];
  /** Linear RGB per vertex, multiplied with the material's colour; empty means white. */
  readonly colors: number[];
  readonly indices: number[];
}

export const emptySurface = (): Surface => ({ positions: [], normals: [], uvs: [], colors: [], indices: [] });
const vertexCount = (s: Surface): number => s.positions.length / 3;
const triangleCount = (s: Surface): number => s.indices.length / 3;
const positionAt = (s: Surface, i: number): Vec3 => [
  s.positions[i * 3]!,
  s.positions[i * 3 + 1]!,
  s.positions[i * 3 + 2]!,
];

/** Appends a vertex and returns its index. */
export function addVertex(s: Surface, p: Vec3, u: number, v: number, normal?: Vec3): number {
  s.positions.push(p[0], p[1], p[2]);
  s.uvs.push(u, v);
  if (normal) s.normals.push(normal[0], normal[1], normal[2]);
  return s.positions.length / 3 - 1;
}

/** Closer corners than this are one corner. */
const COINCIDENT_M = 1e-7;

/** Adds a triangle unless two corners coincide (poles of lathes and tips of leaves collapse to a point). */
export function addTriangle(s: Surface, a: number, b: number, c: number): void {
  const same = (i: number, j: number): boolean =>
    Math.abs(s.positions[i * 3]! - s.positions[j * 3]!) < COINCIDENT_M &&
    Math.abs(s.positions[i * 3 + 1]! - s.positions[j * 3 + 1]!) < COINCIDENT_M &&
    Math.abs(s.positions[i * 3 + 2]! - s.positions[j * 3 + 2]!) < COINCIDENT_M;
  if (same(a, b) || same(b, c) || same(c, a)) return;
  s.indices.push(a, b, c);
}

/** a, b, c, d counter-clockwise. */
export function addQuad(s: Surface, a: number, b: number, c: number, d: number): void {
  addTriangle(s, a, b, c);
  addTriangle(s, a, c, d);
}

/** All surfaces in one. Surfaces without normals are smoothed with the default crease first. */
export function merged(...surfaces: readonly Surface[]): Surface {
  const out = emptySurface();
  const anyColor = surfaces.some((s) => s.colors.length > 0);
  for (const raw of surfaces) {
    const s = raw.normals.length === raw.positions.length ? raw : smoothed(raw);
    const base = vertexCount(out);
    for (const x of s.positions) out.positions.push(x);
    for (const x of s.normals) out.normals.push(x);
    for (const x of s.uvs) out.uvs.push(x);
    if (anyColor) {
      if (s.colors.length > 0) for (const x of s.colors) out.colors.push(x);
      else for (let i = 0; i < s.positions.length; i++) out.colors.push(1);
    }
    for (const i of s.indices) out.indices.push(i + base);
  }
  return out;
}

/** Moved by a matrix; normals follow its inverse transpose, and a mirroring matrix keeps faces outwards. */
export function transformed(s: Surface, m: Matrix4): Surface {
  const x: Vec3 = [m[0]!, m[1]!, m[2]!];
  const y: Vec3 = [m[4]!, m[5]!, m[6]!];
  const z: Vec3 = [m[8]!, m[9]!, m[10]!];
  const yz = cross(y, z);
  const zx = cross(z, x);
  const xy = cross(x, y);
  const determinant = x[0] * yz[0] + x[1] * yz[1] + x[2] * yz[2];
  const sign = determinant < 0 ? -1 : 1;
  const out = emptySurface();
  for (let i = 0; i < vertexCount(s); i++) out.positions.push(...transformPoint(m, positionAt(s, i)));
  for (let i = 0; i < s.normals.length; i += 3) {
    const n: Vec3 = [s.normals[i]!, s.normals[i + 1]!, s.normals[i + 2]!];
    out.normals.push(
      ...normalize([
        sign * (yz[0] * n[0] + zx[0] * n[1] + xy[0] * n[2]),
        sign * (yz[1] * n[0] + zx[1] * n[1] + xy[1] * n[2]),
        sign * (yz[2] * n[0] + zx[2] * n[1] + xy[2] * n[2]),
      ]),
    );
  }
  for (const v of s.uvs) out.uvs.push(v);
  for (const v of s.colors) out.colors.push(v);
  for (let i = 0; i < s.indices.length; i += 3) {
    const [a, b, c] = [s.indices[i]!, s.indices[i + 1]!, s.indices[i + 2]!];
    if (sign > 0) out.indices.push(a, b, c);
    else out.indices.push(a, c, b);
  }
  return out;
}

/** Every vertex moved by `move`; normals are made anew with `creaseDegrees`. */
export function reshaped(s: Surface, move: (p: Vec3, index: number) => Vec3, creaseDegrees = 40): Surface {
  const out: Surface = { ...s, positions: [], normals: [] };
  for (let i = 0; i < vertexCount(s); i++) out.positions.push(...move(positionAt(s, i), i));
  return smoothed(out, creaseDegrees);
}

/** The whole surface in one vertex colour (linear RGB). */
export function tinted(s: Surface, color: Vec3): Surface {
  const colors: number[] = [];
  for (let i = 0; i < vertexCount(s); i++) colors.push(color[0], color[1], color[2]);
  return { ...s, colors };
}

/** Vertex colours from positions. */
export function painted(s: Surface, paint: (p: Vec3, index: number) => Vec3): Surface {
  const colors: number[] = [];
  for (let i = 0; i < vertexCount(s); i++) colors.push(...paint(positionAt(s, i), i));
  return { ...s, colors };
}

/** Texture coordinates moved, so that neighbouring planks do not show the same grain. */
export function shiftedUvs(s: Surface, du: number, dv: number): Surface {
  return { ...s, uvs: s.uvs.map((x, i) => x + (i % 2 === 0 ? du : dv)) };
}

const WELD_M = 2e-6;

/** Numbers the distinct positions; vertices at the same place (texture seams, face borders) share a number. */
function welded(s: Surface): { weldOf: Int32Array; points: number } {
  const count = vertexCount(s);
  const cells = new Int32Array(count * 3);
  for (let i = 0; i < cells.length; i++) cells[i] = Math.round(s.positions[i]! / WELD_M);
  const weldOf = new Int32Array(count);
  const mask = 2 ** Math.ceil(Math.log2(count * 2 + 2)) - 1;
  const slots = new Int32Array(mask + 1).fill(-1);
  let points = 0;
  for (let i = 0; i < count; i++) {
    const [x, y, z] = [cells[i * 3]!, cells[i * 3 + 1]!, cells[i * 3 + 2]!];
    let hash = Math.imul(x, 0x9e3779b1) ^ Math.imul(y, 0x85ebca6b) ^ Math.imul(z, 0xc2b2ae35);
    hash = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const other = slots[hash]!;
      if (other < 0) {
        slots[hash] = i;
        weldOf[i] = points++;
        break;
      }
      if (cells[other * 3] === x && cells[other * 3 + 1] === y && cells[other * 3 + 2] === z) {
        weldOf[i] = weldOf[other]!;
        break;
      }
      hash = (hash + 1) & mask;
    }
  }
  return { weldOf, points };
}

/**
 * Normals from the faces around each point. Faces that meet at more than `creaseDegrees` keep an edge; larger faces
 * count more, so that a bevel shades round while the flat sides stay flat.
 */
export function smoothed(s: Surface, creaseDegrees = 40): Surface {
  const count = vertexCount(s);
  const triangles = triangleCount(s);
  const { weldOf, points } = welded(s);
  const around: number[][] = Array.from({ length: points }, () => []);
  const weighted: Vec3[] = [];
  const unit: Vec3[] = [];
  for (let t = 0; t < triangles; t++) {
    const a = positionAt(s, s.indices[t * 3]!);
    const n = cross(
      subtract(positionAt(s, s.indices[t * 3 + 1]!), a),
      subtract(positionAt(s, s.indices[t * 3 + 2]!), a),
    );
    weighted.push(n);
    unit.push(normalize(n));
    for (let k = 0; k < 3; k++) around[weldOf[s.indices[t * 3 + k]!]!]!.push(t);
  }
  const limit = Math.cos((creaseDegrees * Math.PI) / 180);
  const out = emptySurface();
  const copies: { normal: Vec3; index: number }[][] = Array.from({ length: count }, () => []);
  for (let t = 0; t < triangles; t++) {
    for (let k = 0; k < 3; k++) {
      const vertex = s.indices[t * 3 + k]!;
      let sum: Vec3 = [0, 0, 0];
      const own = unit[t]!;
      for (const other of around[weldOf[vertex]!]!) {
        const n = unit[other]!;
        if (own[0] * n[0] + own[1] * n[1] + own[2] * n[2] >= limit) sum = add(sum, weighted[other]!);
      }
      const normal = normalize(sum);
      const copy = copies[vertex]!.find(
        (c) => c.normal[0] * normal[0] + c.normal[1] * normal[1] + c.normal[2] * normal[2] > 0.99999,
      );
      if (copy) {
        out.indices.push(copy.index);
        continue;
      }
      const index = addVertex(out, positionAt(s, vertex), s.uvs[vertex * 2]!, s.uvs[vertex * 2 + 1]!, normal);
      if (s.colors.length > 0)
        out.colors.push(s.colors[vertex * 3]!, s.colors[vertex * 3 + 1]!, s.colors[vertex * 3 + 2]!);
      copies[vertex]!.push({ normal, index });
      out.indices.push(index);
    }
  }
  return out;
}

/** Smallest box around the surface. */
export function boundsOf(s: Surface): { min: Vec3; max: Vec3 } {
  const min = [Infinity, Infinity, Infinity];
  const max = [-Infinity, -Infinity, -Infinity];
  for (let i = 0; i < s.positions.length; i++) {
    min[i % 3] = Math.min(min[i % 3]!, s.positions[i]!);
    max[i % 3] = Math.max(max[i % 3]!, s.positions[i]!);
  }
  return { min: [min[0]!, min[1]!, min[2]!], max: [max[0]!, max[1]!, max[2]!] };
}
