import { type Camera, focalLengthMmOf, type Vec3 } from '@diorama/contracts';

/** Less is rounding: a millimetre, a tenth of a degree. */
const MOVED_M = 1e-3;
const TURNED_DEGREES = 0.1;
const FOV_DEGREES = 0.05;

/** What was done with a camera, seen through it as it was before: "1.2 m closer, 0.3 m to the left, turned by 12°". */
export function cameraChangeInWords(before: Camera, after: Camera): string | null {
  const { right, up, forward } = axesOf(before);
  const step = subtract(after.position, before.position);
  const parts: string[] = [];
  const along = (axis: Vec3, positive: string, negative: string) => {
    const distance = dot(step, axis);
    if (Math.abs(distance) >= MOVED_M)
      parts.push(`${metres(Math.abs(distance))} ${distance > 0 ? positive : negative}`);
  };
  along(forward, 'forward', 'back');
  along(right, 'to the right', 'to the left');
  along(up, 'up', 'down');
  const turned = degreesBetween(forward, axesOf(after).forward);
  if (turned >= TURNED_DEGREES)
    parts.push(`turned by ${turned < 10 ? turned.toFixed(1) : turned.toFixed(0)}°`);
  if (Math.abs(after.fovYDegrees - before.fovYDegrees) >= FOV_DEGREES)
    parts.push(`${after.fovYDegrees < before.fovYDegrees ? 'longer' : 'wider'} lens`);
  if (parts.length === 0) return null;
  const words = parts.join(', ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** "at 3.00, 2.00, 4.00 m, towards 0.00, 0.60, 0.00 m, 38 mm (35°)". */
export function cameraInNumbers({ position, target, fovYDegrees }: Camera): string {
  const point = (place: Vec3) => place.map((value) => value.toFixed(2)).join(', ');
  return `at ${point(position)} m, towards ${point(target)} m, ${Math.round(focalLengthMmOf(fovYDegrees))} mm (${Math.round(fovYDegrees * 10) / 10}°)`;
}

/** "4 mm", "32 cm", "1.20 m". */
export function metres(distanceM: number): string {
  if (distanceM < 0.0995)
    return `${distanceM < 0.0095 ? (distanceM * 1000).toFixed(0) : (distanceM * 100).toFixed(1)} ${distanceM < 0.0095 ? 'mm' : 'cm'}`;
  if (distanceM < 0.995) return `${(distanceM * 100).toFixed(0)} cm`;
  return `${distanceM.toFixed(distanceM < 100 ? 2 : 0)} m`;
}

function axesOf({ position, target }: Camera): { right: Vec3; up: Vec3; forward: Vec3 } {
  const forward = normalize(subtract(target, position));
  // Straight up or down there is no right hand; any will do.
  const side = Math.hypot(forward[0], forward[2]) < 1e-9 ? ([1, 0, 0] as Vec3) : cross(forward, [0, 1, 0]);
  const right = normalize(side);
  return { forward, right, up: cross(right, forward) };
}

const subtract = (a: Vec3, b: Vec3): Vec3 => [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
const dot = (a: Vec3, b: Vec3) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a: Vec3, b: Vec3): Vec3 => [
  a[1] * b[2] - a[2] * b[1],
  a[2] * b[0] - a[0] * b[2],
  a[0] * b[1] - a[1] * b[0],
];
const normalize = (a: Vec3): Vec3 => {
  const length = Math.hypot(...a) || 1;
  return [a[0] / length, a[1] / length, a[2] / length];
};
const degreesBetween = (a: Vec3, b: Vec3) =>
  (Math.atan2(Math.hypot(...cross(a, b)), dot(a, b)) * 180) / Math.PI;
