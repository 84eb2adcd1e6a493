import type { ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@diorama/client';
import { DioramaError, type Generation, isFinished, type LedgerPage } from '@diorama/contracts';
import { doctor } from '@diorama/server';
import { afterAll, describe, expect, it } from 'vitest';
import { encodePng } from '../../apps/server/src/__fixtures__/test-engine.ts';
import { createRandom } from './random.ts';
import { type ServerProcess, startServerProcess } from './server-process.ts';

/*
 * kill -9 at random moments under load. After every restart, whatever the server had acknowledged must be there and
 * say the truth. 0 failures in n rounds bound the rate of failure at about 3/n.
 */

const ROUNDS = Number(process.env.DIORAMA_KILL_ROUNDS ?? 8);
const SEED = Number(process.env.DIORAMA_KILL_SEED ?? 20261122);
const TEST_ENGINES = new URL('../../apps/server/src/__fixtures__/test-engine.ts', import.meta.url).href;
const LONGEST_LIFE_MS = 1_500;
const MOST_OPEN = 6;
/** A connected engine with a price. */
const PAID = 'bfl';
const PRICE = 0.04;
/** What a renderer may take to notice that its server is gone. */
const ORPHAN_MS = 3_000;

const dataDir = mkdtempSync(join(tmpdir(), 'diorama-kill-'));
const children = new Set<ChildProcess>();
afterAll(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(dataDir, { recursive: true, force: true });
});

interface Acknowledged {
  /** Asset id to the hash of the bytes that were sent. */
  readonly uploads: Map<string, string>;
  /** Every generation that was accepted, by id, with its key. */
  readonly generations: Map<string, string>;
  /** Final states that the server has told. */
  readonly finals: Map<string, Generation>;
  /** Asked to be deleted: gone for certain once that was answered, until then either is right. */
  readonly deleted: Map<string, 'asked' | 'answered'>;
  /** Files whose bytes were right after a restart. All are looked at once more at the end. */
  readonly checked: Set<string>;
  /** Keys whose request was sent, answered or not. */
  readonly keys: Map<string, { engine: string; prompt: string; reference: string | null }>;
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Keeps the server busy until it dies, noting every acknowledgement at the moment it arrives. */
async function load({ client }: ServerProcess, random: () => number, known: Acknowledged): Promise<void> {
  const upload = async (): Promise<string> => {
    const bytes = encodePng(16, 16, [random() * 256, random() * 256, random() * 256]);
    const asset = await client.uploadAsset(new Blob([new Uint8Array(bytes)]));
    known.uploads.set(asset.id, sha256(bytes));
    return asset.id;
  };
  let open = 0;
  const generate = async (): Promise<void> => {
    // A short queue: most kills shall meet a job that runs, and cancels as well.
    if (open > MOST_OPEN) {
      await client.health();
      return;
    }
    const key = randomUUID();
    const words = ['slow:40', 'slow:120', 'aov slow:5', 'fail'];
    const prompt = `${words[Math.floor(random() * words.length)]} key-${key}`;
    const reference = random() < 0.5 ? await upload() : null;
    known.keys.set(key, { engine: random() < 0.3 ? PAID : 'test', prompt, reference });
    const generation = await send(client, key, known);
    if (random() < 0.15) note(await client.cancelGeneration({ params: { id: generation.id } }), known);
    else if (random() < 0.1) {
      known.deleted.set(generation.id, 'asked');
      await client.deleteGeneration({ params: { id: generation.id } });
      known.deleted.set(generation.id, 'answered');
    }
  };
  const watch = async (): Promise<void> => {
    const { items } = await client.listGenerations({ query: { limit: 50 } });
    for (const item of items) note(item, known);
    open = items.filter((item) => !isFinished(item.status)).length;
    await sleep(20);
  };
  const forever = async (act: () => Promise<unknown>): Promise<void> => {
    for (;;)
      try {
        await act();
        await sleep(random() * 30);
      } catch (thrown) {
        if (thrown instanceof DioramaError && thrown.code === 'network') return;
        throw thrown;
      }
  };
  await Promise.all([forever(upload), forever(generate), forever(generate), forever(watch)]);
}

async function send(client: Client, key: string, known: Acknowledged): Promise<Generation> {
  const { engine, prompt, reference } = known.keys.get(key)!;
  const generation = await client.createGeneration({
    body: { engine, size: 256, prompt, references: reference === null ? [] : [{ asset: reference }] },
    idempotencyKey: key,
  });
  known.generations.set(generation.id, key);
  note(generation, known);
  return generation;
}

function note(generation: Generation, known: Acknowledged): void {
  if (isFinished(generation.status)) known.finals.set(generation.id, generation);
}

async function everything(client: Client): Promise<Map<string, Generation>> {
  const all = new Map<string, Generation>();
  let cursor: string | null = null;
  do {
    const page: { items: Generation[]; nextCursor: string | null } = await client.listGenerations({
      query: { limit: 100, ...(cursor === null ? {} : { cursor }) },
    });
    for (const item of page.items) all.set(item.id, item);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return all;
}

async function ledgerOf(client: Client): Promise<LedgerPage> {
  const first = await client.readLedger({ query: { limit: 100 } });
  const entries = [...first.entries];
  let cursor = first.nextCursor;
  while (cursor !== null) {
    const page = await client.readLedger({ query: { limit: 100, cursor } });
    entries.push(...page.entries);
    cursor = page.nextCursor;
  }
  return { ...first, entries };
}

/** What must hold after every restart. */
async function verify({ client, url }: ServerProcess, known: Acknowledged): Promise<void> {
  const expectBytes = async (asset: string): Promise<void> => {
    if (known.checked.has(asset)) return;
    const response = await fetch(`${url}/api/v1/assets/${asset}`);
    expect(response.status, asset).toBe(200);
    expect(`sha256-${sha256(new Uint8Array(await response.arrayBuffer()))}`).toBe(asset);
    known.checked.add(asset);
  };
  for (const [id, hash] of known.uploads) {
    expect(id).toBe(`sha256-${hash}`);
    await expectBytes(id);
  }
  const all = await everything(client);
  for (const id of known.generations.keys())
    if (known.deleted.get(id) !== 'asked')
      expect(all.has(id), `generation ${id}`).toBe(!known.deleted.has(id));
  for (const generation of all.values()) {
    const before = known.finals.get(generation.id);
    if (before) expect(generation).toEqual({ ...before, favorite: generation.favorite });
    expect(generation.outputs).toHaveLength(generation.status === 'succeeded' ? generation.request.count : 0);
    expect(generation.error === null).toBe(generation.status !== 'failed');
    for (const output of generation.outputs) {
      await expectBytes(output.asset);
      if (generation.request.engine !== PAID && generation.request.prompt.startsWith('aov'))
        await expectBytes(output.aovs!.depth!.asset);
    }
  }
  const { entries, spent, reserved } = await ledgerOf(client);
  const charged = new Map(entries.map((entry) => [entry.generation, entry]));
  expect(charged.size, 'one entry for each generation').toBe(entries.length);
  for (const generation of all.values()) {
    const entry = charged.get(generation.id);
    if (generation.request.engine !== PAID) expect(entry).toBeUndefined();
    else if (generation.status === 'succeeded') expect(entry?.cost.amount).toBe(PRICE);
    else if (generation.status === 'queued' || generation.status === 'running')
      expect(entry?.status, 'held back').toBe(generation.status);
  }
  const sum = (isOpen: boolean): number =>
    entries
      .filter(({ status }) => !isFinished(status) === isOpen)
      .reduce((total, { cost }) => total + cost.amount, 0);
  expect(spent).toBeCloseTo(sum(false), 6);
  expect(reserved).toBeCloseTo(sum(true), 6);
  const keys = [...all.values()].map((generation) => /key-(\S+)/.exec(generation.request.prompt)![1]);
  expect(new Set(keys).size, 'one generation for each key').toBe(keys.length);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('kill -9 under load', () => {
  it(
    `loses nothing that was acknowledged, in ${ROUNDS} rounds with seed ${SEED}`,
    async () => {
      const random = createRandom(SEED);
      const known: Acknowledged = {
        uploads: new Map(),
        generations: new Map(),
        finals: new Map(),
        deleted: new Map(),
        keys: new Map(),
        checked: new Set(),
      };
      let server = await startServerProcess(dataDir, children, { TEST_CLOUD_KEY: 'key-of-the-kill-test' });
      for (let round = 1; round <= ROUNDS; round += 1) {
        const loading = load(server, random, known);
        await sleep(random() * LONGEST_LIFE_MS);
        server.child.kill('SIGKILL');
        await Promise.all([loading, once(server.child, 'exit')]);
        const { pids } = server;
        server = await startServerProcess(dataDir, children, { TEST_CLOUD_KEY: 'key-of-the-kill-test' });
        await verify(server, known);
        // Whoever got no answer asks again with the same key.
        const acknowledged = new Set(known.generations.values());
        for (const key of known.keys.keys())
          if (!acknowledged.has(key)) await send(server.client, key, known);
        const killedAt = Date.now();
        while (pids.some(isAlive) && Date.now() - killedAt < ORPHAN_MS) await sleep(20);
        expect(pids.filter(isAlive), 'pids that outlived their server').toEqual([]);
      }

      const unfinished = async (): Promise<Generation[]> =>
        [...(await everything(server.client)).values()].filter(
          (generation) => !isFinished(generation.status),
        );
      while ((await unfinished()).length > 0) await sleep(100);
      known.checked.clear();
      await verify(server, known);
      for (const generation of (await everything(server.client)).values())
        if (generation.status === 'failed')
          expect(generation.error!.code).toBe(
            generation.request.prompt.startsWith('fail') ? 'render-failed' : 'worker-lost',
          );
      expect((await ledgerOf(server.client)).reserved).toBe(0);
      expect(readdirSync(join(dataDir, 'tmp'))).toEqual([]);
      server.child.kill('SIGTERM');
      await once(server.child, 'exit');
      expect((await doctor(dataDir, { engineModule: TEST_ENGINES })).filter((check) => !check.ok)).toEqual(
        [],
      );
      expect(known.generations.size).toBeGreaterThan(ROUNDS);
      expect(known.uploads.size).toBeGreaterThan(ROUNDS);
    },
    60_000 + ROUNDS * 15_000,
  );
});
