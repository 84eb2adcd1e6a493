import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FakeComfyUi, startFakeComfyUi } from '@diorama/testkit/fake-engines';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDiorama } from '../__fixtures__/run-diorama.ts';

let folder: string;
let comfyui: FakeComfyUi;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diorama-own-server-'));
  comfyui = await startFakeComfyUi();
});

afterAll(async () => {
  await comfyui.close();
  await rm(folder, { recursive: true, force: true });
});

const render = (address: string) =>
  runDiorama(['render', '--engine', 'comfyui', '-p', 'a red house', '-s', '256', '-o', 'house.png'], {
    cwd: folder,
    env: { DIORAMA_COMFYUI_URL: address, DIORAMA_DATA_DIR: join(folder, 'data') },
  });

describe('diorama render with a server that was never tested', () => {
  it('asks it for its models first', async () => {
    expect((await render(comfyui.baseUrl)).code).toBe(0);
    expect(existsSync(join(folder, 'house.png'))).toBe(true);
  });

  it('says what is wrong when it does not answer', async () => {
    const { code, stderr } = await render('http://127.0.0.1:4999');
    expect([code, stderr]).toEqual([1, expect.stringContaining('cannot be reached')]);
  });
});
