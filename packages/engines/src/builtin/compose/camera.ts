import {
  add,
  type Framing,
  frameExtent,
  framingFor,
  normalize,
  type SceneExtent,
  scale,
  viewOf,
} from '@diorama/conditioning';
import { type Camera, focalLengthMmOf, fovYDegreesOf, type Look } from '@diorama/contracts';
import type { StageAxes } from '../environment/studio-rig.ts';

/** The camera's horizontal axes, which lights and backdrops are placed by. */
export function stageAxesOf(camera: Camera): StageAxes {
  const { right } = viewOf(camera);
  const flat = normalize([right[0], 0, right[2]], [1, 0, 0]);
  return { right: flat, back: [-flat[2], 0, flat[0]] };
}

/**
 * A camera that shows the whole scene from three quarters of the front, with more air above than below where there is
 * a sky.
 *
 * @param ratio Width divided by height of the picture.
 */
export function frameAutomatically(extent: SceneExtent, ratio: number, look: Look): Camera {
  return frameExtent(extent, ratio, framingOf(extent, look));
}

/** A blueprint needs room for its measures; other drawings may fill the sheet. */
const FILL: Record<Look['style'], number> = {
  photo: 0.62,
  clay: 0.64,
  toon: 0.74,
  pencil: 0.72,
  ink: 0.72,
  watercolour: 0.72,
  blueprint: 0.58,
};

/** Words for a view along the diagonal of a cube, in which all three edges have one length. */
const ISOMETRIC = /isometric|axonometric/i;

function framingOf(extent: SceneExtent, look: Look): Framing {
  const outdoors = look.lighting.kind !== 'studio' && look.background.kind === 'environment';
  const focal = look.lens.focalLengthMm ?? (outdoors ? 42 : 62);
  const fill = FILL[look.style];
  if (look.directives.some(({ category, text }) => category === 'lens' && ISOMETRIC.test(text)))
    return { elevation: 35.264, azimuth: 45, fovYDegrees: fovYDegreesOf(focal), fill, lift: 0 };
  // A long lens sees little above: the camera goes down with it, so that the horizon stays in the picture.
  const low = outdoors ? Math.min(7.5, fovYDegreesOf(focal) * 0.3) : 14;
  return { ...framingFor(extent, low, focal), fill, lift: outdoors ? -0.05 : -0.015 };
}

/**
 * Changes the focal length the way a photographer walks: the camera moves along its axis so that things at
 * `subjectDistance` keep their size and only the perspective changes.
 *
 * @param subjectDistance Metres along the view axis.
 */
export function withFocalLength(camera: Camera, focalLengthMm: number, subjectDistance: number): Camera {
  if (Math.abs(focalLengthMmOf(camera.fovYDegrees) - focalLengthMm) < 0.05) return camera;
  const { forward } = viewOf(camera);
  const fovYDegrees = Math.min(150, Math.max(1, fovYDegreesOf(focalLengthMm)));
  const before = Math.tan((camera.fovYDegrees * Math.PI) / 360);
  const after = Math.tan((fovYDegrees * Math.PI) / 360);
  const distance = (subjectDistance * before) / after;
  const subject = add(camera.position, scale(forward, subjectDistance));
  const position = add(subject, scale(forward, -distance));
  return { position: [...position], target: [...subject], fovYDegrees };
}
