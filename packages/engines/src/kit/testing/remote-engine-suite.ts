import { type Camera, DioramaError, type ErrorCode } from '@diorama/contracts';
import { listMetadata, recallSettings } from '@diorama/metadata';
import {
  type CommonBehaviour,
  FAKE_KEY,
  type FakeService,
  type WrongPicture,
} from '@diorama/testkit/fake-engines';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request as engineRequest, engineScene, picture, twoObjects } from '../../builtin/test-requests.ts';
import type { Engine, EngineRequest, EngineScene } from '../engine.ts';
import type { AdapterModule } from '../remote/adapter.ts';
import type { ConnectionConfig } from '../remote/connection.ts';
import { createRemoteEngine, type RemoteEngineOptions } from '../remote/remote-engine.ts';
import { fastClock } from './fast-clock.ts';
import { type WatchedRun, watchedContext } from './watched-context.ts';

/** What a remote engine's own test brings to the shared suite. */
export interface RemoteSuiteFixture<B extends CommonBehaviour> {
  readonly name: string;
  readonly adapter: AdapterModule;
  readonly start: () => Promise<FakeService<B>>;
  /** Over the usual ones: the fake's address, its key, private addresses allowed. */
  readonly connection?: (fake: FakeService<B>) => Partial<ConnectionConfig>;
  /** Changes to the usual request: canvas with capture, two references, 96 x 64 pixels. */
  readonly request?: Partial<EngineRequest>;
  /** Names of the fake's routes by their part in one generation. */
  readonly routes: {
    /** Begins the job; charged for unless `isFree`. */
    readonly submit: string;
    readonly poll?: string;
    /** Gives the finished job where that is a call of its own. */
    readonly result?: string;
    readonly download?: string;
    /** Called when a running job is canceled. */
    readonly cancel?: string;
  };
  /** The service answers a repeated request without charging. */
  readonly isFree?: boolean;
  /** A job that was submitted can be found again by its id. */
  readonly isResumable?: boolean;
  /** Jobs have ids of ours, so one whose submission lost its answer is found by asking for it. */
  readonly hasOwnJobIds?: boolean;
  readonly hasKey?: boolean;
  readonly hasCredit?: boolean;
  /** Default: yes. Own servers have none. */
  readonly hasRateLimit?: boolean;
  readonly refusals: readonly {
    readonly name: string;
    readonly arrange: (behaviour: B) => void;
    readonly code: ErrorCode;
  }[];
  /** Whether the picture comes as its own file, so that a broken one arrives as such. Default: yes. */
  readonly wrongPictures?: readonly WrongPicture[];
  /** A further way of an engine that runs the whole suite: what the kit decides by itself is not tried again. */
  readonly isVariant?: boolean;
}

/** Far above what a fake takes on a busy machine: a test that is to succeed must not fail because others run beside it. */
const PATIENT = { connectMs: 5_000, firstByteMs: 10_000, idleMs: 5_000, totalMs: 15_000 };
/** For tests that have to run into a time-out. */
const HASTY = { ...PATIENT, firstByteMs: 700 };
const HASTY_IN_THE_MIDDLE = { ...PATIENT, firstByteMs: 500, idleMs: 60, totalMs: 500 };
const SIZE = { width: 96, height: 64 };
const WRONG: readonly WrongPicture[] = [
  'truncated',
  'svg',
  'text',
  'empty',
  'animated-gif',
  'decompression-bomb',
];

/** The usual request: a scene with its capture and two references. */
export async function remoteRequest(changes: Partial<EngineRequest> = {}): Promise<EngineRequest> {
  usualInputs ??= makeUsualInputs();
  const { scene, capture, references } = await usualInputs;
  return engineRequest(scene, {
    prompt: 'walnut table, evening light',
    sceneNotes: null,
    capture,
    references,
    size: SIZE,
    seed: 7,
    options: {},
    ...changes,
  });
}

/** Hundreds of tests use them, and none changes them. */
let usualInputs: ReturnType<typeof makeUsualInputs> | undefined;

async function makeUsualInputs(): Promise<
  Pick<EngineRequest, 'capture' | 'references'> & { scene: EngineScene }
> {
  const camera: Camera = { position: [0, 1, 3], target: [0, 0.4, 0], fovYDegrees: 40 };
  return {
    scene: await engineScene(twoObjects(), camera),
    capture: await checkerCapture(),
    references: [
      { bytes: await picture('#aa3311', '#113355'), mediaType: 'image/png', role: 'style' },
      { bytes: await picture('#33aa55'), mediaType: 'image/png', role: 'material' },
    ],
  };
}

/** A capture with enough edges that its place can be found again. */
async function checkerCapture(): Promise<Uint8Array> {
  const [width, height] = [384, 256];
  const shapes = Array.from({ length: 14 }, (_, i) => {
    const x = (i * 97) % width;
    const y = (i * 61) % height;
    return `<rect x="${x}" y="${y}" width="${24 + (i % 5) * 14}" height="${18 + (i % 4) * 16}" fill="hsl(${i * 47} 60% ${30 + (i % 4) * 12}%)"/>`;
  });
  return await sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="#d8d4cc"/>${shapes.join('')}<circle cx="200" cy="120" r="46" fill="#224466"/></svg>`,
    ),
  )
    .png()
    .toBuffer();
}

/** A connection to a fake, as the settings page would make it. */
export function connectionTo(
  adapter: AdapterModule,
  address: string,
  changes: Partial<ConnectionConfig> = {},
): ConnectionConfig {
  return {
    id: adapter.info.kind,
    kind: adapter.info.kind as ConnectionConfig['kind'],
    name: adapter.info.name,
    address,
    key: adapter.info.key === 'none' ? null : FAKE_KEY,
    allowPrivate: true,
    enabled: true,
    defaultModel: null,
    extraModels: [],
    options: {},
    probe: null,
    prices: [],
    ...changes,
  };
}

/**
 * The behaviour that every remote engine has in common, against a fake of its service: succeeds, refuses, waits, fails
 * well, cancels and comes back after a restart in every phase, and never pays twice without being asked.
 */
export function describeRemoteEngine<B extends CommonBehaviour>(fixture: RemoteSuiteFixture<B>): void {
  const { routes, isFree = false, isResumable = false, isVariant = false } = fixture;
  const phases = [routes.submit, routes.poll, routes.result, routes.download].filter(
    (route) => route !== undefined,
  );

  describe(`${fixture.name}, as every remote engine`, () => {
    let fake: FakeService<B>;
    let request: EngineRequest;

    beforeEach(async () => {
      fake = await fixture.start();
      request = await remoteRequest(fixture.request);
    });
    afterEach(async () => {
      await fake.close();
    });

    const connect = async (
      changes: Partial<ConnectionConfig> = {},
      options: Pick<RemoteEngineOptions, 'timeoutCaps' | 'retry'> = {},
    ) => {
      const clock = fastClock();
      const connection = connectionTo(fixture.adapter, fake.baseUrl, {
        ...fixture.connection?.(fake),
        ...changes,
      });
      const make = (config: ConnectionConfig): Engine =>
        createRemoteEngine(config, fixture.adapter, {
          clock,
          timeoutCaps: PATIENT,
          breaker: { failures: 100, pauseMs: 1 },
          ...options,
        });
      // As a person does it: what a test finds is kept with the connection.
      const probe = connection.probe ?? (await make(connection).test(watchedContext().context));
      return { engine: make({ ...connection, probe }), clock, probe };
    };
    const submissions = () => fake.requestsTo(routes.submit).length;
    const failureOf = async (engine: Engine, run: WatchedRun = watchedContext()): Promise<DioramaError> => {
      const thrown: unknown = await engine.generate(request, run.context).then(
        () => new Error('it succeeded'),
        (reason: unknown) => reason,
      );
      expect(thrown).toBeInstanceOf(DioramaError);
      return thrown as DioramaError;
    };

    it('passes its test and describes itself with its models', async () => {
      const { engine, probe } = await connect();
      expect(probe.checks.filter(({ ok }) => !ok)).toEqual([]);
      expect(probe.ok).toBe(true);
      const description = await engine.describe();
      expect(description).toMatchObject({
        id: engine.id,
        kind: fixture.adapter.info.kind,
        available: true,
        reason: null,
      });
      expect(description.models.length).toBeGreaterThan(0);
      expect(description.defaultModel).toBe(description.models[0]!.id);
      expect(submissions()).toBe(0);
    });

    it('makes an image of canvas, two references and a ratio, of exactly the asked size', async () => {
      const { engine } = await connect();
      const run = watchedContext();
      const result = await engine.generate(request, run.context);
      expect(submissions()).toBe(1);
      expect(result.images).toHaveLength(1);
      const [image] = result.images;
      expect(await sharp(image!.bytes).metadata()).toMatchObject({ format: 'png', ...SIZE });
      expect((await listMetadata(image!.bytes)).map(({ name }) => name)).toEqual([
        'diorama',
        'parameters',
        'XML:com.adobe.xmp',
      ]);
      expect((await recallSettings(image!.bytes))?.settings).toMatchObject({
        engine: engine.id,
        prompt: request.prompt,
        seed: image!.seed,
        ...SIZE,
      });
      expect(image!.raw!.length).toBeGreaterThan(100);
      const fractions = run.progress.map(({ fraction }) => fraction);
      expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
      expect(fractions.at(-1)).toBe(1);
      if (isFree) expect(run.costs).toEqual([]);
      else expect(run.checkpoints.length).toBeGreaterThan(0);
    });

    it('brings an answer of another size and shape to the asked one and says so', async () => {
      fake.behaviour.picture.wrong = 'wrong-size';
      const { engine } = await connect();
      const result = await engine.generate(request, watchedContext().context);
      expect(await sharp(result.images[0]!.bytes).metadata()).toMatchObject(SIZE);
      expect(result.warnings.map(({ code }) => code)).toContain('ratio-adapted');
    });

    it.each(isVariant ? WRONG.slice(0, 1) : (fixture.wrongPictures ?? WRONG))(
      'refuses an answer that is no usable image: %s',
      async (wrong) => {
        fake.behaviour.picture.wrong = wrong;
        const { engine } = await connect();
        expect((await failureOf(engine)).code).toBe('invalid-output');
        expect(submissions()).toBe(1);
      },
    );

    if (fixture.hasKey ?? true) {
      it('says that the key is not accepted, without repeating it', async () => {
        const wrongKey = 'wrong-key-canary-9d2f71c4';
        const { probe: probed } = await connect();
        fake.behaviour.echoKey = true;
        const { engine } = await connect({ key: wrongKey, probe: probed });
        const run = watchedContext();
        const failure = await failureOf(engine, run);
        expect(failure.code).toBe('key-refused');
        const tried = await engine.test(run.context);
        expect(tried.ok).toBe(false);
        const said = JSON.stringify([
          failure.message,
          failure.hint,
          failure.details,
          tried,
          run.logged,
          run.progress,
        ]);
        expect(said).not.toContain(wrongKey);
      });
    }

    if (fixture.hasCredit ?? !isFree) {
      it('says that there is no credit left', async () => {
        const { engine } = await connect();
        fake.behaviour.creditExhausted = true;
        expect((await failureOf(engine)).code).toBe('no-credit');
      });
    }

    for (const { name, arrange, code } of fixture.refusals)
      it(`tells a refusal from a fault: ${name}`, async () => {
        const { engine } = await connect();
        arrange(fake.behaviour);
        expect((await failureOf(engine)).code).toBe(code);
        expect(submissions()).toBe(1);
      });

    if (fixture.hasRateLimit ?? !isVariant) {
      it('waits as long as a rate limit asks for and goes on', async () => {
        const { engine, clock } = await connect();
        fake.inject(routes.submit, fake.faults.rateLimit(3));
        const result = await engine.generate(request, watchedContext().context);
        expect(result.images).toHaveLength(1);
        expect(clock.pauses.some((ms) => ms >= 2_900 && ms <= 3_100)).toBe(true);
        expect(submissions()).toBe(2);
      });

      it('goes on after a rate limit that names no time', async () => {
        const { engine } = await connect();
        fake.inject(routes.submit, fake.faults.rateLimit());
        expect((await engine.generate(request, watchedContext().context)).images).toHaveLength(1);
      });

      it('passes on a rate limit that asks for longer than anybody waits', async () => {
        const { engine } = await connect();
        fake.inject(routes.submit, fake.faults.rateLimit(3_600), Number.POSITIVE_INFINITY);
        const failure = await failureOf(engine);
        expect(failure.code).toBe('rate-limited');
        expect(failure.details.retryAfterMs).toBeGreaterThan(3_500_000);
        expect(submissions()).toBe(1);
      });
    }

    it.each([
      ['a failure of its own', () => fake.faults.serverError(), ['engine-failed']],
      ['silence', () => ({ kind: 'hang', afterHandling: true }) as const, ['timed-out']],
      ['a page of a proxy', () => ({ kind: 'html' }) as const, ['invalid-output', 'engine-failed']],
      ['JSON that does not parse', () => ({ kind: 'garbage' }) as const, ['invalid-output', 'engine-failed']],
      [
        'a broken connection',
        () => ({ kind: 'reset', afterHandling: true }) as const,
        ['engine-unreachable'],
      ],
      [
        'a redirect',
        () => ({ kind: 'redirect', location: 'http://169.254.169.254/latest' }) as const,
        ['engine-failed'],
      ],
    ])('does not submit a second time after %s', async (_, fault, codes) => {
      const injected = fault();
      const { engine } = await connect({}, injected.kind === 'hang' ? { timeoutCaps: HASTY } : {});
      fake.inject(routes.submit, injected, Number.POSITIVE_INFINITY);
      if (fixture.hasOwnJobIds && 'afterHandling' in injected && injected.afterHandling) {
        expect((await engine.generate(request, watchedContext().context)).images).toHaveLength(1);
        expect(submissions()).toBe(1);
        return;
      }
      const failure = await failureOf(engine);
      expect(codes).toContain(failure.code);
      if (!isFree) expect(submissions()).toBe(1);
    });

    it.each([
      ['stops in the middle', { kind: 'stall' }],
      ['drips', { kind: 'drip', bytesPerSecond: 2 }],
      ['is cut off', { kind: 'truncate' }],
    ] as const)('ends when an answer %s', async (_, fault) => {
      // A job that is asked for again and again meets the fault many times.
      const { engine } = await connect({}, { timeoutCaps: HASTY_IN_THE_MIDDLE, retry: { attempts: 1 } });
      for (const phase of phases) fake.inject(phase, fault, Number.POSITIVE_INFINITY);
      const failure = await failureOf(engine);
      expect(['timed-out', 'engine-unreachable', 'invalid-output', 'engine-failed']).toContain(failure.code);
      // None where time ran out on the way there.
      if (!isFree) expect(submissions()).toBeLessThanOrEqual(1);
    });

    if (!isVariant) {
      it('says that nothing listens at the address', async () => {
        const { engine } = await connect();
        await fake.close();
        const failure = await failureOf(engine);
        expect(failure.code).toBe('engine-unreachable');
        fake = await fixture.start();
      });

      it('does not call a private address that was not allowed', async () => {
        const { probe } = await connect();
        const before = fake.requests.length;
        const { engine } = await connect({ allowPrivate: false, probe });
        expect((await failureOf(engine)).code).toBe('address-not-allowed');
        expect(fake.requests.length).toBe(before);
      });

      it('does nothing for a signal that has already fired', async () => {
        const { engine } = await connect();
        const run = watchedContext(AbortSignal.abort());
        expect((await failureOf(engine, run)).code).toBe('canceled');
        expect(submissions()).toBe(0);
      });
    }

    it.each(phases)('stops soon after a cancel while it waits for: %s', async (phase) => {
      const { engine } = await connect();
      fake.inject(phase, { kind: 'hang', afterHandling: true }, Number.POSITIVE_INFINITY);
      const controller = new AbortController();
      // A test of the connection may have called the same route.
      const before = fake.requestsTo(phase).length;
      const failing = failureOf(engine, watchedContext(controller.signal));
      await fake.waitForRequest(phase, before + 1);
      const began = performance.now();
      controller.abort();
      expect((await failing).code).toBe('canceled');
      expect(performance.now() - began).toBeLessThan(4_000);
      if (routes.cancel && phase === routes.poll)
        expect(fake.requestsTo(routes.cancel).length).toBeGreaterThan(0);
    });

    it.each(phases)('does not pay twice when the process dies while it waits for: %s', async (phase) => {
      const first = await connect();
      fake.inject(phase, { kind: 'hang', afterHandling: true });
      const dead = new AbortController();
      const died = watchedContext(dead.signal);
      const before = fake.requestsTo(phase).length;
      // Nobody waits for a process that is dead; the end of the fake ends its calls.
      first.engine.generate(request, died.context).catch(() => {});
      await fake.waitForRequest(phase, before + 1);
      const { engine } = await connect({ probe: first.probe });
      const resume = died.checkpoints.at(-1) ?? null;
      const again = engine.generate({ ...request, resume }, watchedContext().context);
      const canBeFound = isResumable && phase !== routes.submit;
      if (isFree || canBeFound) expect((await again).images).toHaveLength(1);
      else await expect(again).rejects.toMatchObject({ code: 'outcome-unknown' });
      if (!isFree) expect(submissions()).toBe(1);
      dead.abort();
    });

    if (routes.poll && isResumable && !isFree)
      it('says that the service lost the job', async () => {
        const { engine } = await connect();
        const gone = { kind: 'status', status: 404, json: { detail: 'not found' } } as const;
        fake.inject(routes.poll!, gone, Number.POSITIVE_INFINITY);
        expect((await failureOf(engine)).code).toBe('remote-job-lost');
        expect(submissions()).toBe(1);
      });

    if (phases.length > 1)
      it.each(phases.slice(1))('goes on after passing faults while it waits for: %s', async (phase) => {
        const { engine } = await connect();
        fake.inject(phase, fake.faults.serverError());
        fake.inject(phase, { kind: 'reset' });
        expect((await engine.generate(request, watchedContext().context)).images).toHaveLength(1);
        expect(submissions()).toBe(1);
      });
  });
}
