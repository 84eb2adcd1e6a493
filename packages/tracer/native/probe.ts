// For tests and benchmarks: bare rays, without shading.
import { centreRay, rayDX, rayDY, rayDZ, rayOX, rayOY, rayOZ } from './camera';
import { sinCosTurns, cosOut, sinOut, FAR } from './math';
import { hash32 } from './sampling';
import { filmHeight, filmWidth } from './scene';
import { closestHit, hitDistance, hitTriangle, hitU, hitV, occluded } from './traverse';

/** Rays at `at` (origin, direction; 6 floats) to hits (distance or -1, u, v, triangle as u32; 4 words) at `out`. */
export function probeRays(at: usize, out: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const r = at + <usize>i * 24, h = out + <usize>i * 16;
    const hit = closestHit(load<f32>(r), load<f32>(r, 4), load<f32>(r, 8), load<f32>(r, 12), load<f32>(r, 16), load<f32>(r, 20));
    store<f32>(h, hit ? hitDistance : <f32>-1);
    store<f32>(h, hitU, 4);
    store<f32>(h, hitV, 8);
    store<i32>(h, hit ? hitTriangle : -1, 12);
  }
}
/** Whether each ray of `probeRays`' input meets anything: 1 or 0, one word each. */
export function probeOcclusion(at: usize, out: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const r = at + <usize>i * 24;
    store<u32>(out + (<usize>i << 2), occluded(load<f32>(r), load<f32>(r, 4), load<f32>(r, 8), load<f32>(r, 12), load<f32>(r, 16), load<f32>(r, 20), FAR) ? 1 : 0);
  }
}
/** One centre ray per pixel; how many hit. */
export function benchPrimary(): i32 {
  let hits = 0;
  for (let y = 0; y < filmHeight; y++) for (let x = 0; x < filmWidth; x++) {
    centreRay(x, y);
    if (closestHit(rayOX, rayOY, rayOZ, rayDX, rayDY, rayDZ)) hits++;
  }
  return hits;
}
let state: u32 = 0;
@inline function unit(): f32 { state += 0x9e3779b9; return <f32>(hash32(state) >> 8) * <f32>5.9604644775390625e-8; }
/** Random origins in a box, random directions; how many hit. */
export function benchIncoherent(count: i32, x0: f32, y0: f32, z0: f32, x1: f32, y1: f32, z1: f32): i32 {
  let hits = 0;
  state = 1;
  for (let i = 0; i < count; i++) {
    const ox: f32 = x0 + (x1 - x0) * unit(), oy: f32 = y0 + (y1 - y0) * unit(), oz: f32 = z0 + (z1 - z0) * unit();
    const z: f32 = unit() * 2 - 1;
    const r = sqrt<f32>(max<f32>(0, <f32>1 - z * z));
    sinCosTurns(unit());
    if (closestHit(ox, oy, oz, r * cosOut, r * sinOut, z)) hits++;
  }
  return hits;
}
