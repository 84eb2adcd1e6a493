import { concat, invalidImage, latin1, PARTS_MAX, startsWith, toLatin1, viewOf } from '../bytes.ts';
import { crc32 } from './crc32.ts';

/** PNG (ISO/IEC 15948) as a list of chunks: enough to add and read text, nothing that touches pixels. */
export interface PngChunk {
  /** Four ASCII letters. */
  readonly type: string;
  readonly data: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export function isPng(bytes: Uint8Array): boolean {
  return startsWith(bytes, SIGNATURE);
}

/**
 * Splits a PNG into its chunks, checking signature, lengths, order and every CRC.
 *
 * @throws {DioramaError} `invalid-image` when anything is not as the standard says.
 */
export function readChunks(png: Uint8Array): PngChunk[] {
  if (!isPng(png)) throw invalid('It does not begin with the PNG signature.');
  const view = viewOf(png);
  const chunks: PngChunk[] = [];
  let at = SIGNATURE.length;
  while (at < png.length) {
    if (at + 12 > png.length) throw invalid('A chunk is cut off.');
    const length = view.getUint32(at);
    if (length > 0x7fff_ffff || at + 12 + length > png.length) throw invalid('A chunk is cut off.');
    const type = latin1(png.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw invalid('A chunk has no valid type.');
    if (view.getUint32(at + 8 + length) !== crc32(png.subarray(at + 4, at + 8 + length)))
      throw invalid(`The ${type} chunk is damaged.`);
    if (chunks.length === 0 && type !== 'IHDR') throw invalid('The header chunk is not first.');
    if (chunks.length >= PARTS_MAX) throw invalid('It has too many chunks.');
    chunks.push({ type, data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
    if (type === 'IEND') {
      if (at !== png.length) throw invalid('There are bytes after the end.');
      return chunks;
    }
  }
  throw invalid('It has no end chunk.');
}

/** Joins chunks to a PNG; the inverse of `readChunks`. */
export function writeChunks(chunks: readonly PngChunk[]): Uint8Array {
  const total = chunks.reduce((sum, chunk) => sum + 12 + chunk.data.length, SIGNATURE.length);
  const png = new Uint8Array(total);
  const view = viewOf(png);
  png.set(SIGNATURE);
  let at = SIGNATURE.length;
  for (const { type, data } of chunks) {
    view.setUint32(at, data.length);
    png.set(toLatin1(type), at + 4);
    png.set(data, at + 8);
    view.setUint32(at + 8 + data.length, crc32(png.subarray(at + 4, at + 8 + data.length)));
    at += 12 + data.length;
  }
  return png;
}

/** Puts chunks before the pixels, which is where every reader looks. */
export function insertBeforePixels(chunks: readonly PngChunk[], added: readonly PngChunk[]): PngChunk[] {
  const firstPixels = chunks.findIndex(({ type }) => type === 'IDAT');
  return chunks.toSpliced(firstPixels < 0 ? 1 : firstPixels, 0, ...added);
}

/** What is needed to show the picture as it is meant. */
const PICTURE_CHUNKS = [
  'IHDR',
  'PLTE',
  'tRNS',
  'IDAT',
  'IEND',
  'sRGB',
  'gAMA',
  'cHRM',
  'iCCP',
  'cICP',
  'sBIT',
];

export function isPictureChunk(type: string): boolean {
  return PICTURE_CHUNKS.includes(type);
}

/** An uncompressed `iTXt` chunk without language: keyword, then UTF-8. */
export function internationalText(keyword: string, text: Uint8Array): PngChunk {
  // Keyword, NUL, not compressed, method 0, no language tag, no translated keyword.
  return { type: 'iTXt', data: concat([toLatin1(`${keyword}\0\0\0\0\0`), text]) };
}

export function latinText(keyword: string, text: Uint8Array): PngChunk {
  return { type: 'tEXt', data: concat([toLatin1(`${keyword}\0`), text]) };
}

function invalid(message: string) {
  return invalidImage(`The file is not a sound PNG. ${message}`);
}
