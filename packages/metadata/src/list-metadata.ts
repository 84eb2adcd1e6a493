import { fromUtf8, latin1, startsWith, TEXT_BYTES_MAX, toLatin1 } from './bytes.ts';
import { readUserComment } from './exif/user-comment.ts';
import { imageTypeOf } from './image-type.ts';
import { APP0, APP1, APP2, APP14, APP15, COM, type JpegSegment, readSegments } from './jpeg/jpeg-segments.ts';
import { readChunks } from './png/png-chunks.ts';
import { readPngText } from './png/png-text.ts';
import { readWebp } from './webp/webp-chunks.ts';
import { XMP_JPEG_EXTENSION, XMP_JPEG_SIGNATURE, XMP_PNG_KEYWORD } from './xmp/xmp-packet.ts';

/**
 * `technical` is what tells how the pixels are meant (colour, density, JFIF); `other` may be anything; `trailing` are
 * bytes behind the end of the picture.
 */
export type MetadataKind = 'text' | 'xmp' | 'exif' | 'icc' | 'technical' | 'other' | 'trailing';

/** One part of an image file that is not its pixels. */
export interface MetadataEntry {
  readonly kind: MetadataKind;
  /** Type of the PNG chunk or RIFF chunk, or name of the JPEG marker ("APP1"). */
  readonly part: string;
  /** Keyword of a text chunk, signature of a JPEG segment; else empty. */
  readonly name: string;
  readonly bytes: number;
  /** What it says, where it is text that can be read: of EXIF the UserComment. */
  readonly text: string | null;
}

/**
 * Everything in an image file besides the picture itself, in the order of the file. Chunks without which there would be
 * no picture are left out; whatever is not known is listed as `other`.
 *
 * @throws {DioramaError} `invalid-image` when the file is not a sound PNG, JPEG or WebP.
 */
export async function listMetadata(bytes: Uint8Array): Promise<MetadataEntry[]> {
  switch (imageTypeOf(bytes)) {
    case 'png':
      return await listPng(bytes);
    case 'jpeg':
      return listJpeg(bytes);
    case 'webp':
      return listWebp(bytes);
  }
}

const PNG_PIXELS = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
const PNG_TECHNICAL = new Set(['sRGB', 'gAMA', 'cHRM', 'cICP', 'sBIT', 'bKGD', 'pHYs', 'hIST']);

async function listPng(png: Uint8Array): Promise<MetadataEntry[]> {
  const entries: MetadataEntry[] = [];
  for (const chunk of readChunks(png)) {
    const { type, data } = chunk;
    if (PNG_PIXELS.has(type)) continue;
    const common = { part: type, name: '', bytes: data.length, text: null };
    const text = await readPngText(chunk);
    if (text)
      entries.push({
        ...common,
        kind: text.keyword === XMP_PNG_KEYWORD ? 'xmp' : 'text',
        name: text.keyword,
        text: text.text,
      });
    else if (type === 'eXIf') entries.push({ ...common, kind: 'exif', text: readUserComment(data) });
    else if (type === 'iCCP') entries.push({ ...common, kind: 'icc' });
    else entries.push({ ...common, kind: PNG_TECHNICAL.has(type) ? 'technical' : 'other' });
  }
  return entries;
}

const JPEG_SIGNATURES: readonly [kind: MetadataKind, marker: number, signature: string][] = [
  ['xmp', APP1, XMP_JPEG_SIGNATURE],
  ['xmp', APP1, XMP_JPEG_EXTENSION],
  ['exif', APP1, 'Exif\0\0'],
  ['icc', APP2, 'ICC_PROFILE\0'],
  ['technical', APP0, 'JFIF\0'],
  ['technical', APP14, 'Adobe'],
];

function listJpeg(jpeg: Uint8Array): MetadataEntry[] {
  return readSegments(jpeg).flatMap((segment): MetadataEntry[] => {
    const { marker, data, isTrailing } = segment;
    const common = { name: '', bytes: data.length, text: null };
    if (isTrailing) return [{ ...common, kind: 'trailing', part: '' }];
    if (marker === COM) return [{ ...common, kind: 'text', part: 'COM', text: latin1(cut(data)) }];
    if (marker === null || marker < APP0 || marker > APP15) return [];
    return [{ ...common, part: `APP${marker - APP0}`, ...recognise(segment) }];
  });
}

function recognise({
  marker,
  data,
}: JpegSegment): Pick<MetadataEntry, 'kind' | 'name'> & { text?: string | null } {
  const found = JPEG_SIGNATURES.find(
    ([, wanted, signature]) => wanted === marker && startsWith(data, toLatin1(signature)),
  );
  const printable = /^[\x20-\x7e]*/.exec(latin1(data.subarray(0, 60)))![0];
  if (!found) return { kind: 'other', name: printable };
  const [kind, , signature] = found;
  if (kind === 'xmp') return { kind, name: printable, text: fromUtf8(data.subarray(signature.length)) };
  if (kind === 'exif') return { kind, name: printable, text: readUserComment(data) };
  return { kind, name: printable };
}

const WEBP_PIXELS = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF']);

function listWebp(webp: Uint8Array): MetadataEntry[] {
  const { chunks, trailing } = readWebp(webp);
  const entries = chunks
    .filter(({ type }) => !WEBP_PIXELS.has(type))
    .map(({ type, data }): MetadataEntry => {
      const common = { part: type, name: '', bytes: data.length, text: null };
      if (type === 'XMP ') return { ...common, kind: 'xmp', text: fromUtf8(cut(data)) };
      if (type === 'EXIF') return { ...common, kind: 'exif', text: readUserComment(data) };
      return { ...common, kind: type === 'ICCP' ? 'icc' : 'other' };
    });
  if (trailing.length > 0)
    entries.push({ kind: 'trailing', part: '', name: '', bytes: trailing.length, text: null });
  return entries;
}

function cut(data: Uint8Array): Uint8Array {
  return data.subarray(0, TEXT_BYTES_MAX);
}
