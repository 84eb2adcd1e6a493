import type { Progress } from '@diorama/contracts';

/** Loading takes this share before the engine reports, saving what is left after it. */
const ENGINE_FROM = 0.02;
const ENGINE_TO = 0.98;
/** Rates older than this say little about what is coming; younger ones jump about. */
const RATE_TIME_CONSTANT_MS = 4_000;
/** Before this much was done an estimate would be a guess. */
const MIN_FRACTION_FOR_ETA = 0.05;

/**
 * Turns an engine's reports into the progress of the whole job: it never falls, and the time left follows the rate
 * that was measured, unless the engine knows better.
 */
export class ProgressMeter {
  readonly #now: () => number;
  #last: Progress = { stage: 'loading', fraction: 0 };
  #lastAt: number;
  /** Fraction per millisecond. */
  #rate: number | null = null;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
    this.#lastAt = now();
  }

  get current(): Progress {
    return this.#last;
  }

  /** @param reported The engine's own progress, 0 to 1 for its part of the work. */
  report(reported: Progress): Progress {
    const own = Number.isFinite(reported.fraction) ? Math.min(1, Math.max(0, reported.fraction)) : 0;
    return this.#advance(reported, ENGINE_FROM + own * (ENGINE_TO - ENGINE_FROM));
  }

  saving(): Progress {
    return this.#advance({ stage: 'saving', fraction: ENGINE_TO }, ENGINE_TO);
  }

  #advance(reported: Progress, fraction: number): Progress {
    const now = this.#now();
    const elapsed = now - this.#lastAt;
    // What the engine is credited with at its first word took no time; counting it would promise too much.
    const gained = fraction - Math.max(ENGINE_FROM, this.#last.fraction);
    if (gained > 0 && elapsed > 0) {
      const rate = gained / elapsed;
      const weight = this.#rate === null ? 1 : 1 - Math.exp(-elapsed / RATE_TIME_CONSTANT_MS);
      this.#rate = (this.#rate ?? 0) * (1 - weight) + rate * weight;
      this.#lastAt = now;
    }
    const reached = Math.max(fraction, this.#last.fraction);
    const etaMs =
      reported.etaMs ??
      (this.#rate !== null && reached >= MIN_FRACTION_FOR_ETA ? (1 - reached) / this.#rate : undefined);
    this.#last = {
      stage: reported.stage,
      fraction: reached,
      ...(etaMs === undefined ? {} : { etaMs: Math.max(0, Math.round(etaMs)) }),
      ...(reported.detail === undefined ? {} : { detail: reported.detail }),
    };
    return this.#last;
  }
}
