// From a hit (triangle, u, v) to everything that shading needs: position, normals, and the material's values there.
import { clamp01, luminance, mix, smoothStep } from './math';
import { lane0 } from './noise';
import { evaluatePattern, patternHeight, patternMix, patternRoughness, patternTint, puddleField } from './procedural';
import {
  FLAG_DOUBLE_SIDED, FLAG_EMISSIVE, FLAG_PROCEDURAL, MATERIAL_STRIDE, MESH_HAS_COLORS, MESH_HAS_NORMALS, MESH_HAS_TANGENTS,
  MESH_HAS_UV0, MESH_HAS_UV1, MESH_STRIDE, SLOT_BASE, SLOT_EMISSIVE, SLOT_METALLIC_ROUGHNESS, SLOT_NORMAL, SLOT_OCCLUSION,
  materials, meshes, originEpsilon, positions, triangleMesh, vertexOf,
} from './scene';
import { hasTexture, sampleTexture, slotUvSet, texA, texB, texG, texR } from './textures';

export let mesh: usize = 0;
export let material: usize = 0;
export let flags: u32 = 0;

export let posX: f32 = 0;
export let posY: f32 = 0;
export let posZ: f32 = 0;
/** Face normal as wound, unit length. */
export let faceX: f32 = 0;
export let faceY: f32 = 0;
export let faceZ: f32 = 0;
/** Interpolated, then bumped normal, on the side of the viewer. */
export let nrmX: f32 = 0;
export let nrmY: f32 = 0;
export let nrmZ: f32 = 0;
/** The ray came from behind. */
export let backside: bool = false;
/** Distance that keeps a new ray clear of this surface. */
export let clearance: f32 = 0;
export let twiceArea: f32 = 0;

let baryU: f32 = 0;
let baryV: f32 = 0;
let i0: usize = 0;
let i1: usize = 0;
let i2: usize = 0;
let uv0s: f32 = 0;
let uv0t: f32 = 0;
let uv1s: f32 = 0;
let uv1t: f32 = 0;
let smoothX: f32 = 0;
let smoothY: f32 = 0;
let smoothZ: f32 = 0;

export let baseR: f32 = 0;
export let baseG: f32 = 0;
export let baseB: f32 = 0;
export let alpha: f32 = 1;
export let metallic: f32 = 0;
export let roughness: f32 = 1;
export let occlusion: f32 = 1;
export let emitR: f32 = 0;
export let emitG: f32 = 0;
export let emitB: f32 = 0;
export let coat: f32 = 0;
export let coatRoughness: f32 = 0;

@inline function interpolate(base: usize, stride: usize, byte: usize): f32 {
  const w: f32 = <f32>1 - baryU - baryV;
  return load<f32>(base + i0 * stride + byte) * w + load<f32>(base + i1 * stride + byte) * baryU + load<f32>(base + i2 * stride + byte) * baryV;
}

/** Geometry of a hit: position, face normal, side. (dx, dy, dz) is the ray's direction. */
export function locate(triangle: i32, u: f32, v: f32, dx: f32, dy: f32, dz: f32): void {
  mesh = meshes + <usize>load<u32>(triangleMesh + (<usize>triangle << 2)) * MESH_STRIDE;
  material = materials + <usize>load<u32>(mesh) * MATERIAL_STRIDE;
  flags = load<u32>(material, 48);
  baryU = u;
  baryV = v;
  i0 = vertexOf(triangle, 0);
  i1 = vertexOf(triangle, 1);
  i2 = vertexOf(triangle, 2);
  const a = positions + i0 * 12, b = positions + i1 * 12, c = positions + i2 * 12;
  const ax = load<f32>(a), ay = load<f32>(a, 4), az = load<f32>(a, 8);
  const e1x = load<f32>(b) - ax, e1y = load<f32>(b, 4) - ay, e1z = load<f32>(b, 8) - az;
  const e2x = load<f32>(c) - ax, e2y = load<f32>(c, 4) - ay, e2z = load<f32>(c, 8) - az;
  // From the corners rather than along the ray: exact to the last bits even when the ray is long.
  posX = ax + e1x * u + e2x * v;
  posY = ay + e1y * u + e2y * v;
  posZ = az + e1z * u + e2z * v;
  const cx: f32 = e1y * e2z - e1z * e2y, cy: f32 = e1z * e2x - e1x * e2z, cz: f32 = e1x * e2y - e1y * e2x;
  const length = sqrt<f32>(cx * cx + cy * cy + cz * cz);
  twiceArea = length;
  const k: f32 = length > 0 ? <f32>1 / length : 0;
  faceX = cx * k; faceY = cy * k; faceZ = cz * k;
  backside = faceX * dx + faceY * dy + faceZ * dz > 0;
  clearance = originEpsilon + max<f32>(abs<f32>(posX), max<f32>(abs<f32>(posY), abs<f32>(posZ))) * <f32>4e-6;
  // Shading normal, turned to the viewer's side.
  smoothX = faceX; smoothY = faceY; smoothZ = faceZ;
  if ((load<u32>(mesh, 28) & MESH_HAS_NORMALS) != 0) {
    const n = <usize>load<u32>(mesh, 8);
    const sx = interpolate(n, 12, 0), sy = interpolate(n, 12, 4), sz = interpolate(n, 12, 8);
    const l = sx * sx + sy * sy + sz * sz;
    if (l > <f32>1e-12) {
      const s: f32 = <f32>1 / sqrt<f32>(l);
      smoothX = sx * s; smoothY = sy * s; smoothZ = sz * s;
    }
  }
  // Normals that disagree with the winding are common in the wild; the winding decides the side.
  const agree = smoothX * faceX + smoothY * faceY + smoothZ * faceZ;
  const turn = (agree < 0) != backside;
  nrmX = turn ? -smoothX : smoothX;
  nrmY = turn ? -smoothY : smoothY;
  nrmZ = turn ? -smoothZ : smoothZ;
}

/** Where rays of light should start, see `liftOffFacets`. */
export let liftX: f32 = 0;
export let liftY: f32 = 0;
export let liftZ: f32 = 0;

/**
 * Moves the start of shadow rays onto the smooth surface that coarse triangles stand for; from the flat facet a low
 * light would draw the facets' own shadows. Hanika, "Hacking the Shadow Terminator" (Ray Tracing Gems II, 2021).
 */
export function liftOffFacets(): void {
  liftX = posX; liftY = posY; liftZ = posZ;
  if ((load<u32>(mesh, 28) & MESH_HAS_NORMALS) == 0 || load<f32>(material, 60) > 0) return;
  const n = <usize>load<u32>(mesh, 8);
  const side: f32 = backside ? -1 : 1;
  let x: f32 = 0, y: f32 = 0, z: f32 = 0;
  for (let k = 0; k < 3; k++) {
    const i = k == 0 ? i0 : k == 1 ? i1 : i2;
    const weight: f32 = k == 0 ? <f32>1 - baryU - baryV : k == 1 ? baryU : baryV;
    const vn = n + i * 12, vp = positions + i * 12;
    const nx: f32 = load<f32>(vn) * side, ny: f32 = load<f32>(vn, 4) * side, nz: f32 = load<f32>(vn, 8) * side;
    // Normals against the winding say nothing about the curve.
    if ((nx * faceX + ny * faceY + nz * faceZ) * side <= 0) return;
    const below = (posX - load<f32>(vp)) * nx + (posY - load<f32>(vp, 4)) * ny + (posZ - load<f32>(vp, 8)) * nz;
    if (below < 0) { x -= weight * below * nx; y -= weight * below * ny; z -= weight * below * nz; }
  }
  liftX += x; liftY += y; liftZ += z;
}

/** Winding and vertex normals both say that a ray along d comes from behind a single-sided surface. */
export function culled(dx: f32, dy: f32, dz: f32): bool {
  return backside && (flags & FLAG_DOUBLE_SIDED) == 0 && smoothX * dx + smoothY * dy + smoothZ * dz > 0 && load<f32>(material, 60) == 0;
}

@inline function loadUvs(): void {
  const have = load<u32>(mesh, 28);
  uv0s = 0; uv0t = 0; uv1s = 0; uv1t = 0;
  if ((have & MESH_HAS_UV0) != 0) {
    const at = <usize>load<u32>(mesh, 12);
    uv0s = interpolate(at, 8, 0);
    uv0t = interpolate(at, 8, 4);
  }
  if ((have & MESH_HAS_UV1) != 0) {
    const at = <usize>load<u32>(mesh, 16);
    uv1s = interpolate(at, 8, 0);
    uv1t = interpolate(at, 8, 4);
  }
}
@inline function sampleSlot(slot: usize, srgb: bool): void {
  const second = slotUvSet(slot) != 0;
  sampleTexture(slot, second ? uv1s : uv0s, second ? uv1t : uv0t, srgb);
}

/** Base colour and alpha alone: all that a ray passing by needs. */
export function loadBase(): void {
  const m = material;
  baseR = load<f32>(m); baseG = load<f32>(m, 4); baseB = load<f32>(m, 8);
  alpha = load<f32>(m, 12);
  loadUvs();
  if (hasTexture(m + SLOT_BASE)) {
    sampleSlot(m + SLOT_BASE, true);
    baseR *= texR; baseG *= texG; baseB *= texB; alpha *= texA;
  }
  if ((load<u32>(mesh, 28) & MESH_HAS_COLORS) != 0) {
    const at = <usize>load<u32>(mesh, 24);
    baseR *= interpolate(at, 16, 0);
    baseG *= interpolate(at, 16, 4);
    baseB *= interpolate(at, 16, 8);
    alpha *= interpolate(at, 16, 12);
  }
}

export function loadEmission(): void {
  emitR = 0; emitG = 0; emitB = 0;
  if ((flags & FLAG_EMISSIVE) == 0) return;
  emitR = load<f32>(material, 32); emitG = load<f32>(material, 36); emitB = load<f32>(material, 40);
  if (hasTexture(material + SLOT_EMISSIVE)) {
    sampleSlot(material + SLOT_EMISSIVE, true);
    emitR *= texR; emitG *= texG; emitB *= texB;
  }
}

@inline function setNormal(x: f32, y: f32, z: f32): void {
  const l = x * x + y * y + z * z;
  if (!(l > <f32>1e-12)) return;
  const k: f32 = <f32>1 / sqrt<f32>(l);
  nrmX = x * k; nrmY = y * k; nrmZ = z * k;
}

/** Tangent-space normal map, with the file's tangents or with those that uv0 implies on this triangle. */
function applyNormalMap(triangle: i32): void {
  const slot = material + SLOT_NORMAL;
  sampleSlot(slot, false);
  const strength = load<f32>(material, 24);
  const mx: f32 = (texR * 2 - 1) * strength, my: f32 = (texG * 2 - 1) * strength, mz: f32 = texB * 2 - 1;
  let tx: f32, ty: f32, tz: f32, hand: f32 = 1;
  if ((load<u32>(mesh, 28) & MESH_HAS_TANGENTS) != 0) {
    const at = <usize>load<u32>(mesh, 20);
    tx = interpolate(at, 16, 0); ty = interpolate(at, 16, 4); tz = interpolate(at, 16, 8);
    hand = load<f32>(at + i0 * 16, 12) < 0 ? -1 : 1;
  } else {
    const second = slotUvSet(slot) != 0;
    if ((load<u32>(mesh, 28) & (second ? MESH_HAS_UV1 : MESH_HAS_UV0)) == 0) return;
    const uvs: usize = second ? <usize>load<u32>(mesh, 16) : <usize>load<u32>(mesh, 12);
    const s0 = load<f32>(uvs + i0 * 8), t0 = load<f32>(uvs + i0 * 8, 4);
    const ds1 = load<f32>(uvs + i1 * 8) - s0, dt1 = load<f32>(uvs + i1 * 8, 4) - t0;
    const ds2 = load<f32>(uvs + i2 * 8) - s0, dt2 = load<f32>(uvs + i2 * 8, 4) - t0;
    const det: f32 = ds1 * dt2 - ds2 * dt1;
    if (abs<f32>(det) < <f32>1e-20) return;
    const a = positions + i0 * 12, b = positions + i1 * 12, c = positions + i2 * 12;
    const sign: f32 = det < 0 ? -1 : 1;
    tx = ((load<f32>(b) - load<f32>(a)) * dt2 - (load<f32>(c) - load<f32>(a)) * dt1) * sign;
    ty = ((load<f32>(b, 4) - load<f32>(a, 4)) * dt2 - (load<f32>(c, 4) - load<f32>(a, 4)) * dt1) * sign;
    tz = ((load<f32>(b, 8) - load<f32>(a, 8)) * dt2 - (load<f32>(c, 8) - load<f32>(a, 8)) * dt1) * sign;
    // glTF's v grows downwards, so a mirrored chart has a positive determinant here.
    hand = -sign;
  }
  const along = tx * smoothX + ty * smoothY + tz * smoothZ;
  tx -= smoothX * along; ty -= smoothY * along; tz -= smoothZ * along;
  const l = tx * tx + ty * ty + tz * tz;
  if (l < <f32>1e-20) return;
  const k: f32 = <f32>1 / sqrt<f32>(l);
  tx *= k; ty *= k; tz *= k;
  const bx: f32 = (smoothY * tz - smoothZ * ty) * hand, by: f32 = (smoothZ * tx - smoothX * tz) * hand, bz: f32 = (smoothX * ty - smoothY * tx) * hand;
  const nx: f32 = tx * mx + bx * my + smoothX * mz, ny: f32 = ty * mx + by * my + smoothY * mz, nz: f32 = tz * mx + bz * my + smoothZ * mz;
  const turned = nrmX * smoothX + nrmY * smoothY + nrmZ * smoothZ < 0;
  setNormal(turned ? -nx : nx, turned ? -ny : ny, turned ? -nz : nz);
}

/** Two unit vectors across the current normal, for finite differences. */
let t1x: f32 = 0;
let t1y: f32 = 0;
let t1z: f32 = 0;
let t2x: f32 = 0;
let t2y: f32 = 0;
let t2z: f32 = 0;
function tangentFrame(x: f32, y: f32, z: f32): void {
  // Duff et al., "Building an Orthonormal Basis, Revisited" (JCGT 2017).
  const s = copysign<f32>(1, z);
  const a: f32 = <f32>-1 / (s + z);
  const b: f32 = x * y * a;
  t1x = <f32>1 + s * x * x * a; t1y = s * b; t1z = -s * x;
  t2x = b; t2y = s + y * y * a; t2z = -y;
}

@inline function lanesAround(p: f32, d1: f32, d2: f32, unit: f32): v128 {
  return f32x4.replace_lane(f32x4.replace_lane(f32x4.splat(p * unit), 1, (p + d1) * unit), 2, (p + d2) * unit);
}

/** Stores each patterned material's mean colour, for bounces that cannot see the pattern. */
export function averagePatterns(from: usize, count: i32): void {
  const samples = 512;
  for (let i = 0; i < count; i++) {
    const m = from + <usize>i * MATERIAL_STRIDE;
    if ((load<u32>(m, 48) & FLAG_PROCEDURAL) == 0) continue;
    let r: f32 = 0, g: f32 = 0, b: f32 = 0;
    for (let k = 0; k < samples; k++) {
      // Steps without a common measure visit all of a repeating pattern.
      const x: f32 = <f32>k * <f32>0.754877666, z: f32 = <f32>k * <f32>0.569840296, y: f32 = <f32>(k & 7) * <f32>0.137;
      evaluatePattern(load<i32>(m, 108), f32x4.splat(x), f32x4.splat(y), f32x4.splat(z), 0, 1, 0);
      const t = clamp01(patternMix);
      r += clamp01(mix(load<f32>(m, 112), load<f32>(m, 128), t) * patternTint);
      g += clamp01(mix(load<f32>(m, 116), load<f32>(m, 132), t) * patternTint);
      b += clamp01(mix(load<f32>(m, 120), load<f32>(m, 136), t) * patternTint);
    }
    store<f32>(m, r / <f32>samples, 148);
    store<f32>(m, g / <f32>samples, 152);
    store<f32>(m, b / <f32>samples, 156);
  }
}

function applyProcedural(footprint: f32): void {
  const m = material;
  const unit = load<f32>(m, 124);
  const bump = load<f32>(m, 144);
  // Differences over at least a pixel: finer relief than that would only sparkle.
  const step = max<f32>(footprint, <f32>0.012 / unit);
  tangentFrame(nrmX, nrmY, nrmZ);
  evaluatePattern(
    load<i32>(m, 108),
    lanesAround(posX, t1x * step, t2x * step, unit), lanesAround(posY, t1y * step, t2y * step, unit), lanesAround(posZ, t1z * step, t2z * step, unit),
    faceX, faceY, faceZ);
  const t = clamp01(patternMix);
  baseR *= clamp01(mix(load<f32>(m, 112), load<f32>(m, 128), t) * patternTint);
  baseG *= clamp01(mix(load<f32>(m, 116), load<f32>(m, 132), t) * patternTint);
  baseB *= clamp01(mix(load<f32>(m, 120), load<f32>(m, 136), t) * patternTint);
  roughness = clamp01(roughness + patternRoughness * load<f32>(m, 140));
  if (bump == 0) return;
  const h = lane0(patternHeight);
  let s1: f32 = (f32x4.extract_lane(patternHeight, 1) - h) * bump / step, s2: f32 = (f32x4.extract_lane(patternHeight, 2) - h) * bump / step;
  // Slopes beyond 60 degrees come from cliffs between cells; they would face away from the viewer.
  const steep = sqrt<f32>(s1 * s1 + s2 * s2);
  if (steep > <f32>1.2) { const k: f32 = <f32>1.2 / steep; s1 *= k; s2 *= k; }
  setNormal(nrmX - t1x * s1 - t2x * s2, nrmY - t1y * s1 - t2y * s2, nrmZ - t1z * s1 - t2z * s2);
}

/** Rain: darkens and smooths what drinks it, and fills the low places of level ground. */
function applyWetness(wetness: f32, dryX: f32, dryY: f32, dryZ: f32, detailed: bool): void {
  const upward = smoothStep(0.75, 0.97, dryY);
  let puddle: f32 = 0;
  if (!detailed) puddle = wetness * wetness * <f32>0.6 * upward;
  else if (upward > 0) {
    const frequency = load<f32>(material, 320);
    // They gather where the whole ground is lower.
    const large = puddleField(posX * frequency, posZ * frequency) * <f32>0.8 +
      puddleField(posX * frequency * <f32>0.21 + <f32>31, posZ * frequency * <f32>0.21) * <f32>0.8;
    // Wet ground has a few puddles; only a flood closes them.
    const wetness2 = wetness * wetness, wetness4 = wetness2 * wetness2;
    const level: f32 = <f32>0.68 - wetness * <f32>0.55 - wetness4 * wetness4 * wetness2 * <f32>0.45;
    puddle = smoothStep(level, level + <f32>0.26, large) * upward;
  }
  const damp = wetness * (<f32>1 - metallic);
  // Water in the pores lowers the contrast of their boundaries; dark and a little more saturated.
  const dark: f32 = <f32>1 - damp * (<f32>0.52 + puddle * <f32>0.2);
  const grey = luminance(baseR, baseG, baseB);
  const vivid: f32 = <f32>1 + damp * <f32>0.15;
  baseR = clamp01(max<f32>(0, mix(grey, baseR, vivid)) * dark);
  baseG = clamp01(max<f32>(0, mix(grey, baseG, vivid)) * dark);
  baseB = clamp01(max<f32>(0, mix(grey, baseB, vivid)) * dark);
  roughness = mix(roughness, max<f32>(<f32>0.12, roughness * <f32>0.62), wetness);
  coat = max<f32>(coat, max<f32>(wetness * <f32>0.2, puddle));
  coatRoughness = mix(mix(<f32>0.26, <f32>0.16, wetness), <f32>0.012, puddle);
  // A closed film is level whatever lies below it.
  setNormal(mix(nrmX, dryX, puddle), mix(nrmY, dryY, puddle), mix(nrmZ, dryZ, puddle));
}

/**
 * All values of the material at the located point. `footprint` is the width of a pixel there, metres;
 * `detailed` is false on far bounces, where relief would cost much and show nothing.
 */
export function shade(triangle: i32, footprint: f32, detailed: bool): void {
  const m = material;
  loadBase();
  const dryX = nrmX, dryY = nrmY, dryZ = nrmZ;
  metallic = load<f32>(m, 16);
  roughness = load<f32>(m, 20);
  if (hasTexture(m + SLOT_METALLIC_ROUGHNESS)) {
    sampleSlot(m + SLOT_METALLIC_ROUGHNESS, false);
    roughness *= texG;
    metallic *= texB;
  }
  occlusion = 1;
  if (hasTexture(m + SLOT_OCCLUSION)) {
    sampleSlot(m + SLOT_OCCLUSION, false);
    occlusion = <f32>1 + (texR - <f32>1) * load<f32>(m, 28);
  }
  coat = load<f32>(m, 80);
  coatRoughness = load<f32>(m, 84);
  if (detailed && hasTexture(m + SLOT_NORMAL)) applyNormalMap(triangle);
  if ((flags & FLAG_PROCEDURAL) != 0) {
    if (detailed) applyProcedural(footprint);
    else { baseR *= load<f32>(m, 148); baseG *= load<f32>(m, 152); baseB *= load<f32>(m, 156); }
  }
  const wetness = load<f32>(m, 92);
  if (wetness > 0) applyWetness(wetness, dryX, dryY, dryZ, detailed);
  loadEmission();
}

/** Bends a shading normal that faces away from the viewer (v points to the viewer) just far enough to face it. */
export function faceViewer(vx: f32, vy: f32, vz: f32): void {
  const facing = nrmX * vx + nrmY * vy + nrmZ * vz;
  if (facing > <f32>0.01) return;
  const push: f32 = <f32>0.02 - facing;
  setNormal(nrmX + vx * push, nrmY + vy * push, nrmZ + vz * push);
}
