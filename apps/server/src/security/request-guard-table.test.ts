import { rmSync } from 'node:fs';
import { connect } from 'node:net';
import { API_PREFIX, type Problem } from '@diorama/contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccountsServer } from '../__fixtures__/test-accounts.ts';
import { createTestServer, type TestServer, temporaryFolder } from '../__fixtures__/test-server.ts';
import { type RunningServer, startServer } from '../server.ts';

/*
 * Every Host with every Origin, method and Sec-Fetch-Site, through the whole server. What must come out is reckoned
 * here once more, from what each of them is, not from how it is spelled.
 */

const PUBLIC = 'https://diorama.example';

type HostIs = 'own' | 'public' | 'foreign';
const HOSTS: readonly (readonly [host: string, is: HostIs])[] = [
  ['127.0.0.1', 'own'],
  ['127.0.0.1:4270', 'own'],
  ['127.0.0.1:9', 'own'],
  ['localhost', 'own'],
  ['localhost:4270', 'own'],
  ['LocalHost:4270', 'own'],
  ['[::1]', 'own'],
  ['[::1]:4270', 'own'],
  ['diorama.example', 'public'],
  ['Diorama.Example:443', 'public'],
  ['', 'foreign'],
  ['evil.test', 'foreign'],
  ['127.0.0.1.evil.test', 'foreign'],
  ['127.0.0.1.evil.test:4270', 'foreign'],
  ['diorama.example.evil.test', 'foreign'],
  ['www.diorama.example', 'foreign'],
  ['localhost.', 'foreign'],
  ['diorama.example.', 'foreign'],
  ['127.0.0.1.', 'foreign'],
  ['[::ffff:127.0.0.1]', 'foreign'],
  ['[::ffff:7f00:1]:4270', 'foreign'],
  ['0.0.0.0:4270', 'foreign'],
  ['[::]:4270', 'foreign'],
  ['2130706433', 'foreign'],
  ['0x7f.1:4270', 'foreign'],
  ['127.1', 'foreign'],
  ['192.168.1.5:4270', 'foreign'],
];

type OriginIs = 'absent' | 'same' | 'public' | 'foreign';
const ORIGINS: readonly (readonly [origin: (host: string) => string | null, is: OriginIs])[] = [
  [() => null, 'absent'],
  [(host) => `http://${host}`, 'same'],
  [(host) => `https://${host}`, 'same'],
  [() => PUBLIC, 'public'],
  [() => 'http://diorama.example', 'foreign'],
  [() => `${PUBLIC}:8443`, 'foreign'],
  [(host) => `http://${host.replace(/:\d+$/, '')}:4271`, 'foreign'],
  [() => 'null', 'foreign'],
  [() => '', 'foreign'],
  [() => 'https://evil.test', 'foreign'],
  [() => 'http://127.0.0.1.evil.test:4270', 'foreign'],
];

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE'];
const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);
const SITES = [null, 'same-origin', 'none', 'same-site', 'cross-site'];
const MODES = [null, 'cors', 'navigate'];

interface Row {
  readonly host: string;
  readonly hostIs: HostIs;
  readonly origin: string | null;
  readonly originIs: OriginIs;
  readonly method: string;
  readonly site: string | null;
  readonly mode: string | null;
}

function* rows(): Generator<Row> {
  for (const [host, hostIs] of HOSTS)
    for (const [originOf, kind] of ORIGINS)
      for (const method of METHODS)
        for (const site of SITES)
          for (const mode of site === null ? [null] : MODES) {
            const origin = originOf(host);
            // What is meant as foreign may be the server's own under this Host.
            const originIs = origin === PUBLIC ? 'public' : kind;
            yield { host, hostIs, origin, originIs, method, site, mode };
          }
}

/** What must happen. */
function expected(row: Row, hasPublicUrl: boolean): 'passes' | 'forbidden-host' | 'forbidden-origin' {
  if (row.hostIs === 'foreign' || (row.hostIs === 'public' && !hasPublicUrl)) return 'forbidden-host';
  const changes = CHANGING.has(row.method);
  if (changes) {
    const isOwn =
      row.originIs === 'absent' ||
      (row.originIs === 'public' && hasPublicUrl) ||
      (row.originIs === 'same' && row.hostIs === 'own');
    if (!isOwn) return 'forbidden-origin';
  }
  const isFromElsewhere = row.site === 'same-site' || row.site === 'cross-site';
  if (isFromElsewhere && (changes || row.mode !== 'navigate')) return 'forbidden-origin';
  return 'passes';
}

async function outcome(server: TestServer, row: Row, extra: Record<string, string>): Promise<string> {
  const headers = new Headers({ ...extra, host: row.host });
  if (row.origin !== null) headers.set('origin', row.origin);
  if (row.site !== null) headers.set('sec-fetch-site', row.site);
  if (row.mode !== null) headers.set('sec-fetch-mode', row.mode);
  const response = await server.app.request(`http://127.0.0.1:4270${API_PREFIX}/health`, {
    method: row.method,
    headers,
  });
  if (response.status === 200) return 'passes';
  // A HEAD has no body to tell the code.
  if (row.method === 'HEAD') return response.status === 403 ? 'refused' : String(response.status);
  const { code } = (await response.json()) as Problem;
  return code === 'method-not-allowed' ? 'passes' : code;
}

describe('Host × Origin × method × Sec-Fetch-Site', () => {
  const check = async (server: TestServer, hasPublicUrl: boolean, extra: Record<string, string>) => {
    const wrong: unknown[] = [];
    let count = 0;
    for (const row of rows()) {
      count += 1;
      const want = expected(row, hasPublicUrl);
      const got = await outcome(server, row, extra);
      if (got !== (row.method === 'HEAD' && want !== 'passes' ? 'refused' : want))
        wrong.push({ ...row, want, got });
    }
    expect(count).toBeGreaterThan(20_000);
    expect(wrong.slice(0, 10)).toEqual([]);
  };

  it('is as reckoned while accounts are off', async () => {
    const server = await createTestServer({ isRunning: false });
    await check(server, false, {});
    await server.close();
  }, 60_000);

  it('is as reckoned with accounts under a public address, for who is signed in', async () => {
    const server = await createAccountsServer({ isRunning: false, reach: { publicUrl: PUBLIC } });
    await check(server, true, { cookie: server.owner.cookie });
    await server.close();
  }, 60_000);
});

describe('over a real socket', () => {
  const folder = temporaryFolder();
  let server: RunningServer;
  beforeAll(async () => {
    server = await startServer({
      dataDir: folder,
      port: 0,
      logLevel: 'silent',
      engineModule: new URL('../__fixtures__/test-engine.ts', import.meta.url).href,
    });
  });
  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });

  /** The first line of the answer, to exactly these bytes. */
  const raw = (request: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect(Number(new URL(server.url).port), '127.0.0.1', () => socket.write(request));
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        if (!text.includes('\r\n')) return;
        socket.destroy();
        resolve(text.split('\r\n')[0]!);
      });
      socket.on('error', reject).on('close', () => resolve(text));
    });
  const get = (...headers: string[]): string =>
    `${['GET /api/v1/health HTTP/1.1', ...headers].join('\r\n')}\r\n\r\n`;

  it.each([
    ['a good Host', ['Host: 127.0.0.1:4270'], '200'],
    ['no Host', [], '400'],
    ['an empty Host', ['Host:'], '400'],
    ['a foreign Host', ['Host: evil.test'], '403'],
    ['a good Host and a foreign one', ['Host: 127.0.0.1', 'Host: evil.test'], '400|403'],
    ['a foreign Host and a good one', ['Host: evil.test', 'Host: 127.0.0.1'], '400|403'],
    ['a trailing dot', ['Host: localhost.'], '403'],
    ['a foreign X-Forwarded-Host', ['Host: 127.0.0.1', 'X-Forwarded-Host: evil.test'], '200'],
    ['a good X-Forwarded-Host', ['Host: evil.test', 'X-Forwarded-Host: 127.0.0.1'], '403'],
  ])('answers %s with what is due', async (_title, headers, status) => {
    expect(await raw(get(...headers))).toMatch(new RegExp(`^HTTP/1.1 (${status}) `));
  });

  it('takes the Host header, not the address in the request line, for who is asked', async () => {
    expect(await raw('GET http://127.0.0.1/api/v1/health HTTP/1.1\r\nHost: evil.test\r\n\r\n')).toMatch(
      /^HTTP\/1.1 (400|403) /,
    );
    expect(await raw('GET /api/v1/health HTTP/1.0\r\n\r\n')).toMatch(/^HTTP\/1.1 (400|403) /);
  });
});
