// One light path per sample: camera, bounces with light sampling at each, until it leaves the scene or dies out.
import * as bsdf from './bsdf';
import { cameraRay, rayDX, rayDY, rayDZ, rayOX, rayOY, rayOZ } from './camera';
import { background, environmentRadiance, frameS, frameT, projectToFrame, sampleEnvironment, skyB, skyG, skyPdf, skyR, skyX, skyY, skyZ } from './environment';
import {
  directionalRadiance, emitterPdf, lightB, lightDistance, lightG, lightPdf, lightR, lightX, lightY, lightZ, powerWeight, sampleEmitter, sampleLight,
} from './lights';
import { FAR, luminance } from './math';
import { next1, next2, startSample, u0, u1 } from './sampling';
import {
  FLAG_ALPHA_BLEND, FLAG_ALPHA_MASK, FLAG_DOUBLE_SIDED, FLAG_THIN_WALLED, FLAG_UNLIT, backgroundKind, camera, clampIndirect,
  emitterCount, envConditional, filmWidth, lightCount, maxBounces, seed,
} from './scene';
import * as surface from './surface';
import { closestHit, closestHitWithin, hitDistance, hitTriangle, hitU, hitV, occluded, sawTransparent } from './traverse';

export let outR: f32 = 0;
export let outG: f32 = 0;
export let outB: f32 = 0;
export let guideR: f32 = 0;
export let guideG: f32 = 0;
export let guideB: f32 = 0;
export let guideNX: f32 = 0;
export let guideNY: f32 = 0;
export let guideNZ: f32 = 0;
export let covered: f32 = 0;

/** Surfaces that a path may cross or reflect in without counting as a bounce: panes, cut-outs, glass walls. */
const FREE_EVENTS: i32 = 24;
/** Mirrors up to this alpha pass the denoiser's guides on to what they show. */
const GUIDE_ALPHA: f32 = 0.02;
/** Camera rays see the sun's disc at most this bright: enough to burn out, little enough to stay clean at its rim. */
const SUN_DISC_LIMIT: f32 = 40;
/** Density per steradian from which a bounce counts as sharp: a lobe of some ten degrees. */
const CRISP_PDF: f32 = 8;
/** Bounce from which weak paths are ended by chance. */
const ROULETTE_FROM: i32 = 2;

let passR: f32 = 1;
let passG: f32 = 1;
let passB: f32 = 1;

/**
 * Light that gets from a point along d to distance `limit`, into `passR`..`passB`. Cut-outs and tinted glass let it
 * through unbent: bent sun light would be caustics, which this tracer cannot find without noise.
 */
function transmittance(ox: f32, oy: f32, oz: f32, dx: f32, dy: f32, dz: f32, limit: f32): bool {
  passR = 1; passG = 1; passB = 1;
  if (occluded(ox, oy, oz, dx, dy, dz, limit)) return false;
  if (!sawTransparent) return true;
  let x = ox, y = oy, z = oz, left = limit;
  let entered: f32 = -1, travelled: f32 = 0;
  for (let i = 0; i < FREE_EVENTS; i++) {
    if (!closestHitWithin(x, y, z, dx, dy, dz, left)) return true;
    const t = hitDistance;
    surface.locate(hitTriangle, hitU, hitV, dx, dy, dz);
    surface.loadBase();
    const flags = surface.flags, m = surface.material;
    let solid: f32 = 1;
    if ((flags & FLAG_ALPHA_MASK) != 0) solid = surface.alpha < load<f32>(m, 44) ? 0 : 1;
    else if ((flags & FLAG_ALPHA_BLEND) != 0) solid = min<f32>(1, max<f32>(0, surface.alpha));
    const transmission: f32 = load<f32>(m, 60) * (<f32>1 - load<f32>(m, 16));
    if (solid > 0) {
      const thin = (flags & FLAG_THIN_WALLED) != 0;
      const cosine = abs<f32>(surface.faceX * dx + surface.faceY * dy + surface.faceZ * dz);
      const open: f32 = solid * transmission * (<f32>1 - bsdf.fresnel(cosine, load<f32>(m, 52)));
      const clear: f32 = <f32>1 - solid;
      passR *= clear + open * (thin ? surface.baseR : sqrt<f32>(surface.baseR));
      passG *= clear + open * (thin ? surface.baseG : sqrt<f32>(surface.baseG));
      passB *= clear + open * (thin ? surface.baseB : sqrt<f32>(surface.baseB));
      if (!thin && transmission > 0) {
        if (!surface.backside) entered = travelled + t;
        else {
          const inside: f32 = travelled + t - max<f32>(0, entered);
          passR *= Mathf.exp(-load<f32>(m, 64) * inside);
          passG *= Mathf.exp(-load<f32>(m, 68) * inside);
          passB *= Mathf.exp(-load<f32>(m, 72) * inside);
          entered = -1;
        }
      }
      if (max<f32>(passR, max<f32>(passG, passB)) < <f32>1e-3) return false;
    }
    const step: f32 = t + surface.clearance;
    x += dx * step; y += dy * step; z += dz * step;
    travelled += step;
    left -= step;
    if (left <= 0) return true;
  }
  return false;
}

let pathR: f32 = 1;
let pathG: f32 = 1;
let pathB: f32 = 1;

/** Adds path throughput times (r, g, b), limited to `limit` unless that is 0. */
@inline function deposit(r: f32, g: f32, b: f32, limit: f32): void {
  let cr: f32 = pathR * r, cg: f32 = pathG * g, cb: f32 = pathB * b;
  const top = max<f32>(cr, max<f32>(cg, cb));
  if (!(top > 0 && top < FAR)) return;
  if (limit > 0 && top > limit) { const k: f32 = limit / top; cr *= k; cg *= k; cb *= k; }
  outR += cr; outG += cg; outB += cb;
}

// Candidates of light sampling: direction, distance and what would arrive without obstacles.
let candX: f32 = 0;
let candY: f32 = 0;
let candZ: f32 = 0;
let candD: f32 = 0;
let candR: f32 = 0;
let candG: f32 = 0;
let candB: f32 = 0;

@inline function weighCandidate(x: f32, y: f32, z: f32, d: f32, r: f32, g: f32, b: f32, pdf: f32): bool {
  bsdf.evaluate(x, y, z);
  if (!(bsdf.pdf > 0) && bsdf.valueR + bsdf.valueG + bsdf.valueB <= 0) return false;
  const w: f32 = pdf > 0 ? powerWeight(pdf, bsdf.pdf) : <f32>1;
  candX = x; candY = y; candZ = z; candD = d;
  candR = r * bsdf.valueR * w; candG = g * bsdf.valueG * w; candB = b * bsdf.valueB * w;
  return candR + candG + candB > <f32>1e-7;
}
function environmentCandidate(): bool {
  next2();
  if (!sampleEnvironment(u0, u1)) return false;
  const k: f32 = <f32>1 / skyPdf;
  return weighCandidate(skyX, skyY, skyZ, FAR, skyR * k, skyG * k, skyB * k, skyPdf);
}
function lightCandidate(x: f32, y: f32, z: f32): bool {
  const choice: f32 = lightCount > 1 ? next1() : 0;
  next2();
  if (!sampleLight(choice, u0, u1, x, y, z)) return false;
  return weighCandidate(lightX, lightY, lightZ, lightDistance, lightR, lightG, lightB, lightPdf);
}
function emitterCandidate(x: f32, y: f32, z: f32): bool {
  const choice = next1();
  next2();
  if (!sampleEmitter(choice, u0, u1, x, y, z)) return false;
  return weighCandidate(lightX, lightY, lightZ, lightDistance, lightR, lightG, lightB, lightPdf);
}

/**
 * Light sampling at a surface point. The first point asks every kind of light with a shadow ray of its own; later ones
 * draw one of the candidates by its strength (resampled importance sampling), which saves two of three shadow rays.
 */
function directLight(x: f32, y: f32, z: f32, fx: f32, fy: f32, fz: f32, clearance: f32, every: bool, limit: f32): void {
  let keptX: f32 = 0, keptY: f32 = 0, keptZ: f32 = 0, keptD: f32 = 0, keptR: f32 = 0, keptG: f32 = 0, keptB: f32 = 0, keptW: f32 = 0, total: f32 = 0;
  for (let kind = 0; kind < 3; kind++) {
    let found = false;
    if (kind == 0) { if (envConditional == 0) continue; found = environmentCandidate(); }
    else if (kind == 1) { if (lightCount == 0) continue; found = lightCandidate(x, y, z); }
    else { if (emitterCount == 0) continue; found = emitterCandidate(x, y, z); }
    if (!found) continue;
    if (every) {
      const side: f32 = fx * candX + fy * candY + fz * candZ < 0 ? -clearance : clearance;
      const r = candR, g = candG, b = candB;
      if (transmittance(x + fx * side, y + fy * side, z + fz * side, candX, candY, candZ, candD)) deposit(r * passR, g * passG, b * passB, limit);
      continue;
    }
    const w: f32 = luminance(candR, candG, candB);
    total += w;
    if (total == w || next1() * total < w) {
      keptX = candX; keptY = candY; keptZ = candZ; keptD = candD; keptR = candR; keptG = candG; keptB = candB; keptW = w;
    }
  }
  if (every || keptW <= 0) return;
  const side: f32 = fx * keptX + fy * keptY + fz * keptZ < 0 ? -clearance : clearance;
  if (!transmittance(x + fx * side, y + fy * side, z + fz * side, keptX, keptY, keptZ, keptD)) return;
  const k: f32 = total / keptW;
  deposit(keptR * k * passR, keptG * k * passG, keptB * k * passB, limit);
}

@inline function recordGuides(r: f32, g: f32, b: f32, nx: f32, ny: f32, nz: f32): void {
  guideR = min<f32>(1, pathR * r); guideG = min<f32>(1, pathG * g); guideB = min<f32>(1, pathB * b);
  guideNX = nx; guideNY = ny; guideNZ = nz;
}

/** Traces sample `sample` of pixel (px, py) into `outR`.. and the guides. */
export function tracePath(px: i32, py: i32, sample: i32): void {
  startSample(<u32>(py * filmWidth + px), <u32>sample, seed);
  next2();
  const fu = u0, fv = u1;
  next2();
  cameraRay(px, py, fu, fv, u0, u1);
  let ox = rayOX, oy = rayOY, oz = rayOZ, dx = rayDX, dy = rayDY, dz = rayDZ;
  outR = 0; outG = 0; outB = 0;
  guideR = 0; guideG = 0; guideB = 0; guideNX = 0; guideNY = 0; guideNZ = 0;
  covered = 0;
  pathR = 1; pathG = 1; pathB = 1;
  const pixelAngle = load<f32>(camera, 56);
  let guidesOpen = true;
  // Density of the bounce that led here if light sampling was tried there too; negative where only this ray can find light.
  let lastPdf: f32 = -1;
  let minAlpha: f32 = 0;
  let depth = 0;
  let travelled: f32 = 0;
  /** Every bounce so far was sharp enough to show detail of what comes next. */
  let crisp = true;
  /** Nothing but panes and glass between here and the camera. */
  let seen = true;
  let straight = true;
  let absorbR: f32 = 0, absorbG: f32 = 0, absorbB: f32 = 0;
  let inMedium = false;
  for (let event = 0; event < FREE_EVENTS + maxBounces; event++) {
    const limit: f32 = depth == 0 ? 0 : depth == 1 ? clampIndirect * 4 : clampIndirect;
    if (!closestHit(ox, oy, oz, dx, dy, dz)) {
      if (seen) {
        if (!straight) projectToFrame(dx, dy, dz);
        background(dx, dy, dz, frameS, frameT);
        if (guidesOpen) recordGuides(min<f32>(1, skyR), min<f32>(1, skyG), min<f32>(1, skyB), 0, 0, 0);
        deposit(skyR, skyG, skyB, 0);
        if (backgroundKind == 0 && directionalRadiance(dx, dy, dz, -1)) {
          const k: f32 = min<f32>(1, SUN_DISC_LIMIT / max<f32>(<f32>1e-6, max<f32>(lightR, max<f32>(lightG, lightB))));
          deposit(lightR * k, lightG * k, lightB * k, 0);
        }
        return;
      }
      environmentRadiance(dx, dy, dz, lastPdf >= 0, !crisp);
      if (guidesOpen) recordGuides(min<f32>(1, skyR), min<f32>(1, skyG), min<f32>(1, skyB), 0, 0, 0);
      const w: f32 = lastPdf >= 0 && skyPdf > 0 ? powerWeight(lastPdf, skyPdf) : <f32>1;
      deposit(skyR * w, skyG * w, skyB * w, limit);
      if (directionalRadiance(dx, dy, dz, lastPdf)) deposit(lightR, lightG, lightB, limit);
      return;
    }
    const triangle = hitTriangle, distance = hitDistance;
    surface.locate(triangle, hitU, hitV, dx, dy, dz);
    const flags = surface.flags, m = surface.material;
    const thin = (flags & FLAG_THIN_WALLED) != 0;
    if ((flags & (FLAG_ALPHA_MASK | FLAG_ALPHA_BLEND)) != 0) {
      surface.loadBase();
      const shut = (flags & FLAG_ALPHA_MASK) != 0 ? surface.alpha >= load<f32>(m, 44) : surface.alpha >= 1 || next1() < surface.alpha;
      if (!shut) {
        ox += dx * (distance + surface.clearance); oy += dy * (distance + surface.clearance); oz += dz * (distance + surface.clearance);
        travelled += distance;
        continue;
      }
    }
    if (depth == 0 && seen && surface.culled(dx, dy, dz)) {
      ox += dx * (distance + surface.clearance); oy += dy * (distance + surface.clearance); oz += dz * (distance + surface.clearance);
      travelled += distance;
      continue;
    }
    covered = 1;
    travelled += distance;
    if (inMedium) {
      pathR *= Mathf.exp(-absorbR * distance); pathG *= Mathf.exp(-absorbG * distance); pathB *= Mathf.exp(-absorbB * distance);
    }
    surface.shade(triangle, travelled * pixelAngle, crisp);
    if ((flags & FLAG_UNLIT) != 0) {
      if (guidesOpen) recordGuides(min<f32>(1, surface.baseR), min<f32>(1, surface.baseG), min<f32>(1, surface.baseB), surface.nrmX, surface.nrmY, surface.nrmZ);
      deposit(surface.baseR, surface.baseG, surface.baseB, limit);
      return;
    }
    surface.faceViewer(-dx, -dy, -dz);
    if (surface.emitR + surface.emitG + surface.emitB > 0 && (!surface.backside || (flags & FLAG_DOUBLE_SIDED) != 0)) {
      let w: f32 = 1;
      if (lastPdf >= 0) {
        const p = emitterPdf(m, distance * distance, abs<f32>(surface.faceX * dx + surface.faceY * dy + surface.faceZ * dz));
        if (p > 0) w = powerWeight(lastPdf, p);
      }
      deposit(surface.emitR * w, surface.emitG * w, surface.emitB * w, limit);
    }
    const inside = surface.backside && !thin;
    const nx = surface.nrmX, ny = surface.nrmY, nz = surface.nrmZ;
    surface.liftOffFacets();
    const x = surface.posX, y = surface.posY, z = surface.posZ, clearance = surface.clearance;
    const liftX = surface.liftX, liftY = surface.liftY, liftZ = surface.liftZ;
    // Face normal on the viewer's side.
    const fs: f32 = surface.backside ? -1 : 1;
    const fx: f32 = surface.faceX * fs, fy: f32 = surface.faceY * fs, fz: f32 = surface.faceZ * fs;
    const occlusion = surface.occlusion;
    const alpha: f32 = surface.roughness * surface.roughness;
    const transmission: f32 = load<f32>(m, 60);
    const metal = surface.metallic;
    bsdf.prepare(
      nx, ny, nz, -dx, -dy, -dz, minAlpha,
      surface.baseR, surface.baseG, surface.baseB, metal, surface.roughness, load<f32>(m, 52), load<f32>(m, 56), transmission, inside, thin,
      surface.coat, surface.coatRoughness, load<f32>(m, 96), load<f32>(m, 100), load<f32>(m, 104), load<f32>(m, 88));
    const passesGuides = alpha < GUIDE_ALPHA && (metal > <f32>0.9 || transmission > <f32>0.5) && surface.coat == 0;
    if (guidesOpen && !(passesGuides && event < 8)) {
      guidesOpen = false;
      recordGuides(
        min<f32>(1, bsdf.guideR + surface.emitR), min<f32>(1, bsdf.guideG + surface.emitG), min<f32>(1, bsdf.guideB + surface.emitB), nx, ny, nz);
    }
    const litHere = !bsdf.mirrorOnly && !inside;
    if (litHere) directLight(liftX, liftY, liftZ, fx, fy, fz, clearance, depth == 0, limit);
    if (depth >= maxBounces) return;

    const choice = next1();
    const lobe = bsdf.sample(choice, inside, thin);
    if (lobe == bsdf.LOBE_NONE) return;
    const k: f32 = <f32>1 / bsdf.pdf;
    let wr: f32 = bsdf.valueR * k, wg: f32 = bsdf.valueG * k, wb: f32 = bsdf.valueB * k;
    dx = bsdf.outX; dy = bsdf.outY; dz = bsdf.outZ;
    const above = dx * fx + dy * fy + dz * fz;
    if (lobe == bsdf.LOBE_TRANSMIT) {
      if (above >= 0) return;
      ox = x - fx * clearance; oy = y - fy * clearance; oz = z - fz * clearance;
      if (!thin) {
        inMedium = bsdf.leftInside;
        if (inMedium) { absorbR = load<f32>(m, 64); absorbG = load<f32>(m, 68); absorbB = load<f32>(m, 72); }
        straight = false;
      } else if (alpha >= bsdf.MIRROR_ALPHA) straight = false;
      // Light sampling looks straight through glass, so the earlier density stays the one to weigh against.
    } else {
      if (above <= 0) return;
      ox = liftX + fx * clearance; oy = liftY + fy * clearance; oz = liftZ + fz * clearance;
      if (lobe == bsdf.LOBE_DIFFUSE) { wr *= occlusion; wg *= occlusion; wb *= occlusion; }
      if (!inside) {
        seen = false;
        depth++;
        lastPdf = litHere ? bsdf.pdf : <f32>-1;
        crisp = crisp && (!litHere || bsdf.pdf > CRISP_PDF);
        if (bsdf.pdf < <f32>1 && litHere) minAlpha = max<f32>(minAlpha, <f32>0.5 * sqrt<f32>(<f32>1 - bsdf.pdf));
      }
    }
    pathR *= wr; pathG *= wg; pathB *= wb;
    const strongest = max<f32>(pathR, max<f32>(pathG, pathB));
    if (!(strongest > <f32>1e-6)) return;
    if (depth > ROULETTE_FROM) {
      const survive = min<f32>(<f32>0.95, strongest);
      if (next1() >= survive) return;
      const up: f32 = <f32>1 / survive;
      pathR *= up; pathG *= up; pathB *= up;
    }
  }
}
