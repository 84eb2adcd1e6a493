import { DioramaError } from '@diorama/contracts';
import { type FakeEngine, startFakeServer } from '@diorama/testkit/fake-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fastClock } from '../testing/fast-clock.ts';
import { createHttp, type HttpOptions } from './create-http.ts';
import { createDispatcher } from './dispatcher.ts';
import { DEFAULT_RETRY } from './retry.ts';

const KEY = 'sk-canary-5f0e1d2c3b4a';
const anything = z.unknown();

/** Far above what a server on the same machine takes, however busy that is. */
const PATIENT = { connectMs: 5_000, firstByteMs: 10_000, idleMs: 10_000, totalMs: 15_000 };

describe('the HTTP client of an engine', () => {
  let server: FakeEngine;
  beforeEach(async () => {
    server = await startFakeServer({
      basePath: '/v1',
      routes: [
        { name: 'thing', method: 'GET', path: /^\/v1\/thing$/, handle: () => ({ json: { ok: true } }) },
        {
          name: 'make',
          method: 'POST',
          path: /^\/v1\/make$/,
          handle: ({ request }) => ({
            json: {
              got: request.json ?? null,
              form: request.form?.fields ?? null,
              files: request.form?.files.length ?? 0,
            },
          }),
        },
        { name: 'stream', method: 'POST', path: /^\/v1\/stream$/, handle: () => ({ stream: pieces() }) },
        {
          name: 'echo',
          method: 'GET',
          path: /^\/v1\/echo$/,
          handle: ({ request }) => ({
            status: 400,
            json: { error: { message: `bad key ${request.headers.authorization}` } },
          }),
        },
      ],
      notFound: () => ({ status: 404, json: { error: 'no such route' } }),
    });
  });
  afterEach(async () => {
    await server.close();
  });

  async function* pieces() {
    yield 'event: one\ndata: {"n":1}\n\n';
    yield 'data: two\n\n';
  }

  const open = (changes: Partial<HttpOptions> = {}, signal = new AbortController().signal) => {
    const rules = { address: server.baseUrl, allowPrivate: true };
    const clock = fastClock();
    const http = createHttp(
      {
        rules,
        engineName: 'Tester',
        keyHeaders: { Authorization: `Bearer ${KEY}` },
        secrets: [KEY],
        timeoutCaps: PATIENT,
        retry: DEFAULT_RETRY,
        clock,
        ...changes,
      },
      createDispatcher(rules, PATIENT.connectMs),
      signal,
    );
    return { http, clock };
  };
  const failure = async (work: Promise<unknown>): Promise<DioramaError> => {
    const thrown = await work.then(
      () => null,
      (reason: unknown) => reason,
    );
    expect(thrown).toBeInstanceOf(DioramaError);
    return thrown as DioramaError;
  };

  it('sends JSON and forms, and gives the answer by its schema', async () => {
    const { http } = open();
    expect((await http.json(z.object({ ok: z.boolean() }), { url: '/thing' })).body).toEqual({ ok: true });
    expect((await http.json(anything, { method: 'POST', url: '/make', json: { a: 1 } })).body).toMatchObject({
      got: { a: 1 },
    });
    const form = new FormData();
    form.append('prompt', 'x');
    form.append('image', new Blob([new Uint8Array([1, 2])], { type: 'image/png' }), 'a.png');
    expect((await http.json(anything, { method: 'POST', url: '/make', form })).body).toMatchObject({
      form: [{ name: 'prompt', value: 'x' }],
      files: 1,
    });
  });

  it('repeats what has no effect and never what is charged', async () => {
    const { http, clock } = open();
    server.inject('thing', { kind: 'status', status: 502, text: 'bad gateway' });
    server.inject('thing', { kind: 'reset' });
    expect((await http.json(anything, { url: '/thing' })).status).toBe(200);
    expect(clock.pauses).toHaveLength(2);
    server.inject('make', { kind: 'status', status: 502, text: 'bad gateway' });
    expect((await failure(http.json(anything, { method: 'POST', url: '/make', json: {} }))).code).toBe(
      'engine-failed',
    );
    server.inject('make', { kind: 'reset' });
    expect((await failure(http.json(anything, { method: 'POST', url: '/make', json: {} }))).code).toBe(
      'engine-unreachable',
    );
    expect(server.requestsTo('make')).toHaveLength(2);
  });

  it('waits out a rate limit also for what is charged: it was not accepted', async () => {
    const { http, clock } = open();
    server.inject('make', { kind: 'status', status: 429, headers: { 'retry-after': '2' } });
    server.inject('make', { kind: 'status', status: 503, headers: { 'retry-after-ms': '1500' } });
    expect((await http.json(anything, { method: 'POST', url: '/make', json: {} })).status).toBe(200);
    expect(clock.pauses).toEqual([2_000, 1_500]);
  });

  it('takes keys out of what a service says, and sends them nowhere else', async () => {
    const { http } = open();
    const said = await failure(http.json(anything, { url: '/echo' }));
    expect(said.code).toBe('request-rejected');
    expect(said.message).toContain('[key]');
    expect(JSON.stringify([said.message, said.details])).not.toContain(KEY);
    const elsewhere = `${server.otherOrigin}/v1/thing`;
    expect((await failure(http.json(anything, { url: elsewhere }))).code).toBe('address-not-allowed');
  });

  it('says so when the port is one that the fetch standard forbids', async () => {
    const { http } = open({ rules: { address: 'http://127.0.0.1:9', allowPrivate: true } });
    expect((await failure(http.json(anything, { url: '/thing' }))).code).toBe('address-not-allowed');
  });

  it('does not follow redirects', async () => {
    const { http } = open();
    server.inject('thing', { kind: 'redirect', location: `${server.origin}/v1/echo` });
    expect((await failure(http.json(anything, { url: '/thing' }))).code).toBe('engine-failed');
    expect(server.requestsTo('echo')).toHaveLength(0);
  });

  it('holds answers to their caps', async () => {
    const { http } = open();
    server.inject('thing', { kind: 'oversize', bytes: Number.POSITIVE_INFINITY });
    expect((await failure(http.bytes({ url: '/thing', maxBytes: 200_000 }))).code).toBe('invalid-output');
  });

  it.each([
    ['first-byte', { kind: 'hang' }, { firstByteMs: 200 }],
    ['idle', { kind: 'stall' }, { idleMs: 200 }],
    ['total', { kind: 'drip', bytesPerSecond: 10 }, { totalMs: 500 }],
  ] as const)('gives up by stage: %s', async (stage, fault, cap) => {
    const { http } = open({
      retry: { ...DEFAULT_RETRY, attempts: 1 },
      timeoutCaps: { ...PATIENT, ...cap },
    });
    server.inject('thing', fault);
    const thrown = await failure(http.json(anything, { url: '/thing' }));
    expect(thrown).toMatchObject({ code: 'timed-out', details: { stage } });
  });

  it('ends at once when the job is aborted, with its reason', async () => {
    const controller = new AbortController();
    const { http } = open({}, controller.signal);
    server.inject('thing', { kind: 'hang' });
    const waiting = http.json(anything, { url: '/thing' }).catch((reason: unknown) => reason);
    await server.waitForRequest('thing');
    controller.abort(new Error('enough'));
    expect(await waiting).toMatchObject({ message: 'enough' });
  });

  it('reads streams of events, takes JSON that comes instead as one, and refuses anything else', async () => {
    const { http } = open();
    const events: unknown[] = [];
    for await (const event of http.events({ method: 'POST', url: '/stream', json: {} })) events.push(event);
    expect(events).toEqual([
      { event: 'one', data: '{"n":1}' },
      { event: undefined, data: 'two' },
    ]);
    const whole: unknown[] = [];
    for await (const event of http.events({ method: 'POST', url: '/make', json: { a: 1 } }))
      whole.push(event);
    expect(whole).toMatchObject([{ event: undefined }]);
    const page = (async () => {
      for await (const _ of http.events({ method: 'POST', url: '/make', json: {} })) break;
    })();
    server.inject('make', { kind: 'html' });
    expect((await failure(page)).code).toBe('invalid-output');
  });

  it('gives libraries a fetch with the same rules', async () => {
    const { http } = open();
    const form = new FormData();
    form.append('image', new Blob([new Uint8Array([1, 2, 3])]), 'blob');
    const answer = await http.fetch(`${server.baseUrl}/make`, { method: 'POST', body: form });
    expect(await answer.json()).toMatchObject({ files: 1 });
    expect(server.requests.at(-1)!.headers.authorization).toBe(`Bearer ${KEY}`);
    const refused = await http.fetch(`${server.baseUrl}/echo`);
    expect(refused.status).toBe(400);
    expect(await refused.text()).not.toContain(KEY);
    server.inject('thing', { kind: 'hang' });
    const hasty = open({ timeoutCaps: { ...PATIENT, firstByteMs: 200 } }).http;
    expect((await failure(hasty.fetch(`${server.baseUrl}/thing`))).code).toBe('timed-out');
  });
});
