// Thin-lens camera. Record: position, right and up (scaled to the frame's half size at distance 1), forward, lens, focus.
import { cosOut, sinCosTurns, sinOut } from './math';
import { camera, filmHeight, filmWidth } from './scene';
import { frameS, frameT } from './environment';

export let rayOX: f32 = 0;
export let rayOY: f32 = 0;
export let rayOZ: f32 = 0;
export let rayDX: f32 = 0;
export let rayDY: f32 = 0;
export let rayDZ: f32 = 0;

/** Radius of the reconstruction filter, pixels: a tent this wide has the spread of a 1.5 pixel Blackman-Harris window. */
const FILTER_RADIUS: f32 = 0.75;

@inline function tent(u: f32): f32 {
  return u < <f32>0.5 ? sqrt<f32>(u + u) - <f32>1 : <f32>1 - sqrt<f32>(<f32>2 - u - u);
}

/** Ray through pixel (x, y); (fu, fv) moves it within the filter, (lu, lv) on the lens. */
export function cameraRay(x: i32, y: i32, fu: f32, fv: f32, lu: f32, lv: f32): void {
  shoot((<f32>x + <f32>0.5 + tent(fu) * FILTER_RADIUS) / <f32>filmWidth, (<f32>y + <f32>0.5 + tent(fv) * FILTER_RADIUS) / <f32>filmHeight, lu, lv, true);
}
/** Ray through the exact centre of the pixel and of the lens. */
export function centreRay(x: i32, y: i32): void {
  shoot((<f32>x + <f32>0.5) / <f32>filmWidth, (<f32>y + <f32>0.5) / <f32>filmHeight, 0, 0, false);
}

function shoot(s: f32, t: f32, lu: f32, lv: f32, lens: bool): void {
  const c = camera;
  frameS = s;
  frameT = t;
  const a: f32 = s * 2 - 1, b: f32 = <f32>1 - t * 2;
  let dx: f32 = load<f32>(c, 36) + load<f32>(c, 12) * a + load<f32>(c, 24) * b;
  let dy: f32 = load<f32>(c, 40) + load<f32>(c, 16) * a + load<f32>(c, 28) * b;
  let dz: f32 = load<f32>(c, 44) + load<f32>(c, 20) * a + load<f32>(c, 32) * b;
  rayOX = load<f32>(c); rayOY = load<f32>(c, 4); rayOZ = load<f32>(c, 8);
  const aperture = load<f32>(c, 48);
  if (lens && aperture > 0) {
    const focus = load<f32>(c, 52);
    sinCosTurns(lu);
    const r: f32 = aperture * sqrt<f32>(lv);
    const rx = load<f32>(c, 12), ry = load<f32>(c, 16), rz = load<f32>(c, 20), ux = load<f32>(c, 24), uy = load<f32>(c, 28), uz = load<f32>(c, 32);
    const p: f32 = r * cosOut / sqrt<f32>(rx * rx + ry * ry + rz * rz), q: f32 = r * sinOut / sqrt<f32>(ux * ux + uy * uy + uz * uz);
    const ox: f32 = rx * p + ux * q, oy: f32 = ry * p + uy * q, oz: f32 = rz * p + uz * q;
    rayOX += ox; rayOY += oy; rayOZ += oz;
    dx = dx * focus - ox; dy = dy * focus - oy; dz = dz * focus - oz;
  }
  const k: f32 = <f32>1 / sqrt<f32>(dx * dx + dy * dy + dz * dz);
  rayDX = dx * k; rayDY = dy * k; rayDZ = dz * k;
}
