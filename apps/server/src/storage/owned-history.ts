import type {
  HistoryChange,
  HistoryFacets,
  HistoryFilter,
  HistoryQuery,
  LineageTree,
  Progress,
} from '@diorama/contracts';
import { type Database, type Reads, readsOf } from './database.ts';
import { changeEntries, type EntryRow, removeEntries, requireEntries } from './entry-changes.ts';
import {
  CARD_COLUMNS,
  CARD_JOIN,
  type CardRow,
  cardListJson,
  type FractionOf,
  readCards,
} from './history-cards.ts';
import { readFacets } from './history-facets.ts';
import { readIndexJson } from './history-index.ts';
import { cursorAfter, planWalk, runWalk, type Sort } from './history-walk.ts';
import { readLineage } from './lineage.ts';
import { recordHistoryChanged } from './outbox.ts';

/** Entries removed in one transaction: others get their turn in between. */
const PURGE_STEP = 200;

/** The history of one account as lists show it. Every statement names the owner: what is another's does not exist. */
export class OwnedHistory {
  readonly #db: Database;
  readonly #reads: Reads;
  readonly #ownerId: string;
  readonly #now: () => number;

  constructor(db: Database, ownerId: string, now: () => number) {
    this.#db = db;
    this.#reads = readsOf(db);
    this.#ownerId = ownerId;
    this.#now = now;
  }

  /**
   * `historyPageSchema` as JSON text.
   *
   * @throws {DioramaError} `invalid-request` for a cursor that no page gave.
   */
  pageJson({ sort, cursor, limit, ...filter }: HistoryQuery, fractionOf: FractionOf): string {
    const walk = planWalk(this.#reads, { ownerId: this.#ownerId, filter, sort, cursor });
    const rows = runWalk<CardRow>(this.#reads, walk, {
      columns: CARD_COLUMNS,
      join: CARD_JOIN,
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const nextCursor = rows.length > limit ? cursorAfter(page.at(-1)!, sort) : null;
    return `{"items":${cardListJson(page, fractionOf)},"nextCursor":${JSON.stringify(nextCursor)}}`;
  }

  /** `HistoryIndex` as JSON text. */
  async indexJson(query: HistoryFilter & { readonly sort: Sort }): Promise<string> {
    const { sort, ...filter } = query;
    return await readIndexJson(this.#reads, { ownerId: this.#ownerId, filter, sort });
  }

  /** A list of cards as JSON text, newest first; those that are gone are left out. */
  cardsJson(seqs: readonly number[], fractionOf: FractionOf): string {
    return cardListJson(readCards(this.#reads, this.#ownerId, seqs), fractionOf);
  }

  async facets(): Promise<HistoryFacets> {
    return await readFacets(this.#reads, this.#ownerId);
  }

  /** Null when there is no such entry. */
  lineage(id: string, fractionOf: FractionOf): LineageTree | null {
    return readLineage(this.#reads, this.#ownerId, id, fractionOf);
  }

  /**
   * Changes many entries: all of them or none.
   *
   * @param progressOf What a running one has come to.
   * @returns Ids of those that are canceled now: whoever works at one must stop.
   * @throws {DioramaError} `not-found`, `invalid-request`.
   */
  async change(
    { ids, ...change }: HistoryChange,
    progressOf: (id: string) => Progress | null,
  ): Promise<{ changed: number; canceled: string[] }> {
    return await this.#db.transaction().execute(async (tx) => {
      const entries = await requireEntries(tx, this.#ownerId, ids);
      const canceled = await changeEntries(tx, this.#ownerId, entries, change, {
        at: new Date(this.#now()).toISOString(),
        progressOf,
      });
      await recordHistoryChanged(tx, this.#ownerId);
      return { changed: entries.length, canceled };
    });
  }

  /**
   * Removes for good what is in the trash: some entries, or with null all of it. What is not in the trash stays.
   *
   * @throws {DioramaError} `not-found` when one of them is not the account's.
   */
  async purge(ids: readonly string[] | null): Promise<number> {
    let deleted = 0;
    for (let at = 0; ; at += PURGE_STEP) {
      const part = ids?.slice(at, at + PURGE_STEP);
      if (part?.length === 0) return deleted;
      const removed = await this.#db.transaction().execute(async (tx) => {
        let query = tx
          .selectFrom('entries')
          .select(['seq', 'id', 'status'])
          .where('owner_id', '=', this.#ownerId)
          .where('deleted_at', 'is not', null)
          .limit(PURGE_STEP);
        if (part) query = query.where('id', 'in', part);
        const entries: EntryRow[] = await query.execute();
        await removeEntries(tx, this.#ownerId, entries);
        if (entries.length > 0) await recordHistoryChanged(tx, this.#ownerId);
        return entries.length;
      });
      deleted += removed;
      if (part === undefined && removed < PURGE_STEP) return deleted;
    }
  }
}
