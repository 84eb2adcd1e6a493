import { type Board, DioramaError, LIMITS } from '@diorama/contracts';
import { sql, type Transaction } from 'kysely';
import type { Database } from './database.ts';
import { recordHistoryChanged } from './outbox.ts';
import type { DatabaseSchema } from './schema.ts';
import { uuidV7 } from './uuid-v7.ts';

/** The boards of one account: entries laid together by hand, each on as many boards as one likes. */
export class OwnedBoards {
  readonly #db: Database;
  readonly #ownerId: string;
  readonly #now: () => number;

  constructor(db: Database, ownerId: string, now: () => number) {
    this.#db = db;
    this.#ownerId = ownerId;
    this.#now = now;
  }

  /** By name. */
  async list(): Promise<Board[]> {
    return await this.#read(this.#db);
  }

  /** @throws {DioramaError} `conflict` when there are as many as there may be. */
  async create(name: string): Promise<Board> {
    return await this.#db.transaction().execute(async (tx) => {
      const { boards } = await tx
        .selectFrom('boards')
        .select(({ fn }) => fn.countAll<number>().as('boards'))
        .where('owner_id', '=', this.#ownerId)
        .executeTakeFirstOrThrow();
      if (boards >= LIMITS.boards)
        throw new DioramaError('conflict', `There are ${LIMITS.boards} boards already.`, {
          hint: 'Delete a board that is not needed any more.',
        });
      const id = uuidV7(this.#now());
      const at = new Date(this.#now()).toISOString();
      await tx.insertInto('boards').values({ id, owner_id: this.#ownerId, name, created_at: at }).execute();
      return { id, name, entries: 0, cover: null, createdAt: at };
    });
  }

  /** Null when there is no such board. */
  async rename(id: string, name: string): Promise<Board | null> {
    await this.#db
      .updateTable('boards')
      .set({ name })
      .where('id', '=', id)
      .where('owner_id', '=', this.#ownerId)
      .execute();
    return (await this.#read(this.#db, id))[0] ?? null;
  }

  /** Its entries stay in the history. False when there is no such board. */
  async delete(id: string): Promise<boolean> {
    return await this.#db.transaction().execute(async (tx) => {
      const { numDeletedRows } = await tx
        .deleteFrom('boards')
        .where('id', '=', id)
        .where('owner_id', '=', this.#ownerId)
        .executeTakeFirst();
      if (numDeletedRows > 0n) await recordHistoryChanged(tx, this.#ownerId);
      return numDeletedRows > 0n;
    });
  }

  async #read(db: Database | Transaction<DatabaseSchema>, id?: string): Promise<Board[]> {
    let query = db
      .selectFrom('boards')
      .select(['id', 'name', 'created_at as createdAt'])
      .select([
        sql<number>`(select count(*) from board_entries join entries on entries.seq = board_entries.seq
          where board_entries.board_id = boards.id and entries.deleted_at is null)`.as('entries'),
        sql<
          string | null
        >`(select cover_asset from board_entries join entries on entries.seq = board_entries.seq
          where board_entries.board_id = boards.id and entries.deleted_at is null and entries.cover_asset is not null
          order by board_entries.seq desc limit 1)`.as('cover'),
      ])
      .where('owner_id', '=', this.#ownerId)
      .orderBy(sql`name collate nocase`)
      .orderBy('id');
    if (id !== undefined) query = query.where('id', '=', id);
    return await query.execute();
  }
}
