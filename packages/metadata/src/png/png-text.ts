import { endOfText, fromUtf8, latin1, TEXT_BYTES_MAX } from '../bytes.ts';
import { inflate } from './inflate.ts';
import type { PngChunk } from './png-chunks.ts';

/** One text of a PNG, of whichever of the three kinds. */
export interface PngText {
  readonly keyword: string;
  /** Null when it is too long, not decompressible or not in its encoding. */
  readonly text: string | null;
}

/** What a `tEXt`, `zTXt` or `iTXt` chunk says; null for every other chunk and for those without a keyword. */
export async function readPngText({ type, data }: PngChunk): Promise<PngText | null> {
  if (type !== 'tEXt' && type !== 'zTXt' && type !== 'iTXt') return null;
  const end = endOfText(data.subarray(0, 80));
  if (end < 1) return null;
  const keyword = latin1(data.subarray(0, end));
  if (type === 'tEXt') return { keyword, text: withinLimit(data.subarray(end + 1), latin1) };
  if (type === 'zTXt') {
    const text = data[end + 1] === 0 ? await inflate(data.subarray(end + 2), TEXT_BYTES_MAX) : null;
    return { keyword, text: text && latin1(text) };
  }
  return { keyword, text: await readInternational(data, end) };
}

async function readInternational(data: Uint8Array, keywordEnd: number): Promise<string | null> {
  const flag = data[keywordEnd + 1];
  const languageEnd = endOfText(data, keywordEnd + 3);
  const translationEnd = languageEnd < 0 ? -1 : endOfText(data, languageEnd + 1);
  if (translationEnd < 0 || (flag !== 0 && flag !== 1) || data[keywordEnd + 2] !== 0) return null;
  const body = data.subarray(translationEnd + 1);
  if (flag === 0) return withinLimit(body, fromUtf8);
  const text = await inflate(body, TEXT_BYTES_MAX);
  return text && fromUtf8(text);
}

function withinLimit(bytes: Uint8Array, decode: (bytes: Uint8Array) => string | null): string | null {
  return bytes.length > TEXT_BYTES_MAX ? null : decode(bytes);
}
