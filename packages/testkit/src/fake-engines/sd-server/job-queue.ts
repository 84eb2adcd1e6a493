import { setImmediate as nextTurn } from 'node:timers/promises';
import { pause } from '../kit/index.ts';
import type { SdServerBehaviour } from './behaviour.ts';
import type { SdServerRun } from './read-request.ts';

export type JobStatus = 'queued' | 'generating' | 'completed' | 'failed' | 'cancelled';

interface Job {
  id: string;
  status: JobStatus;
  run: SdServerRun;
  createdS: number;
  startedS: number | null;
  completedS: number | null;
  images: string[];
  error: { code: string; message: string } | null;
}

/** What a look-up of a job found. */
export type Found = { job: Record<string, unknown> } | { gone: 'unknown' | 'expired' };

const LEAST_REMEMBERED_S = 60;

/** The jobs of a server. One generation at a time, of whatever route. */
export class JobQueue {
  readonly #behaviour: SdServerBehaviour;
  readonly #paint: (run: SdServerRun) => Promise<string[]>;
  readonly #nowMs: () => number;
  #jobs = new Map<string, Job>();
  #expired = new Map<string, number>();
  #waiting: string[] = [];
  #turn: Promise<void> = Promise.resolve();
  #stop = new AbortController();
  #wake: (() => void)[] = [];
  #nextId = 0;
  #life = 0;

  /** @param nowMs Clock by which finished jobs expire. */
  constructor(
    behaviour: SdServerBehaviour,
    paint: (run: SdServerRun) => Promise<string[]>,
    nowMs: () => number,
  ) {
    this.#behaviour = behaviour;
    this.#paint = paint;
    this.#nowMs = nowMs;
  }

  get isFull(): boolean {
    this.#purge();
    const open = [...this.#jobs.values()].filter((job) => job.completedS === null);
    return open.length >= this.#behaviour.maxQueueSize;
  }

  /** Adds a job and returns what the client is told. */
  submit(run: SdServerRun): Record<string, unknown> {
    const createdS = this.#nowS();
    this.#nextId += 1;
    const id = `job_${createdS.toString(16)}_${String(this.#nextId).padStart(8, '0')}`;
    const job: Job = {
      id,
      status: 'queued',
      run,
      createdS,
      startedS: null,
      completedS: null,
      images: [],
      error: null,
    };
    this.#jobs.set(id, job);
    this.#waiting.push(id);
    void this.#work(this.#life);
    return { id, kind: 'img_gen', status: 'queued', created: createdS, poll_url: `/sdcpp/v1/jobs/${id}` };
  }

  look(id: string): Found {
    this.#purge();
    const job = this.#jobs.get(id);
    if (job !== undefined) return { job: this.#describe(job) };
    return { gone: this.#expired.has(id) ? 'expired' : 'unknown' };
  }

  /** Cancels a job that waits; one that runs cannot be stopped. */
  cancel(id: string): Found | 'running' {
    const found = this.look(id);
    const job = this.#jobs.get(id);
    if (job?.status === 'generating') return 'running';
    if (job?.status !== 'queued') return found;
    this.#waiting = this.#waiting.filter((waiting) => waiting !== id);
    job.status = 'cancelled';
    job.completedS = this.#nowS();
    job.error = { code: 'cancelled', message: 'job cancelled by client' };
    return { job: this.#describe(job) };
  }

  /**
   * Runs a generation when its turn comes.
   *
   * @returns The encoded pictures; undefined when the program died meanwhile.
   */
  async generate(run: SdServerRun, starts: () => boolean = () => true): Promise<string[] | undefined> {
    const life = this.#life;
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      await this.#until(() => this.#behaviour.hold !== 'queue', life);
      if (life !== this.#life || !starts()) return undefined;
      await this.#until(() => this.#behaviour.hold !== 'generating', life);
      if (this.#behaviour.generationMs > 0) await pause(this.#behaviour.generationMs, this.#stop.signal);
      else await nextTurn();
      if (life !== this.#life) return undefined;
      if (this.#behaviour.failWith !== null) throw new Error(this.#behaviour.failWith);
      return await this.#paint(run);
    } finally {
      resolve();
    }
  }

  release(): void {
    this.#behaviour.hold = null;
    this.#wakeUp();
  }

  /** The program died: all jobs are unknown. */
  forget(): void {
    this.#life += 1;
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#jobs = new Map();
    this.#expired = new Map();
    this.#waiting = [];
    this.#turn = Promise.resolve();
    this.#wakeUp();
  }

  #wakeUp(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  async #until(mayGoOn: () => boolean, life: number): Promise<void> {
    while (!mayGoOn() && life === this.#life) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }

  /** Takes the first job that still waits when the turn comes. */
  async #work(life: number): Promise<void> {
    let job: Job | undefined;
    try {
      // The run is known only when the turn comes: a cancelled job leaves its turn to nobody.
      const run = {} as SdServerRun;
      const images = await this.generate(run, () => {
        const next = this.#waiting.shift();
        job = next === undefined ? undefined : this.#jobs.get(next);
        if (job === undefined) return false;
        Object.assign(run, job.run);
        job.status = 'generating';
        job.startedS = this.#nowS();
        return true;
      });
      if (job === undefined || images === undefined || life !== this.#life) return;
      job.status = 'completed';
      job.images = images;
    } catch (error) {
      if (job === undefined || life !== this.#life) return;
      job.status = 'failed';
      const message = error instanceof Error ? error.message : String(error);
      job.error = { code: 'generation_failed', message };
    }
    job.completedS = this.#nowS();
  }

  #nowS(): number {
    return Math.floor(this.#nowMs() / 1000);
  }

  #purge(): void {
    const nowS = this.#nowS();
    const lifetimeS = this.#behaviour.jobLifetimeS;
    for (const [id, untilS] of this.#expired) if (untilS <= nowS) this.#expired.delete(id);
    for (const [id, job] of this.#jobs) {
      if (job.completedS === null || nowS - job.completedS < lifetimeS) continue;
      this.#jobs.delete(id);
      this.#expired.set(id, nowS + Math.max(lifetimeS, LEAST_REMEMBERED_S));
    }
  }

  #describe(job: Job): Record<string, unknown> {
    const images = job.images.map((b64_json, index) => ({ index, b64_json }));
    return {
      id: job.id,
      kind: 'img_gen',
      status: job.status,
      created: job.createdS,
      started: job.startedS,
      completed: job.completedS,
      queue_position: job.status === 'queued' ? this.#waiting.indexOf(job.id) + 1 : 0,
      result: job.status === 'completed' ? { output_format: job.run.outputFormat, images } : null,
      error: job.error,
    };
  }
}
