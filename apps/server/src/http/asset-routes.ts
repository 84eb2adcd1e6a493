import { type Asset, assetIdSchema, DioramaError, parseRequest } from '@diorama/contracts';
import type { Context, Hono } from 'hono';
import { z } from 'zod';
import { MEDIA_CONTENT_SECURITY_POLICY } from '../security/security-headers.ts';
import { blobKeyOf } from '../storage/asset-id.ts';
import type { AssetRepository } from '../storage/assets.ts';
import type { ByteRange } from '../storage/blob-store.ts';
import { contentDisposition } from './content-disposition.ts';
import type { AppEnvironment } from './environment.ts';
import { framed, notModified } from './framed.ts';
import { matchesEtag, parseRange } from './http-conditions.ts';
import { receiveUpload } from './receive-upload.ts';
import { type AccessDependencies, registerByteRoute } from './register-routes.ts';
import { storeUpload, type UploadDependencies } from './store-upload.ts';
import type { Thumbnails } from './thumbnails.ts';

export interface AssetRouteDependencies extends Omit<UploadDependencies, 'assets'>, AccessDependencies {
  readonly assets: AssetRepository;
  readonly thumbnails: Thumbnails;
}

/** An asset's bytes never change: its id is their hash. `private` keeps them out of shared caches. */
const IMMUTABLE = 'private, max-age=31536000, immutable';

export const assetQuerySchema = z.object({
  width: z.coerce.number().int().min(1).max(4096).optional(),
  download: z.string().max(200).optional(),
});

const assetParamsSchema = z.object({ id: assetIdSchema });

/** Upload and download: the routes that carry bytes instead of JSON. */
export function registerAssetRoutes(app: Hono<AppEnvironment>, deps: AssetRouteDependencies): void {
  registerByteRoute(app, 'uploadAsset', deps, async (c, { viewer }) => {
    const request = c.req.raw;
    const assets = deps.assets.of(viewer.userId);
    const asset = await storeUpload(receiveUpload(request), request.signal, { ...deps, assets });
    return c.json(asset, 201, { Location: asset.url });
  });

  registerByteRoute(app, 'downloadAsset', deps, async (c, { viewer, params }) => {
    const { id } = parseRequest(assetParamsSchema, params);
    const { width, download } = parseRequest(assetQuerySchema, c.req.query());
    const asset = await deps.assets.of(viewer.userId).find(id);
    if (!asset) throw new DioramaError('not-found', 'There is no such file.');
    const headers: Record<string, string> = {
      'Cache-Control': IMMUTABLE,
      'Content-Security-Policy': MEDIA_CONTENT_SECURITY_POLICY,
      'Content-Disposition': contentDisposition(download, asset.mediaType),
    };
    return width === undefined
      ? sendOriginal(c, asset, headers, deps)
      : sendThumbnail(c, asset, width, headers, deps);
  });
}

async function sendOriginal(
  c: Context<AppEnvironment>,
  asset: Asset,
  headers: Record<string, string>,
  { blobs }: AssetRouteDependencies,
): Promise<Response> {
  const etag = `"${asset.id}"`;
  Object.assign(headers, { ETag: etag, 'Accept-Ranges': 'bytes', 'Content-Type': asset.mediaType });
  if (matchesEtag(c.req.header('if-none-match'), etag)) return notModified(c, cachedHeaders(headers));

  const ifRange = c.req.header('if-range');
  // Ranges exist for GET alone (RFC 9110 section 14.2).
  const mayBePartial = c.req.raw.method === 'GET' && (ifRange === undefined || ifRange === etag);
  const wanted = mayBePartial ? parseRange(c.req.header('range'), asset.bytes) : 'all';
  if (wanted === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${asset.bytes}` } });
  const range: ByteRange = wanted === 'all' ? { start: 0, end: asset.bytes - 1 } : wanted;
  const found = await blobs.get(blobKeyOf(asset.id), range);
  if (found?.info.bytes !== asset.bytes)
    throw new DioramaError('storage-failed', 'The file is damaged or missing.');

  headers['Content-Length'] = String(range.end - range.start + 1);
  if (wanted !== 'all') headers['Content-Range'] = `bytes ${range.start}-${range.end}/${asset.bytes}`;
  return framed(c, c.req.method === 'HEAD' ? null : found.stream, {
    status: wanted === 'all' ? 200 : 206,
    headers,
  });
}

async function sendThumbnail(
  c: Context<AppEnvironment>,
  asset: Asset,
  width: number,
  headers: Record<string, string>,
  { thumbnails }: AssetRouteDependencies,
): Promise<Response> {
  if (asset.kind !== 'image')
    throw new DioramaError('invalid-request', 'Only images have thumbnails.', {
      hint: 'Leave out the width.',
    });
  const acceptsWebp = /\*\/\*|image\/(\*|webp)/.test(c.req.header('accept') ?? '*/*');
  const format = acceptsWebp ? 'webp' : 'jpeg';
  const key = blobKeyOf(asset.id);
  const etag = thumbnails.etagOf(key, width, format);
  Object.assign(headers, { ETag: etag, Vary: 'Accept' });
  // Whoever names it has it: it need not be read for that.
  if (matchesEtag(c.req.header('if-none-match'), etag)) return notModified(c, cachedHeaders(headers));
  const thumbnail = await thumbnails.get(key, width, format);
  headers['Content-Type'] = thumbnail.mediaType;
  headers['Content-Length'] = String(thumbnail.bytes.byteLength);
  return framed(c, c.req.method === 'HEAD' ? null : thumbnail.bytes, { status: 200, headers });
}

/** Of all headers those that a cache updates what it has with. */
function cachedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    ['Cache-Control', 'ETag', 'Vary', 'Content-Security-Policy'].flatMap((name) =>
      headers[name] === undefined ? [] : [[name, headers[name]]],
    ),
  );
}
