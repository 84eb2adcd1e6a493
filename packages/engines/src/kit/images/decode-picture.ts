import { openPicture } from '@diorama/conditioning';
import { DioramaError } from '@diorama/contracts';

/**
 * Decodes a reference picture to 8-bit sRGB RGBA.
 *
 * @param longEdge Pixels; larger pictures are made smaller, smaller ones stay.
 * @throws {DioramaError} `invalid-image` or `image-too-large`.
 */
export async function decodePicture(
  bytes: Uint8Array,
  longEdge: number,
): Promise<{ width: number; height: number; rgba: Uint8Array }> {
  const picture = openPicture(bytes, 'A reference image');
  try {
    const { data, info } = await picture
      .resize({ width: longEdge, height: longEdge, fit: 'inside', withoutEnlargement: true })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgba: data };
  } catch (cause) {
    throw new DioramaError('invalid-image', 'A reference image cannot be read.', { cause });
  }
}
