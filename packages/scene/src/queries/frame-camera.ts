import type { Camera, Vec3 } from '@diorama/contracts';
import { type Bounds, centerOf, cornersOf } from '../math/bounds.ts';

export interface FrameOptions {
  /** Width divided by height of the frame. */
  readonly ratio: number;
  /** Default 35: about a 38 mm lens, close to how products and rooms are photographed. */
  readonly fovYDegrees?: number;
  /** From the subject towards the camera, any length. Default: three-quarter view from slightly above. */
  readonly direction?: Vec3;
  /** Share of the frame that the box spans along its tighter axis. Default 0.75. */
  readonly fill?: number;
}

const THREE_QUARTER: Vec3 = [0.62, 0.42, 1];
const COORDINATE_MAX = 1e6;
/** Nothing is framed closer than as if it were this large, metres; a single point has no size to fill a frame with. */
const SMALLEST_EXTENT_M = 1e-3;

/** A camera that shows the whole box, centred, with air around it. */
export function frameCamera(bounds: Bounds, options: FrameOptions): Camera {
  const { ratio, fovYDegrees = 35, direction = THREE_QUARTER, fill = 0.75 } = options;
  const back = normalize(direction) ?? normalize(THREE_QUARTER)!;
  const upHint: Vec3 = Math.abs(back[1]) > 0.999 ? [0, 0, -1] : [0, 1, 0];
  const right = normalize(cross(upHint, back))!;
  const up = cross(back, right);
  const tanY = Math.tan((fovYDegrees * Math.PI) / 360);
  const tanX = tanY * ratio;

  const corners = cornersOf(bounds);
  let target = centerOf(bounds);
  let distance = SMALLEST_EXTENT_M;
  // Perspective shows near corners larger than far ones, so the box's middle is not the picture's; few rounds settle it.
  for (let round = 0; round < 4; round += 1) {
    const seen = corners.map((corner) => {
      const offset = subtract(corner, target);
      return { x: dot(offset, right), y: dot(offset, up), z: dot(offset, back) };
    });
    distance = Math.max(
      SMALLEST_EXTENT_M / tanY,
      ...seen.map(({ x, y, z }) => z + Math.max(Math.abs(x) / tanX, Math.abs(y) / tanY) / fill),
    );
    if (round === 3) break;
    const xs = seen.map(({ x, z }) => x / (distance - z));
    const ys = seen.map(({ y, z }) => y / (distance - z));
    const shiftX = ((Math.min(...xs) + Math.max(...xs)) / 2) * distance;
    const shiftY = ((Math.min(...ys) + Math.max(...ys)) / 2) * distance;
    target = add(target, add(scale(right, shiftX), scale(up, shiftY)));
  }
  return {
    position: add(target, scale(back, distance)).map(clampCoordinate) as Vec3,
    target: target.map(clampCoordinate) as Vec3,
    fovYDegrees,
  };
}

function clampCoordinate(value: number): number {
  return Math.max(-COORDINATE_MAX, Math.min(COORDINATE_MAX, value));
}

function add(a: Vec3, b: Vec3): Vec3 {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function subtract(a: Vec3, b: Vec3): Vec3 {
  return [a[0] - b[0], a[1] - b[1], a[2] - b[2]];
}

function scale(a: Vec3, factor: number): Vec3 {
  return [a[0] * factor, a[1] * factor, a[2] * factor];
}

function dot(a: Vec3, b: Vec3): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vec3, b: Vec3): Vec3 {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function normalize(a: Vec3): Vec3 | undefined {
  const length = Math.hypot(...a);
  return length > 1e-12 && Number.isFinite(length) ? scale(a, 1 / length) : undefined;
}
