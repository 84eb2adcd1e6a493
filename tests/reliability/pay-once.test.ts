import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@diorama/client';
import { type Generation, isFinished } from '@diorama/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

/*
 * kill -9 of the server and of the process that calls the service, in every phase of a job that is charged for. The
 * service lives on and counts: whatever dies, no image is paid for twice.
 */

const ROUNDS = Number(process.env.DIORAMA_PAY_ROUNDS ?? 6);
const SCRIPT = fileURLToPath(new URL('./server-under-test.ts', import.meta.url));

type Phase = 'submitting' | 'waiting' | 'done';

/** A queue service: a submission is charged for, a job is done after a few looks. */
class FakeService {
  readonly submissions: string[] = [];
  readonly canceled: string[] = [];
  /** Called when a job gets so far; the answer waits for it. */
  onPhase: (phase: Phase) => Promise<void> = () => Promise.resolve();
  readonly #looks = new Map<string, number>();
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url!, 'http://service');
    if (request.method === 'POST') {
      this.submissions.push(url.searchParams.get('prompt')!);
      const id = String(this.submissions.length);
      this.#looks.set(id, 0);
      await this.onPhase('submitting');
      response.end(JSON.stringify({ id }));
      return;
    }
    const id = url.pathname.split('/').at(-1)!;
    if (request.method === 'DELETE') {
      this.canceled.push(id);
      response.end('{}');
      return;
    }
    const looks = (this.#looks.get(id) ?? 0) + 1;
    this.#looks.set(id, looks);
    const isDone = looks > 4;
    await this.onPhase(isDone ? 'done' : 'waiting');
    response.end(JSON.stringify({ status: isDone ? 'done' : 'pending' }));
  }
}

interface ServerProcess {
  readonly child: ChildProcess;
  readonly client: Client;
  /** Pid of the process that calls the service now. */
  connected: number;
}

const children = new Set<ChildProcess>();
let service: FakeService;
let address: string;
let dataDir: string;

beforeAll(async () => {
  service = new FakeService();
  address = await service.start();
});
afterAll(() => service.stop());
afterEach(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(dataDir, { recursive: true, force: true });
});

async function startProcess(): Promise<ServerProcess> {
  const child = spawn(process.execPath, [SCRIPT, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TEST_CLOUD_KEY: 'key-of-the-pay-once-test', TEST_CLOUD_URL: address },
  });
  children.add(child);
  child.once('exit', () => children.delete(child));
  const url = Promise.withResolvers<string>();
  const server = { child, client: createClient({ baseUrl: 'http://unset' }), connected: 0 };
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
    const lines = text.split('\n');
    text = lines.pop()!;
    for (const line of lines) {
      const [name, value] = line.split(' ');
      if (name === 'url') url.resolve(value!);
      if (name === 'connected') server.connected = Number(value);
    }
  });
  child.once('exit', () => url.reject(new Error('the server ended before it was ready')));
  return Object.assign(server, { client: createClient({ baseUrl: await url.promise }) });
}

/** Kills and, where it was the server, starts the next one on the same folder. */
async function strike(server: ServerProcess, victim: 'server' | 'connected'): Promise<ServerProcess> {
  if (victim === 'connected') {
    process.kill(server.connected, 'SIGKILL');
    return server;
  }
  server.child.kill('SIGKILL');
  await once(server.child, 'exit');
  return await startProcess();
}

async function finished(client: Client, id: string): Promise<Generation> {
  for (;;) {
    const generation = await client.getGeneration({ params: { id } });
    if (isFinished(generation.status)) return generation;
    await sleep(20);
  }
}

const submissionsOf = (prompt: string): number =>
  service.submissions.filter((known) => known === prompt).length;

describe.each(['server', 'connected'] as const)('kill -9 of the %s process', (victim) => {
  it.each<[Phase, 'succeeded' | 'failed']>([
    // The answer with the job's id is lost with the process: nobody can tell, so nobody pays again.
    ['submitting', 'failed'],
    ['waiting', 'succeeded'],
    ['done', 'succeeded'],
  ])('while a job is %s pays once', async (phase, outcome) => {
    dataDir = mkdtempSync(join(tmpdir(), 'diorama-pay-'));
    let server = await startProcess();
    const prompt = `${victim}-${phase}`;
    const reached = Promise.withResolvers<void>();
    const struck = Promise.withResolvers<void>();
    let hits = 0;
    service.onPhase = async (now) => {
      if (now !== phase || ++hits > 1) return;
      reached.resolve();
      await struck.promise;
    };
    const { id } = await server.client.createGeneration({ body: { prompt, engine: 'bfl', size: 256 } });
    await reached.promise;
    const striking = strike(server, victim);
    await sleep(100);
    struck.resolve();
    server = await striking;
    const done = await finished(server.client, id);
    expect([done.status, done.attempts, submissionsOf(prompt)]).toEqual([outcome, 2, 1]);
    if (outcome === 'failed') expect(done.error?.code).toBe('outcome-unknown');
    const { entries, spent } = await server.client.readLedger({ query: {} });
    expect(entries).toMatchObject([
      { generation: id, cost: { amount: 0.04, estimated: outcome === 'failed' } },
    ]);
    expect(spent).toBe(0.04);
    expect(service.canceled).toEqual([]);
  });
});

it(`pays at most once for each image, whatever moment the process dies at (${ROUNDS} rounds)`, async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'diorama-pay-'));
  service.onPhase = () => sleep(15);
  let server = await startProcess();
  const ids = new Map<string, string>();
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const part of ['a', 'b', 'c']) {
      const prompt = `round-${round}-${part}`;
      const { id } = await server.client.createGeneration({ body: { prompt, engine: 'bfl', size: 256 } });
      ids.set(id, prompt);
    }
    await sleep((round * 37) % 160);
    while (server.connected === 0) await sleep(10);
    server = await strike(server, round % 2 === 0 ? 'server' : 'connected');
  }
  let succeeded = 0;
  for (const [id, prompt] of ids) {
    const done = await finished(server.client, id);
    expect(submissionsOf(prompt), prompt).toBeLessThanOrEqual(1);
    if (done.status === 'succeeded') {
      succeeded += 1;
      expect(submissionsOf(prompt)).toBe(1);
      expect(done.outputs).toHaveLength(1);
    } else expect(done.error?.code).toMatch(/^(outcome-unknown|worker-lost)$/);
  }
  expect(succeeded).toBeGreaterThan(0);
  const ledger = await server.client.readLedger({ query: { limit: 100 } });
  expect(ledger.reserved).toBe(0);
  expect(ledger.spent).toBeGreaterThanOrEqual(succeeded * 0.04 - 1e-9);
});

it('finds a job again after the server was stopped in the middle of it', async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'diorama-pay-'));
  const waiting = Promise.withResolvers<void>();
  service.onPhase = async (phase) => {
    if (phase === 'waiting') waiting.resolve();
    await sleep(30);
  };
  const first = await startProcess();
  const { id } = await first.client.createGeneration({
    body: { prompt: 'stopped', engine: 'bfl', size: 256 },
  });
  await waiting.promise;
  first.child.kill('SIGTERM');
  await once(first.child, 'exit');
  const second = await startProcess();
  expect((await finished(second.client, id)).status).toBe('succeeded');
  expect(submissionsOf('stopped')).toBe(1);
  expect(service.canceled).toEqual([]);
});

it('tells the service about a cancel', async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'diorama-pay-'));
  const waiting = Promise.withResolvers<void>();
  service.onPhase = async (phase) => {
    if (phase === 'waiting') waiting.resolve();
    await sleep(30);
  };
  const { client } = await startProcess();
  const { id } = await client.createGeneration({ body: { prompt: 'canceled', engine: 'bfl', size: 256 } });
  await waiting.promise;
  expect((await client.cancelGeneration({ params: { id } })).status).toBe('canceled');
  while (service.canceled.length === 0) await sleep(10);
  expect(service.canceled).toEqual([String(service.submissions.length)]);
});
