import { DioramaError } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { fastClock } from '../testing/fast-clock.ts';
import type { Clock } from './clock.ts';
import { poll } from './poll.ts';

const signal = new AbortController().signal;
const outage = () => new DioramaError('engine-unreachable');

/** Answers in their order; after the last, null for ever. */
function answers<T>(...list: (T | Error)[]): () => Promise<T | null> {
  return async () => {
    const next = list.shift() ?? null;
    if (next instanceof Error) throw next;
    return next;
  };
}

describe('poll', () => {
  it('asks again, with growing pauses, until there is an answer', async () => {
    const clock = fastClock();
    let asked = 0;
    const done = await poll(
      { signal, clock },
      {
        ask: async () => (++asked < 6 ? null : 'done'),
        firstMs: 1_000,
        longestMs: 3_000,
      },
    );
    expect(done).toBe('done');
    expect(clock.pauses).toEqual([1_000, 1_500, 2_250, 3_000, 3_000]);
  });

  it('gives up on a job that is not done in time', async () => {
    const failing = poll({ signal, clock: fastClock() }, { ask: answers(), withinMs: 60_000 });
    await expect(failing).rejects.toMatchObject({ code: 'timed-out', details: { stage: 'total' } });
  });

  it('does not give up because somebody sets the clock', async () => {
    const clock = fastClock();
    let offMs = 0;
    const jumping: Clock = { ...clock, now: () => clock.now() + offMs };
    let asked = 0;
    const ask = async () => {
      offMs += asked % 2 === 0 ? 48 * 3_600_000 : -96 * 3_600_000;
      if (asked++ === 1) throw outage();
      return asked < 5 ? null : 'done';
    };
    expect(await poll({ signal, clock: jumping }, { ask, withinMs: 60_000, outageMs: 10_000 })).toBe('done');
  });

  it('waits out a short outage and passes on a long one', async () => {
    const clock = fastClock();
    expect(await poll({ signal, clock }, { ask: answers<string>(outage(), outage(), 'done') })).toBe('done');
    const gone = async () => {
      throw outage();
    };
    await expect(poll({ signal, clock }, { ask: gone, outageMs: 10_000 })).rejects.toMatchObject({
      code: 'engine-unreachable',
    });
  });

  it('waits as long as the service asks for', async () => {
    const clock = fastClock();
    const busy = new DioramaError('rate-limited', undefined, { details: { retryAfterMs: 7_000 } });
    expect(await poll({ signal, clock }, { ask: answers<string>(busy, 'done') })).toBe('done');
    expect(clock.pauses).toEqual([7_000]);
  });

  it('passes on at once what is no outage', async () => {
    const clock = fastClock();
    const refused = new DioramaError('content-refused');
    await expect(poll({ signal, clock }, { ask: answers(refused) })).rejects.toBe(refused);
    expect(clock.pauses).toEqual([]);
  });

  it('ends with the reason of an abort', async () => {
    const controller = new AbortController();
    const reason = new Error('enough');
    const ask = async () => {
      controller.abort(reason);
      return null;
    };
    await expect(poll({ signal: controller.signal, clock: fastClock() }, { ask })).rejects.toBe(reason);
  });
});
