import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DioramaError, type PixelSize, type Progress } from '@diorama/contracts';
import { type Logger, withoutPaths } from '../security/logger.ts';
import type { Claim } from '../storage/generations.ts';
import type {
  EngineList,
  FromRenderProcess,
  JobKey,
  RenderResult,
  RenderSetup,
  ToRenderProcess,
} from './render-messages.ts';

/** Where jobs are rendered. The queue knows no more of it than this. */
export interface RenderHost {
  /**
   * The engines, once they are loaded.
   * @throws {DioramaError} `engine-unavailable` when they cannot be loaded.
   */
  engines(): Promise<EngineList>;
  /**
   * Renders one job.
   *
   * @throws {RenderHostLost} When the process died under it.
   * @throws {DioramaError} `canceled` when the signal was aborted, else the job's own error.
   */
  render(claim: Claim, options: RenderOptions): Promise<RenderResult>;
  close(): Promise<void>;
}

export interface RenderOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  readonly onPreview: (preview: { readonly jpeg: Uint8Array; readonly size: PixelSize }) => void;
}

/** The render process ended while it had a job. The job itself may be fine. */
export class RenderHostLost extends Error {
  override readonly name = 'RenderHostLost';
  readonly outOfMemory: boolean;

  constructor(outOfMemory: boolean) {
    super('the render process ended');
    this.outOfMemory = outOfMemory;
  }
}

/** A render stops between two samples; a process that does not is stuck. */
const KILL_AFTER_ABORT_MS = 3_000;
const READY_WITHIN_MS = 60_000;
/** Pause before a process that died young is started again, doubling up to the maximum. */
const RESTART_DELAY_MS = 250;
const RESTART_DELAY_MAX_MS = 30_000;
/** Lived this long: its end is no reason to wait. */
const HEALTHY_AFTER_MS = 10_000;
const STDERR_KEPT_CHARACTERS = 4_000;
const LAST_WORDS_WITHIN_MS = 200;

interface CurrentJob {
  readonly key: JobKey;
  readonly options: RenderOptions;
  readonly resolve: (result: RenderResult) => void;
  readonly reject: (thrown: unknown) => void;
}

interface Running {
  readonly child: ChildProcess;
  readonly startedAt: number;
  readonly ready: Promise<EngineList>;
  readonly ended: Promise<void>;
  stderr: string;
}

/**
 * Renders in a child process of its own: whatever a scene does to it (endless loops, exhausted memory, a crash), the
 * API keeps answering, and the process is replaced. It runs at a lower priority for the same reason.
 */
export class ForkedRenderHost implements RenderHost {
  readonly #setup: RenderSetup;
  readonly #killAfterAbortMs: number;
  readonly #logger: Logger;
  #running: Running | null = null;
  #job: CurrentJob | null = null;
  #engines: EngineList | null = null;
  #earlyDeaths = 0;
  #restartAt = 0;
  #isClosed = false;

  /** @param options.killAfterAbortMs How long a process may take to stop its job; default 3 s. */
  constructor(setup: RenderSetup, logger: Logger, options: { readonly killAfterAbortMs?: number } = {}) {
    this.#killAfterAbortMs = options.killAfterAbortMs ?? KILL_AFTER_ABORT_MS;
    this.#setup = setup;
    this.#logger = logger;
  }

  /** Starts the process ahead of the first job. */
  warmUp(): void {
    if (!this.#isClosed) this.#start().ready.catch(() => {});
  }

  /** Process id of the current render process; null when none runs. */
  get pid(): number | null {
    return this.#running?.child.pid ?? null;
  }

  async engines(): Promise<EngineList> {
    // What was described once stays true while a process is replaced.
    if (this.#engines) return this.#engines;
    return await this.#start().ready;
  }

  async render(claim: Claim, options: RenderOptions): Promise<RenderResult> {
    if (this.#job) throw new Error('the render process has a job already');
    const key: JobKey = `${claim.id}#${claim.attempt}`;
    const { promise, resolve, reject } = Promise.withResolvers<RenderResult>();
    promise.catch(() => {});
    this.#job = { key, options, resolve, reject };
    let begun: Running | undefined;
    let killTimer: NodeJS.Timeout | undefined;
    const abort = (): void => {
      const running = begun;
      if (!running) {
        reject(new DioramaError('canceled'));
        return;
      }
      this.#tell(running, { type: 'abort', job: key });
      killTimer = setTimeout(() => {
        this.#logger.warn({ pid: running.child.pid }, 'render-process-did-not-stop');
        running.child.kill('SIGKILL');
      }, this.#killAfterAbortMs);
    };
    options.signal.addEventListener('abort', abort, { once: true });
    try {
      const running = await Promise.race([this.#readyProcess(options.signal), promise.then(() => null)]);
      options.signal.throwIfAborted();
      if (running) {
        begun = running;
        this.#tell(running, { type: 'render', job: key, claim });
      }
      return await promise;
    } catch (thrown) {
      if (options.signal.aborted) throw new DioramaError('canceled', undefined, { cause: thrown });
      throw thrown;
    } finally {
      clearTimeout(killTimer);
      options.signal.removeEventListener('abort', abort);
      this.#job = null;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const running = this.#running;
    if (!running) return;
    if (running.child.connected) running.child.disconnect();
    const timer = setTimeout(() => running.child.kill('SIGKILL'), 1_000);
    await running.ended;
    clearTimeout(timer);
  }

  /** A process with its engines loaded. Waits out the pause after early deaths: a job must not fail for it. */
  async #readyProcess(signal: AbortSignal): Promise<Running> {
    const waitMs = this.#running ? 0 : this.#restartAt - Date.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    const running = this.#start();
    try {
      await running.ready;
    } catch {
      throw new RenderHostLost(false);
    }
    return running;
  }

  #start(): Running {
    if (this.#running) return this.#running;
    if (this.#isClosed) throw new DioramaError('engine-unavailable', 'The server is stopping.');
    if (Date.now() < this.#restartAt)
      throw new DioramaError('engine-unavailable', 'The engines could not be loaded; trying again soon.');
    const child = fork(new URL('./render-process.ts', import.meta.url), [], {
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: ['--disable-warning=ExperimentalWarning'],
    });
    const ready = Promise.withResolvers<EngineList>();
    const ended = Promise.withResolvers<void>();
    ready.promise.catch(() => {});
    const running: Running = {
      child,
      startedAt: Date.now(),
      ready: ready.promise,
      ended: ended.promise,
      stderr: '',
    };
    this.#running = running;
    lowerPriority(child);
    const readyTimer = setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      running.stderr = (running.stderr + text).slice(-STDERR_KEPT_CHARACTERS);
    });
    child.on('message', (message: FromRenderProcess) => {
      if (message.type !== 'ready') return this.#receive(message);
      clearTimeout(readyTimer);
      this.#engines = message.engines;
      ready.resolve(message.engines);
    });
    const onEnd = async (exitCode: number | null, signal: string | null): Promise<void> => {
      clearTimeout(readyTimer);
      await drained(child.stderr);
      this.#onEnd(running, exitCode, signal);
      ready.reject(new DioramaError('engine-unavailable', 'The engines could not be loaded.'));
      ended.resolve();
    };
    child.on('error', () => {
      // A process that could not be started at all, as when the system has no more to give, never exits.
      if (child.pid === undefined) void onEnd(null, null);
      else child.kill('SIGKILL');
    });
    child.once('exit', (exitCode, signal) => void onEnd(exitCode, signal));
    this.#tell(running, { type: 'set-up', setup: this.#setup });
    return running;
  }

  #receive(message: Exclude<FromRenderProcess, { type: 'ready' }>): void {
    if (message.type === 'log') {
      this.#logger.info({ ...message.facts, engineEvent: message.event }, 'engine-log');
      return;
    }
    const job = this.#job;
    if (job?.key !== message.job) return;
    if (message.type === 'progress') job.options.onProgress(message.progress);
    else if (message.type === 'preview') {
      const { jpeg, width, height } = message;
      job.options.onPreview({ jpeg, size: { width, height } });
    } else if (message.type === 'rendered') job.resolve(message.result);
    else {
      const { code, message: text, hint } = message.error;
      if (code !== 'canceled') this.#logger.warn({ code, cause: message.cause }, 'render-failed');
      job.reject(new DioramaError(code, text, { hint }));
    }
  }

  #onEnd(running: Running, exitCode: number | null, signal: string | null): void {
    if (this.#running === running) this.#running = null;
    const outOfMemory = /heap out of memory|Array buffer allocation failed/.test(running.stderr);
    const livedMs = Date.now() - running.startedAt;
    const expected = this.#isClosed || this.#job?.options.signal.aborted === true;
    if (!expected) {
      this.#logger.error(
        { exitCode, signal, outOfMemory, livedMs, output: lastErrorOf(running.stderr) },
        'render-process-ended',
      );
      this.#earlyDeaths = livedMs < HEALTHY_AFTER_MS && !this.#job ? this.#earlyDeaths + 1 : 0;
      if (this.#earlyDeaths > 0)
        this.#restartAt =
          Date.now() + Math.min(RESTART_DELAY_MAX_MS, RESTART_DELAY_MS * 2 ** this.#earlyDeaths);
    }
    this.#job?.reject(new RenderHostLost(outOfMemory));
  }

  #tell(running: Running, message: ToRenderProcess): void {
    if (running.child.connected) running.child.send(message, () => {});
  }
}

/**
 * What a dying process said, as the log may have it: the kind of error and where, but not its message, which can quote
 * what a user wrote.
 */
function lastErrorOf(stderr: string): string {
  const lines = stderr.split('\n');
  const kinds = lines.flatMap(
    (line) => /^(?:FATAL ERROR: [\w ]+|\w*(?:Error|Exception)\b)/.exec(line)?.[0] ?? [],
  );
  const frames = lines.filter((line) => /^\s+at /.test(line)).slice(0, 3);
  return withoutPaths([kinds.at(-1) ?? '', ...frames.map((line) => line.trim())].join(' | '));
}

/** The last words of a process can come after its end. `close` would wait for them, but never comes after a disconnect. */
async function drained(stderr: Readable | null): Promise<void> {
  if (!stderr || stderr.readableEnded || stderr.destroyed) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  stderr.once('close', resolve);
  const timer = setTimeout(resolve, LAST_WORDS_WITHIN_MS);
  await promise;
  clearTimeout(timer);
}

function lowerPriority(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Not permitted here: rendering then competes with the API as an equal, which is slower but correct.
  }
}
