// Lattice noise on four points at once: lane 0 is the shading point, lanes 1 and 2 its neighbours along the surface,
// so one evaluation gives both the pattern and the slope for the bump.

@inline export function all(x: f32): v128 { return f32x4.splat(x); }
@inline export function add(a: v128, b: v128): v128 { return f32x4.add(a, b); }
@inline export function sub(a: v128, b: v128): v128 { return f32x4.sub(a, b); }
@inline export function mul(a: v128, b: v128): v128 { return f32x4.mul(a, b); }
@inline export function scale(a: v128, k: f32): v128 { return f32x4.mul(a, f32x4.splat(k)); }
@inline export function offset(a: v128, k: f32): v128 { return f32x4.add(a, f32x4.splat(k)); }
@inline export function lerp(a: v128, b: v128, t: v128): v128 { return f32x4.add(a, f32x4.mul(f32x4.sub(b, a), t)); }
@inline export function saturate(a: v128): v128 { return f32x4.min(f32x4.max(a, f32x4.splat(0)), f32x4.splat(1)); }
@inline export function magnitude(a: v128): v128 { return f32x4.abs(a); }
@inline export function fraction(a: v128): v128 { return f32x4.sub(a, f32x4.floor(a)); }
@inline export function lane0(a: v128): f32 { return f32x4.extract_lane(a, 0); }
/** Smooth step from 0 at `lo` to 1 at `hi`. */
@inline export function ramp(lo: f32, hi: f32, a: v128): v128 {
  const t = saturate(f32x4.mul(f32x4.sub(a, f32x4.splat(lo)), f32x4.splat(<f32>1 / (hi - lo))));
  return f32x4.mul(f32x4.mul(t, t), f32x4.sub(f32x4.splat(3), f32x4.add(t, t)));
}
/** Triangle-like sine of `turns`, -1 to 1: a parabola, close enough for patterns. */
@inline export function wave(turns: v128): v128 {
  const t = f32x4.sub(turns, f32x4.nearest(turns));
  return f32x4.mul(f32x4.mul(t, f32x4.splat(8)), f32x4.sub(f32x4.splat(1), f32x4.mul(f32x4.splat(2), f32x4.abs(t))));
}

@inline function toInt(a: v128): v128 { return i32x4.trunc_sat_f32x4_s(a); }

@inline function mixBits(h: v128): v128 {
  let x = v128.xor(h, i32x4.shr_u(h, 15));
  x = i32x4.mul(x, i32x4.splat(0x2c1b3c6d));
  x = v128.xor(x, i32x4.shr_u(x, 12));
  x = i32x4.mul(x, i32x4.splat(0x297a2d39));
  return v128.xor(x, i32x4.shr_u(x, 15));
}

const PX: i32 = 0x45032168;
const PY: i32 = 0x3c6ef35f;
const PZ: i32 = 0x27d4eb2f;

/** Uniform [0, 1) number of a lattice cell; `salt` makes independent ones. */
@inline export function cellHash(ix: v128, iy: v128, iz: v128, salt: i32): v128 {
  const h = i32x4.add(i32x4.add(i32x4.mul(toInt(ix), i32x4.splat(PX)), i32x4.mul(toInt(iy), i32x4.splat(PY))), i32x4.add(i32x4.mul(toInt(iz), i32x4.splat(PZ)), i32x4.splat(salt)));
  return f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(mixBits(h), 8)), f32x4.splat(5.9604645e-8));
}

@inline function gradient(hx: v128, hy: v128, hz: v128, x: v128, y: v128, z: v128): v128 {
  const h = mixBits(i32x4.add(i32x4.add(hx, hy), hz));
  // Signed 10-bit components straight from the hash; not unit length, which patterns do not mind.
  const gx = f32x4.convert_i32x4_s(i32x4.shr_s(h, 22));
  const gy = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(h, 10), 22));
  const gz = f32x4.convert_i32x4_s(i32x4.shr_s(i32x4.shl(h, 20), 22));
  return f32x4.add(f32x4.add(f32x4.mul(gx, x), f32x4.mul(gy, y)), f32x4.mul(gz, z));
}
@inline function fade(t: v128): v128 {
  return f32x4.mul(f32x4.mul(f32x4.mul(t, t), t), f32x4.add(f32x4.mul(t, f32x4.sub(f32x4.mul(t, f32x4.splat(6)), f32x4.splat(15))), f32x4.splat(10)));
}

/** Gradient noise, about -1 to 1. */
export function noise(x: v128, y: v128, z: v128): v128 {
  const fx = f32x4.floor(x), fy = f32x4.floor(y), fz = f32x4.floor(z);
  const x0 = f32x4.sub(x, fx), y0 = f32x4.sub(y, fy), z0 = f32x4.sub(z, fz);
  const x1 = f32x4.sub(x0, f32x4.splat(1)), y1 = f32x4.sub(y0, f32x4.splat(1)), z1 = f32x4.sub(z0, f32x4.splat(1));
  const hx0 = i32x4.mul(toInt(fx), i32x4.splat(PX)), hx1 = i32x4.add(hx0, i32x4.splat(PX));
  const hy0 = i32x4.mul(toInt(fy), i32x4.splat(PY)), hy1 = i32x4.add(hy0, i32x4.splat(PY));
  const hz0 = i32x4.mul(toInt(fz), i32x4.splat(PZ)), hz1 = i32x4.add(hz0, i32x4.splat(PZ));
  const u = fade(x0), v = fade(y0), w = fade(z0);
  const near = lerp(
    lerp(gradient(hx0, hy0, hz0, x0, y0, z0), gradient(hx1, hy0, hz0, x1, y0, z0), u),
    lerp(gradient(hx0, hy1, hz0, x0, y1, z0), gradient(hx1, hy1, hz0, x1, y1, z0), u), v);
  const far = lerp(
    lerp(gradient(hx0, hy0, hz1, x0, y0, z1), gradient(hx1, hy0, hz1, x1, y0, z1), u),
    lerp(gradient(hx0, hy1, hz1, x0, y1, z1), gradient(hx1, hy1, hz1, x1, y1, z1), u), v);
  return f32x4.mul(lerp(near, far, w), f32x4.splat(0.0029));
}

/** Sum of `octaves` noises, each half as strong and twice (and a bit) as fine, about -1 to 1. */
export function fbm(x: v128, y: v128, z: v128, octaves: i32): v128 {
  let sum = noise(x, y, z);
  let amplitude: f32 = 0.5;
  let px = x, py = y, pz = z;
  for (let o = 1; o < octaves; o++) {
    // The turn between octaves hides the lattice.
    const qx = f32x4.add(f32x4.mul(px, f32x4.splat(1.62)), f32x4.mul(pz, f32x4.splat(1.21)));
    const qz = f32x4.sub(f32x4.mul(pz, f32x4.splat(1.62)), f32x4.mul(px, f32x4.splat(1.21)));
    px = f32x4.add(qx, f32x4.splat(17.3));
    py = f32x4.add(f32x4.mul(py, f32x4.splat(2.03)), f32x4.splat(-9.1));
    pz = f32x4.add(qz, f32x4.splat(5.7));
    sum = f32x4.add(sum, f32x4.mul(noise(px, py, pz), f32x4.splat(amplitude)));
    amplitude *= 0.5;
  }
  return sum;
}

export let cellNear: v128 = f32x4.splat(0);
export let cellSecond: v128 = f32x4.splat(0);
/** Uniform [0, 1) number of the nearest feature point. */
export let cellId: v128 = f32x4.splat(0);

/** Worley noise over the 2 x 2 x 2 cells around the point: squared distances to the two nearest feature points. */
export function cells(px: v128, py: v128, pz: v128): void {
  // Floors and walls like to stand at whole numbers, where no feature point ever is.
  const x = f32x4.add(px, f32x4.splat(0.37)), y = f32x4.add(py, f32x4.splat(0.53)), z = f32x4.add(pz, f32x4.splat(0.41));
  const bx = f32x4.floor(f32x4.sub(x, f32x4.splat(0.5))), by = f32x4.floor(f32x4.sub(y, f32x4.splat(0.5))), bz = f32x4.floor(f32x4.sub(z, f32x4.splat(0.5)));
  let first = f32x4.splat(9), second = f32x4.splat(9), id = f32x4.splat(0);
  for (let corner = 0; corner < 8; corner++) {
    const cx = f32x4.add(bx, f32x4.splat(<f32>(corner & 1)));
    const cy = f32x4.add(by, f32x4.splat(<f32>((corner >> 1) & 1)));
    const cz = f32x4.add(bz, f32x4.splat(<f32>(corner >> 2)));
    const h = mixBits(i32x4.add(i32x4.add(i32x4.mul(toInt(cx), i32x4.splat(PX)), i32x4.mul(toInt(cy), i32x4.splat(PY))), i32x4.mul(toInt(cz), i32x4.splat(PZ))));
    // Feature points stay in the middle 0.7 of their cell; further out the 2 x 2 x 2 search would miss some.
    const k = f32x4.splat(0.7 / 1024.0), o = f32x4.splat(0.15);
    const dx = f32x4.sub(f32x4.add(f32x4.add(cx, o), f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(h, 22)), k)), x);
    const dy = f32x4.sub(f32x4.add(f32x4.add(cy, o), f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(i32x4.shl(h, 10), 22)), k)), y);
    const dz = f32x4.sub(f32x4.add(f32x4.add(cz, o), f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(i32x4.shl(h, 20), 22)), k)), z);
    const d = f32x4.add(f32x4.add(f32x4.mul(dx, dx), f32x4.mul(dy, dy)), f32x4.mul(dz, dz));
    const closer = f32x4.lt(d, first);
    second = f32x4.min(second, f32x4.max(first, d));
    id = v128.bitselect(f32x4.mul(f32x4.convert_i32x4_s(i32x4.shr_u(i32x4.mul(h, i32x4.splat(0x2545f491)), 8)), f32x4.splat(5.9604645e-8)), id, closer);
    first = f32x4.min(first, d);
  }
  cellNear = first;
  cellSecond = second;
  cellId = id;
}
