import { Worker } from 'node:worker_threads';
import { DioramaError } from '@diorama/contracts';
import type { BackgroundAnswer, BackgroundResults, BackgroundTask } from './background-messages.ts';

/** A file or a prompt that keeps the thread this long is refused, and the thread is replaced. */
const TIME_LIMIT_MS = 30_000;
/** The largest model is held once as bytes (outside this heap) and its JSON once as objects. */
const HEAP_MB = 768;

interface Waiting {
  readonly task: BackgroundTask;
  readonly resolve: (result: unknown) => void;
  readonly reject: (thrown: unknown) => void;
  timer: NodeJS.Timeout | undefined;
}

/**
 * Runs parsing and language work on one thread beside the API's, one task after the other. A task that exhausts time
 * or memory loses the thread, not the server.
 */
export class BackgroundTasks {
  #worker: Worker | null = null;
  #next = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #timeLimitMs: number;

  constructor(options: { readonly timeLimitMs?: number } = {}) {
    this.#timeLimitMs = options.timeLimitMs ?? TIME_LIMIT_MS;
  }

  /** @throws {DioramaError} The task's own error, `timed-out` or `out-of-memory`. */
  async run<T extends BackgroundTask>(task: T): Promise<BackgroundResults[T['type']]> {
    const number = this.#next++;
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(number, { task, resolve, reject, timer: undefined });
    if (this.#waiting.size === 1) this.#begin(number);
    return (await promise) as BackgroundResults[T['type']];
  }

  async close(): Promise<void> {
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
    for (const number of [...this.#waiting.keys()])
      this.#settle(number)?.reject(new DioramaError('canceled'));
  }

  #begin(number: number): void {
    const waiting = this.#waiting.get(number);
    if (!waiting) return;
    waiting.timer = setTimeout(() => this.#replace(new DioramaError('timed-out')), this.#timeLimitMs);
    this.#worker ??= this.#startWorker();
    this.#worker.postMessage({ number, task: waiting.task });
  }

  #startWorker(): Worker {
    const worker = new Worker(new URL('./background-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    worker.unref();
    worker.on('message', (answer: BackgroundAnswer) => {
      const waiting = this.#settle(answer.number);
      if (answer.ok) waiting?.resolve(answer.result);
      else {
        const { code, message, hint, details, cause } = answer.error;
        waiting?.reject(new DioramaError(code, message, { hint, details: { ...details }, cause }));
      }
      this.#beginNext();
    });
    worker.on('error', (thrown) => {
      if (this.#worker !== worker) return;
      const outOfMemory = 'code' in thrown && thrown.code === 'ERR_WORKER_OUT_OF_MEMORY';
      this.#replace(
        new DioramaError(outOfMemory ? 'out-of-memory' : 'internal', undefined, { cause: thrown }),
      );
    });
    return worker;
  }

  /** Gives up the thread together with the task that it has. */
  #replace(reason: DioramaError): void {
    const worker = this.#worker;
    this.#worker = null;
    void worker?.terminate();
    const [current] = this.#waiting.keys();
    if (current !== undefined) this.#settle(current)?.reject(reason);
    this.#beginNext();
  }

  #settle(number: number): Waiting | undefined {
    const waiting = this.#waiting.get(number);
    clearTimeout(waiting?.timer);
    this.#waiting.delete(number);
    return waiting;
  }

  #beginNext(): void {
    const [next] = this.#waiting.keys();
    if (next !== undefined) this.#begin(next);
  }
}
