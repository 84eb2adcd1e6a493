import type { Vec3 } from '@diorama/contracts';
import { type Mat4, transformPoint } from './mat4.ts';

/** An axis-aligned box, metres. */
export interface Bounds {
  readonly min: Vec3;
  readonly max: Vec3;
}

export function uniteBounds(a: Bounds | null, b: Bounds | null): Bounds | null {
  if (!a || !b) return a ?? b;
  return {
    min: [Math.min(a.min[0], b.min[0]), Math.min(a.min[1], b.min[1]), Math.min(a.min[2], b.min[2])],
    max: [Math.max(a.max[0], b.max[0]), Math.max(a.max[1], b.max[1]), Math.max(a.max[2], b.max[2])],
  };
}

export function cornersOf({ min, max }: Bounds): Vec3[] {
  const corners: Vec3[] = [];
  for (let i = 0; i < 8; i += 1)
    corners.push([i & 1 ? max[0] : min[0], i & 2 ? max[1] : min[1], i & 4 ? max[2] : min[2]]);
  return corners;
}

/** The axis-aligned box around the transformed box. */
export function transformBounds(m: Mat4, bounds: Bounds): Bounds {
  const min: Vec3 = [Infinity, Infinity, Infinity];
  const max: Vec3 = [-Infinity, -Infinity, -Infinity];
  for (const corner of cornersOf(bounds)) {
    const point = transformPoint(m, corner);
    for (const axis of [0, 1, 2] as const) {
      min[axis] = Math.min(min[axis], point[axis]);
      max[axis] = Math.max(max[axis], point[axis]);
    }
  }
  return { min, max };
}

export function centerOf({ min, max }: Bounds): Vec3 {
  return [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
}
