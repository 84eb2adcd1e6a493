import { DioramaError, type HistoryCard } from '@diorama/contracts';

/** `gone`: the server does not have it any more. */
export type CachedCard = HistoryCard | 'gone';

export interface CardCacheOptions {
  readonly fetchCards: (seqs: readonly number[], signal: AbortSignal) => Promise<readonly HistoryCard[]>;
  /** Cards kept at most, besides those that are wanted. */
  readonly capacity?: number;
  readonly batchSize?: number;
  /** Requests under way at once. A browser has six connections to a server, and pictures need them more. */
  readonly parallel?: number;
  /** Told of failures; the same cards are asked for again while they are wanted. */
  readonly onFailure?: (error: unknown) => void;
  readonly wait?: (ms: number) => Promise<void>;
}

const RETRY_FIRST_MS = 800;
const RETRY_MAX_MS = 10_000;

interface Flight {
  readonly seqs: ReadonlySet<number>;
  readonly controller: AbortController;
}

/**
 * Cards by their number in the history: fetched in batches for what is wanted, newest wish first, and dropped when
 * they were not wanted for longest. What is scrolled away before it has come is not waited for.
 */
export class CardCache {
  readonly #cards = new Map<number, CachedCard>();
  readonly #seqById = new Map<string, number>();
  /** To be read again when they are next wanted; shown as they are until then. */
  readonly #stale = new Set<number>();
  readonly #wishes = new Map<unknown, readonly number[]>();
  readonly #flights = new Set<Flight>();
  readonly #listeners = new Map<number, Set<() => void>>();
  readonly #options: Required<Omit<CardCacheOptions, 'onFailure'>> & Pick<CardCacheOptions, 'onFailure'>;
  #failures = 0;
  #isResting = false;

  constructor(options: CardCacheOptions) {
    this.#options = {
      capacity: 4_000,
      batchSize: 30,
      parallel: 3,
      wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
      ...options,
    };
  }

  get size(): number {
    return this.#cards.size;
  }

  get(seq: number): CachedCard | undefined {
    return this.#cards.get(seq);
  }

  seqOf(id: string): number | undefined {
    return this.#seqById.get(id);
  }

  subscribe(seq: number, listener: () => void): () => void {
    const listeners = this.#listeners.get(seq) ?? new Set();
    this.#listeners.set(seq, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) this.#listeners.delete(seq);
    };
  }

  /** What somebody shows now, most important first; replaces their wish before. An empty one ends it. */
  want(who: unknown, seqs: readonly number[]): void {
    this.#wishes.delete(who);
    if (seqs.length > 0) this.#wishes.set(who, seqs);
    for (const seq of seqs) this.#touch(seq);
    this.#abortUnwanted();
    this.#pump();
  }

  put(card: HistoryCard): void {
    this.#stale.delete(card.seq);
    this.#store(card.seq, card);
  }

  /** Changes what is shown of a card until the server has answered. */
  patch(seq: number, changes: Partial<HistoryCard>): void {
    const card = this.#cards.get(seq);
    if (card && card !== 'gone') this.#store(seq, { ...card, ...changes });
  }

  drop(seq: number): void {
    if (this.#cards.has(seq)) this.#store(seq, 'gone');
  }

  /** Every card may have changed. */
  invalidate(): void {
    for (const seq of this.#cards.keys()) this.#stale.add(seq);
    // What is under way may have been read before the change.
    for (const flight of this.#flights) flight.controller.abort();
    this.#flights.clear();
    this.#pump();
  }

  #wanted(): number[] {
    return [...this.#wishes.values()].reverse().flat();
  }

  #isMissing(seq: number): boolean {
    return !this.#cards.has(seq) || this.#stale.has(seq);
  }

  #abortUnwanted(): void {
    const wanted = new Set(this.#wanted());
    for (const flight of this.#flights) {
      if ([...flight.seqs].some((seq) => wanted.has(seq))) continue;
      flight.controller.abort();
      this.#flights.delete(flight);
    }
  }

  #pump(): void {
    const { parallel, batchSize } = this.#options;
    while (!this.#isResting && this.#flights.size < parallel) {
      const underWay = [...this.#flights].map(({ seqs }) => seqs);
      const batch = new Set<number>();
      for (const seq of this.#wanted()) {
        if (batch.size >= batchSize) break;
        if (this.#isMissing(seq) && !underWay.some((seqs) => seqs.has(seq))) batch.add(seq);
      }
      if (batch.size === 0) return;
      void this.#fetch({ seqs: batch, controller: new AbortController() });
    }
  }

  async #fetch(flight: Flight): Promise<void> {
    this.#flights.add(flight);
    const { signal } = flight.controller;
    try {
      const cards = await this.#options.fetchCards([...flight.seqs], signal);
      if (signal.aborted) return;
      this.#failures = 0;
      const missing = new Set(flight.seqs);
      for (const card of cards) {
        missing.delete(card.seq);
        this.put(card);
      }
      for (const seq of missing) {
        this.#stale.delete(seq);
        this.#store(seq, 'gone');
      }
      this.#evict();
    } catch (thrown) {
      if (signal.aborted || (thrown instanceof DioramaError && thrown.code === 'canceled')) return;
      this.#options.onFailure?.(thrown);
      await this.#rest();
    } finally {
      this.#flights.delete(flight);
    }
    this.#pump();
  }

  /** A server that does not answer is not to be asked by every tile. */
  async #rest(): Promise<void> {
    if (this.#isResting) return;
    this.#isResting = true;
    await this.#options.wait(Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** this.#failures++));
    this.#isResting = false;
  }

  #store(seq: number, card: CachedCard): void {
    const before = this.#cards.get(seq);
    if (before && before !== 'gone' && card === 'gone') this.#seqById.delete(before.id);
    this.#cards.delete(seq);
    this.#cards.set(seq, card);
    if (card !== 'gone') this.#seqById.set(card.id, seq);
    for (const listener of [...(this.#listeners.get(seq) ?? [])]) listener();
  }

  /** A map keeps the order of insertion: what was used last goes to its end. */
  #touch(seq: number): void {
    const card = this.#cards.get(seq);
    if (!card) return;
    this.#cards.delete(seq);
    this.#cards.set(seq, card);
  }

  #evict(): void {
    let surplus = this.#cards.size - this.#options.capacity;
    if (surplus <= 0) return;
    const wanted = new Set(this.#wanted());
    for (const [seq, card] of this.#cards) {
      if (surplus <= 0) return;
      if (wanted.has(seq) || this.#listeners.has(seq)) continue;
      this.#cards.delete(seq);
      this.#stale.delete(seq);
      if (card !== 'gone') this.#seqById.delete(card.id);
      surplus -= 1;
    }
  }
}
