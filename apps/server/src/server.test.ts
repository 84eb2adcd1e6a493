import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodePng } from './__fixtures__/test-engine.ts';
import { temporaryFolder } from './__fixtures__/test-server.ts';
import { doctor, type RunningServer, startServer } from './index.ts';
import { createLogger } from './security/logger.ts';

const TEST_ENGINES = new URL('./__fixtures__/test-engine.ts', import.meta.url).href;
const TEST_CONNECTIONS = new URL('./__fixtures__/test-connections.ts', import.meta.url).href;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function folder(): string {
  const dir = temporaryFolder();
  folders.push(dir);
  return dir;
}

describe('a server on its port', () => {
  let server: RunningServer;
  let dataDir: string;
  let port: number;
  const log: string[] = [];
  beforeAll(async () => {
    dataDir = folder();
    const studioDir = join(dataDir, 'studio');
    mkdirSync(studioDir);
    writeFileSync(join(studioDir, 'index.html'), '<title>Studio</title>');
    writeFileSync(join(dataDir, 'secret.txt'), 'canary');
    server = await startServer({
      dataDir,
      port: 0,
      engineModule: TEST_ENGINES,
      connectedEngineModule: TEST_CONNECTIONS,
      environment: { PATH: process.env.PATH, TEST_CLOUD_KEY: 'sk-server-test' },
      studioDir,
      logger: createLogger('info', { write: (line) => void log.push(line) }),
    });
    port = Number(new URL(server.url).port);
  });
  afterAll(() => server.close());

  /** As sent: fetch and URL parsers would tidy the path and the headers first. */
  async function raw(request: string): Promise<string> {
    const socket = connect(port, '127.0.0.1');
    socket.setEncoding('latin1');
    let answer = '';
    socket.on('data', (text) => {
      answer += text;
    });
    socket.on('error', () => {});
    socket.write(request, 'latin1');
    await Promise.race([once(socket, 'close'), new Promise((resolve) => setTimeout(resolve, 3_000))]);
    socket.destroy();
    return answer;
  }

  const get = (target: string, host = `127.0.0.1:${port}`) =>
    raw(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/assets/../../secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/samples/../../secret.txt',
    '/samples/%2e%2e/%2e%2e/secret.txt',
    '/samples/..\\..\\secret.txt',
    '//secret.txt',
    '/api/v1/assets/../../../secret.txt',
    '/api/v1/assets/..%2f..%2f..%2fsecret.txt',
    'http://127.0.0.1/../secret.txt',
    '/secret.txt%00.png',
    '/%c0%ae%c0%ae/secret.txt',
    '*',
    '/%',
    'secret.txt',
  ])('gives nothing away for the request target %s', async (target) => {
    const answer = await get(target);
    expect(answer).toMatch(/^HTTP\/1\.1 [2-4]/);
    expect(answer).not.toContain('canary');
  });

  it.each([
    [
      'a foreign Host',
      'GET / HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n',
      403,
      'forbidden-host',
    ],
    ['no Host', 'GET / HTTP/1.0\r\n\r\n', 400, 'invalid-request'],
    ['no Host where one is required', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'invalid-request'],
    [
      'an absolute address of another host',
      'GET http://evil.test/ HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n',
      403,
      'forbidden-host',
    ],
    ['not HTTP at all', '\x16\x03\x01\x02\r\n\r\n', 400, 'invalid-request'],
    [
      'endless headers',
      `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'invalid-request',
    ],
  ])('answers %s with a problem', async (_, request, status, code) => {
    const answer = await raw(request);
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain('application/problem+json');
    expect(answer).toContain(`"code":"${code}"`);
  });

  it('refuses a POST of another site and of a sandboxed page', async () => {
    for (const origin of ['http://evil.test', 'null']) {
      const response = await fetch(`${server.url}/api/v1/generations`, {
        method: 'POST',
        headers: { origin, 'content-type': 'application/json' },
        body: '{"prompt":"x","engine":"test"}',
      });
      expect(response.status).toBe(403);
      expect(await response.json()).toMatchObject({ code: 'forbidden-origin' });
    }
  });

  it('tells the reason to a client that sends far too much, instead of just hanging up', async () => {
    const body = new Uint8Array(48 * 1024 * 1024);
    body.set(encodePng(4, 4, [1, 2, 3]));
    const response = await fetch(`${server.url}/api/v1/assets`, { method: 'POST', body });
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ code: 'file-too-large' });
  });

  it('keeps nothing of an upload whose client hangs up', async () => {
    const png = encodePng(200, 200, [7, 7, 7]);
    for (let share = 0.1; share < 1; share += 0.2) {
      const head = `POST /api/v1/assets HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${png.byteLength + 5_000}\r\n\r\n`;
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(head);
      socket.write(png.subarray(0, Math.floor(png.byteLength * share)));
      await new Promise((resolve) => setTimeout(resolve, 30));
      socket.destroy();
    }
    const { readdirSync } = await import('node:fs');
    for (let i = 0; i < 100 && readdirSync(join(dataDir, 'tmp')).length > 0; i += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(readdirSync(join(dataDir, 'tmp'))).toEqual([]);
    const told = log.filter((line) => line.includes('"POST"')).map((line) => JSON.parse(line));
    expect(told.filter((line) => line.code === 'canceled').length).toBeGreaterThan(0);
    expect(log.filter((line) => line.includes('request-failed'))).toEqual([]);
  });

  it('renders in a process of its own, and goes on when that is killed in the middle of a job', async () => {
    const post = async (prompt: string) =>
      (await (
        await fetch(`${server.url}/api/v1/generations`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ prompt, engine: 'test', size: 256 }),
        })
      ).json()) as { id: string };
    const { id } = await post('slow:1500');
    const state = async () =>
      (await (await fetch(`${server.url}/api/v1/generations/${id}`)).json()) as {
        status: string;
        attempts: number;
      };
    while ((await state()).status !== 'running') await new Promise((resolve) => setTimeout(resolve, 20));
    process.kill(server.renderPid()!, 'SIGKILL');
    expect((await fetch(`${server.url}/api/v1/health`)).status).toBe(200);
    let now = await state();
    while (now.status !== 'succeeded') {
      await new Promise((resolve) => setTimeout(resolve, 50));
      now = await state();
    }
    expect(now.attempts).toBe(2);
  });

  it.each([
    ['render', 'bfl', 'test'],
    ['connected', 'test', 'bfl'],
  ] as const)(
    'goes on in one lane when the %s process is killed in the other',
    async (victim, other, own) => {
      const post = async (engine: string) =>
        (await (
          await fetch(`${server.url}/api/v1/generations`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ prompt: 'slow:1000', engine, size: 256 }),
          })
        ).json()) as { id: string };
      const state = async (id: string) =>
        (await (await fetch(`${server.url}/api/v1/generations/${id}`)).json()) as {
          status: string;
          attempts: number;
        };
      const until = async (id: string, status: string) => {
        while ((await state(id)).status !== status) await new Promise((resolve) => setTimeout(resolve, 20));
      };
      const [hit, spared] = [(await post(own)).id, (await post(other)).id];
      await Promise.all([until(hit, 'running'), until(spared, 'running')]);
      process.kill(victim === 'render' ? server.renderPid()! : server.connectedPid()!, 'SIGKILL');
      await Promise.all([until(hit, 'succeeded'), until(spared, 'succeeded')]);
      expect([(await state(hit)).attempts, (await state(spared)).attempts]).toEqual([2, 1]);
    },
  );

  it('says which port is taken', async () => {
    await expect(startServer({ dataDir: folder(), port, logLevel: 'silent' })).rejects.toThrow(
      `Port ${port}`,
    );
  });
});

describe('doctor', () => {
  let dataDir: string;
  let id: string;
  beforeAll(async () => {
    dataDir = folder();
    const server = await startServer({ dataDir, port: 0, logLevel: 'silent', engineModule: TEST_ENGINES });
    const response = await fetch(`${server.url}/api/v1/assets`, {
      method: 'POST',
      body: new Uint8Array(encodePng(4, 4, [1, 2, 3])),
    });
    id = ((await response.json()) as { id: string }).id;
    await server.close();
  });

  const faults = async (dir: string) =>
    (await doctor(dir, { engineModule: TEST_ENGINES })).filter((check) => !check.ok);
  const blob = () => {
    const key = id.slice('sha256-'.length);
    return join(dataDir, 'blobs', key.slice(0, 2), key.slice(2, 4), key);
  };

  it('finds nothing wrong with a sound folder, or with one that was never used', async () => {
    expect(await faults(dataDir)).toEqual([]);
    expect(await faults(folder())).toEqual([]);
  });

  it('leaves a folder that does not exist unmade', async () => {
    const absent = join(folder(), 'not', 'yet');
    expect(await faults(absent)).toEqual([]);
    expect(existsSync(absent)).toBe(false);
  });

  it('finds damaged and missing files by their content', async () => {
    const bytes = readFileSync(blob());
    writeFileSync(blob(), Buffer.alloc(bytes.byteLength, 1));
    expect(await faults(dataDir)).toMatchObject([
      { check: 'files intact', detail: expect.stringContaining(id.replace('sha256-', '')) },
    ]);
    rmSync(blob());
    expect(await faults(dataDir)).toMatchObject([
      { check: 'files present', detail: expect.stringContaining(id.replace('sha256-', '')) },
    ]);
    writeFileSync(blob(), bytes);
    expect(await faults(dataDir)).toEqual([]);
  });

  it('tells which connections cannot be used, and whether the key file is as it should be', async () => {
    const dir = folder();
    const server = await startServer({
      dataDir: dir,
      port: 0,
      logLevel: 'silent',
      engineModule: TEST_ENGINES,
      connectedEngineModule: TEST_CONNECTIONS,
      environment: {},
    });
    const connections = `${server.url}/api/v1/settings/engines/connections`;
    const connect = async (key: string) => {
      const body = JSON.stringify({ kind: 'bfl', key });
      await fetch(connections, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    };
    await connect('sk-doctor-good');
    expect(await faults(dir)).toEqual([]);
    await connect('wrong-key-canary');
    await fetch(`${connections}/bfl-2/test`, { method: 'POST' });
    const [failed] = await faults(dir);
    expect(failed).toMatchObject({
      check: 'connections',
      detail: expect.stringContaining('bfl-2: the last test failed'),
    });
    expect(JSON.stringify(failed)).not.toContain('wrong-key-canary');
    const keyFile = join(dir, 'secret.key');
    chmodSync(keyFile, 0o640);
    expect((await faults(dir)).map(({ check }) => check)).toEqual(['secret.key', 'connections']);
    expect(statSync(keyFile).mode & 0o777).toBe(0o640);
    rmSync(keyFile);
    expect((await faults(dir)).map(({ detail }) => detail)).toEqual([
      'It is missing.',
      expect.stringMatching(/bfl: its key cannot be read.*bfl-2/),
    ]);
    await server.close();
  });

  it('finds a damaged database and engines that do not load, each with what to do', async () => {
    const broken = folder();
    writeFileSync(
      join(broken, 'diorama.db'),
      'not a database, though long enough to look like one'.repeat(50),
    );
    const found = [
      ...(await faults(broken)),
      ...(await doctor(folder(), { engineModule: 'file:///nothing.ts' })),
    ].filter((check) => !check.ok);
    expect(found.map((check) => check.check)).toEqual(['database', 'engines']);
    for (const { hint } of found) expect(hint).not.toBe('');
  });
});
