import { blur, drawLines, findLines, forEachRow, LINE_WEIGHTS, thinOutCrowds } from '@diorama/conditioning';
import { clamp01, linearToOklab, luminance, mix, oklabToLinear, smoothstep } from '../finish/colour.ts';
import { type DrawStyle, type StyleInput, strokeScale } from './style-input.ts';

/** Light relative to the fully lit surfaces at which one flat tone gives way to the next. */
const STEPS = [0.3, 0.68] as const;
const BANDS = STEPS.length + 1;

/**
 * Flat tones and clean outlines. The tones' colours are averages of the traced light in each, so a sunset stays
 * orange in the light and blue in the shadow.
 */
export const drawToon: DrawStyle = async (input) => {
  const { width, height, color, objectId, signal } = input;
  const scale = strokeScale(input);
  const albedo = await calmAlbedo(input, 5 * scale);
  const light = new Float32Array(width * height);
  for (let i = 0; i < light.length; i++) {
    if (objectId[i] === 0) continue;
    const reflectance = Math.max(0.03, luminance(albedo[i * 3]!, albedo[i * 3 + 1]!, albedo[i * 3 + 2]!));
    light[i] = Math.min(4, luminance(color[i * 3]!, color[i * 3 + 1]!, color[i * 3 + 2]!) / reflectance);
  }
  const lit = Math.max(1e-4, percentile(light, objectId, 0.86));
  await blur(light, width, height, 1, 0.9 * scale, signal);
  const bandLight = averageByBand(input, albedo, light, lit);

  const out = new Float32Array(color.length);
  const lab = new Float32Array(3);
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (objectId[i] === 0) {
        out[i * 3] = color[i * 3]!;
        out[i * 3 + 1] = color[i * 3 + 1]!;
        out[i * 3 + 2] = color[i * 3 + 2]!;
        continue;
      }
      const relative = light[i]! / lit;
      const right = x + 1 < width ? light[i + 1]! / lit : relative;
      const below = y + 1 < height ? light[i + width]! / lit : relative;
      // As wide as one pixel's change: a hard edge without stairs.
      const soft = Math.min(0.2, Math.max(0.006, Math.hypot(right - relative, below - relative) * 0.75));
      const band =
        smoothstep(STEPS[0] - soft, STEPS[0] + soft, relative) +
        smoothstep(STEPS[1] - soft, STEPS[1] + soft, relative);
      const low = Math.min(BANDS - 2, Math.floor(band));
      const t = band - low;
      let brightest = 0;
      for (let c = 0; c < 3; c++) {
        const value = albedo[i * 3 + c]! * mix(bandLight[low * 3 + c]!, bandLight[(low + 1) * 3 + c]!, t);
        out[i * 3 + c] = value;
        brightest = Math.max(brightest, value);
      }
      const shine =
        luminance(color[i * 3]!, color[i * 3 + 1]!, color[i * 3 + 2]!) -
        luminance(out[i * 3]!, out[i * 3 + 1]!, out[i * 3 + 2]!);
      const highlight = smoothstep(0.3, 0.42, shine) * 0.85;
      linearToOklab(clamp01(out[i * 3]!), clamp01(out[i * 3 + 1]!), clamp01(out[i * 3 + 2]!), lab);
      oklabToLinear(
        mix(lab[0]!, 0.99, highlight),
        lab[1]! * 1.18 * (1 - highlight),
        lab[2]! * 1.18 * (1 - highlight),
        lab,
      );
      out[i * 3] = lab[0]!;
      out[i * 3 + 1] = lab[1]!;
      out[i * 3 + 2] = lab[2]!;
    }
  });

  const field = await findLines(input.guide, input.isSubject, signal);
  const lines = await drawLines(
    field,
    (weight) => (weight >= LINE_WEIGHTS.crease * 0.7 ? (0.35 + 1.15 * weight) * scale : 0),
    signal,
  );
  await thinOutCrowds(lines, 7 * scale, signal);
  // Outlines in a very dark tone of their own surface sit better than black.
  for (let i = 0; i < lines.data.length; i++) {
    const a = lines.data[i]!;
    if (a <= 0) continue;
    out[i * 3] = mix(out[i * 3]!, albedo[i * 3]! * 0.03 + 0.004, a);
    out[i * 3 + 1] = mix(out[i * 3 + 1]!, albedo[i * 3 + 1]! * 0.03 + 0.004, a);
    out[i * 3 + 2] = mix(out[i * 3 + 2]!, albedo[i * 3 + 2]! * 0.03 + 0.009, a);
  }
  return out;
};

/** Reflectance with the texture of floors and walls smoothed away; cel backgrounds are painted broadly. */
async function calmAlbedo(input: StyleInput, sigma: number): Promise<Float32Array> {
  const { albedo, objectId, width, height, signal } = input;
  const weighted = new Float32Array(width * height * 4);
  for (let i = 0; i < objectId.length; i++) {
    if (objectId[i] === 0 || input.isSubject(objectId[i]!)) continue;
    for (let c = 0; c < 3; c++) weighted[i * 4 + c] = albedo[i * 3 + c]!;
    weighted[i * 4 + 3] = 1;
  }
  await blur(weighted, width, height, 4, sigma, signal);
  const out = albedo.slice();
  for (let i = 0; i < objectId.length; i++) {
    if (objectId[i] === 0 || input.isSubject(objectId[i]!) || weighted[i * 4 + 3]! < 0.01) continue;
    for (let c = 0; c < 3; c++) out[i * 3 + c] = weighted[i * 4 + c]! / weighted[i * 4 + 3]!;
  }
  return out;
}

function averageByBand(
  input: StyleInput,
  albedo: Float32Array,
  light: Float32Array,
  lit: number,
): Float32Array {
  const sum = new Float64Array(BANDS * 4);
  for (let i = 0; i < light.length; i++) {
    if (input.objectId[i] === 0) continue;
    const relative = light[i]! / lit;
    const band = relative < STEPS[0] ? 0 : relative < STEPS[1] ? 1 : 2;
    for (let c = 0; c < 3; c++) {
      const reflectance = Math.max(0.05, albedo[i * 3 + c]!);
      sum[band * 4 + c]! += Math.min(3, input.color[i * 3 + c]! / reflectance);
    }
    sum[band * 4 + 3]!++;
  }
  const fallback = [0.3, 0.62, 1].map((share) => share * lit);
  return Float32Array.from({ length: BANDS * 3 }, (_, k) => {
    const band = Math.floor(k / 3);
    const count = sum[band * 4 + 3]!;
    return count > 20 ? sum[band * 4 + (k % 3)]! / count : fallback[band]!;
  });
}

function percentile(values: Float32Array, objectId: Uint32Array, share: number): number {
  const kept: number[] = [];
  for (let i = 0; i < values.length; i += 7) if (objectId[i] !== 0) kept.push(values[i]!);
  kept.sort((a, b) => a - b);
  return kept[Math.floor(kept.length * share)] ?? 1;
}
