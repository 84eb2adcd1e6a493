import { DioramaError, MEDIA_TYPES } from '@diorama/contracts';
import type { Context } from 'hono';
import { z } from 'zod';
import { MEDIA_CONTENT_SECURITY_POLICY } from '../security/security-headers.ts';
import type { BlobKey } from '../storage/blob-store.ts';
import { contentDisposition } from './content-disposition.ts';
import type { AppEnvironment } from './environment.ts';
import { matchesEtag } from './http-conditions.ts';
import type { PictureSource, Thumbnails } from './thumbnails.ts';

export const pictureQuerySchema = z.object({
  width: z.coerce.number().int().min(1).max(4096).optional(),
  download: z.string().max(200).optional(),
  /** Tells one picture from the next at the same address; it is not looked at. */
  v: z.string().max(64).optional(),
});

export interface ShownPicture {
  readonly source: PictureSource;
  /** Of a WebP file that the server encoded itself. */
  readonly key: BlobKey;
  /** Names the picture; need not be its hash. */
  readonly etag: string;
  readonly width: number | undefined;
  /** Name to save it under; absent: it is shown. */
  readonly download: string | undefined;
  readonly thumbnails: Thumbnails;
}

/**
 * Answers a picture of the community, whole or as a thumbnail. Asked for anew each time, because it may have been taken
 * back since; who has it already is told so in a few bytes.
 *
 * @throws {DioramaError} `not-found` when the file is gone.
 */
export async function sendPicture(c: Context<AppEnvironment>, picture: ShownPicture): Promise<Response> {
  const found = await read(c, picture);
  const headers: Record<string, string> = {
    ETag: found.etag,
    'Cache-Control': 'private, no-cache',
    'Content-Security-Policy': MEDIA_CONTENT_SECURITY_POLICY,
    ...(picture.width === undefined ? {} : { Vary: 'Accept' }),
  };
  if (found.bytes === null) return new Response(null, { status: 304, headers });
  Object.assign(headers, {
    'Content-Type': found.mediaType,
    'Content-Length': String(found.bytes.byteLength),
    'Content-Disposition': contentDisposition(picture.download, found.mediaType),
  });
  return new Response(c.req.raw.method === 'HEAD' ? null : found.bytes, { headers });
}

/** Without bytes when the one who asks has them. */
async function read(
  c: Context<AppEnvironment>,
  { source, key, etag, width, thumbnails }: ShownPicture,
): Promise<{ etag: string; mediaType: string; bytes: Uint8Array<ArrayBuffer> | null }> {
  const known = c.req.header('if-none-match');
  if (width === undefined) {
    const tag = `"${etag}"`;
    if (matchesEtag(known, tag)) return { etag: tag, mediaType: MEDIA_TYPES.webp, bytes: null };
    const bytes = await source.read(key);
    if (!bytes) throw new DioramaError('not-found', 'There is no such picture.');
    return { etag: tag, mediaType: MEDIA_TYPES.webp, bytes: new Uint8Array(bytes) };
  }
  const acceptsWebp = /\*\/\*|image\/(\*|webp)/.test(c.req.header('accept') ?? '*/*');
  const { mediaType, bytes, etag: tag } = await thumbnails.get(key, width, acceptsWebp ? 'webp' : 'jpeg');
  return { etag: tag, mediaType, bytes: matchesEtag(known, tag) ? null : bytes };
}
