import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer } from '@diorama/server';
import {
  FAKE_KEY,
  type FakeBfl,
  type FakeFal,
  startFakeBfl,
  startFakeFal,
} from '@diorama/testkit/fake-engines';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDiorama } from '../__fixtures__/run-diorama.ts';
import type { Io } from '../io.ts';

let folder: string;
let bfl: FakeBfl;
let fal: FakeFal;
let env: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diorama-engines-'));
  bfl = await startFakeBfl();
  fal = await startFakeFal();
  env = {
    BFL_API_KEY: FAKE_KEY,
    BFL_BASE_URL: bfl.baseUrl,
    FAL_KEY: FAKE_KEY,
    FAL_BASE_URL: fal.baseUrl,
    DIORAMA_DATA_DIR: join(folder, 'data'),
  };
});

afterAll(async () => {
  await bfl.close();
  await fal.close();
  await rm(folder, { recursive: true, force: true });
});

const diorama = (args: readonly string[], changes: Partial<Io> = {}) =>
  runDiorama(args, { cwd: folder, env, ...changes });

describe('an engine whose settings do not fit', () => {
  it('says so in its place, and the others are listed and tested', async () => {
    const broken = { ...env, DIORAMA_COMFYUI_URL: 'http://user:pass-w0rd@host/?x' };
    const listed = await diorama(['engines', 'list'], { env: broken });
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/ok +bfl/);
    expect(listed.stdout).toMatch(/no +comfyui/);
    const tested = await diorama(['engines', 'test'], { env: broken });
    expect(tested.code).toBe(1);
    expect(tested.stdout).toMatch(/ok +bfl/);
    expect(tested.stdout).toMatch(/FAIL +comfyui/);
    expect(tested.stdout).toContain('DIORAMA_COMFYUI_URL');
    const render = ['render', 'sample:perfume', '--engine', 'comfyui', '-o', join(folder, 'broken.png')];
    const rendered = await diorama(render, { env: broken });
    expect(rendered.code).toBe(1);
    expect(rendered.stderr).toContain('[engine-unavailable]');
    for (const { stdout, stderr } of [listed, tested, rendered])
      expect(stdout + stderr).not.toContain('pass-w0rd');
  });
});

describe('diorama engines list', () => {
  it('shows the engines of the environment with their models, and makes no data folder', async () => {
    const { code, stdout } = await diorama(['engines', 'list']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ok +builtin/m);
    expect(stdout).toMatch(/^ok +bfl +Black Forest Labs, charges/m);
    expect(stdout).toContain('flux-2-pro');
    expect(stdout).not.toContain(FAKE_KEY);
    expect(existsSync(join(folder, 'data'))).toBe(false);
    const json = JSON.parse((await diorama(['engines', 'list', '--json'])).stdout);
    expect(json.engines.map(({ id, source }: { id: string; source: string }) => [id, source])).toEqual([
      ['builtin', 'built-in'],
      ['bfl', 'environment'],
      ['fal', 'environment'],
    ]);
  });

  it('reads the connections of a data folder while a server runs on it', async () => {
    const dataDir = join(folder, 'served');
    const server = await startServer({ dataDir, port: 0, logLevel: 'silent', environment: { PATH: '' } });
    try {
      const response = await fetch(`${server.url}/api/v1/settings/engines/connections`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          kind: 'bfl',
          name: 'Of the page',
          key: FAKE_KEY,
          address: bfl.baseUrl,
          allowPrivate: true,
        }),
      });
      expect(response.status).toBe(201);
      const there = { env: { DIORAMA_DATA_DIR: dataDir } };
      expect((await diorama(['engines', 'list'], there)).stdout).toMatch(/^ok +bfl +Of the page/m);
      expect((await diorama(['engines', 'test', 'bfl'], there)).code).toBe(0);
      await rm(join(dataDir, 'secret.key'));
      const lost = await diorama(['engines', 'test', 'bfl'], there);
      expect([lost.code, lost.stdout]).toEqual([1, expect.stringContaining('cannot be read')]);
      expect(existsSync(join(dataDir, 'secret.key'))).toBe(false);
    } finally {
      await server.close();
    }
  });

  it('says so when the database of the data folder is none', async () => {
    const broken = await mkdtemp(join(folder, 'broken-'));
    await writeFile(
      join(broken, 'diorama.db'),
      'not a database, though long enough to look like one'.repeat(50),
    );
    const { code, stderr } = await diorama(['engines', 'list'], { env: { DIORAMA_DATA_DIR: broken } });
    expect([code, stderr]).toEqual([1, expect.stringContaining('[storage-failed]')]);
  });
});

describe('diorama engines test', () => {
  it('calls all of them, or the one that is named, without making an image', async () => {
    const { code, stdout } = await diorama(['engines', 'test', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      reports: [{ id: 'builtin' }, { id: 'bfl' }, { id: 'fal' }],
    });
    expect(bfl.requestsTo('submit')).toEqual([]);
    expect((await diorama(['engines', 'test', 'bfl'])).stdout).toMatch(/^ok +bfl/);
  });

  it('ends with 1 when one fails, and never prints the key', async () => {
    bfl.behaviour.echoKey = true;
    const key = 'wrong-canary-key-123456';
    const { code, stdout, stderr } = await diorama(['engines', 'test', 'bfl', '--verbose'], {
      env: { ...env, BFL_API_KEY: key },
    });
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^FAIL +bfl/)]);
    expect(stdout + stderr).not.toContain(key);
  });

  it.each([
    ['an engine that is not there', ['engines', 'test', 'warp'], 1, /no engine "warp"/],
    ['an unknown flag', ['engines', 'test', '--fast'], 2, /--fast/],
    ['an unknown command', ['engines', 'repair'], 2, /repair/],
  ])('says what is wrong about %s', async (_, args, expected, message) => {
    const { code, stderr } = await diorama(args);
    expect([code, stderr]).toEqual([expected, expect.stringMatching(message)]);
  });
});

describe('diorama render with a connected engine', () => {
  const picture = ['-p', 'a red house', '-s', '256', '-o', 'house.png'];

  it('writes the image and says what it cost', async () => {
    const { code, stdout, stderr } = await diorama(['render', '--engine', 'bfl', '--seed', '7', ...picture]);
    expect([code, stdout]).toEqual([0, 'house.png\n']);
    expect(stderr).toMatch(/Cost: \$0\.\d+\.\n/);
    expect(await sharp(join(folder, 'house.png')).metadata()).toMatchObject({ width: 256, height: 144 });
    expect(bfl.requestsTo('submit').at(-1)!.json).toMatchObject({ seed: 7 });
    const json = await diorama(['render', '--engine', 'bfl', '--json', ...picture]);
    expect(JSON.parse(json.stdout)).toMatchObject({
      engine: 'bfl',
      modelUsed: expect.stringContaining('flux'),
      cost: { amount: expect.any(Number), currency: 'USD' },
    });
  });

  it('passes model, negative prompt and strength on, and says what the engine does not take', async () => {
    const { code, stderr } = await diorama([
      'render',
      'sample:perfume',
      '--engine',
      'bfl',
      '--model',
      'flux-2-flex',
      '--negative',
      'people',
      '--geometry-strength',
      '0.8',
      '--no-scene-notes',
      ...picture,
    ]);
    expect(code).toBe(0);
    expect(stderr).toContain('negative prompt');
    expect(bfl.requestsTo('submit').at(-1)!.path).toContain('flux-2-flex');
  });

  it.each(['-0.1', '1.5', 'high', ''])('refuses the geometry strength "%s"', async (value) => {
    const { code, stderr } = await diorama([
      'render',
      '--engine',
      'bfl',
      `--geometry-strength=${value}`,
      ...picture,
    ]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('from 0 to 1')]);
  });

  it('tells the service when it is interrupted, and writes nothing', async () => {
    Object.assign(fal.behaviour, { pollsInQueue: 1_000 });
    const controller = new AbortController();
    // Testing the connection asked for a status too.
    void fal.waitForRequest('status', fal.requestsTo('status').length + 1).then(() => controller.abort());
    const args = ['render', '--engine', 'fal', '-p', 'a house', '-s', '256', '-o', 'no.png'];
    const { code } = await diorama(args, { signal: controller.signal });
    expect(code).toBe(130);
    expect(fal.requestsTo('cancel')).toHaveLength(1);
    expect(await readdir(folder)).not.toContain('no.png');
  });
});
