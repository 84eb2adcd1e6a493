import { setImmediate as nextTurn } from 'node:timers/promises';
import { pause } from '../kit/index.ts';
import type { SdApiBehaviour } from './behaviour.ts';

/** The one state of the whole program: whoever asks for progress sees the run of whoever is running. */
export class SamplerState {
  readonly #behaviour: SdApiBehaviour;
  #turn: Promise<void> = Promise.resolve();
  #stop = new AbortController();
  #interruption = new AbortController();
  #wake: (() => void)[] = [];
  #life = 0;
  #startedAt = 0;
  #preview: (() => Promise<Uint8Array>) | undefined;
  #job = '';
  #jobCount = 0;
  #jobNumber = 0;
  #step = 0;
  #steps = 0;
  #isInterrupted = false;

  constructor(behaviour: SdApiBehaviour) {
    this.#behaviour = behaviour;
  }

  get isRunning(): boolean {
    return this.#jobCount > 0;
  }

  /** Waits for the lock: generations run one after the other. Undefined when the program died meanwhile. */
  async alone<T>(work: () => Promise<T>): Promise<T | undefined> {
    const life = this.#life;
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      return life === this.#life ? await work() : undefined;
    } finally {
      resolve();
    }
  }

  /**
   * Runs the steps of some pictures, and goes on when the client has hung up.
   *
   * @param preview The picture as it looks by now.
   * @returns How many pictures were finished, and whether it was interrupted. Undefined when the program died.
   */
  async run(
    job: string,
    steps: number,
    count: number,
    preview: () => Promise<Uint8Array>,
  ): Promise<{ finished: number; isInterrupted: boolean } | undefined> {
    const life = this.#life;
    this.#interruption = new AbortController();
    this.#isInterrupted = false;
    this.#job = job;
    this.#jobCount = count;
    this.#steps = steps;
    this.#startedAt = Date.now();
    this.#preview = preview;
    let finished = 0;
    for (this.#jobNumber = 0; this.#jobNumber < count && !this.#isInterrupted; this.#jobNumber += 1) {
      for (this.#step = 0; !this.#isInterrupted; this.#step += 1) {
        await this.#pass();
        if (life !== this.#life) return undefined;
        if (this.#step >= steps) break;
      }
      if (!this.#isInterrupted) finished += 1;
    }
    const isInterrupted = this.#isInterrupted;
    this.#jobCount = 0;
    this.#job = '';
    this.#preview = undefined;
    return { finished, isInterrupted };
  }

  async #pass(): Promise<void> {
    const life = this.#life;
    const isHeld = (): boolean => this.#behaviour.hold !== null && this.#step >= this.#behaviour.hold.step;
    while (isHeld() && !this.#isInterrupted && life === this.#life) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    const { stepDelayMs } = this.#behaviour;
    if (stepDelayMs > 0)
      await pause(stepDelayMs, AbortSignal.any([this.#stop.signal, this.#interruption.signal]));
    else await nextTurn();
  }

  /** Stops whatever runs, whoever asked for it. */
  interrupt(): void {
    this.#isInterrupted = true;
    this.#interruption.abort();
    this.#wakeUp();
  }

  release(): void {
    this.#behaviour.hold = null;
    this.#wakeUp();
  }

  /** The program died in the middle. */
  forget(): void {
    this.#life += 1;
    this.#stop.abort();
    this.#stop = new AbortController();
    this.#jobCount = 0;
    this.#job = '';
    this.#turn = Promise.resolve();
    this.#wakeUp();
  }

  #wakeUp(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }

  /** Body of the progress route. */
  async progress(skipImage: boolean): Promise<Record<string, unknown>> {
    const { flavour, livePreview } = this.#behaviour;
    const state = {
      skipped: false,
      interrupted: this.#isInterrupted,
      ...(flavour === 'sdnext' ? {} : { stopping_generation: false }),
      job: this.#job,
      job_count: this.#jobCount,
      job_timestamp: timestamp(this.#startedAt),
      job_no: this.#jobNumber,
      sampling_step: this.isRunning ? this.#step : 0,
      sampling_steps: this.isRunning ? this.#steps : 0,
    };
    const head = flavour === 'sdnext' ? { id: this.isRunning ? 'API-TXT' : '' } : {};
    if (!this.isRunning)
      return { ...head, progress: 0, eta_relative: 0, state, current_image: null, textinfo: null };
    const share = this.#steps === 0 ? 0 : this.#step / this.#steps;
    const done = (this.#jobNumber + share) / this.#jobCount;
    // A1111 and Forge begin at one hundredth so as not to divide by zero.
    const progress = Math.min(1, flavour === 'sdnext' ? Math.round(done * 100) / 100 : 0.01 + done);
    const elapsedS = (Date.now() - this.#startedAt) / 1000;
    const hasPicture = livePreview && !skipImage && this.#step > 0 && this.#preview !== undefined;
    const picture = hasPicture ? await this.#preview?.() : undefined;
    return {
      ...head,
      progress,
      eta_relative: progress > 0 ? elapsedS / progress - elapsedS : 0,
      state,
      current_image: picture === undefined ? null : Buffer.from(picture).toString('base64'),
      textinfo: null,
    };
  }
}

function timestamp(atMs: number): string {
  return atMs === 0
    ? '0'
    : new Date(atMs)
        .toISOString()
        .replace(/[-T:]|\..*/g, '')
        .slice(0, 14);
}
