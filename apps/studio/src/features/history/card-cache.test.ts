import type { HistoryCard } from '@diorama/contracts';
import { describe, expect, it, vi } from 'vitest';
import { CardCache, type CardCacheOptions } from './card-cache.ts';

const idOf = (seq: number) => `00000000-0000-4000-8000-${String(seq).padStart(12, '0')}`;

function aCard(seq: number, changes: Partial<HistoryCard> = {}): HistoryCard {
  return {
    id: idOf(seq),
    seq,
    status: 'succeeded',
    prompt: 'golden hour',
    engine: 'builtin',
    model: null,
    seed: 1,
    project: null,
    cover: null,
    width: 16,
    height: 9,
    images: 1,
    favorite: false,
    rejected: false,
    tags: [],
    errorCode: null,
    cost: null,
    fraction: 1,
    createdAt: '2026-03-10T12:00:00.000Z',
    deletedAt: null,
    ...changes,
  };
}

/** A server that answers when it is told to. */
function aServer(options: Partial<CardCacheOptions> = {}) {
  const calls: {
    readonly seqs: readonly number[];
    readonly signal: AbortSignal;
    readonly answer: (cards: readonly HistoryCard[]) => Promise<void>;
    readonly fail: () => Promise<void>;
  }[] = [];
  const cache = new CardCache({
    batchSize: 3,
    parallel: 1,
    wait: async () => {},
    fetchCards: (seqs, signal) =>
      new Promise((resolve, reject) => {
        const settle = async (act: () => void) => {
          act();
          await new Promise((done) => setTimeout(done));
        };
        calls.push({
          seqs,
          signal,
          answer: (cards) => settle(() => resolve(cards)),
          fail: () => settle(() => reject(new Error('no answer'))),
        });
      }),
    ...options,
  });
  return { cache, calls };
}

describe('CardCache', () => {
  it('asks in batches for what is not there, and tells those who listen', async () => {
    const { cache, calls } = aServer();
    const listener = vi.fn();
    cache.subscribe(2, listener);
    cache.want('grid', [1, 2, 3, 4]);
    expect(calls.map(({ seqs }) => seqs)).toEqual([[1, 2, 3]]);
    await calls[0]!.answer([aCard(1), aCard(2), aCard(3)]);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(cache.get(2)).toMatchObject({ id: idOf(2) });
    expect(cache.seqOf(idOf(2))).toBe(2);
    expect(calls[1]!.seqs).toEqual([4]);
  });

  it('stops waiting for what was scrolled away, and asks for the newest wish first', async () => {
    const { cache, calls } = aServer();
    cache.want('grid', [1, 2, 3]);
    cache.want('preview', [50]);
    cache.want('grid', [70, 71, 72]);
    expect(calls[0]!.signal.aborted).toBe(true);
    expect(calls[1]!.seqs).toEqual([70, 71, 72]);
    await calls[1]!.answer([aCard(70), aCard(71), aCard(72)]);
    expect(calls[2]!.seqs).toEqual([50]);
    await calls[0]!.answer([aCard(1)]);
    expect(cache.get(1)).toBeUndefined();
  });

  it('marks what the server does not have any more', async () => {
    const { cache, calls } = aServer();
    cache.want('grid', [1, 2]);
    await calls[0]!.answer([aCard(2)]);
    expect(cache.get(1)).toBe('gone');
    cache.want('grid', [1, 2]);
    expect(calls).toHaveLength(1);
  });

  it('asks again after a failure while the cards are still wanted', async () => {
    const onFailure = vi.fn();
    const { cache, calls } = aServer({ onFailure });
    cache.want('grid', [1]);
    await calls[0]!.fail();
    expect(onFailure).toHaveBeenCalledTimes(1);
    expect(calls[1]!.seqs).toEqual([1]);
    cache.want('grid', []);
    await calls[1]!.fail();
    expect(calls).toHaveLength(2);
  });

  it('keeps a bounded number of cards, those that were wanted last', async () => {
    const { cache, calls } = aServer({ capacity: 4 });
    for (const [at, seqs] of [[1, 2, 3], [4, 5, 6], [1]].entries()) {
      cache.want('grid', seqs);
      await calls[at]?.answer(seqs.map((seq) => aCard(seq)));
    }
    expect(cache.size).toBe(4);
    expect(cache.get(1)).toBeDefined();
    expect(cache.get(2)).toBeUndefined();
    expect(cache.get(6)).toBeDefined();
  });

  it('shows what it has until a newer state has come', async () => {
    const { cache, calls } = aServer();
    cache.want('grid', [1]);
    await calls[0]!.answer([aCard(1)]);
    cache.patch(1, { favorite: true });
    expect(cache.get(1)).toMatchObject({ favorite: true });
    cache.invalidate();
    expect(cache.get(1)).toMatchObject({ favorite: true });
    await calls[1]!.answer([aCard(1, { favorite: false, rejected: true })]);
    expect(cache.get(1)).toMatchObject({ favorite: false, rejected: true });
  });
});
