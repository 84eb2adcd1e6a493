import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { generationSchema } from '@diorama/contracts';
import { afterEach, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { openDatabase } from './database.ts';
import { GenerationRepository } from './generations.ts';
import { APPLICATION_ID } from './migrate.ts';
import { MIGRATIONS } from './migrations/index.ts';

const dataDir = temporaryFolder();
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
