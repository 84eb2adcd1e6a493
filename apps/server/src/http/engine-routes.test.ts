import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type EngineConnection,
  type EngineSettings,
  engineConnectionSchema,
  engineDescriptionSchema,
  engineSettingsSchema,
  type Generation,
  ledgerPageSchema,
  type ProbeReport,
  type Problem,
  probeReportSchema,
} from '@diorama/contracts';
import { afterEach, describe, expect, it } from 'vitest';
import { encodePng } from '../__fixtures__/test-engine.ts';
import { createTestServer, type TestServer, temporaryFolder } from '../__fixtures__/test-server.ts';

const servers: TestServer[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function start(options: Parameters<typeof createTestServer>[0] = {}): Promise<TestServer> {
  const server = await createTestServer(options);
  servers.push(server);
  return server;
}

/** As it was answered; the test knows which of both it expects. */
type GenerationOrProblem = Generation & Omit<Problem, 'status'>;

const CONNECTIONS = '/settings/engines/connections';
const KEY = 'sk-test-0123456789';

async function call<T>(
  server: TestServer,
  method: string,
  path: string,
  json?: unknown,
): Promise<{ status: number; body: T }> {
  const response = await server.api(path, { method, ...(json === undefined ? {} : { json }) });
  const text = await response.text();
  return { status: response.status, body: (text === '' ? null : JSON.parse(text)) as T };
}

const connect = async (server: TestServer, changes: object = {}) =>
  await call<EngineConnection>(server, 'POST', CONNECTIONS, { kind: 'bfl', key: KEY, ...changes });

async function engineIds(server: TestServer): Promise<string[]> {
  const { body } = await call<{ engines: { id: string }[] }>(server, 'GET', '/engines');
  return body.engines.map(({ id }) => id);
}

describe('connections', () => {
  it('make an engine at once, change it, and take it away again', async () => {
    const server = await start();
    expect(await engineIds(server)).toEqual(['test']);
    const added = await connect(server, { name: ' My cloud ' });
    expect(added.status).toBe(201);
    expect(engineConnectionSchema.parse(added.body)).toMatchObject({
      id: 'bfl',
      name: 'My cloud',
      address: null,
      hasKey: true,
      enabled: true,
      source: 'settings',
      probe: null,
    });
    expect((await connect(server)).body.id).toBe('bfl-2');
    expect(await engineIds(server)).toEqual(['test', 'bfl', 'bfl-2']);

    const changed = await call<EngineConnection>(server, 'PATCH', `${CONNECTIONS}/bfl`, {
      enabled: false,
      defaultModel: 'gold',
    });
    expect(changed.body).toMatchObject({
      enabled: false,
      defaultModel: 'gold',
      hasKey: true,
      name: 'My cloud',
    });
    expect(await engineIds(server)).toEqual(['test', 'bfl-2']);

    expect((await call(server, 'DELETE', `${CONNECTIONS}/bfl-2`)).status).toBe(204);
    expect(await engineIds(server)).toEqual(['test']);
    expect((await call<Problem>(server, 'DELETE', `${CONNECTIONS}/bfl-2`)).body.code).toBe('not-found');
  });

  it('never give their key back', async () => {
    const server = await start();
    const texts = [JSON.stringify((await connect(server)).body)];
    for (const path of ['/settings/engines', '/engines', '/ledger'])
      texts.push(JSON.stringify((await call(server, 'GET', path)).body));
    texts.push(JSON.stringify((await call(server, 'POST', `${CONNECTIONS}/bfl/test`)).body));
    texts.push(...server.logged);
    expect(texts.filter((text) => text.includes(KEY))).toEqual([]);
    const row = await server.db.selectFrom('engine_connections').selectAll().executeTakeFirstOrThrow();
    expect(Buffer.from(row.sealed_key!).includes(KEY)).toBe(false);
  });

  it('take a new key, and drop it', async () => {
    const server = await start();
    await connect(server);
    await call(server, 'POST', `${CONNECTIONS}/bfl/test`);
    const changed = await call<EngineConnection>(server, 'PATCH', `${CONNECTIONS}/bfl`, {
      key: 'sk-another-key',
    });
    expect(changed.body).toMatchObject({ hasKey: true, probe: null });
    const dropped = await call<EngineConnection>(server, 'PATCH', `${CONNECTIONS}/bfl`, { key: null });
    expect(dropped.body.hasKey).toBe(false);
    const { body } = await call<{ engines: unknown[] }>(server, 'GET', '/engines');
    expect(engineDescriptionSchema.parse(body.engines[1])).toMatchObject({ available: false });
  });

  it('do not send a key that is kept to another server', async () => {
    const server = await start();
    await connect(server);
    const moved = await call<Problem>(server, 'PATCH', `${CONNECTIONS}/bfl`, {
      address: 'https://evil.test',
    });
    expect(moved).toMatchObject({ status: 400, body: { details: { issues: [{ field: 'key' }] } } });
    const together = await call<EngineConnection>(server, 'PATCH', `${CONNECTIONS}/bfl`, {
      address: 'https://mirror.test/v1/',
      key: KEY,
    });
    expect(together.body).toMatchObject({ address: 'https://mirror.test/v1/', hasKey: true });
  });

  it.each([
    ['an unknown kind', { kind: 'teapot' }, 'kind'],
    ['the built-in engine', { kind: 'builtin' }, 'kind'],
    ['a kind that is not there', { kind: 'fal' }, 'kind'],
    ['a key with a line break', { key: 'sk\nx' }, 'key'],
    ['an empty key', { key: ' ' }, 'key'],
    ['an address with a password', { address: 'https://u:p@host.test' }, 'address'],
    ['an address of a file', { address: 'file:///etc/passwd' }, 'address'],
    ['an address with a query', { address: 'https://host.test/?key=1' }, 'address'],
    ['options that do not fit the kind', { options: { mode: 7 } }, 'options.mode'],
    ['a key where there is none', { kind: 'comfyui', address: 'http://127.0.0.1:8188', key: KEY }, 'key'],
    ['no address where one is needed', { kind: 'comfyui', key: undefined }, 'address'],
    ['a name of 81 characters', { name: 'x'.repeat(81) }, 'name'],
  ])('refuse %s and name the field', async (_, changes, field) => {
    const server = await start();
    const { status, body } = await connect(server, changes);
    expect([status, (body as unknown as Problem).code]).toEqual([400, 'invalid-request']);
    const { issues } = (body as unknown as Problem).details as { issues: { field: string }[] };
    expect(issues.map((issue) => issue.field)).toContain(field);
    expect(JSON.stringify(body)).not.toContain(KEY);
    expect(await engineIds(server)).toEqual(['test']);
  });

  it('of the environment are shown and tested, but not changed', async () => {
    const server = await start({ environment: { TEST_CLOUD_KEY: KEY } });
    const { body } = await call<EngineSettings>(server, 'GET', '/settings/engines');
    expect(engineSettingsSchema.parse(body).connections).toMatchObject([
      { id: 'bfl', source: 'environment', hasKey: true, address: null, createdAt: null },
    ]);
    expect(JSON.stringify(body)).not.toContain(KEY);
    for (const [method, json] of [
      ['PATCH', { enabled: false }],
      ['DELETE', undefined],
    ] as const)
      expect((await call<Problem>(server, method, `${CONNECTIONS}/bfl`, json)).body.code).toBe('conflict');
    expect((await call<ProbeReport>(server, 'POST', `${CONNECTIONS}/bfl/test`)).body.ok).toBe(true);
    const again = await call<EngineSettings>(server, 'GET', '/settings/engines');
    expect(again.body.connections[0]!.probe?.ok).toBe(true);
    expect((await connect(server)).body.id).toBe('bfl-2');
  });

  it('keep the report of their last test until their address or key changes', async () => {
    const server = await start();
    await connect(server);
    const report = await call<ProbeReport>(server, 'POST', `${CONNECTIONS}/bfl/test`);
    expect(probeReportSchema.parse(report.body)).toMatchObject({ ok: true, server: 'test 1.0' });
    const probe = async () =>
      (await call<EngineSettings>(server, 'GET', '/settings/engines')).body.connections[0]!.probe;
    expect(await probe()).toEqual(report.body);
    await call(server, 'PATCH', `${CONNECTIONS}/bfl`, { name: 'Renamed', options: { mode: 'other' } });
    expect(await probe()).toEqual(report.body);
    await call(server, 'PATCH', `${CONNECTIONS}/bfl`, { address: 'https://mirror.test', key: KEY });
    expect(await probe()).toBeNull();
  });

  it('whose service repeats the key in its answer show it to nobody', async () => {
    const server = await start();
    await connect(server, { key: 'wrong-key-canary' });
    const { body } = await call<ProbeReport>(server, 'POST', `${CONNECTIONS}/bfl/test`);
    expect(body).toMatchObject({ ok: false, checks: [{ detail: 'Refused: Bearer [redacted]' }] });
    const stored = await server.db.selectFrom('engine_probes').select('report').executeTakeFirstOrThrow();
    expect(stored.report).not.toContain('wrong-key-canary');
  });

  it.each([
    ['lost', (dir: string) => rmSync(join(dir, 'secret.key'))],
    ['another one', (dir: string) => writeFileSync(join(dir, 'secret.key'), Buffer.alloc(32, 5))],
    ['damaged', (dir: string) => writeFileSync(join(dir, 'secret.key'), 'x')],
  ])('stay when the key file is %s, and work again when the key is entered again', async (_, spoil) => {
    const dataDir = temporaryFolder();
    folders.push(dataDir);
    const before = await createTestServer({ dataDir });
    await connect(before);
    await before.close();
    spoil(dataDir);
    const server = await start({ dataDir });
    const { body } = await call<EngineSettings>(server, 'GET', '/settings/engines');
    expect(body.connections).toMatchObject([
      { id: 'bfl', hasKey: false, probe: { ok: false, checks: [{ check: 'key', ok: false }] } },
    ]);
    const { body: listed } = await call<{ engines: { reason: string }[] }>(server, 'GET', '/engines');
    expect(listed.engines[1]).toMatchObject({ available: false });
    expect(listed.engines[1]!.reason).toMatch(/cannot be read.*again/);
    expect((await call<ProbeReport>(server, 'POST', `${CONNECTIONS}/bfl/test`)).body.ok).toBe(false);
    const entered = await call<EngineConnection>(server, 'PATCH', `${CONNECTIONS}/bfl`, { key: KEY });
    expect(entered.body).toMatchObject({ hasKey: true, probe: null });
    expect((await call<ProbeReport>(server, 'POST', `${CONNECTIONS}/bfl/test`)).body.ok).toBe(true);
  });
});

describe('default engine, budget and prices', () => {
  it('are kept, and the default falls back when its engine is gone', async () => {
    const server = await start();
    await connect(server);
    const budget = { monthlyTotal: 5, monthlyPerProject: null };
    const { body } = await call<EngineSettings>(server, 'PATCH', '/settings/engines', {
      defaultEngine: 'bfl',
      budget,
    });
    expect(body).toMatchObject({ defaultEngine: 'bfl', budget });
    const chosen = async () => (await call<{ default: string }>(server, 'GET', '/engines')).body.default;
    expect(await chosen()).toBe('bfl');
    await call(server, 'DELETE', `${CONNECTIONS}/bfl`);
    expect(await chosen()).toBe('test');
    const unknown = await call<Problem>(server, 'PATCH', '/settings/engines', { defaultEngine: 'bfl' });
    expect(unknown.body.code).toBe('unknown-engine');
    for (const wrong of [{ monthlyTotal: -1, monthlyPerProject: null }, { monthlyTotal: 1 }])
      expect((await call(server, 'PATCH', '/settings/engines', { budget: wrong })).status).toBe(400);
  });

  it('edited prices win until they are taken back', async () => {
    const server = await start();
    await connect(server);
    const price = { perImage: 0.5, asOf: '2026-11-22', source: 'my contract' };
    const { body } = await call<EngineSettings>(server, 'PUT', '/settings/prices', {
      kind: 'bfl',
      model: 'paint',
      price,
    });
    const entry = (settings: EngineSettings) => settings.prices.find(({ model }) => model === 'paint');
    expect(entry(body)).toEqual({ kind: 'bfl', model: 'paint', price, isEdited: true });
    const { body: listed } = await call<{ engines: { price: object }[] }>(server, 'GET', '/engines');
    expect(listed.engines[1]!.price).toEqual(price);
    const { id } = await server.generate({ prompt: 'x', engine: 'bfl' });
    expect((await server.finished(id)).cost).toMatchObject({ amount: 0.5, estimated: true });
    const back = await call<EngineSettings>(server, 'PUT', '/settings/prices', {
      kind: 'bfl',
      model: 'paint',
      price: null,
    });
    expect(entry(back.body)).toMatchObject({ price: { perImage: 0.04 }, isEdited: false });
  });
});

describe('generations with a connected engine', () => {
  const post = async (server: TestServer, body: object) =>
    await call<GenerationOrProblem>(server, 'POST', '/generations', {
      prompt: 'x',
      engine: 'bfl',
      size: 256,
      ...body,
    });

  it('are held to the model that they name', async () => {
    const server = await start();
    await connect(server);
    expect((await post(server, { model: 'small', size: 1024 })).body.code).toBe('invalid-size');
    expect((await post(server, { model: 'small', count: 2 })).body.details).toMatchObject({
      issues: [{ field: 'count' }],
    });
    expect((await post(server, { model: 'paint', size: 1024, count: 2 })).status).toBe(202);
  });

  it('pass on models that no list names to services, but not to servers that were asked', async () => {
    const server = await start({ environment: { TEST_WORKSHOP_URL: 'local:' } });
    await connect(server);
    expect((await post(server, { model: 'brand-new' })).status).toBe(202);
    expect((await post(server, { engine: 'comfyui', model: 'brand-new' })).body.code).toBe('invalid-request');
  });

  it('are refused when the budget is reached, with the sums', async () => {
    const server = await start({ isRunning: false });
    await connect(server);
    await call(server, 'PATCH', '/settings/engines', {
      budget: { monthlyTotal: 1.5, monthlyPerProject: null },
    });
    expect((await post(server, { model: 'gold' })).status).toBe(202);
    const refused = await post(server, { model: 'gold' });
    expect([refused.status, refused.body.code]).toEqual([409, 'budget-reached']);
    expect(refused.body.details).toMatchObject({ budget: 1.5, spent: 0, reserved: 1, estimate: 1 });
    expect((await post(server, { engine: 'test' })).status).toBe(202);
    const { body } = await call(server, 'GET', '/ledger');
    expect(ledgerPageSchema.parse(body)).toMatchObject({ reserved: 1, entries: [{ model: 'gold' }] });
  });

  it('keep the raw file, its alignment and the model that was really used', async () => {
    const server = await start();
    await connect(server);
    const { body } = await post(server, { prompt: 'raw', model: 'gold' });
    const done = await server.finished(body.id);
    expect(done).toMatchObject({
      modelUsed: 'gold-2026-11',
      outputs: [{ alignment: { outcome: 'repaired' } }],
    });
    const raw = done.outputs[0]!.raw!;
    const response = await server.request(raw.url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    const info = await call<{ width: number; height: number }>(server, 'GET', `/assets/${raw.asset}/info`);
    expect(info.body).toMatchObject({ width: 20, height: 10 });
    await call(server, 'DELETE', `/generations/${body.id}`);
    expect((await call(server, 'GET', `/assets/${raw.asset}/info`)).status).toBe(404);
  });

  it('say so when nobody knows what they cost', async () => {
    const server = await start();
    await connect(server);
    const unknown = await server.finished((await post(server, { model: 'unpriced' })).body.id);
    expect(unknown).toMatchObject({ status: 'succeeded', cost: null, warnings: [{ code: 'price-unknown' }] });
    const named = await server.finished(
      (await post(server, { model: 'unpriced', prompt: 'cost:0.3' })).body.id,
    );
    expect(named).toMatchObject({ cost: { amount: 0.3, estimated: false }, warnings: [] });
    const { body } = await call<{ spent: number; entries: unknown[] }>(server, 'GET', '/ledger');
    expect([body.spent, body.entries.length]).toEqual([0.3, 2]);
  });

  it('keep no raw file that carries the key', async () => {
    const server = await start();
    await connect(server);
    const { body } = await post(server, { prompt: 'echo-raw' });
    const done = await server.finished(body.id);
    expect(done.status).toBe('succeeded');
    expect(done.outputs[0]!.raw).toBeUndefined();
  });

  it('take fewer images than they asked for, and say so', async () => {
    const server = await start();
    await connect(server);
    const fewer = await server.finished((await post(server, { prompt: 'few', count: 3 })).body.id);
    expect(fewer).toMatchObject({ status: 'succeeded', warnings: [{ code: 'fewer-images' }] });
    expect(fewer.outputs).toHaveLength(2);
    const none = await server.finished((await post(server, { prompt: 'few', count: 1 })).body.id);
    expect(none).toMatchObject({ status: 'failed', error: { code: 'invalid-output' } });
  });

  it('tell what was refused and for how long to wait, but nothing else of what the engine knows', async () => {
    const server = await start();
    await connect(server);
    const refused = await server.finished((await post(server, { prompt: 'refuse echo' })).body.id);
    expect(refused.error).toEqual({
      code: 'content-refused',
      message: 'The service refused a picture (Authorization: Bearer [redacted]).',
      hint: expect.any(String),
      suspects: ['reference-1', 'prompt'],
    });
    const limited = await server.finished((await post(server, { prompt: 'limit' })).body.id);
    expect(limited.error).toMatchObject({ code: 'rate-limited', retryAfterMs: 5_000 });
  });
});

describe('a retry', () => {
  it('needs no body, and makes the same once more', async () => {
    const server = await start();
    const { id } = await server.generate({ prompt: 'first' });
    const response = await server.api(`/generations/${id}/retry`, { method: 'POST' });
    expect(response.status).toBe(202);
    const empty = await call<Generation>(server, 'POST', `/generations/${id}/retry`, {});
    expect(empty.body.request.prompt).toBe('first');
  });

  it('leaves out the named inputs', async () => {
    const server = await start({ isRunning: false });
    const [one, two] = [
      await server.upload(encodePng(4, 4, [1, 1, 1])),
      await server.upload(encodePng(4, 4, [2, 2, 2])),
    ];
    const references = [{ asset: one.id }, { asset: two.id }];
    const { id } = await server.generate({ prompt: 'p', negativePrompt: 'n', references });
    const retry = async (without: string[], of = id) =>
      await call<GenerationOrProblem>(server, 'POST', `/generations/${of}/retry`, { without });
    const first = await retry(['reference-1', 'negative-prompt']);
    expect(first.body.request).toMatchObject({
      prompt: 'p',
      negativePrompt: '',
      references: [{ asset: two.id }],
    });
    expect((await retry(['prompt', 'reference-2'])).body.request).toMatchObject({
      prompt: '',
      references: [{ asset: one.id }],
    });
    expect((await retry(['prompt', 'reference-1', 'reference-2'])).body.code).toBe('nothing-to-generate');
    expect((await retry(['canvas'])).body).toMatchObject({
      code: 'invalid-request',
      details: { issues: [{ field: 'without' }] },
    });
    expect((await retry(['reference-2'], first.body.id)).body.code).toBe('invalid-request');
    expect((await retry(['weather'])).body.code).toBe('invalid-request');
  });

  it('costs anew', async () => {
    const server = await start();
    await connect(server);
    const { id } = await server.generate({ prompt: 'x', engine: 'bfl', size: 256 });
    await server.finished(id);
    const again = await call<Generation>(server, 'POST', `/generations/${id}/retry`);
    await server.finished(again.body.id);
    const { body } = await call<{ spent: number; entries: unknown[] }>(server, 'GET', '/ledger');
    expect([body.spent, body.entries.length]).toEqual([0.08, 2]);
  });
});
