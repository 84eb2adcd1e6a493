/** Seeded chance: the same seed gives the same sample, byte for byte. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Around 0, within -1 and 1, denser in the middle. */
  centred(): number;
  pick<T>(items: readonly T[]): T;
}

/** Mulberry32: 32 bits of state are plenty for placing petals. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return {
    next,
    between: (low, high) => low + (high - low) * next(),
    centred: () => next() + next() - 1,
    pick: (items) => items[Math.floor(next() * items.length)]!,
  };
}

function latticeHash(x: number, y: number, z: number): number {
  let h = Math.imul(x, 0x27d4eb2d) ^ Math.imul(y, 0x165667b1) ^ Math.imul(z, 0x9e3779b1);
  h = Math.imul(h ^ (h >>> 15), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

const fade = (t: number): number => t * t * t * (t * (t * 6 - 15) + 10);

/**
 * Value noise in three dimensions, -1 to 1. With periods above 0 the lattice repeats in x and y, so that a texture
 * sampled over that many lattice cells tiles.
 */
export function noise3(x: number, y: number, z: number, periodX = 0, periodY = periodX): number {
  const xi = Math.floor(x);
  const yi = Math.floor(y);
  const zi = Math.floor(z);
  const x0 = periodX > 0 ? wrapped(xi, periodX) : xi;
  const x1 = periodX > 0 ? wrapped(xi + 1, periodX) : xi + 1;
  const y0 = periodY > 0 ? wrapped(yi, periodY) : yi;
  const y1 = periodY > 0 ? wrapped(yi + 1, periodY) : yi + 1;
  const u = fade(x - xi);
  const v = fade(y - yi);
  const near = layer(x0, x1, y0, y1, zi, u, v);
  // Textures live on whole layers; the second one would be weighted with nothing.
  if (z === zi) return near * 2 - 1;
  const far = layer(x0, x1, y0, y1, zi + 1, u, v);
  return (near + (far - near) * fade(z - zi)) * 2 - 1;
}

const wrapped = (i: number, period: number): number => ((i % period) + period) % period;

function layer(x0: number, x1: number, y0: number, y1: number, z: number, u: number, v: number): number {
  const a = latticeHash(x0, y0, z);
  const b = latticeHash(x1, y0, z);
  const c = latticeHash(x0, y1, z);
  const d = latticeHash(x1, y1, z);
  const low = a + (b - a) * u;
  const high = c + (d - c) * u;
  return low + (high - low) * v;
}

/** Octaves of `noise3`, each half as strong and twice as fine; about -1 to 1. Tiles when periods are given. */
export function fractalNoise(
  x: number,
  y: number,
  z: number,
  octaves: number,
  periodX = 0,
  periodY = periodX,
): number {
  let sum = 0;
  let weight = 0.5;
  let frequency = 1;
  for (let i = 0; i < octaves; i++) {
    sum +=
      weight *
      noise3(x * frequency, y * frequency, z * frequency + i * 17, periodX * frequency, periodY * frequency);
    weight *= 0.5;
    frequency *= 2;
  }
  return sum;
}
