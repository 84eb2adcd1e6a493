import { DioramaError } from '@diorama/contracts';
import type { Database } from '../storage/database.ts';
import type { CookieKind } from './cookies.ts';
import { hashPassword, type PasswordCost, verifyPassword } from './password-hash.ts';
import { SESSION_LIFETIME_MS } from './sessions.ts';

/** How better-auth is told where a request comes from. Nothing of the request itself reaches it. */
const ADDRESS_HEADER = 'x-diorama-client-address';
const USER_AGENT_CHARACTERS = 300;

/** Where a sign-in comes from. */
export interface Client {
  readonly address: string;
  readonly userAgent: string | null;
}

/** Signing in, as the routes need it. */
export interface Auth {
  /**
   * Checks email and password, begins a session, and gives the cookie to set.
   *
   * An unknown email takes as long as a wrong password.
   *
   * @throws {DioramaError} `wrong-credentials` or `account-disabled`.
   */
  signIn(email: string, password: string, client: Client): Promise<{ userId: string; cookie: string }>;
}

/**
 * Opens better-auth over our tables: email and password, nothing else. Its own routes are not mounted; what it does is
 * called from ours, so that limits, answers and the table of routes are those of the other routes.
 *
 * Imported only here and only when needed: loading it takes longer than everything else at start.
 */
export async function openAuth(
  db: Database,
  options: {
    /** Signs the cookies. */
    readonly secret: string;
    readonly cookie: CookieKind;
    /** The public origin, or a loopback one. */
    readonly baseUrl: string;
    readonly passwordCost?: PasswordCost;
  },
): Promise<Auth> {
  const { betterAuth } = await import('better-auth');
  const { APIError } = await import('better-auth/api');
  const { cookie, passwordCost } = options;
  const auth = betterAuth({
    appName: 'Diorama',
    database: { db, type: 'sqlite' },
    baseURL: options.baseUrl,
    trustedOrigins: [options.baseUrl],
    // As a list, because a list in the environment, meant for another program, would take the place of one alone.
    secrets: [{ version: 1, value: options.secret }],
    telemetry: { enabled: false },
    // Its messages speak of its own set-up and of users; what matters is an error, and those are thrown.
    logger: { disabled: true },
    rateLimit: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      password: {
        hash: (password) => hashPassword(password, passwordCost),
        verify: ({ hash, password }) => verifyPassword(password, hash),
      },
    },
    user: {
      modelName: 'users',
      fields: { emailVerified: 'email_verified', createdAt: 'created_at', updatedAt: 'updated_at' },
      additionalFields: {
        role: { type: 'string', input: false },
        disabled: { type: 'boolean', input: false },
        communityBanned: { type: 'boolean', input: false, fieldName: 'community_banned' },
      },
    },
    session: {
      modelName: 'sessions',
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
      // The absolute lifetime; how long one may be idle is kept by `Sessions`.
      expiresIn: SESSION_LIFETIME_MS / 1_000,
      disableSessionRefresh: true,
    },
    account: {
      modelName: 'credentials',
      fields: {
        accountId: 'account_id',
        providerId: 'provider_id',
        userId: 'user_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        createdAt: 'created_at',
        updatedAt: 'updated_at',
      },
    },
    verification: {
      modelName: 'verifications',
      fields: { expiresAt: 'expires_at', createdAt: 'created_at', updatedAt: 'updated_at' },
    },
    databaseHooks: {
      session: {
        create: {
          before: async ({ userId }) => {
            const user = await db
              .selectFrom('users')
              .select('disabled')
              .where('id', '=', userId)
              .executeTakeFirst();
            if (user?.disabled === 1) throw new DioramaError('account-disabled');
          },
        },
      },
    },
    advanced: {
      ipAddress: { ipAddressHeaders: [ADDRESS_HEADER] },
      // The prefix is part of the name.
      useSecureCookies: false,
      cookiePrefix: 'diorama',
      cookies: {
        session_token: {
          name: cookie.name,
          attributes: {
            secure: cookie.secure,
            sameSite: cookie.sameSite.toLowerCase() as 'lax' | 'strict',
            httpOnly: true,
            path: '/',
          },
        },
      },
    },
  });
  await auth.$context;
  return {
    signIn: async (email, password, client) => {
      const headers = new Headers({ [ADDRESS_HEADER]: client.address });
      if (client.userAgent !== null)
        headers.set('user-agent', client.userAgent.slice(0, USER_AGENT_CHARACTERS));
      try {
        const answer = await auth.api.signInEmail({
          body: { email, password },
          headers,
          returnHeaders: true,
        });
        const own = answer.headers.getSetCookie().find((header) => header.startsWith(`${cookie.name}=`));
        if (own === undefined) throw new DioramaError('internal');
        return { userId: answer.response.user.id, cookie: own };
      } catch (thrown) {
        if (thrown instanceof APIError && thrown.status === 'UNAUTHORIZED')
          throw new DioramaError('wrong-credentials');
        throw thrown;
      }
    },
  };
}
