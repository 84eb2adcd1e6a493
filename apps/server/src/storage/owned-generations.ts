import { DioramaError, type Generation, type GenerationPage, type Progress } from '@diorama/contracts';
import { sql, type Transaction } from 'kysely';
import type { Database } from './database.ts';
import { recordChange, settleUnfinished } from './generation-changes.ts';
import { fold, toGenerations } from './generation-rows.ts';
import { recordDeleted } from './outbox.ts';
import type { DatabaseSchema } from './schema.ts';

type Tx = Transaction<DatabaseSchema>;

export interface HistoryFilter {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly q?: string | undefined;
  readonly favorite?: boolean | undefined;
  readonly engine?: string | undefined;
}

/** The history of one account. Every statement here names the owner: what is another's does not exist. */
export class OwnedGenerations {
  readonly #db: Database;
  readonly #ownerId: string;
  readonly #now: () => number;

  constructor(db: Database, ownerId: string, now: () => number) {
    this.#db = db;
    this.#ownerId = ownerId;
    this.#now = now;
  }

  async find(id: string): Promise<Generation | null> {
    return await this.#find(this.#db, id);
  }

  /** Newest first. @throws {DioramaError} `invalid-request` for a cursor that no page gave. */
  async list(filter: HistoryFilter): Promise<GenerationPage> {
    let query = this.#db
      .selectFrom('generations')
      .selectAll()
      .where('owner_id', '=', this.#ownerId)
      .orderBy('seq', 'desc')
      .limit(filter.limit + 1);
    if (filter.cursor !== undefined) query = query.where('seq', '<', parseCursor(filter.cursor));
    if (filter.favorite !== undefined) query = query.where('favorite', '=', filter.favorite ? 1 : 0);
    if (filter.engine !== undefined) query = query.where('engine', '=', filter.engine);
    for (const word of fold(filter.q ?? '')
      .split(/\s+/)
      .filter(Boolean))
      query = query.where(sql<boolean>`instr(prompt_folded, ${word}) > 0`);
    const rows = await query.execute();
    const page = rows.slice(0, filter.limit);
    return {
      items: await toGenerations(this.#db, page),
      nextCursor: rows.length > filter.limit ? String(page.at(-1)!.seq) : null,
    };
  }

  /** Null when there is no such generation. */
  async setFavorite(id: string, favorite: boolean): Promise<Generation | null> {
    return await this.#db.transaction().execute(async (tx) => {
      const before = await this.#find(tx, id);
      if (!before || before.favorite === favorite) return before;
      await tx
        .updateTable('generations')
        .set({ favorite: favorite ? 1 : 0 })
        .where('id', '=', id)
        .execute();
      return await recordChange(tx, id);
    });
  }

  /**
   * Removes a generation and the records of files that only it made. The files themselves go later, with the sweeper.
   */
  async delete(id: string): Promise<boolean> {
    return await this.#db.transaction().execute(async (tx) => {
      if (!(await this.#find(tx, id))) return false;
      const outputs = await tx
        .selectFrom('outputs')
        .select(['asset_id', 'raw_asset_id'])
        .where('generation_id', '=', id)
        .execute();
      // Its history goes, the money that it cost stays in the ledger.
      await settleUnfinished(tx, id);
      await tx.deleteFrom('generations').where('id', '=', id).execute();
      const ids = outputs.flatMap(({ asset_id, raw_asset_id }) =>
        raw_asset_id === null ? [asset_id] : [asset_id, raw_asset_id],
      );
      if (ids.length > 0)
        await tx
          .deleteFrom('assets')
          .where('id', 'in', ids)
          .where('uploaded', '=', 0)
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(selectFrom('outputs').select('asset_id').whereRef('outputs.asset_id', '=', 'assets.id')),
            ),
          )
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('outputs').select('asset_id').whereRef('outputs.raw_asset_id', '=', 'assets.id'),
              ),
            ),
          )
          .where(({ not, exists, selectFrom }) =>
            not(
              exists(
                selectFrom('generation_inputs')
                  .select('asset_id')
                  .whereRef('generation_inputs.asset_id', '=', 'assets.id'),
              ),
            ),
          )
          .execute();
      await recordDeleted(tx, this.#ownerId, id);
      return true;
    });
  }

  /** Ends a waiting or running generation as canceled at once. A finished one is returned as it is. */
  async cancel(id: string, progress?: Progress): Promise<Generation | null> {
    return await this.#db.transaction().execute(async (tx) => {
      if (!(await this.#find(tx, id))) return null;
      const { cost } = await settleUnfinished(tx, id);
      const { numUpdatedRows } = await tx
        .updateTable('generations')
        .set({
          status: 'canceled',
          ...(cost ? { cost: JSON.stringify(cost) } : {}),
          checkpoint: null,
          ...(progress === undefined ? {} : { progress: JSON.stringify(progress) }),
          lease_owner: null,
          lease_until_ms: null,
          finished_at: new Date(this.#now()).toISOString(),
        })
        .where('id', '=', id)
        .where('status', 'in', ['queued', 'running'])
        .executeTakeFirst();
      return numUpdatedRows === 0n ? await this.#find(tx, id) : await recordChange(tx, id);
    });
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
}

function parseCursor(cursor: string): number {
  const seq = Number(cursor);
  if (!/^\d{1,15}$/.test(cursor))
    throw new DioramaError('invalid-request', 'cursor: is not the cursor of a page.', {
      details: { issues: [{ field: 'cursor', message: 'is not the cursor of a page' }] },
    });
  return seq;
}
