import { DioramaError, type ErrorCode } from '@diorama/contracts';
import type { Clock } from '../remote/clock.ts';

/** Failures of the service itself; a refused prompt or an empty account says nothing about its health. */
const FAULTS: ReadonlySet<ErrorCode> = new Set(['engine-unreachable', 'engine-failed', 'timed-out']);

export interface BreakerRules {
  /** Failures in a row that open it; default 5. */
  readonly failures: number;
  /** How long it stays open; default 30 s. */
  readonly pauseMs: number;
}

export const DEFAULT_BREAKER: BreakerRules = { failures: 5, pauseMs: 30_000 };

/**
 * Stops calling a service that keeps failing: after several failures in a row every request is refused at once for a
 * while; then one is let through, and its outcome decides.
 */
export class CircuitBreaker {
  readonly #clock: Clock;
  readonly #rules: BreakerRules;
  readonly #engineName: string;
  #failures = 0;
  #openUntil = 0;
  #isTrying = false;

  constructor(engineName: string, clock: Clock, rules: BreakerRules = DEFAULT_BREAKER) {
    this.#engineName = engineName;
    this.#clock = clock;
    this.#rules = rules;
  }

  /** @throws {DioramaError} `engine-unreachable` while it is open, else what `work` throws. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const isHalfOpen = this.#failures >= this.#rules.failures;
    if (isHalfOpen && (this.#isTrying || this.#clock.elapsedMs() < this.#openUntil)) throw this.#refusal();
    this.#isTrying = isHalfOpen;
    try {
      const result = await work();
      this.#failures = 0;
      return result;
    } catch (thrown) {
      if (thrown instanceof DioramaError && FAULTS.has(thrown.code)) {
        this.#failures += 1;
        this.#openUntil = this.#clock.elapsedMs() + this.#rules.pauseMs;
      } else if (thrown instanceof DioramaError && thrown.code !== 'canceled') this.#failures = 0;
      throw thrown;
    } finally {
      if (isHalfOpen) this.#isTrying = false;
    }
  }

  #refusal(): DioramaError {
    const waitMs = Math.max(1_000, this.#openUntil - this.#clock.elapsedMs());
    return new DioramaError(
      'engine-unreachable',
      `${this.#engineName} failed several times in a row and is given a pause.`,
      {
        hint: `Try again in ${Math.ceil(waitMs / 1000)} seconds, or choose another engine.`,
        details: { arrived: false, retryAfterMs: waitMs },
      },
    );
  }
}
