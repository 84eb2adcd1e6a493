import { DioramaError, type Warning } from '@diorama/contracts';
import type { AdapterIo } from '../../kit/remote/adapter.ts';
import { neverArrived } from '../../kit/remote/pay-once.ts';

/** How many images each request is asked for, when one request gives at most `perCall`. */
export function shares(count: number, perCall: number): number[] {
  return Array.from({ length: Math.ceil(count / perCall) }, (_, index) =>
    Math.min(perCall, count - index * perCall),
  );
}

export interface SentAll<T> {
  readonly answers: readonly T[];
  /** Why the rest is missing, when some came and some did not. */
  readonly warnings: readonly Warning[];
}

/**
 * Sends several charged requests at once, each repeated only while that certainly costs nothing. What came is kept
 * when others fail: it is paid for.
 *
 * @param onAnswer Called as each one comes.
 * @throws The first failure when none succeeded, or the signal's reason after an abort.
 */
export async function sendAll<T>(
  io: Pick<AdapterIo, 'http' | 'signal'>,
  sends: readonly (() => Promise<T>)[],
  onAnswer: (answered: number) => void = () => {},
): Promise<SentAll<T>> {
  let answered = 0;
  const settled = await Promise.allSettled(
    sends.map(async (send) => {
      const answer = await io.http.retrying('charged', send);
      answered += 1;
      onAnswer(answered);
      return answer;
    }),
  );
  io.signal.throwIfAborted();
  const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const failures = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
  // Of several failures one that may have cost something counts most.
  if (answers.length === 0) throw failures.find((failure) => !neverArrived(failure)) ?? failures[0];
  const reasons = new Set(
    failures.map((failure) =>
      failure instanceof DioramaError ? failure.message : 'One of the requests failed.',
    ),
  );
  return { answers, warnings: [...reasons].map((message) => ({ code: 'fewer-images', message })) };
}
