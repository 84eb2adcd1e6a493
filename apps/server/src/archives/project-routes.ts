import { API_PREFIX, DioramaError, LIMITS, parseRequest, projectImportSchema } from '@diorama/contracts';
import type { Hono } from 'hono';
import { z } from 'zod';
import { slug } from '../exports/export-name.ts';
import { zipStream } from '../exports/zip-stream.ts';
import { contentDisposition } from '../http/content-disposition.ts';
import type { AppEnvironment } from '../http/environment.ts';
import { multipartBoundary, multipartFile } from '../http/multipart.ts';
import { requireDeclaredLength } from '../http/read-json.ts';
import { type AccessDependencies, registerByteRoute } from '../http/register-routes.ts';
import { Turnstile } from '../http/turnstile.ts';
import type { EventHub } from '../jobs/event-hub.ts';
import { exportProject } from './export-project.ts';
import { type ImportDependencies, importProject } from './import-project.ts';
import { PROJECT_MEDIA_TYPE } from './project-file.ts';

export interface ProjectArchiveDependencies extends AccessDependencies, ImportDependencies {
  readonly hub: EventHub;
  readonly closing: AbortSignal;
}

/** Room for the headers and boundaries around a file in a multipart body. */
const MULTIPART_OVERHEAD_BYTES = 16 * 1024;

const paramsSchema = z.object({ id: z.uuid() });
/** Imports at the same time, for everybody together: each decodes all that it brings. */
const imports = new Turnstile(4);

/** A whole project as one file, out and in. */
export function registerProjectArchiveRoutes(
  app: Hono<AppEnvironment>,
  deps: ProjectArchiveDependencies,
): void {
  // Whose file is coming in: nobody takes all places.
  const importing = new Set<string>();

  registerByteRoute(app, 'exportProject', deps, async (c, { viewer, params }) => {
    const { id } = parseRequest(paramsSchema, params);
    const project = await exportProject(viewer.userId, id, deps);
    if (!project) throw new DioramaError('not-found', 'There is no such project.');
    const headers = {
      'Cache-Control': 'no-store',
      'Content-Type': PROJECT_MEDIA_TYPE,
      'Content-Disposition': contentDisposition(slug(project.name, 80) || 'project', PROJECT_MEDIA_TYPE),
    };
    if (c.req.raw.method === 'HEAD') return new Response(null, { headers });
    return new Response(zipStream(project.parts, AbortSignal.any([c.req.raw.signal, deps.closing])), {
      headers,
    });
  });

  registerByteRoute(app, 'importProject', deps, async (c, { viewer }) => {
    const request = c.req.raw;
    requireDeclaredLength(request, LIMITS.archiveBytes + MULTIPART_OVERHEAD_BYTES);
    const boundary = multipartBoundary(request.headers.get('content-type') ?? '');
    const body: AsyncIterable<Uint8Array> = request.body ?? nothing();
    const signal = AbortSignal.any([request.signal, deps.closing]);
    if (importing.has(viewer.userId))
      throw new DioramaError('conflict', 'Another project of yours is being imported.', {
        hint: 'Wait until it is there, then import this one.',
      });
    importing.add(viewer.userId);
    const imported = await imports
      .take(async () => {
        signal.throwIfAborted();
        return await importProject(
          boundary === null ? body : multipartFile(body, boundary),
          viewer.userId,
          deps,
          signal,
        );
      })
      .finally(() => importing.delete(viewer.userId));
    deps.hub.wake();
    return c.json(projectImportSchema.parse(imported), 201, {
      Location: `${API_PREFIX}/projects/${imported.project.id}`,
    });
  });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
