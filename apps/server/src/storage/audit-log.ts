import { type AuditEntry, DioramaError } from '@diorama/contracts';
import type { Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { DatabaseSchema } from './schema.ts';

/** What somebody did with the power of an owner or a moderator. */
export interface AuditRecord {
  readonly actor: { readonly userId: string; readonly name: string };
  /** What was done, in one word and its object: `post-hidden`, `account-disabled`. */
  readonly action: string;
  /** Id of what it was done to. */
  readonly target: string;
  /** How that is called now; it may be gone when the entry is read. */
  readonly targetName: string;
  /** Default none. Never a secret: all owners read it. */
  readonly note?: string;
}

/**
 * Writes an entry in the transaction that does what it tells, so that neither is there without the other.
 *
 * @param atMs Default now.
 */
export async function recordAudit(
  tx: Transaction<DatabaseSchema>,
  { actor, action, target, targetName, note }: AuditRecord,
  atMs: number = Date.now(),
): Promise<void> {
  await tx
    .insertInto('audit_log')
    .values({
      at: new Date(atMs).toISOString(),
      actor_id: actor.userId,
      actor_name: actor.name,
      action,
      target,
      target_name: targetName,
      note: note ?? '',
    })
    .execute();
}

/**
 * Newest first.
 *
 * @throws {DioramaError} `invalid-request` for a cursor that no page gave.
 */
export async function readAuditPage(
  db: Database,
  { cursor, limit }: { readonly cursor?: string | undefined; readonly limit: number },
): Promise<{ items: AuditEntry[]; nextCursor: string | null }> {
  if (cursor !== undefined && !/^\d{1,15}$/.test(cursor))
    throw new DioramaError('invalid-request', 'cursor: is not the cursor of a page.', {
      details: { issues: [{ field: 'cursor', message: 'is not the cursor of a page' }] },
    });
  let query = db
    .selectFrom('audit_log')
    .selectAll()
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (cursor !== undefined) query = query.where('id', '<', Number(cursor));
  const rows = await query.execute();
  return {
    items: rows.slice(0, limit).map((row) => ({
      id: row.id,
      at: row.at,
      actor: { id: row.actor_id, name: row.actor_name },
      action: row.action,
      target: row.target,
      targetName: row.target_name,
      note: row.note,
    })),
    nextCursor: rows.length > limit ? String(rows[limit - 1]!.id) : null,
  };
}
