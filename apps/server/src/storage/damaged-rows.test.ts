import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN_OWNER_ID, generationRequestSchema, type ProbeReport } from '@diorama/contracts';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { type Database, openDatabase } from './database.ts';
import { ConnectionRepository } from './engine-connections.ts';
import { GenerationRepository } from './generations.ts';
import { LedgerRepository } from './ledger.ts';
import { SettingsRepository } from './settings.ts';

const TRUNCATED = '{"ok';
const CONNECTION = {
  id: 'bfl',
  kind: 'bfl',
  name: 'BFL',
  address: null,
  sealedKey: null,
  allowPrivate: false,
  enabled: true,
  defaultModel: null,
  extraModels: ['mine'],
  options: { keep: 1 },
} as const;
const REPORT: ProbeReport = {
  ok: true,
  testedAt: '2026-11-22T12:00:00.000Z',
  ms: 1,
  checks: [],
  models: [],
  server: null,
};

let dataDir: string;
let db: Database;
beforeEach(() => {
  dataDir = temporaryFolder();
  db = openDatabase(join(dataDir, 'diorama.db'));
});
afterEach(async () => {
  await db.destroy();
  rmSync(dataDir, { recursive: true, force: true });
});

describe('a damaged row', () => {
  it('of a connection switches that one off and hides no other', async () => {
    const connections = new ConnectionRepository(db);
    await connections.add(CONNECTION);
    await connections.add({ ...CONNECTION, id: 'bfl-2' });
    await sql`update engine_connections set options = ${TRUNCATED} where id = 'bfl'`.execute(db);
    const [damaged, other] = await connections.list();
    expect(damaged).toMatchObject({ id: 'bfl', enabled: false, extraModels: ['mine'], options: {} });
    expect(other).toMatchObject({ id: 'bfl-2', enabled: true, options: { keep: 1 } });
  });

  it('of a test report counts as not tested', async () => {
    const connections = new ConnectionRepository(db);
    const tested = { id: 'bfl', kind: 'bfl', address: 'https://api.bfl.ai', allowPrivate: false } as const;
    await connections.saveProbe(tested, REPORT);
    expect((await connections.probes([tested])).get('bfl')).toEqual(REPORT);
    await sql`update engine_probes set report = ${TRUNCATED}`.execute(db);
    expect(await connections.probes([tested])).toEqual(new Map());
    expect(await connections.lastReports()).toEqual(new Map());
  });

  it('of a price leaves the other prices', async () => {
    const settings = new SettingsRepository(db);
    const price = { perImage: 0.1, asOf: '2026-11-22', source: 'mine' };
    await settings.setPrice('openai', 'a', price);
    await settings.setPrice('openai', 'b', price);
    await sql`update prices set price = ${TRUNCATED} where model = 'a'`.execute(db);
    expect(await settings.prices()).toEqual([{ kind: 'openai', model: 'b', price }]);
  });

  it('of the budget allows nothing until a budget is set again', async () => {
    const settings = new SettingsRepository(db);
    expect(await settings.budget()).toEqual({ monthlyTotal: null, monthlyPerProject: null });
    await settings.update({ budget: { monthlyTotal: 5, monthlyPerProject: null }, defaultEngine: 'bfl' });
    await sql`update settings set value = ${TRUNCATED}`.execute(db);
    expect(await settings.budget()).toEqual({ monthlyTotal: 0, monthlyPerProject: 0 });
    expect(await settings.defaultEngine()).toBeNull();
    await settings.update({ budget: { monthlyTotal: 7, monthlyPerProject: null } });
    expect(await settings.budget()).toEqual({ monthlyTotal: 7, monthlyPerProject: null });
  });

  it('of the history or the ledger loses only what is damaged', async () => {
    const generations = new GenerationRepository(db);
    const request = generationRequestSchema.parse({ prompt: 'kept', engine: 'bfl' });
    const charge = { model: 'm', estimate: 0.25, cancelStopsBill: false };
    await generations.create(request, { seed: 1, lane: 'remote', charge });
    await sql`update generations set warnings = ${TRUNCATED}, timings = ${TRUNCATED}, cost = ${TRUNCATED}`.execute(
      db,
    );
    await sql`update ledger set cost = ${TRUNCATED}`.execute(db);
    const { items } = await generations.of(BUILT_IN_OWNER_ID).list({ limit: 10 });
    expect(items[0]).toMatchObject({ request: { prompt: 'kept' }, warnings: [], timings: {}, cost: null });
    const { entries, reserved } = await new LedgerRepository(db).page({ limit: 10 });
    expect(reserved).toBe(0.25);
    expect(entries[0]!.cost).toMatchObject({ amount: 0.25, estimated: true });
  });

  it('of the queue fails alone: what waits behind it is made', async () => {
    const generations = new GenerationRepository(db);
    const make = async (prompt: string): Promise<string> =>
      (await generations.create(generationRequestSchema.parse({ prompt }), { seed: 1 })).generation.id;
    const [damaged, sent, sound] = [await make('damaged'), await make('sent'), await make('sound')];
    await sql`update generations set request = ${TRUNCATED} where id = ${damaged}`.execute(db);
    await sql`update generations set checkpoint = ${TRUNCATED} where id = ${sent}`.execute(db);
    const claim = await generations.claim({ owner: 'a', leaseMs: 1_000 });
    expect(claim).toMatchObject({ id: sound, checkpoint: null });
    expect(await generations.find(damaged)).toMatchObject({
      status: 'failed',
      error: { code: 'storage-failed' },
      request: { prompt: 'damaged' },
    });
    // It may have been paid for: sent once more it would be paid for twice.
    expect(await generations.find(sent)).toMatchObject({
      status: 'failed',
      error: { code: 'outcome-unknown' },
    });
  });
});
