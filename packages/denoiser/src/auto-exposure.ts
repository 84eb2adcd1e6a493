import type { DenoiseInput } from './image.ts';

/** Middle grey: where the geometric mean of the image is put. */
const KEY = 0.18;
/** Bins darker than this say nothing about the exposure (and have no useful logarithm). */
const DARKEST = 1e-8;
const BIN_PIXELS = 16;
const BRIGHTEST = 65504;

const sane = (radiance: number): number => (radiance > 0 ? Math.min(radiance, BRIGHTEST) : 0);

/**
 * Factor that brings an image to the brightness the network was trained at: middle grey over the geometric mean of the luminance,
 * averaged in bins of about 16x16 pixels so that single noisy pixels do not count. As Open Image Denoise does it.
 *
 * Always computed over the whole image: two parts with different factors would meet in a visible seam. An image without light gives 1.
 */
export function autoExposure({
  width,
  height,
  color,
}: Pick<DenoiseInput, 'width' | 'height' | 'color'>): number {
  const binRows = Math.ceil(height / BIN_PIXELS);
  const binColumns = Math.ceil(width / BIN_PIXELS);
  let logSum = 0;
  let bins = 0;
  for (let binRow = 0; binRow < binRows; binRow++) {
    const y0 = Math.floor((binRow * height) / binRows);
    const y1 = Math.floor(((binRow + 1) * height) / binRows);
    for (let binColumn = 0; binColumn < binColumns; binColumn++) {
      const x0 = Math.floor((binColumn * width) / binColumns);
      const x1 = Math.floor(((binColumn + 1) * width) / binColumns);
      let luminance = 0;
      for (let y = y0; y < y1; y++) {
        for (let at = 3 * (y * width + x0), end = 3 * (y * width + x1); at < end; at += 3) {
          luminance +=
            0.212671 * sane(color[at]!) + 0.71516 * sane(color[at + 1]!) + 0.072169 * sane(color[at + 2]!);
        }
      }
      luminance /= (y1 - y0) * (x1 - x0);
      if (luminance > DARKEST) {
        logSum += Math.log2(luminance);
        bins++;
      }
    }
  }
  // Rounded to the kernel's precision: every part of the program uses the same number, and last bits in which the logarithms of
  // JavaScript engines differ are gone.
  return bins === 0 ? 1 : Math.fround(KEY / 2 ** (logSum / bins));
}
