import type { PackedModel } from './packed-model.ts';
import { nodeModule } from './platform.ts';
import type { Strip } from './strip-plan.ts';
import type { InputRows, ResultRows } from './strip-runner.ts';

/**
 * To a worker: first `init`, then for each strip `strip` and its `rows` in order. Buffers of messages travel back and forth instead of
 * being made anew: garbage of this kind is freed late, and would be most of the memory in use.
 */
export type WorkerRequest =
  | { readonly kind: 'init'; readonly module: WebAssembly.Module; readonly model: PackedModel }
  | { readonly kind: 'strip'; readonly strip: Strip; readonly exposure: number }
  | { readonly kind: 'rows'; readonly rows: InputRows; readonly spare: ArrayBuffer | undefined };

/** From a worker: one answer to each `rows`. */
export interface WorkerAnswer {
  readonly rows: ResultRows;
  /** The buffer of the input rows, to be used again. */
  readonly spare: ArrayBuffer;
}

/** A worker thread, whatever the platform calls it. */
export interface WorkerPort {
  send(request: WorkerRequest, transfer: ArrayBuffer[]): void;
  /** Called for every answer. Replaces the listener before. */
  onAnswer(listener: (answer: WorkerAnswer) => void): void;
  /** Called when the worker fails or ends by itself. */
  onFailure(listener: (cause: unknown) => void): void;
  /** Stops the worker, even in the middle of its work. */
  terminate(): void;
}

/** Starts a worker thread: node:worker_threads in Node, a module worker in a browser. */
export function startWorker(): WorkerPort {
  const threads = nodeModule('node:worker_threads');
  return threads === undefined ? startBrowserWorker() : startNodeWorker(threads);
}

function startNodeWorker(threads: typeof import('node:worker_threads')): WorkerPort {
  const worker = new threads.Worker(new URL('./denoise-worker.ts', import.meta.url));
  let answered: (answer: WorkerAnswer) => void = () => {};
  worker.on('message', (answer: WorkerAnswer) => answered(answer));
  return {
    send: (request, transfer) => worker.postMessage(request, transfer),
    onAnswer: (listener) => {
      answered = listener;
    },
    onFailure: (listener) => {
      worker.on('error', listener);
      worker.on('messageerror', listener);
      worker.on('exit', (code) => listener(new Error(`The worker ended with code ${code}.`)));
    },
    terminate: () => void worker.terminate(),
  };
}

function startBrowserWorker(): WorkerPort {
  const worker = new Worker(new URL('./denoise-worker.ts', import.meta.url), { type: 'module' });
  return {
    send: (request, transfer) => worker.postMessage(request, transfer),
    onAnswer: (listener) => {
      worker.onmessage = (event: MessageEvent<WorkerAnswer>) => listener(event.data);
    },
    onFailure: (listener) => {
      worker.onerror = (event) => listener(event.error ?? new Error(event.message));
      worker.onmessageerror = () => listener(new Error('A message could not be read.'));
    },
    terminate: () => worker.terminate(),
  };
}
