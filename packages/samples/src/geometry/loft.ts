import { addQuad, addTriangle, addVertex, emptySurface, type Surface, smoothed } from './surface.ts';
import {
  add,
  addScaled,
  cross,
  distance,
  normalize,
  perpendicular,
  scaleBy,
  subtract,
  type Vec2,
  type Vec3,
} from './vector.ts';

export interface LoftOptions {
  /** Close the first and the last ring with a fan, default true. */
  readonly caps?: boolean;
  /** Join the last ring to the first (a torus), default false. */
  readonly closed?: boolean;
  /** Default 40. */
  readonly creaseDegrees?: number;
  /** `along` puts texture u along the path (grain of turned wood), `around` puts it around. Default around. */
  readonly uDirection?: 'along' | 'around';
}

/**
 * A skin over rings of equally many points. Seen along the direction of stacking, rings run from x to z when they
 * stack towards +Y; `latheRing` and friends make them so.
 */
export function loft(rings: readonly (readonly Vec3[])[], options: LoftOptions = {}): Surface {
  const s = emptySurface();
  const n = rings[0]!.length;
  const rows = options.closed ? [...rings, rings[0]!] : rings;
  let along = 0;
  const around: number[] = [0];
  const widest = rings.reduce((best, ring) => (perimeter(ring) > perimeter(best) ? ring : best));
  for (let j = 0; j < n; j++) around.push(around[j]! + distance(widest[j]!, widest[(j + 1) % n]!));
  const flip = options.uDirection === 'along';
  for (let i = 0; i < rows.length; i++) {
    if (i > 0) {
      let widestStep = 0;
      for (let j = 0; j < n; j++) widestStep = Math.max(widestStep, distance(rows[i]![j]!, rows[i - 1]![j]!));
      along += widestStep;
    }
    for (let j = 0; j <= n; j++) {
      const u = around[j]!;
      addVertex(s, rows[i]![j % n]!, flip ? along : u, flip ? u : along);
    }
  }
  for (let i = 0; i + 1 < rows.length; i++)
    for (let j = 0; j < n; j++) {
      const a = i * (n + 1) + j;
      const b = a + n + 1;
      addQuad(s, a, b, b + 1, a + 1);
    }
  if ((options.caps ?? true) && !options.closed) {
    fan(s, rows[0]!, true);
    fan(s, rows[rows.length - 1]!, false);
  }
  return smoothed(s, options.creaseDegrees ?? 40);
}

function perimeter(ring: readonly Vec3[]): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i++) sum += distance(ring[i]!, ring[(i + 1) % ring.length]!);
  return sum;
}

function fan(s: Surface, ring: readonly Vec3[], first: boolean): void {
  if (perimeter(ring) < 1e-9) return;
  let sum: Vec3 = [0, 0, 0];
  for (const p of ring) sum = add(sum, p);
  const middle = scaleBy(sum, 1 / ring.length);
  const centre = addVertex(s, middle, 0, 0);
  const ids = ring.map((p) => addVertex(s, p, p[0] - middle[0], p[2] - middle[2]));
  for (let j = 0; j < ring.length; j++) {
    const [a, b] = [ids[j]!, ids[(j + 1) % ring.length]!];
    if (first) addTriangle(s, centre, a, b);
    else addTriangle(s, centre, b, a);
  }
}

/** Turns a profile of [radius, height] around the Y axis. Listed upwards on the outside of the solid. */
export function lathe(profile: readonly Vec2[], segments: number, options: LoftOptions = {}): Surface {
  const rings = profile.map(([r, y]) => ring(segments, (c, s) => [r * c, y, r * s]));
  return loft(rings, { caps: false, ...options });
}

/** `segments` points at equal angles; `at` gets cosine and sine. */
function ring(segments: number, at: (cosine: number, sine: number) => Vec3): Vec3[] {
  return Array.from({ length: segments }, (_, j) => {
    const angle = (j / segments) * Math.PI * 2;
    return at(Math.cos(angle), Math.sin(angle));
  });
}

/** A standing cylinder on y = 0 with rounded rims. */
export function cylinder(
  radius: number,
  height: number,
  segments: number,
  bevelM = 0,
  options: LoftOptions = {},
): Surface {
  const b = Math.min(bevelM, radius * 0.9, height * 0.49);
  const k = b * 0.3;
  const profile: Vec2[] =
    b > 0
      ? [
          [0, 0],
          [radius - b, 0],
          [radius - k, k],
          [radius, b],
          [radius, height - b],
          [radius - k, height - k],
          [radius - b, height],
          [0, height],
        ]
      : [
          [0, 0],
          [radius, 0],
          [radius, height],
          [0, height],
        ];
  return lathe(profile, segments, { creaseDegrees: b > 0 ? 50 : 40, ...options });
}

/** A ball around the origin. */
export function sphere(radius: number, segments = 32, rows = 16): Surface {
  const profile: Vec2[] = Array.from({ length: rows + 1 }, (_, i) => {
    const a = -Math.PI / 2 + (Math.PI * i) / rows;
    return [i === 0 || i === rows ? 0 : radius * Math.cos(a), radius * Math.sin(a)];
  });
  return lathe(profile, segments, { creaseDegrees: 80 });
}

/** Outline of a rectangle with round corners at height y, `cornerSteps` + 1 points a corner. */
export function roundedRectangleRing(
  width: number,
  depth: number,
  radius: number,
  y: number,
  cornerSteps = 6,
): Vec3[] {
  const r = Math.min(radius, width / 2, depth / 2);
  const points: Vec3[] = [];
  for (let corner = 0; corner < 4; corner++) {
    const cx = (corner === 0 || corner === 3 ? 1 : -1) * (width / 2 - r);
    const cz = (corner < 2 ? 1 : -1) * (depth / 2 - r);
    for (let i = 0; i <= cornerSteps; i++) {
      const angle = ((corner + i / cornerSteps) * Math.PI) / 2;
      points.push([cx + r * Math.cos(angle), y, cz + r * Math.sin(angle)]);
    }
  }
  return points;
}

/** Smooth curve through `points`, `steps` pieces between neighbours (Catmull-Rom). */
export function curveThrough(points: readonly Vec3[], steps: number, closed = false): Vec3[] {
  const n = points.length;
  const at = (i: number): Vec3 =>
    closed ? points[((i % n) + n) % n]! : points[Math.min(n - 1, Math.max(0, i))]!;
  const out: Vec3[] = [];
  const spans = closed ? n : n - 1;
  for (let i = 0; i < spans; i++)
    for (let k = 0; k < steps; k++) {
      const t = k / steps;
      const [p0, p1, p2, p3] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
      out.push(
        [0, 1, 2].map(
          (c) =>
            0.5 *
            (2 * p1[c]! +
              (p2[c]! - p0[c]!) * t +
              (2 * p0[c]! - 5 * p1[c]! + 4 * p2[c]! - p3[c]!) * t * t +
              (3 * p1[c]! - p0[c]! - 3 * p2[c]! + p3[c]!) * t * t * t),
        ) as unknown as Vec3,
      );
    }
  if (!closed) out.push(at(n - 1));
  return out;
}

/** A round tube along a path. `radius` is a number or a function of 0 (start) to 1 (end). */
export function tube(
  path: readonly Vec3[],
  radius: number | ((t: number) => number),
  segments: number,
  options: LoftOptions = {},
): Surface {
  const closed = options.closed ?? false;
  const n = path.length;
  const rings: Vec3[][] = [];
  let normal: Vec3 | null = null;
  for (let i = 0; i < n; i++) {
    const before = path[closed ? (i - 1 + n) % n : Math.max(0, i - 1)]!;
    const after = path[closed ? (i + 1) % n : Math.min(n - 1, i + 1)]!;
    const tangent = normalize(subtract(after, before));
    // Parallel transport keeps the tube from twisting where the path turns.
    const carried: Vec3 = normal ?? perpendicular(tangent);
    const flat = addScaled(
      carried,
      tangent,
      -(carried[0] * tangent[0] + carried[1] * tangent[1] + carried[2] * tangent[2]),
    );
    normal = normalize(flat);
    const side = cross(normal, tangent);
    const r = typeof radius === 'number' ? radius : radius(n > 1 ? i / (n - 1) : 0);
    const frame = normal;
    rings.push(ring(segments, (c, s) => addScaled(addScaled(path[i]!, frame, c * r), side, s * r)));
  }
  return loft(rings, { creaseDegrees: 60, uDirection: 'along', ...options });
}

/** Points of a level circle around the Y axis, for closed tubes. */
export const circlePath = (radius: number, y: number, points: number): Vec3[] =>
  ring(points, (cosine, sine) => [radius * cosine, y, radius * sine]);
