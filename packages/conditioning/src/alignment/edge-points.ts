import type { EdgeField } from './edge-field.ts';
import type { Placement } from './placement.ts';

/** The clearest edges of a picture, spread over all of it, ready to be laid over another picture's edges. */
export interface EdgePoints {
  readonly count: number;
  /** From the picture's centre, in shares of its width. */
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly re: Float32Array;
  readonly im: Float32Array;
  /** Which cell of the grid a point lies in. */
  readonly cell: Uint16Array;
  readonly cells: number;
}

/** Cells along the longer edge. */
const GRID = 8;
/** Weaker than this is no edge. */
const WEAKEST = 0.12;

/** @param most No more than this many points; each cell of a grid gives its best. */
export function pickEdges({ width, height, re, im }: EdgeField, most: number): EdgePoints {
  const cellSize = Math.max(width, height) / GRID;
  const columns = Math.ceil(width / cellSize);
  const rows = Math.ceil(height / cellSize);
  const cells = columns * rows;
  const members: number[][] = Array.from({ length: cells }, () => []);
  const columnOf = Uint16Array.from({ length: width }, (_, x) => Math.floor(x / cellSize));
  for (let y = 0; y < height; y++) {
    const row = Math.floor(y / cellSize) * columns;
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (re[i]! * re[i]! + im[i]! * im[i]! > WEAKEST * WEAKEST) members[row + columnOf[x]!]!.push(i);
    }
  }
  const share = Math.ceil(most / cells);
  const chosen: number[] = [];
  const cellOf: number[] = [];
  for (const [cell, list] of members.entries()) {
    // Every n-th, not the strongest: those would all lie along one line.
    const step = Math.max(1, list.length / share);
    for (let k = 0; k < list.length; k += step) {
      chosen.push(list[Math.floor(k)]!);
      cellOf.push(cell);
    }
  }
  const count = chosen.length;
  const points = {
    count,
    x: new Float32Array(count),
    y: new Float32Array(count),
    re: new Float32Array(count),
    im: new Float32Array(count),
    cell: Uint16Array.from(cellOf),
    cells,
  };
  const value = { re: 0, im: 0 };
  for (let k = 0; k < count; k++) {
    // Reading between pixels blurs a little, on pixels it does not: points that all lie on pixels would pull every
    // shift to whole pixels. So they are spread evenly over the places within a pixel (Martin Roberts' R2 sequence).
    const px = Math.min(
      width - 1.001,
      Math.max(0, (chosen[k]! % width) + ((k * 0.7548776662466927) % 1) - 0.5),
    );
    const py = Math.min(
      height - 1.001,
      Math.max(0, Math.floor(chosen[k]! / width) + ((k * 0.5698402909980532) % 1) - 0.5),
    );
    readField({ width, height, re, im }, px, py, value);
    points.x[k] = (px + 0.5 - width / 2) / width;
    points.y[k] = (py + 0.5 - height / 2) / width;
    points.re[k] = value.re;
    points.im[k] = value.im;
  }
  return points;
}

/**
 * How well the points lie on the field's edges: the mean over those that fall inside the picture, -1 to 1. A point
 * on an edge of the same direction counts fully, on one across it negatively, elsewhere nothing; so what was added or
 * left out costs the same wherever the picture lies.
 */
export function fit(points: EdgePoints, field: EdgeField, { scale, shiftX, shiftY }: Placement): number {
  const { width, height } = field;
  let sum = 0;
  let weight = 1e-6;
  const value = { re: 0, im: 0 };
  for (let k = 0; k < points.count; k++) {
    const pr = points.re[k]!;
    const pi = points.im[k]!;
    const fx = (points.x[k]! * scale + shiftX) * width + width / 2 - 0.5;
    const fy = (points.y[k]! * scale + shiftY) * width + height / 2 - 0.5;
    if (!(fx >= 0 && fy >= 0 && fx < width - 1 && fy < height - 1)) continue;
    readField(field, fx, fy, value);
    sum += pr * value.re + pi * value.im;
    weight += Math.sqrt(pr * pr + pi * pi);
  }
  return sum / weight;
}

/** The field between pixels, bilinearly; the place must be inside. */
function readField(
  { width, re, im }: EdgeField,
  x: number,
  y: number,
  out: { re: number; im: number },
): void {
  const ix = x | 0;
  const iy = y | 0;
  const tx = x - ix;
  const ty = y - iy;
  const i = iy * width + ix;
  const w00 = (1 - tx) * (1 - ty);
  const w10 = tx * (1 - ty);
  const w01 = (1 - tx) * ty;
  const w11 = tx * ty;
  out.re = re[i]! * w00 + re[i + 1]! * w10 + re[i + width]! * w01 + re[i + width + 1]! * w11;
  out.im = im[i]! * w00 + im[i + 1]! * w10 + im[i + width]! * w01 + im[i + width + 1]! * w11;
}
