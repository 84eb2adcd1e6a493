import { randomUUID } from 'node:crypto';
import {
  DioramaError,
  ERRORS,
  type Generation,
  type GenerationError,
  isFinished,
  MEDIA_TYPES,
  type Progress,
  toDioramaError,
} from '@diorama/contracts';
import type { Logger } from '../security/logger.ts';
import { assetIdOf } from '../storage/asset-id.ts';
import type { NewAsset } from '../storage/assets.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Claim, GenerationRepository, SavedResult } from '../storage/generations.ts';
import type { EventHub } from './event-hub.ts';
import { ProgressMeter } from './progress-meter.ts';
import { type RenderHost, RenderHostLost } from './render-host.ts';
import type { RenderResult, StoredFile } from './render-messages.ts';

export interface JobRunnerOptions {
  readonly generations: GenerationRepository;
  readonly blobs: BlobStore;
  readonly host: RenderHost;
  readonly hub: EventHub;
  readonly logger: Logger;
  /** For each image; default 45 minutes. Giving up late wastes a slot, giving up early wastes the work. */
  readonly timeLimitMsPerImage?: number;
  /** Default 30 s. */
  readonly leaseMs?: number;
}

const DEFAULT_TIME_LIMIT_MS = 45 * 60_000;
const DEFAULT_LEASE_MS = 30_000;
const HEARTBEATS_PER_LEASE = 3;
/** Progress is for eyes. */
const PROGRESS_EVERY_MS = 200;
const RETRY_STORAGE_AFTER_MS = 1_000;
const RETRY_ENGINES_AFTER_MS = 2_000;

/** Why a running job is being stopped. */
type StopReason = 'canceled' | 'deleted' | 'fenced-off' | 'timed-out' | 'server-stopping';

interface ActiveJob {
  readonly claim: Claim;
  readonly controller: AbortController;
  readonly meter: ProgressMeter;
  readonly generation: Generation;
  sentAt: number;
}

/**
 * The embedded queue: takes waiting generations in their order, one at a time because a render uses every core.
 *
 * At least once: a job whose worker died is run again. What makes that safe is the fence in the repository: of all
 * attempts exactly one can save.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #owner = randomUUID();
  readonly #leaseMs: number;
  readonly #stopping = new AbortController();
  #active: ActiveJob | null = null;
  #loop: Promise<void> | null = null;
  #leaseTimer: NodeJS.Timeout | undefined;
  #wake = Promise.withResolvers<void>();

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#leaseMs = options.leaseMs ?? DEFAULT_LEASE_MS;
  }

  /** Puts back what the last process left running, then begins to take jobs. */
  async start(): Promise<void> {
    const recovered = await this.#recover();
    if (recovered > 0) this.#options.logger.warn({ count: recovered }, 'generations-recovered');
    this.#leaseTimer = setInterval(() => void this.#tendLeases(), this.#leaseMs / HEARTBEATS_PER_LEASE);
    this.#leaseTimer.unref();
    this.#loop = this.#run();
  }

  /** There may be something to do. */
  wake(): void {
    this.#wake.resolve();
  }

  /** The generation as it is right now: the progress of a running job is not in the database. */
  withProgress(generation: Generation): Generation {
    const active = this.#active;
    return active?.claim.id === generation.id && generation.status === 'running'
      ? { ...generation, progress: active.meter.current }
      : generation;
  }

  async cancel(id: string): Promise<Generation | null> {
    const active = this.#activeOf(id);
    const generation = await this.#options.generations.cancel(id, active?.meter.current);
    if (generation?.status === 'canceled') this.#stop(id, 'canceled');
    this.#options.hub.wake();
    return generation;
  }

  async delete(id: string): Promise<boolean> {
    const deleted = await this.#options.generations.delete(id);
    if (deleted) this.#stop(id, 'deleted');
    this.#options.hub.wake();
    return deleted;
  }

  /** Stops taking jobs and puts the running one back into the queue. */
  async stop(): Promise<void> {
    clearInterval(this.#leaseTimer);
    this.#stopping.abort();
    this.wake();
    this.#active?.controller.abort('server-stopping' satisfies StopReason);
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      this.#wake = Promise.withResolvers();
      try {
        await this.#options.host.engines();
      } catch (thrown) {
        this.#options.logger.error({ error: thrown }, 'engines-not-loaded');
        await this.#pause(RETRY_ENGINES_AFTER_MS);
        continue;
      }
      if (signal.aborted) return;
      try {
        const claim = await this.#options.generations.claim({ owner: this.#owner, leaseMs: this.#leaseMs });
        if (claim) await this.#work(claim);
        else await this.#wake.promise;
      } catch (thrown) {
        this.#options.logger.error({ error: thrown }, 'queue-failed');
        await this.#pause(RETRY_STORAGE_AFTER_MS);
      }
    }
  }

  async #work(claim: Claim): Promise<void> {
    const { generations, host, hub, logger } = this.#options;
    hub.wake();
    const generation = await generations.find(claim.id);
    if (!generation || isFinished(generation.status)) return;
    const active: ActiveJob = {
      claim,
      controller: new AbortController(),
      meter: new ProgressMeter(),
      generation,
      sentAt: 0,
    };
    this.#active = active;
    if (this.#stopping.signal.aborted) active.controller.abort('server-stopping' satisfies StopReason);
    const limitMs = (this.#options.timeLimitMsPerImage ?? DEFAULT_TIME_LIMIT_MS) * claim.request.count;
    const timer = setTimeout(() => active.controller.abort('timed-out' satisfies StopReason), limitMs);
    const startedAt = performance.now();
    let outcome = 'failed';
    try {
      const result = await host.render(claim, {
        signal: active.controller.signal,
        onProgress: (progress) => this.#report(active, active.meter.report(progress)),
        onPreview: ({ jpeg, size }) =>
          hub.send({
            type: 'preview',
            id: claim.id,
            image: `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`,
            ...size,
          }),
      });
      this.#report(active, active.meter.saving());
      outcome = (await this.#save(claim, result)) ? 'succeeded' : 'fenced-off';
    } catch (thrown) {
      outcome = await this.#end(active, thrown);
    } finally {
      clearTimeout(timer);
      this.#active = null;
      hub.wake();
      logger.info(
        {
          generation: claim.id,
          attempt: claim.attempt,
          engine: claim.request.engine,
          outcome,
          ms: Math.round(performance.now() - startedAt),
        },
        'job-ended',
      );
    }
  }

  async #save(claim: Claim, result: RenderResult): Promise<boolean> {
    const { blobs, generations } = this.#options;
    const checked = async (file: StoredFile, size?: { width: number; height: number }): Promise<NewAsset> => {
      const stored = await blobs.head(file.key);
      if (stored?.bytes !== file.bytes) throw new DioramaError('storage-failed');
      return {
        id: assetIdOf(file.key),
        kind: 'image',
        mediaType: MEDIA_TYPES.png,
        bytes: file.bytes,
        ...size,
      };
    };
    const images: SavedResult['images'][number][] = [];
    for (const image of result.images) {
      const size = { width: image.width, height: image.height };
      const aovs = new Map<(typeof image.aovs)[number]['name'], NewAsset>();
      for (const aov of image.aovs) aovs.set(aov.name, await checked(aov, size));
      images.push({ asset: await checked(image, size), ...size, seed: image.seed, aovs });
    }
    return await generations.save(claim, { ...result, images });
  }

  /** Records how an attempt ended that did not save. Returns the outcome for the log. */
  async #end({ claim, controller, meter }: ActiveJob, thrown: unknown): Promise<string> {
    const { generations } = this.#options;
    const reason = controller.signal.aborted ? (controller.signal.reason as StopReason) : null;
    if (reason === 'canceled' || reason === 'deleted' || reason === 'fenced-off') return reason;
    if (reason === 'server-stopping') {
      await this.#insist(() => generations.release(claim));
      return reason;
    }
    if (thrown instanceof RenderHostLost) {
      await this.#insist(() => generations.lose(claim, lossError(thrown)));
      return 'worker-lost';
    }
    const error = reason === 'timed-out' ? new DioramaError('timed-out') : toDioramaError(thrown);
    if (error.code === 'internal') this.#options.logger.error({ error: thrown }, 'job-failed');
    const { code, message, hint } = error;
    await this.#insist(() => generations.fail(claim, { code, message, hint }, meter.current));
    return code;
  }

  /**
   * Repeats a write until it succeeds: while the disk is full nobody can be told how a job ended, and leaving it
   * `running` would be a lie. Stopping the server ends the wait; the next start puts the job back.
   */
  async #insist(write: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await write();
        return;
      } catch (thrown) {
        this.#options.logger.error({ error: thrown }, 'outcome-not-recorded');
        if (this.#stopping.signal.aborted) return;
        await this.#pause(RETRY_STORAGE_AFTER_MS);
      }
    }
  }

  #report(active: ActiveJob, progress: Progress): void {
    const now = performance.now();
    if (now - active.sentAt < PROGRESS_EVERY_MS || active.controller.signal.aborted) return;
    active.sentAt = now;
    this.#options.hub.send({
      type: 'generation-updated',
      generation: { ...active.generation, progress },
    });
  }

  /** Extends first, looks for expired leases second: after a suspended laptop wakes, its own job is not robbed. */
  async #tendLeases(): Promise<void> {
    try {
      const active = this.#active;
      if (active && !(await this.#options.generations.extendLease(active.claim, this.#leaseMs)))
        this.#stop(active.claim.id, 'fenced-off');
      if ((await this.#recover()) > 0) this.wake();
    } catch (thrown) {
      this.#options.logger.error({ error: thrown }, 'lease-not-extended');
    }
  }

  async #recover(): Promise<number> {
    const { title: message, hint } = ERRORS['worker-lost'];
    const count = await this.#options.generations.recover(this.#owner, {
      code: 'worker-lost',
      message,
      hint,
    });
    if (count > 0) this.#options.hub.wake();
    return count;
  }

  #activeOf(id: string): ActiveJob | null {
    return this.#active?.claim.id === id ? this.#active : null;
  }

  #stop(id: string, reason: StopReason): void {
    this.#activeOf(id)?.controller.abort(reason);
  }

  async #pause(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, ms);
    const { signal } = this.#stopping;
    signal.addEventListener('abort', () => resolve(), { once: true });
    if (signal.aborted) resolve();
    await promise;
    clearTimeout(timer);
  }
}

function lossError(lost: RenderHostLost): GenerationError {
  const code = lost.outOfMemory ? 'out-of-memory' : 'worker-lost';
  return { code, message: ERRORS[code].title, hint: ERRORS[code].hint };
}
