import { smoothstep } from '../geometry/vector.ts';
import { fractalNoise, noise3 } from '../random.ts';
import { normalTexture, rampTexture, type TextureImage } from './texture-image.ts';

/** Straight-grained wood, grain along u. Made for a tile about three times as long as wide. */
export function woodGrain(name: string, stops: readonly string[], seed: number): TextureImage {
  return rampTexture(name, 512, 256, stops, (u, v) => {
    const drift = fractalNoise(u * 2, v * 2, seed, 2, 2, 2) * 0.16;
    const phase = (v + drift) * Math.PI * 2 * 4 + 1.6 * noise3(u * 3, v * 5, seed + 5, 3, 5);
    // Latewood is a narrow dark line, earlywood a broad pale band.
    const latewood = (0.5 + 0.5 * Math.sin(phase)) ** 4 * (0.6 + 0.4 * noise3(u * 2, v * 4, seed + 7, 2, 4));
    const fibre = fractalNoise(u * 5, v * 80, seed + 9, 3, 5, 80);
    const pores = smoothstep(0.45, 0.65, noise3(u * 20, v * 128, seed + 3, 20, 128));
    const broad = fractalNoise(u * 2, v * 6, seed + 31, 2, 2, 6);
    return 0.6 - 0.26 * latewood + 0.3 * fibre + 0.3 * broad - 0.16 * pores;
  });
}

/** Plain weave: threads over and under, with the unevenness of yarn. `threads` per tile, even. */
export function weaveNormal(name: string, threads: number, unevenness: number, seed: number): TextureImage {
  return normalTexture(name, 256, 256, 0.35 / threads, (u, v) => {
    const wobble = unevenness * 0.35;
    const x = u * threads + wobble * noise3(u * 8, v * 8, seed, 8);
    const y = v * threads + wobble * noise3(u * 8, v * 8, seed + 40, 8);
    const over = (Math.floor(x) + Math.floor(y)) % 2 === 0;
    const [fx, fy] = [x - Math.floor(x) - 0.5, y - Math.floor(y) - 0.5];
    const across = over ? fx : fy;
    const along = over ? fy : fx;
    const thread = Math.sqrt(Math.max(0, 1 - 3.6 * across * across)) * (1 - 1.4 * along * along);
    return thread + unevenness * 0.5 * fractalNoise(u * 16, v * 16, seed + 80, 3, 16);
  });
}

/** Bouclé: curled loops of yarn. */
export function loopNormal(name: string, seed: number): TextureImage {
  return normalTexture(name, 256, 256, 0.02, (u, v) => {
    const a = 1 - Math.abs(noise3(u * 12, v * 12, seed, 12));
    const b = 1 - Math.abs(noise3(u * 24, v * 24, seed + 7, 24));
    return a * a + 0.6 * b * b + 0.25 * noise3(u * 48, v * 48, seed + 13, 48);
  });
}

/** Woven cloth seen from some distance: light and dark yarns. */
export function yarnColors(
  name: string,
  stops: readonly string[],
  threads: number,
  seed: number,
): TextureImage {
  return rampTexture(name, 256, 256, stops, (u, v) => {
    const warp = noise3(u * threads, v * 6, seed, threads, 6);
    const weft = noise3(u * 6, v * threads, seed + 3, 6, threads);
    const broad = fractalNoise(u * 4, v * 4, seed + 11, 3, 4);
    return 0.5 + 0.28 * warp + 0.28 * weft + 0.2 * broad;
  });
}

/** Travertine: soft beds along u with small open pores. */
export function travertine(name: string, stops: readonly string[], seed: number): TextureImage {
  return rampTexture(name, 512, 512, stops, (u, v) => {
    const warp = 0.05 * fractalNoise(u * 3, v * 3, seed, 3, 3);
    const beds = fractalNoise(u * 2, (v + warp) * 16, seed + 2, 4, 2, 16);
    const fine = fractalNoise(u * 32, v * 64, seed + 4, 2, 32, 64);
    const bed = noise3(u * 4, v * 20, seed + 8, 4, 20);
    const pores =
      smoothstep(0.42, 0.6, noise3(u * 40, v * 96, seed + 6, 40, 96)) * smoothstep(0.05, 0.4, bed);
    return 0.62 + 0.5 * beds + 0.14 * fine - 0.55 * pores;
  });
}

/** Even stone or plaster with clouds and grain. `contrast` about 0.3 for plaster, 0.8 for slate. */
export function mottled(
  name: string,
  stops: readonly string[],
  contrast: number,
  seed: number,
  size = 512,
): TextureImage {
  return rampTexture(name, size, size, stops, (u, v) => {
    const clouds = fractalNoise(u * 4, v * 4, seed, 5, 4);
    const grain = noise3(u * 170, v * 170, seed + 3, 170);
    return 0.5 + contrast * (0.9 * clouds + 0.28 * grain);
  });
}

/** A lawn from standing height: tufts, blades, a few dry spots. */
export function lawn(name: string, stops: readonly string[], seed: number): TextureImage {
  return rampTexture(name, 512, 512, stops, (u, v) => {
    const patches = fractalNoise(u * 4, v * 4, seed, 4, 4);
    const tufts = fractalNoise(u * 40, v * 40, seed + 2, 3, 40);
    const blades = noise3(u * 150, v * 90, seed + 5, 150, 90);
    return 0.5 + 0.14 * patches + 0.46 * tufts + 0.28 * blades;
  });
}

/** Glazed mosaic, `count` x `count` tiles with pale joints; every tile has its own tone. */
export function mosaic(name: string, stops: readonly string[], count: number, seed: number): TextureImage {
  return rampTexture(name, 256, 256, stops, (u, v) => {
    const [x, y] = [u * count, v * count];
    const [fx, fy] = [x - Math.floor(x), y - Math.floor(y)];
    const joint = Math.min(fx, 1 - fx, fy, 1 - fy) < 0.055;
    if (joint) return 1;
    return 0.36 + 0.34 * noise3(Math.floor(x) * 3.7 + 0.5, Math.floor(y) * 5.3 + 0.5, seed);
  });
}

/** Wavelets for water: slopes too fine to model. */
export function rippleNormal(name: string, seed: number): TextureImage {
  return normalTexture(name, 256, 256, 0.012, (u, v) => {
    const bent = 0.06 * noise3(u * 4, v * 4, seed, 4);
    const a = 1 - Math.abs(noise3((u + bent) * 6, (v + bent) * 8, seed + 1, 6, 8));
    return a * a + 0.5 * fractalNoise(u * 10, v * 12, seed + 4, 3, 10, 12);
  });
}
