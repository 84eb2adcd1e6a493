import { type Camera, fovYDegreesOf } from '@diorama/contracts';
import type { Vec3 } from '@diorama/tracer';
import type { SceneExtent } from './extent.ts';
import { add, cross, dot, normalize, scale, subtract } from './vector.ts';

/** How the subject sits in an automatically framed picture. */
export interface Framing {
  /** Degrees above the horizon from which the camera looks. */
  readonly elevation: number;
  /** Degrees away from the front (+Z), towards +X. */
  readonly azimuth: number;
  readonly fovYDegrees: number;
  /** Share of the frame that the subject fills along its tighter axis. */
  readonly fill: number;
  /** Middle of the subject above the middle of the frame, as a share of its height; negative = lower. */
  readonly lift: number;
}

/**
 * The way a photographer would begin: from three quarters of the front, low for a single object, higher for something
 * wide and flat.
 *
 * @param lowElevation Degrees above the horizon for what is neither wide nor flat.
 */
export function framingFor(extent: SceneExtent, lowElevation = 14, focalLengthMm = 62): Framing {
  const [w, h, d] = [0, 1, 2].map((axis) => extent.max[axis]! - extent.min[axis]!) as [
    number,
    number,
    number,
  ];
  const flatness = h / Math.max(w, d, 1e-6);
  return {
    elevation: flatness < 0.12 ? 32 : flatness < 0.3 ? 22 : lowElevation,
    azimuth: 33,
    fovYDegrees: fovYDegreesOf(focalLengthMm),
    fill: 0.62,
    lift: -0.015,
  };
}

/**
 * A camera that shows the whole extent.
 *
 * @param ratio Width divided by height of the picture.
 */
export function frameExtent(extent: SceneExtent, ratio: number, framing: Framing): Camera {
  const elevation = (framing.elevation * Math.PI) / 180;
  const azimuth = (framing.azimuth * Math.PI) / 180;
  const back: Vec3 = [
    Math.sin(azimuth) * Math.cos(elevation),
    Math.sin(elevation),
    Math.cos(azimuth) * Math.cos(elevation),
  ];
  const right = normalize(cross([0, 1, 0], back), [1, 0, 0]);
  const up = cross(back, right);
  const tanY = Math.tan((framing.fovYDegrees * Math.PI) / 360);
  const tanX = tanY * ratio;

  let target = extent.center;
  let distance = extent.radius / tanY;
  // The middle of what is seen depends on the distance and the other way round; a few rounds settle both.
  for (let round = 0; round < 6; round++) {
    let needed = 1e-3 * extent.radius;
    let [left, rightmost, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i + 2 < extent.points.length; i += 3) {
      const offset = subtract([extent.points[i]!, extent.points[i + 1]!, extent.points[i + 2]!], target);
      const x = dot(offset, right);
      const y = dot(offset, up);
      const z = dot(offset, back);
      needed = Math.max(needed, z + Math.max(Math.abs(x) / tanX, Math.abs(y) / tanY) / framing.fill);
      const depth = Math.max(distance - z, 1e-3 * extent.radius);
      left = Math.min(left, x / depth);
      rightmost = Math.max(rightmost, x / depth);
      low = Math.min(low, y / depth);
      high = Math.max(high, y / depth);
    }
    if (round < 5) {
      target = add(target, scale(right, ((left + rightmost) / 2) * distance));
      target = add(target, scale(up, ((low + high) / 2) * distance));
    }
    distance = needed;
  }
  target = add(target, scale(up, -framing.lift * 2 * tanY * distance));
  return {
    position: [...add(target, scale(back, distance))],
    target: [...target],
    fovYDegrees: framing.fovYDegrees,
  };
}
