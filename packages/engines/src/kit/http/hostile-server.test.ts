import { createHash } from 'node:crypto';
import { getEventListeners } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { inspect } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { DioramaError } from '@diorama/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fastClock } from '../testing/fast-clock.ts';
import { createHttp, type HttpOptions } from './create-http.ts';
import { createDispatcher } from './dispatcher.ts';
import { DEFAULT_RETRY } from './retry.ts';

const KEY = 'sk-canary-5f0e1d2c3b4a59687766554433221100';
const anything = z.unknown();

/** Far above what a server on the same machine takes, however busy that is. */
const PATIENT = { connectMs: 5_000, firstByteMs: 10_000, idleMs: 10_000, totalMs: 15_000 };

describe('the HTTP client against a server that means harm', () => {
  let server: Server;
  let origin: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let seen: IncomingMessage[];
  let sockets: Set<Socket>;

  beforeEach(async () => {
    seen = [];
    sockets = new Set();
    server = createServer({ maxHeaderSize: 1 << 20 }, (request, response) => {
      seen.push(request);
      answer(request, response);
    });
    server.keepAliveTimeout = 600_000;
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  const open = (changes: Partial<HttpOptions> = {}, signal = new AbortController().signal) => {
    const rules = changes.rules ?? { address: origin, allowPrivate: true };
    const clock = fastClock();
    const options: HttpOptions = {
      rules,
      engineName: 'Tester',
      keyHeaders: { Authorization: `Bearer ${KEY}` },
      secrets: [KEY],
      timeoutCaps: PATIENT,
      retry: { ...DEFAULT_RETRY, attempts: 1 },
      clock,
      ...changes,
    };
    return { http: createHttp(options, createDispatcher(rules, 1_000), signal), clock };
  };
  const failure = async (work: Promise<unknown>): Promise<DioramaError> => {
    const thrown = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(thrown).toBeInstanceOf(DioramaError);
    return thrown as DioramaError;
  };

  it.each([
    ['gzip', gzipSync],
    ['br', (bytes: Buffer) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 2 } })],
    ['gzip, gzip', (bytes: Buffer) => gzipSync(gzipSync(bytes))],
  ])('counts bytes as they unfold: a bomb in %s', async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(128 * 2 ** 20));
    answer = (_, response) => {
      response.writeHead(200, { 'content-encoding': encoding, 'content-type': 'application/json' });
      response.end(bomb);
    };
    const { http } = open();
    const before = process.memoryUsage().rss;
    expect((await failure(http.bytes({ url: '/a', maxBytes: 8 * 2 ** 20 }))).code).toBe('invalid-output');
    expect((await failure(http.json(anything, { url: '/a', maxBytes: 8 * 2 ** 20 }))).code).toBe(
      'invalid-output',
    );
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 2 ** 20);
  });

  it('refuses JSON that would unfold to millions of values, and reads nested JSON without harm', async () => {
    answer = (_, response) => response.end(`[${'[],'.repeat(2_000_000)}0]`);
    const { http } = open();
    expect((await failure(http.json(anything, { url: '/a' }))).code).toBe('invalid-output');
    const deep = '['.repeat(60_000) + ']'.repeat(60_000);
    answer = (_, response) => {
      response.statusCode = 422;
      response.end(`{"detail":${deep.slice(0, 60_000)}}`);
    };
    expect((await failure(http.json(anything, { url: '/a' }))).code).toBe('request-rejected');
    answer = (_, response) => {
      response.statusCode = 422;
      response.end(`${'{"error":'.repeat(6_000)}"x"${'}'.repeat(6_000)}`);
    };
    expect((await failure(http.json(anything, { url: '/a' }))).code).toBe('request-rejected');
    answer = (_, response) => response.end(deep);
    expect((await failure(http.json(z.object({ a: z.string() }), { url: '/a' }))).code).toBe(
      'invalid-output',
    );
  });

  it('ends a stream of events without a line end, and one without an end', async () => {
    const { http } = open();
    for (const piece of ['x'.repeat(65_536), 'data: y\n\n'.repeat(4_096)]) {
      answer = (_, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const write = (): void => {
          while (!response.destroyed && response.write(piece));
        };
        response.on('drain', write);
        write();
      };
      const read = async () => {
        for await (const _ of http.events({ method: 'POST', url: '/a', json: {}, maxBytes: 16 * 2 ** 20 }));
      };
      const began = performance.now();
      expect((await failure(read())).code).toBe('invalid-output');
      expect(performance.now() - began).toBeLessThan(4_000);
    }
  });

  it('waits for another try of a stream without taking the wait for silence', async () => {
    const clock = fastClock();
    const { http } = open({
      retry: DEFAULT_RETRY,
      timeoutCaps: { ...PATIENT, firstByteMs: 500 },
      clock: {
        ...clock,
        sleep: async (ms, signal) => {
          expect(ms).toBe(30_000);
          // Longer than the watch on the first byte in this test, as half a minute is longer than the usual one.
          await new Promise((resolve) => setTimeout(resolve, 700));
          signal.throwIfAborted();
        },
      },
    });
    answer = (_, response) => {
      if (seen.length === 1) response.writeHead(429, { 'retry-after': '30' }).end();
      else response.writeHead(200, { 'content-type': 'text/event-stream' }).end('data: done\n\n');
    };
    const events: string[] = [];
    for await (const { data } of http.events({ method: 'POST', url: '/a', json: {} })) events.push(data);
    expect(events).toEqual(['done']);
  });

  it('survives headers without end', async () => {
    answer = (_, response) => {
      response.socket?.write(`HTTP/1.1 200 OK\r\n${`x-a: ${'y'.repeat(1_000)}\r\n`.repeat(200)}\r\n`);
    };
    expect((await failure(open().http.json(anything, { url: '/a' }))).code).toBe('engine-unreachable');
  });

  it('shrinks a pause without end to a day', async () => {
    answer = (_, response) => response.writeHead(429, { 'retry-after': '9'.repeat(400) }).end();
    expect((await failure(open().http.json(anything, { url: '/a' }))).details.retryAfterMs).toBe(86_400_000);
  });

  it.each([
    'x.example.net/file',
    '@example.net/file',
    '.example.net/file',
    '0/file',
    '',
    'http:',
    'file:///etc/passwd',
    'data:text/plain,x',
    'javascript:1',
    'blob:http://127.0.0.1/x',
    'http://127.0.0.1:1/',
    'http://user:secret@127.0.0.1:1/',
    'https://169.254.169.254/latest',
    'https://[::ffff:7f00:1]/',
    'https://0x7f.1/',
    'wss://127.0.0.1/',
  ])('does not call %j', async (url) => {
    answer = (_, response) => response.end('{}');
    const { http } = open();
    expect(['invalid-output', 'address-not-allowed']).toContain((await failure(http.bytes({ url }))).code);
    await expect(http.fetch(url)).rejects.toBeInstanceOf(DioramaError);
    expect(seen).toHaveLength(0);
  });

  it('opens no WebSocket to another address, nor for a job that has ended', () => {
    const { http } = open();
    for (const url of ['ws://127.0.0.1:1/ws', 'wss://169.254.169.254/ws', 'ftp://127.0.0.1/'])
      expect(() => http.webSocket(url)).toThrow(expect.objectContaining({ code: 'address-not-allowed' }));
    const ended = open({}, AbortSignal.abort()).http;
    expect(() => ended.webSocket('/ws')).toThrow();
  });

  it('lets no library send the key to a foreign address', async () => {
    let sent: string | undefined;
    answer = (request, response) => {
      sent = request.headers.authorization;
      response.end('{}');
    };
    const headers = { Authorization: `Bearer ${KEY}` };
    await open().http.fetch(`${origin}/own`, { headers });
    expect(sent).toBe(`Bearer ${KEY}`);
    // A service whose pictures lie at the address of another connection; it is public as far as the rules can tell.
    const foreign = open({
      rules: { address: origin.replace('127.0.0.1', 'localhost'), allowPrivate: true },
    });
    await expect(foreign.http.fetch(`${origin}/foreign`, { headers })).rejects.toThrow();
    expect(seen).toHaveLength(1);
  });

  it.each(['sk-line\nbreak-0123456789', 'sk–dash-0123456789', 'ключ-0123456789'])(
    'says nothing of a key that no header can carry: %j',
    async (key) => {
      const { http } = open({ keyHeaders: { Authorization: `Bearer ${key}` }, secrets: [key] });
      for (const work of [
        http.json(anything, { url: '/a' }),
        http.fetch(`${origin}/a`),
        (async () => {
          for await (const _ of http.events({ url: '/a' }));
        })(),
      ]) {
        const thrown = await failure(work);
        expect(thrown.code).toBe('key-refused');
        expect(inspect(thrown, { depth: 10 })).not.toContain('0123456789');
      }
      expect(() => http.webSocket('/ws')).toThrow(expect.objectContaining({ code: 'key-refused' }));
    },
  );

  it('leaves no listeners on the signal of a job, however its calls end', async () => {
    const controller = new AbortController();
    const { http } = open({ timeoutCaps: { ...PATIENT, firstByteMs: 200 } }, controller.signal);
    answer = ({ url }, response) => {
      if (url === '/reset') response.socket?.destroy();
      else if (url === '/bad') response.writeHead(500).end('no');
      else if (url !== '/hang') response.end('{}');
    };
    for (let round = 0; round < 2; round++)
      for (const url of ['/ok', '/reset', '/bad', '/hang'])
        await Promise.allSettled([
          http.json(anything, { url }),
          http.fetch(origin + url),
          http.send({ url }),
        ]);
    const left = getEventListeners(controller.signal, 'abort').length;
    expect(left).toBe(0);
  });

  it('closes the sockets of calls that were given up', async () => {
    answer = (_, response) => {
      response.write('{');
    };
    const controller = new AbortController();
    const { http } = open({}, controller.signal);
    const calls = [http.json(anything, { url: '/a' }), http.bytes({ url: '/b' }), http.fetch(`${origin}/c`)];
    await expect.poll(() => seen.length).toBe(3);
    controller.abort();
    await Promise.allSettled(calls);
    await expect.poll(() => sockets.size).toBe(0);
  });

  it('does not leave a WebSocket open to a server that ignores the goodbye', async () => {
    server.on('upgrade', (request, socket) => {
      const accept = createHash('sha1')
        .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest('base64');
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.on('data', () => {});
      // Whatever the client says is ignored, but not that it has gone.
      socket.on('end', () => socket.destroy());
    });
    const controller = new AbortController();
    const socket = open({}, controller.signal).http.webSocket('/ws');
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    expect(sockets.size).toBe(1);
    controller.abort();
    await expect.poll(() => sockets.size, { timeout: 4_000 }).toBe(0);
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
  }, 10_000);

  it('waits for an answer after an abort only when it was asked to', async () => {
    answer = (_, response) => void setTimeout(() => response.end('{"id":1}'), 250);
    const controller = new AbortController();
    const { http } = open({}, controller.signal);
    const patient = http.json(anything, { method: 'POST', url: '/a', json: {}, answerGraceMs: 1_000 });
    const other = http.json(anything, { method: 'POST', url: '/b', json: {} });
    await expect.poll(() => seen.length).toBe(2);
    controller.abort();
    await expect(other).rejects.toMatchObject({ name: 'AbortError' });
    expect((await patient).body).toEqual({ id: 1 });
    await expect(
      http.json(anything, { method: 'POST', url: '/c', json: {}, answerGraceMs: 1_000 }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    expect(seen).toHaveLength(2);
  });
});
