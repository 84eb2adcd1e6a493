import { forEachRow } from '@diorama/conditioning';
import type { Grade } from '@diorama/contracts';
import {
  hexToLinear,
  LUMA_B,
  LUMA_G,
  LUMA_R,
  linearToOklab,
  mix,
  oklabToLinear,
  smoothstep,
} from './colour.ts';
import { hash01 } from './noise.ts';

/** White balance gains (linear, luminance kept) for temperature and tint from -1 to 1. */
function whiteBalanceGains(temperature: number, tint: number): [number, number, number] {
  const r = Math.exp(0.2 * temperature + 0.06 * tint);
  const g = Math.exp(0.02 * temperature - 0.1 * tint);
  const b = Math.exp(-0.26 * temperature + 0.06 * tint);
  const norm = 1 / (LUMA_R * r + LUMA_G * g + LUMA_B * b);
  return [r * norm, g * norm, b * norm];
}

/** What belongs before the tone curve: white balance and contrast, on exposed radiance in place. */
export function createSceneGrade(
  grade: Grade,
  whiteBalance: readonly [number, number, number],
): (rgb: Float32Array, at: number) => void {
  const gains = whiteBalanceGains(grade.temperature, grade.tint);
  const gr = gains[0] * whiteBalance[0];
  const gg = gains[1] * whiteBalance[1];
  const gb = gains[2] * whiteBalance[2];
  const power = grade.contrast * (grade.contrast > 0 ? 0.4 : 0.35);
  return (rgb, at) => {
    const r = Math.max(0, rgb[at]! * gr);
    const g = Math.max(0, rgb[at + 1]! * gg);
    const b = Math.max(0, rgb[at + 2]! * gb);
    const luma = LUMA_R * r + LUMA_G * g + LUMA_B * b;
    // A power around mid grey: the tone curve after it still rolls off, so nothing clips.
    const scale = power === 0 || luma <= 0 ? 1 : (luma / 0.18) ** power;
    rgb[at] = r * scale;
    rgb[at + 1] = g * scale;
    rgb[at + 2] = b * scale;
  };
}

/**
 * What belongs after it, on display-linear values in place: saturation, monochrome, split tone, vignette, grain.
 *
 * @param seed Of the grain.
 */
export async function gradeDisplay(
  rgb: Float32Array,
  width: number,
  height: number,
  grade: Grade,
  seed: number,
  signal: AbortSignal,
): Promise<void> {
  const shadows = grade.shadowsSrgb ? toLab(grade.shadowsSrgb) : null;
  const highlights = grade.highlightsSrgb ? toLab(grade.highlightsSrgb) : null;
  const touchesColour =
    grade.saturation !== 0 || grade.monochrome || (grade.splitTone > 0 && (shadows || highlights) !== null);
  if (!touchesColour && grade.vignette <= 0 && grade.grain <= 0) return;
  const lab = new Float32Array(3);
  const aspect = width / height;
  // Film grain is a few micrometres on the negative whatever the print's size: coarser in pixels when they are finer.
  const grainSize = Math.max(1, Math.max(width, height) / 1400);
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3;
      if (touchesColour) {
        linearToOklab(Math.max(0, rgb[at]!), Math.max(0, rgb[at + 1]!), Math.max(0, rgb[at + 2]!), lab);
        let chroma = 1;
        if (grade.monochrome) chroma = 0;
        else if (grade.saturation < 0) chroma = 1 + grade.saturation;
        else {
          // Vibrance: what is colourful already gains less.
          const c = Math.hypot(lab[1]!, lab[2]!);
          chroma = 1 + grade.saturation * mix(0.75, 0.25, Math.min(1, c / 0.22));
        }
        lab[1]! *= chroma;
        lab[2]! *= chroma;
        const light = lab[0]!;
        if (grade.splitTone > 0) {
          if (shadows)
            tint(
              lab,
              shadows,
              grade.splitTone * (1 - smoothstep(0.1, 0.65, light)) * smoothstep(0, 0.12, light),
            );
          if (highlights)
            tint(
              lab,
              highlights,
              grade.splitTone * smoothstep(0.4, 0.9, light) * (1 - smoothstep(0.93, 1, light)),
            );
        }
        oklabToLinear(lab[0]!, lab[1]!, lab[2]!, lab);
        rgb[at] = lab[0]!;
        rgb[at + 1] = lab[1]!;
        rgb[at + 2] = lab[2]!;
      }
      let gain = 1;
      if (grade.vignette > 0) {
        const dx = ((x + 0.5) / width - 0.5) * Math.min(1.3, aspect);
        const dy = ((y + 0.5) / height - 0.5) * Math.min(1.3, 1 / aspect);
        gain = 1 - grade.vignette * 0.75 * smoothstep(0.12, 0.62, dx * dx + dy * dy);
      }
      if (grade.grain > 0) {
        const gx = Math.floor(x / grainSize);
        const gy = Math.floor(y / grainSize);
        const noise =
          hash01(gx, gy, seed) + hash01(gx, gy, seed + 7919) + hash01(gx >> 1, gy >> 1, seed + 104729) - 1.5;
        const luma = LUMA_R * rgb[at]! + LUMA_G * rgb[at + 1]! + LUMA_B * rgb[at + 2]!;
        // Strongest in the middle tones, as on film.
        gain *= Math.max(
          0,
          1 + noise * grade.grain * 0.34 * (1 - 0.75 * Math.sqrt(Math.min(1, Math.max(0, luma)))),
        );
      }
      rgb[at]! *= gain;
      rgb[at + 1]! *= gain;
      rgb[at + 2]! *= gain;
    }
  });
}

function toLab(hex: string): [number, number, number] {
  const lab: [number, number, number] = [0, 0, 0];
  linearToOklab(...hexToLinear(hex), lab);
  return lab;
}

function tint(lab: Float32Array, towards: readonly [number, number, number], amount: number): void {
  lab[1] = mix(lab[1]!, lab[1]! * 0.45 + towards[1] * 0.75, amount);
  lab[2] = mix(lab[2]!, lab[2]! * 0.45 + towards[2] * 0.75, amount);
}
