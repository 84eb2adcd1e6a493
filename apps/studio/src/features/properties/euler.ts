/** Degrees about X, Y and Z, applied in this order, as in three.js ("XYZ"). */
export type EulerDegrees = [number, number, number];
export type Quaternion = [number, number, number, number];

export function toEulerDegrees([x, y, z, w]: readonly [number, number, number, number]): EulerDegrees {
  const m11 = 1 - 2 * (y * y + z * z);
  const m12 = 2 * (x * y - w * z);
  const m13 = Math.max(-1, Math.min(1, 2 * (x * z + w * y)));
  const m22 = 1 - 2 * (x * x + z * z);
  const m23 = 2 * (y * z - w * x);
  const m32 = 2 * (y * z + w * x);
  const m33 = 1 - 2 * (x * x + y * y);
  const middle = Math.asin(m13);
  // Looking straight along X two of the angles turn the same way; the third then carries nothing.
  const [first, third] =
    Math.abs(m13) < 0.9999999 ? [Math.atan2(-m23, m33), Math.atan2(-m12, m11)] : [Math.atan2(m32, m22), 0];
  return [first, middle, third].map((angle) => (angle * 180) / Math.PI) as EulerDegrees;
}

export function fromEulerDegrees(degrees: Readonly<EulerDegrees>): Quaternion {
  const [a, b, c] = degrees.map((angle) => (angle * Math.PI) / 360) as EulerDegrees;
  const [c1, c2, c3] = [Math.cos(a), Math.cos(b), Math.cos(c)];
  const [s1, s2, s3] = [Math.sin(a), Math.sin(b), Math.sin(c)];
  return [
    s1 * c2 * c3 + c1 * s2 * s3,
    c1 * s2 * c3 - s1 * c2 * s3,
    c1 * c2 * s3 + s1 * s2 * c3,
    c1 * c2 * c3 - s1 * s2 * s3,
  ];
}
