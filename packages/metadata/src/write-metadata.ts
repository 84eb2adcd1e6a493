import { concat, startsWith, toLatin1, utf8 } from './bytes.ts';
import { EXIF_SIGNATURE, writeUserComment } from './exif/user-comment.ts';
import { imageTypeOf } from './image-type.ts';
import {
  APP0,
  APP1,
  APP2,
  APP14,
  COM,
  type JpegSegment,
  readSegments,
  SEGMENT_BYTES_MAX,
  writeSegments,
} from './jpeg/jpeg-segments.ts';
import { writeParameters } from './parameters/write-parameters.ts';
import {
  insertBeforePixels,
  internationalText,
  isPictureChunk,
  latinText,
  type PngChunk,
  readChunks,
  writeChunks,
} from './png/png-chunks.ts';
import type { ImageSettings } from './settings/image-settings.ts';
import { writeSettings } from './settings/settings-document.ts';
import { readWebp, type WebpChunk, withHeader, writeWebp } from './webp/webp-chunks.ts';
import type { DigitalSourceType } from './xmp/source-type.ts';
import { writeXmp, XMP_JPEG_SIGNATURE, XMP_PNG_KEYWORD } from './xmp/xmp-packet.ts';

export const SETTINGS_KEYWORD = 'diorama';
export const PARAMETERS_KEYWORD = 'parameters';

/** What goes into an image. */
export interface MetadataToWrite {
  /** null: the label alone. */
  readonly settings: ImageSettings | null;
  readonly digitalSourceType: DigitalSourceType;
}

/**
 * Puts metadata into an image without touching its pixels. Everything that was in it before is taken out first, except
 * what tells how its colours are meant.
 *
 * PNG: `diorama` (iTXt), `parameters` (tEXt, or iTXt where Latin-1 does not do) and XMP. JPEG and WebP: XMP that has the
 * settings too, and EXIF with the parameters.
 *
 * @throws {DioramaError} `invalid-image` when the file is not a sound PNG, JPEG or WebP.
 */
export function writeMetadata(bytes: Uint8Array, metadata: MetadataToWrite): Uint8Array {
  switch (imageTypeOf(bytes)) {
    case 'png':
      return writeChunks(insertBeforePixels(barePng(bytes), pngChunksOf(metadata)));
    case 'jpeg':
      return writeSegments(insertSegments(bareJpeg(bytes), jpegSegmentsOf(metadata)));
    case 'webp':
      return writeWebp(withHeader([...bareWebp(bytes), ...webpChunksOf(metadata)]));
  }
}

/**
 * Takes out everything but the picture and how its colours are meant: nothing is left that could tell anything. A
 * JPEG's orientation goes too; its pixels should stand upright before.
 *
 * @throws {DioramaError} `invalid-image` when the file is not a sound PNG, JPEG or WebP.
 */
export function stripMetadata(bytes: Uint8Array): Uint8Array {
  switch (imageTypeOf(bytes)) {
    case 'png':
      return writeChunks(barePng(bytes));
    case 'jpeg':
      return writeSegments(bareJpeg(bytes));
    case 'webp': {
      const chunks = bareWebp(bytes);
      return writeWebp(chunks.some(({ type }) => type === 'VP8X') ? withHeader(chunks) : chunks);
    }
  }
}

function barePng(bytes: Uint8Array): PngChunk[] {
  return readChunks(bytes).filter(({ type }) => isPictureChunk(type));
}

function bareJpeg(bytes: Uint8Array): JpegSegment[] {
  return readSegments(bytes).filter(({ marker, data, isTrailing }) => {
    if (isTrailing || marker === COM) return false;
    if (marker === null || marker < APP0 || marker > 0xef) return true;
    if (marker === APP0) return startsWith(data, toLatin1('JFIF\0'));
    if (marker === APP2) return startsWith(data, toLatin1('ICC_PROFILE\0'));
    return marker === APP14;
  });
}

const WEBP_PICTURE = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);

function bareWebp(bytes: Uint8Array): WebpChunk[] {
  return readWebp(bytes).chunks.filter(({ type }) => WEBP_PICTURE.has(type));
}

function pngChunksOf({ settings, digitalSourceType }: MetadataToWrite): PngChunk[] {
  const label = { digitalSourceType };
  const xmp = (text: string) => internationalText(XMP_PNG_KEYWORD, utf8(text));
  if (settings === null) return [xmp(writeXmp(label))];
  return [
    internationalText(SETTINGS_KEYWORD, utf8(writeSettings(settings))),
    parametersChunk(writeParameters(settings)),
    xmp(writeXmp({ ...label, description: settings.prompt })),
  ];
}

function parametersChunk(text: string): PngChunk {
  const safe = text.replaceAll('\0', ' ');
  return /^[\0-\u00ff]*$/.test(safe)
    ? latinText(PARAMETERS_KEYWORD, toLatin1(safe))
    : internationalText(PARAMETERS_KEYWORD, utf8(safe));
}

/** Behind the JFIF header, which has to be the first. */
function insertSegments(segments: readonly JpegSegment[], added: readonly JpegSegment[]): JpegSegment[] {
  return segments.toSpliced(segments[0]?.marker === APP0 ? 1 : 0, 0, ...added);
}

function jpegSegmentsOf(metadata: MetadataToWrite): JpegSegment[] {
  const signature = toLatin1(XMP_JPEG_SIGNATURE);
  const packet = packetWithin(metadata, SEGMENT_BYTES_MAX - signature.length);
  const exif = exifOf(metadata, SEGMENT_BYTES_MAX - EXIF_SIGNATURE.length);
  return [
    ...(exif ? [{ marker: APP1, data: concat([EXIF_SIGNATURE, exif]) }] : []),
    { marker: APP1, data: concat([signature, packet]) },
  ];
}

function webpChunksOf(metadata: MetadataToWrite): WebpChunk[] {
  const exif = exifOf(metadata, Number.POSITIVE_INFINITY);
  return [
    ...(exif ? [{ type: 'EXIF', data: exif }] : []),
    { type: 'XMP ', data: packetWithin(metadata, Number.POSITIVE_INFINITY) },
  ];
}

function exifOf({ settings }: MetadataToWrite, limitBytes: number): Uint8Array | null {
  if (settings === null) return null;
  const exif = writeUserComment(writeParameters(settings));
  return exif.length <= limitBytes ? exif : null;
}

/**
 * The packet with as much as a place holds. What can be found again by itself goes first: the look is read anew from
 * the prompt, the description repeats it, and the notes are written anew from the scene.
 */
function packetWithin({ settings, digitalSourceType }: MetadataToWrite, limitBytes: number): Uint8Array {
  if (settings === null) return utf8(writeXmp({ digitalSourceType }));
  const { sceneNotes: _notes, ...withoutNotes } = settings;
  const attempts: [ImageSettings, description: string][] = [
    [settings, settings.prompt],
    [{ ...settings, look: null }, settings.prompt],
    [{ ...settings, look: null }, ''],
    [{ ...withoutNotes, look: null }, ''],
    [{ ...withoutNotes, look: null, options: {} }, ''],
    [{ ...withoutNotes, look: null, options: {}, negativePrompt: '' }, ''],
  ];
  for (const [kept, description] of attempts) {
    const packet = utf8(writeXmp({ digitalSourceType, description, settings: writeSettings(kept) }));
    if (packet.length <= limitBytes) return packet;
  }
  return utf8(writeXmp({ digitalSourceType }));
}
