/** Small vector and matrix algebra for building geometry. Right-handed, Y up, metres. */

export type Vec2 = readonly [number, number];
export type Vec3 = readonly [number, number, number];
/** Column-major 4x4, as in glTF. */
export type Matrix4 = readonly number[];

export const add = (a: Vec3, b: Vec3): Vec3 => [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
export const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
export const scaleBy = (a: Vec3, s: number): Vec3 => [a[0] * s, a[1] * s, a[2] * s];
export const addScaled = (a: Vec3, b: Vec3, s: number): Vec3 => [
  a[0] + b[0] * s,
  a[1] + b[1] * s,
  a[2] + b[2] * s,
];
export const dot = (a: Vec3, b: Vec3): number => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
export const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const length = (a: Vec3): number => Math.sqrt(dot(a, a));
export const distance = (a: Vec3, b: Vec3): number => length(subtract(a, b));
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
export const mixVec = (a: Vec3, b: Vec3, t: number): Vec3 => [
  mix(a[0], b[0], t),
  mix(a[1], b[1], t),
  mix(a[2], b[2], t),
];
export const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));
export const degrees = (d: number): number => (d * Math.PI) / 180;

/** Hermite step from 0 at `low` to 1 at `high`. */
export function smoothstep(low: number, high: number, x: number): number {
  const t = clamp((x - low) / (high - low), 0, 1);
  return t * t * (3 - 2 * t);
}

/** Unit vector, or +Y when `a` has no length. */
export function normalize(a: Vec3): Vec3 {
  const l = length(a);
  return l > 1e-20 ? [a[0] / l, a[1] / l, a[2] / l] : [0, 1, 0];
}

/** Any unit vector at a right angle to the unit vector `n`. */
export function perpendicular(n: Vec3): Vec3 {
  return normalize(Math.abs(n[0]) < 0.8 ? cross(n, [1, 0, 0]) : cross(n, [0, 0, 1]));
}

export const translation = (x: number, y: number, z: number): Matrix4 => [
  1,
  0,
  0,
  0,
  0,
  1,
  0,
  0,
  0,
  0,
  1,
  0,
  x,
  y,
  z,
  1,
];
export const scaling = (x: number, y = x, z = x): Matrix4 => [x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0, 0, 0, 0, 1];

export function rotationX(angleDegrees: number): Matrix4 {
  const c = Math.cos(degrees(angleDegrees));
  const s = Math.sin(degrees(angleDegrees));
  return [1, 0, 0, 0, 0, c, s, 0, 0, -s, c, 0, 0, 0, 0, 1];
}

export function rotationY(angleDegrees: number): Matrix4 {
  const c = Math.cos(degrees(angleDegrees));
  const s = Math.sin(degrees(angleDegrees));
  return [c, 0, -s, 0, 0, 1, 0, 0, s, 0, c, 0, 0, 0, 0, 1];
}

export function rotationZ(angleDegrees: number): Matrix4 {
  const c = Math.cos(degrees(angleDegrees));
  const s = Math.sin(degrees(angleDegrees));
  return [c, s, 0, 0, -s, c, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];
}

/** Columns are the images of the axes; the origin moves to `origin`. */
export function basis(x: Vec3, y: Vec3, z: Vec3, origin: Vec3): Matrix4 {
  return [...x, 0, ...y, 0, ...z, 0, ...origin, 1];
}

/** `multiply(a, b, c)` applies c first. */
export function multiply(...matrices: readonly Matrix4[]): Matrix4 {
  return matrices.reduce((a, b) => {
    const out = new Array<number>(16).fill(0);
    for (let column = 0; column < 4; column++)
      for (let row = 0; row < 4; row++)
        for (let k = 0; k < 4; k++) out[column * 4 + row]! += a[k * 4 + row]! * b[column * 4 + k]!;
    return out;
  });
}

export function transformPoint(m: Matrix4, p: Vec3): Vec3 {
  return [
    m[0]! * p[0] + m[4]! * p[1] + m[8]! * p[2] + m[12]!,
    m[1]! * p[0] + m[5]! * p[1] + m[9]! * p[2] + m[13]!,
    m[2]! * p[0] + m[6]! * p[1] + m[10]! * p[2] + m[14]!,
  ];
}

/** Quaternion xyzw of the rotation part of an orthonormal matrix. */
export function quaternionOf(m: Matrix4): [number, number, number, number] {
  const [m00, m10, m20] = [m[0]!, m[1]!, m[2]!];
  const [m01, m11, m21] = [m[4]!, m[5]!, m[6]!];
  const [m02, m12, m22] = [m[8]!, m[9]!, m[10]!];
  const trace = m00 + m11 + m22;
  if (trace > 0) {
    const s = 2 * Math.sqrt(trace + 1);
    return [(m21 - m12) / s, (m02 - m20) / s, (m10 - m01) / s, s / 4];
  }
  if (m00 > m11 && m00 > m22) {
    const s = 2 * Math.sqrt(1 + m00 - m11 - m22);
    return [s / 4, (m01 + m10) / s, (m02 + m20) / s, (m21 - m12) / s];
  }
  if (m11 > m22) {
    const s = 2 * Math.sqrt(1 + m11 - m00 - m22);
    return [(m01 + m10) / s, s / 4, (m12 + m21) / s, (m02 - m20) / s];
  }
  const s = 2 * Math.sqrt(1 + m22 - m00 - m11);
  return [(m02 + m20) / s, (m12 + m21) / s, s / 4, (m10 - m01) / s];
}
