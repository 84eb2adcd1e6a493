import { addQuad, addTriangle, addVertex, emptySurface, type Surface } from './surface.ts';
import { cross, dot, normalize, type Vec3 } from './vector.ts';

/**
 * A box of `size` around the origin with chamfered edges, 44 triangles. Its vertices carry the normals of the flat
 * sides, so the chamfer shades like a rounded edge. Texture u runs along the longer side of every face (wood grain).
 */
export function bevelledBox(size: Vec3, bevelM: number): Surface {
  const s = emptySurface();
  const half: Vec3 = [size[0] / 2, size[1] / 2, size[2] / 2];
  const bevel = Math.min(bevelM, half[0] * 0.98, half[1] * 0.98, half[2] * 0.98);
  // corner[axis][sx][sy][sz]: the copy of each corner that lies on the face across `axis`.
  const corner = new Map<string, number>();
  const key = (axis: number, sign: readonly number[]): string => `${axis}:${sign.join(',')}`;
  for (let axis = 0; axis < 3; axis++) {
    const [a, b] = [(axis + 1) % 3, (axis + 2) % 3];
    const [ua, va] = size[a]! >= size[b]! ? [a, b] : [b, a];
    for (const sx of [-1, 1])
      for (const sy of [-1, 1])
        for (const sz of [-1, 1]) {
          const sign = [sx, sy, sz];
          const p = [0, 1, 2].map((k) => sign[k]! * (half[k]! - (k === axis ? 0 : bevel)));
          const normal = [0, 1, 2].map((k) => (k === axis ? sign[k]! : 0));
          const index = addVertex(s, [p[0]!, p[1]!, p[2]!], p[ua!]! + half[ua!]!, p[va!]! + half[va!]!, [
            normal[0]!,
            normal[1]!,
            normal[2]!,
          ]);
          corner.set(key(axis, sign), index);
        }
  }
  const facing = (ids: readonly number[], outwards: Vec3): void => {
    const at = (i: number): Vec3 => [s.positions[i * 3]!, s.positions[i * 3 + 1]!, s.positions[i * 3 + 2]!];
    const [p, q, r] = [at(ids[0]!), at(ids[1]!), at(ids[2]!)];
    const n = cross([q[0] - p[0], q[1] - p[1], q[2] - p[2]], [r[0] - p[0], r[1] - p[1], r[2] - p[2]]);
    const order = dot(n, outwards) >= 0 ? ids : [...ids].reverse();
    if (order.length === 4) addQuad(s, order[0]!, order[1]!, order[2]!, order[3]!);
    else addTriangle(s, order[0]!, order[1]!, order[2]!);
  };
  const signs = (
    fixed: Record<number, number>,
    free: readonly number[],
    values: readonly number[],
  ): number[] => [0, 1, 2].map((k) => fixed[k] ?? values[free.indexOf(k)]!);
  for (let axis = 0; axis < 3; axis++)
    for (const sign of [-1, 1]) {
      const free = [0, 1, 2].filter((k) => k !== axis);
      const ids = [
        [-1, -1],
        [1, -1],
        [1, 1],
        [-1, 1],
      ].map((v) => corner.get(key(axis, signs({ [axis]: sign }, free, v)))!);
      facing(ids, [0, 1, 2].map((k) => (k === axis ? sign : 0)) as unknown as Vec3);
    }
  if (bevel > 0) {
    for (let axis = 0; axis < 3; axis++) {
      const [a, b] = [(axis + 1) % 3, (axis + 2) % 3];
      for (const sa of [-1, 1])
        for (const sb of [-1, 1]) {
          const at = (face: number, end: number): number =>
            corner.get(
              key(
                face,
                [0, 1, 2].map((k) => (k === axis ? end : k === a ? sa : sb)),
              ),
            )!;
          const outwards = [0, 1, 2].map((k) => (k === axis ? 0 : k === a ? sa : sb)) as unknown as Vec3;
          facing([at(a, -1), at(a, 1), at(b, 1), at(b, -1)], outwards);
        }
    }
    for (const sx of [-1, 1])
      for (const sy of [-1, 1])
        for (const sz of [-1, 1])
          facing(
            [0, 1, 2].map((axis) => corner.get(key(axis, [sx, sy, sz]))!),
            [sx, sy, sz],
          );
  }
  return s;
}

export interface RoundedBoxOptions {
  readonly radiusM: number;
  /** Steps in each half of a rounded edge, default 3. */
  readonly edgeSteps?: number;
  /** Divisions of the flat part along x, y, z (for shapes that are bent afterwards), default 1 each. */
  readonly divisions?: Vec3;
}

/** A box of `size` around the origin with truly round edges and corners. */
export function roundedBox(size: Vec3, options: RoundedBoxOptions): Surface {
  const steps = options.edgeSteps ?? 3;
  const divisions = options.divisions ?? [1, 1, 1];
  const half = [size[0] / 2, size[1] / 2, size[2] / 2];
  const r = Math.min(options.radiusM, half[0]! * 0.999, half[1]! * 0.999, half[2]! * 0.999);
  // Per axis: where the flat core is, and how far the direction leans (tangent of the angle, -1 to 1).
  const samples = half.map((h, axis) => {
    const list: { core: number; lean: number }[] = [];
    for (let i = 0; i < steps; i++)
      list.push({ core: -(h - r), lean: -Math.tan((Math.PI / 4) * (1 - i / steps)) });
    const n = Math.max(1, Math.round(divisions[axis]!));
    for (let i = 0; i <= n; i++) list.push({ core: -(h - r) + (2 * (h - r) * i) / n, lean: 0 });
    for (let i = 1; i <= steps; i++) list.push({ core: h - r, lean: Math.tan((Math.PI / 4) * (i / steps)) });
    return list;
  });
  const s = emptySurface();
  for (let axis = 0; axis < 3; axis++) {
    const [a, b] = [(axis + 1) % 3, (axis + 2) % 3];
    const swap = size[b]! > size[a]!;
    for (const sign of [-1, 1]) {
      const base = s.positions.length / 3;
      const [la, lb] = [samples[a]!, samples[b]!];
      for (const u of la)
        for (const v of lb) {
          const direction = [0, 0, 0];
          direction[axis] = sign;
          direction[a] = u.lean;
          direction[b] = v.lean;
          const n = normalize([direction[0]!, direction[1]!, direction[2]!]);
          const core = [0, 0, 0];
          core[axis] = sign * (half[axis]! - r);
          core[a] = u.core;
          core[b] = v.core;
          const p: Vec3 = [core[0]! + n[0] * r, core[1]! + n[1] * r, core[2]! + n[2] * r];
          const [pu, pv] = [p[a]! + half[a]!, p[b]! + half[b]!];
          addVertex(s, p, swap ? pv : pu, swap ? pu : pv, n);
        }
      for (let i = 0; i + 1 < la.length; i++)
        for (let j = 0; j + 1 < lb.length; j++) {
          const p = base + i * lb.length + j;
          const q = p + lb.length;
          if (sign > 0) addQuad(s, p, q, q + 1, p + 1);
          else addQuad(s, p, p + 1, q + 1, q);
        }
    }
  }
  return s;
}

/** A flat rectangle in the xz plane facing +Y, centred, uv in metres. */
export function flatRectangle(width: number, depth: number): Surface {
  const s = emptySurface();
  for (const [x, z] of [
    [-1, -1],
    [-1, 1],
    [1, 1],
    [1, -1],
  ] as const)
    addVertex(
      s,
      [(x * width) / 2, 0, (z * depth) / 2],
      ((x + 1) / 2) * width,
      ((z + 1) / 2) * depth,
      [0, 1, 0],
    );
  addQuad(s, 0, 1, 2, 3);
  return s;
}
