import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createClient } from '@diorama/client';
import { type Generation, isFinished } from '@diorama/contracts';
import {
  FAKE_KEY,
  type FakeFal,
  type FakeOpenAi,
  startFakeFal,
  startFakeOpenAi,
} from '@diorama/testkit/fake-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/* The product as it is installed, its own adapters included, killed while services work for it. */

const SERVER = fileURLToPath(new URL('../../apps/server/src/main.ts', import.meta.url));
const dataDir = mkdtempSync(join(tmpdir(), 'diorama-services-'));
let fal: FakeFal;
let openai: FakeOpenAi;
let child: ChildProcess;

beforeAll(async () => {
  fal = await startFakeFal({ behaviour: { pollsInQueue: 3 } });
  openai = await startFakeOpenAi();
});
afterAll(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await fal.close();
  await openai.close();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(): Promise<Client> {
  child = spawn(process.execPath, [SERVER], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      DIORAMA_DATA_DIR: dataDir,
      DIORAMA_PORT: '0',
      DIORAMA_LOG_LEVEL: 'silent',
      FAL_KEY: FAKE_KEY,
      FAL_BASE_URL: fal.baseUrl,
      OPENAI_API_KEY: FAKE_KEY,
      OPENAI_BASE_URL: openai.baseUrl,
    },
  });
  const [line] = (await once(child.stdout!.setEncoding('utf8'), 'data')) as [string];
  return createClient({ baseUrl: /http:\S+/.exec(line)![0] });
}

async function kill(): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function request(client: Client, engine: string): Promise<string> {
  return (await client.createGeneration({ body: { prompt: 'a house', engine, size: 256 } })).id;
}

async function finished(client: Client, id: string): Promise<Generation> {
  for (;;) {
    const generation = await client.getGeneration({ params: { id } });
    if (isFinished(generation.status)) return generation;
    await sleep(50);
  }
}

describe('after kill -9 of the server', () => {
  it('a job that waits at fal is found again, and was submitted once', async () => {
    const before = await start();
    const id = await request(before, 'fal');
    await fal.waitForRequest('status', 1, 60_000);
    await kill();
    const after = await start();
    expect(await finished(after, id)).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(fal.requestsTo('submit')).toHaveLength(1);
    expect(fal.requestsTo('cancel')).toHaveLength(0);
    await kill();
  });

  it('a request whose answer OpenAI had not sent yet is not sent again, and says why', async () => {
    openai.behaviour.delayMs = { generate: 2_000 };
    const before = await start();
    const id = await request(before, 'openai');
    await openai.waitForRequest('generate', 1, 60_000);
    await kill();
    openai.behaviour.delayMs = {};
    const after = await start();
    expect(await finished(after, id)).toMatchObject({
      status: 'failed',
      attempts: 2,
      error: { code: 'outcome-unknown' },
      cost: { estimated: true, basis: 'estimate' },
    });
    expect(openai.requestsTo('generate')).toHaveLength(1);
    const retried = await after.retryGeneration({ params: { id }, body: { without: [] } });
    expect((await finished(after, retried.id)).status).toBe('succeeded');
    expect(openai.requestsTo('generate')).toHaveLength(2);
    await kill();
  });
});
