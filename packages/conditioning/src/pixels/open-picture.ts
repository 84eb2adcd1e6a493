import { DioramaError, LIMITS } from '@diorama/contracts';
import { readImageHeader } from '@diorama/gltf';
import sharp, { type Sharp } from 'sharp';

/** By their bytes, whatever somebody said they are; the library behind knows many more, some of them risky. */
const PICTURE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/webp'];

/**
 * One frame of a picture that came from outside, upright and in sRGB; nothing is decoded yet.
 *
 * @throws {DioramaError} `invalid-image` or `image-too-large`.
 */
export function openPicture(bytes: Uint8Array): Sharp {
  const header = readImageHeader(bytes);
  if (!header || !PICTURE_TYPES.includes(header.mediaType))
    throw new DioramaError('invalid-image', 'The image is not a PNG, JPEG or WebP.');
  if (header.width < 1 || header.height < 1)
    throw new DioramaError('invalid-image', 'The image has no pixels.');
  if (header.width * header.height > LIMITS.imagePixels)
    throw new DioramaError('image-too-large', `The image has ${header.width} x ${header.height} pixels.`);
  return sharp(bytes, { limitInputPixels: LIMITS.imagePixels, failOn: 'error', pages: 1 })
    .autoOrient()
    .toColourspace('srgb');
}

/** 8 bits a channel, interleaved, top row first. */
export interface RawImage {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly channels: 3 | 4;
}

/** @throws {DioramaError} `invalid-image` or `image-too-large`. */
export async function decodeRaw(bytes: Uint8Array): Promise<RawImage> {
  const picture = openPicture(bytes);
  try {
    const { data, info } = await picture.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    if (channels === 3 || channels === 4) return { data, width, height, channels };
    throw new Error(`A picture of ${channels} channels.`);
  } catch (cause) {
    throw new DioramaError('invalid-image', undefined, { cause });
  }
}
