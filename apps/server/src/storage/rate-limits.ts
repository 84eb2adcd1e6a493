import { createHash } from 'node:crypto';
import { DioramaError } from '@diorama/contracts';
import { sql } from 'kysely';
import type { Database } from './database.ts';

export interface RateLimit {
  /** How many tries one window has. */
  readonly limit: number;
  /** At most a day: older windows are forgotten. A window begins with its first try. */
  readonly windowMs: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** Windows that nobody asks for any more are dropped this often. */
const PRUNE_EVERY_MS = 60 * 60 * 1000;

/** Counts tries in the database, so that processes on one database share the limits. */
export class RateLimits {
  readonly #db: Database;
  readonly #now: () => number;
  #prunedAtMs = Number.NEGATIVE_INFINITY;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /**
   * Counts a try.
   *
   * @param key What is limited and for whom, such as `sign-in:address:203.0.113.7`. Stored as a hash, so it may be
   * of any length and hold what others should not read.
   * @throws {DioramaError} `too-many-attempts` with `details.retryAfterMs`, from the first try over the limit on.
   */
  async take(key: string, { limit, windowMs }: RateLimit): Promise<void> {
    const now = this.#now();
    await this.#prune(now);
    // A window that lies a whole window ahead was counted by a clock that has been set back since.
    const isOver = sql<boolean>`abs(${now} - rate_limits.window_start_ms) >= ${windowMs}`;
    const { window_start_ms, count } = await this.#db
      .insertInto('rate_limits')
      .values({ key: hashed(key), window_start_ms: now, count: 1 })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet({
          count: sql<number>`CASE WHEN ${isOver} THEN 1 ELSE min(rate_limits.count, ${limit}) + 1 END`,
          window_start_ms: sql<number>`CASE WHEN ${isOver} THEN ${now} ELSE rate_limits.window_start_ms END`,
        }),
      )
      .returning(['window_start_ms', 'count'])
      .executeTakeFirstOrThrow();
    if (count > limit) throw tooMany(window_start_ms + windowMs - now, windowMs);
  }

  /**
   * Refuses without counting, for where only failures count and most succeed: a read costs less than a write.
   *
   * @throws {DioramaError} `too-many-attempts`, as `take`.
   */
  async refuseIfUsedUp(key: string, { limit, windowMs }: RateLimit): Promise<void> {
    const row = await this.#db
      .selectFrom('rate_limits')
      .select(['window_start_ms', 'count'])
      .where('key', '=', hashed(key))
      .executeTakeFirst();
    const now = this.#now();
    if (row && row.count >= limit && Math.abs(now - row.window_start_ms) < windowMs)
      throw tooMany(row.window_start_ms + windowMs - now, windowMs);
  }

  /** Takes a try back that turned out not to count, such as a sign-in with the right password. */
  async giveBack(key: string): Promise<void> {
    await this.#db
      .updateTable('rate_limits')
      .set({ count: sql<number>`max(count - 1, 0)` })
      .where('key', '=', hashed(key))
      .execute();
  }

  /** Begins anew. */
  async forget(key: string): Promise<void> {
    await this.#db.deleteFrom('rate_limits').where('key', '=', hashed(key)).execute();
  }

  async #prune(now: number): Promise<void> {
    if (now - this.#prunedAtMs < PRUNE_EVERY_MS) return;
    this.#prunedAtMs = now;
    await this.#db
      .deleteFrom('rate_limits')
      .where('window_start_ms', '<', now - DAY_MS)
      .execute();
  }
}

function hashed(key: string): string {
  return createHash('sha256').update(key).digest('base64url');
}

function tooMany(restMs: number, windowMs: number): DioramaError {
  const retryAfterMs = Math.min(windowMs, Math.max(1_000, restMs));
  return new DioramaError('too-many-attempts', undefined, {
    hint: `Wait ${inWords(retryAfterMs)}, then try again.`,
    details: { retryAfterMs },
  });
}

function inWords(ms: number): string {
  const seconds = Math.ceil(ms / 1_000);
  if (seconds < 90) return `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 90 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}
