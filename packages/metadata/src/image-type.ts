import { invalidImage } from './bytes.ts';
import { isJpeg } from './jpeg/jpeg-segments.ts';
import { isPng } from './png/png-chunks.ts';
import { isWebp } from './webp/webp-chunks.ts';

export type ImageType = 'png' | 'jpeg' | 'webp';

/**
 * Told from the first bytes.
 *
 * @throws {DioramaError} `invalid-image` for everything else.
 */
export function imageTypeOf(bytes: Uint8Array): ImageType {
  if (isPng(bytes)) return 'png';
  if (isJpeg(bytes)) return 'jpeg';
  if (isWebp(bytes)) return 'webp';
  throw invalidImage('The file is not a PNG, JPEG or WebP image.');
}
