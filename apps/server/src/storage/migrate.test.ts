import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  BUILT_IN_OWNER_ID,
  generationSchema,
  historyPageSchema,
  historyQuerySchema,
} from '@diorama/contracts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { openDatabase } from './database.ts';
import { GenerationRepository } from './generations.ts';
import { HistoryRepository } from './history.ts';
import { APPLICATION_ID } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = temporaryFolder();
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

it('reads what the first schema stored, with the fields that came later at their defaults', async () => {
  const file = join(dataDir, 'diorama.db');
  const old = new DatabaseSync(file);
  old.exec(MIGRATIONS[0]!.sql);
  old.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 1`);
  const request = {
    prompt: 'as it was',
    canvas: null,
    references: [],
    aspectRatio: '16:9',
    size: 1024,
    engine: 'builtin',
    model: null,
    seed: null,
    count: 1,
    options: {},
  };
  const insert = old.prepare(
    `INSERT INTO generations (id, status, request, prompt_folded, engine, seed, created_at, finished_at,
       error_code, error_message, error_hint)
     VALUES (?, ?, ?, 'as it was', 'builtin', 7, '2026-11-01T00:00:00.000Z', ?, ?, ?, ?)`,
  );
  const ids = ['01890000-0000-7000-8000-000000000001', '01890000-0000-7000-8000-000000000002'];
  insert.run(ids[0]!, 'queued', JSON.stringify(request), null, null, null, null);
  insert.run(
    ids[1]!,
    'failed',
    JSON.stringify(request),
    '2026-11-01T00:01:00.000Z',
    'timed-out',
    'Too long',
    'Again',
  );
  old.close();

  const db = openDatabase(file);
  const generations = new GenerationRepository(db);
  for (const id of ids) {
    const generation = generationSchema.parse(await generations.find(id));
    expect(generation.request).toMatchObject({ negativePrompt: '', geometryStrength: null, project: null });
  }
  expect((await generations.find(ids[1]!))!.error).toEqual({
    code: 'timed-out',
    message: 'Too long',
    hint: 'Again',
  });
  const claim = (await generations.claim({ owner: 'a', leaseMs: 1_000 }))!;
  expect(claim).toMatchObject({ id: ids[0], checkpoint: null, request: { negativePrompt: '' } });
  await db.destroy();
});

it('lists what was made before there were projects, tags and a trash, and finds it by its words', async () => {
  const file = join(dataDir, 'history.db');
  const old = new DatabaseSync(file);
  for (const migration of MIGRATIONS.slice(0, 3)) old.exec(migration.sql);
  old.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = 3`);
  const [output, capture, scene] = ['a', 'b', 'c'].map((digit) => `sha256-${digit.repeat(64)}`) as [
    string,
    string,
    string,
  ];
  for (const id of [output, capture])
    old.exec(
      `INSERT INTO assets VALUES ('${id}', 'image', 'image/png', 9, 4, 3, 0, '2026-11-01T00:00:00.000Z')`,
    );
  old.exec(
    `INSERT INTO assets VALUES ('${scene}', 'scene', 'x', 9, NULL, NULL, 1, '2026-11-01T00:00:00.000Z')`,
  );
  old.exec(`INSERT INTO asset_owners SELECT id, '${BUILT_IN_OWNER_ID}', uploaded FROM assets`);
  const camera = { position: [1, 2, 3], target: [0, 0, 0], fovYDegrees: 35 };
  const add = old.prepare(
    `INSERT INTO generations (id, status, request, prompt_folded, engine, seed, project, favorite, cost, created_at,
       started_at, finished_at)
     VALUES (?, ?, ?, ?, 'test', 7, ?, ?, ?, ?, ?, ?)`,
  );
  const idOf = (number: number): string => `01890000-0000-7000-8000-00000000000${number}`;
  const at = (second: number): string => `2026-11-01T00:00:0${second}.000Z`;
  const canvas = { scene, capture, camera };
  const request = (prompt: string, more: object = {}): string =>
    JSON.stringify({ prompt, aspectRatio: '4:3', size: 1000, canvas, ...more });
  const cost = JSON.stringify({ amount: 0.5, currency: 'USD', estimated: false });
  add.run(idOf(1), 'succeeded', request('Walnut'), 'walnut', 'Ｋitchen', 1, cost, at(1), at(2), at(4));
  const lineage = { generation: idOf(1), how: 'retry' };
  add.run(idOf(2), 'failed', request('Oak', { lineage }), 'oak', 'Ｋitchen', 0, null, at(5), null, at(6));
  add.run(idOf(3), 'failed', '{"prompt":"Dam', 'damaged', null, 0, '{', at(7), null, at(8));
  old.exec(`INSERT INTO outputs (generation_id, position, aov, asset_id, width, height, media_type, seed)
    VALUES ('${idOf(1)}', 0, '', '${output}', 4, 3, 'image/png', 7), ('${idOf(1)}', 0, 'depth', '${output}', 4, 3, 'x', 7)`);
  old.close();

  const db = openDatabase(file);
  const history = new HistoryRepository(db);
  const find = (query: object) =>
    historyPageSchema.parse(
      JSON.parse(history.of(BUILT_IN_OWNER_ID).pageJson(historyQuerySchema.parse(query), () => null)),
    ).items;
  expect(find({})).toMatchObject([
    { id: idOf(3), prompt: 'damaged', cover: null, project: null, cost: null },
    { id: idOf(2), cover: { asset: capture, isOutput: false }, width: 1000, height: 750, images: 0 },
    {
      id: idOf(1),
      prompt: 'Walnut',
      favorite: true,
      cover: { asset: output, isOutput: true },
      width: 4,
      images: 1,
      cost: { amount: 0.5 },
      project: { name: 'Ｋitchen' },
    },
  ]);
  expect(find({ q: 'ALNU' }).map(({ id }) => id)).toEqual([idOf(1)]);
  expect(find({ q: 'kitchen' }).map(({ id }) => id)).toEqual([idOf(2), idOf(1)]);
  expect(find({ sort: 'duration' })[0]!.id).toBe(idOf(1));
  expect(await history.projectsOf(BUILT_IN_OWNER_ID).list()).toMatchObject([
    { name: 'Ｋitchen', scene, camera, entries: 2, cover: output, createdAt: at(1) },
  ]);
  expect(history.of(BUILT_IN_OWNER_ID).lineage(idOf(2), () => null)!.edges).toEqual([
    { from: idOf(1), to: idOf(2), how: 'retry' },
  ]);
  await db.destroy();
});
