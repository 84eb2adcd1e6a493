import type { EdgeField } from './edge-field.ts';
import { type EdgePoints, fit } from './edge-points.ts';
import type { Placement } from './placement.ts';

export interface RefineOptions {
  /** First and last step, in shares of the width. */
  readonly from: number;
  readonly to: number;
}

type Step = readonly [scale: number, shiftX: number, shiftY: number];
/** A zoom step moves the middle of the picture's right edge as far as a shift step moves all of it. */
const AXES: readonly Step[] = [
  [2, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/** Climbs from a guess to the best fit nearby: steps along zoom and shifts, ever smaller. */
export function refine(
  points: EdgePoints,
  field: EdgeField,
  start: Placement,
  { from, to }: RefineOptions,
): { placement: Placement; score: number } {
  let placement = start;
  let score = fit(points, field, start);
  for (let step = from; step >= to; ) {
    let moved = false;
    for (const axis of AXES) {
      const back = offset(placement, axis, -step);
      const ahead = offset(placement, axis, step);
      const before = fit(points, field, back);
      const after = fit(points, field, ahead);
      if (before > score || after > score) {
        placement = before > after ? back : ahead;
        score = Math.max(before, after);
        moved = true;
        continue;
      }
      // Between the neighbours: the top of the parabola through the three.
      const bend = before - 2 * score + after;
      if (bend >= 0) continue;
      const top = offset(placement, axis, (step * 0.5 * (before - after)) / bend);
      const reached = fit(points, field, top);
      if (reached > score) {
        placement = top;
        score = reached;
      }
    }
    if (!moved) step /= 2;
  }
  return { placement, score };
}

function offset({ scale, shiftX, shiftY }: Placement, axis: Step, by: number): Placement {
  return { scale: scale + axis[0] * by, shiftX: shiftX + axis[1] * by, shiftY: shiftY + axis[2] * by };
}
