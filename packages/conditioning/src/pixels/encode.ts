import sharp from 'sharp';
import { hash01 } from './hash.ts';
import { linearToSrgbFast } from './srgb.ts';
import { forEachRow } from './work.ts';

/**
 * Display-linear floats to 8-bit sRGB. Half a step of triangular noise keeps skies and backdrops from banding; it
 * depends on the pixel alone, so the same picture has the same bytes.
 */
export async function quantise(
  rgb: Float32Array,
  width: number,
  height: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const out = new Uint8Array(width * height * 3);
  await forEachRow(height, signal, (y) => {
    for (let x = 0; x < width; x++) {
      const dither = hash01(x, y, 17) - hash01(x, y, 4513);
      const at = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) {
        const value = linearToSrgbFast(rgb[at + c]!) * 255;
        // Pure black and white stay pure.
        out[at + c] = value <= 0.02 ? 0 : value >= 254.98 ? 255 : Math.round(value + dither * 0.5);
      }
    }
  });
  return out;
}

/** @param pixels 8-bit sRGB, 3 bytes a pixel. */
export async function encodePng(pixels: Uint8Array, width: number, height: number): Promise<Uint8Array> {
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .withIccProfile('srgb')
    .png({ compressionLevel: 6, adaptiveFiltering: true })
    .toBuffer();
}

/** One 16-bit grey channel. */
export async function encodePng16(grey: Uint16Array, width: number, height: number): Promise<Uint8Array> {
  return sharp(grey, { raw: { width, height, channels: 1 } })
    .toColourspace('grey16')
    .png({ compressionLevel: 6, adaptiveFiltering: true })
    .toBuffer();
}
