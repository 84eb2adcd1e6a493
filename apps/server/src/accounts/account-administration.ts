import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Account,
  BUILT_IN_OWNER_ID,
  DioramaError,
  emailSchema,
  passwordSchema,
} from '@diorama/contracts';
import { StartError } from '../config/start-error.ts';
import { lockDataFolder } from '../storage/data-lock.ts';
import { type Database, openDatabase, openDatabaseReadOnly } from '../storage/database.ts';
import { RateLimits } from '../storage/rate-limits.ts';
import { AccountRepository, type Actor } from './account-repository.ts';
import { hashPassword } from './password-hash.ts';

/** Accounts as whoever has the data folder in hand manages them, whether a server runs on it or not. */
export interface AccountAdministration {
  list(): Promise<(Account & { readonly canSignIn: boolean })[]>;
  /** Gives the first owner email and password. @throws {DioramaError} `conflict` when that was done. */
  setOwner(owner: {
    readonly email: string;
    readonly name: string | null;
    readonly password: string;
  }): Promise<Account>;
  /** Ends every session of the account. */
  resetPassword(email: string, password: string): Promise<Account>;
  setDisabled(email: string, disabled: boolean): Promise<Account>;
  close(): Promise<void>;
}

const ACTOR: Actor = { userId: 'command-line', name: 'Command line' };

/**
 * @param options.mayCreate Makes the data folder when there is none, so that an owner can be set before the first start.
 * @throws {DioramaError} `not-found` when there is no data folder, `conflict` when it is of another version and in use.
 */
export async function openAccountAdministration(
  dataDir: string,
  options: { readonly mayCreate: boolean },
): Promise<AccountAdministration> {
  const db = await openSharedDatabase(dataDir, options.mayCreate);
  const accounts = new AccountRepository(db);
  const byEmail = async (email: string): Promise<Account> => {
    const account = await accounts.findByEmail(emailOf(email));
    if (!account)
      throw new DioramaError('not-found', `Nobody has an account with the email address ${email}.`, {
        hint: 'See `diorama accounts list`.',
      });
    return account;
  };
  return {
    list: async () =>
      await Promise.all(
        (await accounts.list()).map(async (account) => ({
          ...account,
          canSignIn: !account.disabled && (await accounts.passwordHashOf(account.id)) !== null,
        })),
      ),
    setOwner: async ({ email, name, password }) => {
      if ((await accounts.passwordHashOf(BUILT_IN_OWNER_ID)) !== null)
        throw new DioramaError('conflict', 'The first owner has a password already.', {
          hint: 'Use `diorama accounts reset-password` to choose another one.',
        });
      const address = emailOf(email);
      await accounts.setUpOwner(
        {
          email: address,
          name: name ?? address.split('@')[0]!,
          passwordHash: await hashPassword(requirePassword(password)),
        },
        ACTOR,
      );
      return await byEmail(address);
    },
    resetPassword: async (email, password) => {
      const account = await byEmail(email);
      await accounts.setPassword(account.id, await hashPassword(requirePassword(password)), ACTOR);
      await new RateLimits(db).forget(`sign-in:email:${emailOf(email)}`);
      return account;
    },
    setDisabled: async (email, disabled) =>
      await accounts.manage(ACTOR, (await byEmail(email)).id, { disabled }),
    close: () => db.destroy(),
  };
}

/** Opens the database beside a running server; one of an older version is migrated only where none runs. */
async function openSharedDatabase(dataDir: string, mayCreate: boolean): Promise<Database> {
  const file = join(dataDir, 'diorama.db');
  if (!existsSync(file) && !mayCreate)
    throw new DioramaError('not-found', 'There is no data folder of Diorama here.', {
      hint: 'Set DIORAMA_DATA_DIR to the folder that the server uses, or start the server once.',
    });
  const current = existsSync(file) ? openDatabaseReadOnly(file) : null;
  if (current) {
    await current.destroy();
    return openDatabase(file);
  }
  try {
    const lock = lockDataFolder(dataDir);
    try {
      return openDatabase(file);
    } finally {
      lock.release();
    }
  } catch (thrown) {
    if (!(thrown instanceof StartError)) throw thrown;
    throw new DioramaError('conflict', thrown.message, { hint: thrown.hint, cause: thrown });
  }
}

function emailOf(text: string): string {
  const email = emailSchema.safeParse(text);
  if (email.success) return email.data;
  throw new DioramaError('invalid-request', 'The email address is not one.', {
    hint: 'Use the form you@example.org.',
  });
}

function requirePassword(text: string): string {
  const password = passwordSchema.safeParse(text);
  if (password.success) return password.data;
  throw new DioramaError('invalid-request', password.error.issues[0]!.message, {
    hint: 'Choose a longer one; a few words that do not belong together are easy to keep in mind.',
  });
}
