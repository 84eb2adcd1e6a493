import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';

/* Who may reach a server, and with what: the real process, from its exit code to every byte that it leaves behind. */

const MAIN = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));
const PASSWORD = 'canary-password-1!';
const EMAIL = 'olga@example.test';

const folders: string[] = [];
const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'diorama-reach-'));
  folders.push(dir);
  return dir;
}

function environment(dataDir: string, settings: Record<string, string>): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DIORAMA_DATA_DIR: dataDir,
    DIORAMA_PORT: '0',
    DIORAMA_LOG_LEVEL: 'info',
    ...settings,
  };
}

/** Ends by itself, or fails the test. */
function refused(dataDir: string, settings: Record<string, string>) {
  return spawnSync(process.execPath, [MAIN], {
    env: environment(dataDir, settings),
    encoding: 'utf8',
    timeout: 30_000,
  });
}

interface Started {
  readonly url: string;
  readonly child: ChildProcess;
  readonly output: { stdout: string; stderr: string };
}

/** @param lines How many of standard output to wait for. */
async function start(dataDir: string, settings: Record<string, string>, lines: number): Promise<Started> {
  const child = spawn(process.execPath, [MAIN], {
    env: environment(dataDir, settings),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const output = { stdout: '', stderr: '' };
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  while (output.stdout.split('\n').length <= lines) {
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${output.stderr}`);
    await sleep(20);
  }
  return { url: /Diorama is at (http\S+)/.exec(output.stdout)![1]!, child, output };
}

function accountsCommand(dataDir: string, args: readonly string[], input: string) {
  return spawnSync(process.execPath, [CLI, 'accounts', ...args], {
    env: environment(dataDir, {}),
    input,
    encoding: 'utf8',
    timeout: 30_000,
  });
}

async function post(url: string, path: string, body: object): Promise<Response> {
  return await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Every file of the data folder. */
function bytesOf(dir: string): Buffer[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
}

describe('an address that others can reach', () => {
  it('is refused without accounts', () => {
    const { status, stderr } = refused(folder(), { DIORAMA_HOST: '0.0.0.0' });
    expect(status).toBe(2);
    expect(stderr).toContain('DIORAMA_HOST is not a loopback address, and accounts are off');
    expect(stderr).toContain('DIORAMA_ACCOUNTS=on');
  });

  it('is refused with accounts until an owner has a password, which can be set without a server', async () => {
    const dataDir = folder();
    const settings = { DIORAMA_HOST: '0.0.0.0', DIORAMA_ACCOUNTS: 'on' };
    const { status, stdout, stderr } = refused(dataDir, settings);
    expect(status).toBe(2);
    expect(stderr).toContain('no owner has a password yet');
    expect(stderr).toContain('npx diorama accounts set-owner');
    expect(stdout).toBe('');
    const set = accountsCommand(dataDir, ['set-owner', '--email', EMAIL], `${PASSWORD}\n`);
    expect(set.status, set.stderr).toBe(0);
    const { url, output } = await start(dataDir, settings, 2);
    expect(output.stdout).toContain('DIORAMA_PUBLIC_URL');
    expect((await post(url, '/session', { email: EMAIL, password: PASSWORD })).status).toBe(200);
    expect((await fetch(`${url}/api/v1/engines`)).status).toBe(401);
  });

  it.each([
    [{ DIORAMA_ACCOUNTS: 'yes' }, 'DIORAMA_ACCOUNTS'],
    [{ DIORAMA_ACCOUNTS: 'on', DIORAMA_LAUNCH_TOKEN: 'on' }, 'DIORAMA_LAUNCH_TOKEN'],
    [{ DIORAMA_PUBLIC_URL: 'diorama.example' }, 'DIORAMA_PUBLIC_URL'],
    [{ DIORAMA_TRUST_PROXY: 'nginx' }, 'DIORAMA_TRUST_PROXY'],
  ])('and settings that cannot be meant are refused by name: %o', (settings, name) => {
    const { status, stderr } = refused(folder(), settings);
    expect(status).toBe(2);
    expect(stderr).toContain(name);
  });
});

describe('accounts', () => {
  it('begin with the address that is printed, and leave no secret in log or data', async () => {
    const dataDir = folder();
    const { url, child, output } = await start(dataDir, { DIORAMA_ACCOUNTS: 'on' }, 2);
    const printed = /http:\S+\/#account\/setup\/([\w-]{43})/.exec(output.stdout)!;
    expect(printed[0]).toContain(url);
    expect(output.stderr).toContain(printed[0]);
    const secrets: string[] = [PASSWORD];
    const setUp = await post(url, '/setup', {
      token: printed[1],
      name: 'Olga',
      email: EMAIL,
      password: PASSWORD,
    });
    expect(setUp.status).toBe(200);
    const cookie = setUp.headers.getSetCookie()[0]!.split(';')[0]!;
    secrets.push(decodeURIComponent(cookie.split('=')[1]!));
    const call = async (path: string, json?: object): Promise<string> => {
      const response = await fetch(`${url}/api/v1${path}`, {
        method: json ? 'POST' : 'GET',
        headers: { cookie, ...(json ? { 'content-type': 'application/json' } : {}) },
        ...(json ? { body: JSON.stringify(json) } : {}),
      });
      return await response.text();
    };
    secrets.push((JSON.parse(await call('/account/tokens', { name: 'script' })) as { token: string }).token);
    for (const path of ['/account-links', '/accounts/owner/password-reset'])
      secrets.push((JSON.parse(await call(path, {})) as { url: string }).url.split('/').at(-1)!);
    // Wrong in every way that is told.
    const answers = [
      await (await post(url, '/session', { email: EMAIL, password: `${PASSWORD}x` })).text(),
      await (await post(url, '/session', { email: EMAIL, password: { PASSWORD } })).text(),
      await (
        await post(url, '/join', { token: secrets.at(-1), name: '', email: PASSWORD, password: 'x' })
      ).text(),
      await (
        await post(url, '/setup', { token: printed[1], name: 'E', email: EMAIL, password: PASSWORD })
      ).text(),
      await (
        await fetch(`${url}/api/v1/engines`, { headers: { authorization: `Bearer ${secrets[2]}x` } })
      ).text(),
    ];
    for (const path of [
      '/session',
      '/account/tokens',
      '/account/sessions',
      '/accounts',
      '/account-links',
      '/audit',
    ])
      answers.push(await call(path));
    child.kill('SIGTERM');
    await once(child, 'exit');
    const kept = bytesOf(dataDir);
    const cookieKey = readFileSync(join(dataDir, 'access.key'));
    for (const secret of secrets) {
      for (const text of [...answers, output.stdout, output.stderr]) expect(text).not.toContain(secret);
      for (const bytes of kept) expect(bytes.includes(secret)).toBe(false);
    }
    for (const text of [...answers, output.stderr]) expect(text).not.toContain(cookieKey.toString('hex'));
    // Once, on purpose, in the log; never in an answer.
    expect(output.stderr.split(printed[1]!)).toHaveLength(2);
    for (const text of answers) expect(text).not.toContain(printed[1]);
    expect(statSync(join(dataDir, 'access.key')).mode & 0o777).toBe(0o600);
  });
});

describe('a launch token', () => {
  it('is printed with the address to open, and keeps everybody else out', async () => {
    const { url, output } = await start(folder(), { DIORAMA_LAUNCH_TOKEN: 'on' }, 2);
    const address = /http:\S+\/\?launch=[\w-]{43}/.exec(output.stdout)![0];
    expect((await fetch(`${url}/api/v1/engines`)).status).toBe(401);
    expect((await fetch(`${url}/api/v1/health`)).status).toBe(200);
    const entered = await fetch(address, { redirect: 'manual' });
    const cookie = entered.headers.getSetCookie()[0]!.split(';')[0]!;
    expect((await fetch(`${url}/api/v1/engines`, { headers: { cookie } })).status).toBe(200);
  });
});
