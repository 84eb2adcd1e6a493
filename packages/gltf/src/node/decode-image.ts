import { DioramaError, LIMITS } from '@diorama/contracts';
import sharp from 'sharp';
import { readImageHeader } from '../image/image-header.ts';

/** 8-bit sRGB-encoded RGBA, top row first. */
export interface DecodedImage {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

export interface DecodeOptions {
  /** Default `LIMITS.imagePixels`. */
  readonly maxPixels?: number;
}

const SECONDS_MAX = 20;

/**
 * Decodes a texture: PNG, JPEG or WebP. Colour profiles and the orientation flag are ignored, as glTF 2.0 asks for
 * (3.8.2.2): the numbers of a normal map mean directions, not colours.
 *
 * Other loaders of libvips (SVG, PDF, …) are blocked for the whole process on first use.
 *
 * @throws {DioramaError} `unsupported-media-type`, `image-too-large`, `invalid-image`.
 */
export async function decodeImage(bytes: Uint8Array, options: DecodeOptions = {}): Promise<DecodedImage> {
  const maxPixels = options.maxPixels ?? LIMITS.imagePixels;
  const header = readImageHeader(bytes);
  if (!header || header.width === 0) throw new DioramaError('unsupported-media-type');
  if (header.width * header.height > maxPixels)
    throw new DioramaError('image-too-large', `The image has ${header.width} x ${header.height} pixels.`);
  blockOtherLoaders();
  try {
    const { data, info } = await sharp(bytes, {
      limitInputPixels: maxPixels,
      animated: false,
      failOn: 'error',
    })
      .timeout({ seconds: SECONDS_MAX })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return {
      width: info.width,
      height: info.height,
      rgba: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    };
  } catch (error) {
    throw new DioramaError('invalid-image', undefined, { cause: error });
  }
}

let blocked = false;

function blockOtherLoaders(): void {
  if (blocked) return;
  blocked = true;
  sharp.block({ operation: ['VipsForeignLoad'] });
  sharp.unblock({
    operation: ['VipsForeignLoadPng', 'VipsForeignLoadJpeg', 'VipsForeignLoadWebp'],
  });
}
