import { concat, fromUtf8, latin1, startsWith, TEXT_BYTES_MAX, toLatin1, viewOf } from '../bytes.ts';

/** How an EXIF block begins in a JPEG segment, and in some WebP files. */
export const EXIF_SIGNATURE = toLatin1('Exif\0\0');

const EXIF_IFD = 0x8769;
const USER_COMMENT = 0x9286;
const UNDEFINED = 7;
/** Bytes of one value of each type, by the type's number (TIFF 6.0). */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where the four bytes of value or offset stand. */
  readonly at: number;
}

/**
 * The UserComment of an EXIF block (Exif 2.32, 4.6.5), where web UIs keep their settings in JPEG and WebP; null when
 * there is none or it cannot be read.
 *
 * @param exif With or without the signature in front.
 */
export function readUserComment(exif: Uint8Array): string | null {
  const tiff = startsWith(exif, EXIF_SIGNATURE) ? exif.subarray(EXIF_SIGNATURE.length) : exif;
  if (tiff.length < 8) return null;
  const order = latin1(tiff.subarray(0, 2));
  if (order !== 'II' && order !== 'MM') return null;
  const little = order === 'II';
  const view = viewOf(tiff);
  const main = readDirectory(view, view.getUint32(4, little), little);
  const pointer = main.find(({ tag }) => tag === EXIF_IFD);
  const inner = pointer ? readDirectory(view, view.getUint32(pointer.at, little), little) : [];
  const entry = [...inner, ...main].find(({ tag }) => tag === USER_COMMENT);
  const bytes = entry && readValue(tiff, view, entry, little);
  return bytes ? decodeComment(bytes, little) : null;
}

function readDirectory(view: DataView, at: number, little: boolean): Entry[] {
  if (at < 8 || at + 2 > view.byteLength) return [];
  const count = view.getUint16(at, little);
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    const entryAt = at + 2 + 12 * i;
    if (entryAt + 12 > view.byteLength) break;
    entries.push({
      tag: view.getUint16(entryAt, little),
      type: view.getUint16(entryAt + 2, little),
      count: view.getUint32(entryAt + 4, little),
      at: entryAt + 8,
    });
  }
  return entries;
}

function readValue(tiff: Uint8Array, view: DataView, entry: Entry, little: boolean): Uint8Array | null {
  const bytes = (TYPE_BYTES[entry.type] ?? 0) * entry.count;
  if (bytes === 0 || bytes > TEXT_BYTES_MAX) return null;
  const at = bytes <= 4 ? entry.at : view.getUint32(entry.at, little);
  return at + bytes > tiff.length ? null : tiff.subarray(at, at + bytes);
}

/** Eight bytes name the encoding. For Unicode the standard leaves the byte order open, so it is guessed. */
function decodeComment(bytes: Uint8Array, little: boolean): string | null {
  const body = bytes.subarray(8);
  switch (latin1(bytes.subarray(0, 8))) {
    case 'UNICODE\0':
      return decodeUtf16(body, little);
    case 'ASCII\0\0\0':
    case '\0\0\0\0\0\0\0\0':
      return trimmed(fromUtf8(body) ?? latin1(body));
    default:
      return trimmed(fromUtf8(bytes));
  }
}

function decodeUtf16(bytes: Uint8Array, littleByOrder: boolean): string | null {
  if (bytes.length < 2) return '';
  let zerosFirst = 0;
  let zerosSecond = 0;
  for (let i = 0; i + 1 < Math.min(bytes.length, 400); i += 2) {
    if (bytes[i] === 0) zerosFirst += 1;
    if (bytes[i + 1] === 0) zerosSecond += 1;
  }
  const little = zerosFirst === zerosSecond ? littleByOrder : zerosSecond > zerosFirst;
  return trimmed(new TextDecoder(little ? 'utf-16le' : 'utf-16be').decode(bytes));
}

function trimmed(text: string | null): string | null {
  return text?.replace(/\0+$/, '') ?? null;
}

/** An EXIF block, big-endian and without signature, that has nothing but a UserComment. */
export function writeUserComment(text: string): Uint8Array {
  const comment = new Uint8Array(8 + text.length * 2);
  comment.set(toLatin1('UNICODE\0'));
  const units = viewOf(comment);
  for (let i = 0; i < text.length; i++) units.setUint16(8 + 2 * i, text.charCodeAt(i));
  const head = new Uint8Array(44);
  head.set(toLatin1('MM\0*'));
  const view = viewOf(head);
  view.setUint32(4, 8);
  const directory = (at: number, tag: number, type: number, count: number, value: number) => {
    view.setUint16(at, 1);
    view.setUint16(at + 2, tag);
    view.setUint16(at + 4, type);
    view.setUint32(at + 6, count);
    view.setUint32(at + 10, value);
    view.setUint32(at + 14, 0);
  };
  directory(8, EXIF_IFD, 4, 1, 26);
  directory(26, USER_COMMENT, UNDEFINED, comment.length, 44);
  return concat([head, comment]);
}
