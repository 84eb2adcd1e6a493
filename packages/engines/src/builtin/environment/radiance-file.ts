import { DioramaError } from '@diorama/contracts';

/** An equirectangular picture, linear RGB radiance, 3 floats a texel, top row first. */
export interface RadiancePicture {
  readonly width: number;
  readonly height: number;
  readonly rgb: Float32Array;
}

const MAX_EDGE = 16_384;

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

/**
 * Reads Radiance RGBE with flat scanlines, as `encodeRadiance` writes it.
 *
 * @throws {DioramaError} `invalid-image` for anything else.
 */
export function decodeRadiance(bytes: Uint8Array): RadiancePicture {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 512));
  const match = /^#\?(?:RADIANCE|RGBE)\n(?:[^\n]+\n)*\n-Y (\d{1,5}) \+X (\d{1,5})\n/.exec(head);
  const height = Number(match?.[1]);
  const width = Number(match?.[2]);
  if (!match || width < 1 || height < 1 || width > MAX_EDGE || height > MAX_EDGE)
    throw new DioramaError('invalid-image', 'The environment picture has no usable Radiance header.');
  const start = match[0].length;
  if (bytes.length !== start + width * height * 4)
    throw new DioramaError(
      'invalid-image',
      'The environment picture does not have the size its header says.',
    );
  const rgb = new Float32Array(width * height * 3);
  for (let i = 0, at = start; i < rgb.length; i += 3, at += 4) {
    const exponent = bytes[at + 3]!;
    if (exponent === 0) continue;
    const scale = 2 ** (exponent - 128 - 8);
    // Half a step up: the encoder cuts, so the middle of the step is the value with the smallest error.
    for (let c = 0; c < 3; c++) rgb[i + c] = (bytes[at + c]! + 0.5) * scale;
  }
  return { width, height, rgb };
}
