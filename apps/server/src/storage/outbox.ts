import type { Generation, ServerEvent } from '@diorama/contracts';
import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { DatabaseSchema } from './schema.ts';

export interface StoredEvent {
  readonly id: number;
  /** Who is told. */
  readonly ownerId: string;
  readonly type: ServerEvent['type'];
  /** ServerEvent as JSON. */
  readonly payload: string;
}

/** Enough for a client that was away for hours; one that was away longer reloads the lists instead. */
const EVENTS_KEPT = 2_000;

/** Records what happened in the same transaction that made it happen, so that neither exists without the other. */
export async function recordUpdated(
  transaction: Transaction<DatabaseSchema>,
  ownerId: string,
  generation: Generation,
): Promise<void> {
  await record(transaction, ownerId, { type: 'generation-updated', generation });
}

export async function recordDeleted(
  transaction: Transaction<DatabaseSchema>,
  ownerId: string,
  id: string,
): Promise<void> {
  await record(transaction, ownerId, { type: 'generation-deleted', id });
}

/** Stands for a change of many entries: an event for each would push everything else out of what is kept. */
export async function recordHistoryChanged(
  transaction: Transaction<DatabaseSchema>,
  ownerId: string,
): Promise<void> {
  await record(transaction, ownerId, { type: 'history-changed' });
}

async function record(
  transaction: Transaction<DatabaseSchema>,
  ownerId: string,
  event: Extract<ServerEvent, { type: 'generation-updated' | 'generation-deleted' | 'history-changed' }>,
): Promise<void> {
  const { id } = await transaction
    .insertInto('outbox')
    .values({ type: event.type, payload: JSON.stringify(event), owner_id: ownerId })
    .returning('id')
    .executeTakeFirstOrThrow();
  if (id % 100 === 0)
    await transaction
      .deleteFrom('outbox')
      .where('id', '<=', id - EVENTS_KEPT)
      .execute();
}

/** Reads the stored events. */
export class Outbox {
  readonly #db: Database;

  constructor(db: Database) {
    this.#db = db;
  }

  async after(id: number, limit: number): Promise<StoredEvent[]> {
    return await this.#db
      .selectFrom('outbox')
      .select(['id', 'owner_id as ownerId', 'type', 'payload'])
      .where('id', '>', id)
      .orderBy('id')
      .limit(limit)
      .execute();
  }

  /** Oldest and newest id that are kept; both 0 while nothing has happened. */
  async bounds(): Promise<{ oldest: number; newest: number }> {
    const row = await this.#db
      .selectFrom('outbox')
      .select(({ fn }) => [fn.min('id').as('oldest'), fn.max('id').as('newest')])
      .executeTakeFirst();
    return { oldest: Number(row?.oldest ?? 0), newest: Number(row?.newest ?? 0) };
  }
}
