import type { Camera } from '@diorama/contracts';
import type { TraceCamera, Vec3 } from '@diorama/tracer';
import { cross, normalize, subtract } from './vector.ts';

/** A camera's place and axes in world space. */
export interface View {
  readonly position: Vec3;
  readonly forward: Vec3;
  readonly right: Vec3;
  readonly up: Vec3;
  readonly fovYDegrees: number;
}

export function viewOf(camera: Camera): View {
  const forward = normalize(subtract(camera.target, camera.position), [0, 0, -1]);
  const hint: Vec3 = Math.abs(forward[1]) > 0.999 ? [0, 0, forward[1] > 0 ? 1 : -1] : [0, 1, 0];
  const right = normalize(cross(forward, hint), [1, 0, 0]);
  return {
    position: camera.position,
    forward,
    right,
    up: cross(right, forward),
    fovYDegrees: camera.fovYDegrees,
  };
}

/** Blur of something infinitely far away at a depth of field of 1, as a share of the frame's height. */
const WIDEST_BLUR = 0.075;

/**
 * The lens for the tracer. The aperture is sized by the blur it makes in the frame, so a toy and a building look
 * equally shallow.
 *
 * @param depthOfField 0 = everything sharp, 1 = very shallow.
 * @param focusDistance Metres along the view axis.
 */
export function traceCameraOf(camera: Camera, depthOfField: number, focusDistance: number): TraceCamera {
  const { up } = viewOf(camera);
  const frameHeight = 2 * focusDistance * Math.tan((camera.fovYDegrees * Math.PI) / 360);
  const apertureRadiusM = (depthOfField ** 1.4 * WIDEST_BLUR * frameHeight) / 2;
  return {
    position: camera.position,
    target: camera.target,
    up,
    fovYDegrees: camera.fovYDegrees,
    apertureRadiusM,
    focusDistanceM: focusDistance,
  };
}
