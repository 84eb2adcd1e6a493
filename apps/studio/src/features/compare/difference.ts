import { deltaE2000, labOf } from './color-difference.ts';
import { heatOf, scaleFor } from './heat-scale.ts';

/** How far two pictures are apart, in units of CIEDE2000. */
export interface DifferenceFigures {
  readonly mean: number;
  readonly max: number;
  /** Share of the pixels that are visibly different, 0 to 1. */
  readonly visibleShare: number;
  /** What the light end of the scale stands for. */
  readonly scaleMax: number;
  /** Share of the first picture that the second one covers, 0 to 1; the rest is not compared. */
  readonly coveredShare: number;
}

export interface PixelDifference extends DifferenceFigures {
  /** RGBA of the heat map; clear where nothing was compared. */
  readonly heat: Uint8ClampedArray<ArrayBuffer>;
}

/** From here on a difference is seen by most people who look for it. */
export const VISIBLE_DELTA_E = 2.3;
/** Finer than any eye, coarse enough to count in. */
const BINS_PER_UNIT = 20;
const BINS = 130 * BINS_PER_UNIT;

/**
 * Colour difference pixel by pixel, and its heat map.
 *
 * @param first RGBA, 8-bit sRGB. @param second The same number of pixels; where it is clear, nothing is compared.
 */
export function differenceOf(first: Uint8ClampedArray, second: Uint8ClampedArray): PixelDifference {
  const pixels = first.length / 4;
  const differences = new Float32Array(pixels);
  const histogram = new Uint32Array(BINS);
  let compared = 0;
  let sum = 0;
  let max = 0;
  let visible = 0;
  // Pictures have areas of one colour: what was reckoned for the pixel before often holds for the next one.
  let lastFirst = -1;
  let lastSecond = -1;
  let lastDifference = 0;
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const at = pixel * 4;
    if (second[at + 3]! < 128 || first[at + 3]! < 128) {
      differences[pixel] = -1;
      continue;
    }
    const keyFirst = (first[at]! << 16) | (first[at + 1]! << 8) | first[at + 2]!;
    const keySecond = (second[at]! << 16) | (second[at + 1]! << 8) | second[at + 2]!;
    if (keyFirst !== lastFirst || keySecond !== lastSecond) {
      lastFirst = keyFirst;
      lastSecond = keySecond;
      lastDifference =
        keyFirst === keySecond
          ? 0
          : deltaE2000(
              labOf(first[at]!, first[at + 1]!, first[at + 2]!),
              labOf(second[at]!, second[at + 1]!, second[at + 2]!),
            );
    }
    differences[pixel] = lastDifference;
    compared += 1;
    sum += lastDifference;
    if (lastDifference > max) max = lastDifference;
    if (lastDifference >= VISIBLE_DELTA_E) visible += 1;
    const bin = Math.min(BINS - 1, Math.ceil(lastDifference * BINS_PER_UNIT));
    histogram[bin] = histogram[bin]! + 1;
  }
  const scaleMax = scaleFor(percentile(histogram, compared, 0.99));
  return {
    mean: compared === 0 ? 0 : sum / compared,
    max,
    visibleShare: compared === 0 ? 0 : visible / compared,
    scaleMax,
    coveredShare: pixels === 0 ? 0 : compared / pixels,
    heat: heatMap(differences, scaleMax),
  };
}

function percentile(histogram: Uint32Array, count: number, share: number): number {
  let seen = 0;
  for (let bin = 0; bin < histogram.length; bin += 1) {
    seen += histogram[bin]!;
    if (seen >= count * share) return bin / BINS_PER_UNIT;
  }
  return 0;
}

function heatMap(differences: Float32Array, scaleMax: number): Uint8ClampedArray<ArrayBuffer> {
  const heat = new Uint8ClampedArray(differences.length * 4);
  differences.forEach((difference, pixel) => {
    if (difference < 0) return;
    const [red, green, blue] = heatOf(difference / scaleMax);
    heat[pixel * 4] = red;
    heat[pixel * 4 + 1] = green;
    heat[pixel * 4 + 2] = blue;
    heat[pixel * 4 + 3] = 255;
  });
  return heat;
}

/** "ΔE 3.2" with as many digits as it deserves. */
export function inDeltaE(value: number): string {
  return value >= 10 ? value.toFixed(0) : value.toFixed(value >= 1 ? 1 : 2);
}
