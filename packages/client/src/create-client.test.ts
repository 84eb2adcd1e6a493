import { DioramaError, type Generation, type ServerEvent } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createClient } from './create-client.ts';
import { EventStreamParser } from './event-stream-parser.ts';

const ID = '01890000-0000-7000-8000-000000000000';
const ASSET = `sha256-${'a'.repeat(64)}`;

const generation: Generation = {
  id: ID,
  status: 'queued',
  progress: { stage: 'queued', fraction: 0 },
  request: {
    prompt: 'x',
    negativePrompt: '',
    geometryStrength: null,
    project: null,
    lineage: null,
    canvas: null,
    references: [],
    aspectRatio: '16:9',
    size: 1024,
    engine: 'builtin',
    model: null,
    seed: null,
    count: 1,
    options: {},
  },
  outputs: [],
  warnings: [],
  attempts: 0,
  timings: {},
  favorite: false,
  seq: 1,
  rejected: false,
  tags: [],
  boards: [],
  project: null,
  deletedAt: null,
  createdAt: '2026-01-01T00:00:00.000Z',
};

interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly body: string;
}

/** A client whose server gives the answers in their order, the last one for ever. */
function clientOf(...answers: (() => Response | Promise<Response>)[]) {
  const sent: Sent[] = [];
  const client = createClient({
    baseUrl: 'http://server/',
    fetch: async (input, init) => {
      const request = new Request(input, init);
      sent.push({
        url: request.url,
        method: request.method,
        headers: request.headers,
        body: await request.clone().text(),
      });
      init?.signal?.throwIfAborted();
      return await answers[Math.min(sent.length, answers.length) - 1]!();
    },
  });
  return { client, sent };
}

const json =
  (value: unknown, status = 200) =>
  () =>
    Response.json(value, { status });

async function failure(promise: Promise<unknown>): Promise<DioramaError> {
  const thrown = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  expect(thrown).toBeInstanceOf(DioramaError);
  return thrown as DioramaError;
}

describe('calls', () => {
  it('puts path, query, body and key where the contract says', async () => {
    const { client, sent } = clientOf(
      json({ items: [generation], nextCursor: null }),
      json(generation, 202),
      json(generation),
    );
    await client.listGenerations({ query: { q: 'a b&c', limit: 5 } });
    await client.createGeneration({ body: { prompt: 'x' }, idempotencyKey: 'k' });
    await client.updateGeneration({ params: { id: ID }, body: { favorite: true } });
    expect(sent.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET http://server/api/v1/generations?q=a+b%26c&limit=5',
      'POST http://server/api/v1/generations',
      `PATCH http://server/api/v1/generations/${ID}`,
    ]);
    expect(sent[1]!.headers.get('idempotency-key')).toBe('k');
    expect(sent[1]!.headers.get('content-type')).toBe('application/json');
    expect(JSON.parse(sent[1]!.body)).toEqual({ prompt: 'x' });
    expect(sent[0]!.headers.get('content-type')).toBeNull();
  });

  it('never lets a parameter leave its place in the path', async () => {
    const { client, sent } = clientOf(json(generation));
    await client.getGeneration({ params: { id: '../assets?x=1#y' } });
    expect(sent[0]!.url).toBe('http://server/api/v1/generations/..%2Fassets%3Fx%3D1%23y');
  });

  it('gives nothing for an answer without content', async () => {
    const { client } = clientOf(() => new Response(null, { status: 204 }));
    expect(await client.deleteGeneration({ params: { id: ID } })).toBeUndefined();
  });
});

describe('failures', () => {
  it('keeps code, message, hint and details of the server', async () => {
    const problem = {
      type: 'urn:x',
      title: 'The prompt is too long',
      status: 422,
      detail: 'Far too long.',
      code: 'prompt-too-long',
      hint: 'Shorten it.',
      requestId: 'r-1',
      details: { issues: [] },
    };
    const error = await failure(clientOf(json(problem, 422)).client.createGeneration({ body: {} }));
    expect(error).toMatchObject({ code: 'prompt-too-long', message: 'Far too long.', hint: 'Shorten it.' });
    expect(error.details).toEqual({ issues: [], requestId: 'r-1' });
  });

  it.each([
    [
      'a code that this version does not know',
      json({ code: 'brand-new', detail: 'x' }, 418),
      'invalid-response',
    ],
    ['HTML of a proxy', () => new Response('<h1>Bad gateway</h1>', { status: 502 }), 'network'],
    ['HTML with status 200', () => new Response('<h1>hi</h1>'), 'invalid-response'],
    ['JSON of another shape', json({ status: 'fine' }), 'invalid-response'],
    ['a server that is not there', () => Promise.reject(new TypeError('fetch failed')), 'network'],
    [
      'a connection that breaks in the middle',
      () =>
        new Response(
          new ReadableStream({
            pull: (controller) => controller.error(new TypeError('terminated')),
          }),
        ),
      'network',
    ],
  ])('turns %s into a DioramaError', async (_, answer, code) => {
    expect((await failure(clientOf(answer).client.health())).code).toBe(code);
  });

  it('says canceled when the caller aborted', async () => {
    const { client } = clientOf(json({ status: 'ok', version: '1' }));
    expect((await failure(client.health({ signal: AbortSignal.abort() }))).code).toBe('canceled');
  });
});

describe('files', () => {
  it('uploads bytes and gives the asset', async () => {
    const asset = {
      id: ASSET,
      kind: 'image',
      mediaType: 'image/png',
      bytes: 5,
      url: `/api/v1/assets/${ASSET}`,
    };
    const { client, sent } = clientOf(json(asset, 201));
    const progress = vi.fn();
    expect(await client.uploadAsset(new Blob(['bytes']), { onProgress: progress })).toEqual(asset);
    expect(sent[0]).toMatchObject({ method: 'POST', url: 'http://server/api/v1/assets', body: 'bytes' });
    expect(progress).toHaveBeenLastCalledWith(1);
  });

  it('knows where files are', () => {
    const { client } = clientOf();
    expect(client.assetUrl(ASSET)).toBe(`http://server/api/v1/assets/${ASSET}`);
    expect(client.assetUrl(ASSET, { width: 200.4, download: 'a b.png' })).toBe(
      `http://server/api/v1/assets/${ASSET}?width=201&download=a+b.png`,
    );
  });
});

describe('subscribe', () => {
  const stream = (text: string) => () =>
    new Response(text, { headers: { 'content-type': 'text/event-stream' } });
  const event = (id: number) =>
    `id: ${id}\nevent: generation-updated\ndata: ${JSON.stringify({ type: 'generation-updated', generation: { ...generation, attempts: id } })}\n\n`;

  it('delivers events, comes back by itself where it stopped, and ends when told to', async () => {
    const { client, sent } = clientOf(
      stream(`retry: 1\n\n${event(1)}: still here\n\n${event(2)}data: cut o`),
      () => Promise.reject(new TypeError('down')),
      stream(event(3)),
      () => new Promise<Response>(() => {}),
    );
    const events: ServerEvent[] = [];
    const statuses: string[] = [];
    const controller = new AbortController();
    await new Promise<void>((resolve) => {
      client.subscribe({
        signal: controller.signal,
        onEvent: (received) => {
          events.push(received);
          if (events.length === 3) controller.abort();
        },
        onStatus: (status) => {
          statuses.push(status);
          if (status === 'closed') resolve();
        },
      });
    });
    expect(events.map((one) => one.type === 'generation-updated' && one.generation.attempts)).toEqual([
      1, 2, 3,
    ]);
    expect(sent.map(({ headers }) => headers.get('last-event-id'))).toEqual([null, '2', '2']);
    expect(statuses).toEqual(['connecting', 'open', 'connecting', 'connecting', 'open', 'closed']);
  });

  it('goes on when a listener throws, and skips what it does not know', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => {});
    const { client } = clientOf(stream(`data: {"type":"news"}\n\ndata: no json\n\n${event(1)}${event(2)}`));
    const seen: ServerEvent[] = [];
    await new Promise<void>((resolve) => {
      const end = client.subscribe({
        onEvent: (received) => {
          seen.push(received);
          if (seen.length === 1) throw new Error('listener');
          end();
          resolve();
        },
      });
    });
    expect(seen).toHaveLength(2);
    expect(log).toHaveBeenCalledOnce();
    log.mockRestore();
  });
});

describe('EventStreamParser', () => {
  it('reads the same events wherever the stream is cut and however its lines end', () => {
    const lines = [
      'id: 7',
      'event: a',
      'data: one',
      'data:two',
      '',
      ': comment',
      'data',
      '',
      'id',
      'data: three',
      '',
      'retry: 20',
      '',
      'data: unfinished',
    ];
    fc.assert(
      fc.property(
        fc.constantFrom('\n', '\r', '\r\n'),
        fc.array(fc.nat(), { maxLength: 10 }),
        (newline, cuts) => {
          const text = lines.join(newline);
          const places = [...cuts.map((cut) => cut % text.length), text.length].sort((a, b) => a - b);
          const parser = new EventStreamParser();
          let from = 0;
          const events = places.flatMap((to) => {
            const part = text.slice(from, to);
            from = Math.max(from, to);
            return parser.push(part);
          });
          expect(events).toEqual([
            { type: 'a', data: 'one\ntwo' },
            { type: 'message', data: '' },
            { type: 'message', data: 'three' },
          ]);
          expect(parser.lastEventId).toBe('');
          expect(parser.retryMs).toBe(20);
        },
      ),
    );
  });

  it('keeps an id that came without an event, and not one of an unfinished event', () => {
    const parser = new EventStreamParser('1');
    expect(parser.push('id: 5\n\n')).toEqual([]);
    expect(parser.lastEventId).toBe('5');
    parser.push('id: 6\ndata: half');
    expect(parser.lastEventId).toBe('5');
  });
});
