import type { AccessMode } from '@diorama/contracts';
import { cookieKeyOf } from '../security/secret-key.ts';
import type { Database } from '../storage/database.ts';
import { RateLimits } from '../storage/rate-limits.ts';
import { type AccessControl, openAccess } from './access-control.ts';
import { AccountAccess } from './account-access.ts';
import { AccountLinks } from './account-links.ts';
import { AccountRepository } from './account-repository.ts';
import { ApiTokens } from './api-tokens.ts';
import { type Auth, openAuth } from './auth.ts';
import { type CookieKind, cookieKind } from './cookies.ts';
import { LaunchTokenAccess } from './launch-token-access.ts';
import { OwnerSetup } from './owner-setup.ts';
import type { PasswordCost } from './password-hash.ts';
import { Sessions } from './sessions.ts';

/** What there is only while accounts are on. */
export interface SignIn {
  readonly auth: Auth;
  readonly setup: OwnerSetup;
  readonly cookie: CookieKind;
  readonly passwordCost: PasswordCost | undefined;
}

/** Everything that the routes of accounts need. */
export interface AccountServices {
  readonly db: Database;
  readonly access: AccessControl;
  readonly accounts: AccountRepository;
  readonly sessions: Sessions;
  readonly tokens: ApiTokens;
  readonly links: AccountLinks;
  readonly limits: RateLimits;
  /** null while accounts are off. */
  readonly signIn: SignIn | null;
  /** Of the links that are handed out; null: as the one who asks addresses the server. */
  readonly publicOrigin: string | null;
  /** Of this start: what is printed for who started it. */
  readonly launchToken: string | null;
  /** What signs cookies, hexadecimal; for the redaction. null in the mode without cookies. */
  readonly secret: string | null;
}

export interface OpenAccountsOptions {
  readonly db: Database;
  readonly dataDir: string;
  readonly mode: AccessMode;
  readonly publicOrigin?: string | null;
  readonly now?: () => number;
  /** Default `PASSWORD_COST`. */
  readonly passwordCost?: PasswordCost;
}

/**
 * Makes ready how the server tells who asks. While accounts are off nothing is loaded for them, and no key is made.
 *
 * @throws {StartError} When the key of the cookies cannot be used.
 */
export async function openAccounts(options: OpenAccountsOptions): Promise<AccountServices> {
  const { db, now, mode, publicOrigin = null } = options;
  const accounts = new AccountRepository(db, now);
  const sessions = new Sessions(db, now);
  const tokens = new ApiTokens(db, now);
  const limits = new RateLimits(db, now);
  const services = { db, accounts, sessions, tokens, limits, links: new AccountLinks(db, now), publicOrigin };
  if (mode === 'local')
    return { ...services, access: openAccess, signIn: null, launchToken: null, secret: null };

  const key = cookieKeyOf(options.dataDir);
  const secret = Buffer.from(key).toString('hex');
  const secure = publicOrigin?.startsWith('https:') ?? false;
  if (mode === 'launch-token') {
    const access = new LaunchTokenAccess(cookieKind('launch', { key, secure }), secret, now);
    return { ...services, access, signIn: null, launchToken: access.token, secret };
  }
  const cookie = cookieKind('session', { key, secure });
  const { passwordCost } = options;
  const auth = await openAuth(db, {
    secret,
    cookie,
    baseUrl: publicOrigin ?? 'http://127.0.0.1',
    ...(passwordCost === undefined ? {} : { passwordCost }),
  });
  return {
    ...services,
    access: new AccountAccess({ sessions, tokens, limits, cookie, secret }),
    signIn: { auth, setup: new OwnerSetup(accounts), cookie, passwordCost },
    launchToken: null,
    secret,
  };
}
