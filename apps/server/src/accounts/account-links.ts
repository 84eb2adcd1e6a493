import { type AccountLink, type AccountRole, DioramaError } from '@diorama/contracts';
import type { Selectable, Transaction } from 'kysely';
import { recordAudit } from '../storage/audit-log.ts';
import type { Database } from '../storage/database.ts';
import type { AccountLinksTable, DatabaseSchema } from '../storage/schema.ts';
import { uuidV7 } from '../storage/uuid-v7.ts';
import type { Actor } from './account-repository.ts';
import { randomToken, tokenHash } from './random-token.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const PASSWORD_RESET_LIFETIME_MS = DAY_MS;

/** A link as whoever made it gets it. */
export interface IssuedLink extends AccountLink {
  /** The only time that it is seen. */
  readonly token: string;
}

/** Links that let somebody in once: to join, or to choose a new password. */
export class AccountLinks {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /** Those that still work, newest first. */
  async list(): Promise<AccountLink[]> {
    const rows = await this.#db
      .selectFrom('account_links')
      .leftJoin('users', 'users.id', 'account_links.user_id')
      .selectAll('account_links')
      .select('users.name as user_name')
      .where('account_links.expires_at', '>', this.#timestamp())
      .orderBy('account_links.id', 'desc')
      .execute();
    return rows.map((row) => toLink(row, row.user_name));
  }

  async invite(
    actor: Actor,
    { role, expiresInDays }: { readonly role: AccountRole; readonly expiresInDays: number },
  ): Promise<IssuedLink> {
    return await this.#db.transaction().execute(async (tx) => {
      const issued = await this.#issue(tx, { kind: 'invitation', role }, expiresInDays * DAY_MS, null);
      await this.#audit(tx, actor, 'invitation-made', { id: issued.id, name: role });
      return issued;
    });
  }

  /** Earlier password links of the account stop working. @throws {DioramaError} `not-found`. */
  async resetPassword(actor: Actor, userId: string): Promise<IssuedLink> {
    return await this.#db.transaction().execute(async (tx) => {
      const user = await tx
        .selectFrom('users')
        .select(['id', 'name'])
        .where('id', '=', userId)
        .executeTakeFirst();
      if (!user) throw new DioramaError('not-found', 'There is no such account.');
      await tx.deleteFrom('account_links').where('user_id', '=', userId).execute();
      const issued = await this.#issue(
        tx,
        { kind: 'password-reset', userId },
        PASSWORD_RESET_LIFETIME_MS,
        user.name,
      );
      await this.#audit(tx, actor, 'password-link-made', user);
      return issued;
    });
  }

  /**
   * Uses a link up in the transaction that does what it is for: when that fails, the link still works.
   *
   * @throws {DioramaError} `link-expired`.
   */
  async use(tx: Transaction<DatabaseSchema>, kind: AccountLink['kind'], token: string) {
    const link = await tx
      .deleteFrom('account_links')
      .where('hash', '=', tokenHash(token))
      .where('kind', '=', kind)
      .where('expires_at', '>', this.#timestamp())
      .returning(['role', 'user_id'])
      .executeTakeFirst();
    if (!link) throw new DioramaError('link-expired');
    return link;
  }

  /** Whether a link would work now, without using it. */
  async works(kind: AccountLink['kind'], token: string): Promise<boolean> {
    const row = await this.#db
      .selectFrom('account_links')
      .select('id')
      .where('hash', '=', tokenHash(token))
      .where('kind', '=', kind)
      .where('expires_at', '>', this.#timestamp())
      .executeTakeFirst();
    return row !== undefined;
  }

  /** @throws {DioramaError} `not-found`. */
  async withdraw(actor: Actor, id: string): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const row = await tx
        .deleteFrom('account_links')
        .where('id', '=', id)
        .returning('kind')
        .executeTakeFirst();
      if (!row) throw new DioramaError('not-found', 'There is no such link.');
      await this.#audit(tx, actor, 'link-withdrawn', { id, name: row.kind });
    });
  }

  async #issue(
    tx: Transaction<DatabaseSchema>,
    link:
      | { readonly kind: 'invitation'; readonly role: AccountRole }
      | { readonly kind: 'password-reset'; readonly userId: string },
    lifetimeMs: number,
    userName: string | null,
  ): Promise<IssuedLink> {
    const token = randomToken();
    const now = this.#now();
    // Those that nobody used in time go when the next one comes.
    await tx.deleteFrom('account_links').where('expires_at', '<=', this.#timestamp()).execute();
    const row: Selectable<AccountLinksTable> = {
      id: uuidV7(now),
      kind: link.kind,
      hash: tokenHash(token),
      role: link.kind === 'invitation' ? link.role : null,
      user_id: link.kind === 'password-reset' ? link.userId : null,
      created_at: new Date(now).toISOString(),
      expires_at: new Date(now + lifetimeMs).toISOString(),
    };
    await tx.insertInto('account_links').values(row).execute();
    return { ...toLink(row, userName), token };
  }

  async #audit(
    tx: Transaction<DatabaseSchema>,
    actor: Actor,
    action: string,
    target: { readonly id: string; readonly name: string },
  ): Promise<void> {
    await recordAudit(tx, { actor, action, target: target.id, targetName: target.name }, this.#now());
  }

  #timestamp(): string {
    return new Date(this.#now()).toISOString();
  }
}

function toLink(row: Selectable<AccountLinksTable>, userName: string | null): AccountLink {
  return {
    id: row.id,
    kind: row.kind,
    role: row.role,
    account: row.user_id === null ? null : { id: row.user_id, name: userName ?? '' },
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}
