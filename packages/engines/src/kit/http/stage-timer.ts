import { DioramaError } from '@diorama/contracts';
import type { Timeouts } from './http.ts';

/**
 * Watches one call: the first byte, the silence between pieces, and the whole. Its signal fires with a `timed-out`
 * error that says which of them it was, or with the caller's reason.
 */
export class StageTimer {
  readonly #controller = new AbortController();
  readonly #timeouts: Timeouts;
  readonly #engineName: string;
  readonly #caller: AbortSignal;
  readonly #total: NodeJS.Timeout;
  #stage: NodeJS.Timeout;
  readonly #graceMs: number;
  #grace: NodeJS.Timeout | undefined;

  /** @param graceMs How long the call goes on after the caller's abort; default 0. */
  constructor(caller: AbortSignal, timeouts: Timeouts, engineName: string, graceMs = 0) {
    this.#graceMs = graceMs;
    this.#caller = caller;
    this.#timeouts = timeouts;
    this.#engineName = engineName;
    this.#total = setTimeout(() => this.#expire('total'), timeouts.totalMs);
    this.#stage = setTimeout(() => this.#expire('first-byte'), timeouts.firstByteMs);
    if (caller.aborted) this.#onCallerAbort();
    else caller.addEventListener('abort', this.#onCallerAbort, { once: true });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something has come: from now on only silence counts. */
  touch = (): void => {
    clearTimeout(this.#stage);
    if (!this.signal.aborted) this.#stage = setTimeout(() => this.#expire('idle'), this.#timeouts.idleMs);
  };

  end(): void {
    clearTimeout(this.#stage);
    clearTimeout(this.#total);
    clearTimeout(this.#grace);
    this.#caller.removeEventListener('abort', this.#onCallerAbort);
  }

  /** Ends the call itself, as when nobody reads its events any more. */
  abandon(): void {
    this.end();
    this.#controller.abort();
  }

  #onCallerAbort = (): void => {
    const abort = () => this.#controller.abort(this.#caller.reason);
    if (this.#graceMs === 0) abort();
    else this.#grace = setTimeout(abort, this.#graceMs);
  };

  #expire(stage: 'first-byte' | 'idle' | 'total'): void {
    const words = {
      'first-byte': `${this.#engineName} did not answer within ${inWords(this.#timeouts.firstByteMs)}.`,
      idle: `${this.#engineName} stopped in the middle of its answer for ${inWords(this.#timeouts.idleMs)}.`,
      total: `${this.#engineName} was not done within ${inWords(this.#timeouts.totalMs)}.`,
    }[stage];
    this.#controller.abort(new DioramaError('timed-out', words, { details: { stage } }));
  }
}

function inWords(ms: number): string {
  return ms < 120_000
    ? `${Math.max(1, Math.round(ms / 1000))} seconds`
    : `${Math.round(ms / 60_000)} minutes`;
}
