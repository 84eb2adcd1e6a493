// Scalar helpers. Everything is f32 and free of host functions, so bits do not depend on the machine.

export const PI: f32 = 3.14159265358979;
export const INV_PI: f32 = 0.318309886183791;
export const FAR: f32 = 1e30;

export let sinOut: f32 = 0;
export let cosOut: f32 = 1;

/** sine and cosine of `turns` full turns, to about 1e-7, into `sinOut` and `cosOut`. */
export function sinCosTurns(turns: f32): void {
  const quarter: f32 = turns * 4;
  const nearestQuarter: f32 = nearest<f32>(quarter);
  const q = <i32>nearestQuarter;
  const a: f32 = (quarter - nearestQuarter) * <f32>1.5707963267949;
  const a2: f32 = a * a;
  const s: f32 = a * (<f32>1 + a2 * (<f32>-0.16666667 + a2 * (<f32>0.0083333310 + a2 * <f32>-0.00019840874)));
  const c: f32 = <f32>1 + a2 * (<f32>-0.5 + a2 * (<f32>0.041666646 + a2 * (<f32>-0.0013887316 + a2 * <f32>2.4432e-5)));
  const swap = (q & 1) != 0;
  const sv: f32 = swap ? c : s;
  const cv: f32 = swap ? s : c;
  sinOut = (q & 2) != 0 ? -sv : sv;
  cosOut = ((q + 1) & 2) != 0 ? -cv : cv;
}

@inline export function clamp01(x: f32): f32 { return min<f32>(1, max<f32>(0, x)); }
@inline export function mix(a: f32, b: f32, t: f32): f32 { return a + (b - a) * t; }
@inline export function luminance(r: f32, g: f32, b: f32): f32 { return r * <f32>0.2126 + g * <f32>0.7152 + b * <f32>0.0722; }
@inline export function smoothStep(lo: f32, hi: f32, x: f32): f32 {
  const t = clamp01((x - lo) / (hi - lo));
  return t * t * (<f32>3 - <f32>2 * t);
}
@inline export function pow5(x: f32): f32 { const x2: f32 = x * x; return x2 * x2 * x; }

/** atan2 in turns (-0.5 to 0.5), error below 1e-6 turns. */
export function atan2Turns(y: f32, x: f32): f32 {
  const ax = abs<f32>(x), ay = abs<f32>(y);
  const big = max<f32>(ax, ay);
  if (big == 0) return 0;
  const z: f32 = min<f32>(ax, ay) / big;
  const z2: f32 = z * z;
  let t: f32 = z * (<f32>0.15915177 + z2 * (<f32>-0.05294996 + z2 * (<f32>0.03087922 + z2 * (<f32>-0.01873177 + z2 * (<f32>0.00860753 + z2 * <f32>-0.00195756)))));
  if (ay > ax) t = <f32>0.25 - t;
  if (x < 0) t = <f32>0.5 - t;
  return y < 0 ? -t : t;
}

/** acos in half turns (0 to 1), error below 1e-6. */
export function acosHalfTurns(x: f32): f32 {
  const a = min<f32>(1, abs<f32>(x));
  const t: f32 = sqrt<f32>(<f32>1 - a) * (<f32>0.49999945 + a * (<f32>-0.06828217 + a * (<f32>0.02800783 + a * (<f32>-0.01447399 + a * (<f32>0.00641005 + a * <f32>-0.00150579)))));
  return x < 0 ? <f32>1 - t : t;
}
