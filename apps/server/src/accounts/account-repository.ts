import { randomUUID } from 'node:crypto';
import {
  type Account,
  type AccountRole,
  BUILT_IN_OWNER_ID,
  DioramaError,
  type managedAccountPatchSchema,
} from '@diorama/contracts';
import { type Selectable, sql, type Transaction } from 'kysely';
import type { z } from 'zod';
import { recordAudit } from '../storage/audit-log.ts';
import type { Database } from '../storage/database.ts';
import type { DatabaseSchema, UsersTable } from '../storage/schema.ts';
import { uuidV7 } from '../storage/uuid-v7.ts';
import { endSessionsOf } from './sessions.ts';

type Tx = Transaction<DatabaseSchema>;

/** Who does something; whoever has the data folder in hand acts without an account. */
export interface Actor {
  readonly userId: string;
  readonly name: string;
}

/** As an account begins. */
export interface NewAccount {
  readonly name: string;
  /** In lower case, as `emailSchema` gives it. */
  readonly email: string;
  readonly passwordHash: string;
}

/** What the built-in owner has in the place of an address until there is one. */
const NO_EMAIL = /@localhost\.invalid$/;
const CREDENTIAL = 'credential';

/** Everyone who has an account. Passwords come in as hashes, and none ever goes out. */
export class AccountRepository {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /** In the order in which they came. */
  async list(): Promise<Account[]> {
    const rows = await this.#db.selectFrom('users').selectAll().orderBy('created_at').orderBy('id').execute();
    return rows.map(toAccount);
  }

  async find(id: string): Promise<Account | null> {
    const row = await this.#db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? toAccount(row) : null;
  }

  async findByEmail(email: string): Promise<Account | null> {
    const row = await this.#db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst();
    return row ? toAccount(row) : null;
  }

  /** null for who cannot sign in yet. */
  async passwordHashOf(id: string): Promise<string | null> {
    const row = await this.#db
      .selectFrom('credentials')
      .select('password')
      .where('user_id', '=', id)
      .where('provider_id', '=', CREDENTIAL)
      .executeTakeFirst();
    return row?.password ?? null;
  }

  /** Whether somebody could sign in as an owner: without, a server must not be reached by others. */
  async hasOwnerWithPassword(): Promise<boolean> {
    return (await this.#ownersWithPassword(this.#db).executeTakeFirst()) !== undefined;
  }

  async rename(id: string, name: string): Promise<Account> {
    const row = await this.#db
      .updateTable('users')
      .set({ name, updated_at: this.#timestamp() })
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw noSuchAccount();
    return toAccount(row);
  }

  /**
   * Gives the built-in owner a name, an email and a first password.
   *
   * @param actor null: the owner does it.
   * @throws {DioramaError} `link-expired` when there is a password already, `email-taken`.
   */
  async setUpOwner(owner: NewAccount, actor: Actor | null = null): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await requireFreeEmail(tx, owner.email, BUILT_IN_OWNER_ID);
      const { numInsertedOrUpdatedRows } = await tx
        .insertInto('credentials')
        .values(this.#credentialOf(BUILT_IN_OWNER_ID, owner.passwordHash))
        .onConflict((conflict) => conflict.columns(['user_id', 'provider_id']).doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 0n)
        throw new DioramaError('link-expired', 'The owner has been set up already.', {
          hint: 'Sign in. If that was not you, choose a new password with `npx diorama accounts reset-password`.',
        });
      await tx
        .updateTable('users')
        .set({ name: owner.name, email: owner.email, updated_at: this.#timestamp() })
        .where('id', '=', BUILT_IN_OWNER_ID)
        .execute();
      await this.#audit(tx, actor ?? { userId: BUILT_IN_OWNER_ID, name: owner.name }, 'owner-set-up', {
        id: BUILT_IN_OWNER_ID,
        name: owner.name,
      });
    });
  }

  /**
   * Adds an account within a transaction of the caller, who has used up the invitation in it.
   *
   * @throws {DioramaError} `email-taken`.
   */
  async add(tx: Tx, account: NewAccount, role: AccountRole): Promise<{ id: string }> {
    await requireFreeEmail(tx, account.email, null);
    const id = uuidV7(this.#now());
    const at = this.#timestamp();
    await tx
      .insertInto('users')
      .values({ id, name: account.name, email: account.email, role, created_at: at, updated_at: at })
      .execute();
    await tx.insertInto('credentials').values(this.#credentialOf(id, account.passwordHash)).execute();
    await this.#audit(tx, { userId: id, name: account.name }, 'account-joined', { id, name: account.name });
    return { id };
  }

  /**
   * A new password, which ends every session of the account.
   *
   * @param actor Who gives it to somebody else, for the log.
   */
  async setPassword(id: string, passwordHash: string, actor: Actor | null = null): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      await this.setPasswordIn(tx, id, passwordHash);
      if (actor === null) return;
      const user = await tx
        .selectFrom('users')
        .select(['id', 'name'])
        .where('id', '=', id)
        .executeTakeFirst();
      if (!user) throw noSuchAccount();
      await this.#audit(tx, actor, 'password-set', user);
    });
  }

  /** The same within a transaction of the caller. */
  async setPasswordIn(tx: Tx, id: string, passwordHash: string): Promise<void> {
    await tx
      .insertInto('credentials')
      .values(this.#credentialOf(id, passwordHash))
      .onConflict((conflict) =>
        conflict
          .columns(['user_id', 'provider_id'])
          .doUpdateSet({ password: passwordHash, updated_at: this.#timestamp() }),
      )
      .execute();
    await endSessionsOf(tx, id);
  }

  /**
   * Changes role, state and ban, and tells the log who did it. Disabling ends the sessions; tokens stop by themselves,
   * for they are only as good as the account. Links that somebody made as an owner end with that.
   *
   * @throws {DioramaError} `not-found`; `conflict` when nobody would be left who can run the server.
   */
  async manage(
    actor: Actor,
    id: string,
    patch: z.output<typeof managedAccountPatchSchema>,
  ): Promise<Account> {
    return await this.#db.transaction().execute(async (tx) => {
      const before = await tx.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
      if (!before) throw noSuchAccount();
      const after = {
        role: patch.role ?? before.role,
        disabled: asBit(patch.disabled, before.disabled),
        community_banned: asBit(patch.communityBanned, before.community_banned),
      };
      const ceasesToBeOwner =
        before.role === 'owner' && before.disabled === 0 && (after.role !== 'owner' || after.disabled === 1);
      if (ceasesToBeOwner) {
        await this.#requireAnotherOwner(tx, id);
        await withdrawLinksOf(tx, id);
      }
      if (after.disabled === 1) await endSessionsOf(tx, id);
      const row = await tx
        .updateTable('users')
        .set({ ...after, updated_at: this.#timestamp() })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      for (const { action, note } of changesOf(before, after))
        await this.#audit(tx, actor, action, { id, name: before.name }, note);
      return toAccount(row);
    });
  }

  async #requireAnotherOwner(tx: Tx, id: string): Promise<void> {
    const other = await this.#ownersWithPassword(tx).where('users.id', '!=', id).executeTakeFirst();
    if (other) return;
    throw new DioramaError('conflict', 'This is the last owner who can sign in.', {
      hint: 'Make somebody else an owner first.',
    });
  }

  #ownersWithPassword(db: Database | Tx) {
    return db
      .selectFrom('users')
      .innerJoin('credentials', 'credentials.user_id', 'users.id')
      .select('users.id')
      .where('users.role', '=', 'owner')
      .where('users.disabled', '=', 0)
      .where('credentials.provider_id', '=', CREDENTIAL)
      .where('credentials.password', 'is not', null);
  }

  #credentialOf(userId: string, passwordHash: string) {
    const at = this.#timestamp();
    return {
      id: randomUUID(),
      account_id: userId,
      provider_id: CREDENTIAL,
      user_id: userId,
      password: passwordHash,
      created_at: at,
      updated_at: at,
    };
  }

  async #audit(
    tx: Tx,
    actor: Actor,
    action: string,
    target: { readonly id: string; readonly name: string },
    note = '',
  ): Promise<void> {
    await recordAudit(tx, { actor, action, target: target.id, targetName: target.name, note }, this.#now());
  }

  #timestamp(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** Links that an owner made stop with the owner: one that was kept would lead back in. The log knows who made them. */
async function withdrawLinksOf(tx: Tx, ownerId: string): Promise<void> {
  await sql`delete from account_links where (
      select actor_id from audit_log
      where action = case kind when 'invitation' then 'invitation-made' else 'password-link-made' end
        and target = coalesce(account_links.user_id, account_links.id)
      order by audit_log.id desc limit 1
    ) = ${ownerId}`.execute(tx);
}

type Managed = Pick<Selectable<UsersTable>, 'role' | 'disabled' | 'community_banned'>;

function changesOf(before: Managed, after: Managed): { action: string; note?: string }[] {
  const changes: { action: string; note?: string }[] = [];
  if (before.role !== after.role) changes.push({ action: 'account-role-changed', note: `now ${after.role}` });
  if (before.disabled !== after.disabled)
    changes.push({ action: after.disabled ? 'account-disabled' : 'account-enabled' });
  if (before.community_banned !== after.community_banned)
    changes.push({ action: after.community_banned ? 'account-banned' : 'account-unbanned' });
  return changes;
}

async function requireFreeEmail(tx: Tx, email: string, exceptId: string | null): Promise<void> {
  const taken = await tx.selectFrom('users').select('id').where('email', '=', email).executeTakeFirst();
  if (taken && taken.id !== exceptId) throw new DioramaError('email-taken');
}

function asBit(value: boolean | undefined, before: 0 | 1): 0 | 1 {
  return value === undefined ? before : value ? 1 : 0;
}

function noSuchAccount(): DioramaError {
  return new DioramaError('not-found', 'There is no such account.');
}

function toAccount(row: Selectable<UsersTable>): Account {
  return {
    id: row.id,
    name: row.name,
    email: NO_EMAIL.test(row.email) ? null : row.email,
    role: row.role,
    disabled: row.disabled === 1,
    communityBanned: row.community_banned === 1,
    createdAt: row.created_at,
  };
}
