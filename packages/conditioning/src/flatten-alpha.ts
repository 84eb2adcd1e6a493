import { DioramaError } from '@diorama/contracts';
import { openPicture } from './pixels/open-picture.ts';

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
