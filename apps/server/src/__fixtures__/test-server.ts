import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import {
  type AccessMode,
  API_PREFIX,
  type Asset,
  type Generation,
  isFinished,
  toDioramaError,
} from '@diorama/contracts';
import { openAccounts } from '../accounts/open-accounts.ts';
import type { PasswordCost } from '../accounts/password-hash.ts';
import { createCommunity } from '../community/community.ts';
import type { DiscordSenderOptions } from '../community/discord-sender.ts';
import { productStarters } from '../community/starter-recipes.ts';
import { guardedAddressesOf, type ReachOptions } from '../config/reach.ts';
import { EngineDirectory } from '../engines/engine-directory.ts';
import { EngineSettingsService } from '../engines/engine-settings.ts';
import { createApp } from '../http/app.ts';
import { Thumbnails } from '../http/thumbnails.ts';
import { BackgroundTasks } from '../jobs/background-tasks.ts';
import type { ConnectionHost } from '../jobs/connected-host.ts';
import { EventHub } from '../jobs/event-hub.ts';
import { JobRunner } from '../jobs/job-runner.ts';
import type { RenderHost } from '../jobs/render-host.ts';
import { renderJob } from '../jobs/render-job.ts';
import { readTrustedProxies } from '../security/client-address.ts';
import { KnownSecrets } from '../security/known-secrets.ts';
import { createLogger, withoutSecrets } from '../security/logger.ts';
import { SecretBox } from '../security/secret-box.ts';
import { AssetRepository } from '../storage/assets.ts';
import { openDatabase } from '../storage/database.ts';
import { ConnectionRepository } from '../storage/engine-connections.ts';
import { FileBlobStore, type WriteStep } from '../storage/file-blob-store.ts';
import { GenerationRepository } from '../storage/generations.ts';
import { HistoryRepository } from '../storage/history.ts';
import { LedgerRepository } from '../storage/ledger.ts';
import { Outbox } from '../storage/outbox.ts';
import { SettingsRepository } from '../storage/settings.ts';
import { inProcessConnectionHost } from './in-process-connections.ts';
import { createRegistry } from './test-engine.ts';

export interface TestServerOptions {
  readonly dataDir?: string;
  readonly now?: () => number;
  readonly beforeStep?: (step: WriteStep) => void;
  readonly host?: RenderHost;
  /** Connections as the environment would give them. */
  readonly environment?: NodeJS.ProcessEnv;
  readonly remoteHost?: (host: ConnectionHost) => ConnectionHost;
  readonly leaseMs?: number;
  readonly timeLimitMsPerImage?: number;
  readonly heartbeatMs?: number;
  /** Default `local`. */
  readonly mode?: AccessMode;
  readonly reach?: ReachOptions;
  /** Default `CHEAP_PASSWORDS`. */
  readonly passwordCost?: PasswordCost;
  readonly isCommunityPublic?: () => Promise<boolean>;
  readonly discord?: DiscordSenderOptions;
  /** Default true; false leaves everything in the queue. */
  readonly isRunning?: boolean;
}

/** Not for anybody's password: a test makes many. */
export const CHEAP_PASSWORDS = { log2N: 4, r: 1, p: 1 };

export type TestServer = Awaited<ReturnType<typeof createTestServer>>;

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'diorama-test-'));
}

/** Everything but the port and the render process, on a folder of its own. */
export async function createTestServer(options: TestServerOptions = {}) {
  const dataDir = options.dataDir ?? temporaryFolder();
  const db = openDatabase(join(dataDir, 'diorama.db'));
  const blobs = new FileBlobStore(dataDir, options.beforeStep ? { beforeStep: options.beforeStep } : {});
  await blobs.prepare();
  const logged: string[] = [];
  const secrets = new KnownSecrets();
  const logger = withoutSecrets(
    createLogger(
      'debug',
      new Writable({
        write(chunk, _encoding, done) {
          logged.push(String(chunk));
          done();
        },
      }),
    ),
    secrets,
  );
  const assets = new AssetRepository(db, options.now);
  const generations = new GenerationRepository(db, options.now);
  const history = new HistoryRepository(db, options.now);
  const outbox = new Outbox(db);
  const hub = new EventHub(outbox, (thrown) => logger.error({ error: thrown }, 'events-not-read'));
  await hub.start();
  const background = new BackgroundTasks();
  const host = options.host ?? inProcessHost(blobs);
  const settings = new SettingsRepository(db);
  const box = new SecretBox(dataDir);
  const engineSettings = new EngineSettingsService({
    connections: new ConnectionRepository(db, options.now),
    settings,
    box,
    secrets,
    reservedIds: async () => (await host.engines()).engines.map((engine) => engine.id),
  });
  const ownRemote = inProcessConnectionHost(blobs, secrets, options.environment ?? {}, (loaded) =>
    engineSettings.configs(loaded),
  );
  const remote = options.remoteHost?.(ownRemote) ?? ownRemote;
  engineSettings.attach(remote);
  const directory = new EngineDirectory({ builtIn: host, remote }, engineSettings, logger);
  const { leaseMs, timeLimitMsPerImage, heartbeatMs } = options;
  const runner = new JobRunner({
    generations,
    blobs,
    lanes: [
      { lane: 'built-in', host, slots: 1 },
      { lane: 'remote', host: remote, slots: 4 },
    ],
    hub,
    logger,
    ...(leaseMs === undefined ? {} : { leaseMs }),
    ...(timeLimitMsPerImage === undefined ? {} : { timeLimitMsPerImage }),
  });
  const addresses = guardedAddressesOf(options.reach ?? {});
  const accounts = await openAccounts({
    db,
    dataDir,
    mode: options.mode ?? 'local',
    publicOrigin: addresses.publicOrigin,
    passwordCost: options.passwordCost ?? CHEAP_PASSWORDS,
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  const thumbnails = new Thumbnails(dataDir, blobs);
  const starters = await productStarters();
  const community = createCommunity({
    ...{ db, blobs, thumbnails, assets, generations, box, secrets, logger, starters },
    publicOrigin: addresses.publicOrigin,
    ...(options.discord === undefined ? {} : { discord: options.discord }),
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  const closing = new AbortController();
  const studioDir = join(dataDir, 'studio');
  const samplesDir = join(dataDir, 'samples');
  const app = createApp({
    dataDir,
    studioDir,
    samplesDir,
    logger,
    db,
    assets,
    generations,
    history,
    outbox,
    blobs,
    hub,
    directory,
    engineSettings,
    settings,
    ledger: new LedgerRepository(db, options.now),
    secrets,
    runner,
    background,
    access: accounts.access,
    accounts,
    community,
    thumbnails,
    starterThumbnails: new Thumbnails(dataDir, starters, 'starter-pictures'),
    addresses,
    trustedProxies: readTrustedProxies(options.reach?.trustedProxies ?? []),
    isCommunityPublic: options.isCommunityPublic ?? (() => community.settings.isPublic()),
    closing: closing.signal,
    ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
  });
  if (options.isRunning !== false) await runner.start();

  const request = async (path: string, init: RequestInit & { json?: unknown } = {}): Promise<Response> => {
    const { json, ...rest } = init;
    const headers = new Headers(rest.headers);
    if (!headers.has('host')) headers.set('host', '127.0.0.1:4270');
    if (json !== undefined) {
      headers.set('content-type', 'application/json');
      rest.body = JSON.stringify(json);
      rest.method ??= 'POST';
    }
    return await app.request(`http://127.0.0.1:4270${path}`, { ...rest, headers });
  };
  const api = (path: string, init?: RequestInit & { json?: unknown }) =>
    request(`${API_PREFIX}${path}`, init);

  return {
    dataDir,
    studioDir,
    samplesDir,
    db,
    blobs,
    assets,
    generations,
    history,
    outbox,
    hub,
    runner,
    background,
    accounts,
    community,
    thumbnails,
    secrets,
    app,
    logged,
    request,
    api,
    upload: async (bytes: Uint8Array): Promise<Asset> => {
      const response = await api('/assets', { method: 'POST', body: new Uint8Array(bytes) });
      if (response.status !== 201)
        throw new Error(`upload answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as Asset;
    },
    generate: async (body: object, headers: Record<string, string> = {}): Promise<Generation> => {
      const response = await api('/generations', { json: { engine: 'test', size: 256, ...body }, headers });
      if (response.status !== 202)
        throw new Error(`generation answered ${response.status}: ${await response.text()}`);
      return (await response.json()) as Generation;
    },
    finished: async (id: string): Promise<Generation> => {
      for (;;) {
        const generation = await generations.find(id);
        if (!generation) throw new Error('the generation is gone');
        if (isFinished(generation.status)) return generation;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    /** Ends it; the folder stays when it was given. */
    close: async (): Promise<void> => {
      closing.abort();
      accounts.access.close?.();
      await runner.stop();
      await host.close();
      await remote.close();
      await background.close();
      await db.destroy();
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Renders on this thread, with the code that the render process runs. */
export function inProcessHost(blobs: FileBlobStore): RenderHost {
  return {
    engines: async () => {
      const registry = await createRegistry();
      return { engines: await registry.list(), defaultId: registry.defaultId };
    },
    render: async (claim, options) => {
      try {
        const engines = await createRegistry();
        return await renderJob(claim, {
          blobs,
          engines,
          secrets: new KnownSecrets(),
          ...options,
          checkpoint: (state) => options.onCheckpoint(JSON.stringify(state)),
          log: () => {},
        });
      } catch (thrown) {
        throw toDioramaError(thrown, 'render-failed');
      }
    },
    close: async () => {},
  };
}
