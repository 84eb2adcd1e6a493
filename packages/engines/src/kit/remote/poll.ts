import { DioramaError } from '@diorama/contracts';
import { waitOf } from '../http/retry.ts';
import type { AdapterIo } from './adapter.ts';

export interface PollOptions<T> {
  /** Asks once; null while the job is not done. Throws for what ends it. */
  readonly ask: () => Promise<T | null>;
  /** Pause before the second question; grows by half each time up to `longestMs`. Default 1 s. */
  readonly firstMs?: number;
  /** Default 5 s. */
  readonly longestMs?: number;
  /** Give up on a job that takes longer; default 20 min. */
  readonly withinMs?: number;
  /** A paid job is worth waiting for: this long the service may be out of reach. Default 2 min. */
  readonly outageMs?: number;
}

/**
 * Waits for a job at a service by asking again and again. Outages shorter than `outageMs` are waited out: the job goes
 * on without us.
 *
 * @throws {DioramaError} `timed-out`, or what `ask` throws. An abort throws the signal's reason.
 */
export async function poll<T>(
  { signal, clock }: Pick<AdapterIo, 'signal' | 'clock'>,
  options: PollOptions<T>,
): Promise<T> {
  const { firstMs = 1_000, longestMs = 5_000, withinMs = 20 * 60_000, outageMs = 120_000 } = options;
  const begin = clock.elapsedMs();
  let pauseMs = firstMs;
  let goneSince: number | null = null;
  for (;;) {
    signal.throwIfAborted();
    let askedMs = 0;
    try {
      const done = await options.ask();
      if (done !== null) return done;
      goneSince = null;
    } catch (thrown) {
      signal.throwIfAborted();
      const now = clock.elapsedMs();
      goneSince ??= now;
      if (!isOutage(thrown) || now - goneSince > outageMs) throw thrown;
      askedMs = Math.min(outageMs, waitOf(thrown) ?? 0);
    }
    if (clock.elapsedMs() - begin > withinMs)
      throw new DioramaError('timed-out', 'The engine did not finish the image in time.', {
        details: { stage: 'total' },
      });
    await clock.sleep(Math.max(pauseMs, askedMs), signal);
    pauseMs = Math.min(longestMs, pauseMs * 1.5);
  }
}

function isOutage(thrown: unknown): thrown is DioramaError {
  if (!(thrown instanceof DioramaError)) return false;
  const { code, details } = thrown;
  return (
    code === 'engine-unreachable' ||
    code === 'rate-limited' ||
    (code === 'timed-out' && details.stage !== undefined) ||
    (code === 'engine-failed' && details.passing === true) ||
    // The page of a proxy where an answer should be.
    (code === 'invalid-output' && details.passing === true)
  );
}
