import { openPicture, pictureHeader } from '@diorama/conditioning';
import { DioramaError, LIMITS } from '@diorama/contracts';
import { containsSecret } from '../http/redact.ts';

/** Nothing that anybody asked for; enlarged it would pass for a picture. */
const SMALLEST_EDGE_PX = 16;

/** Decoded pixels of a picture that came from outside. */
export interface ReceivedImage {
  /** 8-bit sRGB, 3 channels. */
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  /** The file itself, to be kept; without its metadata when those carried a secret. */
  readonly file: Uint8Array;
}

/**
 * Recognises a file by its bytes, holds it to the pixel cap and decodes it in full: what a service sends is trusted no
 * more than what a user uploads.
 *
 * @throws {DioramaError} `invalid-output`
 */
export async function receiveImage(
  bytes: Uint8Array,
  engineName: string,
  secrets: readonly string[],
): Promise<ReceivedImage> {
  const header = pictureHeader(bytes);
  if (!header)
    throw new DioramaError(
      'invalid-output',
      `${engineName} sent something that is not a PNG, JPEG or WebP image.`,
    );
  if (header.width * header.height > LIMITS.imagePixels)
    throw new DioramaError(
      'invalid-output',
      `${engineName} sent an image of ${header.width} x ${header.height} pixels.`,
    );
  if (Math.min(header.width, header.height) < SMALLEST_EDGE_PX)
    throw new DioramaError(
      'invalid-output',
      `${engineName} sent an image of only ${header.width} x ${header.height} pixels.`,
    );
  try {
    const { data, info } = await openPicture(bytes)
      .flatten({ background: '#ffffff' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const file = containsSecret(bytes, secrets) ? await openPicture(bytes).png().toBuffer() : bytes;
    return { rgb: data, width: info.width, height: info.height, file };
  } catch (cause) {
    throw new DioramaError('invalid-output', `${engineName} sent an image that is damaged or incomplete.`, {
      cause,
    });
  }
}
