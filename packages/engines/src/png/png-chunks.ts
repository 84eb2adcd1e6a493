import { crc32 } from 'node:zlib';
import { DioramaError } from '@diorama/contracts';

/** PNG (ISO/IEC 15948) as a list of chunks: enough to add and read text, nothing that touches pixels. */
export interface PngChunk {
  /** Four ASCII letters. */
  readonly type: string;
  readonly data: Uint8Array;
}

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * Splits a PNG into its chunks, checking signature, lengths, order and every CRC.
 *
 * @throws {DioramaError} `invalid-image` when anything is not as the standard says.
 */
export function readChunks(png: Uint8Array): PngChunk[] {
  if (png.length < SIGNATURE.length || SIGNATURE.some((byte, i) => png[i] !== byte))
    throw invalid('It does not begin with the PNG signature.');
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  const chunks: PngChunk[] = [];
  let at = SIGNATURE.length;
  while (at < png.length) {
    if (at + 12 > png.length) throw invalid('A chunk is cut off.');
    const length = view.getUint32(at);
    if (length > 0x7fff_ffff || at + 12 + length > png.length) throw invalid('A chunk is cut off.');
    const type = String.fromCharCode(...png.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw invalid('A chunk has no valid type.');
    if (view.getUint32(at + 8 + length) !== crc32(png.subarray(at + 4, at + 8 + length)))
      throw invalid(`The ${type} chunk is damaged.`);
    if (chunks.length === 0 && type !== 'IHDR') throw invalid('The header chunk is not first.');
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
  const view = new DataView(png.buffer);
  png.set(SIGNATURE);
  let at = SIGNATURE.length;
  for (const { type, data } of chunks) {
    view.setUint32(at, data.length);
    for (let i = 0; i < 4; i++) png[at + 4 + i] = type.charCodeAt(i);
    png.set(data, at + 8);
    view.setUint32(at + 8 + data.length, crc32(png.subarray(at + 4, at + 8 + data.length)));
    at += 12 + data.length;
  }
  return png;
}

function invalid(message: string): DioramaError {
  return new DioramaError('invalid-image', `The file is not a sound PNG. ${message}`);
}
