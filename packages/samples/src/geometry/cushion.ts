import { fractalNoise } from '../random.ts';
import { roundedBox } from './box.ts';
import { curveThrough, roundedRectangleRing, tube } from './loft.ts';
import { merged, reshaped, type Surface } from './surface.ts';
import type { Vec3 } from './vector.ts';

export interface CushionOptions {
  readonly radiusM: number;
  /** How far the top and the bottom swell in the middle. */
  readonly crownM: number;
  /** Depth of soft dents, default 0. */
  readonly wrinkleM?: number;
  readonly seed?: number;
  readonly divisions?: Vec3;
  /** Steps in each half of a rounded edge, default 4. */
  readonly edgeSteps?: number;
}

/** An upholstered block: round edges, swelling faces, soft dents. Lies in the xz plane around the origin. */
export function cushion(size: Vec3, options: CushionOptions): Surface {
  const seed = options.seed ?? 0;
  const wrinkle = options.wrinkleM ?? 0;
  const block = roundedBox(size, {
    radiusM: options.radiusM,
    edgeSteps: options.edgeSteps ?? 4,
    divisions: options.divisions ?? [14, 3, 14],
  });
  return reshaped(
    block,
    (p) => {
      const x = (2 * p[0]) / size[0];
      const y = (2 * p[1]) / size[1];
      const z = (2 * p[2]) / size[2];
      const swell = (1 - x * x) * (1 - z * z);
      const dent = wrinkle * fractalNoise(p[0] * 7 + seed, p[1] * 7, p[2] * 7 + seed * 3, 3);
      const side = 0.35 * options.crownM * (1 - y * y);
      return [
        p[0] + side * x * (1 - z * z) + dent * x,
        p[1] + y * options.crownM * swell + dent * y,
        p[2] + side * z * (1 - x * x) + dent * z,
      ];
    },
    60,
  );
}

/** The cord sewn around a cushion's upper edge, at height `y`. */
export function piping(
  size: Vec3,
  inset: number,
  y: number,
  cornerRadius: number,
  radiusM: number,
  crownM: number,
): Surface {
  const outline = roundedRectangleRing(size[0] - inset * 2, size[2] - inset * 2, cornerRadius, y, 4);
  // Straight runs need points of their own to follow the bulging sides.
  const dense: Vec3[] = [];
  for (let i = 0; i < outline.length; i++) {
    const [a, b] = [outline[i]!, outline[(i + 1) % outline.length]!];
    const pieces = Math.max(1, Math.round(Math.hypot(b[0] - a[0], b[2] - a[2]) / 0.05));
    for (let k = 0; k < pieces; k++)
      dense.push([a[0] + ((b[0] - a[0]) * k) / pieces, y, a[2] + ((b[2] - a[2]) * k) / pieces]);
  }
  const bulged = dense.map((p): Vec3 => {
    const x = (2 * p[0]) / size[0];
    const z = (2 * p[2]) / size[2];
    return [p[0] + 0.35 * crownM * x * (1 - z * z), p[1], p[2] + 0.35 * crownM * z * (1 - x * x)];
  });
  return tube(curveThrough(bulged, 1, true), radiusM, 6, { closed: true });
}

/** A thrown pillow standing in the xy plane: full in the middle, pinched edges, eared corners, a seam all around. */
export function pillow(width: number, height: number, thickness: number, seed: number, n = 22): Surface {
  const outline = (u: number, v: number): [number, number] => {
    const pull = 0.055;
    return [(width / 2) * u * (1 - pull * (1 - v * v)), (height / 2) * v * (1 - pull * (1 - u * u))];
  };
  const block = roundedBox([2, 2, 0.02], { radiusM: 0.0099, edgeSteps: 1, divisions: [n, n, 1] });
  const body = reshaped(
    block,
    (p) => {
      const u = Math.max(-1, Math.min(1, p[0]));
      const v = Math.max(-1, Math.min(1, p[1]));
      const [x, y] = outline(u, v);
      const fill = ((1 - u ** 4) * (1 - v ** 4)) ** 0.55 * (1 - 0.25 * (u * u + v * v));
      const crease = 0.045 * fractalNoise(u * 2.2 + seed, v * 2.2, seed * 7, 3) * (1 - u * u * v * v);
      const z = Math.sign(p[2]) * (thickness / 2) * Math.max(0.015, fill + crease * Math.min(1, 4 * fill));
      return [x, y, z];
    },
    70,
  );
  const edge: Vec3[] = [];
  for (let i = 0; i < 40; i++) {
    const side = Math.floor(i / 10);
    const t = (i % 10) / 5 - 1;
    const [u, v] = (
      [
        [t, 1],
        [1, -t],
        [-t, -1],
        [-1, t],
      ] as const
    )[side]!;
    const [x, y] = outline(u, v);
    edge.push([x, y, 0]);
  }
  return merged(
    { ...body, uvs: body.positions.filter((_, i) => i % 3 !== 2) },
    tube(edge, 0.0045, 6, { closed: true }),
  );
}
