import { inspectPicture, sha256 } from './picture.ts';

/** A picture that was sent along with a request, decoded from whatever form the service takes. */
export interface InputPicture {
  readonly bytes: Uint8Array;
  /** As its bytes say, not as the client called it. */
  readonly mediaType: string;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly sha256: string;
}

/** Reads an encoded picture; undefined when the bytes are none. */
export async function readPicture(bytes: Uint8Array): Promise<InputPicture | undefined> {
  const facts = await inspectPicture(bytes);
  if (facts === undefined) return undefined;
  return { bytes, ...facts, sha256: sha256(bytes) };
}

/** Reads a picture in base64 without a `data:` in front; undefined when it is none. */
export async function readBase64Picture(text: unknown): Promise<InputPicture | undefined> {
  if (typeof text !== 'string' || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  return readPicture(new Uint8Array(Buffer.from(text, 'base64')));
}

/** Reads a picture in a base64 data URL whose media type is that of its bytes; undefined when it is none. */
export async function readDataUrlPicture(url: unknown): Promise<InputPicture | undefined> {
  if (typeof url !== 'string') return undefined;
  const comma = url.indexOf(',');
  const mediaType = /^data:(image\/[a-z.+-]+);base64$/.exec(url.slice(0, Math.max(0, comma)))?.[1];
  if (mediaType === undefined) return undefined;
  const picture = await readBase64Picture(url.slice(comma + 1));
  return picture?.mediaType === mediaType ? picture : undefined;
}
