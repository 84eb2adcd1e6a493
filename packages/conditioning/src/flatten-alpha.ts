import { DioramaError, LIMITS } from '@diorama/contracts';
import { readImageHeader } from '@diorama/gltf';
import sharp from 'sharp';

/** By their bytes, whatever somebody said they are; the library behind knows many more, some of them risky. */
const PICTURE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/webp'];

/**
 * Opens a picture that came from outside, upright.
 *
 * @throws {DioramaError} `invalid-image` or `image-too-large`.
 */
export function openPicture(bytes: Uint8Array): sharp.Sharp {
  const header = readImageHeader(bytes);
  if (!header || !PICTURE_TYPES.includes(header.mediaType))
    throw new DioramaError('invalid-image', 'The image is not a PNG, JPEG or WebP.');
  if (header.width < 1 || header.height < 1)
    throw new DioramaError('invalid-image', 'The image has no pixels.');
  if (header.width * header.height > LIMITS.imagePixels)
    throw new DioramaError('image-too-large', `The image has ${header.width} x ${header.height} pixels.`);
  return sharp(bytes, { limitInputPixels: LIMITS.imagePixels, failOn: 'error' }).rotate();
}

/**
 * Lays a picture on a plain background. Services that drop transparency show whatever colour lies under it, often
 * black; this way it is decided here.
 *
 * @param image PNG, JPEG or WebP.
 * @param backgroundSrgb `#rrggbb`, default white.
 * @returns A PNG, or the very same bytes when nothing in the picture is transparent.
 * @throws {DioramaError} `invalid-image` or `image-too-large`.
 */
export async function flattenAlpha(image: Uint8Array, backgroundSrgb = '#ffffff'): Promise<Uint8Array> {
  const picture = openPicture(image);
  try {
    const { hasAlpha } = await picture.metadata();
    if (!hasAlpha || (await picture.clone().stats()).isOpaque) return image;
    return await picture.flatten({ background: backgroundSrgb }).withIccProfile('srgb').png().toBuffer();
  } catch (cause) {
    throw new DioramaError('invalid-image', undefined, { cause });
  }
}
