/**
 * A process that makes images: it loads the engines of its lane, reads and stores blobs itself, and tells the server
 * how far it is. Started by `EngineProcess`; it ends with its parent, whatever way that ended.
 */
import { enableCompileCache } from 'node:module';
import { toDioramaError } from '@diorama/contracts';
import type { Engine } from '@diorama/engines';
import { describeError } from '../security/describe-error.ts';
import { KnownSecrets } from '../security/known-secrets.ts';
import { FileBlobStore } from '../storage/file-blob-store.ts';
import { CheckpointMail } from './checkpoint-mail.ts';
import { ConnectedEngines } from './connected-engines.ts';
import type { ConnectedEngineModule, EngineModule } from './engine-module.ts';
import { toRenderError } from './render-error.ts';
import { renderJob } from './render-job.ts';
import type { FromRenderProcess, JobKey, RenderSetup, ToRenderProcess } from './render-messages.ts';

enableCompileCache();

interface Ready {
  readonly blobs: FileBlobStore;
  readonly engines: { get(id: string): Engine };
  /** null in the lane that has none. */
  readonly connected: ConnectedEngines | null;
}

let ready: Promise<Ready> | null = null;
const running = new Map<JobKey, AbortController>();
const checkpoints = new CheckpointMail(tell);
const secrets = new KnownSecrets();

process.on('disconnect', () => process.exit(0));
// Ctrl+C reaches the whole group; the server decides when this process ends, and its end closes the channel.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('message', (message: ToRenderProcess) => {
  switch (message.type) {
    case 'set-up':
      ready = setUp(message.setup);
      return;
    case 'configure':
      void configure(message);
      return;
    case 'ask':
      void answer(message);
      return;
    case 'render':
      void render(message);
      return;
    case 'checkpoint-kept':
      checkpoints.receive(message);
      return;
    case 'abort':
      running.get(message.job)?.abort();
      return;
  }
});

function tell(message: FromRenderProcess): void {
  if (process.connected) process.send?.(message);
}

async function setUp({ lane, dataDir, engineModule }: RenderSetup): Promise<Ready> {
  const blobs = new FileBlobStore(dataDir);
  if (lane === 'remote') {
    const module: ConnectedEngineModule = await import(engineModule);
    const connected = new ConnectedEngines(module);
    tell({
      type: 'loaded',
      loaded: { kinds: module.kinds, environment: module.connectionsFromEnvironment(process.env) },
    });
    return { blobs, engines: connected, connected };
  }
  const { createRegistry }: EngineModule = await import(engineModule);
  const engines = await createRegistry();
  tell({ type: 'ready', engines: { engines: await engines.list(), defaultId: engines.defaultId } });
  return { blobs, engines, connected: null };
}

async function connectedEngines(): Promise<ConnectedEngines> {
  const connected = (await ready)?.connected;
  if (!connected) throw new Error('this process has no connected engines');
  return connected;
}

async function configure({
  revision,
  connections,
}: Extract<ToRenderProcess, { type: 'configure' }>): Promise<void> {
  const connected = await connectedEngines();
  secrets.add(...connections.flatMap(({ key }) => key ?? []));
  connected.configure(connections);
  tell({ type: 'configured', revision, engines: { engines: await connected.list(), defaultId: null } });
}

async function answer({ number, question }: Extract<ToRenderProcess, { type: 'ask' }>): Promise<void> {
  try {
    const connected = await connectedEngines();
    const found =
      question.about === 'test'
        ? await connected.test(question.connection)
        : await connected.describe(question.connection);
    tell({ type: 'answer', number, answer: found });
  } catch (thrown) {
    tell({ type: 'no-answer', number, error: toRenderError(toDioramaError(thrown)) });
  }
}

async function render({ job, claim }: Extract<ToRenderProcess, { type: 'render' }>): Promise<void> {
  const controller = new AbortController();
  running.set(job, controller);
  try {
    if (!ready) throw new Error('a job came before the set-up');
    const { blobs, engines } = await ready;
    const result = await renderJob(claim, {
      blobs,
      engines,
      secrets,
      signal: controller.signal,
      onProgress: (progress) => tell({ type: 'progress', job, progress }),
      onPreview: ({ jpeg, size }) => tell({ type: 'preview', job, jpeg, ...size }),
      onCost: (cost) => tell({ type: 'cost', job, cost }),
      checkpoint: (state) => checkpoints.send(job, state),
      log: (event, facts) => tell({ type: 'log', job, event, facts }),
    });
    tell({ type: 'rendered', job, result });
  } catch (thrown) {
    const error = toRenderError(toDioramaError(thrown, 'render-failed'));
    tell({ type: 'failed', job, error, cause: describeError(thrown) });
  } finally {
    running.delete(job);
  }
}
