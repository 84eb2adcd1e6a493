import type { Film } from '@diorama/tracer';

/** Differences of inverse depth below this share of the nearest are none. */
const FLAT = 1e-4;

/**
 * Near is white and nothing black: inverse depth, as depth-guided image models were trained on.
 *
 * @returns Whole numbers from 0 to `white`.
 */
export function inverseDepth({ depth }: Pick<Film, 'depth'>, white: number): Float32Array {
  let nearest = 0;
  let farthest = Number.POSITIVE_INFINITY;
  for (const d of depth) {
    if (!(d > 0) || !Number.isFinite(d)) continue;
    nearest = Math.max(nearest, 1 / d);
    farthest = Math.min(farthest, 1 / d);
  }
  // A wall seen straight on is all near, and rounding must not be stretched to a relief.
  if (nearest - farthest < FLAT * nearest) farthest = nearest * (1 - FLAT);
  const range = Math.max(1e-12, nearest - farthest);
  // The farthest surface keeps a little grey so that it differs from nothing at all.
  const grey = new Float32Array(depth.length);
  for (let i = 0; i < grey.length; i++) {
    const d = depth[i]!;
    if (d > 0 && Number.isFinite(d))
      grey[i] = Math.round((0.02 + 0.98 * ((1 / d - farthest) / range)) * white);
  }
  return grey;
}
