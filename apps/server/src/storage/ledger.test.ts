import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  BUILT_IN_OWNER_ID,
  type Budget,
  type Cost,
  type ErrorCode,
  type GenerationRequest,
  generationRequestSchema,
} from '@diorama/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { assetIdOf } from './asset-id.ts';
import { type Database, openDatabase } from './database.ts';
import { type Claim, GenerationRepository, type SavedResult } from './generations.ts';
import { type Charge, LedgerRepository } from './ledger.ts';
import { SettingsRepository } from './settings.ts';

let dataDir: string;
let db: Database;
let now: number;
let generations: GenerationRepository;
let ledger: LedgerRepository;
let settings: SettingsRepository;

beforeEach(() => {
  dataDir = temporaryFolder();
  db = openDatabase(join(dataDir, 'diorama.db'));
  now = Date.parse('2026-11-22T12:00:00Z');
  generations = new GenerationRepository(db, () => now);
  ledger = new LedgerRepository(db, () => now);
  settings = new SettingsRepository(db);
});
afterEach(async () => {
  await db.destroy();
  rmSync(dataDir, { recursive: true, force: true });
});

const REPORTED: Cost = { amount: 0.07, currency: 'USD', estimated: false, basis: 'reported' };
const ESTIMATE: Cost = { amount: 0.04, currency: 'USD', estimated: true, basis: 'estimate' };
const CHARGE: Charge = { model: 'paint', estimate: 0.04, cancelStopsBill: false };

function request(changes: Partial<GenerationRequest> = {}): GenerationRequest {
  return { ...generationRequestSchema.parse({ prompt: 'x', engine: 'bfl' }), ...changes };
}

async function accept(
  changes: Partial<GenerationRequest> = {},
  charge: Charge | null = CHARGE,
): Promise<string> {
  const { generation } = await generations.create(request(changes), { seed: 1, lane: 'remote', charge });
  return generation.id;
}

async function begin(charge: Charge | null = CHARGE): Promise<Claim> {
  await accept({}, charge);
  return (await generations.claim({ owner: 'a', leaseMs: 30_000, lane: 'remote' }))!;
}

function result(cost: Cost | null): SavedResult {
  const asset = {
    id: assetIdOf('1'.repeat(64)),
    kind: 'image',
    mediaType: 'image/png',
    bytes: 3,
  } as const;
  return {
    images: [{ asset, width: 4, height: 4, seed: 1, aovs: new Map() }],
    look: null,
    warnings: [],
    timings: {},
    cost,
  };
}

const failure = (code: ErrorCode) => ({ code, message: 'm', hint: 'h' });
const page = async () => await ledger.page({ limit: 50 });
const budget = async (changes: Partial<Budget>) =>
  await settings.update({ budget: { monthlyTotal: null, monthlyPerProject: null, ...changes } });

describe('the budget', () => {
  it('holds the estimate back from the moment a request is accepted', async () => {
    await accept();
    expect(await page()).toMatchObject({
      spent: 0,
      reserved: 0.04,
      entries: [{ status: 'queued', cost: ESTIMATE, engine: 'bfl', model: 'paint' }],
    });
  });

  it('lets only as many requests pass as it has money for, also when they come at once', async () => {
    await budget({ monthlyTotal: 0.1 });
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => accept()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
    const refused = outcomes.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
    expect(refused.reason).toMatchObject({
      code: 'budget-reached',
      details: { budget: 0.1, spent: 0, reserved: 0.08, estimate: 0.04 },
    });
    expect((await generations.of(BUILT_IN_OWNER_ID).list({ limit: 50 })).items).toHaveLength(2);
  });

  it('lets through what exactly fits, whatever binary fractions say', async () => {
    await budget({ monthlyTotal: 0.3 });
    await accept({}, { ...CHARGE, estimate: 0.1 });
    await accept({}, { ...CHARGE, estimate: 0.1 });
    await accept({}, { ...CHARGE, estimate: 0.1 });
    await expect(accept({}, { ...CHARGE, estimate: 0.01 })).rejects.toMatchObject({ code: 'budget-reached' });
  });

  it('counts each project for itself and begins anew each month', async () => {
    await budget({ monthlyPerProject: 0.05 });
    await accept({ project: 'house' });
    await accept({ project: 'car' });
    await expect(accept({ project: 'house' })).rejects.toMatchObject({
      code: 'budget-reached',
      details: { scope: 'project' },
    });
    now = Date.parse('2026-12-01T00:00:00Z');
    await accept({ project: 'house' });
  });

  it('stops what has no known price only when nothing is left, and never what is free', async () => {
    await budget({ monthlyTotal: 0.04 });
    const unknown = { ...CHARGE, estimate: null };
    await accept({}, unknown);
    await accept();
    await expect(accept({}, unknown)).rejects.toMatchObject({ code: 'budget-reached' });
    await accept({}, null);
    expect((await page()).entries).toHaveLength(2);
  });

  it('is given free again by what ends without a charge', async () => {
    await budget({ monthlyTotal: 0.04 });
    const id = await accept();
    await expect(accept()).rejects.toMatchObject({ code: 'budget-reached' });
    await generations.of(BUILT_IN_OWNER_ID).cancel(id);
    expect(await page()).toMatchObject({ spent: 0, reserved: 0, entries: [] });
    await accept();
  });
});

describe('the end of a generation', () => {
  it.each<[string, Cost | null, Cost | null, Cost]>([
    ['what the result names', REPORTED, null, REPORTED],
    ['what was named before', null, REPORTED, REPORTED],
    ['the estimate', null, null, ESTIMATE],
  ])('in success counts %s', async (_, ofResult, before, expected) => {
    const claim = await begin();
    if (before) await generations.noteCost(claim, before);
    await generations.save(claim, result(ofResult));
    expect(await page()).toMatchObject({
      spent: expected.amount,
      reserved: 0,
      entries: [{ status: 'succeeded', cost: expected, images: 1 }],
      byEngine: [{ key: 'bfl', amount: expected.amount, generations: 1 }],
    });
    expect((await generations.find(claim.id))!.cost).toEqual(expected);
  });

  it.each<[ErrorCode, boolean, Cost | null]>([
    ['content-refused', true, null],
    ['rate-limited', false, null],
    ['outcome-unknown', false, ESTIMATE],
    ['timed-out', false, null],
    ['timed-out', true, ESTIMATE],
    ['invalid-output', true, ESTIMATE],
    ['engine-unreachable', true, ESTIMATE],
    ['engine-unreachable', false, null],
  ])('as %s after it was sent (%s) counts %o', async (code, wasSent, expected) => {
    const claim = await begin();
    if (wasSent) await generations.keepCheckpoint(claim, '{"sent":true}');
    await generations.fail(claim, failure(code));
    const { entries, spent } = await page();
    expect([entries.map(({ cost }) => cost), spent]).toEqual([
      expected ? [expected] : [],
      expected?.amount ?? 0,
    ]);
    expect((await generations.find(claim.id))!.cost).toEqual(expected);
  });

  it('in failure keeps what was spent on the way', async () => {
    const claim = await begin();
    await generations.noteCost(claim, REPORTED);
    await generations.fail(claim, failure('output-withheld'));
    expect(await page()).toMatchObject({ spent: 0.07, entries: [{ status: 'failed', cost: REPORTED }] });
  });

  it.each([
    ['before anything was sent', false, false, []],
    ['after it was sent', true, false, [ESTIMATE]],
    ['after it was sent to one that stops the bill', true, true, []],
  ])('by a cancel %s counts as it should', async (_, wasSent, cancelStopsBill, expected) => {
    const claim = await begin({ ...CHARGE, cancelStopsBill });
    if (wasSent) await generations.keepCheckpoint(claim, '{"job":"1"}');
    await generations.of(BUILT_IN_OWNER_ID).cancel(claim.id);
    expect((await page()).entries.map(({ cost }) => cost)).toEqual(expected);
    expect((await generations.find(claim.id))!.status).toBe('canceled');
  });

  it('lets the service have the last word, also after a cancel', async () => {
    const claim = await begin();
    await generations.of(BUILT_IN_OWNER_ID).cancel(claim.id);
    await generations.noteCost(claim, REPORTED);
    expect(await page()).toMatchObject({ spent: 0.07, reserved: 0, entries: [{ status: 'canceled' }] });
    expect((await generations.find(claim.id))!.cost).toEqual(REPORTED);
  });

  it('keeps the entry when the history is deleted, and settles what was still running', async () => {
    const done = await begin();
    await generations.save(done, result(REPORTED));
    await generations.of(BUILT_IN_OWNER_ID).delete(done.id);
    const running = await begin();
    await generations.keepCheckpoint(running, '{"job":"1"}');
    await generations.of(BUILT_IN_OWNER_ID).delete(running.id);
    expect(await page()).toMatchObject({
      spent: 0.11,
      reserved: 0,
      entries: [
        { generation: running.id, isInHistory: false, status: 'canceled', cost: ESTIMATE },
        { generation: done.id, isInHistory: false, cost: REPORTED },
      ],
    });
  });

  it('counts one generation once, however many attempts it takes, and hears only the newest', async () => {
    const first = await begin();
    await generations.lose(first, failure('worker-lost'));
    expect((await page()).entries).toMatchObject([{ status: 'queued' }]);
    const second = (await generations.claim({ owner: 'a', leaseMs: 30_000, lane: 'remote' }))!;
    await generations.noteCost(first, { ...REPORTED, amount: 9 });
    expect((await page()).reserved).toBe(0.04);
    await generations.save(second, result(REPORTED));
    expect(await generations.save(first, result({ ...REPORTED, amount: 9 }))).toBe(false);
    expect(await page()).toMatchObject({ spent: 0.07, entries: [{ status: 'succeeded' }] });
  });

  it('leaves no trace of a free engine, unless that charges after all', async () => {
    const free = await begin(null);
    await generations.noteCost(free, { ...REPORTED, amount: 0 });
    await generations.save(free, result(null));
    expect((await page()).entries).toEqual([]);
    const surprising = await begin(null);
    await generations.save(surprising, result(REPORTED));
    expect(await page()).toMatchObject({ spent: 0.07, entries: [{ generation: surprising.id }] });
  });
});

describe('the ledger', () => {
  it('gives pages of one month, newest first, with totals by engine and project', async () => {
    for (const project of ['house', 'house', null]) {
      await accept({ project });
      const claim = (await generations.claim({ owner: 'a', leaseMs: 30_000, lane: 'remote' }))!;
      await generations.save(claim, result(null));
    }
    const first = await ledger.page({ limit: 2 });
    expect(first).toMatchObject({
      month: '2026-11',
      spent: 0.12,
      byProject: [
        { key: 'house', amount: 0.08, generations: 2 },
        { key: '', amount: 0.04, generations: 1 },
      ],
    });
    const second = await ledger.page({ limit: 2, cursor: first.nextCursor! });
    expect([...first.entries, ...second.entries].map(({ project }) => project)).toEqual([
      null,
      'house',
      'house',
    ]);
    expect(second.nextCursor).toBeNull();
    expect((await ledger.page({ limit: 2, month: '2026-10' })).entries).toEqual([]);
    await expect(ledger.page({ limit: 2, cursor: 'x' })).rejects.toMatchObject({ code: 'invalid-request' });
  });
});

describe('checkpoints', () => {
  it('come back with the next attempt after a release or a loss, and end with the generation', async () => {
    const first = await begin();
    expect(first.checkpoint).toBeNull();
    expect(await generations.keepCheckpoint(first, '{"job":"7"}')).toBe(true);
    await generations.release(first);
    const again = async () => (await generations.claim({ owner: 'a', leaseMs: 30_000, lane: 'remote' }))!;
    const second = await again();
    expect(second.checkpoint).toEqual({ job: '7' });
    expect(await generations.keepCheckpoint(first, '{"job":"stale"}')).toBe(false);
    await generations.lose(second, failure('worker-lost'));
    const third = await again();
    expect(third.checkpoint).toEqual({ job: '7' });
    await generations.save(third, result(null));
    const row = await db.selectFrom('generations').select('checkpoint').executeTakeFirstOrThrow();
    expect(row.checkpoint).toBeNull();
    expect(await generations.keepCheckpoint(third, '{"job":"8"}')).toBe(false);
  });
});

describe('lanes', () => {
  it('hand out only their own generations', async () => {
    await generations.create(request({ engine: 'builtin' }), { seed: 1 });
    await accept();
    const lease = { owner: 'a', leaseMs: 30_000 };
    expect((await generations.claim({ ...lease, lane: 'remote' }))!.request.engine).toBe('bfl');
    expect(await generations.claim({ ...lease, lane: 'remote' })).toBeNull();
    expect((await generations.claim({ ...lease, lane: 'built-in' }))!.request.engine).toBe('builtin');
  });
});
