import type { DeviceSession } from '@diorama/contracts';
import { type Selectable, sql, type Transaction } from 'kysely';
import type { Database } from '../storage/database.ts';
import type { DatabaseSchema, SessionsTable } from '../storage/schema.ts';
import { type KnownViewer, toKnownViewer, VIEWER_COLUMNS } from './account-viewer.ts';
import type { Viewer } from './viewer.ts';

const HOUR_MS = 60 * 60 * 1000;
/** A session ends this long after the sign-in, used or not. */
export const SESSION_LIFETIME_MS = 30 * 24 * HOUR_MS;
/** And this long after it was last used. */
const IDLE_LIFETIME_MS = 7 * 24 * HOUR_MS;
/** Of one account. More are no devices of a person, but a program that signs in each time. */
const SESSIONS_PER_ACCOUNT = 50;
/** Use is noted no more often than this: it costs a write. */
const NOTE_USE_AFTER_MS = HOUR_MS;

/** Where people are signed in. Rows are made by better-auth at sign-in; how long they count is decided here. */
export class Sessions {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /** Who has this session, and notes that it was used; null when it has ended. */
  async find(token: string): Promise<KnownViewer | null> {
    const row = await this.#db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select(['sessions.id as session_id', 'sessions.expires_at', 'sessions.updated_at', ...VIEWER_COLUMNS])
      .where('sessions.token', '=', token)
      .executeTakeFirst();
    if (!row || this.#endOf(row) <= this.#now()) return null;
    if (this.#now() - Date.parse(row.updated_at) >= NOTE_USE_AFTER_MS)
      await this.#db
        .updateTable('sessions')
        .set({ updated_at: new Date(this.#now()).toISOString() })
        .where('id', '=', row.session_id)
        .execute();
    return toKnownViewer(row, { via: 'session', sessionId: row.session_id });
  }

  /** Whether a session still counts, and its account too. */
  async isLive(sessionId: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('sessions')
      .innerJoin('users', 'users.id', 'sessions.user_id')
      .select(['sessions.expires_at', 'sessions.updated_at'])
      .where('sessions.id', '=', sessionId)
      .where('users.disabled', '=', 0)
      .executeTakeFirst();
    return row !== undefined && this.#endOf(row) > this.#now();
  }

  /** Newest first. */
  async list(viewer: Viewer): Promise<DeviceSession[]> {
    const rows = await this.#db
      .selectFrom('sessions')
      .selectAll()
      .where('user_id', '=', viewer.userId)
      .orderBy('created_at', 'desc')
      .execute();
    return rows
      .filter((row) => this.#endOf(row) > this.#now())
      .map((row) => ({
        id: row.id,
        current: row.id === viewer.sessionId,
        userAgent: row.user_agent || null,
        address: row.ip_address || null,
        createdAt: row.created_at,
        expiresAt: new Date(this.#endOf(row)).toISOString(),
      }));
  }

  /** Ends one session of an account. @returns False when it has none of this id. */
  async end(userId: string, sessionId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('sessions')
      .where('user_id', '=', userId)
      .where('id', '=', sessionId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  /** @param keepId The one that asks. */
  async endOthers(userId: string, keepId: string | null): Promise<void> {
    let query = this.#db.deleteFrom('sessions').where('user_id', '=', userId);
    if (keepId !== null) query = query.where('id', '!=', keepId);
    await query.execute();
  }

  /** Ends what an account has more than it may have: what was not used for the longest time. */
  async endSurplus(userId: string): Promise<void> {
    await this.#db
      .deleteFrom('sessions')
      .where('id', 'in', ({ selectFrom }) =>
        selectFrom('sessions')
          .select('id')
          .where('user_id', '=', userId)
          .orderBy('updated_at', 'desc')
          .orderBy(sql`rowid`, 'desc')
          .limit(-1)
          .offset(SESSIONS_PER_ACCOUNT),
      )
      .execute();
  }

  /** Drops the rows of sessions that have ended by themselves. */
  async dropEnded(): Promise<void> {
    await this.#db
      .deleteFrom('sessions')
      .where(({ eb, or }) =>
        or([
          eb('expires_at', '<=', new Date(this.#now()).toISOString()),
          eb('updated_at', '<=', new Date(this.#now() - IDLE_LIFETIME_MS).toISOString()),
        ]),
      )
      .execute();
  }

  #endOf(row: Pick<Selectable<SessionsTable>, 'expires_at' | 'updated_at'>): number {
    return Math.min(Date.parse(row.expires_at), Date.parse(row.updated_at) + IDLE_LIFETIME_MS);
  }
}

/** In the transaction that makes it needed: a new password, a disabled account. */
export async function endSessionsOf(tx: Transaction<DatabaseSchema>, userId: string): Promise<void> {
  await tx.deleteFrom('sessions').where('user_id', '=', userId).execute();
}
