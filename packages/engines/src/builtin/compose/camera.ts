import { type Camera, focalLengthMmOf, fovYDegreesOf, type Look } from '@diorama/contracts';
import type { TraceCamera, Vec3 } from '@diorama/tracer';
import type { StageAxes } from '../environment/studio-rig.ts';
import type { SceneExtent } from './extent.ts';
import { add, cross, dot, normalize, scale, subtract } from './vector.ts';

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

/** The camera's horizontal axes, which lights and backdrops are placed by. */
export function stageAxesOf(camera: Camera): StageAxes {
  const { right } = viewOf(camera);
  const flat = normalize([right[0], 0, right[2]], [1, 0, 0]);
  return { right: flat, back: [-flat[2], 0, flat[0]] };
}

/** How the subject sits in an automatically framed picture. */
interface Composition {
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
 * A camera that shows the whole scene the way a photographer would begin: from three quarters of the front, low for
 * a single object, higher for something wide and flat, with more air above than below where there is a sky.
 *
 * @param ratio Width divided by height of the picture.
 */
export function frameAutomatically(extent: SceneExtent, ratio: number, look: Look): Camera {
  const composition = composeFor(extent, look);
  const elevation = (composition.elevation * Math.PI) / 180;
  const azimuth = (composition.azimuth * Math.PI) / 180;
  const back: Vec3 = [
    Math.sin(azimuth) * Math.cos(elevation),
    Math.sin(elevation),
    Math.cos(azimuth) * Math.cos(elevation),
  ];
  const right = normalize(cross([0, 1, 0], back), [1, 0, 0]);
  const up = cross(back, right);
  const tanY = Math.tan((composition.fovYDegrees * Math.PI) / 360);
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
      needed = Math.max(needed, z + Math.max(Math.abs(x) / tanX, Math.abs(y) / tanY) / composition.fill);
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
  target = add(target, scale(up, -composition.lift * 2 * tanY * distance));
  return {
    position: [...add(target, scale(back, distance))],
    target: [...target],
    fovYDegrees: composition.fovYDegrees,
  };
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

function composeFor(extent: SceneExtent, look: Look): Composition {
  const [w, h, d] = [0, 1, 2].map((axis) => extent.max[axis]! - extent.min[axis]!) as [
    number,
    number,
    number,
  ];
  const breadth = Math.max(w, d, 1e-6);
  const flatness = h / breadth;
  const outdoors = look.lighting.kind !== 'studio' && look.background.kind === 'environment';
  const focal = look.lens.focalLengthMm ?? (outdoors ? 42 : 62);
  // A long lens sees little above: the camera goes down with it, so that the horizon stays in the picture.
  const low = outdoors ? Math.min(7.5, fovYDegreesOf(focal) * 0.3) : 14;
  if (look.directives.some(({ category, text }) => category === 'lens' && ISOMETRIC.test(text)))
    return {
      elevation: 35.264,
      azimuth: 45,
      fovYDegrees: fovYDegreesOf(focal),
      fill: FILL[look.style],
      lift: 0,
    };
  const elevation = flatness < 0.12 ? 32 : flatness < 0.3 ? 22 : low;
  return {
    elevation,
    azimuth: 33,
    fovYDegrees: fovYDegreesOf(focal),
    fill: FILL[look.style],
    lift: outdoors ? -0.05 : -0.015,
  };
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
