import type { Generation, GenerationPage, GenerationPatch, HistoryQuery, Progress } from '@diorama/contracts';
import type { Transaction } from 'kysely';
import { type Database, readsOf } from './database.ts';
import { cancelUnfinished, changeEntries, type EntryRow, removeEntries } from './entry-changes.ts';
import { recordChange } from './generation-changes.ts';
import { toGenerations } from './generation-rows.ts';
import { cursorAfter, planWalk, runWalk } from './history-walk.ts';
import { recordDeleted } from './outbox.ts';
import type { DatabaseSchema } from './schema.ts';

type Tx = Transaction<DatabaseSchema>;

/** The generations of one account. Every statement here names the owner: what is another's does not exist. */
export class OwnedGenerations {
  readonly #db: Database;
  readonly #ownerId: string;
  readonly #now: () => number;

  constructor(db: Database, ownerId: string, now: () => number) {
    this.#db = db;
    this.#ownerId = ownerId;
    this.#now = now;
  }

  /** Also what is in the trash. */
  async find(id: string): Promise<Generation | null> {
    return await this.#find(this.#db, id);
  }

  /** @throws {DioramaError} `invalid-request` for a cursor that no page gave. */
  async list(
    query: Partial<Omit<HistoryQuery, 'limit'>> & Pick<HistoryQuery, 'limit'>,
  ): Promise<GenerationPage> {
    const { sort = 'newest', cursor, limit, ...filter } = query;
    const reads = readsOf(this.#db);
    const walk = planWalk(reads, { ownerId: this.#ownerId, filter, sort, cursor });
    const found = runWalk<{ seq: number; cost_amount: number; duration_ms: number }>(reads, walk, {
      columns: 'e.seq, e.cost_amount, e.duration_ms',
      limit: limit + 1,
    });
    const page = found.slice(0, limit);
    return {
      items: await this.#read(page.map(({ seq }) => seq)),
      nextCursor: found.length > limit ? cursorAfter(page.at(-1)!, sort) : null,
    };
  }

  /**
   * Null when there is no such generation.
   *
   * @throws {DioramaError} `not-found` for a project that is not the account's, `invalid-request`.
   */
  async update(id: string, patch: GenerationPatch): Promise<Generation | null> {
    return await this.#db.transaction().execute(async (tx) => {
      const entry = await this.#entry(tx, id);
      if (!entry) return null;
      await changeEntries(tx, this.#ownerId, [entry], patch, {
        at: this.#timestamp(),
        progressOf: () => null,
      });
      return await recordChange(tx, id);
    });
  }

  /** Removes it for good, in the trash or not. False when there is no such generation. */
  async delete(id: string): Promise<boolean> {
    return await this.#db.transaction().execute(async (tx) => {
      const entry = await this.#entry(tx, id);
      if (!entry) return false;
      await removeEntries(tx, this.#ownerId, [entry]);
      await recordDeleted(tx, this.#ownerId, id);
      return true;
    });
  }

  /** Ends a waiting or running generation as canceled at once. A finished one is returned as it is. */
  async cancel(id: string, progress?: Progress): Promise<Generation | null> {
    return await this.#db.transaction().execute(async (tx) => {
      const entry = await this.#entry(tx, id);
      if (!entry) return null;
      const canceled = await cancelUnfinished(tx, [entry], {
        at: this.#timestamp(),
        progressOf: () => progress ?? null,
      });
      return canceled.length === 0 ? await this.#find(tx, id) : await recordChange(tx, id);
    });
  }

  async #entry(tx: Tx, id: string): Promise<EntryRow | null> {
    const row = await tx
      .selectFrom('entries')
      .select(['seq', 'id', 'status'])
      .where('id', '=', id)
      .where('owner_id', '=', this.#ownerId)
      .executeTakeFirst();
    return row ?? null;
  }

  async #find(db: Database | Tx, id: string): Promise<Generation | null> {
    const row = await db
      .selectFrom('generations')
      .selectAll()
      .where('id', '=', id)
      .where('owner_id', '=', this.#ownerId)
      .executeTakeFirst();
    return row ? (await toGenerations(db, [row]))[0]! : null;
  }

  /** In the order of the numbers. */
  async #read(seqs: readonly number[]): Promise<Generation[]> {
    if (seqs.length === 0) return [];
    const rows = await this.#db
      .selectFrom('generations')
      .selectAll()
      .where('seq', 'in', seqs)
      .where('owner_id', '=', this.#ownerId)
      .execute();
    const bySeq = new Map((await toGenerations(this.#db, rows)).map((item) => [item.seq, item]));
    return seqs.flatMap((seq) => bySeq.get(seq) ?? []);
  }

  #timestamp(): string {
    return new Date(this.#now()).toISOString();
  }
}
