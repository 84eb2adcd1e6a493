import { breathe } from '@diorama/conditioning';
import type { Atmosphere } from '@diorama/contracts';
import { luminance } from './colour.ts';
import { createRandom } from './noise.ts';

const LAYERS = 6;

/**
 * Draws falling rain or snow over exposed radiance, in place. Each layer hangs at its own distance and is hidden by
 * what stands before it; near flakes are large and soft, near drops long and faint.
 *
 * @param nearM,farM Distances of the nearest and the farthest layer, metres.
 */
export async function addPrecipitation(
  rgb: Float32Array,
  width: number,
  height: number,
  depth: Float32Array,
  atmosphere: Atmosphere,
  nearM: number,
  farM: number,
  seed: number,
  signal: AbortSignal,
): Promise<void> {
  if (atmosphere.precipitation === 'none' || atmosphere.precipitationAmount <= 0) return;
  const amount = atmosphere.precipitationAmount;
  const random = createRandom(seed ^ 0x5eed);
  const edge = Math.max(width, height);
  const glow = ambientLevel(rgb);
  for (let layer = 0; layer < LAYERS; layer++) {
    await breathe(signal);
    const t = layer / (LAYERS - 1);
    const distance = farM * (nearM / farM) ** t;
    const nearness = t;
    if (atmosphere.precipitation === 'snow') {
      const count = Math.round(amount * (3600 * (1 - t) ** 1.8 + 9) * ((width * height) / edge ** 2) * 1.5);
      const size = edge * (0.0007 + 0.0085 * nearness ** 3.4);
      for (let flake = 0; flake < count; flake++) {
        const radius = size * (0.6 + 0.8 * random());
        const opacity = 0.9 - 0.62 * nearness ** 0.7;
        drawFlake(
          rgb,
          width,
          height,
          depth,
          distance,
          random() * width,
          random() * height,
          radius,
          opacity,
          glow * 2.6,
          nearness,
        );
      }
    } else {
      const count = Math.round(amount * (900 * (1 - t) + 60) * ((width * height) / edge ** 2) * 1.5);
      const length = edge * (0.012 + 0.075 * nearness ** 1.4);
      const slant = 0.1;
      for (let drop = 0; drop < count; drop++) {
        const opacity = (0.2 - 0.1 * nearness) * (0.5 + 0.8 * random());
        drawDrop(
          rgb,
          width,
          height,
          depth,
          distance,
          random() * width * 1.1,
          random() * height * 1.1 - length * 0.5,
          length * (0.6 + 0.6 * random()),
          slant + (random() - 0.5) * 0.03,
          edge * (0.0005 + 0.0009 * nearness),
          opacity,
          glow * 1.6,
        );
      }
    }
  }
}

/** How bright something lit from all around looks in the picture: between its middle and its lights. */
function ambientLevel(rgb: Float32Array): number {
  const lights: number[] = [];
  for (let i = 0; i < rgb.length; i += 3 * 37) lights.push(luminance(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!));
  lights.sort((a, b) => a - b);
  const at = (share: number) => (lights[Math.floor(share * (lights.length - 1))] ?? 0) + 1e-3;
  return Math.sqrt(at(0.5) * at(0.9));
}

function drawFlake(
  rgb: Float32Array,
  width: number,
  height: number,
  depth: Float32Array,
  distance: number,
  cx: number,
  cy: number,
  radius: number,
  opacity: number,
  level: number,
  blurred: number,
): void {
  const reach = radius + 1;
  for (let y = Math.max(0, Math.floor(cy - reach)); y <= Math.min(height - 1, Math.ceil(cy + reach)); y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x <= Math.min(width - 1, Math.ceil(cx + reach)); x++) {
      const i = y * width + x;
      if (depth[i]! < distance) continue;
      const d = Math.hypot(x + 0.5 - cx, y + 0.5 - cy);
      // Out of focus a flake is an even disc; in focus it has a core.
      const soft = Math.max(0.7, radius * (0.35 + 0.3 * blurred));
      const cover =
        Math.min(1, Math.max(0, (radius + soft * 0.5 - d) / soft)) * Math.min(1, radius * radius * 2.2);
      blend(rgb, i * 3, level, cover * opacity);
    }
  }
}

function drawDrop(
  rgb: Float32Array,
  width: number,
  height: number,
  depth: Float32Array,
  distance: number,
  x0: number,
  y0: number,
  length: number,
  slant: number,
  thickness: number,
  opacity: number,
  level: number,
): void {
  const half = Math.max(0.5, thickness / 2);
  const strength = Math.min(1, thickness) * opacity;
  for (let step = 0; step < length; step++) {
    const y = Math.floor(y0 + step);
    if (y < 0 || y >= height) continue;
    const middle = x0 - step * slant;
    const taper = Math.sin((Math.PI * (step + 0.5)) / length);
    for (let x = Math.floor(middle - half - 1); x <= Math.ceil(middle + half + 1); x++) {
      if (x < 0 || x >= width) continue;
      const i = y * width + x;
      if (depth[i]! < distance) continue;
      const cover = Math.min(1, Math.max(0, half + 0.5 - Math.abs(x + 0.5 - middle)));
      blend(rgb, i * 3, level, cover * strength * taper);
    }
  }
}

function blend(rgb: Float32Array, at: number, level: number, alpha: number): void {
  if (alpha <= 0) return;
  rgb[at]! += (level * 0.97 - rgb[at]! * 0.8) * alpha;
  rgb[at + 1]! += (level - rgb[at + 1]! * 0.8) * alpha;
  rgb[at + 2]! += (level * 1.05 - rgb[at + 2]! * 0.8) * alpha;
  if (rgb[at]! < 0) rgb[at] = 0;
  if (rgb[at + 1]! < 0) rgb[at + 1] = 0;
  if (rgb[at + 2]! < 0) rgb[at + 2] = 0;
}
