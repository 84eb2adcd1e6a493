import { addQuad, addVertex, emptySurface, type Surface, smoothed } from './surface.ts';
import { addScaled, cross, normalize, type Vec3 } from './vector.ts';

export interface SheetOptions {
  /** Metres that texture u and v cover over the whole sheet, default 1. */
  readonly uLengthM?: number;
  readonly vLengthM?: number;
  /** Default 60. */
  readonly creaseDegrees?: number;
}

/**
 * A surface over the unit square. It faces the side from which u runs right and v runs up (with u = x and v = -z that
 * is +Y).
 */
export function sheet(
  nu: number,
  nv: number,
  at: (u: number, v: number) => Vec3,
  options: SheetOptions = {},
): Surface {
  const s = emptySurface();
  for (let j = 0; j <= nv; j++)
    for (let i = 0; i <= nu; i++)
      addVertex(
        s,
        at(i / nu, j / nv),
        (i / nu) * (options.uLengthM ?? 1),
        (1 - j / nv) * (options.vLengthM ?? 1),
      );
  for (let j = 0; j < nv; j++)
    for (let i = 0; i < nu; i++) {
      const a = j * (nu + 1) + i;
      addQuad(s, a, a + 1, a + nu + 2, a + nu + 1);
    }
  return smoothed(s, options.creaseDegrees ?? 60);
}

/** A sheet with a thickness: a closed solid whose front is the sheet itself. */
export function thickSheet(
  nu: number,
  nv: number,
  at: (u: number, v: number) => Vec3,
  thicknessM: number,
  options: SheetOptions = {},
): Surface {
  const s = emptySurface();
  const count = (nu + 1) * (nv + 1);
  const grid = Array.from({ length: nv + 1 }, (_, j) =>
    Array.from({ length: nu + 1 }, (_, i) => at(i / nu, j / nv)),
  );
  const between = (a: Vec3, b: Vec3): Vec3 => [b[0] - a[0], b[1] - a[1], b[2] - a[2]];
  for (const layer of [0, 1])
    for (let j = 0; j <= nv; j++)
      for (let i = 0; i <= nu; i++) {
        const p = grid[j]![i]!;
        const alongU = between(grid[j]![Math.max(0, i - 1)]!, grid[j]![Math.min(nu, i + 1)]!);
        const alongV = between(grid[Math.max(0, j - 1)]![i]!, grid[Math.min(nv, j + 1)]![i]!);
        addVertex(
          s,
          layer === 0 ? p : addScaled(p, normalize(cross(alongU, alongV)), -thicknessM),
          (i / nu) * (options.uLengthM ?? 1),
          (1 - j / nv) * (options.vLengthM ?? 1),
        );
      }
  const id = (layer: number, i: number, j: number): number => layer * count + j * (nu + 1) + i;
  for (let j = 0; j < nv; j++)
    for (let i = 0; i < nu; i++) {
      addQuad(s, id(0, i, j), id(0, i + 1, j), id(0, i + 1, j + 1), id(0, i, j + 1));
      addQuad(s, id(1, i, j), id(1, i, j + 1), id(1, i + 1, j + 1), id(1, i + 1, j));
    }
  for (let i = 0; i < nu; i++) {
    addQuad(s, id(1, i, 0), id(1, i + 1, 0), id(0, i + 1, 0), id(0, i, 0));
    addQuad(s, id(0, i, nv), id(0, i + 1, nv), id(1, i + 1, nv), id(1, i, nv));
  }
  for (let j = 0; j < nv; j++) {
    addQuad(s, id(0, 0, j), id(0, 0, j + 1), id(1, 0, j + 1), id(1, 0, j));
    addQuad(s, id(1, nu, j), id(1, nu, j + 1), id(0, nu, j + 1), id(0, nu, j));
  }
  return smoothed(s, options.creaseDegrees ?? 60);
}

/** A profile in the xy plane, pushed along z over `depth` (centred), as an open sheet facing the left of its direction. */
export function extrudedProfile(
  points: readonly (readonly [number, number])[],
  depth: number,
  creaseDegrees = 50,
): Surface {
  const last = points.length - 1;
  let total = 0;
  for (let i = 0; i < last; i++)
    total += Math.hypot(points[i + 1]![0] - points[i]![0], points[i + 1]![1] - points[i]![1]);
  return sheet(
    last,
    1,
    (u, v) => {
      const [x, y] = points[Math.round(u * last)]!;
      return [x, y, depth * (0.5 - v)];
    },
    { creaseDegrees, uLengthM: total, vLengthM: depth },
  );
}
