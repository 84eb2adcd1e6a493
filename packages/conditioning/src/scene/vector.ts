import type { Vec3 } from '@diorama/tracer';

export function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

export function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

export function scale(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

export function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

export function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** Unit length; `fallback` when there is no direction in it. */
export function normalize(a: Vec3, fallback: Vec3 = [0, 0, 1]): Vec3 {
  const length = Math.hypot(a[0], a[1], a[2]);
  return length > 1e-12 && Number.isFinite(length) ? scale(a, 1 / length) : fallback;
}

/** `axis` must be horizontal and unit; turned about the vertical, `right` being a quarter turn on. */
export function turned(back: Vec3, right: Vec3, degrees: number): Vec3 {
  const radians = (degrees * Math.PI) / 180;
  return add(scale(back, Math.cos(radians)), scale(right, Math.sin(radians)));
}
