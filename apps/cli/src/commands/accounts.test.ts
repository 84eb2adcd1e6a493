import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@diorama/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, runDiorama } from '../__fixtures__/run-diorama.ts';

const ENGINES = new URL('../../../server/src/__fixtures__/test-engine.ts', import.meta.url).href;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'diorama-cli-accounts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A first argument `pw:…` is what somebody types when a password is asked for. */
async function accounts(...args: string[]): Promise<Outcome> {
  const [password, ...rest] = args[0]?.startsWith('pw:')
    ? [args[0].slice(3), ...args.slice(1)]
    : [null, ...args];
  return await runDiorama(['accounts', ...rest], {
    cwd: folder,
    env: { DIORAMA_DATA_DIR: folder },
    readSecret: async () => password ?? '',
  });
}

describe('diorama accounts', () => {
  it('sets the owner of a folder before its first start, once', async () => {
    expect(await accounts('list')).toMatchObject({ code: 1 });
    const short = await accounts('pw:short', 'set-owner', '--email', 'olga@example.test');
    expect(short).toMatchObject({ code: 1 });
    expect(short.stderr).toContain('at least 10 characters');
    const done = await accounts('pw:a long password', 'set-owner', '--email', 'Olga@example.test');
    expect(done).toMatchObject({
      code: 0,
      stdout: 'olga <olga@example.test> is the owner and can sign in.\n',
    });
    expect(`${done.stdout}${done.stderr}`).not.toContain('a long password');
    expect((await accounts('pw:a long password', 'set-owner', '--email', 'eve@example.test')).code).toBe(1);
    const { stdout } = await accounts('list', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      accounts: [{ id: 'owner', email: 'olga@example.test', role: 'owner', canSignIn: true }],
    });
    expect(stdout).not.toContain('scrypt');
  });

  it('refuses wrong usage, unknown people and the last owner', async () => {
    expect((await accounts('set-owner')).code).toBe(2);
    await accounts('pw:a long password', 'set-owner', '--email', 'olga@example.test', '--name', 'Olga');
    expect((await accounts('disable', '--email', 'nobody@example.test')).stderr).toContain('accounts list');
    expect((await accounts('disable', '--email', 'olga@example.test')).stderr).toContain('last owner');
  });

  it('works beside a running server, which honours it at once', async () => {
    await accounts('pw:a long password', 'set-owner', '--email', 'olga@example.test');
    const server = await startServer({
      dataDir: folder,
      port: 0,
      accounts: true,
      logLevel: 'silent',
      engineModule: ENGINES,
    });
    try {
      const signIn = (password: string) =>
        fetch(`${server.url}/api/v1/session`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email: 'olga@example.test', password }),
        });
      expect(server.setupUrl).toBeNull();
      const cookie = (await signIn('a long password')).headers.getSetCookie()[0]!.split(';')[0]!;
      const engines = () => fetch(`${server.url}/api/v1/account/sessions`, { headers: { cookie } });
      expect((await engines()).status).toBe(200);
      expect(
        (await accounts('pw:another password', 'reset-password', '--email', 'olga@example.test')).code,
      ).toBe(0);
      expect((await engines()).status).toBe(401);
      expect((await signIn('a long password')).status).toBe(401);
      expect((await signIn('another password')).status).toBe(200);
    } finally {
      await server.close();
    }
  });
});
