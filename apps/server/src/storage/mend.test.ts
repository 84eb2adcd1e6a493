import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { BUILT_IN_OWNER_ID } from '@diorama/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodePng } from '../__fixtures__/test-engine.ts';
import { createTestServer, temporaryFolder } from '../__fixtures__/test-server.ts';
import { StartError } from '../config/start-error.ts';
import { blobKeyOf } from './asset-id.ts';
import { lockDataFolder } from './data-lock.ts';
import { doctor } from './doctor.ts';
import { FileBlobStore } from './file-blob-store.ts';
import { mend } from './mend.ts';

const ENGINES = new URL('../__fixtures__/test-engine.ts', import.meta.url).href;

let dataDir: string;
let made: { id: string; output: string; upload: string };

beforeEach(async () => {
  dataDir = temporaryFolder();
  const server = await createTestServer({ dataDir });
  const upload = await server.upload(encodePng(8, 8, [1, 2, 3]));
  const { id } = await server.generate({
    prompt: 'walnut',
    project: 'Kitchen',
    references: [{ asset: upload.id }],
  });
  const done = await server.finished(id);
  await server.api(`/assets/${done.outputs[0]!.asset}?width=96`);
  made = { id, output: done.outputs[0]!.asset, upload: upload.id };
  await server.close();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

/** What it finds: names of the checks that fail, and those that say more than that there is nothing. */
async function findings(): Promise<string[]> {
  const checks = await doctor(dataDir, { engineModule: ENGINES });
  return checks
    .filter(({ check, ok, detail }) => !ok || (check.endsWith('without a record') && detail !== 'None.'))
    .map(({ check }) => check);
}

/** Damages the database as no statement of the server could. */
function damage(sql: string): void {
  const database = new DatabaseSync(join(dataDir, 'diorama.db'), { enableForeignKeyConstraints: false });
  database.exec(sql);
  database.close();
}

async function expectMended(found: string[], what: RegExp): Promise<void> {
  expect(await findings()).toEqual(found);
  const done = await mend(dataDir);
  expect(done.map((one) => one.what).join()).toMatch(what);
  expect(await findings()).toEqual([]);
  expect(await mend(dataDir)).toEqual([]);
}

async function withServer<T>(
  use: (server: Awaited<ReturnType<typeof createTestServer>>) => Promise<T>,
): Promise<T> {
  const server = await createTestServer({ dataDir });
  try {
    return await use(server);
  } finally {
    await server.close();
  }
}

describe('doctor and mend', () => {
  it('have nothing to say about a sound folder', async () => {
    expect(await findings()).toEqual([]);
    expect(await mend(dataDir)).toEqual([]);
  });

  it('take the record of a file away that is nobody’s, and keep its bytes', async () => {
    damage(`DELETE FROM generations; DELETE FROM entries; DELETE FROM entry_texts; DELETE FROM outputs;
      DELETE FROM generation_inputs; DELETE FROM asset_owners WHERE asset_id = '${made.output}'`);
    await expectMended(['files in use'], /nobody's.*recovered/s);
    const recovered = join(dataDir, 'recovered', `${blobKeyOf(made.output)}.png`);
    expect(readFileSync(recovered).byteLength).toBeGreaterThan(0);
  });

  it('write the record of a file again that is named and stored', async () => {
    damage(`DELETE FROM assets WHERE id = '${made.output}'`);
    await expectMended(['links', 'files without a record', 'thumbnails without a record'], /written again/);
    await withServer(async (server) => {
      expect((await server.api(`/assets/${made.output}`)).status).toBe(200);
      expect((await server.generations.find(made.id))!.outputs).toHaveLength(1);
    });
  });

  it('take away links whose target is lost, and leave what they hung on', async () => {
    const { length } = readdirSync(join(dataDir, 'blobs'));
    expect(length).toBeGreaterThan(0);
    rmSync(new FileBlobStore(dataDir).pathOf(blobKeyOf(made.output)));
    damage(`DELETE FROM assets WHERE id = '${made.output}';
      INSERT INTO entry_tags VALUES ('${BUILT_IN_OWNER_ID}', 'night', 77);
      INSERT INTO board_entries VALUES ('no-board', 77);
      UPDATE entries SET project_id = 'gone';`);
    await expectMended(['links', 'thumbnails without a record'], /links to nothing/);
    await withServer(async (server) => {
      const entry = (await server.generations.of(BUILT_IN_OWNER_ID).find(made.id))!;
      expect(entry).toMatchObject({ request: { prompt: 'walnut' }, outputs: [], project: null, tags: [] });
    });
  });

  it('list an entry again, with its picture and its words', async () => {
    damage('DELETE FROM entries; DELETE FROM entry_texts');
    await expectMended(['history'], /listed again/);
    await withServer(async (server) => {
      const page = (await (await server.api('/history?q=walnut')).json()) as { items: object[] };
      expect(page.items).toMatchObject([
        { id: made.id, cover: { asset: made.output, isOutput: true }, images: 1 },
      ]);
    });
  });

  it('let an account see the files of its history again', async () => {
    damage('DELETE FROM asset_owners');
    await expectMended(['access'], /visible/);
    await withServer(async (server) => {
      for (const asset of [made.output, made.upload])
        expect((await server.api(`/assets/${asset}`)).status).toBe(200);
    });
  });

  it('lay files without a record aside, and delete thumbnails of what is gone', async () => {
    const { key } = await new FileBlobStore(dataDir).put(encodePng(4, 4, [9, 9, 9]));
    const folder = join(dataDir, 'cache', 'thumbnails', 'ab');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${'ab'.repeat(32)}-96.webp`), 'x');
    await expectMended(['files without a record', 'thumbnails without a record'], /recovered/);
    expect(existsSync(join(dataDir, 'recovered', `${key}.png`))).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leave a folder alone that a server uses, or that has no database', async () => {
    const lock = lockDataFolder(dataDir);
    await expect(mend(dataDir)).rejects.toThrow(StartError);
    lock.release();
    await expect(mend(join(dataDir, 'nowhere'))).rejects.toThrow(/no database/);
    expect(existsSync(join(dataDir, 'nowhere'))).toBe(false);
  });
});
