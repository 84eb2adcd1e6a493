// A plain hierarchy and ray test in scalar TypeScript: what the kernel is checked against and compared with.
// Doubles, binned surface area heuristic, typed arrays; no trick that would make it hard to believe.
import type { TraceMesh } from '../src/trace-scene-types.ts';

export interface PlainHit {
  readonly distance: number;
  readonly u: number;
  readonly v: number;
  readonly triangle: number;
}

/** Corner positions of all triangles in mesh order, 9 numbers each: the same numbering as the kernel's. */
export function flattenTriangles(meshes: readonly TraceMesh[]): Float32Array {
  let count = 0;
  for (const mesh of meshes) count += mesh.indices.length;
  const corners = new Float32Array(count * 3);
  let at = 0;
  for (const { positions, indices } of meshes) {
    for (const index of indices) {
      corners.set(positions.subarray(index * 3, index * 3 + 3), at);
      at += 3;
    }
  }
  return corners;
}

/** Moeller-Trumbore; both sides count. */
function intersect(
  corners: Float32Array,
  triangle: number,
  ox: number,
  oy: number,
  oz: number,
  dx: number,
  dy: number,
  dz: number,
  out: Float64Array,
): boolean {
  const i = triangle * 9;
  const ax = corners[i] as number;
  const ay = corners[i + 1] as number;
  const az = corners[i + 2] as number;
  const e1x = (corners[i + 3] as number) - ax;
  const e1y = (corners[i + 4] as number) - ay;
  const e1z = (corners[i + 5] as number) - az;
  const e2x = (corners[i + 6] as number) - ax;
  const e2y = (corners[i + 7] as number) - ay;
  const e2z = (corners[i + 8] as number) - az;
  const px = dy * e2z - dz * e2y;
  const py = dz * e2x - dx * e2z;
  const pz = dx * e2y - dy * e2x;
  const det = e1x * px + e1y * py + e1z * pz;
  if (det === 0) return false;
  const inverse = 1 / det;
  const sx = ox - ax;
  const sy = oy - ay;
  const sz = oz - az;
  const u = (sx * px + sy * py + sz * pz) * inverse;
  if (u < 0 || u > 1) return false;
  const qx = sy * e1z - sz * e1y;
  const qy = sz * e1x - sx * e1z;
  const qz = sx * e1y - sy * e1x;
  const v = (dx * qx + dy * qy + dz * qz) * inverse;
  if (v < 0 || u + v > 1) return false;
  const t = (e2x * qx + e2y * qy + e2z * qz) * inverse;
  if (!(t > 0)) return false;
  out[0] = t;
  out[1] = u;
  out[2] = v;
  return true;
}

/** Every triangle, one by one. */
export function bruteForce(
  corners: Float32Array,
  origin: readonly number[],
  direction: readonly number[],
): PlainHit | null {
  const [ox, oy, oz] = origin as [number, number, number];
  const [dx, dy, dz] = direction as [number, number, number];
  const out = new Float64Array(3);
  let best: PlainHit | null = null;
  for (let triangle = 0; triangle < corners.length / 9; triangle++) {
    if (!intersect(corners, triangle, ox, oy, oz, dx, dy, dz, out)) continue;
    const distance = out[0] as number;
    if (best === null || distance < best.distance)
      best = { distance, u: out[1] as number, v: out[2] as number, triangle };
  }
  return best;
}

const BINS = 12;
const LEAF = 4;

export class PlainBvh {
  readonly corners: Float32Array;
  /** Six bounds a node. */
  private readonly bounds: Float64Array;
  /** First child (or first reference) and count (0 for an inner node). */
  private readonly links: Int32Array;
  private readonly order: Int32Array;
  private readonly stack = new Int32Array(256);
  private readonly out = new Float64Array(3);

  constructor(corners: Float32Array) {
    const count = corners.length / 9;
    this.corners = corners;
    this.bounds = new Float64Array(Math.max(1, 2 * count) * 6);
    this.links = new Int32Array(Math.max(1, 2 * count) * 2);
    this.order = Int32Array.from({ length: count }, (_, i) => i);
    this.build(count);
  }

  private build(count: number): void {
    const { corners, order, bounds, links } = this;
    const boxes = new Float64Array(count * 6);
    for (let t = 0; t < count; t++) {
      for (let axis = 0; axis < 3; axis++) {
        const a = corners[t * 9 + axis] as number;
        const b = corners[t * 9 + 3 + axis] as number;
        const c = corners[t * 9 + 6 + axis] as number;
        boxes[t * 6 + axis] = Math.min(a, b, c);
        boxes[t * 6 + 3 + axis] = Math.max(a, b, c);
      }
    }
    const centre = (t: number, axis: number) =>
      (boxes[t * 6 + axis] as number) + (boxes[t * 6 + 3 + axis] as number);
    let nodes = 1;
    const work: [node: number, first: number, n: number, depth: number][] = [[0, 0, count, 0]];
    for (let job = work.pop(); job !== undefined; job = work.pop()) {
      const [node, first, n, depth] = job;
      const box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
      const centres = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
      for (let i = first; i < first + n; i++) {
        const t = order[i] as number;
        for (let axis = 0; axis < 3; axis++) {
          const c = centre(t, axis);
          box[axis] = Math.min(box[axis] as number, boxes[t * 6 + axis] as number);
          box[axis + 3] = Math.max(box[axis + 3] as number, boxes[t * 6 + 3 + axis] as number);
          centres[axis] = Math.min(centres[axis] as number, c);
          centres[axis + 3] = Math.max(centres[axis + 3] as number, c);
        }
      }
      bounds.set(box, node * 6);
      if (n <= LEAF) {
        links[node * 2] = first;
        links[node * 2 + 1] = n;
        continue;
      }
      const middle = this.split(first, n, centres, boxes, centre, depth);
      links[node * 2] = nodes;
      links[node * 2 + 1] = 0;
      work.push(
        [nodes + 1, middle, first + n - middle, depth + 1],
        [nodes, first, middle - first, depth + 1],
      );
      nodes += 2;
    }
  }

  private split(
    first: number,
    n: number,
    centres: readonly number[],
    boxes: Float64Array,
    centre: (t: number, axis: number) => number,
    depth: number,
  ): number {
    const { order } = this;
    let bestCost = Infinity;
    let bestAxis = -1;
    let bestBin = 0;
    const halfArea = (b: readonly number[]) => {
      const [x, y, z] = [
        (b[3] as number) - (b[0] as number),
        (b[4] as number) - (b[1] as number),
        (b[5] as number) - (b[2] as number),
      ];
      return x * y + y * z + z * x;
    };
    for (let axis = 0; axis < 3 && depth < 60; axis++) {
      const low = centres[axis] as number;
      const extent = (centres[axis + 3] as number) - low;
      if (!(extent > 0)) continue;
      const bins = Array.from({ length: BINS }, () => ({
        n: 0,
        box: [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity],
      }));
      for (let i = first; i < first + n; i++) {
        const t = order[i] as number;
        const bin = bins[
          Math.min(BINS - 1, Math.floor(((centre(t, axis) - low) / extent) * BINS))
        ] as (typeof bins)[number];
        bin.n++;
        for (let k = 0; k < 3; k++) {
          bin.box[k] = Math.min(bin.box[k] as number, boxes[t * 6 + k] as number);
          bin.box[k + 3] = Math.max(bin.box[k + 3] as number, boxes[t * 6 + 3 + k] as number);
        }
      }
      const right = new Array<number>(BINS).fill(Infinity);
      let box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
      let seen = 0;
      const merge = (bin: (typeof bins)[number]) => {
        seen += bin.n;
        box = box.map((v, k) =>
          k < 3 ? Math.min(v, bin.box[k] as number) : Math.max(v, bin.box[k] as number),
        );
        return seen > 0 ? seen * halfArea(box) : Infinity;
      };
      for (let b = BINS - 1; b > 0; b--) right[b] = merge(bins[b] as (typeof bins)[number]);
      box = [Infinity, Infinity, Infinity, -Infinity, -Infinity, -Infinity];
      seen = 0;
      for (let b = 0; b < BINS - 1; b++) {
        const cost = merge(bins[b] as (typeof bins)[number]) + (right[b + 1] as number);
        if (cost < bestCost) {
          bestCost = cost;
          bestAxis = axis;
          bestBin = b;
        }
      }
    }
    if (bestAxis < 0) return first + (n >> 1);
    const low = centres[bestAxis] as number;
    const extent = (centres[bestAxis + 3] as number) - low;
    let left = first;
    let right = first + n;
    while (left < right) {
      const t = order[left] as number;
      if (Math.min(BINS - 1, Math.floor(((centre(t, bestAxis) - low) / extent) * BINS)) <= bestBin) left++;
      else {
        right--;
        order[left] = order[right] as number;
        order[right] = t;
      }
    }
    return left === first || left === first + n ? first + (n >> 1) : left;
  }

  private enter(
    node: number,
    ox: number,
    oy: number,
    oz: number,
    ix: number,
    iy: number,
    iz: number,
    limit: number,
  ): number {
    const { bounds } = this;
    const i = node * 6;
    const x0 = ((bounds[i] as number) - ox) * ix;
    const x1 = ((bounds[i + 3] as number) - ox) * ix;
    const y0 = ((bounds[i + 1] as number) - oy) * iy;
    const y1 = ((bounds[i + 4] as number) - oy) * iy;
    const z0 = ((bounds[i + 2] as number) - oz) * iz;
    const z1 = ((bounds[i + 5] as number) - oz) * iz;
    const near = Math.max(Math.min(x0, x1), Math.min(y0, y1), Math.min(z0, z1), 0);
    const far = Math.min(Math.max(x0, x1), Math.max(y0, y1), Math.max(z0, z1), limit);
    return near <= far ? near : Infinity;
  }

  /** Nearest hit, or null. */
  closest(ox: number, oy: number, oz: number, dx: number, dy: number, dz: number): PlainHit | null {
    const { links, order, stack, out, corners } = this;
    if (order.length === 0) return null;
    const safe = (v: number) => 1 / (Math.abs(v) > 1e-12 ? v : 1e-12);
    const ix = safe(dx);
    const iy = safe(dy);
    const iz = safe(dz);
    let limit = Infinity;
    let u = 0;
    let v = 0;
    let triangle = -1;
    let top = 0;
    stack[top++] = 0;
    while (top > 0) {
      const node = stack[--top] as number;
      if (this.enter(node, ox, oy, oz, ix, iy, iz, limit) === Infinity) continue;
      const first = links[node * 2] as number;
      const n = links[node * 2 + 1] as number;
      if (n === 0) {
        const a = this.enter(first, ox, oy, oz, ix, iy, iz, limit);
        const b = this.enter(first + 1, ox, oy, oz, ix, iy, iz, limit);
        if (a <= b) {
          if (b < Infinity) stack[top++] = first + 1;
          if (a < Infinity) stack[top++] = first;
        } else {
          if (a < Infinity) stack[top++] = first;
          stack[top++] = first + 1;
        }
        continue;
      }
      for (let i = first; i < first + n; i++) {
        const t = order[i] as number;
        if (intersect(corners, t, ox, oy, oz, dx, dy, dz, out) && (out[0] as number) < limit) {
          limit = out[0] as number;
          u = out[1] as number;
          v = out[2] as number;
          triangle = t;
        }
      }
    }
    return triangle < 0 ? null : { distance: limit, u, v, triangle };
  }
}
