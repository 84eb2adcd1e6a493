import type { Vec3 } from '@diorama/contracts';

/** 4x4, column-major, as in glTF: the translation stands at 12, 13, 14. */
export type Mat4 = Float64Array;

/** xyzw, as in glTF. */
export type Quaternion = [number, number, number, number];

export interface Transform {
  readonly translation: Vec3;
  readonly rotation: Quaternion;
  readonly scale: Vec3;
}

export function identityMatrix(): Mat4 {
  const m = new Float64Array(16);
  m[0] = m[5] = m[10] = m[15] = 1;
  return m;
}

/** a * b: first b, then a. */
export function multiplyMatrices(a: Mat4, b: Mat4): Mat4 {
  const out = new Float64Array(16);
  for (let column = 0; column < 16; column += 4) {
    const b0 = b[column]!;
    const b1 = b[column + 1]!;
    const b2 = b[column + 2]!;
    const b3 = b[column + 3]!;
    for (let row = 0; row < 4; row += 1)
      out[column + row] = a[row]! * b0 + a[row + 4]! * b1 + a[row + 8]! * b2 + a[row + 12]! * b3;
  }
  return out;
}

/** Scale, then rotate, then translate. A quaternion of any length but zero is normalised; zero means no rotation. */
export function composeMatrix({ translation, rotation, scale }: Transform): Mat4 {
  const length = Math.hypot(...rotation);
  const [x, y, z, w] = length > 1e-12 ? rotation.map((c) => c / length) : [0, 0, 0, 1];
  const [sx, sy, sz] = scale;
  const m = new Float64Array(16);
  m[0] = (1 - 2 * (y! * y! + z! * z!)) * sx;
  m[1] = 2 * (x! * y! + z! * w!) * sx;
  m[2] = 2 * (x! * z! - y! * w!) * sx;
  m[4] = 2 * (x! * y! - z! * w!) * sy;
  m[5] = (1 - 2 * (x! * x! + z! * z!)) * sy;
  m[6] = 2 * (y! * z! + x! * w!) * sy;
  m[8] = 2 * (x! * z! + y! * w!) * sz;
  m[9] = 2 * (y! * z! - x! * w!) * sz;
  m[10] = (1 - 2 * (x! * x! + y! * y!)) * sz;
  m[12] = translation[0];
  m[13] = translation[1];
  m[14] = translation[2];
  m[15] = 1;
  return m;
}

/** Determinant of the upper left 3x3; negative where the matrix mirrors. */
export function determinant3(m: Mat4): number {
  return (
    m[0]! * (m[5]! * m[10]! - m[6]! * m[9]!) -
    m[4]! * (m[1]! * m[10]! - m[2]! * m[9]!) +
    m[8]! * (m[1]! * m[6]! - m[2]! * m[5]!)
  );
}

/**
 * Splits an affine matrix into translation, rotation and scale. Shear has no place in the three and is lost; a mirror
 * ends up as a negative X scale.
 */
export function decomposeMatrix(m: Mat4): Transform {
  let sx = Math.hypot(m[0]!, m[1]!, m[2]!);
  const sy = Math.hypot(m[4]!, m[5]!, m[6]!);
  const sz = Math.hypot(m[8]!, m[9]!, m[10]!);
  if (determinant3(m) < 0) sx = -sx;
  const ix = sx === 0 ? 0 : 1 / sx;
  const iy = sy === 0 ? 0 : 1 / sy;
  const iz = sz === 0 ? 0 : 1 / sz;
  const r = [
    m[0]! * ix,
    m[1]! * ix,
    m[2]! * ix,
    m[4]! * iy,
    m[5]! * iy,
    m[6]! * iy,
    m[8]! * iz,
    m[9]! * iz,
    m[10]! * iz,
  ];
  // Adding zero turns -0, which JSON does not keep, into 0.
  const [x, y, z, w] = quaternionOf(r);
  return {
    translation: [m[12]! + 0, m[13]! + 0, m[14]! + 0],
    rotation: [x + 0, y + 0, z + 0, w + 0],
    scale: [sx, sy, sz],
  };
}

/** From a column-major 3x3 rotation; the largest component is computed first so that no root is taken of almost zero. */
function quaternionOf(r: readonly number[]): Quaternion {
  const [m00, m10, m20, m01, m11, m21, m02, m12, m22] = r as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const trace = m00 + m11 + m22;
  let q: Quaternion;
  if (trace > 0) {
    const s = 2 * Math.sqrt(trace + 1);
    q = [(m21 - m12) / s, (m02 - m20) / s, (m10 - m01) / s, s / 4];
  } else if (m00 > m11 && m00 > m22) {
    const s = 2 * Math.sqrt(Math.max(0, 1 + m00 - m11 - m22)) || 1;
    q = [s / 4, (m01 + m10) / s, (m02 + m20) / s, (m21 - m12) / s];
  } else if (m11 > m22) {
    const s = 2 * Math.sqrt(Math.max(0, 1 + m11 - m00 - m22)) || 1;
    q = [(m01 + m10) / s, s / 4, (m12 + m21) / s, (m02 - m20) / s];
  } else {
    const s = 2 * Math.sqrt(Math.max(0, 1 + m22 - m00 - m11)) || 1;
    q = [(m02 + m20) / s, (m12 + m21) / s, s / 4, (m10 - m01) / s];
  }
  const length = Math.hypot(...q);
  return length > 1e-12 ? [q[0] / length, q[1] / length, q[2] / length, q[3] / length] : [0, 0, 0, 1];
}

/** Inverse of an affine matrix; undefined when it flattens space. */
export function invertMatrix(m: Mat4): Mat4 | undefined {
  const det = determinant3(m);
  if (!(Math.abs(det) > 1e-300)) return undefined;
  const out = new Float64Array(16);
  out[0] = (m[5]! * m[10]! - m[6]! * m[9]!) / det;
  out[1] = (m[2]! * m[9]! - m[1]! * m[10]!) / det;
  out[2] = (m[1]! * m[6]! - m[2]! * m[5]!) / det;
  out[4] = (m[6]! * m[8]! - m[4]! * m[10]!) / det;
  out[5] = (m[0]! * m[10]! - m[2]! * m[8]!) / det;
  out[6] = (m[2]! * m[4]! - m[0]! * m[6]!) / det;
  out[8] = (m[4]! * m[9]! - m[5]! * m[8]!) / det;
  out[9] = (m[1]! * m[8]! - m[0]! * m[9]!) / det;
  out[10] = (m[0]! * m[5]! - m[1]! * m[4]!) / det;
  for (let row = 0; row < 3; row += 1)
    out[12 + row] = -(out[row]! * m[12]! + out[row + 4]! * m[13]! + out[row + 8]! * m[14]!);
  out[15] = 1;
  return out;
}

export function transformPoint(m: Mat4, [x, y, z]: Vec3): Vec3 {
  return [
    m[0]! * x + m[4]! * y + m[8]! * z + m[12]!,
    m[1]! * x + m[5]! * y + m[9]! * z + m[13]!,
    m[2]! * x + m[6]! * y + m[10]! * z + m[14]!,
  ];
}

/** Turns and scales without moving. The result is not normalised. */
export function transformDirection(m: Mat4, [x, y, z]: Vec3): Vec3 {
  return [
    m[0]! * x + m[4]! * y + m[8]! * z,
    m[1]! * x + m[5]! * y + m[9]! * z,
    m[2]! * x + m[6]! * y + m[10]! * z,
  ];
}
