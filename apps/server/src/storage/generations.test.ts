import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import {
  BUILT_IN_OWNER_ID,
  type GenerationRequest,
  generationRequestSchema,
  LIMITS,
} from '@diorama/contracts';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { assetIdOf } from './asset-id.ts';
import { AssetRepository } from './assets.ts';
import { type Database, openDatabase } from './database.ts';
import { IDEMPOTENCY_KEY_LIFE_MS } from './generation-intake.ts';
import { GenerationRepository, MAX_LOSSES, type SavedResult } from './generations.ts';
import { Outbox } from './outbox.ts';

let dataDir: string;
let db: Database;
let now: number;
let generations: GenerationRepository;

beforeEach(() => {
  dataDir = temporaryFolder();
  db = openDatabase(join(dataDir, 'diorama.db'));
  now = Date.parse('2026-03-01T12:00:00Z');
  generations = new GenerationRepository(db, () => now);
});
afterEach(async () => {
  await db.destroy();
  rmSync(dataDir, { recursive: true, force: true });
});

const LEASE = { owner: 'a', leaseMs: 30_000 };
const LOST = { code: 'worker-lost', message: 'lost', hint: 'again' } as const;

function request(prompt = 'x'): GenerationRequest {
  return generationRequestSchema.parse({ prompt, engine: 'test' });
}

async function create(prompt?: string): Promise<string> {
  return (await generations.create(request(prompt), { seed: 1 })).generation.id;
}

function result(digit = '1'): SavedResult {
  const asset = { id: assetIdOf(digit.repeat(64)), kind: 'image', mediaType: 'image/png', bytes: 3 } as const;
  return {
    images: [{ asset, width: 4, height: 4, seed: 1, aovs: new Map([['depth', asset]]) }],
    look: null,
    warnings: [],
    timings: { tracing: 5 },
    cost: null,
  };
}

describe('the queue', () => {
  it('hands out waiting generations in their order, each once', async () => {
    const ids = [await create(), await create(), await create()];
    const claims = await Promise.all(Array.from({ length: 5 }, () => generations.claim(LEASE)));
    expect(claims.map((claim) => claim?.id ?? null)).toEqual([...ids, null, null]);
  });

  it('keeps its order when the clock jumps back', async () => {
    const first = await create();
    now -= 3_600_000;
    await create();
    expect((await generations.claim(LEASE))?.id).toBe(first);
  });

  it('lets only the newest attempt save', async () => {
    const id = await create();
    const zombie = (await generations.claim(LEASE))!;
    await generations.lose(zombie, LOST);
    const current = (await generations.claim(LEASE))!;
    expect(current.attempt).toBe(2);
    expect(await generations.save(zombie, result('1'))).toBe(false);
    expect(await generations.fail(zombie, LOST)).toBe(false);
    expect(await generations.extendLease(zombie, 1_000)).toBe(false);
    expect(await generations.save(current, result('2'))).toBe(true);
    expect(await generations.save(current, result('3'))).toBe(false);
    const saved = (await generations.find(id))!;
    expect(saved).toMatchObject({ status: 'succeeded', attempts: 2, timings: { tracing: 5, total: 0 } });
    expect(saved.outputs.map((output) => output.asset)).toEqual([assetIdOf('2'.repeat(64))]);
    expect(saved.outputs[0]!.aovs?.depth?.asset).toBe(assetIdOf('2'.repeat(64)));
  });

  it('saves all or nothing', async () => {
    const id = await create();
    const claim = (await generations.claim(LEASE))!;
    const broken = {
      ...result(),
      images: [...result().images, { ...result('2').images[0]!, width: Number.NaN }],
    };
    await expect(generations.save(claim, broken)).rejects.toThrow();
    expect((await generations.find(id))!.status).toBe('running');
    expect(await new AssetRepository(db).find(assetIdOf('1'.repeat(64)))).toBeNull();
    expect(await generations.save(claim, result())).toBe(true);
  });

  it('puts a lost job back until it was lost too often', async () => {
    const id = await create();
    for (let loss = 1; loss <= MAX_LOSSES; loss += 1) {
      const claim = (await generations.claim(LEASE))!;
      await generations.lose(claim, LOST);
      expect((await generations.find(id))!.status).toBe(loss < MAX_LOSSES ? 'queued' : 'failed');
    }
    expect((await generations.find(id))!.error).toEqual(LOST);
    expect(await generations.claim(LEASE)).toBeNull();
  });

  it('does not blame a job for being released', async () => {
    const id = await create();
    for (let i = 0; i < MAX_LOSSES + 2; i += 1) await generations.release((await generations.claim(LEASE))!);
    expect(await generations.find(id)).toMatchObject({ status: 'queued', attempts: MAX_LOSSES + 2 });
  });

  it('recovers the jobs of a dead owner at once, and its own only when their lease has run out', async () => {
    const mine = await create();
    const theirs = await create();
    await generations.claim(LEASE);
    await generations.claim({ owner: 'dead', leaseMs: 3_600_000 });
    expect(await generations.recover('a', LOST)).toBe(1);
    expect((await generations.find(theirs))!.status).toBe('queued');
    expect((await generations.find(mine))!.status).toBe('running');
    now += 30_001;
    expect(await generations.recover('a', LOST)).toBe(1);
    expect((await generations.find(mine))!.status).toBe('queued');
  });

  it('refuses more than may wait, and takes more again afterwards', async () => {
    for (let i = 0; i < LIMITS.queued; i += 1) await create();
    await expect(create()).rejects.toMatchObject({ code: 'queue-full' });
    // Another account has a queue of its own.
    await generations.create(request(), { seed: 1, ownerId: 'somebody-else' });
    await generations.claim(LEASE);
    await create();
  }, 30_000);

  it('reaches exactly one final state, whoever races', async () => {
    const actions = ['save', 'fail', 'cancel', 'lose', 'release', 'recover', 'delete'] as const;
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray([...actions], { minLength: 2 }), async (order) => {
        const id = await create();
        const claim = (await generations.claim(LEASE))!;
        const before = (await new Outbox(db).bounds()).newest;
        await Promise.all(
          order.map((action) => {
            if (action === 'save') return generations.save(claim, result());
            if (action === 'fail') return generations.fail(claim, LOST);
            if (action === 'cancel') return generations.of(BUILT_IN_OWNER_ID).cancel(id);
            if (action === 'lose') return generations.lose(claim, LOST);
            if (action === 'release') return generations.release(claim);
            if (action === 'recover') return generations.recover('other', LOST);
            return generations.of(BUILT_IN_OWNER_ID).delete(id);
          }),
        );
        const events = (await new Outbox(db).after(before, 50)).map((event) => JSON.parse(event.payload));
        const finals = events.filter((event) =>
          ['succeeded', 'failed', 'canceled'].includes(event.generation?.status),
        );
        expect(finals.length).toBeLessThanOrEqual(1);
        const generation = await generations.find(id);
        if (order.includes('delete')) {
          expect(generation).toBeNull();
          expect(events.at(-1)).toEqual({ type: 'generation-deleted', id });
        } else {
          expect(generation!.outputs.length > 0).toBe(generation!.status === 'succeeded');
          expect(events.at(-1).generation).toEqual(generation);
          await generations.of(BUILT_IN_OWNER_ID).cancel(id);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('cancel', () => {
  it('ends waiting and running generations at once and leaves finished ones alone', async () => {
    const waiting = await create();
    expect((await generations.of(BUILT_IN_OWNER_ID).cancel(waiting))!.status).toBe('canceled');
    const running = await create();
    const claim = (await generations.claim(LEASE))!;
    expect((await generations.of(BUILT_IN_OWNER_ID).cancel(running))!.status).toBe('canceled');
    expect(await generations.save(claim, result())).toBe(false);
    expect((await generations.find(running))!.outputs).toEqual([]);
    expect((await generations.of(BUILT_IN_OWNER_ID).cancel(running))!.finishedAt).toBe(
      (await generations.find(running))!.finishedAt,
    );
    expect(await generations.of(BUILT_IN_OWNER_ID).cancel('00000000-0000-7000-8000-000000000000')).toBeNull();
  });
});

describe('delete', () => {
  it('drops the records of files that only it made', async () => {
    const assets = new AssetRepository(db);
    const save = async (digit: string) => {
      const id = await create();
      await generations.save((await generations.claim(LEASE))!, result(digit));
      return id;
    };
    const [only, shared, alsoShared, uploaded] = [
      await save('1'),
      await save('2'),
      await save('2'),
      await save('3'),
    ];
    await assets.of(BUILT_IN_OWNER_ID).addUpload(result('3').images[0]!.asset);
    for (const id of [only, shared, uploaded])
      expect(await generations.of(BUILT_IN_OWNER_ID).delete(id)).toBe(true);
    expect(await assets.find(assetIdOf('1'.repeat(64)))).toBeNull();
    expect(await assets.find(assetIdOf('2'.repeat(64)))).not.toBeNull();
    expect(await assets.find(assetIdOf('3'.repeat(64)))).not.toBeNull();
    await generations.of(BUILT_IN_OWNER_ID).delete(alsoShared);
    expect(await assets.find(assetIdOf('2'.repeat(64)))).toBeNull();
    expect(await generations.of(BUILT_IN_OWNER_ID).delete(alsoShared)).toBe(false);
  });

  it('keeps a file that another generation uses as its input', async () => {
    const first = await create();
    await generations.save((await generations.claim(LEASE))!, result('4'));
    const asset = assetIdOf('4'.repeat(64));
    await generations.create({ ...request(), references: [{ asset }] }, { seed: 1 });
    await generations.of(BUILT_IN_OWNER_ID).delete(first);
    expect(await new AssetRepository(db).find(asset)).not.toBeNull();
  });
});

describe('idempotency keys', () => {
  it('are forgotten after a day', async () => {
    const options = { seed: 1, idempotencyKey: 'k' };
    const first = await generations.create(request(), options);
    now += IDEMPOTENCY_KEY_LIFE_MS - 1;
    expect(await generations.create(request(), options)).toMatchObject({
      generation: { id: first.generation.id },
      isRepeat: true,
    });
    now += 2;
    expect((await generations.create(request('other'), options)).isRepeat).toBe(false);
  });

  it('are not used up by a request that was refused', async () => {
    const options = { seed: 1, idempotencyKey: 'k' };
    const unknown = { ...request(), references: [{ asset: assetIdOf('9'.repeat(64)) }] };
    await expect(generations.create(unknown, options)).rejects.toMatchObject({ code: 'unknown-asset' });
    expect((await generations.create(request(), options)).isRepeat).toBe(false);
  });
});

describe('the database file', () => {
  it('is durable at every commit', async () => {
    const probe = new DatabaseSync(join(dataDir, 'diorama.db'), { readOnly: true });
    expect(probe.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    probe.close();
  });

  it('is refused when a newer version wrote it, or somebody else', async () => {
    const newer = join(dataDir, 'newer.db');
    await openDatabase(newer).destroy();
    const raw = new DatabaseSync(newer);
    raw.exec('PRAGMA user_version = 99');
    raw.close();
    expect(() => openDatabase(newer)).toThrow(/newer Diorama \(schema 99/);
    const foreign = join(dataDir, 'foreign.db');
    const other = new DatabaseSync(foreign);
    other.exec('CREATE TABLE notes (x)');
    other.close();
    expect(() => openDatabase(foreign)).toThrow(/not a Diorama database/);
  });

  it('says that the disk is full when the database cannot grow', async () => {
    const { toStorageError } = await import('./errors.ts');
    const small = new DatabaseSync(':memory:');
    small.exec('PRAGMA max_page_count = 2; CREATE TABLE t (x)');
    let thrown: unknown;
    try {
      small.prepare('INSERT INTO t VALUES (zeroblob(100000))').run();
    } catch (error) {
      thrown = error;
    }
    expect(toStorageError(thrown)).toMatchObject({ code: 'storage-full', status: 507 });
    small.close();
  });
});
