import { DioramaError, type ErrorCode, LIMITS, MEDIA_TYPES } from '@diorama/contracts';

/** What an upload can be, told from its first bytes; `json` is a scene document or a .gltf file. */
export type FileType = 'png' | 'jpeg' | 'webp' | 'glb' | 'json';

/** Enough to tell every type apart, also when a JSON file starts with some blank lines. */
export const BYTES_TO_RECOGNISE = 64;

const LIMIT_BY_TYPE: Record<FileType, number> = {
  png: LIMITS.imageBytes,
  jpeg: LIMITS.imageBytes,
  webp: LIMITS.imageBytes,
  glb: LIMITS.modelBytes,
  // A .gltf file is read only to name the files that it misses.
  json: LIMITS.gltfJsonBytes,
};

/** Bytes that an upload of this type may have. */
export function byteLimitOf(type: FileType): number {
  return LIMIT_BY_TYPE[type];
}

export const LARGEST_UPLOAD_BYTES: number = Math.max(...Object.values(LIMIT_BY_TYPE));

export function mediaTypeOf(type: Exclude<FileType, 'json'>): string {
  return MEDIA_TYPES[type];
}

/**
 * Tells the type of a file by its first bytes. The declared type and the file's name do not count: whoever sends a
 * file chooses them freely.
 *
 * @throws {DioramaError} `unsupported-media-type`, naming what the file seems to be.
 */
export function recogniseFile(head: Uint8Array): FileType {
  if (startsWith(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])) return 'png';
  if (startsWith(head, [0xff, 0xd8, 0xff])) return 'jpeg';
  if (text(head, 0, 4) === 'RIFF' && text(head, 8, 12) === 'WEBP') return 'webp';
  if (isGlb(head)) return 'glb';
  const start = leadingText(head);
  if (start.startsWith('{')) return 'json';
  throw unsupported(foreignName(head, start));
}

export function isGlb(bytes: Uint8Array): boolean {
  return text(bytes, 0, 4) === 'glTF';
}

/** @throws {DioramaError} `code` when the bytes are not JSON in UTF-8. */
export function parseJsonBytes(bytes: Uint8Array, code: ErrorCode): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes the file.
    throw new DioramaError(code, 'The file is not valid JSON.');
  }
}

export function unsupported(name: string | null): DioramaError {
  return new DioramaError(
    'unsupported-media-type',
    name === null ? 'The file is of a type that is not supported.' : `${name} files are not supported.`,
  );
}

function foreignName(head: Uint8Array, start: string): string | null {
  const lower = start.toLowerCase();
  if (lower.startsWith('<svg')) return 'SVG';
  if (lower.startsWith('<!doctype html') || lower.startsWith('<html')) return 'HTML';
  if (lower.startsWith('<')) return 'XML and SVG';
  if (text(head, 0, 4) === 'GIF8') return 'GIF';
  if (text(head, 0, 5) === '%PDF-') return 'PDF';
  if (text(head, 0, 2) === 'BM') return 'BMP';
  if (startsWith(head, [0x49, 0x49, 0x2a, 0x00]) || startsWith(head, [0x4d, 0x4d, 0x00, 0x2a])) return 'TIFF';
  if (text(head, 0, 2) === 'PK') return 'ZIP and USDZ';
  if (text(head, 4, 8) === 'ftyp') return 'AVIF, HEIC and video';
  if (text(head, 0, 18) === 'Kaydara FBX Binary') return 'FBX';
  if (text(head, 0, 10) === '#?RADIANCE') return 'HDR';
  return null;
}

function leadingText(head: Uint8Array): string {
  return new TextDecoder('utf-8').decode(head.subarray(0, BYTES_TO_RECOGNISE)).trimStart();
}

function startsWith(bytes: Uint8Array, expected: readonly number[]): boolean {
  return expected.every((byte, index) => bytes[index] === byte);
}

function text(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}
