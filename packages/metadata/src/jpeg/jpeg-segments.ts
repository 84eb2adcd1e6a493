import { concat, invalidImage, PARTS_MAX, viewOf } from '../bytes.ts';

/** One marker segment of a JPEG (ITU-T T.81), or the coded pixels behind a start of scan. */
export interface JpegSegment {
  /** Second byte of the marker, 0xC0 to 0xFE; null for coded pixels and for what follows the end. */
  readonly marker: number | null;
  /** Without marker and length. */
  readonly data: Uint8Array;
  /** Bytes after the end of the picture: nobody shows them, and anything can stand there. */
  readonly isTrailing?: true;
}

const SOI = 0xd8;
const EOI = 0xd9;
const SOS = 0xda;
export const APP0 = 0xe0;
export const APP1 = 0xe1;
export const APP2 = 0xe2;
export const APP14 = 0xee;
export const APP15 = 0xef;
export const COM = 0xfe;
/** Bytes that one segment can hold. */
export const SEGMENT_BYTES_MAX = 0xffff - 2;

export function isJpeg(bytes: Uint8Array): boolean {
  return bytes[0] === 0xff && bytes[1] === SOI && bytes[2] === 0xff;
}

/**
 * Splits a JPEG into its segments; joining them gives the same bytes but for fill bytes between them.
 *
 * @throws {DioramaError} `invalid-image`
 */
export function readSegments(jpeg: Uint8Array): JpegSegment[] {
  if (!isJpeg(jpeg)) throw invalid('It does not begin as one.');
  const view = viewOf(jpeg);
  const segments: JpegSegment[] = [];
  let at = 2;
  for (;;) {
    if (segments.length >= PARTS_MAX) throw invalid('It has too many segments.');
    if (jpeg[at] !== 0xff) throw invalid('A marker is missing.');
    while (jpeg[at + 1] === 0xff) at += 1;
    const marker = jpeg[at + 1];
    if (marker === undefined) throw invalid('It is cut off.');
    if (marker === EOI) {
      if (at + 2 < jpeg.length)
        segments.push({ marker: null, data: jpeg.subarray(at + 2), isTrailing: true });
      return segments;
    }
    if (marker < 0xc0 || isAlone(marker)) throw invalid('A marker stands where none may be.');
    if (at + 4 > jpeg.length) throw invalid('It is cut off.');
    const length = view.getUint16(at + 2);
    const end = at + 2 + length;
    if (length < 2 || end > jpeg.length) throw invalid('A segment is cut off.');
    segments.push({ marker, data: jpeg.subarray(at + 4, end) });
    at = end;
    if (marker === SOS) {
      at = endOfScan(jpeg, at);
      segments.push({ marker: null, data: jpeg.subarray(end, at) });
    }
  }
}

/** The inverse of `readSegments`; what trails is written after the end again. */
export function writeSegments(segments: readonly JpegSegment[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0xff, SOI)];
  for (const { marker, data, isTrailing } of segments) {
    if (isTrailing) continue;
    if (marker !== null) {
      const length = data.length + 2;
      if (length > 0xffff) throw new RangeError('a JPEG segment holds at most 65,533 bytes');
      parts.push(Uint8Array.of(0xff, marker, length >> 8, length & 0xff));
    }
    parts.push(data);
  }
  parts.push(Uint8Array.of(0xff, EOI));
  for (const { data, isTrailing } of segments) if (isTrailing) parts.push(data);
  return concat(parts);
}

/** Where the next real marker stands: FF 00 is a coded byte, FF D0 to FF D7 are restarts within the scan. */
function endOfScan(jpeg: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    at = jpeg.indexOf(0xff, at);
    if (at < 0 || at + 1 >= jpeg.length) throw invalid('It has no end.');
    const next = jpeg[at + 1]!;
    if (next !== 0 && next !== 0xff && !(next >= 0xd0 && next <= 0xd7)) return at;
    at += next === 0xff ? 1 : 2;
  }
}

function isAlone(marker: number): boolean {
  return marker >= 0xd0 && marker <= 0xd8;
}

function invalid(message: string) {
  return invalidImage(`The file is not a sound JPEG. ${message}`);
}
