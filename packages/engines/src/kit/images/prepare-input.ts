import { createHash } from 'node:crypto';
import { openPicture, pictureHeader } from '@diorama/conditioning';
import { DioramaError, type PixelSize } from '@diorama/contracts';
import type { Sharp } from 'sharp';
import type { InputLimits, InputSource, PreparedInput } from '../remote/adapter.ts';

const JPEG_QUALITIES = [92, 86, 78, 68];
/** Smaller than this a reference says nothing any more. */
const SMALLEST_EDGE_PX = 256;
/** Engines drop alpha, and what was clear would turn black. */
const BACKDROP = '#ffffff';

/**
 * Brings a picture into the form in which a service takes it: flattened, sRGB, within its size and bytes.
 *
 * @param exact Pixels it must have (the canvas and the maps); null keeps the ratio within the limits (references).
 * @throws {DioramaError} `invalid-image`, `image-too-large`.
 */
export async function prepareInput(
  bytes: Uint8Array,
  source: InputSource,
  limits: InputLimits,
  exact: PixelSize | null,
): Promise<PreparedInput> {
  const picture = openPicture(bytes, 'An image of the request');
  if (exact !== null && isReady(bytes, limits, exact)) return named(bytes, source, 'image/png', exact);

  let size = exact ?? fitInside(await sizeAsSeen(picture), limits);
  for (;;) {
    for (const encoded of attemptsFor(limits.mediaType)) {
      const data = await encode(picture, size, exact !== null, encoded, source);
      if (data.byteLength <= limits.maxBytes) return named(data, source, encoded.mediaType, size);
    }
    const smaller = { width: Math.round(size.width * 0.7), height: Math.round(size.height * 0.7) };
    if (Math.max(smaller.width, smaller.height) < SMALLEST_EDGE_PX)
      throw new DioramaError('image-too-large', 'An image cannot be made small enough for this engine.');
    size = smaller;
  }
}

interface Encoding {
  readonly mediaType: 'image/png' | 'image/jpeg';
  readonly apply: (image: Sharp) => Sharp;
}

/** As asked first; a PNG that is too heavy becomes a JPEG before it loses pixels. */
function* attemptsFor(mediaType: InputLimits['mediaType']): Generator<Encoding> {
  if (mediaType === 'image/png') yield { mediaType, apply: (image) => image.png({ compressionLevel: 4 }) };
  for (const quality of JPEG_QUALITIES)
    yield {
      mediaType: 'image/jpeg',
      apply: (image) => image.jpeg({ quality, chromaSubsampling: '4:4:4' }),
    };
}

async function encode(
  picture: Sharp,
  { width, height }: PixelSize,
  isExact: boolean,
  { apply }: Encoding,
  source: InputSource,
): Promise<Uint8Array> {
  try {
    // A map's values are measurements: in between there is nothing.
    const kernel = source.kind === 'map' && source.map !== 'lineart' ? 'nearest' : 'lanczos3';
    const image = picture
      .clone()
      .flatten({ background: BACKDROP })
      .resize({ width, height, fit: isExact ? 'cover' : 'fill', kernel });
    return await apply(image).toBuffer();
  } catch (cause) {
    throw new DioramaError('invalid-image', 'An image of the request cannot be read.', { cause });
  }
}

/** Photographs are often stored lying on their side, with a note how they are to be turned. */
async function sizeAsSeen(picture: Sharp): Promise<PixelSize> {
  try {
    const { autoOrient } = await picture.metadata();
    return autoOrient;
  } catch (cause) {
    throw new DioramaError('invalid-image', 'An image of the request cannot be read.', { cause });
  }
}

function fitInside({ width, height }: PixelSize, { longEdgeMaxPx }: InputLimits): PixelSize {
  const scale = Math.min(1, longEdgeMaxPx / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

function named(
  bytes: Uint8Array,
  source: InputSource,
  mediaType: PreparedInput['mediaType'],
  size: PixelSize,
): PreparedInput {
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 32);
  return { source, bytes, mediaType, size, fileName: `${hash}.${mediaType === 'image/png' ? 'png' : 'jpg'}` };
}

/** Whether a picture has all that the service asks for, so that its bytes can go as they are. */
function isReady(bytes: Uint8Array, limits: InputLimits, exact: PixelSize): boolean {
  const header = pictureHeader(bytes);
  return (
    limits.mediaType === 'image/png' &&
    header?.mediaType === 'image/png' &&
    header.width === exact.width &&
    header.height === exact.height &&
    bytes.byteLength <= limits.maxBytes &&
    isOpaquePng(bytes)
  );
}

/** PNG colour types 0 and 2 without transparency information; byte 25 of the header (PNG specification, 11.2.1). */
function isOpaquePng(bytes: Uint8Array): boolean {
  const colorType = bytes[25];
  if (colorType !== 0 && colorType !== 2) return false;
  return !Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4_096)).includes('tRNS');
}
