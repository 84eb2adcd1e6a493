/**
 * The process that renders: it loads the engines, reads and stores blobs itself, and tells the server how far it is.
 * Started by `RenderHost`; it ends with its parent, whatever way that ended.
 */
import { enableCompileCache } from 'node:module';
import { toDioramaError } from '@diorama/contracts';
import type { EngineRegistry } from '@diorama/engines';
import { describeError } from '../security/describe-error.ts';
import { FileBlobStore } from '../storage/file-blob-store.ts';
import type { EngineModule } from './engine-module.ts';
import { renderJob } from './render-job.ts';
import type { FromRenderProcess, JobKey, RenderSetup, ToRenderProcess } from './render-messages.ts';

enableCompileCache();

interface Ready {
  readonly blobs: FileBlobStore;
  readonly engines: EngineRegistry;
}

let ready: Promise<Ready> | null = null;
const running = new Map<JobKey, AbortController>();

process.on('disconnect', () => process.exit(0));
// Ctrl+C reaches the whole group; the server decides when this process ends, and its end closes the channel.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('message', (message: ToRenderProcess) => {
  switch (message.type) {
    case 'set-up':
      ready = setUp(message.setup);
      return;
    case 'render':
      void render(message);
      return;
    case 'abort':
      running.get(message.job)?.abort();
      return;
  }
});

function tell(message: FromRenderProcess): void {
  if (process.connected) process.send?.(message);
}

async function setUp(setup: RenderSetup): Promise<Ready> {
  const { createRegistry }: EngineModule = await import(setup.engineModule);
  const engines = await createRegistry();
  tell({ type: 'ready', engines: { engines: await engines.list(), defaultId: engines.defaultId } });
  return { blobs: new FileBlobStore(setup.dataDir), engines };
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
      signal: controller.signal,
      onProgress: (progress) => tell({ type: 'progress', job, progress }),
      onPreview: ({ jpeg, size }) => tell({ type: 'preview', job, jpeg, ...size }),
      log: (event, facts) => tell({ type: 'log', job, event, facts }),
    });
    tell({ type: 'rendered', job, result });
  } catch (thrown) {
    const { code, message, hint } = toDioramaError(thrown, 'render-failed');
    tell({ type: 'failed', job, error: { code, message, hint }, cause: describeError(thrown) });
  } finally {
    running.delete(job);
  }
}
