import { DioramaError } from '@diorama/contracts';

/** Text in an image beyond this is not read: settings and packets of any tool stay far below. */
export const TEXT_BYTES_MAX = 1024 * 1024;
/** Chunks or segments that an image may have; a 40 MB PNG with the smallest usual pixel chunks stays far below. */
export const PARTS_MAX = 100_000;

/** The one error of this package. */
export function invalidImage(message: string, cause?: unknown): DioramaError {
  return new DioramaError('invalid-image', message, cause === undefined ? {} : { cause });
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Each byte as the character of its number: the text of PNG keywords and of signatures. */
export function latin1(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 8_192)
    text += String.fromCharCode(...bytes.subarray(at, at + 8_192));
  return text;
}

/** @throws {RangeError} When a character is outside Latin-1. */
export function toLatin1(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.codePointAt(0)!;
    if (code > 0xff) throw new RangeError('not Latin-1');
    return code;
  });
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** Null when the bytes are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export function startsWith(bytes: Uint8Array, expected: Uint8Array): boolean {
  return bytes.length >= expected.length && expected.every((byte, i) => bytes[i] === byte);
}

/** Where the first zero byte stands, or -1. */
export function endOfText(bytes: Uint8Array, from = 0): number {
  return bytes.indexOf(0, from);
}
