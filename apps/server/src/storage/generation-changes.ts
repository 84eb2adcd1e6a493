import { DioramaError, type Generation } from '@diorama/contracts';
import type { Transaction } from 'kysely';
import { findGeneration } from './generation-rows.ts';
import { type Settlement, settle } from './ledger.ts';
import { recordUpdated } from './outbox.ts';
import type { DatabaseSchema } from './schema.ts';

type Tx = Transaction<DatabaseSchema>;

/** Tells of a change in the transaction that makes it. */
export async function recordChange(tx: Tx, id: string): Promise<Generation> {
  const generation = await findGeneration(tx, id);
  if (!generation) throw new DioramaError('not-found');
  const { owner_id: ownerId } = await tx
    .selectFrom('generations')
    .select('owner_id')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  await recordUpdated(tx, ownerId, generation);
  return generation;
}

/** Of a generation that is about to be canceled; a finished one is settled already. */
export async function settleUnfinished(tx: Tx, id: string): Promise<Settlement> {
  return await settle(tx, id, { status: 'canceled', wasSent: await hasCheckpoint(tx, id) });
}

export async function hasCheckpoint(tx: Tx, id: string): Promise<boolean> {
  const row = await tx.selectFrom('generations').select('checkpoint').where('id', '=', id).executeTakeFirst();
  return row !== undefined && row.checkpoint !== null;
}
