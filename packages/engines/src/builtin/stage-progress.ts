import type { Progress } from '@diorama/contracts';

export type Stage = Progress['stage'];

/** Rough shares of the time, which become shares of the bar. */
export type StageWeights = ReadonlyMap<Stage, number>;

/** Turns the progress of stages, one after the other and image after image, into one fraction that never falls. */
export class StageProgress {
  #begun = 0;
  #done = 0;
  #stage: Stage = 'loading';
  #last = 0;
  readonly #total: number;
  readonly #startedAt: number;
  readonly #weights: StageWeights;
  readonly #emit: (progress: Progress) => void;
  readonly #now: () => number;

  /** @param weights Of one image; `shared` stages happen once for all of them. */
  constructor(
    weights: StageWeights,
    shared: ReadonlySet<Stage>,
    images: number,
    emit: (progress: Progress) => void,
    now: () => number = () => performance.now(),
  ) {
    this.#weights = weights;
    this.#emit = emit;
    this.#now = now;
    this.#startedAt = now();
    let total = 0;
    for (const [stage, weight] of weights) total += weight * (shared.has(stage) ? 1 : images);
    this.#total = Math.max(total, 1e-9);
  }

  /** The stage begins; the one before counts as finished. */
  begin(stage: Stage, detail?: string): void {
    this.#done += this.#begun;
    this.#begun = this.#weights.get(stage) ?? 0;
    this.#stage = stage;
    this.report(0, detail);
  }

  /** @param fraction Of the stage, 0 to 1. */
  report(fraction: number, detail?: string): void {
    const value = (this.#done + this.#begun * Math.min(1, Math.max(0, fraction))) / this.#total;
    this.#last = Math.max(this.#last, Math.min(1, value));
    const elapsed = this.#now() - this.#startedAt;
    // Before a twentieth is done an estimate says nothing.
    const etaMs = this.#last > 0.05 ? Math.round((elapsed * (1 - this.#last)) / this.#last) : undefined;
    this.#emit({
      stage: this.#stage,
      fraction: this.#last,
      ...(etaMs === undefined ? {} : { etaMs }),
      ...(detail === undefined ? {} : { detail }),
    });
  }

  finish(): void {
    this.#last = 1;
    this.#emit({ stage: this.#stage, fraction: 1, etaMs: 0 });
  }
}
