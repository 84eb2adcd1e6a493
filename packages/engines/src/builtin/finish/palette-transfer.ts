import { forEachRow } from '@diorama/conditioning';
import { clamp01, linearToOklab, mix, oklabToLinear, smoothstep, srgbToLinear } from './colour.ts';

/** A picture's lightness curve and its colours in shadows, middle tones and highlights, in OKLab. */
export interface TonePalette {
  /** Lightness at 33 evenly spaced shares of the pixels, rising. */
  readonly quantiles: Float32Array;
  /** For each of three overlapping ranges of lightness: mean a, mean b, deviation of a, deviation of b. */
  readonly zones: Float32Array;
}

const QUANTILES = 33;
const ZONES = 3;

function zoneWeights(quantile: number): readonly [number, number, number] {
  const low = 1 - smoothstep(0.1, 0.5, quantile);
  const high = smoothstep(0.5, 0.9, quantile);
  return [low, Math.max(0, 1 - low - high), high];
}

/** @param rgba 8-bit sRGB. */
export function paletteOfPicture(rgba: Uint8Array): TonePalette {
  const lab = new Float32Array((rgba.length / 4) * 3);
  const one = new Float32Array(3);
  for (let i = 0, at = 0; i < rgba.length; i += 4, at += 3) {
    linearToOklab(
      srgbToLinear(rgba[i]! / 255),
      srgbToLinear(rgba[i + 1]! / 255),
      srgbToLinear(rgba[i + 2]! / 255),
      one,
    );
    lab.set(one, at);
  }
  return paletteOfLab(lab);
}

function paletteOfLab(lab: Float32Array): TonePalette {
  const step = Math.max(1, Math.floor(lab.length / 3 / 60_000));
  const kept: number[] = [];
  for (let i = 0; i < lab.length / 3; i += step) kept.push(i);
  kept.sort((a, b) => lab[a * 3]! - lab[b * 3]!);
  const quantiles = Float32Array.from({ length: QUANTILES }, (_, q) => {
    const index = kept[Math.min(kept.length - 1, Math.round((q / (QUANTILES - 1)) * (kept.length - 1)))] ?? 0;
    return lab[index * 3] ?? 0;
  });
  const sums = new Float64Array(ZONES * 5);
  kept.forEach((index, rank) => {
    const weights = zoneWeights(rank / Math.max(1, kept.length - 1));
    const a = lab[index * 3 + 1]!;
    const b = lab[index * 3 + 2]!;
    weights.forEach((weight, zone) => {
      sums[zone * 5]! += weight * a;
      sums[zone * 5 + 1]! += weight * b;
      sums[zone * 5 + 2]! += weight * a * a;
      sums[zone * 5 + 3]! += weight * b * b;
      sums[zone * 5 + 4]! += weight;
    });
  });
  const zones = new Float32Array(ZONES * 4);
  for (let zone = 0; zone < ZONES; zone++) {
    const total = Math.max(1e-9, sums[zone * 5 + 4]!);
    const meanA = sums[zone * 5]! / total;
    const meanB = sums[zone * 5 + 1]! / total;
    zones[zone * 4] = meanA;
    zones[zone * 4 + 1] = meanB;
    zones[zone * 4 + 2] = Math.sqrt(Math.max(0, sums[zone * 5 + 2]! / total - meanA * meanA));
    zones[zone * 4 + 3] = Math.sqrt(Math.max(0, sums[zone * 5 + 3]! / total - meanB * meanB));
  }
  return { quantiles, zones };
}

/**
 * Takes over tone and palette of another picture: lightness by matching the distribution (softened), colours by
 * matching mean and spread of three tonal ranges (after Reinhard et al., "Color transfer between images", 2001, in
 * OKLab and per range). Changes display-linear values in place.
 *
 * @param toneStrength,colorStrength 0 to 1.
 */
export async function transferPalette(
  rgb: Float32Array,
  width: number,
  height: number,
  target: TonePalette,
  toneStrength: number,
  colorStrength: number,
  signal: AbortSignal,
): Promise<void> {
  if (toneStrength <= 0 && colorStrength <= 0) return;
  const lab = new Float32Array(rgb.length);
  const one = new Float32Array(3);
  await forEachRow(height, signal, (y) => {
    for (let i = y * width * 3; i < (y + 1) * width * 3; i += 3) {
      linearToOklab(clamp01(rgb[i]!), clamp01(rgb[i + 1]!), clamp01(rgb[i + 2]!), one);
      lab.set(one, i);
    }
  });
  const source = paletteOfLab(lab);
  // A steep stretch of the curve would turn noise and gradients into steps.
  const curve = limitedCurve(source.quantiles, target.quantiles);
  await forEachRow(height, signal, (y) => {
    for (let i = y * width * 3; i < (y + 1) * width * 3; i += 3) {
      const light = lab[i]!;
      const rank = rankOf(source.quantiles, light);
      const newLight = mix(light, curveAt(source.quantiles, curve, light), toneStrength);
      const weights = zoneWeights(rank);
      let a = 0;
      let b = 0;
      for (let zone = 0; zone < ZONES; zone++) {
        const z = zone * 4;
        // Never more than doubled: a grey scene has no colours to stretch.
        const ga = Math.min(2, target.zones[z + 2]! / Math.max(0.008, source.zones[z + 2]!));
        const gb = Math.min(2, target.zones[z + 3]! / Math.max(0.008, source.zones[z + 3]!));
        a += weights[zone]! * ((lab[i + 1]! - source.zones[z]!) * Math.max(0.55, ga) + target.zones[z]!);
        b +=
          weights[zone]! * ((lab[i + 2]! - source.zones[z + 1]!) * Math.max(0.55, gb) + target.zones[z + 1]!);
      }
      oklabToLinear(newLight, mix(lab[i + 1]!, a, colorStrength), mix(lab[i + 2]!, b, colorStrength), one);
      rgb[i] = Math.max(0, one[0]!);
      rgb[i + 1] = Math.max(0, one[1]!);
      rgb[i + 2] = Math.max(0, one[2]!);
    }
  });
}

function limitedCurve(source: Float32Array, target: Float32Array): Float32Array {
  const middle = QUANTILES >> 1;
  const curve = new Float32Array(QUANTILES);
  curve[middle] = target[middle]!;
  for (const direction of [1, -1]) {
    for (let q = middle + direction; q >= 0 && q < QUANTILES; q += direction) {
      const run = Math.abs(source[q]! - source[q - direction]!);
      const rise = Math.abs(target[q]! - target[q - direction]!);
      curve[q] = curve[q - direction]! + direction * Math.min(Math.max(rise, run * 0.35), run * 2.2);
    }
  }
  return curve.map(clamp01);
}

function rankOf(quantiles: Float32Array, value: number): number {
  let low = 0;
  let high = QUANTILES - 1;
  while (high - low > 1) {
    const mid = (low + high) >> 1;
    if (quantiles[mid]! <= value) low = mid;
    else high = mid;
  }
  const run = quantiles[high]! - quantiles[low]!;
  return (low + (run > 1e-6 ? clamp01((value - quantiles[low]!) / run) : 0)) / (QUANTILES - 1);
}

function curveAt(from: Float32Array, to: Float32Array, value: number): number {
  const place = rankOf(from, value) * (QUANTILES - 1);
  const q = Math.min(QUANTILES - 2, Math.floor(place));
  const inside = mix(to[q]!, to[q + 1]!, place - q);
  if (value < from[0]!) return Math.max(0, to[0]! - (from[0]! - value));
  if (value > from[QUANTILES - 1]!) return Math.min(1, to[QUANTILES - 1]! + (value - from[QUANTILES - 1]!));
  return inside;
}
