import { rmSync } from 'node:fs';
import { generationRequestSchema } from '@diorama/contracts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { createLogger } from '../security/logger.ts';
import { FileBlobStore } from '../storage/file-blob-store.ts';
import type { Claim } from '../storage/generations.ts';
import { ForkedRenderHost, type RenderOptions } from './render-host.ts';

const TEST_ENGINES = new URL('../__fixtures__/test-engine.ts', import.meta.url).href;

let dataDir: string;
let blobs: FileBlobStore;
const hosts: ForkedRenderHost[] = [];

beforeAll(async () => {
  dataDir = temporaryFolder();
  blobs = new FileBlobStore(dataDir);
  await blobs.prepare();
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

function createHost(engineModule = TEST_ENGINES): ForkedRenderHost {
  const host = new ForkedRenderHost({ lane: 'built-in', dataDir, engineModule }, createLogger('silent'), {
    killAfterAbortMs: 400,
  });
  hosts.push(host);
  return host;
}

let number = 0;
function claim(prompt: string): Claim {
  number += 1;
  return {
    ownerId: 'owner',
    id: `job-${number}`,
    attempt: 1,
    request: generationRequestSchema.parse({ prompt, engine: 'test', size: 256 }),
    seed: number,
    checkpoint: null,
  };
}

function options(signal = new AbortController().signal): RenderOptions & { seen: number[] } {
  const seen: number[] = [];
  return {
    signal,
    seen,
    onProgress: ({ fraction }) => seen.push(fraction),
    onPreview: () => seen.push(-1),
    onCost: () => {},
    onCheckpoint: () => Promise.resolve(),
  };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the render process', () => {
  it('describes its engines, renders, reports, and stores the files itself', async () => {
    const host = createHost();
    expect((await host.engines()).engines.map((engine) => engine.id)).toEqual(['test']);
    const heard = options();
    const result = await host.render(claim('aov'), heard);
    expect(result.images[0]).toMatchObject({ width: 256, height: 144, seed: number });
    expect((await blobs.head(result.images[0]!.key))!.bytes).toBe(result.images[0]!.bytes);
    expect(result.images[0]!.aovs[0]!.name).toBe('depth');
    expect(heard.seen).toContain(1);
    expect(heard.seen).toContain(-1);
  });

  it('passes on the error of a job, lives on, and is replaced when it dies under one', async () => {
    const host = createHost();
    await expect(host.render(claim('fail'), options())).rejects.toMatchObject({ code: 'render-failed' });
    await expect(host.render(claim('ok'), options())).resolves.toMatchObject({ images: [{}] });
    await expect(host.render(claim('crash'), options())).rejects.toMatchObject({ name: 'RenderHostLost' });
    await expect(host.render(claim('ok'), options())).resolves.toMatchObject({ images: [{}] });
  });

  it('stops a job that listens to its signal, and goes on living', async () => {
    const host = createHost();
    await host.engines();
    const { pid } = host;
    const controller = new AbortController();
    const rendering = host.render(claim('slow:20000'), options(controller.signal));
    setTimeout(() => controller.abort(), 100);
    const startedAt = performance.now();
    await expect(rendering).rejects.toMatchObject({ code: 'canceled' });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(host.pid).toBe(pid);
  });

  it('is killed when it does not listen', async () => {
    const host = createHost();
    await host.engines();
    const pid = host.pid!;
    const controller = new AbortController();
    const rendering = host.render(claim('hang'), {
      ...options(controller.signal),
      onProgress: ({ fraction }) => fraction > 0 && setTimeout(() => controller.abort(), 50),
    });
    await expect(rendering).rejects.toMatchObject({ code: 'canceled' });
    expect(isAlive(pid)).toBe(false);
    await expect(host.render(claim('ok'), options())).resolves.toMatchObject({ images: [{}] });
  });

  it('does not begin a job that was canceled before', async () => {
    const host = createHost();
    await expect(host.render(claim('ok'), options(AbortSignal.abort()))).rejects.toMatchObject({
      code: 'canceled',
    });
    const controller = new AbortController();
    const waiting = host.render(claim('ok'), options(controller.signal));
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'canceled' });
  });

  it('says that the engines cannot be loaded, and waits before it tries again', async () => {
    const host = createHost('file:///nothing/here.ts');
    await expect(host.engines()).rejects.toMatchObject({ code: 'engine-unavailable' });
    await expect(host.engines()).rejects.toMatchObject({ code: 'engine-unavailable' });
    expect(host.pid).toBeNull();
  });

  it('says so at once when the system starts no process at all', async () => {
    const { execPath } = process;
    const host = createHost();
    process.execPath = '/nothing/here';
    try {
      await expect(host.engines()).rejects.toMatchObject({ code: 'engine-unavailable' });
    } finally {
      process.execPath = execPath;
    }
    expect(host.pid).toBeNull();
  });

  it('ends with its host', async () => {
    const host = createHost();
    await host.engines();
    const pid = host.pid!;
    await host.close();
    expect(isAlive(pid)).toBe(false);
  });
});
