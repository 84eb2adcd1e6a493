import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Generation } from '@diorama/contracts';
import { type RunningServer, startServer } from '@diorama/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDiorama } from '../__fixtures__/run-diorama.ts';

const ENGINES = new URL('../../../server/src/__fixtures__/test-engine.ts', import.meta.url).href;

let folder: string;
let server: RunningServer;
let made: Generation;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'diorama-cli-project-'));
  server = await startServer({
    dataDir: join(folder, 'one'),
    port: 0,
    engineModule: ENGINES,
    environment: {},
  });
  const api = `${server.url}/api/v1`;
  const response = await fetch(`${api}/generations`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ engine: 'test', prompt: 'a lamp', size: 256, seed: 3, project: 'Living room' }),
  });
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as Generation;
  do {
    await new Promise((resolve) => setTimeout(resolve, 20));
    made = (await (await fetch(`${api}/generations/${id}`)).json()) as Generation;
  } while (made.status !== 'succeeded');
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

const project = (dataDir: string, ...args: string[]) =>
  runDiorama(['project', ...args], { cwd: folder, env: { DIORAMA_DATA_DIR: dataDir } });

describe('diorama project', () => {
  it('exports beside a running server and imports into another folder, which exports the same', async () => {
    const written = await project('one', 'export', 'living ROOM');
    expect(written).toMatchObject({ code: 0, stdout: 'Living-room.diorama\n' });
    expect(written.stderr).toMatch(/^1 entry, \d\.\d MB\.\n$/);
    expect(await project('two', 'import', 'Living-room.diorama')).toMatchObject({
      code: 0,
      stdout: 'Living room: 1 entry and 1 file.\n',
    });
    expect(await project('two', 'import', 'Living-room.diorama')).toMatchObject({
      code: 0,
      stdout: 'Living room: 0 entries and 1 file; 1 entry was here already.\n',
    });
    const again = await project('two', 'export', 'Living room', '-o', 'again.diorama', '--json');
    expect(JSON.parse(again.stdout)).toMatchObject({ path: 'again.diorama', entries: 1, missing: 0 });
    expect(readFileSync(join(folder, 'again.diorama'))).toEqual(
      readFileSync(join(folder, 'Living-room.diorama')),
    );
    const there = await startServer({
      dataDir: join(folder, 'two'),
      port: 0,
      engineModule: ENGINES,
      environment: {},
    });
    const response = await fetch(`${there.url}/api/v1/generations/${made.id}`);
    expect(await response.json()).toMatchObject({ request: made.request, outputs: made.outputs });
    await there.close();
  });

  it('does not import under a running server', async () => {
    await project('one', 'export', 'Living room', '-o', 'x.diorama');
    const { code, stderr } = await project('one', 'import', 'x.diorama');
    expect(code).toBe(1);
    expect(stderr).toContain('in use by another Diorama');
    expect(stderr).toContain('[conflict]');
  });

  it('says what there is when a project, an account, a folder or a file does not exist', async () => {
    const unknown = await project('one', 'export', 'Kitchen');
    expect(unknown).toMatchObject({ code: 1 });
    expect(unknown.stderr).toContain('There are: "Living room".');
    expect((await project('one', 'export', 'Living room', '--account', 'eve@example.test')).code).toBe(1);
    expect((await project('none', 'export', 'Living room')).stderr).toContain('There is no data folder yet.');
    expect((await project('two', 'import', 'none.diorama')).code).toBe(2);
    writeFileSync(join(folder, 'broken.diorama'), 'not a zip');
    const broken = await project('three', 'import', 'broken.diorama');
    expect(broken).toMatchObject({ code: 1 });
    expect(broken.stderr).toContain('[invalid-archive]');
    expect(readdirSync(join(folder, 'three', 'tmp'))).toEqual([]);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});
