import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { fastClock } from '../testing/fast-clock.ts';
import { createHttp } from './create-http.ts';
import { createDispatcher } from './dispatcher.ts';
import { DEFAULT_RETRY } from './retry.ts';

// Every name leads to this machine, as names of a private network do.
vi.mock('node:dns', async (original) => ({
  ...(await original<typeof import('node:dns')>()),
  lookup: (_: string, __: unknown, callback: (error: null, found: unknown) => void) =>
    callback(null, [{ address: '127.0.0.1', family: 4 }]),
}));

let server: Server;
let port: number;
let connected: number;

beforeEach(async () => {
  connected = 0;
  server = createServer((socket) => {
    connected += 1;
    socket.on('error', () => {});
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as { port: number }).port;
});
afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
});

const open = (address: string, allowPrivate: boolean) => {
  const rules = { address, allowPrivate };
  return createHttp(
    {
      rules,
      engineName: 'Tester',
      keyHeaders: {},
      secrets: [],
      timeoutCaps: { connectMs: 500, firstByteMs: 500 },
      retry: { ...DEFAULT_RETRY, attempts: 1 },
      clock: fastClock(),
    },
    createDispatcher(rules, 500),
    new AbortController().signal,
  );
};

it('does not connect to another port of a private host that may be called', async () => {
  const http = open('http://nas.test:8188', true);
  for (const url of [`https://nas.test:${port}/`, `https://other.test:${port}/`]) {
    await expect(http.bytes({ url })).rejects.toMatchObject({ code: 'address-not-allowed' });
    await expect(http.fetch(url)).rejects.toMatchObject({ code: 'address-not-allowed' });
  }
  expect(connected).toBe(0);
});

it('does not connect to a name that turns out to be private when that was not allowed', async () => {
  const http = open(`https://api.test:${port}`, false);
  await expect(http.bytes({ url: '/a' })).rejects.toMatchObject({ code: 'address-not-allowed' });
  const socket = http.webSocket('/ws');
  await new Promise((resolve) => socket.addEventListener('close', resolve, { once: true }));
  expect(connected).toBe(0);
});
