import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DioramaError } from '@diorama/contracts';
import { getRequestListener } from '@hono/node-server';
import { type AccountServices, openAccounts } from './accounts/open-accounts.ts';
import type { PasswordCost } from './accounts/password-hash.ts';
import { mendCounters } from './community/check-community.ts';
import { type Community, createCommunity } from './community/community.ts';
import { readDiscordOrigin } from './community/discord-origin.ts';
import { isNamedByARecord } from './community/published-pictures.ts';
import { productStarters } from './community/starter-recipes.ts';
import { guardedAddressesOf, type ReachOptions, requireSafeReach } from './config/reach.ts';
import type { LogLevel } from './config/read-config.ts';
import { DEFAULT_PORT } from './config/read-config.ts';
import { misconfigured, StartError } from './config/start-error.ts';
import { EngineDirectory } from './engines/engine-directory.ts';
import { EngineSettingsService } from './engines/engine-settings.ts';
import { createApp } from './http/app.ts';
import { toProblem } from './http/problem.ts';
import { Thumbnails } from './http/thumbnails.ts';
import { BackgroundTasks } from './jobs/background-tasks.ts';
import { ConnectedHost } from './jobs/connected-host.ts';
import { PRODUCT_CONNECTIONS, PRODUCT_ENGINES } from './jobs/engine-module.ts';
import { EventHub } from './jobs/event-hub.ts';
import { JobRunner } from './jobs/job-runner.ts';
import { ForkedRenderHost } from './jobs/render-host.ts';
import { readTrustedProxies } from './security/client-address.ts';
import { KnownSecrets } from './security/known-secrets.ts';
import { createLogger, type Logger, withoutSecrets } from './security/logger.ts';
import { isLoopback, isWildcard } from './security/loopback.ts';
import { SecretBox } from './security/secret-box.ts';
import { AssetRepository } from './storage/assets.ts';
import { lockDataFolder } from './storage/data-lock.ts';
import { type Database, openDatabase } from './storage/database.ts';
import { ConnectionRepository } from './storage/engine-connections.ts';
import { FileBlobStore } from './storage/file-blob-store.ts';
import { GenerationRepository } from './storage/generations.ts';
import { HistoryRepository } from './storage/history.ts';
import { LedgerRepository } from './storage/ledger.ts';
import { Outbox } from './storage/outbox.ts';
import { SettingsRepository } from './storage/settings.ts';
import { GRACE_MS, sweepBlobs } from './storage/sweep-blobs.ts';

export interface StartServerOptions extends ReachOptions {
  /** Absolute; created when missing. */
  readonly dataDir: string;
  /** Default 4270; 0 lets the operating system choose. */
  readonly port?: number;
  /** Default `warn`. */
  readonly logLevel?: LogLevel;
  readonly logger?: Logger;
  /** URL of the `EngineModule` with the built-in engines; default the ones that come with Diorama. */
  readonly engineModule?: string;
  /** URL of the `ConnectedEngineModule`; default the kinds that come with Diorama. */
  readonly connectedEngineModule?: string;
  /** What engines of the environment are connected by; default the environment of this process. */
  readonly environment?: NodeJS.ProcessEnv;
  /** Jobs of connected engines at the same time; default 4. They mostly wait. */
  readonly connectedSlots?: number;
  /** The built studio; default the one of this workspace. */
  readonly studioDir?: string;
  readonly samplesDir?: string;
  /** Default the product's. */
  readonly passwordCost?: PasswordCost;
}

export interface RunningServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Where the first owner chooses a password; null when that is done, or accounts are off. */
  readonly setupUrl: string | null;
  /** Opened once in a browser, it lets that one in; null in the other modes. */
  readonly launchUrl: string | null;
  /** Process id of the renderer; null while none runs. */
  readonly renderPid: () => number | null;
  /** Process id of what calls the connected engines; null while none runs. */
  readonly connectedPid: () => number | null;
  /** Stops taking requests and jobs, puts the running job back into the queue and gives the data folder free. */
  close(): Promise<void>;
}

const DEFAULT_CONNECTED_SLOTS = 4;
/** Requests that are still being answered get this long when the server stops. */
const CLOSE_WITHIN_MS = 2_000;

/**
 * Starts the server on a data folder of its own.
 *
 * @throws {StartError} When it cannot: the folder or the port is taken, others could reach it unasked, the data is newer.
 */
export async function startServer(options: StartServerOptions): Promise<RunningServer> {
  const host = options.host ?? '127.0.0.1';
  requireSafeReach(options);
  const discordOrigin = readDiscordOrigin(options.environment ?? process.env);
  const secrets = new KnownSecrets();
  const plainLogger = options.logger ?? createLogger(options.logLevel ?? 'warn');
  const logger = withoutSecrets(plainLogger, secrets);
  const { dataDir } = options;
  const cleanups: (() => unknown)[] = [];
  const undo = async (): Promise<void> => {
    for (const cleanup of cleanups.reverse()) await cleanup();
  };
  try {
    const lock = openDataFolder(() => lockDataFolder(dataDir));
    cleanups.push(() => lock.release());
    const db = openDataFolder(() => openDatabase(join(dataDir, 'diorama.db')));
    cleanups.push(() => db.destroy());
    const blobs = new FileBlobStore(dataDir);
    await blobs.prepare();
    const addresses = guardedAddressesOf(options);
    const accounts = await openAccounts({
      db,
      dataDir,
      mode: options.accounts ? 'accounts' : options.launchToken ? 'launch-token' : 'local',
      publicOrigin: addresses.publicOrigin,
      ...(options.passwordCost === undefined ? {} : { passwordCost: options.passwordCost }),
    });
    cleanups.push(() => accounts.access.close?.());
    await requireOwner(host, accounts);

    const assets = new AssetRepository(db);
    const generations = new GenerationRepository(db);
    const outbox = new Outbox(db);
    const hub = new EventHub(outbox, (thrown) => logger.error({ error: thrown }, 'events-not-read'));
    await hub.start();
    const background = new BackgroundTasks();
    cleanups.push(() => background.close());
    const renderer = new ForkedRenderHost(
      { lane: 'built-in', dataDir, engineModule: options.engineModule ?? PRODUCT_ENGINES },
      logger,
    );
    cleanups.push(() => renderer.close());
    const settings = new SettingsRepository(db);
    const box = new SecretBox(dataDir);
    const engineSettings = new EngineSettingsService({
      connections: new ConnectionRepository(db),
      settings,
      box,
      secrets,
      reservedIds: async () => (await renderer.engines()).engines.map((engine) => engine.id),
    });
    const connected = new ConnectedHost(
      { dataDir, engineModule: options.connectedEngineModule ?? PRODUCT_CONNECTIONS },
      logger,
      {
        connections: (loaded) => engineSettings.configs(loaded),
        secrets,
        ...(options.environment === undefined ? {} : { environment: options.environment }),
      },
    );
    engineSettings.attach(connected);
    cleanups.push(() => connected.close());
    const runner = new JobRunner({
      generations,
      blobs,
      lanes: [
        { lane: 'built-in', host: renderer, slots: 1 },
        { lane: 'remote', host: connected, slots: options.connectedSlots ?? DEFAULT_CONNECTED_SLOTS },
      ],
      hub,
      logger,
    });
    const closing = new AbortController();
    const thumbnails = new Thumbnails(dataDir, blobs);
    const starters = await productStarters();
    const community = createCommunity({
      ...{ db, blobs, thumbnails, assets, generations, box, secrets, logger, starters },
      publicOrigin: addresses.publicOrigin,
      discord: { origin: discordOrigin },
    });
    // Now, so that what is secret about it is known before anything is logged or answered.
    await community.settings.read();
    const app = createApp({
      dataDir,
      studioDir: options.studioDir ?? fileURLToPath(new URL('../../studio/dist', import.meta.url)),
      samplesDir:
        options.samplesDir ?? fileURLToPath(new URL('../dist', import.meta.resolve('@diorama/samples'))),
      logger,
      db,
      assets,
      generations,
      history: new HistoryRepository(db),
      outbox,
      blobs,
      hub,
      directory: new EngineDirectory({ builtIn: renderer, remote: connected }, engineSettings, logger),
      engineSettings,
      settings,
      ledger: new LedgerRepository(db),
      secrets,
      runner,
      background,
      access: accounts.access,
      accounts,
      community,
      thumbnails,
      starterThumbnails: new Thumbnails(dataDir, starters, 'starter-pictures'),
      addresses,
      trustedProxies: readTrustedProxies(options.trustedProxies ?? []),
      isCommunityPublic: () => community.settings.isPublic(),
      closing: closing.signal,
    });

    const server = createHttpServer(app.fetch);
    const port = await listen(server, options.port ?? DEFAULT_PORT, host);
    cleanups.push(() => closeServer(server));
    cleanups.push(() => closing.abort());
    await runner.start();
    cleanups.push(() => runner.stop());
    renderer.warmUp();
    connected.warmUp();
    const sweeper = scheduleSweeps(() =>
      sweep({ db, blobs, generations, community, thumbnails, logger }, closing.signal),
    );
    cleanups.push(() => clearInterval(sweeper));

    const url = `http://${nameInUrl(host)}:${port}`;
    const entry = await entryOf(addresses.publicOrigin ?? url, accounts);
    // To the log as it is, once and on purpose: where output is kept for who runs the server, this is how it arrives.
    if (entry.setupUrl !== null) plainLogger.info({ url: entry.setupUrl }, 'owner-not-set-up');
    if (entry.launchUrl !== null) plainLogger.info({ url: entry.launchUrl }, 'launch-address');
    secrets.add(...entry.secrets);

    let closed: Promise<void> | null = null;
    return {
      url,
      setupUrl: entry.setupUrl,
      launchUrl: entry.launchUrl,
      renderPid: () => renderer.pid,
      connectedPid: () => connected.pid,
      close: () => {
        closed ??= undo();
        return closed;
      },
    };
  } catch (thrown) {
    await undo();
    throw thrown;
  }
}

/**
 * Others on the network may reach the server only when everyone has to sign in and an owner can.
 *
 * @throws {StartError} Exit code 2.
 */
async function requireOwner(host: string, { accounts }: AccountServices): Promise<void> {
  if (isLoopback(host) || (await accounts.hasOwnerWithPassword())) return;
  throw misconfigured(
    'DIORAMA_HOST is not a loopback address, and no owner has a password yet: a stranger could be the first to choose one.',
    'Set one with `npx diorama accounts set-owner --email you@example.org`, or start once on 127.0.0.1 with DIORAMA_ACCOUNTS=on and open the address that is printed.',
  );
}

/** What who started the server opens first, and what of it nobody else may read. */
async function entryOf(
  origin: string,
  { signIn, launchToken, secret }: AccountServices,
): Promise<{ setupUrl: string | null; launchUrl: string | null; secrets: string[] }> {
  const setup = signIn !== null && (await signIn.setup.isNeeded()) ? signIn.setup.token : null;
  return {
    setupUrl: setup === null ? null : `${origin}/#account/setup/${setup}`,
    launchUrl: launchToken === null ? null : `${origin}/?launch=${launchToken}`,
    secrets: [setup, launchToken, secret].filter((text) => text !== null),
  };
}

/** How this machine reaches the address that is listened on; all addresses are no address. */
function nameInUrl(host: string): string {
  const name = host.replace(/^\[|\]$/g, '');
  if (isWildcard(name)) return name.includes(':') ? '[::1]' : '127.0.0.1';
  return name.includes(':') ? `[${name}]` : name;
}

/** A folder that cannot be used is the user's to mend, not a crash. */
function openDataFolder<T>(open: () => T): T {
  try {
    return open();
  } catch (thrown) {
    if (thrown instanceof StartError) throw thrown;
    throw new StartError(
      'The data folder cannot be used.',
      'Check that it can be written and that the disk is not full; `npx diorama doctor` tells more.',
      { cause: thrown },
    );
  }
}

function createHttpServer(fetchApp: (request: Request) => Response | Promise<Response>): Server {
  const listener = getRequestListener(fetchApp, {
    // Reached only by what is not even a request: a missing Host header, an address that cannot be parsed.
    errorHandler: () => {
      const error = new DioramaError('invalid-request', 'The request line or the Host header is malformed.');
      return new Response(JSON.stringify(toProblem(error, '')), {
        status: error.status,
        headers: { 'Content-Type': 'application/problem+json' },
      });
    },
  });
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 600_000,
      maxHeaderSize: 16 * 1024,
      // Node's own refusal has no body; ours is below.
      requireHostHeader: false,
    },
    listener,
  );
  server.on('clientError', answerMalformed);
  return server;
}

/** What Node's parser refuses still gets an answer in the form of all others. */
function answerMalformed(thrown: NodeJS.ErrnoException, socket: Socket): void {
  if (thrown.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    thrown.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
  const body = JSON.stringify(
    toProblem(new DioramaError('invalid-request', 'The request is malformed.'), ''),
  );
  socket.end(
    `HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Type: application/problem+json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

async function listen(server: Server, port: number, host: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', reject);
  server.listen({ port, host: host.replace(/^\[|\]$/g, '') }, resolve);
  try {
    await promise;
  } catch (thrown) {
    const inUse = thrown instanceof Error && 'code' in thrown && thrown.code === 'EADDRINUSE';
    throw new StartError(
      inUse ? `Port ${port} is taken by another program.` : `Listening on port ${port} failed.`,
      'Choose another port with DIORAMA_PORT, or 0 for any free one.',
      { cause: thrown },
    );
  } finally {
    server.off('error', reject);
  }
  return (server.address() as AddressInfo).port;
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // Again and again: a connection becomes idle only when its last answer is out.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const timer = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(timer);
}

function scheduleSweeps(sweepOnce: () => Promise<void>): NodeJS.Timeout {
  const timer = setInterval(() => void sweepOnce(), GRACE_MS / 4);
  timer.unref();
  // Not at once: the first minute belongs to whoever opened the page.
  setTimeout(() => void sweepOnce(), 60_000).unref();
  return timer;
}

async function sweep(
  deps: {
    readonly db: Database;
    readonly blobs: FileBlobStore;
    readonly generations: GenerationRepository;
    readonly community: Community;
    readonly thumbnails: Thumbnails;
    readonly logger: Logger;
  },
  signal: AbortSignal,
): Promise<void> {
  const { db, blobs, generations, community, thumbnails, logger } = deps;
  if (signal.aborted) return;
  try {
    await generations.dropOldKeys();
    await community.dropOldKeys();
    const { deleted } = await sweepBlobs(blobs, (key) => isNamedByARecord(db, key), {
      now: Date.now(),
      signal,
    });
    await thumbnails.sweep(signal);
    const miscounted = await mendCounters(db);
    if (miscounted.length > 0) logger.warn({ posts: miscounted.length }, 'counters-mended');
    if (deleted > 0) logger.info({ deleted }, 'blobs-swept');
  } catch (thrown) {
    if (!signal.aborted) logger.error({ error: thrown }, 'sweep-failed');
  }
}
