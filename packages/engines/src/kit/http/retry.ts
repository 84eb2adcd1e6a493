import { DioramaError } from '@diorama/contracts';
import type { Clock } from '../remote/clock.ts';

export interface RetryRules {
  /** Tries in all; default 3. */
  readonly attempts: number;
  /** Pause before the second try, doubling; half of it is chance so that many clients do not come back at once. Default 1 s. */
  readonly baseMs: number;
  /** A service that asks for a longer pause gets its answer passed on instead; default 60 s. */
  readonly longestWaitMs: number;
}

export const DEFAULT_RETRY: RetryRules = { attempts: 3, baseMs: 1_000, longestWaitMs: 60_000 };

/**
 * Repeats `attempt` while that is safe.
 *
 * @param effect `none`: after any passing failure; `charged`: only when the request certainly was not accepted.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  options: {
    readonly effect: 'none' | 'charged';
    readonly clock: Clock;
    readonly signal: AbortSignal;
    readonly rules: RetryRules;
  },
): Promise<T> {
  const { clock, signal, rules } = options;
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (thrown) {
      signal.throwIfAborted();
      if (tries >= rules.attempts || !(thrown instanceof DioramaError) || !mayRepeat(thrown, options.effect))
        throw thrown;
      const askedMs = waitOf(thrown);
      if (askedMs !== null && askedMs > rules.longestWaitMs) throw thrown;
      await clock.sleep(askedMs ?? backoffMs(tries, rules.baseMs), signal);
    }
  }
}

/** Half certain, half chance. */
export function backoffMs(tries: number, baseMs: number): number {
  const full = baseMs * 2 ** (tries - 1);
  return full / 2 + (Math.random() * full) / 2;
}

function mayRepeat({ code, details }: DioramaError, effect: 'none' | 'charged'): boolean {
  if (code === 'rate-limited') return true;
  if (code === 'engine-unreachable') return effect === 'none' || details.arrived === false;
  if (code === 'engine-failed')
    return effect === 'none' ? details.passing === true : details.arrived === false;
  return effect === 'none' && code === 'timed-out' && details.stage === 'first-byte';
}

/** The pause that the service asked for, milliseconds. */
export function waitOf(error: DioramaError): number | null {
  const { retryAfterMs } = error.details;
  return typeof retryAfterMs === 'number' ? retryAfterMs : null;
}

/** No service means more, and more does not fit a timer. */
const LONGEST_ASKED_MS = 24 * 3_600_000;

/**
 * The pause that an answer's headers ask for, milliseconds, at most a day: `retry-after-ms`, `Retry-After` in seconds or as a date
 * (RFC 9110, 10.2.3).
 */
export function retryAfterMs(headers: Headers, now: number): number | null {
  const asked = askedMs(headers, now);
  return asked === null ? null : Math.min(LONGEST_ASKED_MS, Math.max(0, asked));
}

function askedMs(headers: Headers, now: number): number | null {
  const exact = headers.get('retry-after-ms');
  if (exact !== null && /^\d+(\.\d+)?$/.test(exact)) return Math.ceil(Number(exact));
  const value = headers.get('retry-after');
  if (value === null) return null;
  if (/^\d+(\.\d+)?$/.test(value)) return Math.ceil(Number(value) * 1000);
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : date - now;
}
