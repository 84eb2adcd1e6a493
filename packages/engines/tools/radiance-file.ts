/** An equirectangular picture, linear RGB radiance, 3 floats a texel, top row first. */
export interface RadiancePicture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Float32Array;
}

/**
 * Writes Radiance RGBE with flat (not run-length coded) scanlines.
 *
 * Shared exponents keep 8 bits of precision over 76 orders of magnitude, which is what a sun beside a shadow needs.
 */
export function encodeRadiance({ width, height, rgb }: RadiancePicture): Uint8Array {
  const header = new TextEncoder().encode(`#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y ${height} +X ${width}\n`);
  const out = new Uint8Array(header.length + width * height * 4);
  out.set(header);
  let at = header.length;
  for (let i = 0; i < width * height * 3; i += 3) {
    const max = Math.max(rgb[i]!, rgb[i + 1]!, rgb[i + 2]!);
    if (max > 1e-32) {
      const exponent = Math.floor(Math.log2(max)) + 1;
      const scale = 256 * 2 ** -exponent;
      for (let c = 0; c < 3; c++) out[at + c] = Math.min(255, Math.max(0, rgb[i + c]! * scale));
      out[at + 3] = exponent + 128;
    }
    at += 4;
  }
  return out;
}
