import { concat, invalidImage, latin1, PARTS_MAX, toLatin1, viewOf } from '../bytes.ts';

/** One RIFF chunk of a WebP (RFC 9649). */
export interface WebpChunk {
  /** Four characters. */
  readonly type: string;
  readonly data: Uint8Array;
}

/** A WebP file taken apart. */
export interface Webp {
  readonly chunks: readonly WebpChunk[];
  /** Bytes behind the RIFF container. */
  readonly trailing: Uint8Array;
}

export function isWebp(bytes: Uint8Array): boolean {
  return latin1(bytes.subarray(0, 4)) === 'RIFF' && latin1(bytes.subarray(8, 12)) === 'WEBP';
}

/** @throws {DioramaError} `invalid-image` */
export function readWebp(webp: Uint8Array): Webp {
  if (!isWebp(webp)) throw invalid('It does not begin as one.');
  const view = viewOf(webp);
  const end = 8 + view.getUint32(4, true);
  if (end > webp.length || end < 12) throw invalid('It is cut off.');
  const chunks: WebpChunk[] = [];
  let at = 12;
  while (at < end) {
    if (at + 8 > end) throw invalid('A chunk is cut off.');
    const type = latin1(webp.subarray(at, at + 4));
    const length = view.getUint32(at + 4, true);
    if (at + 8 + length > end) throw invalid('A chunk is cut off.');
    if (chunks.length >= PARTS_MAX) throw invalid('It has too many chunks.');
    chunks.push({ type, data: webp.subarray(at + 8, at + 8 + length) });
    at += 8 + length + (length & 1);
  }
  if (!chunks.some(({ type }) => type === 'VP8 ' || type === 'VP8L' || type === 'ANMF'))
    throw invalid('It has no picture.');
  // An odd last chunk may lack its padding.
  return { chunks, trailing: webp.subarray(Math.min(webp.length, Math.max(at, end))) };
}

/** Joins chunks to a WebP. */
export function writeWebp(chunks: readonly WebpChunk[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { type, data } of chunks) {
    const head = new Uint8Array(8);
    head.set(toLatin1(type));
    viewOf(head).setUint32(4, data.length, true);
    parts.push(head, data);
    if (data.length & 1) parts.push(Uint8Array.of(0));
  }
  const body = concat(parts);
  const head = new Uint8Array(12);
  head.set(toLatin1('RIFF'));
  viewOf(head).setUint32(4, body.length + 4, true);
  head.set(toLatin1('WEBP'), 8);
  return concat([head, body]);
}

const FLAG = { animation: 0x02, xmp: 0x04, exif: 0x08, alpha: 0x10, icc: 0x20 } as const;

/**
 * Chunks with the extended header in front that a file with metadata needs, its flags set to what is there. A file
 * without one gets it; its size and alpha are read from the picture's own header.
 *
 * @throws {DioramaError} `invalid-image`
 */
export function withHeader(chunks: readonly WebpChunk[]): WebpChunk[] {
  const has = (type: string) => chunks.some((chunk) => chunk.type === type);
  const old = chunks.find(({ type }) => type === 'VP8X');
  const rest = chunks.filter(({ type }) => type !== 'VP8X');
  if (old && old.data.length < 10) throw invalid('Its header is cut off.');
  const data = old ? old.data.slice() : newHeader(rest);
  let flags = data[0]! & (FLAG.alpha | FLAG.animation);
  if (has('ICCP')) flags |= FLAG.icc;
  if (has('EXIF')) flags |= FLAG.exif;
  if (has('XMP ')) flags |= FLAG.xmp;
  data[0] = flags;
  return [{ type: 'VP8X', data }, ...rest];
}

function newHeader(chunks: readonly WebpChunk[]): Uint8Array {
  const lossless = chunks.find(({ type }) => type === 'VP8L')?.data;
  const lossy = chunks.find(({ type }) => type === 'VP8 ')?.data;
  const header = new Uint8Array(10);
  const setSize = (width: number, height: number, alpha: boolean) => {
    header[0] = alpha ? FLAG.alpha : 0;
    for (const [at, value] of [
      [4, width - 1],
      [7, height - 1],
    ] as const)
      for (let byte = 0; byte < 3; byte++) header[at + byte] = (value >> (8 * byte)) & 0xff;
  };
  if (lossless) {
    if (lossless.length < 5 || lossless[0] !== 0x2f) throw invalid('Its picture is cut off.');
    const bits = viewOf(lossless).getUint32(1, true);
    setSize((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1, ((bits >>> 28) & 1) === 1);
  } else if (lossy) {
    // Three bytes of frame tag, the start code, then 14 bits each of width and height (RFC 6386, 9.1).
    if (lossy.length < 10 || lossy[3] !== 0x9d || lossy[4] !== 0x01 || lossy[5] !== 0x2a)
      throw invalid('Its picture is cut off.');
    const view = viewOf(lossy);
    const width = view.getUint16(6, true) & 0x3fff;
    const height = view.getUint16(8, true) & 0x3fff;
    if (width === 0 || height === 0) throw invalid('It has no size.');
    setSize(
      width,
      height,
      chunks.some(({ type }) => type === 'ALPH'),
    );
  }
  return header;
}

function invalid(message: string) {
  return invalidImage(`The file is not a sound WebP. ${message}`);
}
