import type { EdgeField } from './edge-field.ts';
import { type EdgePoints, fit } from './edge-points.ts';
import type { Placement } from './placement.ts';

const ROUNDS = 4;

/**
 * Goes to the top of the paraboloid through the fits around a placement, some times over. Steps along single axes
 * get stuck on a ridge: where a picture's edges lie mostly on one side, a zoom and a shift together hardly change it.
 *
 * @param reach How far around, in shares of the width.
 */
export function polish(
  points: EdgePoints,
  field: EdgeField,
  start: Placement,
  reach: number,
): { placement: Placement; score: number } {
  let best = { placement: start, score: fit(points, field, start) };
  for (let round = 0; round < ROUNDS; round++) {
    const center = best.placement;
    const at = (a: number, b: number, c: number): Placement => ({
      scale: center.scale + 2 * reach * a,
      shiftX: center.shiftX + reach * b,
      shiftY: center.shiftY + reach * c,
    });
    const value = (a: number, b: number, c: number) => fit(points, field, at(a, b, c));
    const here = best.score;
    const sides = [
      [value(-1, 0, 0), value(1, 0, 0)],
      [value(0, -1, 0), value(0, 1, 0)],
      [value(0, 0, -1), value(0, 0, 1)],
    ] as const;
    const [ga, gb, gc] = sides.map(([low, high]) => (high - low) / 2) as [number, number, number];
    const [aa, bb, cc] = sides.map(([low, high]) => low + high - 2 * here) as [number, number, number];
    // A second difference along a diagonal holds both squares and twice the mixed term.
    const ab = (value(1, 1, 0) + value(-1, -1, 0) - 2 * here - aa - bb) / 2;
    const ac = (value(1, 0, 1) + value(-1, 0, -1) - 2 * here - aa - cc) / 2;
    const bc = (value(0, 1, 1) + value(0, -1, -1) - 2 * here - bb - cc) / 2;
    const determinant = aa * (bb * cc - bc * bc) - ab * (ab * cc - bc * ac) + ac * (ab * bc - bb * ac);
    // A top bends down every way; anything else is no place to jump from.
    if (!(aa < 0 && aa * bb - ab * ab > 0 && determinant < 0)) break;
    const solve = (x: number, y: number, z: number) => -(x * ga + y * gb + z * gc) / determinant;
    const step = [
      solve(bb * cc - bc * bc, ac * bc - ab * cc, ab * bc - ac * bb),
      solve(ac * bc - ab * cc, aa * cc - ac * ac, ab * ac - aa * bc),
      solve(ab * bc - ac * bb, ab * ac - aa * bc, aa * bb - ab * ab),
    ] as const;
    const longest = Math.max(...step.map(Math.abs));
    const shorten = longest > 2 ? 2 / longest : 1;
    const placement = at(step[0] * shorten, step[1] * shorten, step[2] * shorten);
    const score = fit(points, field, placement);
    if (score <= best.score) break;
    best = { placement, score };
    if (longest < 0.02) break;
  }
  return best;
}
