import { type ACCOUNT_ROUTES, DioramaError, type SessionState } from '@diorama/contracts';
import type { IssuedLink } from '../accounts/account-links.ts';
import { setCookieHeader } from '../accounts/cookies.ts';
import type { AccountServices, SignIn } from '../accounts/open-accounts.ts';
import { hashPassword, verifyPassword } from '../accounts/password-hash.ts';
import type { Viewer } from '../accounts/viewer.ts';
import { addressKeyOf, clientAddressOf } from '../security/client-address.ts';
import { readAuditPage } from '../storage/audit-log.ts';
import type { RateLimit } from '../storage/rate-limits.ts';
import type { Handlers } from './register-routes.ts';

export interface AccountRouteDependencies {
  readonly accounts: AccountServices;
  readonly isCommunityPublic: () => Promise<boolean>;
}

const MINUTE_MS = 60_000;
/** Wrong passwords for one account, wherever they come from. */
const WRONG_PASSWORDS: RateLimit = { limit: 5, windowMs: 10 * MINUTE_MS };
/** Wrong sign-ins from one address, for whatever account: more than one person may be behind it. */
const WRONG_SIGN_INS: RateLimit = { limit: 30, windowMs: 10 * MINUTE_MS };
/** Tries with a token that was printed or passed on, from one address. */
const LINK_TRIES: RateLimit = { limit: 20, windowMs: 10 * MINUTE_MS };

/** The routes of accounts. While accounts are off, those that would need them say so. */
export function accountHandlers(deps: AccountRouteDependencies): Pick<Handlers, keyof typeof ACCOUNT_ROUTES> {
  const { isCommunityPublic } = deps;
  const { db, access, accounts, sessions, tokens, links, limits } = deps.accounts;

  /** What needs accounts to be on. */
  const requireSignIn = (): SignIn => {
    if (deps.accounts.signIn !== null) return deps.accounts.signIn;
    throw new DioramaError('conflict', 'Accounts are off on this server.', {
      hint: 'Start it with DIORAMA_ACCOUNTS=on to use them.',
    });
  };
  const hash = (password: string): Promise<string> => hashPassword(password, requireSignIn().passwordCost);

  const stateOf = async (userId: string | null): Promise<SessionState> => ({
    mode: access.mode,
    needs: userId === null ? await whatIsNeeded() : null,
    account: userId === null ? null : await accounts.find(userId),
    publicCommunity: await isCommunityPublic(),
  });
  const whatIsNeeded = async (): Promise<SessionState['needs']> => {
    if (deps.accounts.signIn === null) return access.mode === 'launch-token' ? 'launch-token' : null;
    return (await deps.accounts.signIn.setup.isNeeded()) ? 'setup' : 'sign-in';
  };

  /** Signs in with what was checked or made just now, in the place of the session that the browser had. */
  const beginSession = async (
    request: Request,
    answerHeaders: Headers,
    previous: Viewer | null,
    credentials: { readonly email: string; readonly password: string },
  ): Promise<SessionState> => {
    const { userId, cookie } = await requireSignIn().auth.signIn(credentials.email, credentials.password, {
      address: clientAddressOf(request),
      userAgent: request.headers.get('user-agent'),
    });
    answerHeaders.append('Set-Cookie', cookie);
    if (previous?.sessionId != null) await sessions.end(previous.userId, previous.sessionId);
    await sessions.endSurplus(userId);
    await sessions.dropEnded();
    await access.recheck?.();
    return await stateOf(userId);
  };

  const removeCookie = (answerHeaders: Headers): void =>
    answerHeaders.append('Set-Cookie', setCookieHeader(requireSignIn().cookie, '', 0));

  const takeLinkTry = async (request: Request): Promise<void> =>
    await limits.take(`link:${addressOf(request)}`, LINK_TRIES);

  const issued = ({ token, ...link }: IssuedLink, request: Request) => {
    const page = link.kind === 'invitation' ? 'join' : 'password';
    // The guard has let only names of this server in; it looks at Host, and the request line may name another one.
    const host = request.headers.get('host') ?? new URL(request.url).host;
    const origin = deps.accounts.publicOrigin ?? `http://${host}`;
    return { ...link, url: `${origin}/#account/${page}/${token}` };
  };

  return {
    getSession: ({ viewer }) => stateOf(viewer?.userId ?? null),

    setUp: async ({ viewer, body, request, answerHeaders }) => {
      const { setup } = requireSignIn();
      await takeLinkTry(request);
      if (!(await setup.accepts(body.token)))
        throw new DioramaError('link-expired', 'This set-up address does not work any more.', {
          hint: 'Open the address that the server printed when it was started last, or sign in.',
        });
      await accounts.setUpOwner({ ...body, passwordHash: await hash(body.password) });
      return await beginSession(request, answerHeaders, viewer, body);
    },

    signIn: async ({ viewer, body, request, answerHeaders }) => {
      requireSignIn();
      const byAddress = `sign-in:address:${addressOf(request)}`;
      const byEmail = `sign-in:email:${body.email}`;
      // The address first: who is refused by it does not use up the tries of somebody else's account.
      await limits.take(byAddress, WRONG_SIGN_INS);
      await limits.take(byEmail, WRONG_PASSWORDS);
      const state = await beginSession(request, answerHeaders, viewer, body);
      await limits.giveBack(byAddress);
      await limits.giveBack(byEmail);
      return state;
    },

    signOut: async ({ viewer, answerHeaders }) => {
      if (deps.accounts.signIn === null) return;
      removeCookie(answerHeaders);
      if (viewer?.sessionId == null) return;
      await sessions.end(viewer.userId, viewer.sessionId);
      await access.recheck?.();
    },

    join: async ({ viewer, body, request, answerHeaders }) => {
      requireSignIn();
      await takeLinkTry(request);
      // Before the work of a hash, which is not for strangers.
      if (!(await links.works('invitation', body.token))) throw new DioramaError('link-expired');
      const passwordHash = await hash(body.password);
      await db.transaction().execute(async (tx) => {
        const { role } = await links.use(tx, 'invitation', body.token);
        await accounts.add(tx, { ...body, passwordHash }, role ?? 'member');
      });
      return await beginSession(request, answerHeaders, viewer, body);
    },

    choosePassword: async ({ body, request }) => {
      requireSignIn();
      await takeLinkTry(request);
      if (!(await links.works('password-reset', body.token))) throw new DioramaError('link-expired');
      const passwordHash = await hash(body.password);
      const userId = await db.transaction().execute(async (tx) => {
        const { user_id } = await links.use(tx, 'password-reset', body.token);
        if (user_id === null) throw new DioramaError('link-expired');
        await accounts.setPasswordIn(tx, user_id, passwordHash);
        return user_id;
      });
      await access.recheck?.();
      const email = (await accounts.find(userId))?.email;
      // Whoever had to choose a new one has often tried the old one too often.
      if (email) await limits.forget(`sign-in:email:${email}`);
    },

    updateAccount: ({ viewer, body }) => accounts.rename(viewer.userId, body.name),

    changePassword: async ({ viewer, body, request, answerHeaders }) => {
      requireSignIn();
      const key = `password:${viewer.userId}`;
      await limits.take(key, WRONG_PASSWORDS);
      const [account, stored] = await Promise.all([
        accounts.find(viewer.userId),
        accounts.passwordHashOf(viewer.userId),
      ]);
      const isRight = stored !== null && (await verifyPassword(body.current, stored));
      if (!isRight || !account?.email)
        throw new DioramaError('wrong-credentials', 'The current password is wrong.', {
          hint: 'Type the password that you sign in with now.',
        });
      await limits.giveBack(key);
      // Ends every session, this one too: what was known before the change opens nothing after it.
      await accounts.setPassword(viewer.userId, await hash(body.next));
      await beginSession(request, answerHeaders, null, { email: account.email, password: body.next });
    },

    listSessions: async ({ viewer }) => ({ sessions: await sessions.list(viewer) }),

    endSession: async ({ viewer, params, answerHeaders }) => {
      if (!(await sessions.end(viewer.userId, params.id)))
        throw new DioramaError('not-found', 'There is no such session.');
      if (params.id === viewer.sessionId) removeCookie(answerHeaders);
      await access.recheck?.();
    },

    endOtherSessions: async ({ viewer }) => {
      await sessions.endOthers(viewer.userId, viewer.sessionId);
      await access.recheck?.();
    },

    listApiTokens: async ({ viewer }) => ({ tokens: await tokens.list(viewer.userId) }),

    createApiToken: async ({ viewer, body }) => {
      requireSignIn();
      return await tokens.create(viewer.userId, body);
    },

    revokeApiToken: async ({ viewer, params }) => {
      if (!(await tokens.revoke(viewer.userId, params.id)))
        throw new DioramaError('not-found', 'There is no such token.');
      await access.recheck?.();
    },

    listAccounts: async () => ({ accounts: await accounts.list() }),

    manageAccount: async ({ viewer, params, body }) => {
      requireSignIn();
      refuseToken(viewer);
      const account = await accounts.manage(viewer, params.id, body);
      await access.recheck?.();
      return account;
    },

    resetPassword: async ({ viewer, params, request }) => {
      requireSignIn();
      refuseToken(viewer);
      return issued(await links.resetPassword(viewer, params.id), request);
    },

    listAccountLinks: async () => ({ links: await links.list() }),

    invite: async ({ viewer, body, request }) => {
      requireSignIn();
      refuseToken(viewer);
      return issued(await links.invite(viewer, body), request);
    },

    withdrawAccountLink: async ({ viewer, params }) => {
      await links.withdraw(viewer, params.id);
    },

    readAuditLog: ({ query }) => readAuditPage(db, query),
  };
}

/** What lets people in must not be had with a token: that would go on when the token is revoked. */
function refuseToken({ via }: Viewer): void {
  if (via === 'token')
    throw new DioramaError('forbidden', 'An API token may not do this.', {
      hint: 'Sign in with your password in the browser.',
    });
}

function addressOf(request: Request): string {
  return addressKeyOf(clientAddressOf(request));
}
