// Rays against the four-wide tree: one 128-bit slab test for four boxes, one Moeller-Trumbore test for four triangles.
import { blocks, nodes, stack, triangleCount } from './scene';
import { FAR } from './math';

export let hitDistance: f32 = 0;
export let hitU: f32 = 0;
export let hitV: f32 = 0;
export let hitTriangle: i32 = -1;
/** Set by `occluded`: some see-through triangle lies on the way, so the free path is tinted. */
export let sawTransparent: bool = false;
export let rayCount: i64 = 0;
export function resetRayCount(): void { rayCount = 0; }

const ENTRY: usize = 8;

@inline function reciprocal(x: f32): f32 {
  // An exact zero would make 0 * Infinity = NaN on slabs that the ray runs along.
  return <f32>1 / (abs<f32>(x) > <f32>1e-12 ? x : copysign<f32>(1e-12, x));
}

@inline function walk(ox: f32, oy: f32, oz: f32, dx: f32, dy: f32, dz: f32, tMax: f32, anyHit: bool): bool {
  rayCount++;
  if (triangleCount == 0) return false;
  const OX = f32x4.splat(ox), OY = f32x4.splat(oy), OZ = f32x4.splat(oz);
  const DX = f32x4.splat(dx), DY = f32x4.splat(dy), DZ = f32x4.splat(dz);
  const rx = reciprocal(dx), ry = reciprocal(dy), rz = reciprocal(dz);
  const RX = f32x4.splat(rx), RY = f32x4.splat(ry), RZ = f32x4.splat(rz);
  const nearX: usize = rx >= 0 ? 0 : 48, nearY: usize = ry >= 0 ? 16 : 64, nearZ: usize = rz >= 0 ? 32 : 80;
  const farX: usize = 48 - nearX, farY: usize = 80 - nearY, farZ: usize = 112 - nearZ;
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  const lanes = stack, floor = stack + 16;
  let limit = f32x4.splat(tMax);
  let closest = tMax;
  let found = false;
  let top = floor;
  let current: i32 = 0;
  while (true) {
    if (current >= 0) {
      const node = nodes + <usize>current;
      const enter = f32x4.pmax(
        f32x4.pmax(f32x4.mul(f32x4.sub(v128.load(node + nearX), OX), RX), f32x4.mul(f32x4.sub(v128.load(node + nearY), OY), RY)),
        f32x4.pmax(f32x4.mul(f32x4.sub(v128.load(node + nearZ), OZ), RZ), zero));
      const leave = f32x4.pmin(
        f32x4.pmin(f32x4.mul(f32x4.sub(v128.load(node + farX), OX), RX), f32x4.mul(f32x4.sub(v128.load(node + farY), OY), RY)),
        f32x4.pmin(f32x4.mul(f32x4.sub(v128.load(node + farZ), OZ), RZ), limit));
      let mask = i32x4.bitmask(f32x4.le(enter, leave));
      if (mask != 0) {
        let i = <usize>ctz(mask) << 2;
        mask &= mask - 1;
        if (mask == 0) { current = load<i32>(node + i, 96); continue; }
        v128.store(lanes, enter);
        const group = top;
        store<f32>(top, load<f32>(lanes + i));
        store<i32>(top, load<i32>(node + i, 96), 4);
        top += ENTRY;
        do {
          i = <usize>ctz(mask) << 2;
          mask &= mask - 1;
          const distance = load<f32>(lanes + i);
          // Keep the group sorted, nearest on top.
          let at = top;
          while (at > group && load<f32>(at - ENTRY) < distance) { store<i64>(at, load<i64>(at - ENTRY)); at -= ENTRY; }
          store<f32>(at, distance);
          store<i32>(at, load<i32>(node + i, 96), 4);
          top += ENTRY;
        } while (mask != 0);
        top -= ENTRY;
        current = load<i32>(top, 4);
        continue;
      }
    } else {
      const b = blocks + <usize>(~current);
      const e1x = v128.load(b, 48), e1y = v128.load(b, 64), e1z = v128.load(b, 80);
      const e2x = v128.load(b, 96), e2y = v128.load(b, 112), e2z = v128.load(b, 128);
      const px = f32x4.sub(f32x4.mul(DY, e2z), f32x4.mul(DZ, e2y));
      const py = f32x4.sub(f32x4.mul(DZ, e2x), f32x4.mul(DX, e2z));
      const pz = f32x4.sub(f32x4.mul(DX, e2y), f32x4.mul(DY, e2x));
      const inverse = f32x4.div(one, f32x4.add(f32x4.add(f32x4.mul(e1x, px), f32x4.mul(e1y, py)), f32x4.mul(e1z, pz)));
      const sx = f32x4.sub(OX, v128.load(b)), sy = f32x4.sub(OY, v128.load(b, 16)), sz = f32x4.sub(OZ, v128.load(b, 32));
      const u = f32x4.mul(f32x4.add(f32x4.add(f32x4.mul(sx, px), f32x4.mul(sy, py)), f32x4.mul(sz, pz)), inverse);
      const qx = f32x4.sub(f32x4.mul(sy, e1z), f32x4.mul(sz, e1y));
      const qy = f32x4.sub(f32x4.mul(sz, e1x), f32x4.mul(sx, e1z));
      const qz = f32x4.sub(f32x4.mul(sx, e1y), f32x4.mul(sy, e1x));
      const v = f32x4.mul(f32x4.add(f32x4.add(f32x4.mul(DX, qx), f32x4.mul(DY, qy)), f32x4.mul(DZ, qz)), inverse);
      const t = f32x4.mul(f32x4.add(f32x4.add(f32x4.mul(e2x, qx), f32x4.mul(e2y, qy)), f32x4.mul(e2z, qz)), inverse);
      // A degenerate triangle gives NaN, and every comparison with NaN is false.
      const inside = v128.and(v128.and(f32x4.ge(u, zero), f32x4.ge(v, zero)), f32x4.le(f32x4.add(u, v), one));
      let mask = i32x4.bitmask(v128.and(inside, v128.and(f32x4.gt(t, zero), f32x4.lt(t, limit))));
      if (mask != 0) {
        if (anyHit) {
          const seeThrough = i32x4.bitmask(v128.load(b, 144));
          if ((mask & ~seeThrough) != 0) return true;
          sawTransparent = true;
        } else {
          found = true;
          v128.store(lanes, t);
          let winner: usize = 0;
          do {
            const i = <usize>ctz(mask) << 2;
            mask &= mask - 1;
            const distance = load<f32>(lanes + i);
            if (distance < closest) { closest = distance; winner = i; }
          } while (mask != 0);
          limit = f32x4.splat(closest);
          hitTriangle = load<i32>(b + winner, 144) & 0x7fffffff;
          v128.store(lanes, u);
          hitU = load<f32>(lanes + winner);
          v128.store(lanes, v);
          hitV = load<f32>(lanes + winner);
        }
      }
    }
    do {
      if (top == floor) { hitDistance = closest; return found; }
      top -= ENTRY;
    } while (load<f32>(top) > closest);
    current = load<i32>(top, 4);
  }
}

/** Nearest hit into `hitDistance`, `hitU`, `hitV`, `hitTriangle`. */
export function closestHit(ox: f32, oy: f32, oz: f32, dx: f32, dy: f32, dz: f32): bool {
  return walk(ox, oy, oz, dx, dy, dz, FAR, false);
}
export function closestHitWithin(ox: f32, oy: f32, oz: f32, dx: f32, dy: f32, dz: f32, tMax: f32): bool {
  return walk(ox, oy, oz, dx, dy, dz, tMax, false);
}

/** Whether an opaque triangle lies before `tMax`. */
export function occluded(ox: f32, oy: f32, oz: f32, dx: f32, dy: f32, dz: f32, tMax: f32): bool {
  sawTransparent = false;
  return walk(ox, oy, oz, dx, dy, dz, tMax, true);
}
