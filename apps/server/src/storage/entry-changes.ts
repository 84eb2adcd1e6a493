import { DioramaError, type HistoryChange, LIMITS, type Progress } from '@diorama/contracts';
import { sql, type Transaction } from 'kysely';
import { releaseAssets } from './asset-release.ts';
import { settleUnfinished } from './generation-changes.ts';
import type { DatabaseSchema } from './schema.ts';

type Tx = Transaction<DatabaseSchema>;

/** An entry as far as a change has to know it. */
export interface EntryRow {
  readonly seq: number;
  readonly id: string;
  readonly status: string;
}

/** What can be changed about entries; absent stays as it is. `tags` takes the place of all there are. */
export type EntryChange = Omit<HistoryChange, 'ids'> & { readonly tags?: readonly string[] | undefined };

/** @throws {DioramaError} `not-found` when one of them is not the account's. */
export async function requireEntries(tx: Tx, ownerId: string, ids: readonly string[]): Promise<EntryRow[]> {
  const wanted = [...new Set(ids)];
  const rows = await tx
    .selectFrom('entries')
    .select(['seq', 'id', 'status'])
    .where('owner_id', '=', ownerId)
    .where('id', 'in', wanted)
    .execute();
  if (rows.length < wanted.length)
    throw new DioramaError('not-found', 'Some of these entries do not exist.', {
      hint: 'Reload the history: they may have been deleted.',
    });
  return rows;
}

/**
 * Changes entries in the caller's transaction.
 *
 * @param progressOf What a running one has come to, for when it is canceled.
 * @returns Ids of those that were waiting or running and are canceled now.
 * @throws {DioramaError} `not-found` for a board or project that the account does not have, `invalid-request` for a
 *   favorite that is rejected or for too many tags.
 */
export async function changeEntries(
  tx: Tx,
  ownerId: string,
  entries: readonly EntryRow[],
  change: EntryChange,
  options: { readonly at: string; readonly progressOf: (id: string) => Progress | null },
): Promise<string[]> {
  if (entries.length === 0) return [];
  if (change.favorite === true && change.rejected === true)
    throw invalid('rejected', 'a favorite cannot be rejected');
  const seqs = entries.map(({ seq }) => seq);
  const marks: { favorite?: 0 | 1; rejected?: 0 | 1 } = {
    ...(change.favorite === undefined ? {} : { favorite: change.favorite ? 1 : 0 }),
    ...(change.rejected === undefined ? {} : { rejected: change.rejected ? 1 : 0 }),
    ...(change.favorite === true ? { rejected: 0 } : {}),
    ...(change.rejected === true ? { favorite: 0 } : {}),
  };
  if (Object.keys(marks).length > 0)
    await tx.updateTable('entries').set(marks).where('seq', 'in', seqs).execute();
  await changeTags(tx, ownerId, seqs, change);
  await changeBoards(tx, ownerId, seqs, change);
  if (change.project !== undefined) {
    if (change.project !== null) await requireOwn(tx, 'projects', ownerId, change.project);
    await tx.updateTable('entries').set({ project_id: change.project }).where('seq', 'in', seqs).execute();
  }
  if (change.deleted === undefined) return [];
  const canceled = change.deleted ? await cancelUnfinished(tx, entries, options) : [];
  await tx
    .updateTable('entries')
    .set(({ fn, val }) => ({
      // What is in the trash already has been there since then.
      deleted_at: change.deleted ? fn.coalesce('deleted_at', val(options.at)) : null,
    }))
    .where('seq', 'in', seqs)
    .execute();
  return canceled;
}

/** Ends waiting and running generations as canceled; what they have cost until now is settled. */
export async function cancelUnfinished(
  tx: Tx,
  entries: readonly EntryRow[],
  { at, progressOf }: { readonly at: string; readonly progressOf: (id: string) => Progress | null },
): Promise<string[]> {
  const canceled: string[] = [];
  for (const { id, status } of entries) {
    if (status !== 'queued' && status !== 'running') continue;
    const { cost } = await settleUnfinished(tx, id);
    const progress = progressOf(id);
    await tx
      .updateTable('generations')
      .set({
        status: 'canceled',
        ...(cost ? { cost: JSON.stringify(cost) } : {}),
        checkpoint: null,
        ...(progress === null ? {} : { progress: JSON.stringify(progress) }),
        lease_owner: null,
        lease_until_ms: null,
        finished_at: at,
      })
      .where('id', '=', id)
      .execute();
    canceled.push(id);
  }
  return canceled;
}

/**
 * Removes entries for good, with the records of the files that nothing else of the account uses. The files themselves go
 * later, with the sweeper; the money that they cost stays in the ledger.
 */
export async function removeEntries(tx: Tx, ownerId: string, entries: readonly EntryRow[]): Promise<void> {
  if (entries.length === 0) return;
  const ids = entries.map(({ id }) => id);
  for (const { id, status } of entries)
    if (status === 'queued' || status === 'running') await settleUnfinished(tx, id);
  const outputs = await tx
    .selectFrom('outputs')
    .select(['asset_id', 'raw_asset_id'])
    .where('generation_id', 'in', ids)
    .execute();
  const inputs = await tx
    .selectFrom('generation_inputs')
    .select('asset_id')
    .where('generation_id', 'in', ids)
    .execute();
  await tx.deleteFrom('generations').where('id', 'in', ids).execute();
  await releaseAssets(tx, ownerId, [
    ...outputs.flatMap(({ asset_id, raw_asset_id }) =>
      raw_asset_id === null ? [asset_id] : [asset_id, raw_asset_id],
    ),
    ...inputs.map(({ asset_id }) => asset_id),
  ]);
}

async function changeTags(
  tx: Tx,
  ownerId: string,
  seqs: readonly number[],
  { tags, addTags, removeTags }: EntryChange,
): Promise<void> {
  if (tags !== undefined)
    await tx
      .deleteFrom('entry_tags')
      .where('seq', 'in', seqs)
      .where('tag', 'not in', [...tags])
      .execute();
  if (removeTags !== undefined && removeTags.length > 0)
    await tx.deleteFrom('entry_tags').where('seq', 'in', seqs).where('tag', 'in', removeTags).execute();
  const added = [...new Set([...(tags ?? []), ...(addTags ?? [])])];
  if (added.length === 0) return;
  await sql`insert or ignore into entry_tags (owner_id, tag, seq)
    select ${ownerId}, tag.value, entry.value
    from json_each(${JSON.stringify(seqs)}) entry, json_each(${JSON.stringify(added)}) tag`.execute(tx);
  const full = await tx
    .selectFrom('entry_tags')
    .select('seq')
    .where('seq', 'in', seqs)
    .groupBy('seq')
    .having(({ fn }) => fn.countAll(), '>', LIMITS.tagsPerEntry)
    .limit(1)
    .executeTakeFirst();
  if (full) throw invalid('addTags', `an entry may have at most ${LIMITS.tagsPerEntry} tags`);
}

async function changeBoards(
  tx: Tx,
  ownerId: string,
  seqs: readonly number[],
  { addToBoard, removeFromBoard }: EntryChange,
): Promise<void> {
  if (removeFromBoard !== undefined) {
    await requireOwn(tx, 'boards', ownerId, removeFromBoard);
    await tx
      .deleteFrom('board_entries')
      .where('board_id', '=', removeFromBoard)
      .where('seq', 'in', seqs)
      .execute();
  }
  if (addToBoard === undefined) return;
  await requireOwn(tx, 'boards', ownerId, addToBoard);
  await tx
    .insertInto('board_entries')
    .values(seqs.map((seq) => ({ board_id: addToBoard, seq })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function requireOwn(tx: Tx, table: 'boards' | 'projects', ownerId: string, id: string): Promise<void> {
  const row = await tx
    .selectFrom(table)
    .select('id')
    .where('id', '=', id)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst();
  if (!row)
    throw new DioramaError('not-found', `There is no such ${table === 'boards' ? 'board' : 'project'}.`);
}

function invalid(field: string, message: string): DioramaError {
  return new DioramaError('invalid-request', `${field}: ${message}.`, {
    details: { issues: [{ field, message }] },
  });
}
