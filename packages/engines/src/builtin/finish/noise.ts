import { hash01 } from '@diorama/conditioning';

/** Seeded noise for paper, pencil, grain, rain. Plain integer arithmetic: the same on every machine. */

export { hash01 } from '@diorama/conditioning';

const TABLE_BITS = 16;
/** Lattice values from a table: the same chance at a fraction of the time, and papers need millions of them. */
const TABLE = Float32Array.from({ length: 1 << TABLE_BITS }, (_, i) => hash01(i, i >>> 8, 977));

/** Smooth noise on the integer lattice, 0 to 1. */
export function valueNoise(x: number, y: number, seed: number): number {
  const ix = Math.floor(x);
  const iy = Math.floor(y);
  const fx = x - ix;
  const fy = y - iy;
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  const corner = (Math.imul(ix, 0x27d4eb2d) + Math.imul(iy, 0x165667b1) + Math.imul(seed, 0x9e3779b1)) | 0;
  const a = TABLE[corner >>> TABLE_BITS]!;
  const b = TABLE[(corner + 0x27d4eb2d) >>> TABLE_BITS]!;
  const c = TABLE[(corner + 0x165667b1) >>> TABLE_BITS]!;
  const d = TABLE[(corner + 0x3e2b52de) >>> TABLE_BITS]!;
  return a + (b - a) * u + (c - a + (a - b - c + d) * u) * v;
}

/** Sum of octaves of `valueNoise`, 0 to 1, mean 0.5. */
export function fractalNoise(x: number, y: number, octaves: number, seed: number): number {
  let sum = 0;
  let weight = 0.5;
  let total = 0;
  let px = x;
  let py = y;
  for (let octave = 0; octave < octaves; octave++) {
    sum += weight * valueNoise(px, py, seed + octave * 101);
    total += weight;
    weight *= 0.5;
    // Turned a little each time, or the lattice shows.
    const rx = px * 1.62 - py * 1.18;
    py = px * 1.18 + py * 1.62;
    px = rx;
  }
  return sum / total;
}

/** A generator of 0 to 1 (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}
