import { invalidModel } from '../model-error.ts';

export function isDataUri(uri: string): boolean {
  return /^data:/i.test(uri.slice(0, 5));
}

/** @throws {DioramaError} `invalid-model` when it is not base64. */
export function decodeDataUri(uri: string, place: string): Uint8Array {
  const comma = uri.indexOf(',');
  if (comma < 0 || !/;base64$/i.test(uri.slice(5, comma)))
    throw invalidModel(place, 'The embedded file is not in base64.');
  try {
    const binary = atob(uri.slice(comma + 1));
    const bytes = new Uint8Array(binary.length);
    for (let i = 0; i < binary.length; i += 1) bytes[i] = binary.charCodeAt(i);
    return bytes;
  } catch {
    throw invalidModel(place, 'The embedded file is not in base64.');
  }
}

/** Bytes that a base64 data URI unfolds to, without unfolding it. */
export function dataUriLength(uri: string): number {
  const text = uri.length - uri.indexOf(',') - 1;
  const padding = uri.endsWith('==') ? 2 : uri.endsWith('=') ? 1 : 0;
  return Math.max(0, Math.floor((text * 3) / 4) - padding);
}
