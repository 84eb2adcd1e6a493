import { DioramaError, LIMITS, type PixelSize } from '@diorama/contracts';
import type { Sharp, SharpOptions } from 'sharp';

const OPTIONS: SharpOptions = {
  limitInputPixels: LIMITS.imagePixels,
  failOn: 'error',
  sequentialRead: true,
  // Of an animated image only the first frame counts.
  pages: 1,
};
const TIMEOUT_SECONDS = 15;

let loaded: Promise<typeof import('sharp').default> | null = null;

/** sharp with every decoder off but the three that uploads may use. */
export function loadSharp(): Promise<typeof import('sharp').default> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.block({ operation: ['VipsForeignLoad'] });
    sharp.unblock({
      operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'],
    });
    // One image at a time on one core: the renderer needs the others, and sharp's cache would only keep descriptors.
    sharp.concurrency(1);
    sharp.cache(false);
    return sharp;
  });
  return loaded;
}

export async function openImage(input: string | Uint8Array): Promise<Sharp> {
  const sharp = await loadSharp();
  return sharp(input, OPTIONS).timeout({ seconds: TIMEOUT_SECONDS });
}

/**
 * Checks an image: its header first, because a small file can unfold to gigabytes, then every pixel.
 *
 * @param input Path or bytes of a PNG, JPEG or WebP file.
 * @returns Its size as shown, that is after the EXIF orientation.
 * @throws {DioramaError} `image-too-large` or `invalid-image`.
 */
export async function inspectImage(input: string | Uint8Array): Promise<PixelSize> {
  const sharp = await loadSharp();
  let size: PixelSize;
  try {
    const { width, height, autoOrient } = await sharp(input, {
      ...OPTIONS,
      limitInputPixels: false,
    }).metadata();
    if (width * height > LIMITS.imagePixels)
      throw new DioramaError('image-too-large', `The image has ${width} x ${height} pixels.`, {
        details: { width, height, maxPixels: LIMITS.imagePixels },
      });
    size = { width: autoOrient.width, height: autoOrient.height };
    await decodeFully(input);
  } catch (thrown) {
    if (thrown instanceof DioramaError) throw thrown;
    throw new DioramaError('invalid-image', undefined, { cause: thrown });
  }
  return size;
}

/** Decodes every pixel and keeps none. Rejects when the file is damaged or cut off. */
export async function decodeFully(input: string | Uint8Array): Promise<void> {
  // An averaging reduction reads every row; libvips streams it, so the full picture is never in memory.
  const image = await openImage(input);
  await image.resize(16, 16, { fit: 'fill', kernel: 'cubic', fastShrinkOnLoad: false }).raw().toBuffer();
}
