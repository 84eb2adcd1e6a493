import { randomUUID } from 'node:crypto';
import {
  type Cost,
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
import type { Lane } from '../storage/schema.ts';
import { Bell } from './bell.ts';
import type { EventHub } from './event-hub.ts';
import { ProgressMeter } from './progress-meter.ts';
import { toGenerationError } from './render-error.ts';
import { type RenderHost, RenderHostLost, SERVER_STOPPING } from './render-host.ts';
import type { RenderResult, StoredFile } from './render-messages.ts';

/** Jobs of one kind of engine: they wait for each other, but for no job of another lane. */
export interface LaneOptions {
  readonly lane: Lane;
  readonly host: RenderHost;
  /** Jobs at the same time. */
  readonly slots: number;
}

export interface JobRunnerOptions {
  readonly generations: GenerationRepository;
  readonly blobs: BlobStore;
  readonly lanes: readonly LaneOptions[];
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
type StopReason = 'canceled' | 'deleted' | 'fenced-off' | 'timed-out' | typeof SERVER_STOPPING;

interface ActiveJob {
  readonly claim: Claim;
  readonly controller: AbortController;
  readonly meter: ProgressMeter;
  readonly generation: Generation;
  sentAt: number;
}

/**
 * The embedded queue: takes the waiting generations of each lane in their order, as many at a time as the lane has
 * slots. A render on this machine uses every core, so there is one of them; those that wait for a service are several.
 *
 * At least once: a job whose worker died is run again. What makes that safe is the fence in the repository: of all
 * attempts exactly one can save.
 */
export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #owner = randomUUID();
  readonly #leaseMs: number;
  readonly #stopping = new AbortController();
  readonly #active = new Map<string, ActiveJob>();
  readonly #bell = new Bell();
  #loops: Promise<void>[] = [];
  #leaseTimer: NodeJS.Timeout | undefined;

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
    this.#loops = this.#options.lanes.flatMap((lane) =>
      Array.from({ length: lane.slots }, () => this.#run(lane)),
    );
  }

  /** There may be something to do. */
  wake(): void {
    this.#bell.ring();
  }

  /** The generation as it is right now: the progress of a running job is not in the database. */
  withProgress(generation: Generation): Generation {
    const active = this.#active.get(generation.id);
    return active && generation.status === 'running'
      ? { ...generation, progress: active.meter.current }
      : generation;
  }

  /** What a running job has come to; null for every other one. */
  progressOf(id: string): Progress | null {
    return this.#active.get(id)?.meter.current ?? null;
  }

  /** Stops working at generations that were canceled together with something else. */
  stopCanceled(ids: readonly string[]): void {
    for (const id of ids) this.#stop({ id }, 'canceled');
  }

  /** null when the account has no such generation. */
  async cancel(ownerId: string, id: string): Promise<Generation | null> {
    const active = this.#active.get(id);
    const generation = await this.#options.generations.of(ownerId).cancel(id, active?.meter.current);
    if (generation?.status === 'canceled') this.#stop({ id }, 'canceled');
    this.#options.hub.wake();
    return generation;
  }

  /** False when the account has no such generation. */
  async delete(ownerId: string, id: string): Promise<boolean> {
    const deleted = await this.#options.generations.of(ownerId).delete(id);
    if (deleted) this.#stop({ id }, 'deleted');
    this.#options.hub.wake();
    return deleted;
  }

  /** Stops taking jobs and puts the running ones back into the queue. */
  async stop(): Promise<void> {
    clearInterval(this.#leaseTimer);
    this.#stopping.abort();
    this.wake();
    for (const { controller } of this.#active.values())
      controller.abort(SERVER_STOPPING satisfies StopReason);
    await Promise.all(this.#loops);
  }

  async #run({ lane, host }: LaneOptions): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      // Before looking: what rings while nothing is found has to be heard.
      const heard = this.#bell.rings;
      try {
        await host.engines();
      } catch (thrown) {
        this.#options.logger.error({ lane, error: thrown }, 'engines-not-loaded');
        await this.#pause(RETRY_ENGINES_AFTER_MS);
        continue;
      }
      if (signal.aborted) return;
      try {
        const { generations } = this.#options;
        const claim = await generations.claim({ owner: this.#owner, leaseMs: this.#leaseMs, lane });
        if (claim) await this.#work(claim, host);
        else await this.#bell.after(heard);
      } catch (thrown) {
        this.#options.logger.error({ error: thrown }, 'queue-failed');
        await this.#pause(RETRY_STORAGE_AFTER_MS);
      }
    }
  }

  async #work(claim: Claim, host: RenderHost): Promise<void> {
    const { generations, hub, logger } = this.#options;
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
    this.#active.set(claim.id, active);
    if (this.#stopping.signal.aborted) active.controller.abort(SERVER_STOPPING satisfies StopReason);
    const limitMs = (this.#options.timeLimitMsPerImage ?? DEFAULT_TIME_LIMIT_MS) * claim.request.count;
    const timer = setTimeout(() => active.controller.abort('timed-out' satisfies StopReason), limitMs);
    const startedAt = performance.now();
    let outcome = 'failed';
    const costs: Promise<void>[] = [];
    try {
      const result = await host.render(claim, {
        signal: active.controller.signal,
        onProgress: (progress) => this.#report(active, active.meter.report(progress)),
        onPreview: ({ jpeg, size }) =>
          hub.send(claim.ownerId, {
            type: 'preview',
            id: claim.id,
            image: `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`,
            ...size,
          }),
        onCost: (cost) => costs.push(this.#noteCost(claim, cost)),
        onCheckpoint: async (state) => {
          if (!(await generations.keepCheckpoint(claim, state))) throw new DioramaError('conflict');
        },
      });
      await Promise.all(costs);
      this.#report(active, active.meter.saving());
      outcome = (await this.#save(claim, result)) ? 'succeeded' : 'fenced-off';
    } catch (thrown) {
      // What was spent must be known before it is settled.
      await Promise.all(costs);
      outcome = await this.#end(active, thrown);
    } finally {
      clearTimeout(timer);
      // A later attempt may have begun already, after this one's lease ran out.
      if (this.#active.get(claim.id) === active) this.#active.delete(claim.id);
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
    const checked = async (
      file: StoredFile,
      size: { width: number; height: number },
      mediaType: string = MEDIA_TYPES.png,
    ): Promise<NewAsset> => {
      const stored = await blobs.head(file.key);
      if (stored?.bytes !== file.bytes) throw new DioramaError('storage-failed');
      return {
        id: assetIdOf(file.key),
        kind: 'image',
        mediaType,
        bytes: file.bytes,
        ...size,
      };
    };
    const images: SavedResult['images'][number][] = [];
    for (const image of result.images) {
      const size = { width: image.width, height: image.height };
      const aovs = new Map<(typeof image.aovs)[number]['name'], NewAsset>();
      for (const aov of image.aovs) aovs.set(aov.name, await checked(aov, size));
      images.push({
        asset: await checked(image, size),
        ...size,
        seed: image.seed,
        aovs,
        raw:
          image.raw &&
          (await checked(
            image.raw,
            { width: image.raw.width, height: image.raw.height },
            image.raw.mediaType,
          )),
        alignment: image.alignment,
      });
    }
    return await generations.save(claim, { ...result, images });
  }

  /** Records how an attempt ended that did not save. Returns the outcome for the log. */
  async #end({ claim, controller, meter }: ActiveJob, thrown: unknown): Promise<string> {
    const { generations } = this.#options;
    const reason = controller.signal.aborted ? (controller.signal.reason as StopReason) : null;
    if (reason === 'canceled' || reason === 'deleted' || reason === 'fenced-off') return reason;
    if (reason === SERVER_STOPPING || (thrown instanceof RenderHostLost && thrown.isBlameless)) {
      await this.#insist(() => generations.release(claim));
      this.wake();
      return 'released';
    }
    if (thrown instanceof RenderHostLost) {
      await this.#insist(() => generations.lose(claim, lossError(thrown)));
      return 'worker-lost';
    }
    const error = reason === 'timed-out' ? new DioramaError('timed-out') : toDioramaError(thrown);
    if (error.code === 'internal') this.#options.logger.error({ error: thrown }, 'job-failed');
    await this.#insist(() => generations.fail(claim, toGenerationError(error), meter.current));
    return error.code;
  }

  async #noteCost(claim: Claim, cost: Cost): Promise<void> {
    await this.#insist(() => this.#options.generations.noteCost(claim, cost));
    this.#options.hub.wake();
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
    this.#options.hub.send(active.claim.ownerId, {
      type: 'generation-updated',
      generation: { ...active.generation, progress },
    });
  }

  /** Extends first, looks for expired leases second: after a suspended laptop wakes, its own job is not robbed. */
  async #tendLeases(): Promise<void> {
    try {
      for (const { claim } of this.#active.values())
        if (!(await this.#options.generations.extendLease(claim, this.#leaseMs)))
          this.#stop(claim, 'fenced-off');
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

  /** @param which A generation, or one attempt at it: another one that has begun meanwhile goes on. */
  #stop(which: { readonly id: string; readonly attempt?: number }, reason: StopReason): void {
    const active = this.#active.get(which.id);
    if (active && (which.attempt === undefined || which.attempt === active.claim.attempt))
      active.controller.abort(reason);
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
