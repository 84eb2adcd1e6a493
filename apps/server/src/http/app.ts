import { randomUUID } from 'node:crypto';
import type { BlockList } from 'node:net';
import { fileURLToPath } from 'node:url';
import { API_PREFIX, DioramaError, type Health } from '@diorama/contracts';
import { picturesDir } from '@diorama/recipes/node';
import { Hono } from 'hono';
import { matchedRoutes } from 'hono/route';
import type { AccountServices } from '../accounts/open-accounts.ts';
import { registerProjectArchiveRoutes } from '../archives/project-routes.ts';
import type { Community } from '../community/community.ts';
import { VERSION } from '../config/version.ts';
import type { EngineDirectory } from '../engines/engine-directory.ts';
import type { EngineSettingsService } from '../engines/engine-settings.ts';
import { archiveHandlers, registerArchiveRoute } from '../exports/archive-routes.ts';
import { ArchiveTickets } from '../exports/archive-tickets.ts';
import { registerDownloadRoute } from '../exports/download-route.ts';
import type { BackgroundTasks } from '../jobs/background-tasks.ts';
import type { EventHub } from '../jobs/event-hub.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import { noteClientAddress, readTrustedProxies, resolveClientAddress } from '../security/client-address.ts';
import type { KnownSecrets } from '../security/known-secrets.ts';
import type { Logger } from '../security/logger.ts';
import { type GuardedAddresses, guardRequest } from '../security/request-guard.ts';
import { SECURITY_HEADERS } from '../security/security-headers.ts';
import type { AssetRepository } from '../storage/assets.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Database } from '../storage/database.ts';
import { toStorageError } from '../storage/errors.ts';
import type { GenerationRepository } from '../storage/generations.ts';
import type { HistoryRepository } from '../storage/history.ts';
import type { LedgerRepository } from '../storage/ledger.ts';
import type { Outbox } from '../storage/outbox.ts';
import type { SettingsRepository } from '../storage/settings.ts';
import { accountHandlers } from './account-routes.ts';
import { registerAssetRoutes } from './asset-routes.ts';
import { communityHandlers, registerCommunityMedia } from './community-routes.ts';
import { engineHandlers } from './engine-routes.ts';
import type { AppEnvironment } from './environment.ts';
import { registerEventsRoute } from './events-route.ts';
import { generationHandlers } from './generation-routes.ts';
import { historyHandlers } from './history-routes.ts';
import { problemResponse } from './problem.ts';
import { recipeHandlers, registerRecipeFiles } from './recipe-routes.ts';
import {
  type AccessDependencies,
  type Handlers,
  registerByteRoute,
  registerRoutes,
} from './register-routes.ts';
import { StaticFiles } from './static-files.ts';
import type { Thumbnails } from './thumbnails.ts';

export interface AppDependencies extends AccessDependencies {
  readonly dataDir: string;
  readonly studioDir: string;
  readonly samplesDir: string;
  readonly logger: Logger;
  readonly db: Database;
  readonly assets: AssetRepository;
  readonly generations: GenerationRepository;
  readonly history: HistoryRepository;
  readonly outbox: Outbox;
  readonly blobs: BlobStore;
  readonly hub: EventHub;
  readonly directory: EngineDirectory;
  readonly engineSettings: EngineSettingsService;
  readonly settings: SettingsRepository;
  readonly ledger: LedgerRepository;
  readonly secrets: KnownSecrets;
  readonly runner: JobRunner;
  readonly background: BackgroundTasks;
  readonly accounts: AccountServices;
  readonly community: Community;
  readonly thumbnails: Thumbnails;
  /** Of the pictures that come with Diorama. */
  readonly starterThumbnails: Thumbnails;
  /** Which addresses belong to the server; default the loopback ones. */
  readonly addresses?: GuardedAddresses;
  /** Whose X-Forwarded-For is believed; default nobody's. */
  readonly trustedProxies?: BlockList;
  readonly closing: AbortSignal;
  readonly heartbeatMs?: number;
}

const PAGE_METHODS = ['GET', 'HEAD'];
const SECURITY_HEADER_LIST = Object.entries(SECURITY_HEADERS);

/** The whole server as a function from request to response; it needs no port. */
export function createApp(deps: AppDependencies): Hono<AppEnvironment> {
  const app = new Hono<AppEnvironment>();
  addRequestFrame(app, deps);

  const tickets = new ArchiveTickets();
  registerRoutes(
    app,
    { ...jsonHandlers(deps), ...archiveHandlers({ ...deps, tickets }) },
    { ...deps, redact: (json) => deps.secrets.redact(json) },
  );
  registerAssetRoutes(app, deps);
  registerCommunityMedia(app, deps);
  registerRecipeFiles(app, deps);
  registerDownloadRoute(app, deps);
  registerArchiveRoute(app, { ...deps, tickets });
  registerProjectArchiveRoutes(app, deps);
  registerEventsRoute(app, deps);
  registerByteRoute(app, 'openapi', deps, async (c) => {
    const { buildOpenApiDocument } = await import('./openapi.ts');
    return c.json(buildOpenApiDocument());
  });

  const apiPaths = app.routes.filter((route) => route.path.startsWith(API_PREFIX));
  app.all('/api/*', (c) => {
    const allowed = apiPaths
      .filter((route) => route.method !== 'ALL' && pathMatches(route.path, c.req.path))
      .map((route) => route.method);
    if (allowed.length === 0)
      throw new DioramaError('not-found', 'There is no such route.', {
        hint: `See ${API_PREFIX}/openapi.json.`,
      });
    if (allowed.includes('GET')) allowed.push('HEAD');
    throw new MethodNotAllowed(allowed);
  });
  addPages(app, deps);
  return app;
}

/** Around every request: an id, the guard, the headers, errors as problems, one line of log. */
function addRequestFrame(
  app: Hono<AppEnvironment>,
  {
    logger,
    secrets,
    addresses,
    trustedProxies,
  }: Pick<AppDependencies, 'logger' | 'secrets' | 'addresses' | 'trustedProxies'>,
): void {
  const trusted = trustedProxies ?? readTrustedProxies([]);
  app.use(async (c, next) => {
    const requestId = randomUUID();
    const startedAt = performance.now();
    c.set('requestId', requestId);
    await next();
    if (!c.get('isFramed')) {
      const { headers } = c.res;
      for (const [name, value] of SECURITY_HEADER_LIST) if (!headers.has(name)) headers.set(name, value);
      headers.set('X-Request-Id', requestId);
    }
    const code = c.get('problem')?.code;
    const { method } = c.req.raw;
    // Looking is no event: a page of the history alone looks at a hundred pictures.
    const level =
      isApiPath(c.req.path) && (code !== undefined || !PAGE_METHODS.includes(method)) ? 'info' : 'debug';
    if (!logger.isLevelEnabled(level)) return;
    logger[level](
      {
        requestId,
        method,
        // The pattern, not the path: what a user searches for stands in the query.
        route: matchedRoutes(c).find((route) => !route.path.endsWith('*'))?.path ?? '*',
        status: c.res.status,
        ms: Math.round(performance.now() - startedAt),
        ...(code === undefined ? {} : { code }),
      },
      'request',
    );
  });
  app.use(async (c, next) => {
    const { raw } = c.req;
    noteClientAddress(
      raw,
      resolveClientAddress(
        c.env?.incoming?.socket?.remoteAddress ?? null,
        raw.headers.get('x-forwarded-for'),
        trusted,
      ),
    );
    guardRequest({
      method: raw.method,
      headers: raw.headers,
      host: hostOf(raw),
      isApi: isApiPath(c.req.path),
      ...(addresses === undefined ? {} : { addresses }),
    });
    await next();
  });
  app.onError((thrown, c) => {
    const requestId = c.get('requestId');
    const error = toAnswer(thrown, c.req.raw.signal);
    c.set('problem', error);
    // Unexpected ones carry what is needed to find them; expected ones are told by their code alone.
    if (error.status >= 500)
      logger.error({ requestId, code: error.code, error: error.cause ?? thrown }, 'request-failed');
    return problemResponse(error, requestId, {
      headers: thrown instanceof MethodNotAllowed ? { Allow: thrown.allow } : undefined,
      redact: (json) => secrets.redact(json),
    });
  });
}

class MethodNotAllowed extends DioramaError {
  readonly allow: string;

  constructor(methods: readonly string[]) {
    super('method-not-allowed', undefined, { details: { allowed: [...new Set(methods)] } });
    this.allow = [...new Set(methods)].join(', ');
  }
}

function isApiPath(path: string): boolean {
  return path === '/api' || path.startsWith('/api/');
}

function toAnswer(thrown: unknown, requestSignal: AbortSignal): DioramaError {
  const known = toStorageError(thrown);
  if (known instanceof DioramaError) return known;
  // Whoever hangs up in the middle of an upload has not found a fault of ours; nobody is left to read the answer.
  const hungUp =
    requestSignal.aborted && known instanceof Error && 'code' in known && known.code === 'ECONNRESET';
  if (hungUp || (known instanceof Error && known.name === 'AbortError'))
    return new DioramaError('canceled', undefined, { cause: known });
  return new DioramaError('internal', undefined, { cause: known });
}

function jsonHandlers(deps: AppDependencies): Omit<Handlers, 'orderArchive'> {
  return {
    ...generationHandlers(deps),
    ...engineHandlers(deps),
    ...historyHandlers(deps),
    ...accountHandlers(deps),
    ...communityHandlers(deps),
    ...recipeHandlers(deps),
    health: async (): Promise<Health> => ({
      status: (await deps.blobs.health()) === null ? 'ok' : 'degraded',
      version: VERSION,
    }),
    describeAsset: async ({ viewer, params }) => {
      const asset = await deps.assets.of(viewer.userId).find(params.id);
      if (!asset) throw new DioramaError('not-found', 'There is no such file.');
      return asset;
    },
    readLook: async ({ viewer, body }) => {
      const ids = body.references.map((reference) => reference.asset);
      if (typeof body.scene === 'string') ids.push(body.scene);
      const known = await deps.assets.of(viewer.userId).findMany(ids);
      const missing = ids.filter((id) => !known.has(id));
      if (missing.length > 0)
        throw new DioramaError('unknown-asset', undefined, { details: { assets: missing } });
      return { look: await deps.background.run({ type: 'read-look', dataDir: deps.dataDir, request: body }) };
    },
  };
}

function addPages(app: Hono<AppEnvironment>, deps: AppDependencies): void {
  const samples = new StaticFiles(deps.samplesDir);
  const guide = new StaticFiles(fileURLToPath(new URL('guide', picturesDir)));
  const studio = new StaticFiles(deps.studioDir, { immutableFolders: ['assets'], fallback: 'index.html' });
  app.on(PAGE_METHODS, '/samples/*', (c) =>
    samples.serve(rawPath(c.req.raw).slice('/samples'.length), c.req.raw),
  );
  app.on(PAGE_METHODS, '/guide/*', (c) => guide.serve(rawPath(c.req.raw).slice('/guide'.length), c.req.raw));
  app.on(
    PAGE_METHODS,
    '*',
    (c) => deps.access.enter?.(c.req.raw) ?? studio.serve(rawPath(c.req.raw), c.req.raw),
  );
  app.all('*', () => {
    throw new MethodNotAllowed(PAGE_METHODS);
  });
}

/** Still percent-encoded: what must be refused has to be seen as it was sent. */
function rawPath(request: Request): string {
  return new URL(request.url).pathname;
}

/** The Host header; an in-process request has none, but an address. */
function hostOf(request: Request): string | null {
  return request.headers.get('host') ?? new URL(request.url).host;
}

function pathMatches(pattern: string, path: string): boolean {
  const source = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/:\w+/g, '[^/]+');
  return new RegExp(`^${source}$`).test(path);
}
