// One worker thread as seen from the front: Node's and the browser's differ only here.
import { nodeBuiltin } from './kernel.ts';
import type { FromWorker, ToWorker } from './worker-protocol.ts';

export interface WorkerPort {
  post(message: ToWorker, transfer?: ArrayBuffer[]): void;
  /** Ends the thread, whatever it is doing. */
  terminate(): void;
}

export interface WorkerListeners {
  readonly onMessage: (message: FromWorker) => void;
  readonly onError: (error: Error) => void;
}

interface NodeWorker {
  on(event: 'message', listener: (message: FromWorker) => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
  on(event: 'exit', listener: (code: number) => void): void;
  postMessage(message: ToWorker, transfer?: ArrayBuffer[]): void;
  terminate(): Promise<number>;
}
interface NodeThreads {
  readonly Worker: new (file: URL, options: { execArgv: string[] }) => NodeWorker;
}

function spawnInNode(threads: NodeThreads, listeners: WorkerListeners): WorkerPort {
  // Not a literal: a bundler would ship the source file as an asset.
  const entry = './worker-entry.ts';
  const worker = new threads.Worker(new URL(entry, import.meta.url), { execArgv: [] });
  let ended = false;
  worker.on('message', listeners.onMessage);
  worker.on('error', listeners.onError);
  worker.on('exit', (code) => {
    if (!ended) listeners.onError(new Error(`A worker ended by itself with code ${code}.`));
  });
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    terminate: () => {
      ended = true;
      void worker.terminate();
    },
  };
}

function spawnInBrowser(listeners: WorkerListeners): WorkerPort {
  const worker = new Worker(new URL('./worker-entry.ts', import.meta.url), { type: 'module' });
  worker.onmessage = (event: MessageEvent<FromWorker>) => listeners.onMessage(event.data);
  worker.onerror = (event) => listeners.onError(new Error(event.message || 'A worker could not be started.'));
  worker.onmessageerror = () => listeners.onError(new Error('A worker could not read its message.'));
  return {
    post: (message, transfer) => worker.postMessage(message, transfer ?? []),
    terminate: () => worker.terminate(),
  };
}

/** Starts a thread on `worker-entry.ts`. */
export function spawnWorker(listeners: WorkerListeners): WorkerPort {
  const threads = nodeBuiltin<NodeThreads>('node:worker_threads');
  return threads === undefined ? spawnInBrowser(listeners) : spawnInNode(threads, listeners);
}

/** Whether memory can be shared with workers: always in Node, in a browser only on a cross-origin isolated page. */
export function canShareMemory(): boolean {
  if (nodeBuiltin('node:worker_threads') !== undefined) return true;
  return (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;
}

/** Threads that the machine runs at once. */
export function defaultWorkerCount(): number {
  const os = nodeBuiltin<{ availableParallelism(): number }>('node:os');
  const cores = os?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
  return Math.max(1, Math.min(64, cores));
}
