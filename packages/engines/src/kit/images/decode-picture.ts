import { DioramaError, LIMITS } from '@diorama/contracts';
import { readImageHeader } from '@diorama/gltf';
import sharp, { type Sharp } from 'sharp';

/** By their bytes, whatever somebody said they are; the library behind knows many more, some of them risky. */
const PICTURE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/webp'];

export interface PictureHeader {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly width: number;
  readonly height: number;
}

/**
 * What a file says it is, from its first bytes; null when it is no PNG, JPEG or WebP.
 */
export function pictureHeader(bytes: Uint8Array): PictureHeader | null {
  const header = readImageHeader(bytes);
  return header && PICTURE_TYPES.includes(header.mediaType) ? (header as PictureHeader) : null;
}

/** Far above what a picture of the largest size takes; a crafted file can keep a decoder busy for much longer. */
const DECODE_SECONDS = 30;

/** One frame of a picture as it is meant to be seen, in sRGB; nothing is decoded yet. */
export function openPicture(bytes: Uint8Array): Sharp {
  return sharp(bytes, { limitInputPixels: LIMITS.imagePixels, failOn: 'error', pages: 1 })
    .timeout({ seconds: DECODE_SECONDS })
    .autoOrient()
    .toColourspace('srgb');
}

/**
 * Decodes a reference picture to 8-bit sRGB RGBA.
 *
 * @throws {DioramaError} `invalid-image` or `image-too-large`.
 */
export async function decodePicture(
  bytes: Uint8Array,
  longEdge: number,
): Promise<{ width: number; height: number; rgba: Uint8Array }> {
  requirePicture(bytes);
  try {
    const { data, info } = await openPicture(bytes)
      .resize({ width: longEdge, height: longEdge, fit: 'inside', withoutEnlargement: true })
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, rgba: data };
  } catch (cause) {
    throw new DioramaError('invalid-image', 'A reference image cannot be read.', { cause });
  }
}

/** @throws {DioramaError} `invalid-image` or `image-too-large`. */
export function requirePicture(bytes: Uint8Array): PictureHeader {
  const header = pictureHeader(bytes);
  if (!header) throw new DioramaError('invalid-image', 'A reference image is not a PNG, JPEG or WebP.');
  if (header.width * header.height > LIMITS.imagePixels)
    throw new DioramaError(
      'image-too-large',
      `A reference image has ${header.width} x ${header.height} pixels.`,
    );
  return header;
}
