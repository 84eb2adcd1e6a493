import { API_PREFIX, BYTE_ROUTES, DioramaError, parseRequest } from '@diorama/contracts';
import type { Hono } from 'hono';
import { z } from 'zod';
import { contentDisposition } from '../http/content-disposition.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { type AccessDependencies, type Handlers, registerByteRoute } from '../http/register-routes.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Database } from '../storage/database.ts';
import type { GenerationRepository } from '../storage/generations.ts';
import type { ArchiveTickets } from './archive-tickets.ts';
import { slug } from './export-name.ts';
import { packImages, requirePackable } from './pack-images.ts';
import { zipStream } from './zip-stream.ts';

export interface ArchiveDependencies extends AccessDependencies {
  readonly db: Database;
  readonly generations: GenerationRepository;
  readonly blobs: BlobStore;
  readonly tickets: ArchiveTickets;
  readonly closing: AbortSignal;
}

const ZIP = 'application/zip';
const paramsSchema = z.object({ id: z.string().regex(/^[\w-]{20,64}$/) });

/** Ordering a zip of many images. */
export function archiveHandlers({
  db,
  tickets,
}: Pick<ArchiveDependencies, 'db' | 'tickets'>): Pick<Handlers, 'orderArchive'> {
  return {
    orderArchive: async ({ viewer, body }) => {
      requirePackable(body);
      const ids = [...new Set(body.ids)];
      const { images, title, missing } = await survey(db, viewer.userId, ids);
      if (missing.length > 0)
        throw new DioramaError('not-found', 'Some of these entries do not exist any more.', {
          hint: 'Reload the history and choose again.',
          details: { ids: missing.slice(0, 50) },
        });
      if (images === 0)
        throw new DioramaError('invalid-request', 'None of these entries has an image.', {
          hint: 'Choose entries that succeeded.',
        });
      const fileName = `${slug(title, 60) || 'diorama'}-${images}-${images === 1 ? 'image' : 'images'}.zip`;
      const ticket = tickets.issue(viewer.userId, { ...body, ids }, fileName);
      return {
        url: `${API_PREFIX}${BYTE_ROUTES.downloadArchive.path.replace('{id}', ticket.id)}`,
        fileName,
        images,
        expiresAt: new Date(ticket.expiresAtMs).toISOString(),
      };
    },
  };
}

/** `GET /history/archives/{id}`: the ordered zip, made while it is sent; the address works once. */
export function registerArchiveRoute(app: Hono<AppEnvironment>, deps: ArchiveDependencies): void {
  registerByteRoute(app, 'downloadArchive', deps, async (c, { viewer, params }) => {
    // Looking must not use the address up.
    if (c.req.raw.method === 'HEAD') throw new DioramaError('method-not-allowed');
    const { id } = parseRequest(paramsSchema, params);
    const ticket = deps.tickets.take(id, viewer.userId);
    if (!ticket)
      throw new DioramaError('not-found', 'This download was fetched already, or is too old.', {
        hint: 'Choose the images again and start another download.',
      });
    const { images, title } = await survey(deps.db, viewer.userId, ticket.order.ids);
    const generations = deps.generations.of(viewer.userId);
    const zip = zipStream(
      (signal) => packImages(ticket.order, images, title, { generations, blobs: deps.blobs }, signal),
      AbortSignal.any([c.req.raw.signal, deps.closing]),
    );
    return new Response(zip, {
      headers: {
        'Cache-Control': 'no-store',
        'Content-Type': ZIP,
        'Content-Disposition': contentDisposition(ticket.fileName, ZIP),
      },
    });
  });
}

/** How many images these entries of the account have, and the project's name when all are of one. */
async function survey(
  db: Database,
  userId: string,
  ids: readonly string[],
): Promise<{ images: number; title: string; missing: string[] }> {
  const rows = await db
    .selectFrom('entries')
    .leftJoin('projects', 'projects.id', 'entries.project_id')
    .select(['entries.id', 'entries.images', 'projects.name'])
    .where('entries.owner_id', '=', userId)
    .where('entries.id', 'in', ids)
    .execute();
  const known = new Set(rows.map(({ id }) => id));
  const names = new Set(rows.map(({ name }) => name));
  const [only] = names;
  return {
    images: rows.reduce((sum, { images }) => sum + images, 0),
    title: names.size === 1 && only ? only : 'Diorama',
    missing: ids.filter((id) => !known.has(id)),
  };
}
