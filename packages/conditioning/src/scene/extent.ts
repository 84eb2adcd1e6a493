import type { TraceMesh, Vec3 } from '@diorama/tracer';

/** The scene's box and a thinned set of its points, for framing and for placing sets. World space, metres. */
export interface SceneExtent {
  readonly min: Vec3;
  readonly max: Vec3;
  readonly center: Vec3;
  /** Half the diagonal of the box, at least a millimetre. */
  readonly radius: number;
  /** xyz of up to some thousand vertices. */
  readonly points: Float32Array;
}

const POINTS_MAX = 6_000;
const SMALLEST_RADIUS_M = 1e-3;

/** What an empty scene counts as: a metre around the origin, standing on the ground. */
export const EMPTY_EXTENT: SceneExtent = {
  min: [-0.5, 0, -0.5],
  max: [0.5, 1, 0.5],
  center: [0, 0.5, 0],
  radius: 0.87,
  points: new Float32Array([-0.5, 0, -0.5, 0.5, 1, 0.5]),
};

/** @returns null when there is no vertex. Vertices that are not finite are left out. */
export function measureExtent(meshes: readonly TraceMesh[]): SceneExtent | null {
  const min: [number, number, number] = [Infinity, Infinity, Infinity];
  const max: [number, number, number] = [-Infinity, -Infinity, -Infinity];
  const vertices = meshes.reduce((sum, mesh) => sum + mesh.positions.length / 3, 0);
  const step = Math.max(1, Math.ceil(vertices / POINTS_MAX));
  const points: number[] = [];
  let seen = 0;
  for (const { positions } of meshes) {
    for (let i = 0; i + 2 < positions.length; i += 3) {
      const x = positions[i]!;
      const y = positions[i + 1]!;
      const z = positions[i + 2]!;
      if (!Number.isFinite(x + y + z)) continue;
      const extreme = x < min[0] || y < min[1] || z < min[2] || x > max[0] || y > max[1] || z > max[2];
      if (x < min[0]) min[0] = x;
      if (y < min[1]) min[1] = y;
      if (z < min[2]) min[2] = z;
      if (x > max[0]) max[0] = x;
      if (y > max[1]) max[1] = y;
      if (z > max[2]) max[2] = z;
      if (extreme || seen % step === 0) points.push(x, y, z);
      seen++;
    }
  }
  if (seen === 0) return null;
  const center: Vec3 = [(min[0] + max[0]) / 2, (min[1] + max[1]) / 2, (min[2] + max[2]) / 2];
  const radius = Math.max(
    SMALLEST_RADIUS_M,
    Math.hypot(max[0] - min[0], max[1] - min[1], max[2] - min[2]) / 2,
  );
  return { min, max, center, radius, points: Float32Array.from(points) };
}

/** A mesh of at least this share of the scene's radius can be its stage; what is left must be this much smaller. */
const STAGE_SHARE = 0.6;
const SUBJECT_SHARE = 0.5;

/**
 * The extent of what a picture of the scene is about: a backdrop or a large ground around a small thing is left out.
 */
export function measureSubject(meshes: readonly TraceMesh[], whole: SceneExtent): SceneExtent {
  const rest = meshes.filter((mesh) => (measureExtent([mesh])?.radius ?? 0) < whole.radius * STAGE_SHARE);
  if (rest.length === 0 || rest.length === meshes.length) return whole;
  const subject = measureExtent(rest);
  return subject && subject.radius < whole.radius * SUBJECT_SHARE ? subject : whole;
}
