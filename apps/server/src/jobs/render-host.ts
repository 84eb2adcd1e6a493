import { type Cost, DioramaError, type PixelSize, type Progress, toDioramaError } from '@diorama/contracts';
import type { Logger } from '../security/logger.ts';
import type { Claim } from '../storage/generations.ts';
import { EngineProcess } from './engine-process.ts';
import { fromRenderError, toRenderError } from './render-error.ts';
import type {
  EngineList,
  FromJob,
  FromRenderProcess,
  JobKey,
  RenderResult,
  RenderSetup,
} from './render-messages.ts';

/** Where jobs are rendered. The queue knows no more of it than this. */
export interface RenderHost {
  /**
   * The engines, once they are loaded.
   * @throws {DioramaError} `engine-unavailable` when they cannot be loaded.
   */
  engines(): Promise<EngineList>;
  /**
   * Renders one job; several at once are the caller's choice.
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
  readonly onCost: (cost: Cost) => void;
  /** Keeps JSON text for the next attempt; durable when it resolves. Rejects when the job is not to go on. */
  readonly onCheckpoint: (state: string) => Promise<void>;
}

/** The reason of an abort because the server stops: what a service is doing for the job goes on without us. */
export const SERVER_STOPPING = 'server-stopping';

/** The render process ended while it had a job. The job itself may be fine. */
export class RenderHostLost extends Error {
  override readonly name = 'RenderHostLost';
  readonly outOfMemory: boolean;
  /** It was ended on purpose, for another job that did not stop. */
  readonly isBlameless: boolean;

  constructor(outOfMemory: boolean, isBlameless = false) {
    super('the render process ended');
    this.outOfMemory = outOfMemory;
    this.isBlameless = isBlameless;
  }
}

/** A render stops between two samples; a process that does not is stuck. */
const KILL_AFTER_ABORT_MS = 3_000;

export interface RenderHostOptions {
  /** How long a process may take to stop a job; default 3 s. */
  readonly killAfterAbortMs?: number;
  /** Of the process; default this one's without what looks like a secret. */
  readonly environment?: NodeJS.ProcessEnv;
  /**
   * What becomes of the work when the server stops. `abort` (default) ends it; `leave` only ends the process, so that
   * the next one finds the job at the service again.
   */
  readonly whenStopping?: 'abort' | 'leave';
}

interface CurrentJob {
  readonly options: RenderOptions;
  readonly resolve: (result: RenderResult) => void;
  readonly reject: (thrown: unknown) => void;
}

/**
 * Renders in a child process of its own: whatever a scene does to it (endless loops, exhausted memory, a crash), the
 * API keeps answering, and the process is replaced. It runs at a lower priority for the same reason.
 */
export class ForkedRenderHost implements RenderHost {
  protected readonly process: EngineProcess;
  protected readonly logger: Logger;
  readonly #options: RenderHostOptions;
  readonly #jobs = new Map<JobKey, CurrentJob>();
  #engines: EngineList | null = null;
  #killedFor: JobKey | null = null;

  constructor(setup: RenderSetup, logger: Logger, options: RenderHostOptions = {}) {
    this.#options = options;
    this.logger = logger;
    this.process = new EngineProcess(
      setup,
      options.environment ?? withoutSecretVariables(process.env),
      logger,
      {
        onMessage: (message) => this.receive(message),
        onEnd: ({ outOfMemory }) => this.onEnd(outOfMemory),
        isEndExpected: () => this.#killedFor !== null || this.#isStopped(),
        hasJobs: () => this.#jobs.size > 0,
      },
    );
  }

  /** Starts the process ahead of the first job. */
  warmUp(): void {
    this.engines().catch(() => {});
  }

  /** Process id of the current render process; null when none runs. */
  get pid(): number | null {
    return this.process.pid;
  }

  async engines(): Promise<EngineList> {
    // What was described once stays true while a process is replaced.
    if (!this.#engines) await this.process.ready();
    if (!this.#engines) throw new DioramaError('engine-unavailable', 'The engines could not be loaded.');
    return this.#engines;
  }

  async render(claim: Claim, options: RenderOptions): Promise<RenderResult> {
    const key: JobKey = `${claim.id}#${claim.attempt}`;
    if (this.#jobs.has(key)) throw new Error('this attempt runs already');
    const { promise, resolve, reject } = Promise.withResolvers<RenderResult>();
    promise.catch(() => {});
    this.#jobs.set(key, { options, resolve, reject });
    let hasBegun = false;
    let killTimer: NodeJS.Timeout | undefined;
    const abort = (): void => {
      if (!hasBegun) reject(new DioramaError('canceled'));
      else if (this.#options.whenStopping === 'leave' && options.signal.reason === SERVER_STOPPING)
        void this.process.close();
      else {
        this.process.tell({ type: 'abort', job: key });
        killTimer = setTimeout(
          () => this.#killFor(key),
          this.#options.killAfterAbortMs ?? KILL_AFTER_ABORT_MS,
        );
      }
    };
    options.signal.addEventListener('abort', abort, { once: true });
    try {
      await Promise.race([this.#readyProcess(options.signal), promise]);
      options.signal.throwIfAborted();
      hasBegun = true;
      this.process.tell({ type: 'render', job: key, claim });
      return await promise;
    } catch (thrown) {
      if (options.signal.aborted) throw new DioramaError('canceled', undefined, { cause: thrown });
      throw thrown;
    } finally {
      clearTimeout(killTimer);
      options.signal.removeEventListener('abort', abort);
      this.#jobs.delete(key);
    }
  }

  async close(): Promise<void> {
    await this.process.close();
  }

  protected setEngines(engines: EngineList): void {
    this.#engines = engines;
    this.process.markReady();
  }

  protected receive(message: FromRenderProcess): void {
    if (message.type === 'ready') this.setEngines(message.engines);
    else if ('job' in message) this.#receiveFromJob(message);
  }

  protected onEnd(outOfMemory: boolean): void {
    const killedFor = this.#killedFor;
    this.#killedFor = null;
    for (const [key, job] of this.#jobs)
      job.reject(new RenderHostLost(outOfMemory, killedFor !== null && killedFor !== key));
  }

  /** A process with its engines loaded. */
  async #readyProcess(signal: AbortSignal): Promise<void> {
    try {
      await this.process.readyInTime(signal);
    } catch {
      throw new RenderHostLost(false);
    }
  }

  /** Everything that it was doing was to end anyway. */
  #isStopped(): boolean {
    const jobs = [...this.#jobs.values()];
    return jobs.length > 0 && jobs.every(({ options }) => options.signal.aborted);
  }

  #killFor(key: JobKey): void {
    this.logger.warn({ pid: this.process.pid }, 'render-process-did-not-stop');
    this.#killedFor = key;
    this.process.kill();
  }

  #receiveFromJob(message: FromJob): void {
    if (message.type === 'log') {
      this.logger.info({ ...message.facts, engineEvent: message.event }, 'engine-log');
      return;
    }
    const job = this.#jobs.get(message.job);
    if (message.type === 'checkpoint') {
      void this.#keepCheckpoint(message, job);
      return;
    }
    if (!job) return;
    switch (message.type) {
      case 'progress':
        job.options.onProgress(message.progress);
        return;
      case 'preview': {
        const { jpeg, width, height } = message;
        job.options.onPreview({ jpeg, size: { width, height } });
        return;
      }
      case 'cost':
        job.options.onCost(message.cost);
        return;
      case 'rendered':
        job.resolve(message.result);
        return;
      case 'failed':
        if (message.error.code !== 'canceled')
          this.logger.warn({ code: message.error.code, cause: message.cause }, 'render-failed');
        job.reject(fromRenderError(message.error));
        return;
    }
  }

  async #keepCheckpoint(
    { job: key, number, state }: Extract<FromJob, { type: 'checkpoint' }>,
    job: CurrentJob | undefined,
  ): Promise<void> {
    let error: DioramaError | null = null;
    try {
      if (!job) throw new DioramaError('conflict');
      await job.options.onCheckpoint(state);
    } catch (thrown) {
      error = toDioramaError(thrown, 'storage-failed');
    }
    this.process.tell({
      type: 'checkpoint-kept',
      job: key,
      number,
      error: error && toRenderError(error),
    });
  }
}

/** Rendering on this machine needs nobody's keys. */
function withoutSecretVariables(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/KEY|TOKEN|SECRET|PASSW|AUTH|CREDENTIAL/i.test(name)),
  );
}
