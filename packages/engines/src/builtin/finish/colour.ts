import { luminance, srgbToLinear } from '@diorama/conditioning';

/** Colour conversions. Linear means linear Rec. 709 / sRGB primaries, D65, 1 = diffuse white. */

export {
  hexToLinear,
  LUMA_B,
  LUMA_G,
  LUMA_R,
  linearToSrgb,
  linearToSrgbFast,
  luminance,
  srgbToLinear,
} from '@diorama/conditioning';

export type Rgb = readonly [number, number, number];

/** Linear RGB to OKLab (Björn Ottosson, 2020): L 0 to 1, a and b about -0.4 to 0.4. Writes to `out`. */
export function linearToOklab(r: number, g: number, b: number, out: Float32Array | number[]): void {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  out[0] = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  out[1] = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  out[2] = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
}

/** OKLab to linear RGB; may leave 0 to 1. Writes to `out`. */
export function oklabToLinear(lightness: number, a: number, b: number, out: Float32Array | number[]): void {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  out[0] = 4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s;
  out[1] = -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s;
  out[2] = -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s;
}

/**
 * Linear RGB of a black body, luminance 1 (Tanner Helland's fit of the Planckian locus).
 *
 * @param kelvin 1,000 to 15,000.
 */
export function blackBody(kelvin: number): [number, number, number] {
  const t = Math.min(15_000, Math.max(1_000, kelvin)) / 100;
  const r = t <= 66 ? 1 : 1.2929362 * (t - 60) ** -0.1332047592;
  const g = t <= 66 ? 0.39008158 * Math.log(t) - 0.63184144 : 1.1298909 * (t - 60) ** -0.0755148492;
  const b = t >= 66 ? 1 : t <= 19 ? 0 : 0.54320679 * Math.log(t - 10) - 1.19625409;
  const linear = [r, g, b].map((c) => srgbToLinear(Math.min(1, Math.max(0, c)))) as [number, number, number];
  const scale = 1 / luminance(...linear);
  return [linear[0] * scale, linear[1] * scale, linear[2] * scale];
}

export function clamp01(value: number): number {
  return value < 0 ? 0 : Math.min(value, 1);
}

/** 0 below `low`, 1 above `high`, smooth between. */
export function smoothstep(low: number, high: number, value: number): number {
  const t = clamp01((value - low) / (high - low));
  return t * t * (3 - 2 * t);
}

export function mix(a: number, b: number, t: number): number {
  return a + (b - a) * t;
}
