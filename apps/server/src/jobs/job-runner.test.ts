import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, describe, expect, it } from 'vitest';
import {
  createTestServer,
  inProcessHost,
  type TestServer,
  type TestServerOptions,
  temporaryFolder,
} from '../__fixtures__/test-server.ts';
import { type RenderHost, RenderHostLost } from './render-host.ts';

const servers: TestServer[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(options: TestServerOptions = {}): Promise<TestServer> {
  const server = await createTestServer(options);
  servers.push(server);
  return server;
}

async function stop(server: TestServer): Promise<void> {
  servers.splice(servers.indexOf(server), 1);
  await server.close();
}

function folder(): string {
  const dir = temporaryFolder();
  folders.push(dir);
  return dir;
}

async function untilRunning(server: TestServer, id: string): Promise<void> {
  while ((await server.generations.find(id))?.status !== 'running')
    await new Promise((resolve) => setTimeout(resolve, 2));
}

/** A renderer that loses its process the first `losses` times. */
function losingHost(
  losses: number,
  outOfMemory = false,
): RenderHost & { renders: number; wrap: (host: RenderHost) => void } {
  let inner: RenderHost | null = null;
  return {
    renders: 0,
    wrap(host) {
      inner = host;
    },
    engines: async () => await inner!.engines(),
    async render(claim, options) {
      this.renders += 1;
      if (this.renders <= losses) throw new RenderHostLost(outOfMemory);
      return await inner!.render(claim, options);
    },
    close: async () => {},
  };
}

describe('JobRunner', () => {
  it('runs waiting generations one after the other', async () => {
    const server = await start();
    const ids = await Promise.all(
      ['a', 'b', 'c'].map(async (prompt) => (await server.generate({ prompt })).id),
    );
    for (const id of ids) expect((await server.finished(id)).status).toBe('succeeded');
  });

  it('runs a job again whose process died, and says how often it was begun', async () => {
    const host = losingHost(2);
    const server = await start({ host, isRunning: false });
    host.wrap(inProcessHost(server.blobs));
    await server.runner.start();
    const { id } = await server.generate({ prompt: 'x' });
    expect(await server.finished(id)).toMatchObject({ status: 'succeeded', attempts: 3 });
  });

  it.each([
    [false, 'worker-lost'],
    [true, 'out-of-memory'],
  ])(
    'gives a poison job up after three deaths and goes on with the next (out of memory: %s)',
    async (outOfMemory, code) => {
      const host = losingHost(3, outOfMemory);
      const server = await start({ host, isRunning: false });
      host.wrap(inProcessHost(server.blobs));
      await server.runner.start();
      const poison = await server.generate({ prompt: 'poison' });
      const next = await server.generate({ prompt: 'next' });
      expect(await server.finished(poison.id)).toMatchObject({
        status: 'failed',
        attempts: 3,
        error: { code },
      });
      expect((await server.finished(next.id)).status).toBe('succeeded');
    },
  );

  it('cancels a running job at once and shows no output afterwards', async () => {
    const server = await start();
    const { id } = await server.generate({ prompt: 'slow:10000' });
    const next = await server.generate({ prompt: 'next' });
    await untilRunning(server, id);
    const response = await server.api(`/generations/${id}/cancel`, { method: 'POST' });
    expect(await response.json()).toMatchObject({ status: 'canceled', outputs: [] });
    expect((await server.finished(next.id)).status).toBe('succeeded');
    expect(await server.generations.find(id)).toMatchObject({ status: 'canceled', outputs: [] });
  });

  it('reaches one final state however a cancel meets the end of the job', async () => {
    const server = await start();
    for (let delayMs = 0; delayMs < 30; delayMs += 2) {
      const { id } = await server.generate({ prompt: 'slow:20' });
      await untilRunning(server, id);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      const answered = (await (await server.api(`/generations/${id}/cancel`, { method: 'POST' })).json()) as {
        status: string;
      };
      const done = await server.finished(id);
      expect(done.status).toBe(answered.status);
      expect(done.outputs.length).toBe(done.status === 'succeeded' ? 1 : 0);
    }
  });

  it('stops the work of a generation that is deleted', async () => {
    const server = await start();
    const { id } = await server.generate({ prompt: 'slow:10000' });
    await untilRunning(server, id);
    expect((await server.api(`/generations/${id}`, { method: 'DELETE' })).status).toBe(204);
    const next = await server.generate({ prompt: 'next' });
    expect((await server.finished(next.id)).status).toBe('succeeded');
    expect(await server.generations.find(id)).toBeNull();
  });

  it('ends a job that takes too long as timed out', async () => {
    const server = await start({ timeLimitMsPerImage: 50 });
    const { id } = await server.generate({ prompt: 'slow:10000' });
    expect(await server.finished(id)).toMatchObject({ status: 'failed', error: { code: 'timed-out' } });
  });

  it('puts the running job back when the server stops, and resumes it at the next start', async () => {
    const dataDir = folder();
    const first = await start({ dataDir });
    const running = await first.generate({ prompt: 'slow:400' });
    const waiting = await first.generate({ prompt: 'y' });
    await untilRunning(first, running.id);
    const stoppedAt = performance.now();
    await stop(first);
    expect(performance.now() - stoppedAt).toBeLessThan(1_000);
    const second = await start({ dataDir });
    expect(await second.finished(running.id)).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect((await second.finished(waiting.id)).status).toBe('succeeded');
  });

  it('resumes what a crashed server was running', async () => {
    const dataDir = folder();
    const crashed = await start({ dataDir, isRunning: false });
    const { id } = await crashed.generate({ prompt: 'x' });
    await crashed.generations.claim({ owner: 'crashed', leaseMs: 3_600_000 });
    await stop(crashed);
    const next = await start({ dataDir });
    expect(await next.finished(id)).toMatchObject({ status: 'succeeded', attempts: 2 });
  });

  it('extends its lease while it works, and stops when the lease was taken from it', async () => {
    const server = await start({ leaseMs: 600 });
    const { id } = await server.generate({ prompt: 'slow:1500' });
    expect(await server.finished(id)).toMatchObject({ status: 'succeeded', attempts: 1 });
    const robbed = await server.generate({ prompt: 'slow:5000' });
    await untilRunning(server, robbed.id);
    await server.db.updateTable('generations').set({ attempts: 7 }).where('id', '=', robbed.id).execute();
    await server.db
      .updateTable('generations')
      .set({ lease_until_ms: 0 })
      .where('id', '=', robbed.id)
      .execute();
    while ((await server.generations.find(robbed.id))!.attempts < 8)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await server.api(`/generations/${robbed.id}/cancel`, { method: 'POST' });
  });

  it('tells the progress of the running job to whoever asks', async () => {
    const server = await start();
    const { id } = await server.generate({ prompt: 'slow:600' });
    const fractions: number[] = [];
    for (;;) {
      const generation = (await (await server.api(`/generations/${id}`)).json()) as {
        status: string;
        progress: { fraction: number };
      };
      fractions.push(generation.progress.fraction);
      if (generation.status === 'succeeded') break;
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(new Set(fractions).size).toBeGreaterThan(4);
  });
});

describe('lanes', () => {
  const connected = { environment: { TEST_CLOUD_KEY: 'sk-lane-key' } };

  it('let a connected engine finish while a render on this machine goes on', async () => {
    const server = await start(connected);
    const render = await server.generate({ prompt: 'slow:10000' });
    const waiting = await server.generate({ prompt: 'next in the same lane' });
    await untilRunning(server, render.id);
    const remote = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map(
        async (prompt) => (await server.generate({ prompt: `slow:100 ${prompt}`, engine: 'bfl' })).id,
      ),
    );
    for (const id of remote) expect((await server.finished(id)).status).toBe('succeeded');
    expect((await server.generations.find(render.id))!.status).toBe('running');
    expect((await server.generations.find(waiting.id))!.status).toBe('queued');
    await server.api(`/generations/${render.id}/cancel`, { method: 'POST' });
    expect((await server.finished(waiting.id)).status).toBe('succeeded');
  });

  it('do not let connected engines hold up each other beyond their slots, nor the render', async () => {
    const server = await start(connected);
    const slow = await Promise.all(
      Array.from(
        { length: 5 },
        async () => (await server.generate({ prompt: 'slow:10000', engine: 'bfl' })).id,
      ),
    );
    for (const id of slow.slice(0, 4)) await untilRunning(server, id);
    const render = await server.generate({ prompt: 'here' });
    expect((await server.finished(render.id)).status).toBe('succeeded');
    expect((await server.generations.find(slow[4]!))!.status).toBe('queued');
    for (const id of slow) await server.api(`/generations/${id}/cancel`, { method: 'POST' });
  });

  it('hand the checkpoint of a job back to its next attempt after the server was stopped', async () => {
    const dataDir = folder();
    const first = await start({ ...connected, dataDir });
    const { id } = await first.generate({ prompt: 'sent slow:10000', engine: 'bfl' });
    const checkpoint = async (server: TestServer) =>
      (await server.db.selectFrom('generations').select('checkpoint').where('id', '=', id).executeTakeFirst())
        ?.checkpoint;
    while (!(await checkpoint(first))) await new Promise((resolve) => setTimeout(resolve, 2));
    await stop(first);
    const second = await start({ ...connected, dataDir, isRunning: false });
    expect(await checkpoint(second)).toBe('{"sent":true}');
    const claim = await second.generations.claim({ owner: 'x', leaseMs: 1_000, lane: 'remote' });
    expect(claim).toMatchObject({ id, attempt: 2, checkpoint: { sent: true } });
  });
});

describe('a full disk', () => {
  it('at any step of storing an upload or an output loses nothing and leaves nothing half-done', async () => {
    let step = 0;
    let failAt = Number.POSITIVE_INFINITY;
    const server = await start({
      beforeStep: () => {
        step += 1;
        if (step === failAt) throw Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' });
      },
    });
    const { encodePng } = await import('../__fixtures__/test-engine.ts');
    const kept = await server.upload(encodePng(8, 8, [1, 1, 1]));
    const outcomes = new Set<string>();
    for (let n = 1; n <= 14; n += 1) {
      step = 0;
      failAt = n;
      const upload = await server.api('/assets', {
        method: 'POST',
        body: new Uint8Array(encodePng(8, 8, [n, 2, 2])),
      });
      const answer = (await upload.json()) as { id?: string; code?: string };
      if (upload.status === 201) expect((await server.api(`/assets/${answer.id}`)).status).toBe(200);
      else expect([upload.status, answer.code]).toEqual([507, 'storage-full']);
      step = 0;
      const done = await server.finished((await server.generate({ prompt: 'x', seed: 1000 + n })).id);
      outcomes.add(`${upload.status} ${done.status}`);
      if (done.status === 'succeeded') expect((await server.request(done.outputs[0]!.url)).status).toBe(200);
      else expect(done).toMatchObject({ status: 'failed', outputs: [], error: { code: 'storage-full' } });
      expect((await server.api(`/assets/${kept.id}`)).status).toBe(200);
    }
    failAt = Number.POSITIVE_INFINITY;
    const after = await server.finished((await server.generate({ prompt: 'x', seed: 5 })).id);
    expect(after.status).toBe('succeeded');
    expect(outcomes).toContain('507 failed');
    expect(outcomes).toContain('201 succeeded');
  });

  it('in the database refuses new work with 507, keeps the outcome of a job until it can be written, then goes on', async () => {
    const dataDir = folder();
    const server = await start({ dataDir });
    const { id } = await server.generate({ prompt: 'slow:150' });
    await untilRunning(server, id);
    // The connection of the server may not add pages: what SQLite says then is what it says on a full disk.
    const limit = async (pages: number) => {
      const { sql } = await import('kysely');
      await sql.raw(`PRAGMA max_page_count = ${pages}`).execute(server.db);
    };
    await limit(1);
    const refused: number[] = [];
    for (let i = 0; i < 60 && refused.length === 0; i += 1) {
      const response = await server.api('/generations', {
        json: { engine: 'test', size: 256, prompt: 'p'.repeat(4_000) },
      });
      if (response.status !== 202) refused.push(response.status);
    }
    expect(refused).toEqual([507]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await limit(1_000_000);
    expect((await server.finished(id)).status).toMatch(/succeeded|failed/);
    const next = await server.generate({ prompt: 'after' });
    expect((await server.finished(next.id)).status).toBe('succeeded');
    const probe = new DatabaseSync(join(dataDir, 'diorama.db'), { readOnly: true });
    expect(probe.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    probe.close();
  });
});
