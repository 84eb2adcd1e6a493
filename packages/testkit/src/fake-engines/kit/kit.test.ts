import { setTimeout as sleep } from 'node:timers/promises';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FakeEngine,
  inspectPicture,
  pause,
  renderAnswer,
  startFakeServer,
  type WrongPicture,
} from './index.ts';

let handled = 0;
let fake: FakeEngine;

beforeEach(async () => {
  handled = 0;
  fake = await startFakeServer({
    basePath: '/v1',
    routes: [
      {
        name: 'make',
        method: 'POST',
        path: /^\/v1\/things\/(?<id>[^/]+)$/,
        handle: ({ params }) => {
          handled += 1;
          return { json: { id: params['id'], text: 'x'.repeat(1000) } };
        },
      },
      {
        name: 'events',
        method: 'GET',
        path: /^\/v1\/events$/,
        handle: ({ signal }) => ({
          stream: (async function* () {
            yield 'data: one\n\n';
            await pause(10, signal);
            yield 'data: two\n\n';
          })(),
        }),
      },
    ],
    notFound: () => ({ status: 404, json: { error: 'no such path' } }),
    forgetJobs: () => {
      handled = 0;
    },
  });
});

afterEach(() => fake.close());

const make = (init: RequestInit = {}) =>
  fetch(`${fake.baseUrl}/things/a%20b`, {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'content-type': 'application/json', 'x-key': 'k' },
    redirect: 'manual',
    ...init,
  });

const within = (ms: number) => AbortSignal.timeout(ms);

describe('fake server', () => {
  it('records what came and hands the path groups on', async () => {
    const answer = await make();
    expect(await answer.json()).toMatchObject({ id: 'a b' });
    expect(fake.requests).toHaveLength(1);
    expect(fake.requests[0]).toMatchObject({
      route: 'make',
      method: 'POST',
      path: '/v1/things/a%20b',
      json: { a: 1 },
      aborted: false,
    });
    expect(fake.requests[0]?.headers['x-key']).toBe('k');
  });

  it('records multipart fields and files in their order', async () => {
    const form = new FormData();
    form.append('image[]', new Blob(['one'], { type: 'image/png' }), 'one.png');
    form.append('prompt', 'words');
    form.append('image[]', new Blob(['two'], { type: 'image/webp' }), 'two.webp');
    await fetch(`${fake.baseUrl}/things/1`, { method: 'POST', body: form });
    const recorded = fake.requests[0]?.form;
    expect(recorded?.fields).toEqual([{ name: 'prompt', value: 'words' }]);
    expect(recorded?.files.map((file) => [file.name, file.fileName, file.mediaType])).toEqual([
      ['image[]', 'one.png', 'image/png'],
      ['image[]', 'two.webp', 'image/webp'],
    ]);
    expect(Buffer.from(recorded?.files[1]?.bytes ?? []).toString()).toBe('two');
  });

  it('answers an unknown path in the form of the service', async () => {
    const answer = await fetch(`${fake.origin}/elsewhere`);
    expect([answer.status, await answer.json()]).toEqual([404, { error: 'no such path' }]);
    expect(fake.requests[0]?.route).toBe('unknown');
  });

  it('answers the same routes on its other origin', async () => {
    expect(fake.otherOrigin).not.toBe(fake.origin);
    expect((await fetch(`${fake.otherOrigin}/v1/things/1`, { method: 'POST' })).status).toBe(200);
  });

  it('notices that the client hung up before the answer', async () => {
    fake.inject('make', { kind: 'hang' });
    const aborting = new AbortController();
    const answer = make({ signal: aborting.signal });
    const request = await fake.waitForRequest('make');
    aborting.abort();
    await expect(answer).rejects.toThrow();
    await expect.poll(() => request.aborted).toBe(true);
  });

  it('comes back on the same port after a restart', async () => {
    await make();
    const { origin } = fake;
    await fake.restart({ downForMs: 20 });
    expect(fake.origin).toBe(origin);
    expect(handled).toBe(1);
    await fake.restart({ forgetJobs: true });
    expect(handled).toBe(0);
    expect((await make()).status).toBe(200);
  });

  it('drops a request that hangs when it restarts', async () => {
    fake.inject('make', { kind: 'hang' });
    const answer = make();
    await fake.waitForRequest('make');
    const failed = expect(answer).rejects.toThrow();
    await fake.restart();
    await failed;
  });

  it('refuses to inject into a route that it does not have', () => {
    expect(() => fake.inject('nowhere', { kind: 'hang' })).toThrow('nowhere');
  });
});

describe('faults', () => {
  it('status: answers instead of the route, so often as asked', async () => {
    fake.inject('make', { kind: 'status', status: 429, headers: { 'retry-after': '7' }, json: { e: 1 } }, 2);
    for (let round = 0; round < 2; round += 1) {
      const answer = await make();
      expect([answer.status, answer.headers.get('retry-after'), await answer.json()]).toEqual([
        429,
        '7',
        { e: 1 },
      ]);
    }
    expect(handled).toBe(0);
    expect((await make()).status).toBe(200);
  });

  it('hang: headers never come', async () => {
    fake.inject('make', { kind: 'hang' });
    await expect(make({ signal: within(80) })).rejects.toThrow();
    expect(handled).toBe(0);
  });

  it('hang after handling: the job exists, its answer does not', async () => {
    fake.inject('make', { kind: 'hang', afterHandling: true });
    await expect(make({ signal: within(80) })).rejects.toThrow();
    expect(handled).toBe(1);
  });

  it('stall: headers and the first part come, then nothing', async () => {
    fake.inject('make', { kind: 'stall' });
    const answer = await make({ signal: within(400) });
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow();
  });

  it('stall of a stream: the first piece comes whole', async () => {
    fake.inject('events', { kind: 'stall' });
    const answer = await fetch(`${fake.baseUrl}/events`, { signal: within(400) });
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(Buffer.from(first?.value ?? []).toString()).toBe('data: one\n\n');
    await expect(reader?.read()).rejects.toThrow();
  });

  it('drip: the body arrives slowly but whole', async () => {
    fake.inject('make', { kind: 'drip', bytesPerSecond: 5000 });
    const started = performance.now();
    const answer = await make();
    expect(await answer.json()).toMatchObject({ id: 'a b' });
    expect(performance.now() - started).toBeGreaterThan(150);
  });

  it('reset: the connection breaks and the route never ran', async () => {
    fake.inject('make', { kind: 'reset' });
    await expect(make()).rejects.toThrow();
    expect(handled).toBe(0);
    expect(fake.requests[0]?.aborted).toBe(false);
  });

  it('reset after handling: the connection breaks and the route ran', async () => {
    fake.inject('make', { kind: 'reset', afterHandling: true });
    await expect(make()).rejects.toThrow();
    expect(handled).toBe(1);
  });

  it('html: a proxy page with status 200', async () => {
    fake.inject('make', { kind: 'html' });
    const answer = await make();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('<html>');
  });

  it.each(['fin', 'reset'] as const)('truncate with %s: fewer bytes than declared', async (end) => {
    fake.inject('make', { kind: 'truncate', end });
    const read = async () => await (await make()).text();
    await expect(read()).rejects.toThrow();
    expect(handled).toBe(1);
  });

  it('garbage: JSON that does not parse', async () => {
    fake.inject('make', { kind: 'garbage' });
    const answer = await make();
    expect(answer.headers.get('content-type')).toBe('application/json');
    await expect(answer.json()).rejects.toThrow();
  });

  it('oversize: so many bytes as asked, without a declared length', async () => {
    fake.inject('make', { kind: 'oversize', bytes: 200_000 });
    const answer = await make();
    expect(answer.headers.get('content-length')).toBeNull();
    expect((await answer.arrayBuffer()).byteLength).toBe(200_000);
  });

  it('oversize without end: goes on until the client hangs up', async () => {
    fake.inject('make', { kind: 'oversize', bytes: Number.POSITIVE_INFINITY });
    const aborting = new AbortController();
    const answer = await make({ signal: aborting.signal });
    const reader = answer.body?.getReader();
    for (let read = 0; read < 2_000_000; ) read += (await reader?.read())?.value?.length ?? 0;
    aborting.abort();
    await expect.poll(() => fake.requests[0]?.aborted).toBe(true);
  });

  it('redirect: sends elsewhere', async () => {
    fake.inject('make', { kind: 'redirect', location: 'http://169.254.169.254/' });
    const answer = await make();
    expect([answer.status, answer.headers.get('location')]).toEqual([302, 'http://169.254.169.254/']);
  });
});

describe('answered pictures', () => {
  const asked = { widthPx: 96, heightPx: 64, prompt: 'a chair', seed: 1 };
  const rawOf = async (bytes: Uint8Array) =>
    await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true });

  it.each(['image/png', 'image/jpeg', 'image/webp'] as const)(
    'decode as %s in the asked size',
    async (mediaType) => {
      const picture = await renderAnswer({ ...asked, mediaType });
      expect(await inspectPicture(picture.bytes)).toEqual({ widthPx: 96, heightPx: 64, mediaType });
    },
  );

  it('depend on prompt and seed alone', async () => {
    const first = await renderAnswer(asked);
    expect(Buffer.from((await renderAnswer({ ...asked })).bytes).equals(first.bytes)).toBe(true);
    expect(Buffer.from((await renderAnswer({ ...asked, seed: 2 })).bytes).equals(first.bytes)).toBe(false);
    expect(Buffer.from((await renderAnswer({ ...asked, prompt: 'b' })).bytes).equals(first.bytes)).toBe(
      false,
    );
  });

  it('keep the edges of the first input where they were, or move them as told', async () => {
    const edgePx = 40;
    const input = await sharp({ create: { width: 100, height: 50, channels: 3, background: '#000' } })
      .composite([
        {
          input: { create: { width: 60, height: 50, channels: 3, background: '#fff' } },
          left: edgePx,
          top: 0,
        },
      ])
      .png()
      .toBuffer();
    const edgeOf = async (behaviour: Parameters<typeof renderAnswer>[1]) => {
      const picture = await renderAnswer(
        { widthPx: 100, heightPx: 50, prompt: 'p', inputs: [input] },
        behaviour,
      );
      const { data } = await rawOf(picture.bytes);
      for (let x = 0; x < 100; x += 1) if ((data[(25 * 100 + x) * 3] ?? 0) > 127) return x;
      return -1;
    };
    expect(await edgeOf({})).toBe(40);
    expect(await edgeOf({ shift: { x: 0.1, y: 0 } })).toBe(50);
    expect(await edgeOf({ zoom: 1.5 })).toBe(35);
  });

  it('are wrong in the ways that were asked for', async () => {
    const wrong = async (kind: WrongPicture) => await renderAnswer(asked, { wrong: kind });
    await expect(rawOf((await wrong('truncated')).bytes)).rejects.toThrow();
    expect(await inspectPicture((await wrong('wrong-size')).bytes)).toMatchObject({
      widthPx: 72,
      heightPx: 64,
    });
    expect(Buffer.from((await wrong('svg')).bytes).toString()).toContain('<svg');
    expect(await inspectPicture((await wrong('text')).bytes)).toBeUndefined();
    expect((await wrong('empty')).bytes).toHaveLength(0);
    expect((await sharp((await wrong('animated-gif')).bytes, { animated: true }).metadata()).pages).toBe(2);
    const bomb = (await wrong('decompression-bomb')).bytes;
    expect(bomb.length).toBeLessThan(100_000);
    expect(await sharp(bomb, { limitInputPixels: false }).metadata()).toMatchObject({
      width: 20_000,
      depth: 'uchar',
    });
  });

  it('wait no longer than asked', async () => {
    await pause(5, new AbortController().signal);
    const aborted = AbortSignal.abort();
    const started = performance.now();
    await pause(10_000, aborted);
    await sleep(1);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
