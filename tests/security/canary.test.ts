import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Generation, isFinished } from '@diorama/contracts';
import {
  type CommonBehaviour,
  type FakeService,
  startFakeBfl,
  startFakeFal,
  startFakeGateway,
  startFakeGoogle,
  startFakeOpenAi,
  startFakeOpenAiCompatible,
  startFakeReplicate,
  startFakeXai,
} from '@diorama/testkit/fake-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EchoingProxy, type EchoMode } from './echoing-proxy.ts';

/*
 * Keys that can be told from everything else are given to a real server by its settings and by its environment, and
 * services that repeat them in every answer are used in success and in every kind of failure. Afterwards nothing that
 * left the server or that it keeps may hold one, in clear or encoded.
 */

const SERVER = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));
const CLI = fileURLToPath(new URL('../../apps/cli/src/main.ts', import.meta.url));

const FAKES: Readonly<Record<string, () => Promise<FakeService<CommonBehaviour>>>> = {
  openai: startFakeOpenAi,
  google: startFakeGoogle,
  bfl: startFakeBfl,
  fal: startFakeFal,
  replicate: startFakeReplicate,
  xai: startFakeXai,
  gateway: startFakeGateway,
  'openai-compatible': startFakeOpenAiCompatible,
};
const FAILURES: readonly EchoMode[] = [400, 401, 402, 403, 404, 422, 429, 500, 503, 'html', 'reset', 'cut'];

interface Service {
  /** Id of the connection. */
  readonly id: string;
  readonly kind: string;
  readonly key: string;
  readonly fake: FakeService<CommonBehaviour>;
  readonly proxy: EchoingProxy;
  /** What the owner enters. */
  readonly address: string;
}

/** Everything that came out, with where. */
const heard: { readonly where: string; readonly bytes: Buffer }[] = [];
const services: Service[] = [];
const dataDir = mkdtempSync(join(tmpdir(), 'diorama-canary-'));
const outDir = mkdtempSync(join(tmpdir(), 'diorama-canary-out-'));
let server: ChildProcess;
let url: string;
let environment: NodeJS.ProcessEnv;

function hear(where: string, bytes: Buffer | string): void {
  heard.push({ where, bytes: Buffer.from(bytes) });
}

/** Has characters that are encoded differently in each form. */
function canary(kind: string): string {
  return `canary-${kind}-${randomBytes(9).toString('base64url')}+/~${randomBytes(6).toString('hex')}`;
}

async function startService(kind: string, id: string): Promise<Service> {
  const key = canary(id);
  const fake = await FAKES[kind]!();
  Object.assign(fake.behaviour, { key, echoKey: true });
  const proxy = new EchoingProxy(() => fake.origin, key);
  const origin = await proxy.start();
  return { id, kind, key, fake, proxy, address: fake.baseUrl.replace(fake.origin, origin) };
}

async function api<T>(method: string, path: string, json?: unknown): Promise<T> {
  const response = await fetch(`${url}/api/v1${path}`, {
    method,
    ...(json === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
  });
  const text = await response.text();
  hear(`${method} ${path}`, `${JSON.stringify([...response.headers])}\n${text}`);
  return (text === '' ? null : JSON.parse(text)) as T;
}

async function generate(engine: string): Promise<Generation> {
  const { id } = await api<Generation>('POST', '/generations', {
    prompt: 'a red house',
    engine,
    size: 256,
  });
  if (!id) throw new Error(`${engine} did not accept a request`);
  for (;;) {
    const generation = await api<Generation>('GET', `/generations/${id}`);
    if (isFinished(generation.status)) return generation;
    await sleep(25);
  }
}

async function cli(...args: string[]): Promise<number> {
  const child = spawn(process.execPath, [CLI, ...args], {
    cwd: outDir,
    env: { ...environment, DIORAMA_DATA_DIR: dataDir, DEBUG: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout.on('data', (bytes: Buffer) => hear(`diorama ${args.join(' ')}`, bytes));
  child.stderr.on('data', (bytes: Buffer) => hear(`diorama ${args.join(' ')} (stderr)`, bytes));
  const [code] = (await once(child, 'close')) as [number];
  return code;
}

beforeAll(async () => {
  services.push(await startService('openai', 'openai'));
  for (const kind of Object.keys(FAKES))
    services.push(await startService(kind, kind === 'openai' ? 'openai-2' : kind));
  const [first] = services;
  environment = { ...process.env, OPENAI_API_KEY: first!.key, OPENAI_BASE_URL: first!.address };
  server = spawn(process.execPath, [SERVER], {
    env: {
      ...environment,
      DIORAMA_DATA_DIR: dataDir,
      DIORAMA_PORT: '0',
      DIORAMA_LOG_LEVEL: 'debug',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  server.stderr!.on('data', (bytes: Buffer) => hear('log', bytes));
  const [line] = (await once(server.stdout!.setEncoding('utf8'), 'data')) as [string];
  url = /http:\S+/.exec(line)![0];
  const events = await fetch(`${url}/api/v1/events`);
  void (async () => {
    for await (const chunk of events.body!) hear('events', Buffer.from(chunk));
  })().catch(() => {});
});

afterAll(async () => {
  for (const { proxy, fake } of services) {
    proxy.stop();
    await fake.close();
  }
  if (server.exitCode === null) {
    server.kill('SIGKILL');
    await once(server, 'exit');
  }
  for (const dir of [dataDir, outDir]) rmSync(dir, { recursive: true, force: true });
});

describe('keys of connected engines', () => {
  it('can be set by the page and by the environment, and work', async () => {
    for (const { id, kind, key, address } of services.slice(1)) {
      const added = await api<{ id: string }>('POST', '/settings/engines/connections', {
        kind,
        key,
        address,
        allowPrivate: true,
      });
      expect(added.id).toBe(id);
    }
    for (const { id, proxy } of services) {
      await api('POST', `/settings/engines/connections/${id}/test`);
      const done = await generate(id);
      expect([id, done.status, done.error]).toEqual([id, 'succeeded', null]);
      expect(proxy.keyed, id).toBeGreaterThan(0);
      for (const { url: path } of [done.outputs[0]!, done.outputs[0]!.raw!]) {
        const response = await fetch(`${url}${path}`);
        hear(`GET ${path}`, Buffer.from(await response.arrayBuffer()));
      }
    }
    const { mode } = statSync(join(dataDir, 'secret.key'));
    if (process.platform !== 'win32') expect(mode & 0o777).toBe(0o600);
  });

  it('are used in every kind of failure', async () => {
    for (const mode of FAILURES) {
      for (const { proxy } of services) proxy.mode = mode;
      const ends = await Promise.all(services.map(({ id }) => generate(id)));
      for (const { status } of ends) expect(status).toBe('failed');
      if (mode === 401)
        for (const { id } of services) await api('POST', `/settings/engines/connections/${id}/test`);
    }
    for (const { proxy } of services) proxy.mode = 'pass';
    for (const { fake } of services) fake.behaviour.key = 'another-key-is-wanted';
    for (const { id } of services) {
      const report = await api<{ ok: boolean }>('POST', `/settings/engines/connections/${id}/test`);
      expect([id, report.ok]).toEqual([id, false]);
    }
    for (const { fake, key } of services) fake.behaviour.key = key;
  });

  it('are on their way with bad requests', async () => {
    const [, { key, address }] = services as [Service, Service];
    const add = async (json: object) => await api('POST', '/settings/engines/connections', json);
    await add({ kind: 'bfl', key: `${key}\n${key}` });
    await add({ kind: 'teapot', key });
    await add({ kind: 'bfl', key, options: { safetyTolerance: 'high' } });
    await add({ kind: 'openai', key, address: `${address}?key=${encodeURIComponent(key)}` });
    await api('PATCH', '/settings/engines/connections/bfl', { key, enabled: 'yes' });
    await api('PATCH', '/settings/engines/connections/none', { key });
    for (const path of [
      '/settings/engines',
      '/engines',
      '/ledger?limit=100',
      '/generations?limit=100',
      '/openapi.json',
    ])
      await api('GET', path);
  });

  it('are used on the command line', async () => {
    expect(await cli('engines', 'list')).toBe(0);
    expect(await cli('engines', 'list', '--json')).toBe(0);
    await cli('engines', 'test', '--verbose');
    await cli('engines', 'test', '--json');
    const render = (id: string, name: string) =>
      cli('render', '--engine', id, '-p', 'a house', '-s', '256', '-o', `${name}.png`, '--json', '--verbose');
    for (const id of ['openai', 'openai-2', 'bfl']) expect(await render(id, id), id).toBe(0);
    for (const { proxy } of services) proxy.mode = 401;
    for (const id of ['openai', 'openai-2', 'bfl']) expect(await render(id, `no-${id}`), id).toBe(1);
    for (const { proxy } of services) proxy.mode = 'pass';
    await cli('doctor');
    await cli('doctor', '--json');
  });

  it.runIf(process.platform === 'linux')('stand in no argument and in no variable of a process', () => {
    const pids = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ');
    expect(pids).toHaveLength(2);
    const withEnvironment = pids.filter((pid) => {
      hear('arguments', readFileSync(`/proc/${pid}/cmdline`));
      const variables = readFileSync(`/proc/${pid}/environ`).toString('latin1');
      hear('variables', variables.replaceAll(services[0]!.key, ''));
      return variables.includes(services[0]!.key);
    });
    // What the owner put into the environment reaches the process that needs it, and not the renderer.
    expect(withEnvironment).toHaveLength(1);
  });

  it('come out nowhere: no answer, event, log line, file, database page, picture or terminal has one', async () => {
    const search = (): void => {
      for (const dir of [dataDir, outDir])
        for (const file of readdirSync(dir, { recursive: true, withFileTypes: true }))
          if (file.isFile()) hear(file.name, readFileSync(join(file.parentPath, file.name)));
    };
    search();
    server.kill('SIGTERM');
    await once(server, 'exit');
    search();
    const hits = new Set<string>();
    for (const { id, key } of services)
      for (const { where, bytes } of heard)
        for (const [form, needle] of needlesOf(key))
          if (bytes.includes(needle)) hits.add(`${id} in ${where} as ${form}`);
    expect([...hits]).toEqual([]);
    const places = new Set(heard.map(({ where }) => where.split(' ')[0]));
    for (const place of [
      'GET',
      'POST',
      'events',
      'log',
      'diorama',
      'diorama.db',
      'diorama.db-wal',
      'openai.png',
    ])
      expect(places).toContain(place);
    expect(heard.length).toBeGreaterThan(500);
    // The services did say the keys, and somebody took them out.
    for (const place of ['GET', 'events', 'diorama.db', 'diorama'])
      expect(
        heard.some(
          ({ where, bytes }) =>
            where.split(' ')[0] === place && /\[(key|redacted)\]/.test(bytes.toString('latin1')),
        ),
        place,
      ).toBe(true);
  });
});

/** The forms in which a key could hide; in base64 it looks different by where it begins in a group of three bytes. */
function needlesOf(key: string): [form: string, needle: string][] {
  const bytes = Buffer.from(key);
  const inner = (offset: number): string =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4);
  return [
    ['clear text', key],
    // A message that was cut off in the middle of a key has to be clean as well.
    ['its beginning', key.slice(0, -12)],
    ['its end', key.slice(-14)],
    ['JSON', JSON.stringify(key).slice(1, -1)],
    ['hex', bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase()],
    ['URL', encodeURIComponent(key)],
    ...[0, 1, 2].map((offset): [string, string] => [`base64 (${offset})`, inner(offset)]),
    ...[0, 1, 2].map((offset): [string, string] => [
      `base64url (${offset})`,
      inner(offset).replaceAll('+', '-').replaceAll('/', '_'),
    ]),
  ];
}
