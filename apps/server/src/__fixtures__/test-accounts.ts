import { randomUUID } from 'node:crypto';
import { type AccountRole, API_PREFIX, BUILT_IN_OWNER_ID } from '@diorama/contracts';
import { hashPassword } from '../accounts/password-hash.ts';
import { CHEAP_PASSWORDS, createTestServer, type TestServer, type TestServerOptions } from './test-server.ts';

export const PASSWORD = 'correct horse battery';

/** Somebody with an account, and how they call the server. */
export interface TestAccount {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly cookie: string;
  /** Signed in with the cookie. */
  readonly api: TestServer['api'];
}

export type AccountsServer = Awaited<ReturnType<typeof createAccountsServer>>;

/** A server with accounts on, whose built-in owner has a password. */
export async function createAccountsServer(options: TestServerOptions = {}) {
  const server = await createTestServer({ ...options, mode: 'accounts' });
  const { accounts } = server.accounts;
  const passwordHash = await hashPassword(PASSWORD, options.passwordCost ?? CHEAP_PASSWORDS);
  const apiAs =
    (headers: Record<string, string>): TestServer['api'] =>
    (path, init) =>
      server.api(path, { ...init, headers: { ...headers, ...(init?.headers as Record<string, string>) } });
  const signIn = async (email: string, password = PASSWORD): Promise<string> => {
    const response = await server.api('/session', { json: { email, password } });
    if (response.status !== 200)
      throw new Error(`sign-in answered ${response.status}: ${await response.text()}`);
    return response.headers.getSetCookie()[0]!.split(';')[0]!;
  };
  const accountOf = async (id: string, name: string, email: string): Promise<TestAccount> => {
    const cookie = await signIn(email);
    return { id, name, email, cookie, api: apiAs({ cookie }) };
  };
  if ((await accounts.passwordHashOf(BUILT_IN_OWNER_ID)) === null)
    await accounts.setUpOwner({ name: 'Olga', email: 'olga@example.test', passwordHash });
  return {
    ...server,
    apiAs,
    signIn,
    owner: await accountOf(BUILT_IN_OWNER_ID, 'Olga', 'olga@example.test'),
    /** Adds somebody, signed in. */
    join: async (name: string, role: AccountRole = 'member'): Promise<TestAccount> => {
      const email = `${name.toLowerCase()}-${randomUUID().slice(0, 8)}@example.test`;
      const { id } = await server.db
        .transaction()
        .execute((tx) => accounts.add(tx, { name, email, passwordHash }, role));
      return await accountOf(id, name, email);
    },
    /** An API token of theirs, and calls with it. */
    tokenOf: async (account: TestAccount): Promise<{ token: string; api: TestServer['api'] }> => {
      const response = await account.api('/account/tokens', { json: { name: 'script' } });
      const { token } = (await response.json()) as { token: string };
      return { token, api: apiAs({ authorization: `Bearer ${token}` }) };
    },
    /** As if it came over the network from this address. */
    from: async (
      address: string,
      path: string,
      init: {
        readonly json?: unknown;
        readonly headers?: Record<string, string>;
        readonly method?: string;
      } = {},
    ): Promise<Response> =>
      await server.app.request(
        `http://127.0.0.1:4270${API_PREFIX}${path}`,
        {
          method: init.method ?? (init.json === undefined ? 'GET' : 'POST'),
          headers: {
            host: '127.0.0.1:4270',
            ...(init.json === undefined ? {} : { 'content-type': 'application/json' }),
            ...init.headers,
          },
          ...(init.json === undefined ? {} : { body: JSON.stringify(init.json) }),
        },
        { incoming: { socket: { remoteAddress: address } } },
      ),
  };
}
