import { scrypt } from 'node:crypto';
import { existsSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Account, DeviceSession, Problem, SessionState } from '@diorama/contracts';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type AccountsServer, createAccountsServer, PASSWORD } from '../__fixtures__/test-accounts.ts';
import { createTestServer, type TestServer, temporaryFolder } from '../__fixtures__/test-server.ts';

// Still the real one; what it is asked for can be counted.
vi.mock('node:crypto', async (load) => {
  const original = await load<typeof import('node:crypto')>();
  return { ...original, scrypt: vi.fn(original.scrypt) };
});

const open: { close(): Promise<void> }[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

async function accountsServer(
  options: Parameters<typeof createAccountsServer>[0] = {},
): Promise<AccountsServer> {
  const server = await createAccountsServer({ isRunning: false, ...options });
  open.push(server);
  return server;
}

async function testServer(options: Parameters<typeof createTestServer>[0]): Promise<TestServer> {
  const server = await createTestServer({ isRunning: false, ...options });
  open.push(server);
  return server;
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as Problem).code;
}

const NEW = { name: 'Mia', email: 'mia@example.test', password: 'a long password' };

describe('accounts off', () => {
  it('need nothing: whoever asks is the built-in owner', async () => {
    const server = await testServer({});
    const state = (await (await server.api('/session')).json()) as SessionState;
    expect(state).toMatchObject({
      mode: 'local',
      needs: null,
      account: { id: 'owner', email: null, role: 'owner' },
    });
    expect((await server.api('/accounts')).status).toBe(200);
    expect((await server.api('/account/sessions')).status).toBe(200);
    expect(existsSync(join(server.dataDir, 'access.key'))).toBe(false);
  });

  it('say so where they are needed', async () => {
    const server = await testServer({});
    for (const [path, json] of [
      ['/session', { email: 'a@b.test', password: 'x' }],
      ['/setup', { token: 'x', ...NEW }],
      ['/join', { token: 'x', ...NEW }],
      ['/account/tokens', { name: 'x' }],
      ['/account-links', {}],
      ['/account/password', { current: 'x', next: 'a long password' }],
    ] as const)
      expect(await codeOf(await server.api(path, { json })), path).toBe('conflict');
    expect((await server.api('/session', { method: 'DELETE' })).status).toBe(204);
  });
});

describe('the first owner', () => {
  it('is set up once, with the token that was printed, and keeps what was made before', async () => {
    const server = await testServer({ mode: 'accounts' });
    const { token } = server.accounts.signIn!.setup;
    expect(await (await server.api('/session')).json()).toMatchObject({
      mode: 'accounts',
      needs: 'setup',
      account: null,
    });
    expect((await server.api('/history/index')).status).toBe(401);
    const wrong = await server.api('/setup', { json: { ...NEW, token: 'wrong' } });
    expect([wrong.status, await codeOf(wrong)]).toEqual([410, 'link-expired']);
    const done = await server.api('/setup', { json: { ...NEW, token } });
    expect(done.status).toBe(200);
    expect(await done.json()).toMatchObject({
      needs: null,
      account: { id: 'owner', name: 'Mia', email: 'mia@example.test', role: 'owner' },
    });
    const again = await server.api('/setup', { json: { ...NEW, token } });
    expect(again.status).toBe(410);
    expect(await (await server.api('/session')).json()).toMatchObject({ needs: 'sign-in' });
  });

  it('is one of two who try at the same time', async () => {
    const server = await testServer({ mode: 'accounts' });
    const { token } = server.accounts.signIn!.setup;
    const answers = await Promise.all(
      ['a', 'b'].map((name) =>
        server.api('/setup', { json: { ...NEW, email: `${name}@example.test`, token } }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 410]);
  });

  it('has a key file that only the owner of the server can read', async () => {
    const server = await testServer({ mode: 'accounts' });
    expect(statSync(join(server.dataDir, 'access.key')).mode & 0o777).toBe(0o600);
  });
});

describe('signing in', () => {
  it('gives a cookie that scripts cannot read, and another one each time', async () => {
    const server = await accountsServer();
    const answer = await server.api('/session', {
      json: { email: ' OLGA@example.test', password: PASSWORD },
    });
    const [cookie] = answer.headers.getSetCookie();
    expect(cookie).toMatch(
      /^diorama-session-[0-9a-f]{8}=\S+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(await answer.json()).toMatchObject({ needs: null, account: { id: 'owner' } });
    const old = cookie!.split(';')[0]!;
    const next = await server.apiAs({ cookie: old })('/session', {
      json: { email: 'olga@example.test', password: PASSWORD },
    });
    const fresh = next.headers.getSetCookie()[0]!.split(';')[0]!;
    expect(fresh).not.toBe(old);
    expect((await server.apiAs({ cookie: old })('/account/sessions')).status).toBe(401);
    expect((await server.apiAs({ cookie: fresh })('/account/sessions')).status).toBe(200);
  });

  it('under TLS sets a cookie that no other host of the domain can set', async () => {
    const server = await accountsServer({ reach: { publicUrl: 'https://diorama.example' } });
    const answer = await server.api('/session', { json: { email: 'olga@example.test', password: PASSWORD } });
    expect(answer.headers.getSetCookie()[0]).toMatch(
      /^__Host-diorama-session-[0-9a-f]{8}=\S+; Max-Age=\d+; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
    );
  });

  it('refuses a cookie that was changed or signed by another installation', async () => {
    const [server, other] = [await accountsServer(), await accountsServer()];
    const [name, value] = server.owner.cookie.split('=') as [string, string];
    for (const bad of [
      value.slice(0, -4),
      `x${value}`,
      value.split('.')[0]!,
      `${value.split('.')[0]}.`,
      other.owner.cookie.split('=')[1]!,
      '%E0%A4%A',
    ])
      expect((await server.apiAs({ cookie: `${name}=${bad}` })('/account/sessions')).status, bad).toBe(401);
  });

  it('answers an unknown email and a wrong password alike, with the same work', async () => {
    const server = await accountsServer();
    const texts: string[] = [];
    const work: unknown[] = [];
    for (const email of ['olga@example.test', 'nobody@example.test']) {
      vi.mocked(scrypt).mockClear();
      const answer = await server.api('/session', { json: { email, password: 'wrong password' } });
      expect(answer.status).toBe(401);
      work.push(vi.mocked(scrypt).mock.calls.map(([, , bytes, cost]) => [bytes, cost]));
      const { requestId, ...problem } = (await answer.json()) as Problem;
      expect(requestId).not.toBe('');
      texts.push(JSON.stringify([problem, [...answer.headers].filter(([name]) => name !== 'x-request-id')]));
    }
    expect(work[0]).toHaveLength(1);
    expect(work[0]).toEqual(work[1]);
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toContain('wrong-credentials');
  });

  it('refuses the sixth wrong try for an account, whatever address and server of the database it comes to', async () => {
    let now = Date.now();
    const dataDir = temporaryFolder();
    folders.push(dataDir);
    const [a, b] = [
      await accountsServer({ dataDir, now: () => now }),
      await accountsServer({ dataDir, now: () => now }),
    ];
    const wrong = (i: number) =>
      (i % 2 === 0 ? a : b).from(`203.0.113.${i}`, '/session', {
        json: { email: 'olga@example.test', password: `wrong ${i}` },
      });
    for (let i = 0; i < 5; i++) expect((await wrong(i)).status).toBe(401);
    const refused = await wrong(5);
    expect(refused.status).toBe(429);
    expect(await codeOf(refused.clone())).toBe('too-many-attempts');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // The right password does not help while it lasts, or guessing could go on.
    expect(
      (await b.api('/session', { json: { email: 'olga@example.test', password: PASSWORD } })).status,
    ).toBe(429);
    now += Number(refused.headers.get('retry-after')) * 1_000;
    expect(
      (await b.api('/session', { json: { email: 'olga@example.test', password: PASSWORD } })).status,
    ).toBe(200);
  });

  it('refuses an address that tries many accounts, and does not count what was right', async () => {
    const server = await accountsServer();
    const tryOne = (i: number, password = 'wrong') =>
      server.from('2001:db8:1:2::5', '/session', { json: { email: `u${i}@example.test`, password } });
    for (let i = 0; i < 8; i++)
      expect(
        (
          await server.from('2001:db8:1:2::7', '/session', {
            json: { email: 'olga@example.test', password: PASSWORD },
          })
        ).status,
      ).toBe(200);
    for (let i = 0; i < 30; i++) expect((await tryOne(i)).status).toBe(401);
    expect((await tryOne(31)).status).toBe(429);
    // The same subscriber; then another one.
    expect(
      (
        await server.from('2001:db8:1:2:ffff::1', '/session', {
          json: { email: 'x@example.test', password: 'x' },
        })
      ).status,
    ).toBe(429);
    expect(
      (await server.from('2001:db8:1:3::1', '/session', { json: { email: 'x@example.test', password: 'x' } }))
        .status,
    ).toBe(401);
  }, 30_000);

  it('believes X-Forwarded-For only of a trusted proxy', async () => {
    const server = await accountsServer({ reach: { trustedProxies: ['10.0.0.0/8'] } });
    const tryFrom = (address: string, forwarded: string, i: number) =>
      server.from(address, '/session', {
        json: { email: `u${i}@example.test`, password: 'wrong' },
        headers: { 'x-forwarded-for': forwarded },
      });
    for (let i = 0; i < 31; i++) await tryFrom('10.1.1.1', `198.51.100.${i}, 203.0.113.9, 10.2.2.2`, i);
    expect((await tryFrom('10.1.1.1', '203.0.113.9', 40)).status).toBe(429);
    expect((await tryFrom('10.1.1.1', '198.51.100.3', 41)).status).toBe(401);
    expect((await tryFrom('192.0.2.1', '203.0.113.9', 42)).status).toBe(401);
  }, 30_000);

  it('ends after a week without use, and after thirty days with it', async () => {
    const day = 86_400_000;
    let now = Date.now();
    const server = await accountsServer({ now: () => now });
    now += 6.9 * day;
    expect((await server.owner.api('/account/sessions')).status).toBe(200);
    for (let i = 0; i < 3; i++) {
      now += 6.9 * day;
      expect((await server.owner.api('/account/sessions')).status).toBe(200);
    }
    now += 4 * day;
    expect((await server.owner.api('/account/sessions')).status).toBe(401);
    const other = await server.join('Ina');
    await server.db
      .updateTable('sessions')
      .set({ expires_at: new Date(now + 60 * day).toISOString() })
      .execute();
    now += 7.1 * day;
    expect((await other.api('/account/sessions')).status).toBe(401);
  });
});

describe('sessions', () => {
  it('are listed, and ended one by one or all others', async () => {
    const server = await accountsServer();
    const mia = await server.join('Mia');
    const [second, third] = [await server.signIn(mia.email), await server.signIn(mia.email)];
    const list = async () =>
      ((await (await mia.api('/account/sessions')).json()) as { sessions: DeviceSession[] }).sessions;
    expect((await list()).map((session) => session.current)).toContain(true);
    expect(await list()).toHaveLength(3);
    const other = (await list()).find((session) => !session.current)!;
    expect((await server.owner.api(`/account/sessions/${other.id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await mia.api(`/account/sessions/${other.id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await list()).toHaveLength(2);
    expect((await mia.api('/account/sessions', { method: 'DELETE' })).status).toBe(204);
    expect(await list()).toHaveLength(1);
    for (const cookie of [second, third])
      expect((await server.apiAs({ cookie })('/account/sessions')).status).toBe(401);
    const out = await mia.api('/session', { method: 'DELETE' });
    expect(out.status).toBe(204);
    expect(out.headers.getSetCookie()[0]).toContain('Max-Age=0');
    expect((await mia.api('/account/sessions')).status).toBe(401);
  });

  it('are no more than a few dozen: the oldest ends when another one begins', async () => {
    let now = Date.now();
    const server = await accountsServer({ now: () => now });
    const mia = await server.join('Mia');
    for (let i = 0; i < 60; i++) {
      now += 1_000;
      await server.signIn(mia.email);
    }
    const cookie = await server.signIn(mia.email);
    const { sessions } = (await (await server.apiAs({ cookie })('/account/sessions')).json()) as {
      sessions: DeviceSession[];
    };
    expect(sessions).toHaveLength(50);
    expect((await mia.api('/account/sessions')).status).toBe(401);
    expect((await server.owner.api('/account/sessions')).status).toBe(200);
  });

  it('end everywhere else when the password changes; the new one is needed from then on', async () => {
    const server = await accountsServer();
    const mia = await server.join('Mia');
    const elsewhere = await server.signIn(mia.email);
    const wrong = await mia.api('/account/password', {
      json: { current: 'wrong', next: 'another password' },
    });
    expect([wrong.status, await codeOf(wrong)]).toEqual([401, 'wrong-credentials']);
    const changed = await mia.api('/account/password', {
      json: { current: PASSWORD, next: 'another password' },
    });
    expect(changed.status).toBe(204);
    for (const cookie of [elsewhere, mia.cookie])
      expect((await server.apiAs({ cookie })('/account/sessions')).status).toBe(401);
    const renewed = changed.headers.getSetCookie()[0]!.split(';')[0]!;
    expect((await server.apiAs({ cookie: renewed })('/account/sessions')).status).toBe(200);
    expect((await server.api('/session', { json: { email: mia.email, password: PASSWORD } })).status).toBe(
      401,
    );
    await server.signIn(mia.email, 'another password');
  });

  it('close the event stream that they opened, also when another process ends them', async () => {
    const server = await accountsServer();
    const mia = await server.join('Mia');
    const ended = async (act: () => Promise<unknown>): Promise<boolean> => {
      const cookie = await server.signIn(mia.email);
      const stream = await server.apiAs({ cookie })('/events');
      const reader = stream.body!.getReader();
      await reader.read();
      await act();
      await server.accounts.access.recheck!();
      for (let i = 0; i < 5; i++) if ((await reader.read()).done) return true;
      return false;
    };
    expect(await ended(() => server.db.deleteFrom('sessions').where('user_id', '=', mia.id).execute())).toBe(
      true,
    );
    expect(
      await ended(() =>
        server.owner.api(`/accounts/${mia.id}`, { method: 'PATCH', json: { disabled: true } }),
      ),
    ).toBe(true);
  });
});

describe('invitations and password links', () => {
  it('let one person join, in the role of the invitation', async () => {
    const server = await accountsServer();
    const invited = await server.owner.api('/account-links', { json: { role: 'member' } });
    expect(invited.status).toBe(201);
    const { url, ...link } = (await invited.json()) as { url: string; id: string };
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:4270\/#account\/join\/[\w-]{43}$/);
    const token = url.split('/').at(-1)!;
    expect(await (await server.owner.api('/account-links')).json()).toEqual({ links: [link] });
    const taken = await server.api('/join', { json: { ...NEW, email: 'olga@example.test', token } });
    expect([taken.status, await codeOf(taken)]).toEqual([409, 'email-taken']);
    const joined = await server.api('/join', { json: { ...NEW, token } });
    expect(joined.status).toBe(200);
    expect(await joined.json()).toMatchObject({ account: { name: 'Mia', role: 'member' } });
    expect(joined.headers.getSetCookie()).toHaveLength(1);
    const again = await server.api('/join', { json: { ...NEW, email: 'eve@example.test', token } });
    expect([again.status, await codeOf(again)]).toEqual([410, 'link-expired']);
    expect(await (await server.owner.api('/account-links')).json()).toEqual({ links: [] });
  });

  it('begin with the name that was let in, whatever else the request line names', async () => {
    const server = await accountsServer();
    const answer = await server.app.request('http://evil.example/api/v1/account-links', {
      method: 'POST',
      headers: { host: 'localhost:4270', cookie: server.owner.cookie, 'content-type': 'application/json' },
      body: '{}',
    });
    const { url } = (await answer.json()) as { url: string };
    expect(url).toMatch(/^http:\/\/localhost:4270\/#account\/join\//);
  });

  it('work for one of two who use them at the same time', async () => {
    const server = await accountsServer();
    const { url } = (await (await server.owner.api('/account-links', { json: {} })).json()) as {
      url: string;
    };
    const token = url.split('/').at(-1)!;
    const answers = await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        server.api('/join', { json: { ...NEW, email: `${name}@example.test`, token } }),
      ),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 410, 410]);
    expect(await server.accounts.accounts.list()).toHaveLength(2);
  });

  it('stop when they are withdrawn or too old', async () => {
    let now = Date.now();
    const server = await accountsServer({ now: () => now });
    const invite = async () =>
      (await (await server.owner.api('/account-links', { json: { expiresInDays: 2 } })).json()) as {
        url: string;
        id: string;
      };
    const [first, second] = [await invite(), await invite()];
    expect((await server.owner.api(`/account-links/${first.id}`, { method: 'DELETE' })).status).toBe(204);
    now += 2 * 86_400_000;
    for (const { url } of [first, second])
      expect((await server.api('/join', { json: { ...NEW, token: url.split('/').at(-1) } })).status).toBe(
        410,
      );
  });

  it('let somebody choose a new password, which signs out everywhere', async () => {
    const server = await accountsServer({ reach: { publicUrl: 'https://diorama.example' } });
    const mia = await server.join('Mia');
    const make = async () =>
      (await (await server.owner.api(`/accounts/${mia.id}/password-reset`, { method: 'POST' })).json()) as {
        url: string;
      };
    const [older, { url }] = [await make(), await make()];
    expect(url).toMatch(/^https:\/\/diorama\.example\/#account\/password\/[\w-]{43}$/);
    const choose = (link: string) =>
      server.api('/password-resets', {
        json: { token: link.split('/').at(-1), password: 'another password' },
      });
    expect((await choose(older.url)).status).toBe(410);
    const invitation = await (await server.owner.api('/account-links', { json: {} })).json();
    expect((await choose((invitation as { url: string }).url)).status).toBe(410);
    expect((await choose(url)).status).toBe(204);
    expect((await mia.api('/account/sessions')).status).toBe(401);
    await server.signIn(mia.email, 'another password');
    expect((await choose(url)).status).toBe(410);
  });
});

describe('API tokens', () => {
  it('are told once, work until they are revoked or expire, and may not make themselves at home', async () => {
    let now = Date.now();
    const server = await accountsServer({ now: () => now });
    const mia = await server.join('Mia');
    const made = await mia.api('/account/tokens', { json: { name: 'script', expiresInDays: 1 } });
    expect(made.status).toBe(201);
    const { token, ...listed } = (await made.json()) as { token: string; id: string };
    expect(token).toMatch(/^dio_[\w-]{43}$/);
    expect(await (await mia.api('/account/tokens')).json()).toEqual({ tokens: [listed] });
    expect(JSON.stringify(await server.db.selectFrom('api_tokens').selectAll().execute())).not.toContain(
      token,
    );
    const api = server.apiAs({ authorization: `Bearer ${token}` });
    expect((await api('/storage')).status).not.toBe(401);
    expect(await codeOf(await api('/account/tokens', { json: { name: 'more' } }))).toBe('forbidden');
    const usedAt = async () => (await server.accounts.tokens.list(mia.id))[0]!.lastUsedAt;
    const first = await usedAt();
    now += 59_000;
    await api('/engines');
    expect(await usedAt()).toBe(first);
    now += 1_000;
    await api('/engines');
    expect(await usedAt()).not.toBe(first);
    expect((await server.owner.api(`/account/tokens/${listed.id}`, { method: 'DELETE' })).status).toBe(404);
    now += 86_400_000;
    expect((await api('/engines')).status).toBe(401);
    const second = await server.tokenOf(mia).catch(() => null);
    expect(second).not.toBeNull();
    const { id } = (await server.accounts.tokens.list(mia.id))[0]!;
    expect((await second!.api('/engines')).status).toBe(200);
    expect((await mia.api(`/account/tokens/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await second!.api('/engines')).status).toBe(401);
  });

  it('of an owner open no door that outlives them', async () => {
    const server = await accountsServer();
    const mia = await server.join('Mia');
    const { api } = await server.tokenOf(server.owner);
    expect((await api('/accounts')).status).toBe(200);
    for (const [path, init] of [
      ['/accounts/owner/password-reset', { method: 'POST' }],
      [`/accounts/${mia.id}/password-reset`, { method: 'POST' }],
      ['/account-links', { json: { role: 'owner' } }],
      [`/accounts/${mia.id}`, { method: 'PATCH', json: { role: 'owner' } }],
    ] as const) {
      const answer = await api(path, init);
      expect([path, answer.status, await codeOf(answer)]).toEqual([path, 403, 'forbidden']);
    }
    expect(await (await server.owner.api('/account-links')).json()).toEqual({ links: [] });
  });

  it('cannot be guessed for ever from one address; good ones still work, from there too', async () => {
    const server = await accountsServer();
    const guess = (address: string, token = `dio_${'x'.repeat(43)}`) =>
      server.from(address, '/engines', { headers: { authorization: `Bearer ${token}` } });
    for (let i = 0; i < 30; i++) expect((await guess('192.0.2.1')).status).toBe(401);
    expect((await guess('192.0.2.1')).status).toBe(429);
    const { token } = await server.tokenOf(server.owner);
    for (const address of ['192.0.2.2', '192.0.2.1'])
      expect((await guess(address, token)).status, address).toBe(200);
    expect((await guess('192.0.2.1')).status).toBe(429);
  });

  it('stop at once with the account, and work again with it', async () => {
    const server = await accountsServer();
    const mia = await server.join('Mia');
    const { api } = await server.tokenOf(mia);
    await server.owner.api(`/accounts/${mia.id}`, { method: 'PATCH', json: { disabled: true } });
    expect([(await api('/engines')).status, await codeOf(await api('/engines'))]).toEqual([
      403,
      'account-disabled',
    ]);
    expect((await mia.api('/engines')).status).toBe(401);
    const signIn = await server.api('/session', { json: { email: mia.email, password: PASSWORD } });
    expect([signIn.status, await codeOf(signIn)]).toEqual([403, 'account-disabled']);
    const wrong = await server.api('/session', { json: { email: mia.email, password: 'wrong' } });
    expect(await codeOf(wrong)).toBe('wrong-credentials');
    await server.owner.api(`/accounts/${mia.id}`, { method: 'PATCH', json: { disabled: false } });
    expect((await api('/engines')).status).toBe(200);
  });
});

describe('running the server', () => {
  it('always has an owner who can sign in', async () => {
    const server = await accountsServer();
    const patch = (id: string, json: object) =>
      server.owner.api(`/accounts/${id}`, { method: 'PATCH', json });
    for (const json of [{ role: 'member' }, { disabled: true }]) {
      const refused = await patch('owner', json);
      expect([refused.status, await codeOf(refused)]).toEqual([409, 'conflict']);
    }
    const mia = await server.join('Mia');
    expect(await (await patch(mia.id, { role: 'owner' })).json()).toMatchObject({ role: 'owner' });
    expect((await mia.api('/accounts')).status).toBe(200);
    expect((await patch('owner', { role: 'member' })).status).toBe(200);
    expect((await server.owner.api('/accounts')).status).toBe(403);
    expect((await mia.api(`/accounts/${mia.id}`, { method: 'PATCH', json: { disabled: true } })).status).toBe(
      409,
    );
  });

  it.each([{ role: 'member' }, { disabled: true }])(
    'leaves no way back to who is an owner no longer: %o',
    async (change) => {
      const server = await accountsServer();
      const ida = await server.join('Ida', 'owner');
      const mia = await server.join('Mia');
      const link = async (path: string, json?: object) => {
        const answer = await ida.api(path, json ? { json } : { method: 'POST' });
        return ((await answer.json()) as { url: string }).url.split('/').at(-1)!;
      };
      const invitation = await link('/account-links', { role: 'owner' });
      const reset = await link('/accounts/owner/password-reset');
      const kept = ((await (await server.owner.api('/account-links', { json: {} })).json()) as { id: string })
        .id;
      await server.owner.api(`/accounts/${mia.id}/password-reset`, { method: 'POST' });
      expect((await server.owner.api(`/accounts/${ida.id}`, { method: 'PATCH', json: change })).status).toBe(
        200,
      );
      expect((await server.api('/join', { json: { token: invitation, ...NEW } })).status).toBe(410);
      const taken = await server.api('/password-resets', {
        json: { token: reset, password: 'another password' },
      });
      expect(taken.status).toBe(410);
      // What others made stays.
      const { links } = (await (await server.owner.api('/account-links')).json()) as {
        links: { id: string; account: { id: string } | null }[];
      };
      expect(links.map(({ id, account }) => account?.id ?? id).sort()).toEqual([mia.id, kept].sort());
    },
  );

  it('is told in the log, without secrets', async () => {
    const server = await accountsServer();
    const mia = await server.join('Mia');
    const patch = (json: object) => server.owner.api(`/accounts/${mia.id}`, { method: 'PATCH', json });
    await patch({ communityBanned: true });
    await patch({ disabled: true });
    await server.owner.api(`/accounts/${mia.id}/password-reset`, { method: 'POST' });
    const page = (await (await server.owner.api('/audit')).json()) as { items: { action: string }[] };
    expect(page.items.map((item) => item.action)).toEqual([
      'password-link-made',
      'account-disabled',
      'account-banned',
      'account-joined',
      'owner-set-up',
    ]);
    expect((await mia.api('/audit')).status).toBe(401);
    const { accounts } = (await (await server.owner.api('/accounts')).json()) as { accounts: Account[] };
    expect(accounts.find((account) => account.id === mia.id)).toMatchObject({
      disabled: true,
      communityBanned: true,
    });
  });
});

describe('a launch token', () => {
  it('lets in the browser that opened its address, and programs that send it', async () => {
    let now = Date.now();
    const dataDir = temporaryFolder();
    folders.push(dataDir);
    const server = await testServer({ mode: 'launch-token', dataDir, now: () => now });
    const token = server.accounts.launchToken!;
    expect(await (await server.api('/session')).json()).toMatchObject({
      mode: 'launch-token',
      needs: 'launch-token',
      account: null,
    });
    const refused = await server.api('/engines');
    expect([refused.status, await codeOf(refused)]).toEqual([401, 'launch-token-needed']);
    expect((await server.request('/?launch=wrong')).headers.getSetCookie()).toEqual([]);
    const entered = await server.request(`/?launch=${token}`);
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/']);
    const [header] = entered.headers.getSetCookie();
    expect(header).toMatch(
      /^diorama-launch-[0-9a-f]{8}=\S+; Max-Age=34560000; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const cookie = header!.split(';')[0]!;
    expect((await server.api('/engines', { headers: { cookie } })).status).toBe(200);
    expect((await server.api('/engines', { headers: { cookie: `${cookie.slice(0, -3)}abc` } })).status).toBe(
      401,
    );
    expect((await server.request(`/?launch=${token}`)).headers.getSetCookie()).toHaveLength(1);
    const program = () => server.api('/engines', { headers: { authorization: `Bearer ${token}` } });
    expect((await program()).status).toBe(200);
    now += 86_400_000;
    expect((await program()).status).toBe(401);
    expect((await server.request(`/?launch=${token}`)).headers.getSetCookie()).toEqual([]);
    // The next start has another token, and knows the cookie.
    const next = await testServer({ mode: 'launch-token', dataDir });
    expect(next.accounts.launchToken).not.toBe(token);
    expect((await next.api('/engines', { headers: { cookie } })).status).toBe(200);
    rmSync(join(dataDir, 'access.key'));
    const reset = await testServer({ mode: 'launch-token', dataDir });
    expect((await reset.api('/engines', { headers: { cookie } })).status).toBe(401);
  });
});
