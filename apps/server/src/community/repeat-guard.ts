import { createHash } from 'node:crypto';
import { DioramaError } from '@diorama/contracts';
import type { Transaction } from 'kysely';
import type { Database } from '../storage/database.ts';
import { IDEMPOTENCY_KEY_LIFE_MS } from '../storage/generation-intake.ts';
import type { DatabaseSchema } from '../storage/schema.ts';
import type { CommunityTables } from './tables.ts';

/** One use of an Idempotency-Key. */
export interface KeyUse {
  readonly userId: string;
  readonly action: CommunityTables['community_keys']['action'];
  readonly key: string;
  /** The validated request. */
  readonly request: unknown;
}

type Reader = Database | Transaction<DatabaseSchema>;

/**
 * What the key was used for before: `unused`, `open` while nobody knows how that ended, or the id of what was made.
 *
 * @throws {DioramaError} `idempotency-conflict` when that was another request.
 */
export async function readKey(
  db: Reader,
  use: KeyUse,
  nowMs: number,
): Promise<'unused' | 'open' | { readonly result: string }> {
  const known = await db
    .selectFrom('community_keys')
    .select(['request_hash', 'result'])
    .where('user_id', '=', use.userId)
    .where('action', '=', use.action)
    .where('key', '=', use.key)
    .where('created_at_ms', '>=', nowMs - IDEMPOTENCY_KEY_LIFE_MS)
    .executeTakeFirst();
  if (!known) return 'unused';
  if (known.request_hash !== hashOf(use.request)) throw new DioramaError('idempotency-conflict');
  return known.result === null ? 'open' : { result: known.result };
}

/** Notes what the key is used for; null: it has begun. */
export async function noteKey(db: Reader, use: KeyUse, result: string | null, nowMs: number): Promise<void> {
  const values = { request_hash: hashOf(use.request), result, created_at_ms: nowMs };
  await db
    .insertInto('community_keys')
    .values({ user_id: use.userId, action: use.action, key: use.key, ...values })
    .onConflict((conflict) => conflict.columns(['user_id', 'action', 'key']).doUpdateSet(values))
    .execute();
}

/** Nothing came of it: the key may be used again. */
export async function forgetKey(db: Reader, use: KeyUse): Promise<void> {
  await db
    .deleteFrom('community_keys')
    .where('user_id', '=', use.userId)
    .where('action', '=', use.action)
    .where('key', '=', use.key)
    .execute();
}

/** Forgets keys past their life. */
export async function dropOldKeys(db: Database, nowMs: number): Promise<void> {
  await db
    .deleteFrom('community_keys')
    .where('created_at_ms', '<', nowMs - IDEMPOTENCY_KEY_LIFE_MS)
    .execute();
}

function hashOf(request: unknown): string {
  return createHash('sha256').update(JSON.stringify(request)).digest('hex');
}
