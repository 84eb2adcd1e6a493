import { type ChildProcess, fork } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { DioramaError } from '@diorama/contracts';
import { type Logger, withoutPaths } from '../security/logger.ts';
import type { FromRenderProcess, RenderSetup, ToRenderProcess } from './render-messages.ts';

const READY_WITHIN_MS = 60_000;
/** Pause before a process that died young is started again, doubling up to the maximum. */
const RESTART_DELAY_MS = 250;
const RESTART_DELAY_MAX_MS = 30_000;
/** Lived this long: its end is no reason to wait. */
const HEALTHY_AFTER_MS = 10_000;
const STDERR_KEPT_CHARACTERS = 4_000;
const LAST_WORDS_WITHIN_MS = 200;

/** What the owner of a process hears of it and tells about it. */
export interface EngineProcessOwner {
  readonly onMessage: (message: FromRenderProcess) => void;
  readonly onEnd: (end: { readonly outOfMemory: boolean }) => void;
  /** Whether an end right now would be no surprise. */
  readonly isEndExpected: () => boolean;
  readonly hasJobs: () => boolean;
}

interface Running {
  readonly child: ChildProcess;
  readonly startedAt: number;
  readonly ready: PromiseWithResolvers<void>;
  readonly ended: Promise<void>;
  readonly readyTimer: NodeJS.Timeout;
  stderr: string;
}

/** One render process after the other: starts it, replaces it when it dies, with a pause when it dies young. */
export class EngineProcess {
  readonly #setup: RenderSetup;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #logger: Logger;
  readonly #owner: EngineProcessOwner;
  #running: Running | null = null;
  #earlyDeaths = 0;
  #restartAt = 0;
  #isClosed = false;

  constructor(setup: RenderSetup, environment: NodeJS.ProcessEnv, logger: Logger, owner: EngineProcessOwner) {
    this.#setup = setup;
    this.#environment = environment;
    this.#logger = logger;
    this.#owner = owner;
  }

  get pid(): number | null {
    return this.#running?.child.pid ?? null;
  }

  /**
   * Resolves when a process with its engines runs; starts one when there is none.
   *
   * @throws {DioramaError} `engine-unavailable`, at once during the pause after an early death.
   */
  async ready(): Promise<void> {
    await this.#start().ready.promise;
  }

  /** As `ready`, but waits out the pause: a job must not fail for it. */
  async readyInTime(signal: AbortSignal): Promise<void> {
    const waitMs = this.#running ? 0 : this.#restartAt - Date.now();
    if (waitMs > 0) await sleep(waitMs, undefined, { signal });
    await this.ready();
  }

  /** The owner has heard what it was waiting for. */
  markReady(): void {
    const running = this.#running;
    if (!running) return;
    clearTimeout(running.readyTimer);
    running.ready.resolve();
  }

  tell(message: ToRenderProcess): void {
    const child = this.#running?.child;
    if (child?.connected) child.send(message, () => {});
  }

  kill(): void {
    this.#running?.child.kill('SIGKILL');
  }

  /** Ends the process; none is started any more. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = this.#running;
    if (!running) return;
    if (running.child.connected) running.child.disconnect();
    const timer = setTimeout(() => running.child.kill('SIGKILL'), 1_000);
    await running.ended;
    clearTimeout(timer);
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
      env: this.#environment,
    });
    const ended = Promise.withResolvers<void>();
    const running: Running = {
      child,
      startedAt: Date.now(),
      ready: Promise.withResolvers(),
      ended: ended.promise,
      readyTimer: setTimeout(() => child.kill('SIGKILL'), READY_WITHIN_MS),
      stderr: '',
    };
    running.ready.promise.catch(() => {});
    this.#running = running;
    lowerPriority(child);
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      running.stderr = (running.stderr + text).slice(-STDERR_KEPT_CHARACTERS);
    });
    child.on('message', (message: FromRenderProcess) => {
      if (this.#running === running) this.#owner.onMessage(message);
    });
    const onEnd = async (exitCode: number | null, signal: string | null): Promise<void> => {
      clearTimeout(running.readyTimer);
      await drained(child.stderr);
      this.#onEnd(running, exitCode, signal);
      running.ready.reject(new DioramaError('engine-unavailable', 'The engines could not be loaded.'));
      ended.resolve();
    };
    child.on('error', () => {
      // A process that could not be started at all, as when the system has no more to give, never exits.
      if (child.pid === undefined) void onEnd(null, null);
      else child.kill('SIGKILL');
    });
    child.once('exit', (exitCode, signal) => void onEnd(exitCode, signal));
    this.tell({ type: 'set-up', setup: this.#setup });
    return running;
  }

  #onEnd(running: Running, exitCode: number | null, signal: string | null): void {
    if (this.#running === running) this.#running = null;
    const outOfMemory = /heap out of memory|Array buffer allocation failed/.test(running.stderr);
    const livedMs = Date.now() - running.startedAt;
    if (!this.#isClosed && !this.#owner.isEndExpected()) {
      this.#logger.error(
        {
          lane: this.#setup.lane,
          exitCode,
          signal,
          outOfMemory,
          livedMs,
          output: lastErrorOf(running.stderr),
        },
        'render-process-ended',
      );
      this.#earlyDeaths = livedMs < HEALTHY_AFTER_MS && !this.#owner.hasJobs() ? this.#earlyDeaths + 1 : 0;
      if (this.#earlyDeaths > 0)
        this.#restartAt =
          Date.now() + Math.min(RESTART_DELAY_MAX_MS, RESTART_DELAY_MS * 2 ** this.#earlyDeaths);
    }
    this.#owner.onEnd({ outOfMemory });
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
