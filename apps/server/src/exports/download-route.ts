import { createHash } from 'node:crypto';
import { DioramaError, downloadQuerySchema, parseRequest } from '@diorama/contracts';
import type { Hono } from 'hono';
import { z } from 'zod';
import { contentDisposition } from '../http/content-disposition.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { matchesEtag } from '../http/http-conditions.ts';
import { type AccessDependencies, registerByteRoute } from '../http/register-routes.ts';
import { MEDIA_CONTENT_SECURITY_POLICY } from '../security/security-headers.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { GenerationRepository } from '../storage/generations.ts';
import { exportImage, exportMediaType, exportSize } from './export-image.ts';
import { exportName } from './export-name.ts';

export interface DownloadDependencies extends AccessDependencies {
  readonly generations: GenerationRepository;
  readonly blobs: BlobStore;
}

/** Stands in the entity tag: changes when the same image is written in another way. */
const EXPORT_VERSION = '1';

const paramsSchema = z.object({ id: z.uuid() });

/** `GET /generations/{id}/file`: one image in the format, size and with the metadata that were asked for. */
export function registerDownloadRoute(app: Hono<AppEnvironment>, deps: DownloadDependencies): void {
  registerByteRoute(app, 'downloadImage', deps, async (c, { viewer, params }) => {
    const { id } = parseRequest(paramsSchema, params);
    const query = parseRequest(downloadQuerySchema, c.req.query());
    const generation = await deps.generations.of(viewer.userId).find(id);
    const output = generation?.outputs[query.image];
    if (!generation || !output) throw new DioramaError('not-found', 'There is no such image.');
    const size = exportSize(output, query);
    const mediaType = exportMediaType(output, query);
    // A finished image never changes, so what was asked for tells what is answered.
    const told = JSON.stringify([EXPORT_VERSION, id, query.image, output.asset, mediaType, size, query]);
    const etag = `"${createHash('sha256').update(told).digest('hex').slice(0, 32)}"`;
    const headers: Record<string, string> = {
      // The name may change with the project's; the bytes are asked for again by their tag.
      'Cache-Control': 'private, no-cache',
      'Content-Security-Policy': MEDIA_CONTENT_SECURITY_POLICY,
      ETag: etag,
    };
    if (matchesEtag(c.req.header('if-none-match'), etag)) return new Response(null, { status: 304, headers });
    headers['Content-Type'] = mediaType;
    headers['Content-Disposition'] = contentDisposition(exportName(generation, query.image), mediaType);
    // Whoever only looks need not wait until it is encoded.
    if (c.req.raw.method === 'HEAD') return new Response(null, { headers });
    const { bytes } = await exportImage(generation, query.image, query, {
      blobs: deps.blobs,
      signal: c.req.raw.signal,
    });
    headers['Content-Length'] = String(bytes.byteLength);
    return new Response(new Uint8Array(bytes), { headers });
  });
}
