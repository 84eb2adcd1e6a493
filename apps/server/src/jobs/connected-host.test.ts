import { rmSync } from 'node:fs';
import { generationRequestSchema } from '@diorama/contracts';
import type { ConnectionConfig } from '@diorama/engines';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { KnownSecrets } from '../security/known-secrets.ts';
import { createLogger } from '../security/logger.ts';
import { FileBlobStore } from '../storage/file-blob-store.ts';
import type { Claim } from '../storage/generations.ts';
import { ConnectedHost } from './connected-host.ts';
import type { RenderOptions } from './render-host.ts';

const TEST_CONNECTIONS = new URL('../__fixtures__/test-connections.ts', import.meta.url).href;
const KEY = 'sk-host-canary-1';

let dataDir: string;
const hosts: ConnectedHost[] = [];
beforeAll(async () => {
  dataDir = temporaryFolder();
  await new FileBlobStore(dataDir).prepare();
});
afterEach(async () => {
  for (const host of hosts.splice(0)) await host.close();
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const CONNECTION: ConnectionConfig = {
  id: 'bfl',
  kind: 'bfl',
  name: 'Cloud',
  address: 'https://api.example.test',
  key: KEY,
  allowPrivate: false,
  enabled: true,
  defaultModel: null,
  extraModels: [],
  options: {},
  probe: null,
  prices: [],
};

function createHost(connections: () => readonly ConnectionConfig[] = () => [CONNECTION]): ConnectedHost {
  const secrets = new KnownSecrets();
  secrets.add(KEY);
  const host = new ConnectedHost({ dataDir, engineModule: TEST_CONNECTIONS }, createLogger('silent'), {
    connections: async () => connections(),
    secrets,
    killAfterAbortMs: 300,
  });
  hosts.push(host);
  return host;
}

let number = 0;
function claim(prompt: string, checkpoint: unknown = null): Claim {
  number += 1;
  return {
    id: `job-${number}`,
    ownerId: 'owner',
    attempt: 1,
    request: generationRequestSchema.parse({ prompt, engine: 'bfl', size: 256 }),
    seed: number,
    checkpoint,
  };
}

function options(changes: Partial<RenderOptions> = {}): RenderOptions {
  return {
    signal: new AbortController().signal,
    onProgress: () => {},
    onPreview: () => {},
    onCost: () => {},
    onCheckpoint: () => Promise.resolve(),
    ...changes,
  };
}

describe('the process of the connected engines', () => {
  it('follows the connections without being started again, and is told them again when it was replaced', async () => {
    let connections: readonly ConnectionConfig[] = [];
    const host = createHost(() => connections);
    expect((await host.engines()).engines).toEqual([]);
    const { pid } = host;
    connections = [CONNECTION, { ...CONNECTION, id: 'off', enabled: false }];
    await host.reconfigure();
    expect((await host.engines()).engines.map(({ id }) => id)).toEqual(['bfl']);
    expect(host.pid).toBe(pid);
    await expect(host.render(claim('crash'), options())).rejects.toMatchObject({ name: 'RenderHostLost' });
    await expect(host.render(claim('x'), options())).resolves.toMatchObject({ images: [{}] });
    expect(host.pid).not.toBe(pid);
  });

  it('makes several images at the same time', async () => {
    const host = createHost();
    await host.engines();
    const order: string[] = [];
    const run = async (prompt: string) => {
      await host.render(claim(prompt), options());
      order.push(prompt);
    };
    await Promise.all([run('slow:600'), run('slow:300'), run('slow:20')]);
    expect(order).toEqual(['slow:20', 'slow:300', 'slow:600']);
  });

  it('waits with each checkpoint until it is kept, and does not go on when it is not', async () => {
    const host = createHost();
    const kept: string[] = [];
    await host.render(
      claim('sent'),
      options({
        onCheckpoint: async (state) => {
          await new Promise((resolve) => setTimeout(resolve, 50));
          kept.push(state);
        },
      }),
    );
    expect(kept).toEqual(['{"sent":true}']);
    const costs: unknown[] = [];
    const refused = host.render(
      claim('sent spent:1'),
      options({
        onCheckpoint: () => Promise.reject(new Error('disk')),
        onCost: (cost) => costs.push(cost),
      }),
    );
    await expect(refused).rejects.toMatchObject({ code: 'storage-failed' });
    expect(costs).toEqual([]);
  });

  it('tells what is being spent, also when the job fails afterwards', async () => {
    const host = createHost();
    const costs: unknown[] = [];
    await expect(
      host.render(claim('spent:0.02 fail'), options({ onCost: (cost) => costs.push(cost) })),
    ).rejects.toMatchObject({ code: 'render-failed' });
    expect(costs).toEqual([{ amount: 0.02, currency: 'USD', estimated: false, basis: 'reported' }]);
  });

  it('is killed for a job that does not stop, and blames no other job for that', async () => {
    const host = createHost();
    await host.engines();
    const controller = new AbortController();
    const stuck = host.render(
      claim('hang'),
      options({
        signal: controller.signal,
        onProgress: ({ fraction }) => fraction > 0 && controller.abort(),
      }),
    );
    const other = host.render(claim('slow:20000'), options());
    await expect(stuck).rejects.toMatchObject({ code: 'canceled' });
    await expect(other).rejects.toMatchObject({ name: 'RenderHostLost', isBlameless: true });
  });

  it('blames every job that ran when it died by itself', async () => {
    const host = createHost();
    await host.engines();
    const other = host.render(claim('slow:20000'), options());
    await expect(host.render(claim('crash'), options())).rejects.toMatchObject({ isBlameless: false });
    await expect(other).rejects.toMatchObject({ name: 'RenderHostLost', isBlameless: false });
  });

  it('leaves running jobs to the service when the server stops, instead of canceling them there', async () => {
    const host = createHost();
    await host.engines();
    const controller = new AbortController();
    const heard: number[] = [];
    const running = host.render(
      claim('slow:20000'),
      options({ signal: controller.signal, onProgress: ({ fraction }) => heard.push(fraction) }),
    );
    while (heard.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort('server-stopping');
    await expect(running).rejects.toMatchObject({ code: 'canceled' });
    expect(host.pid).toBeNull();
  });

  it('says nothing with a key in it', async () => {
    const host = createHost();
    await expect(host.render(claim('refuse echo'), options())).rejects.toMatchObject({
      message: 'The service refused a picture (Authorization: Bearer [redacted]).',
      details: { suspects: ['reference-1', 'prompt'], key: '[redacted]' },
    });
    const report = await host.ask({
      about: 'test',
      connection: { ...CONNECTION, key: 'wrong-key-canary' },
    });
    expect(report.ok).toBe(false);
  });

  it('names the field of a connection that cannot be made', async () => {
    const host = createHost();
    const asking = host.ask({ about: 'description', connection: { ...CONNECTION, options: { mode: 1 } } });
    await expect(asking).rejects.toMatchObject({
      code: 'invalid-request',
      details: { issues: [{ field: 'options.mode' }] },
    });
  });

  it('lists a connection whose settings do not fit as not available, and the others work', async () => {
    const host = createHost(() => [{ ...CONNECTION, id: 'odd', options: { mode: 1 } }, CONNECTION]);
    const { engines } = await host.engines();
    expect(engines.map(({ id, available }) => [id, available])).toEqual([
      ['odd', false],
      ['bfl', true],
    ]);
    expect(engines[0]!.reason).toContain('options.mode');
  });
});

describe('connections that cannot be read', () => {
  it('keep nobody waiting, and are read again soon', async () => {
    let isDamaged = true;
    const host = createHost(() => {
      if (isDamaged) throw new Error('the database is busy');
      return [CONNECTION];
    });
    await expect(host.engines()).rejects.toMatchObject({ code: 'engine-unavailable' });
    isDamaged = false;
    await expect
      .poll(async () => (await host.engines()).engines.map(({ id }) => id), { timeout: 8_000 })
      .toEqual(['bfl']);
  });
});
