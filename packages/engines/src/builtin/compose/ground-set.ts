import type { SceneExtent } from '@diorama/conditioning';
import { add, scale, viewOf } from '@diorama/conditioning';
import type { Camera, Ground } from '@diorama/contracts';
import type { Vec3 } from '@diorama/tracer';
import { stageAxesOf } from './camera.ts';

/** A piece of the set around the subject, in world space. */
export interface SetPiece {
  readonly part: 'floor' | 'plinth';
  readonly positions: Float32Array;
  readonly normals: Float32Array;
  readonly indices: Uint32Array;
}

/** The endless floor ends here, in radii of the scene: its edge is then far below a pixel under the horizon. */
const PLANE_RADII = 1_500;
/** The floor lies this share of the radius lower than the lowest point, so that equal planes do not fight. */
const GAP = 4e-4;

/**
 * Builds floor, backdrop or podium to the measure of the scene, under its lowest point.
 *
 * @param hasOwnFloor The scene brings a floor; what is added then lies a little lower and only reaches beyond it.
 */
export function buildGroundSet(
  kind: Ground['kind'],
  extent: SceneExtent,
  camera: Camera,
  hasOwnFloor: boolean,
): SetPiece[] {
  const level = extent.min[1] - extent.radius * (hasOwnFloor ? GAP * 12 : GAP);
  switch (kind) {
    case 'none':
      return [];
    case 'plane':
      return [plane(extent, level)];
    case 'backdrop':
      return [backdrop(extent, camera, level)];
    case 'plinth': {
      const radius = Math.hypot(extent.max[0] - extent.min[0], extent.max[2] - extent.min[2]) * 0.5 * 1.14;
      const height = Math.max(radius * 0.16, extent.radius * 0.1);
      return [backdrop(extent, camera, level - height), podium(extent.center, radius, level - height, level)];
    }
  }
}

function plane(extent: SceneExtent, level: number): SetPiece {
  const reach = extent.radius * PLANE_RADII;
  const [x, , z] = extent.center;
  return {
    part: 'floor',
    positions: Float32Array.from([
      x - reach,
      level,
      z - reach,
      x - reach,
      level,
      z + reach,
      x + reach,
      level,
      z + reach,
      x + reach,
      level,
      z - reach,
    ]),
    normals: Float32Array.from([0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0]),
    indices: Uint32Array.of(0, 1, 2, 0, 2, 3),
  };
}

const BEND_STEPS = 24;

/**
 * Floor, bend and wall as one smooth surface across the view. The wall is only as high and as wide as the camera
 * sees, because it would keep the lamps behind it from reaching the subject.
 */
function backdrop(extent: SceneExtent, camera: Camera, level: number): SetPiece {
  const { radius, center } = extent;
  const { back, right } = stageAxesOf(camera);
  const view = viewOf(camera);
  const cameraAway = (camera.position[0] - center[0]) * back[0] + (camera.position[2] - center[2]) * back[2];
  const behind = radius * 2.1;
  const bend = radius * 1.7;
  const distance = Math.max(radius, cameraAway + behind + bend);
  const tanY = Math.tan((camera.fovYDegrees * Math.PI) / 360);
  // The upper edge of the frame where it meets the wall.
  const slope = Math.tan(
    Math.min(1.3, Math.asin(Math.min(1, Math.max(-1, view.forward[1]))) + Math.atan(tanY)),
  );
  const wallTop = Math.min(
    radius * 14,
    Math.max(bend * 1.15, camera.position[1] - level + slope * distance + radius * 0.5),
  );
  const halfWidth = Math.max(radius * 6, distance * tanY * 3.2);
  const front = Math.max(radius * 5, cameraAway + radius * 4);

  // Profile: s runs from the front to the back, y up.
  const profile: { s: number; y: number; ns: number; ny: number }[] = [
    { s: -front, y: 0, ns: 0, ny: 1 },
    { s: behind, y: 0, ns: 0, ny: 1 },
  ];
  for (let i = 1; i <= BEND_STEPS; i++) {
    const a = (i / BEND_STEPS) * (Math.PI / 2);
    profile.push({
      s: behind + bend * Math.sin(a),
      y: bend * (1 - Math.cos(a)),
      ns: -Math.sin(a),
      ny: Math.cos(a),
    });
  }
  profile.push({ s: behind + bend, y: Math.max(wallTop, bend * 1.01), ns: -1, ny: 0 });

  const positions = new Float32Array(profile.length * 6);
  const normals = new Float32Array(profile.length * 6);
  const indices: number[] = [];
  for (const [i, { s, y, ns, ny }] of profile.entries()) {
    const middle: Vec3 = add([center[0], level + y, center[2]], scale(back, -s));
    const normal: Vec3 = [-back[0] * ns, ny, -back[2] * ns];
    for (const [j, side] of [-halfWidth, halfWidth].entries()) {
      positions.set(add(middle, scale(right, side)), (i * 2 + j) * 3);
      normals.set(normal, (i * 2 + j) * 3);
    }
    if (i > 0) {
      const a = (i - 1) * 2;
      indices.push(a, a + 1, a + 3, a, a + 3, a + 2);
    }
  }
  return { part: 'floor', positions, normals, indices: Uint32Array.from(indices) };
}

const PODIUM_SIDES = 128;

/** A round podium with a small rounded edge, which is what catches the light and says how large it is. */
function podium(center: Vec3, radius: number, from: number, to: number): SetPiece {
  const bevel = Math.min((to - from) * 0.18, radius * 0.03);
  const rings: { r: number; y: number; nr: number; ny: number }[] = [
    { r: radius, y: from, nr: 1, ny: 0 },
    { r: radius, y: to - bevel, nr: 1, ny: 0 },
  ];
  for (let i = 1; i <= 6; i++) {
    const a = (i / 6) * (Math.PI / 2);
    rings.push({
      r: radius - bevel * (1 - Math.cos(a)),
      y: to - bevel * (1 - Math.sin(a)),
      nr: Math.cos(a),
      ny: Math.sin(a),
    });
  }
  rings.push({ r: 0, y: to, nr: 0, ny: 1 });
  const positions: number[] = [];
  const normals: number[] = [];
  const indices: number[] = [];
  for (const [i, ring] of rings.entries()) {
    for (let side = 0; side < PODIUM_SIDES; side++) {
      const a = (side / PODIUM_SIDES) * 2 * Math.PI;
      positions.push(center[0] + Math.cos(a) * ring.r, ring.y, center[2] + Math.sin(a) * ring.r);
      normals.push(Math.cos(a) * ring.nr, ring.ny, Math.sin(a) * ring.nr);
      if (i === 0) continue;
      const below = (i - 1) * PODIUM_SIDES;
      const here = i * PODIUM_SIDES;
      const next = (side + 1) % PODIUM_SIDES;
      indices.push(below + side, here + side, here + next, below + side, here + next, below + next);
    }
  }
  return {
    part: 'plinth',
    positions: Float32Array.from(positions),
    normals: Float32Array.from(normals),
    indices: Uint32Array.from(indices),
  };
}
