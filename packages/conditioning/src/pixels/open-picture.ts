import { DioramaError, LIMITS } from '@diorama/contracts';
import { readImageHeader } from '@diorama/gltf';
import sharp, { type Sharp } from 'sharp';

/** By their bytes, whatever somebody said they are; the library behind knows many more, some of them risky. */
const PICTURE_TYPES: readonly string[] = ['image/png', 'image/jpeg', 'image/webp'];

/** Far above what a picture of the largest size takes; a crafted file can keep a decoder busy for much longer. */
const DECODE_SECONDS = 30;

export interface PictureHeader {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp';
  /** Pixels as stored, before a photograph is turned upright. */
  readonly width: number;
  readonly height: number;
}

/** What a file says it is, from its first bytes; null when it is no PNG, JPEG or WebP. */
export function pictureHeader(bytes: Uint8Array): PictureHeader | null {
  const header = readImageHeader(bytes);
  return header && PICTURE_TYPES.includes(header.mediaType) ? (header as PictureHeader) : null;
}

/**
 * One frame of a picture that came from outside, upright and in sRGB; nothing is decoded yet.
 *
 * @param name At the beginning of a message: "A reference image".
 * @throws {DioramaError} `invalid-image` or `image-too-large`.
 */
export function openPicture(bytes: Uint8Array, name = 'The image'): Sharp {
  const header = pictureHeader(bytes);
  if (!header) throw new DioramaError('invalid-image', `${name} is not a PNG, JPEG or WebP.`);
  if (header.width < 1 || header.height < 1)
    throw new DioramaError('invalid-image', `${name} has no pixels.`);
  if (header.width * header.height > LIMITS.imagePixels)
    throw new DioramaError('image-too-large', `${name} has ${header.width} x ${header.height} pixels.`);
  return sharp(bytes, { limitInputPixels: LIMITS.imagePixels, failOn: 'error', pages: 1 })
    .timeout({ seconds: DECODE_SECONDS })
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
