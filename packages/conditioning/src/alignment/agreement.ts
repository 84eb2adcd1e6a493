import type { EdgeField } from './edge-field.ts';
import type { EdgePoints } from './edge-points.ts';
import type { Placement } from './placement.ts';

/** Pixels of the field to each side that a part of the picture may be tried at. */
const REACH = 5;
const SIDE = 2 * REACH + 1;
/** A part has something to say when it holds this many points. */
const POINTS_MIN = 6;
/** A part agrees when nowhere else it lies better than by this factor. */
const TIE = 1.08;

/**
 * Share of the picture's parts that, tried for themselves at all places around, lie best where the whole does.
 *
 * One number for the whole can always be made high by some zoom and shift; parts of unrelated pictures each want to
 * go somewhere else.
 */
export function agreement(points: EdgePoints, field: EdgeField, placement: Placement): number {
  const { width, height, re, im } = field;
  const scores = new Float64Array(points.cells * SIDE * SIDE);
  const members = new Uint32Array(points.cells);
  const weights = new Float64Array(points.cells);
  for (let k = 0; k < points.count; k++) {
    const x = Math.round((points.x[k]! * placement.scale + placement.shiftX) * width + width / 2 - 0.5);
    const y = Math.round((points.y[k]! * placement.scale + placement.shiftY) * width + height / 2 - 0.5);
    if (x < REACH || y < REACH || x >= width - REACH || y >= height - REACH) continue;
    const cell = points.cell[k]!;
    const pr = points.re[k]!;
    const pi = points.im[k]!;
    members[cell]!++;
    weights[cell]! += Math.hypot(pr, pi);
    let at = cell * SIDE * SIDE;
    for (let dy = -REACH; dy <= REACH; dy++) {
      let i = (y + dy) * width + x - REACH;
      for (let dx = 0; dx < SIDE; dx++, i++, at++) scores[at]! += pr * re[i]! + pi * im[i]!;
    }
  }
  let agreeing = 0;
  let total = 0;
  for (let cell = 0; cell < points.cells; cell++) {
    if (members[cell]! < POINTS_MIN) continue;
    const at = cell * SIDE * SIDE;
    let anywhere = 0;
    let here = 0;
    for (let dy = 0; dy < SIDE; dy++) {
      for (let dx = 0; dx < SIDE; dx++) {
        const score = scores[at + dy * SIDE + dx]!;
        anywhere = Math.max(anywhere, score);
        if (Math.abs(dx - REACH) <= 1 && Math.abs(dy - REACH) <= 1) here = Math.max(here, score);
      }
    }
    // Parts count alike, whether full of edges or nearly empty: a lawn must not outvote the house.
    const weight = Math.sqrt(weights[cell]!);
    total += weight;
    if (here > 0 && here * TIE >= anywhere) agreeing += weight;
  }
  return total > 0 ? agreeing / total : 0;
}
