import type { Vec3 } from '../trace-scene-types.ts';

/** What a view ray sees of the cloud layer. */
export interface CloudSample {
  /** 0 clear to 1 opaque. */
  readonly opacity: number;
  /** 0 thin edge to 1 thick middle, which is darker from below. */
  readonly thickness: number;
  /** 0 shaded to 1 on the sun's side. */
  readonly light: number;
}

function hash(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x1f123bb5) ^ Math.imul(y, 0x5f356495) ^ Math.imul(seed, 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 4294967296;
}

function noise(x: number, y: number, seed: number): number {
  const xi = Math.floor(x);
  const yi = Math.floor(y);
  const fx = x - xi;
  const fy = y - yi;
  const u = fx * fx * (3 - 2 * fx);
  const v = fy * fy * (3 - 2 * fy);
  const top = hash(xi, yi, seed) * (1 - u) + hash(xi + 1, yi, seed) * u;
  const low = hash(xi, yi + 1, seed) * (1 - u) + hash(xi + 1, yi + 1, seed) * u;
  return top * (1 - v) + low * v;
}

function fractal(x: number, y: number, seed: number, octaves: number): number {
  let sum = 0;
  let amplitude = 0.5;
  let px = x;
  let py = y;
  for (let o = 0; o < octaves; o++) {
    sum += amplitude * noise(px, py, seed + o);
    // Turned between octaves, or the lattice shows.
    const qx = 1.6 * px + 1.2 * py + 3.1;
    py = 1.6 * py - 1.2 * px - 7.7;
    px = qx;
    amplitude *= 0.5;
  }
  return sum;
}

function density(x: number, y: number, cover: number, seed: number, octaves: number): number {
  const billow = fractal(
    x + 0.7 * fractal(x * 0.7, y * 0.7, seed + 40, 3),
    y + 0.7 * fractal(x * 0.7 + 9, y * 0.7, seed + 60, 3),
    seed,
    octaves,
  );
  // The noise stays between about 0.2 and 0.75; the threshold falls through that range as the cover grows.
  return billow - (0.72 - 0.62 * cover);
}

/** Looks at a flat layer of clouds along `view` (upper hemisphere). */
export function cloudAt(view: Vec3, sun: Vec3, cover: number, seed: number): CloudSample {
  // The offset bends the layer like the earth does, so that it meets the horizon.
  const k = 1.1 / (Math.max(0, view[1]) + 0.09);
  const x = view[0] * k;
  const z = view[2] * k;
  const d = density(x, z, cover, seed, 6);
  const fade = Math.min(1, Math.max(0, view[1] / 0.07));
  if (d <= 0) return { opacity: 0, thickness: 0, light: 1 };
  const towards = density(x + sun[0] * 0.22, z + sun[2] * 0.22, cover, seed, 4);
  const opacity = (1 - Math.exp(-d * 22)) * (0.35 + 0.65 * fade) * Math.min(1, fade + 0.25);
  return {
    opacity,
    thickness: Math.min(1, d / 0.3),
    light: Math.min(1, Math.max(0, 0.55 + (d - towards) * 3.2)),
  };
}
