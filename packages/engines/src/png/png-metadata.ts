import {
  aovNameSchema,
  builtinOptionsSchema,
  cameraSchema,
  DioramaError,
  lookSchema,
  seedSchema,
} from '@diorama/contracts';
import { z } from 'zod';
import { type PngChunk, readChunks, writeChunks } from './png-chunks.ts';

export const PNG_METADATA_VERSION = 1;
const KEYWORD = 'diorama';
/** A look with every directive of a 4,000-character prompt stays far below; more is not ours. */
const MAX_BYTES = 1024 * 1024;

/**
 * How an image was made, as it stands in the image itself. No keys, no file names, no paths: pictures get shared.
 */
export const pngMetadataSchema = z.strictObject({
  format: z.literal('diorama-image'),
  version: z.literal(PNG_METADATA_VERSION),
  engine: z.string().max(64),
  engineVersion: z.string().max(64),
  model: z.string().max(200).nullable(),
  prompt: z.string().max(4_000),
  look: lookSchema.nullable(),
  /** The camera that was used, after framing and lens. */
  camera: cameraSchema.nullable(),
  seed: seedSchema,
  width: z.int().positive(),
  height: z.int().positive(),
  options: builtinOptionsSchema.extend({ aovs: z.array(aovNameSchema) }).nullable(),
});
export type PngMetadata = z.infer<typeof pngMetadataSchema>;

/**
 * Returns the PNG with the settings in an uncompressed `iTXt` chunk named `diorama`, before the pixels.
 * An earlier one is replaced.
 */
export function writePngMetadata(png: Uint8Array, metadata: PngMetadata): Uint8Array {
  const chunks = readChunks(png).filter((chunk) => !isOurs(chunk));
  // Keyword, NUL, not compressed, method 0, no language tag, no translated keyword, then UTF-8.
  const head = new TextEncoder().encode(`${KEYWORD}\0\0\0\0\0`);
  const text = new TextEncoder().encode(JSON.stringify(pngMetadataSchema.parse(metadata)));
  const data = new Uint8Array(head.length + text.length);
  data.set(head);
  data.set(text, head.length);
  const firstPixels = chunks.findIndex((chunk) => chunk.type === 'IDAT');
  return writeChunks(chunks.toSpliced(firstPixels < 0 ? 1 : firstPixels, 0, { type: 'iTXt', data }));
}

/**
 * The settings in a PNG, or null when it has none.
 *
 * @throws {DioramaError} `invalid-image` when the file is not a sound PNG or its settings are not valid.
 */
export function readPngMetadata(png: Uint8Array): PngMetadata | null {
  const chunk = readChunks(png).find(isOurs);
  if (!chunk) return null;
  const faulty = (cause?: unknown) =>
    new DioramaError('invalid-image', 'The settings inside the image cannot be read.', { cause });
  if (chunk.data.length > MAX_BYTES) throw faulty();
  const headLength = KEYWORD.length + 5;
  if (
    chunk.data.length < headLength ||
    chunk.data.subarray(KEYWORD.length, headLength).some((byte) => byte !== 0)
  )
    throw faulty();
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(chunk.data.subarray(headLength)));
  } catch (cause) {
    throw faulty(cause);
  }
  const result = pngMetadataSchema.safeParse(json);
  if (!result.success) throw faulty(result.error);
  return result.data;
}

function isOurs({ type, data }: PngChunk): boolean {
  return (
    type === 'iTXt' &&
    data.length > KEYWORD.length &&
    data[KEYWORD.length] === 0 &&
    Buffer.from(data.subarray(0, KEYWORD.length)).toString('latin1') === KEYWORD
  );
}
