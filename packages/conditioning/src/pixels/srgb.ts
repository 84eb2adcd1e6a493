/** Linear means linear Rec. 709 / sRGB primaries, D65, 1 = diffuse white. */

/** Relative luminance weights of Rec. 709. */
export const LUMA_R = 0.2126;
export const LUMA_G = 0.7152;
export const LUMA_B = 0.0722;

export function luminance(r: number, g: number, b: number): number {
  return LUMA_R * r + LUMA_G * g + LUMA_B * b;
}

/** sRGB transfer function (IEC 61966-2-1), encoded to linear; both 0 to 1. */
export function srgbToLinear(encoded: number): number {
  return encoded <= 0.04045 ? encoded / 12.92 : ((encoded + 0.055) / 1.055) ** 2.4;
}

/** sRGB transfer function, linear to encoded; both 0 to 1. */
export function linearToSrgb(linear: number): number {
  return linear <= 0.0031308 ? linear * 12.92 : 1.055 * linear ** (1 / 2.4) - 0.055;
}

/** `#rrggbb` (sRGB) to linear. */
export function hexToLinear(hex: string): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [
    srgbToLinear(((value >> 16) & 255) / 255),
    srgbToLinear(((value >> 8) & 255) / 255),
    srgbToLinear((value & 255) / 255),
  ];
}

const ENCODE_STEPS = 4096;
const ENCODE_LUT = Float32Array.from({ length: ENCODE_STEPS + 2 }, (_, i) =>
  linearToSrgb(Math.min(1, i / ENCODE_STEPS)),
);

/** `linearToSrgb` clamped to 0 to 1, from a table: error below a tenth of an 8-bit step above the darkest ones. */
export function linearToSrgbFast(linear: number): number {
  if (!(linear > 0)) return 0;
  if (linear >= 1) return 1;
  if (linear < 0.004) return linearToSrgb(linear);
  const at = linear * ENCODE_STEPS;
  const i = at | 0;
  const low = ENCODE_LUT[i]!;
  return low + (ENCODE_LUT[i + 1]! - low) * (at - i);
}
