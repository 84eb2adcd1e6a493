// Lights that are not the environment: directional, point and spot lights, and triangles that glow.
import { cosOut, luminance, sinCosTurns, sinOut, smoothStep } from './math';
import { FLAG_DOUBLE_SIDED, emitterCdf, emitterCount, emitters, lightCount, lights, originEpsilon } from './scene';
import * as surface from './surface';

export const LIGHT_STRIDE: usize = 64;
const DIRECTIONAL: u32 = 0;
const SPOT: u32 = 2;

export let lightX: f32 = 0;
export let lightY: f32 = 0;
export let lightZ: f32 = 0;
export let lightDistance: f32 = 0;
/** Incoming radiance over the sampling density. */
export let lightR: f32 = 0;
export let lightG: f32 = 0;
export let lightB: f32 = 0;
/** Density to weigh against BSDF sampling; 0 for lights that a ray cannot hit. */
export let lightPdf: f32 = 0;


/** Rough unshadowed strength of light `l` at a point; 0 where it cannot reach. */
function strength(l: usize, x: f32, y: f32, z: f32): f32 {
  const bright = luminance(load<f32>(l, 28), load<f32>(l, 32), load<f32>(l, 36));
  if (load<u32>(l) == DIRECTIONAL) return bright;
  const dx: f32 = load<f32>(l, 4) - x, dy: f32 = load<f32>(l, 8) - y, dz: f32 = load<f32>(l, 12) - z;
  const radius = load<f32>(l, 40);
  const d2 = max<f32>(dx * dx + dy * dy + dz * dz, max<f32>(radius * radius, <f32>1e-8));
  return bright * cone(l, dx, dy, dz) / d2;
}
function cone(l: usize, dx: f32, dy: f32, dz: f32): f32 {
  if (load<u32>(l) != SPOT) return 1;
  const d = sqrt<f32>(max<f32>(<f32>1e-16, dx * dx + dy * dy + dz * dz));
  const c: f32 = -(dx * load<f32>(l, 16) + dy * load<f32>(l, 20) + dz * load<f32>(l, 24)) / d;
  const inner = load<f32>(l, 44), outer = load<f32>(l, 48);
  return inner - outer < <f32>1e-6 ? (c >= outer ? <f32>1 : <f32>0) : smoothStep(outer, inner, c);
}

/** Unit vectors across (x, y, z) into t1 and t2. */
let t1x: f32 = 0;
let t1y: f32 = 0;
let t1z: f32 = 0;
let t2x: f32 = 0;
let t2y: f32 = 0;
let t2z: f32 = 0;
function across(x: f32, y: f32, z: f32): void {
  const s = copysign<f32>(1, z);
  const a: f32 = <f32>-1 / (s + z);
  const b: f32 = x * y * a;
  t1x = <f32>1 + s * x * x * a; t1y = s * b; t1z = -s * x;
  t2x = b; t2y = s + y * y * a; t2z = -y;
}

/** Picks a light by its strength at the point and a spot on it. */
export function sampleLight(choice: f32, a: f32, b: f32, x: f32, y: f32, z: f32): bool {
  if (lightCount == 0) return false;
  let chosen = lights;
  let chance: f32 = 1;
  if (lightCount > 1) {
    let total: f32 = 0;
    for (let i = 0; i < lightCount; i++) total += strength(lights + <usize>i * LIGHT_STRIDE, x, y, z);
    if (!(total > 0)) return false;
    let left: f32 = choice * total;
    chance = 0;
    for (let i = 0; i < lightCount; i++) {
      const l = lights + <usize>i * LIGHT_STRIDE;
      const w = strength(l, x, y, z);
      if (w <= 0) continue;
      chosen = l;
      chance = w / total;
      left -= w;
      if (left < 0) break;
    }
    if (!(chance > 0)) return false;
  }
  const over: f32 = <f32>1 / chance;
  const l = chosen;
  if (load<u32>(l) == DIRECTIONAL) {
    lightX = load<f32>(l, 16); lightY = load<f32>(l, 20); lightZ = load<f32>(l, 24);
    const cosHalf = load<f32>(l, 40);
    lightPdf = 0;
    if (cosHalf < 1) {
      across(lightX, lightY, lightZ);
      const c: f32 = <f32>1 - b * (<f32>1 - cosHalf);
      const s = sqrt<f32>(max<f32>(0, <f32>1 - c * c));
      sinCosTurns(a);
      const u: f32 = s * cosOut, v: f32 = s * sinOut;
      const dx = lightX, dy = lightY, dz = lightZ;
      lightX = dx * c + t1x * u + t2x * v; lightY = dy * c + t1y * u + t2y * v; lightZ = dz * c + t1z * u + t2z * v;
      lightPdf = load<f32>(l, 56);
    }
    lightDistance = 1e30;
    lightR = load<f32>(l, 28) * over; lightG = load<f32>(l, 32) * over; lightB = load<f32>(l, 36) * over;
    return true;
  }
  let dx: f32 = load<f32>(l, 4) - x, dy: f32 = load<f32>(l, 8) - y, dz: f32 = load<f32>(l, 12) - z;
  const falloff: f32 = cone(l, dx, dy, dz) * over;
  if (falloff <= 0) return false;
  const radius = load<f32>(l, 40);
  const centre2: f32 = dx * dx + dy * dy + dz * dz;
  if (radius > 0) {
    // A disc that always faces the point: the same flux from everywhere, penumbras of the right width.
    const k: f32 = <f32>1 / sqrt<f32>(max<f32>(centre2, <f32>1e-16));
    across(dx * k, dy * k, dz * k);
    sinCosTurns(a);
    const r: f32 = radius * sqrt<f32>(b);
    const u: f32 = r * cosOut, v: f32 = r * sinOut;
    dx += t1x * u + t2x * v; dy += t1y * u + t2y * v; dz += t1z * u + t2z * v;
  }
  const d2 = max<f32>(dx * dx + dy * dy + dz * dz, <f32>1e-12);
  const d = sqrt<f32>(d2);
  const inverse: f32 = <f32>1 / d;
  lightX = dx * inverse; lightY = dy * inverse; lightZ = dz * inverse;
  lightDistance = d;
  lightPdf = 0;
  const reach: f32 = falloff / max<f32>(centre2, max<f32>(radius * radius, <f32>1e-8));
  lightR = load<f32>(l, 28) * reach; lightG = load<f32>(l, 32) * reach; lightB = load<f32>(l, 36) * reach;
  return true;
}

/** Radiance of directional lights whose disc contains the direction, each weighted against light sampling when `bsdfPdf` >= 0. */
export function directionalRadiance(x: f32, y: f32, z: f32, bsdfPdf: f32): bool {
  lightR = 0; lightG = 0; lightB = 0;
  let any = false;
  for (let i = 0; i < lightCount; i++) {
    const l = lights + <usize>i * LIGHT_STRIDE;
    if (load<u32>(l) != DIRECTIONAL) continue;
    const cosHalf = load<f32>(l, 40);
    if (cosHalf >= 1 || x * load<f32>(l, 16) + y * load<f32>(l, 20) + z * load<f32>(l, 24) < cosHalf) continue;
    const p = load<f32>(l, 56);
    const w: f32 = load<f32>(l, 52) * (bsdfPdf >= 0 ? powerWeight(bsdfPdf, p) : <f32>1);
    lightR += load<f32>(l, 28) * w; lightG += load<f32>(l, 32) * w; lightB += load<f32>(l, 36) * w;
    any = true;
  }
  return any;
}

/** Share of technique `a` against `b` (Veach's power heuristic), safe for densities whose squares overflow. */
export function powerWeight(a: f32, b: f32): f32 {
  if (!(a > 0)) return 0;
  const r: f32 = b / a;
  return <f32>1 / (<f32>1 + r * r);
}

/** Density per solid angle with which `sampleEmitter` finds a point of the located triangle. */
export function emitterPdf(material: usize, distance2: f32, cosine: f32): f32 {
  const density = load<f32>(material, 76);
  return density > 0 ? density * distance2 / max<f32>(cosine, <f32>1e-6) : 0;
}

/** A point on a glowing triangle, chosen by power. Overwrites the located surface. */
export function sampleEmitter(choice: f32, a: f32, b: f32, x: f32, y: f32, z: f32): bool {
  if (emitterCount == 0) return false;
  let lo = 0, hi = emitterCount - 1;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (load<f32>(emitterCdf + (<usize>mid << 2)) > choice) hi = mid; else lo = mid + 1;
  }
  const r = sqrt<f32>(a);
  const u: f32 = r * (<f32>1 - b), v: f32 = r * b;
  surface.locate(load<i32>(emitters + (<usize>lo << 2)), u, v, 0, 0, 0);
  const dx: f32 = surface.posX - x, dy: f32 = surface.posY - y, dz: f32 = surface.posZ - z;
  const d2: f32 = dx * dx + dy * dy + dz * dz;
  if (d2 < <f32>1e-12) return false;
  const d = sqrt<f32>(d2), k: f32 = <f32>1 / d;
  lightX = dx * k; lightY = dy * k; lightZ = dz * k;
  let c: f32 = -(surface.faceX * lightX + surface.faceY * lightY + surface.faceZ * lightZ);
  if (c < 0 && (surface.flags & FLAG_DOUBLE_SIDED) != 0) c = -c;
  if (c < <f32>1e-4) return false;
  lightPdf = emitterPdf(surface.material, d2, c);
  if (!(lightPdf > 0)) return false;
  surface.loadBase();
  surface.loadEmission();
  const w: f32 = <f32>1 / lightPdf;
  lightR = surface.emitR * w; lightG = surface.emitG * w; lightB = surface.emitB * w;
  lightDistance = max<f32>(0, d - surface.clearance * 2 - originEpsilon);
  return true;
}
