import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DioramaError, isErrorCode } from '@diorama/contracts';
import {
  FAKE_KEY,
  type FakeEngine,
  startFakeBfl,
  startFakeFal,
  startFakeOpenAi,
  startFakeReplicate,
} from '@diorama/testkit/fake-engines';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineRequest } from '../kit/engine.ts';
import type { AdapterModule } from '../kit/remote/adapter.ts';
import { createRemoteEngine } from '../kit/remote/remote-engine.ts';
import { fastClock } from '../kit/testing/fast-clock.ts';
import { connectionTo, remoteRequest } from '../kit/testing/remote-engine-suite.ts';
import { watchedContext } from '../kit/testing/watched-context.ts';
import { bflAdapter } from './bfl/index.ts';
import { falAdapter } from './fal/index.ts';
import { openaiAdapter } from './openai/index.ts';
import { replicateAdapter } from './replicate/index.ts';

const RUNS = 60;
const RUN_WITHIN_MS = 5_000;

/** Which answer is damaged, and how; `at` says where in it. */
interface Mutation {
  readonly answer: number;
  readonly kind: (typeof KINDS)[number];
  readonly at: number;
}

const KINDS = [
  'flip',
  'truncate',
  'empty',
  'swap-type',
  'drop-field',
  'nest',
  'huge-text',
  'foreign-address',
  'status',
  'media-type',
] as const;

const mutations: fc.Arbitrary<readonly Mutation[]> = fc.array(
  fc.record({
    answer: fc.nat(4),
    kind: fc.constantFrom(...KINDS),
    at: fc.nat(1_000_000),
  }),
  { minLength: 1, maxLength: 3 },
);

const REPLACEMENTS: readonly unknown[] = [
  null,
  0,
  -1,
  1e308,
  '',
  'x',
  [],
  {},
  true,
  [[null]],
  { message: { message: { detail: [{}] } } },
  '__proto__',
];
const ADDRESSES = ['http://169.254.169.254/', 'file:///etc/passwd', '@example.net/x', 'x', 'data:,x', '/'];
// Without 429 and 503: with those a service says that it took nothing, and it is asked again.
const STATUSES = [204, 205, 302, 304, 400, 401, 402, 403, 404, 409, 410, 413, 418, 422, 500, 502, 504, 599];

/** Every place of a JSON value, as the object that holds it and its name there. */
function placesOf(value: unknown, depth = 0): [Record<string, unknown>, string][] {
  if (typeof value !== 'object' || value === null || depth > 8) return [];
  const holder = value as Record<string, unknown>;
  return Object.keys(holder).flatMap((name) => [
    [holder, name] as [typeof holder, string],
    ...placesOf(holder[name], depth + 1),
  ]);
}

function damageJson(body: Buffer, { kind, at }: Mutation): Buffer {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch {
    return body;
  }
  const places = placesOf(json);
  const place = places[at % Math.max(1, places.length)];
  if (!place) return Buffer.from(JSON.stringify(REPLACEMENTS[at % REPLACEMENTS.length]));
  const [holder, name] = place;
  if (kind === 'drop-field') delete holder[name];
  else if (kind === 'swap-type') holder[name] = REPLACEMENTS[at % REPLACEMENTS.length];
  else if (kind === 'foreign-address') holder[name] = ADDRESSES[at % ADDRESSES.length];
  else if (kind === 'huge-text') holder[name] = 'y'.repeat(300_000);
  else {
    holder[name] = '\u0000';
    const open = at % 2 === 0 ? '[' : '{"error":';
    const close = at % 2 === 0 ? ']' : '}';
    return Buffer.from(
      JSON.stringify(json).replace('"\\u0000"', `${open.repeat(20_000)}1${close.repeat(20_000)}`),
    );
  }
  return Buffer.from(JSON.stringify(json));
}

function damageBytes(body: Buffer, { kind, at }: Mutation): Buffer {
  if (kind === 'empty' || body.length === 0) return Buffer.alloc(0);
  if (kind === 'truncate') return body.subarray(0, at % body.length);
  const copy = Buffer.from(body);
  for (let n = 0; n < 4; n++) {
    const place = (at * (n + 1)) % copy.length;
    copy[place] = copy[place]! ^ (1 << ((at + n) % 8));
  }
  return copy;
}

/** Stands between an engine and a fake, and damages answers on their way back. */
async function startMutator(fake: FakeEngine): Promise<{
  readonly baseUrl: string;
  readonly begin: (mutations: readonly Mutation[]) => void;
  readonly close: () => Promise<void>;
}> {
  let pending: readonly Mutation[] = [];
  let answers = 0;
  const server: Server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', async () => {
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
      const sent = pieces.length === 0 ? null : Buffer.concat(pieces);
      const answer = await fetch(fake.origin + request.url, {
        method: request.method ?? 'GET',
        headers: headers as Record<string, string>,
        body: sent,
        redirect: 'manual',
      });
      let body: Buffer = Buffer.from(await answer.arrayBuffer());
      let { status } = answer;
      let type = answer.headers.get('content-type') ?? '';
      if (/json|event-stream/.test(type))
        body = Buffer.from(body.toString('utf8').replaceAll(fake.origin, origin()));
      for (const mutation of pending.filter((one) => one.answer === answers)) {
        if (mutation.kind === 'status') status = STATUSES[mutation.at % STATUSES.length]!;
        else if (mutation.kind === 'media-type')
          type = ['text/html', 'application/json', 'text/event-stream', 'image/png'][mutation.at % 4]!;
        else if (['flip', 'truncate', 'empty'].includes(mutation.kind)) body = damageBytes(body, mutation);
        // What was nested before cannot be written again; it is damaged enough.
        else if (!/\[{1000}|(\{"error":){1000}/.test(body.toString('utf8')))
          body = damageJson(body, mutation);
      }
      answers += 1;
      response.writeHead(status, type === '' ? {} : { 'content-type': type });
      response.end(status === 204 || status === 205 || status === 304 ? undefined : body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl: fake.baseUrl.replace(fake.origin, origin()),
    begin: (next) => {
      pending = next;
      answers = 0;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Jobs whose answers were damaged stay in flight, and the service takes no more than so many. */
const startEndlessBfl = () => startFakeBfl({ behaviour: { tasksMax: Number.POSITIVE_INFINITY } });

const SERVICES: readonly {
  readonly name: string;
  readonly adapter: AdapterModule;
  readonly start: () => Promise<FakeEngine>;
  readonly paid: readonly string[];
}[] = [
  { name: 'Black Forest Labs', adapter: bflAdapter, start: startEndlessBfl, paid: ['submit'] },
  { name: 'fal', adapter: falAdapter, start: () => startFakeFal(), paid: ['submit'] },
  { name: 'Replicate', adapter: replicateAdapter, start: () => startFakeReplicate(), paid: ['submit'] },
  { name: 'OpenAI', adapter: openaiAdapter, start: () => startFakeOpenAi(), paid: ['generate', 'edit'] },
];

describe('damaged answers', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  it.each(SERVICES)(
    'of $name end in a picture or in an error of the list, soon, and are paid for once',
    async ({ adapter, start, paid }) => {
      const fake = await start();
      const mutator = await startMutator(fake);
      closers.push(
        () => mutator.close(),
        () => fake.close(),
      );
      const unhandled: unknown[] = [];
      const note = (reason: unknown) => void unhandled.push(reason);
      process.on('unhandledRejection', note);
      const request: EngineRequest = await remoteRequest({ scene: null, capture: null, references: [] });
      const outcomes = new Map<string, number>();
      const payments = () => paid.flatMap((route) => fake.requestsTo(route)).length;
      try {
        await fc.assert(
          fc.asyncProperty(mutations, async (damage) => {
            mutator.begin(damage);
            const before = payments();
            const engine = createRemoteEngine(connectionTo(adapter, mutator.baseUrl), adapter, {
              clock: fastClock(),
              timeoutCaps: { connectMs: 500, firstByteMs: 500, idleMs: 500, totalMs: 2_000 },
            });
            const run = watchedContext();
            const began = performance.now();
            const outcome = await engine.generate(request, run.context).then(
              ({ images }) => {
                expect(images).toHaveLength(1);
                return 'picture';
              },
              (thrown: unknown) => {
                if (!(thrown instanceof DioramaError) || !isErrorCode(thrown.code)) throw thrown;
                expect(['internal', 'canceled', 'render-failed']).not.toContain(thrown.code);
                expect(JSON.stringify([thrown.message, thrown.hint, thrown.details]).length).toBeLessThan(
                  8_000,
                );
                return thrown.code;
              },
            );
            outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
            expect(performance.now() - began).toBeLessThan(RUN_WITHIN_MS);
            expect(payments() - before).toBeLessThanOrEqual(1);
            expect(JSON.stringify([run.logged, run.progress, run.checkpoints])).not.toContain(FAKE_KEY);
          }),
          { numRuns: RUNS },
        );
        // Damage that nobody notices would make this test worth nothing.
        expect(outcomes.size).toBeGreaterThan(1);
        expect(unhandled).toEqual([]);
      } finally {
        process.off('unhandledRejection', note);
      }
    },
    30_000,
  );
});
