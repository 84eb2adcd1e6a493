import type { DenoiseInput } from './image.ts';

/** A small deterministic generator (mulberry32), uniform in 0..1: tests and benchmarks must see the same image every time. */
function createRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A made-up scene (checkered floor, sphere, sky) as a path tracer would see it: exact albedo and normals, and light with the noise of
 * few samples, fireflies included.
 */
export function createNoisyImage(
  width: number,
  height: number,
  seed: number,
): { input: DenoiseInput; clean: Float32Array } {
  const random = createRandom(seed);
  const values = (): Float32Array => new Float32Array(width * height * 3);
  const input = { width, height, color: values(), albedo: values(), normal: values() };
  const clean = values();
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = (x + 0.5) / height - width / height / 2;
      const v = 0.5 - (y + 0.5) / height;
      let albedo = [1, 1, 1];
      let normal = [0, 0, 0];
      let light = 0.6 + v;
      let noise = 0;
      const radius2 = (u * u + (v - 0.02) ** 2) / 0.09;
      if (radius2 < 1) {
        normal = [u / 0.3, (v - 0.02) / 0.3, Math.sqrt(1 - radius2)];
        albedo = [0.8, 0.2, 0.1];
        light = 0.15 + 1.5 * Math.max(0, 0.5 * normal[0]! + 0.7 * normal[1]! + 0.5 * normal[2]!);
        noise = 1;
      } else if (v < -0.1) {
        const z = -0.3 / (v - 0.05);
        const dark = (Math.floor(u * z * 4 + 100) + Math.floor(z * 4)) % 2 === 0;
        normal = [0, 1, 0];
        albedo = dark ? [0.1, 0.12, 0.15] : [0.7, 0.7, 0.65];
        light = 0.3 + 0.9 / (1 + Math.exp(-20 * ((u + 0.25) ** 2 + (v + 0.35) ** 2 - 0.03)));
        noise = 1;
      }
      for (let k = 0; k < 3; k++) {
        const at = (y * width + x) * 3 + k;
        clean[at] = albedo[k]! * light;
        input.albedo[at] = albedo[k]!;
        input.normal[at] = normal[k]!;
      }
      // Exponential noise, as from a light found now and then; mean 1, so nothing but noise is added.
      const sampled = noise === 0 ? 1 : (-Math.log(1 - random()) - Math.log(1 - random())) / 2;
      const firefly = noise === 1 && random() < 0.002 ? 30 : 1;
      for (let k = 0; k < 3; k++) {
        const at = (y * width + x) * 3 + k;
        input.color[at] = clean[at]! * sampled * firefly;
      }
    }
  }
  return { input, clean };
}

/** Noise in every channel, without structure and without functions whose last bit depends on the engine. */
export function createRandomImage(width: number, height: number, seed: number): DenoiseInput {
  const random = createRandom(seed);
  const fill = (value: () => number) => Float32Array.from({ length: width * height * 3 }, value);
  const cube = (x: number) => x * x * x;
  return {
    width,
    height,
    color: fill(() => 3 * cube(random())),
    albedo: fill(random),
    normal: fill(() => 2 * random() - 1),
  };
}
