// Equirectangular light: lookup, importance sampling through a grid of cells, and what the camera sees behind everything.
// Column 0.5 looks along -Z, 0.75 along +X; row 0 is +Y.
import { acosHalfTurns, atan2Turns, cosOut, sinCosTurns, sinOut } from './math';
import {
  backgroundColors, backgroundHeight, backgroundIntensity, backgroundKind, backgroundTexels, backgroundTurn, backgroundWidth, camera,
  envCoarse, envConditional, envGridHeight, envGridWidth, envHeight, envIntensity, envMarginal, envTexels, envTurn, envWidth, filmHeight, filmWidth,
} from './scene';

export let skyR: f32 = 0;
export let skyG: f32 = 0;
export let skyB: f32 = 0;
export let skyX: f32 = 0;
export let skyY: f32 = 0;
export let skyZ: f32 = 0;
export let skyPdf: f32 = 0;

let pictureU: f32 = 0;
let pictureV: f32 = 0;
@inline function project(x: f32, y: f32, z: f32, turn: f32): void {
  const u: f32 = atan2Turns(x, -z) + <f32>0.5 + turn;
  pictureU = u - floor<f32>(u);
  pictureV = acosHalfTurns(y);
}

/** Bilinear, wrapping across columns. Texels are four floats. */
function picture(texels: usize, width: i32, height: i32, gain: f32, wrapU: bool): void {
  const x: f32 = pictureU * <f32>width - <f32>0.5, y: f32 = pictureV * <f32>height - <f32>0.5;
  const fx = floor<f32>(x), fy = floor<f32>(y);
  const ax = f32x4.splat(x - fx), ay = f32x4.splat(y - fy);
  let x0 = <i32>fx, x1 = x0 + 1;
  if (wrapU) {
    if (x0 < 0) x0 += width;
    if (x1 >= width) x1 -= width;
  } else {
    x0 = max<i32>(0, min<i32>(width - 1, x0));
    x1 = max<i32>(0, min<i32>(width - 1, x1));
  }
  const y0 = max<i32>(0, min<i32>(height - 1, <i32>fy)), y1 = max<i32>(0, min<i32>(height - 1, <i32>fy + 1));
  const a = v128.load(texels + (<usize>(y0 * width + x0) << 4)), b = v128.load(texels + (<usize>(y0 * width + x1) << 4));
  const c = v128.load(texels + (<usize>(y1 * width + x0) << 4)), d = v128.load(texels + (<usize>(y1 * width + x1) << 4));
  const top = f32x4.add(a, f32x4.mul(f32x4.sub(b, a), ax)), low = f32x4.add(c, f32x4.mul(f32x4.sub(d, c), ax));
  const r = f32x4.mul(f32x4.add(top, f32x4.mul(f32x4.sub(low, top), ay)), f32x4.splat(gain));
  skyR = f32x4.extract_lane(r, 0);
  skyG = f32x4.extract_lane(r, 1);
  skyB = f32x4.extract_lane(r, 2);
}

@inline function lookup(coarse: bool): void {
  if (coarse && envCoarse != 0) picture(envCoarse, envGridWidth, envGridHeight, envIntensity, true);
  else picture(envTexels, envWidth, envHeight, envIntensity, true);
}

/**
 * Radiance from direction (x, y, z), and with `withPdf` the density with which `sampleEnvironment` finds it.
 * `coarse` is for rays out of a rough bounce, which cannot tell fine detail from its mean.
 */
export function environmentRadiance(x: f32, y: f32, z: f32, withPdf: bool, coarse: bool): void {
  skyPdf = 0;
  if (envTexels == 0) { skyR = 0; skyG = 0; skyB = 0; return; }
  project(x, y, z, envTurn);
  lookup(coarse);
  if (withPdf && envConditional != 0) {
    const i = min<i32>(envGridWidth - 1, <i32>(pictureU * <f32>envGridWidth)), j = min<i32>(envGridHeight - 1, <i32>(pictureV * <f32>envGridHeight));
    skyPdf = load<f32>(envConditional + (<usize>(j * envGridWidth + i) << 3), 4);
  }
}

/** First index whose cumulative value (every `stride` bytes) exceeds `u`. */
@inline function search(cdf: usize, count: i32, stride: usize, u: f32): i32 {
  let lo = 0, hi = count - 1;
  while (lo < hi) {
    const mid = (lo + hi) >> 1;
    if (load<f32>(cdf + <usize>mid * stride) > u) hi = mid; else lo = mid + 1;
  }
  return lo;
}
@inline function remap(cdf: usize, index: i32, stride: usize, u: f32): f32 {
  const below: f32 = index > 0 ? load<f32>(cdf + <usize>(index - 1) * stride) : 0;
  const width: f32 = load<f32>(cdf + <usize>index * stride) - below;
  return width > 0 ? min<f32>(<f32>0.9999999, max<f32>(0, (u - below) / width)) : <f32>0.5;
}

/** A direction into `skyX`..`skyZ` with its radiance and density; false when there is nothing to sample. */
export function sampleEnvironment(a: f32, b: f32): bool {
  if (envConditional == 0) return false;
  const j = search(envMarginal, envGridHeight, 4, b);
  const row = envConditional + (<usize>(j * envGridWidth) << 3);
  const i = search(row, envGridWidth, 8, a);
  skyPdf = load<f32>(row + (<usize>i << 3), 4);
  if (!(skyPdf > 0)) return false;
  const inU: f32 = (<f32>i + remap(row, i, 8, a)) / <f32>envGridWidth;
  sinCosTurns(<f32>0.5 * <f32>j / <f32>envGridHeight);
  const cosTop = cosOut;
  sinCosTurns(<f32>0.5 * <f32>(j + 1) / <f32>envGridHeight);
  skyY = cosTop + (cosOut - cosTop) * remap(envMarginal, j, 4, b);
  const s = sqrt<f32>(max<f32>(0, <f32>1 - skyY * skyY));
  sinCosTurns(inU - <f32>0.5 - envTurn);
  skyX = s * sinOut;
  skyZ = -s * cosOut;
  pictureU = inU;
  pictureV = acosHalfTurns(skyY);
  lookup(true);
  return true;
}

/**
 * What stands behind the scene for the camera. (s, t) is the place on the frame, 0 to 1 from top left, for backgrounds
 * that belong to the frame.
 */
export function background(x: f32, y: f32, z: f32, s: f32, t: f32): void {
  if (backgroundKind == 0) { environmentRadiance(x, y, z, false, false); return; }
  if (backgroundKind == 1) {
    project(x, y, z, backgroundTurn);
    picture(backgroundTexels, backgroundWidth, backgroundHeight, backgroundIntensity, true);
    return;
  }
  if (backgroundKind == 4) {
    const fit = max<f32>(<f32>filmWidth / <f32>backgroundWidth, <f32>filmHeight / <f32>backgroundHeight);
    pictureU = <f32>0.5 + (s - <f32>0.5) * <f32>filmWidth / (<f32>backgroundWidth * fit);
    pictureV = <f32>0.5 + (t - <f32>0.5) * <f32>filmHeight / (<f32>backgroundHeight * fit);
    picture(backgroundTexels, backgroundWidth, backgroundHeight, 1, false);
    return;
  }
  const k: f32 = backgroundKind == 3 ? min<f32>(1, max<f32>(0, t)) : 0;
  const c = backgroundColors;
  skyR = load<f32>(c) + (load<f32>(c, 12) - load<f32>(c)) * k;
  skyG = load<f32>(c, 4) + (load<f32>(c, 16) - load<f32>(c, 4)) * k;
  skyB = load<f32>(c, 8) + (load<f32>(c, 20) - load<f32>(c, 8)) * k;
}

export let frameS: f32 = 0;
export let frameT: f32 = 0;
/** The place on the frame where direction (x, y, z) would leave the camera. */
export function projectToFrame(x: f32, y: f32, z: f32): void {
  const c = camera;
  const rx = load<f32>(c, 12), ry = load<f32>(c, 16), rz = load<f32>(c, 20);
  const ux = load<f32>(c, 24), uy = load<f32>(c, 28), uz = load<f32>(c, 32);
  const ahead = max<f32>(<f32>1e-3, x * load<f32>(c, 36) + y * load<f32>(c, 40) + z * load<f32>(c, 44));
  const a: f32 = (x * rx + y * ry + z * rz) / ((rx * rx + ry * ry + rz * rz) * ahead);
  const b: f32 = (x * ux + y * uy + z * uz) / ((ux * ux + uy * uy + uz * uz) * ahead);
  frameS = min<f32>(1, max<f32>(0, (a + <f32>1) * <f32>0.5));
  frameT = min<f32>(1, max<f32>(0, (<f32>1 - b) * <f32>0.5));
}
