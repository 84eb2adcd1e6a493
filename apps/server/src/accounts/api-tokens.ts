import { type ApiToken, DioramaError, LIMITS } from '@diorama/contracts';
import type { Selectable } from 'kysely';
import type { Database } from '../storage/database.ts';
import type { ApiTokensTable } from '../storage/schema.ts';
import { uuidV7 } from '../storage/uuid-v7.ts';
import { type KnownViewer, toKnownViewer, VIEWER_COLUMNS } from './account-viewer.ts';
import { randomToken, tokenHash } from './random-token.ts';

const PREFIX = 'dio_';
const DAY_MS = 24 * 60 * 60 * 1000;
/** Use is noted no more often than this: it costs a write. */
const NOTE_USE_AFTER_MS = 60_000;

/** `dio_` and 256 random bits, of which only the hash is stored. */
export class ApiTokens {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /** Whose token it is, and notes that it was used; null when it is not one that works. */
  async find(token: string): Promise<KnownViewer | null> {
    if (!/^dio_[\w-]{43}$/.test(token)) return null;
    const row = await this.#db
      .selectFrom('api_tokens')
      .innerJoin('users', 'users.id', 'api_tokens.user_id')
      .select([
        'api_tokens.id as token_id',
        'api_tokens.expires_at',
        'api_tokens.last_used_at',
        ...VIEWER_COLUMNS,
      ])
      .where('api_tokens.hash', '=', tokenHash(token))
      .executeTakeFirst();
    if (!row || this.#isOver(row)) return null;
    await this.#noteUse(row.token_id, row.last_used_at);
    return toKnownViewer(row, { via: 'token', sessionId: null, tokenId: row.token_id });
  }

  /** Whether a token still works, and its account too. */
  async isLive(tokenId: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('api_tokens')
      .innerJoin('users', 'users.id', 'api_tokens.user_id')
      .select('api_tokens.expires_at')
      .where('api_tokens.id', '=', tokenId)
      .where('users.disabled', '=', 0)
      .executeTakeFirst();
    return row !== undefined && !this.#isOver(row);
  }

  /** Newest first. */
  async list(userId: string): Promise<ApiToken[]> {
    const rows = await this.#db
      .selectFrom('api_tokens')
      .selectAll()
      .where('user_id', '=', userId)
      .orderBy('id', 'desc')
      .execute();
    return rows.map(toApiToken);
  }

  /**
   * @param expiresInDays null: until it is revoked.
   * @throws {DioramaError} `conflict` when the account has as many as it may have.
   */
  async create(
    userId: string,
    { name, expiresInDays }: { readonly name: string; readonly expiresInDays: number | null },
  ): Promise<ApiToken & { readonly token: string }> {
    const token = `${PREFIX}${randomToken()}`;
    const now = this.#now();
    const row: Selectable<ApiTokensTable> = {
      id: uuidV7(now),
      user_id: userId,
      name,
      hash: tokenHash(token),
      created_at: new Date(now).toISOString(),
      last_used_at: null,
      expires_at: expiresInDays === null ? null : new Date(now + expiresInDays * DAY_MS).toISOString(),
    };
    await this.#db.transaction().execute(async (tx) => {
      const { count } = await tx
        .selectFrom('api_tokens')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .where('user_id', '=', userId)
        .executeTakeFirstOrThrow();
      if (count >= LIMITS.apiTokensPerAccount)
        throw new DioramaError('conflict', `There are ${LIMITS.apiTokensPerAccount} API tokens already.`, {
          hint: 'Revoke one that is not used any more.',
        });
      await tx.insertInto('api_tokens').values(row).execute();
    });
    return { ...toApiToken(row), token };
  }

  /** @returns False when the account has none of this id. */
  async revoke(userId: string, tokenId: string): Promise<boolean> {
    const { numDeletedRows } = await this.#db
      .deleteFrom('api_tokens')
      .where('user_id', '=', userId)
      .where('id', '=', tokenId)
      .executeTakeFirst();
    return numDeletedRows > 0n;
  }

  async #noteUse(tokenId: string, lastUsedAt: string | null): Promise<void> {
    const now = this.#now();
    if (lastUsedAt !== null && Math.abs(now - Date.parse(lastUsedAt)) < NOTE_USE_AFTER_MS) return;
    await this.#db
      .updateTable('api_tokens')
      .set({ last_used_at: new Date(now).toISOString() })
      .where('id', '=', tokenId)
      .execute();
  }

  #isOver(row: Pick<Selectable<ApiTokensTable>, 'expires_at'>): boolean {
    return row.expires_at !== null && Date.parse(row.expires_at) <= this.#now();
  }
}

function toApiToken(row: Selectable<ApiTokensTable>): ApiToken {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  };
}
