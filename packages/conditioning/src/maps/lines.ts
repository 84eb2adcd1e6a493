import { blur, downsample, type Plane } from '../pixels/planes.ts';
import { breathe, forEachRow } from '../pixels/work.ts';

/**
 * What lies behind the picture at a higher resolution: one exact hit per pixel, so lines have no noise.
 * Pixel-aligned with the picture when scaled down by `factor`.
 */
export interface Guide {
  readonly width: number;
  readonly height: number;
  /** Guide pixels per picture pixel, a whole number. */
  readonly factor: number;
  /** Metres along the view axis; Infinity for nothing. */
  readonly depth: Float32Array;
  /** World space, 3 floats. */
  readonly surfaceNormal: Float32Array;
  readonly objectId: Uint32Array;
}

/** What a line stands for, by how heavy draughtsmen draw it. */
export const LINE_WEIGHTS = { silhouette: 1, object: 0.72, crease: 0.42 } as const;

/** Neighbouring normals that differ by more than this angle make a crease. */
const CREASE_COSINE = Math.cos((24 * Math.PI) / 180);
/** A jump of depth counts when it is larger than this share of the distance to the plane through the neighbours. */
const DEPTH_JUMP = 0.012;
const FAR = 1e9;

/** Every guide pixel's distance to the nearest line and that line's weight. */
export interface LineField {
  readonly width: number;
  readonly height: number;
  readonly factor: number;
  /** Guide pixels; large where no line is near. */
  readonly distance: Float32Array;
  /** Weight of the nearest line, 0 to 1. */
  readonly weight: Float32Array;
}

/**
 * Finds contours in the guide: object boundaries, jumps in depth, and creases between faces. Lines are
 * one or two pixels wide and lie on the nearer side.
 *
 * Depth is compared as its inverse, which is linear across a plane in perspective, so a floor seen at a flat angle
 * makes no lines.
 *
 * @returns The line's weight for each guide pixel, 0 for none.
 */
export async function markLines(
  guide: Guide,
  isSubject: (objectId: number) => boolean,
  signal: AbortSignal,
): Promise<Float32Array> {
  const { width, height, depth, surfaceNormal, objectId } = guide;
  const weight = new Float32Array(width * height);
  const inverse = (i: number) => (depth[i]! > 0 && Number.isFinite(depth[i]!) ? 1 / depth[i]! : 0);

  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const here = objectId[i]!;
      const own = inverse(i);
      let found = 0;
      for (let axis = 0; axis < 2; axis++) {
        const step = axis === 0 ? 1 : width;
        if (axis === 0 ? x + 1 >= width : y + 1 >= height) continue;
        const j = i + step;
        const there = objectId[j]!;
        const other = inverse(j);
        if (here !== there) {
          // Between two parts of the set a quiet line is enough, and the horizon needs none.
          const subject = isSubject(here) || isSubject(there);
          if (!subject && (here === 0 || there === 0)) continue;
          const outer = !isSubject(here) || !isSubject(there);
          const value = !subject
            ? LINE_WEIGHTS.crease
            : outer
              ? LINE_WEIGHTS.silhouette
              : LINE_WEIGHTS.object;
          mark(own >= other ? i : j, value);
          continue;
        }
        if (here === 0 || own === 0 || other === 0) continue;
        const before = (axis === 0 ? x > 0 : y > 0) ? inverse(i - step) : 0;
        const after = (axis === 0 ? x + 2 < width : y + 2 < height) ? inverse(j + step) : 0;
        // What the slope on the nearer side predicts; the smaller of both misses, or a crease would count as a jump.
        const jump = Math.abs(other - own);
        const slope = Math.min(
          before > 0 ? Math.abs(jump - Math.abs(own - before)) : jump,
          after > 0 ? Math.abs(jump - Math.abs(after - other)) : jump,
        );
        if (slope > DEPTH_JUMP * Math.max(own, other)) {
          mark(own >= other ? i : j, LINE_WEIGHTS.silhouette * 0.85);
          continue;
        }
        if (!isSubject(here)) continue;
        const cosine =
          surfaceNormal[i * 3]! * surfaceNormal[j * 3]! +
          surfaceNormal[i * 3 + 1]! * surfaceNormal[j * 3 + 1]! +
          surfaceNormal[i * 3 + 2]! * surfaceNormal[j * 3 + 2]!;
        if (cosine < CREASE_COSINE) found = Math.max(found, LINE_WEIGHTS.crease * (cosine < 0.6 ? 1 : 0.75));
      }
      if (found > 0) mark(i, found);
    }
    function mark(at: number, value: number): void {
      if (value > weight[at]!) weight[at] = value;
    }
  });
  return weight;
}

/** The contours of a guide as a distance field, ready to be drawn at any width. */
export async function findLines(
  guide: Guide,
  isSubject: (objectId: number) => boolean,
  signal: AbortSignal,
): Promise<LineField> {
  return spreadLines(await markLines(guide, isSubject, signal), guide, signal);
}

/** Distance to the nearest marked pixel in two sweeps (8SSED, Per-Erik Danielsson 1980), carrying the weight along. */
export async function spreadLines(
  marks: Float32Array,
  { width, height, factor }: Pick<Guide, 'width' | 'height' | 'factor'>,
  signal: AbortSignal,
): Promise<LineField> {
  await breathe(signal);
  const nearest = new Int32Array(width * height).fill(-1);
  const squared = new Float32Array(width * height).fill(FAR);
  for (let i = 0; i < marks.length; i++) {
    if (marks[i]! > 0) {
      nearest[i] = i;
      squared[i] = 0;
    }
  }
  const relax = (x: number, y: number, dx: number, dy: number) => {
    const nx = x + dx;
    const ny = y + dy;
    if (nx < 0 || ny < 0 || nx >= width || ny >= height) return;
    const from = nearest[ny * width + nx]!;
    if (from < 0) return;
    const ex = (from % width) - x;
    const ey = ((from / width) | 0) - y;
    const d = ex * ex + ey * ey;
    const i = y * width + x;
    if (d < squared[i]!) {
      squared[i] = d;
      nearest[i] = from;
    }
  };
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      relax(x, y, -1, 0);
      relax(x, y, -1, -1);
      relax(x, y, 0, -1);
      relax(x, y, 1, -1);
    }
    for (let x = width - 1; x >= 0; x--) relax(x, y, 1, 0);
  });
  await forEachRow(height, signal, (row) => {
    const y = height - 1 - row;
    for (let x = width - 1; x >= 0; x--) {
      relax(x, y, 1, 0);
      relax(x, y, 1, 1);
      relax(x, y, 0, 1);
      relax(x, y, -1, 1);
    }
    for (let x = 0; x < width; x++) relax(x, y, -1, 0);
  });
  const weight = new Float32Array(width * height);
  for (let i = 0; i < weight.length; i++) {
    squared[i] = Math.sqrt(squared[i]!);
    if (nearest[i]! >= 0) weight[i] = marks[nearest[i]!]!;
  }
  return { width, height, factor, distance: squared, weight };
}

/**
 * Coverage of the lines, 0 to 1, at the picture's size.
 *
 * @param radius Half the line's width in picture pixels, for a weight and a place in the picture; 0 draws nothing.
 */
export async function drawLines(
  field: LineField,
  radius: (weight: number, x: number, y: number) => number,
  signal: AbortSignal,
): Promise<Plane> {
  const { width, height, factor, distance, weight } = field;
  const alpha = new Float32Array(width * height);
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      const d = distance[i]!;
      if (d > 24 * factor) continue;
      const r = radius(weight[i]!, x / factor, y / factor) * factor;
      if (r <= 0) continue;
      const cover = r + 0.5 - d;
      if (cover > 0) alpha[i] = Math.min(cover, 1);
    }
  });
  return {
    width: width / factor,
    height: height / factor,
    data: factor === 1 ? alpha : downsample(alpha, width, height, 1, factor),
  };
}

/**
 * Lightens lines where they crowd (leaves, grass, fine meshes), in place: a draughtsman hints at foliage, and a mass
 * of outlines would only be a blot.
 *
 * @param sigma Of the neighbourhood, picture pixels.
 * @param crowded Share of ink in a neighbourhood from which lines begin to give way.
 */
export async function thinOutCrowds(
  lines: Plane,
  sigma: number,
  signal: AbortSignal,
  crowded = 0.16,
): Promise<void> {
  const density = lines.data.slice();
  await blur(density, lines.width, lines.height, 1, sigma, signal);
  for (let i = 0; i < density.length; i++) {
    const crowd = density[i]! / crowded;
    if (crowd > 1) lines.data[i]! *= Math.max(0.16, crowd ** -1.15);
  }
}
