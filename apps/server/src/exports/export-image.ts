import {
  DioramaError,
  type DownloadQuery,
  type Generation,
  MEDIA_TYPES,
  type Output,
  type PixelSize,
} from '@diorama/contracts';
import { listMetadata, stripMetadata, writeMetadata } from '@diorama/metadata';
import type { Sharp } from 'sharp';
import { openImage } from '../http/inspect-image.ts';
import { Turnstile } from '../http/turnstile.ts';
import { blobKeyOf } from '../storage/asset-id.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import { settingsOfImage, sourceTypeOf } from './settings-of-generation.ts';

/** How an image is wanted; `longEdge` absent or null: as large as it is. */
export interface ExportOptions extends Pick<DownloadQuery, 'format' | 'quality' | 'metadata'> {
  readonly longEdge?: number | null | undefined;
}

/** A file that is ready to be sent. */
export interface ExportedImage {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly size: PixelSize;
}

/** Images encoded at the same time, for everybody together: the renderer needs the cores more. */
const turns = new Turnstile(2);
/** Whoever waits holds memory; more of them than this are sent away. */
const WAITING_MAX = 100;
let waiting = 0;

/**
 * The exact size that an image leaves with.
 *
 * @throws {DioramaError} `invalid-size` for a size that only stretching could give, and for another size of the original.
 */
export function exportSize(
  { width, height }: PixelSize,
  { format, longEdge }: Pick<ExportOptions, 'format' | 'longEdge'>,
): PixelSize {
  const longest = Math.max(width, height);
  if (longEdge === undefined || longEdge === null || longEdge === longest) return { width, height };
  if (longEdge > longest)
    throw new DioramaError(
      'invalid-size',
      `The image has ${width} × ${height} pixels; it is not enlarged for a download.`,
      {
        hint: `Choose a long edge of at most ${longest} pixels, or make the image again at a larger size.`,
        details: { longEdge: longest },
      },
    );
  if (format === 'original')
    throw new DioramaError('invalid-size', 'The original has one size.', {
      hint: 'Choose PNG, JPEG or WebP to change the size.',
    });
  const scale = longEdge / longest;
  return width >= height
    ? { width: longEdge, height: Math.max(1, Math.round(height * scale)) }
    : { width: Math.max(1, Math.round(width * scale)), height: longEdge };
}

/** What `exportImage` answers with. */
export function exportMediaType(output: Output, { format }: Pick<ExportOptions, 'format'>): string {
  return format === 'original' ? output.mediaType : MEDIA_TYPES[format];
}

/**
 * One image of a finished generation as somebody wants to have it. `original` are the stored bytes; with other metadata
 * than they have, the same pixels without being encoded anew. Everything else is 8-bit sRGB of exactly the asked size.
 *
 * @param position Which image, from 0; it must exist.
 * @throws {DioramaError} `invalid-size`, `storage-failed` when the file is gone, `invalid-image` when it cannot be
 * decoded, `queue-full`, `canceled`.
 */
export async function exportImage(
  generation: Generation,
  position: number,
  options: ExportOptions,
  { blobs, signal }: { readonly blobs: BlobStore; readonly signal: AbortSignal },
): Promise<ExportedImage> {
  const output = generation.outputs[position]!;
  const size = exportSize(output, options);
  if (waiting >= WAITING_MAX)
    throw new DioramaError('queue-full', 'Too many downloads are waiting.', {
      hint: 'Try again in a moment.',
    });
  waiting += 1;
  try {
    return await turns.take(async () => {
      if (signal.aborted) throw new DioramaError('canceled');
      const stored = await blobs.read(blobKeyOf(output.asset));
      if (!stored) throw new DioramaError('storage-failed', 'The file of this image is missing.');
      const encoded = await encode(stored, output, size, options);
      return {
        bytes: await label(encoded, stored, generation, position, options),
        mediaType: exportMediaType(output, options),
        size,
      };
    });
  } finally {
    waiting -= 1;
  }
}

async function encode(
  stored: Uint8Array,
  output: Output,
  size: PixelSize,
  options: ExportOptions,
): Promise<Uint8Array> {
  if (options.format === 'original') return stored;
  const isResized = size.width !== output.width;
  if (!isResized && options.format === 'png' && (await isPlainPng(stored, output))) return stored;
  try {
    // First what the colours mean: averaging happens in what they are then.
    let image = (await openImage(stored)).autoOrient();
    if (isResized) image = image.resize({ ...size, fit: 'fill', kernel: 'lanczos3' });
    return await encoders[options.format](image.toColourspace('srgb'), options.quality).toBuffer();
  } catch (thrown) {
    throw new DioramaError('invalid-image', 'The image cannot be decoded.', {
      hint: 'Download the original, and check the data folder with `npx diorama doctor`.',
      cause: thrown,
    });
  }
}

const encoders: Record<
  Exclude<ExportOptions['format'], 'original'>,
  (image: Sharp, quality: number) => Sharp
> = {
  png: (image) => image.png({ compressionLevel: 6 }),
  jpeg: (image, quality) =>
    image.flatten({ background: '#ffffff' }).jpeg({
      quality,
      // At high quality the colours deserve all their pixels too: thin coloured lines fray otherwise.
      chromaSubsampling: quality >= 90 ? '4:4:4' : '4:2:0',
      mozjpeg: false,
    }),
  webp: (image, quality) => image.webp({ quality, effort: 4, smartSubsample: quality >= 90 }),
};

/** A PNG that has nothing of its own to say about its colours is sRGB already: its pixels can stay as they are packed. */
async function isPlainPng(stored: Uint8Array, output: Output): Promise<boolean> {
  // Byte 24 is the number of bits of a sample.
  if (output.mediaType !== MEDIA_TYPES.png || stored[24] !== 8) return false;
  const entries = await listMetadata(stored).catch(() => null);
  return entries?.every(({ part }) => ['tEXt', 'iTXt', 'zTXt', 'pHYs', 'sRGB'].includes(part)) ?? false;
}

async function label(
  encoded: Uint8Array,
  stored: Uint8Array,
  generation: Generation,
  position: number,
  { format, metadata }: ExportOptions,
): Promise<Uint8Array> {
  if (format === 'original' && metadata === 'settings') return stored;
  if (metadata === 'none') return stripMetadata(encoded);
  const settings = await settingsOfImage(generation, position, stored);
  return writeMetadata(encoded, {
    settings: metadata === 'settings' ? settings : null,
    digitalSourceType: sourceTypeOf(generation, settings),
  });
}
