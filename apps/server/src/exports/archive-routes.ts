import { API_PREFIX, BYTE_ROUTES, DioramaError, type Generation, parseRequest } from '@diorama/contracts';
import type { Hono } from 'hono';
import { z } from 'zod';
import { contentDisposition } from '../http/content-disposition.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { type AccessDependencies, type Handlers, registerByteRoute } from '../http/register-routes.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { GenerationRepository } from '../storage/generations.ts';
import type { ArchiveTickets } from './archive-tickets.ts';
import { slug } from './export-name.ts';
import { packImages, requirePackable } from './pack-images.ts';
import { zipStream } from './zip-stream.ts';

export interface ArchiveDependencies extends AccessDependencies {
  readonly generations: GenerationRepository;
  readonly blobs: BlobStore;
  readonly tickets: ArchiveTickets;
  readonly closing: AbortSignal;
}

const ZIP = 'application/zip';
const paramsSchema = z.object({ id: z.string().regex(/^[\w-]{20,64}$/) });

/** Ordering a zip of many images. */
export function archiveHandlers({
  generations,
  tickets,
}: Pick<ArchiveDependencies, 'generations' | 'tickets'>): Pick<Handlers, 'orderArchive'> {
  return {
    orderArchive: async ({ viewer, body }) => {
      requirePackable(body);
      const ids = [...new Set(body.ids)];
      const found = await findAll(generations, viewer.userId, ids);
      const images = found.reduce((sum, { outputs }) => sum + outputs.length, 0);
      if (images === 0)
        throw new DioramaError('invalid-request', 'None of these entries has an image.', {
          hint: 'Choose entries that succeeded.',
        });
      const title = titleOf(found);
      const fileName = `${slug(title, 60)}-${images}-${images === 1 ? 'image' : 'images'}.zip`;
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
    const found = await findAll(deps.generations, viewer.userId, ticket.order.ids, { mayLack: true });
    const images = found.reduce((sum, { outputs }) => sum + outputs.length, 0);
    const generations = deps.generations.of(viewer.userId);
    const zip = zipStream(
      (signal) =>
        packImages(ticket.order, images, titleOf(found), { generations, blobs: deps.blobs }, signal),
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

/** @throws {DioramaError} `not-found` naming what is not the account's, unless that may be. */
async function findAll(
  repository: GenerationRepository,
  userId: string,
  ids: readonly string[],
  { mayLack = false } = {},
): Promise<Generation[]> {
  const mine = repository.of(userId);
  const found: Generation[] = [];
  const missing: string[] = [];
  for (const id of ids) {
    const generation = await mine.find(id);
    if (generation) found.push(generation);
    else missing.push(id);
  }
  if (missing.length > 0 && !mayLack)
    throw new DioramaError('not-found', 'Some of these entries do not exist any more.', {
      hint: 'Reload the history and choose again.',
      details: { ids: missing.slice(0, 50) },
    });
  return found;
}

/** The project's name when all are of one. */
function titleOf(generations: readonly Generation[]): string {
  const names = new Set(generations.map(({ project }) => project?.name ?? null));
  const [only] = names;
  return names.size === 1 && only ? only : 'Diorama';
}
