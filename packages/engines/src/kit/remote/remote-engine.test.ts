import { inspect } from 'node:util';
import { DioramaError } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { replicateAdapter } from '../../adapters/replicate/index.ts';
import { picture } from '../../builtin/test-requests.ts';
import { fastClock } from '../testing/fast-clock.ts';
import { connectionTo, remoteRequest } from '../testing/remote-engine-suite.ts';
import { watchedContext } from '../testing/watched-context.ts';
import type { Adapter, AdapterIo, AdapterModule } from './adapter.ts';
import { createRemoteEngine, type RemoteEngineOptions } from './remote-engine.ts';

const KEY = 'r8_canary-0123456789abcdef0123456789abcdef';

/** The plan of a real adapter, with another way to run and to be tested. */
function moduleWith(changes: Partial<Pick<Adapter, 'run' | 'probe'>>): AdapterModule {
  return {
    info: replicateAdapter.info,
    create: (connection) => {
      const real = replicateAdapter.create(connection);
      return {
        summary: real.summary,
        typicalMs: null,
        models: () => real.models(),
        unlistedModel: (id) => real.unlistedModel(id),
        headers: () => real.headers(),
        plan: (question) => real.plan(question),
        run: changes.run ?? ((job, io) => real.run(job, io)),
        probe: changes.probe ?? ((io) => real.probe(io)),
      };
    },
  };
}

function engineWith(changes: Partial<Pick<Adapter, 'run' | 'probe'>>, options: RemoteEngineOptions = {}) {
  const module = moduleWith(changes);
  const connection = connectionTo(module, 'http://127.0.0.1:9', { key: KEY });
  return createRemoteEngine(connection, module, { clock: fastClock(), ...options });
}

const made = async (changes: Partial<Awaited<ReturnType<Adapter['run']>>> = {}) => ({
  images: [{ bytes: await picture('#aa3311'), seed: 7 }],
  modelUsed: null,
  cost: null,
  warnings: [],
  ...changes,
});

describe('a remote engine', () => {
  it('shows the key nowhere, whatever a service puts it into', async () => {
    const engine = engineWith({
      run: async (_, io) => {
        io.onProgress({ stage: 'waiting', fraction: 0.1, detail: `queue of ${KEY}` });
        await io.checkpoint({ url: `https://example.net/?key=${encodeURIComponent(KEY)}` });
        io.log('note', { said: KEY, cut: KEY.slice(0, 30) });
        return await made({
          modelUsed: `model-of-${KEY}`,
          warnings: [{ code: 'option-ignored', message: `no ${Buffer.from(KEY).toString('base64')}` }],
        });
      },
      probe: async () => ({
        checks: [{ check: 'key', ok: true, detail: `The key of ${KEY} is accepted.`, hint: KEY }],
        models: [
          {
            ...replicateAdapter.create(connectionTo(replicateAdapter, 'http://127.0.0.1:9')).models()[0]!,
            id: KEY,
          },
        ],
        server: KEY,
      }),
    });
    const run = watchedContext();
    const result = await engine.generate(await remoteRequest(), run.context);
    const report = await engine.test(run.context);
    const [image] = result.images;
    const all = [
      JSON.stringify([result.warnings, result.modelUsed, run.progress, run.checkpoints, run.logged, report]),
      Buffer.from(image!.bytes).toString('latin1'),
    ].join();
    expect(all).toContain('[key]');
    for (const form of [KEY, KEY.slice(0, 16), Buffer.from(KEY).toString('base64')])
      expect(all).not.toContain(form);
  });

  it('shows the key in no error and in nothing behind it', async () => {
    for (const thrown of [
      new DioramaError('engine-failed', KEY, {
        hint: KEY,
        details: { said: [KEY], nested: { deep: KEY } },
        cause: new Error(`one ${KEY}`, { cause: { headers: { authorization: KEY } } }),
      }),
      new TypeError(`bad header ${KEY}`, { cause: new Error(KEY) }),
      { headers: { authorization: KEY } },
      KEY,
    ]) {
      const engine = engineWith({
        run: async () => {
          throw thrown;
        },
        probe: async () => {
          throw thrown;
        },
      });
      const failure = await engine.generate(await remoteRequest(), watchedContext().context).catch((e) => e);
      expect(failure).toBeInstanceOf(DioramaError);
      expect(inspect(failure, { depth: 10 })).not.toContain(KEY);
      expect(JSON.stringify(await engine.test(watchedContext().context))).not.toContain(KEY);
      const controller = new AbortController();
      const canceled = engineWith({
        run: async () => {
          controller.abort();
          throw thrown;
        },
      });
      const stopped = await canceled
        .generate(await remoteRequest(), watchedContext(controller.signal).context)
        .catch((e) => e);
      expect(stopped).toMatchObject({ code: 'canceled' });
      expect(inspect(stopped, { depth: 10 })).not.toContain(KEY);
    }
  });

  it('passes nothing on after its end', async () => {
    let io: AdapterIo | null = null;
    const run = watchedContext();
    const engine = engineWith({
      run: async (_, given) => {
        io = given;
        throw new DioramaError('engine-failed');
      },
    });
    await expect(engine.generate(await remoteRequest(), run.context)).rejects.toThrow();
    const before = run.progress.length;
    io!.onProgress({ stage: 'generating', fraction: 0.9 });
    io!.onPreview(await picture('#ffffff'));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(run.progress).toHaveLength(before);
    expect(run.previews).toEqual([]);
  });

  it('goes on when a preview cannot be passed on', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const engine = engineWith({
        run: async (_, io) => {
          io.onPreview(await picture('#ffffff'));
          await new Promise((resolve) => setTimeout(resolve, 60));
          return await made();
        },
      });
      const { context } = watchedContext();
      const result = await engine.generate(await remoteRequest(), {
        ...context,
        onPreview: () => {
          throw new Error('the channel is closed');
        },
      });
      expect(result.images).toHaveLength(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(unhandled).toEqual([]);
    } finally {
      process.off('unhandledRejection', note);
    }
  });

  it.each([2 ** 32, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 64])(
    'does not lose a picture over a seed that nobody can ask for: %d',
    async (seed) => {
      const engine = engineWith({
        run: async () => await made({ images: [{ bytes: await picture('#aa3311'), seed }] }),
      });
      const result = await engine.generate(await remoteRequest({ seed: 11 }), watchedContext().context);
      expect(result.images[0]!.seed).toBe(11);
    },
  );

  it('looks for what an earlier attempt paid for also during the pause after many failures', async () => {
    let isDown = true;
    const engine = engineWith(
      {
        run: async () => {
          if (isDown) throw new DioramaError('engine-failed');
          return await made();
        },
      },
      { breaker: { failures: 2, pauseMs: 60_000 } },
    );
    const request = await remoteRequest();
    for (let round = 0; round < 2; round++)
      await expect(engine.generate(request, watchedContext().context)).rejects.toThrow();
    isDown = false;
    await expect(engine.generate(request, watchedContext().context)).rejects.toMatchObject({
      code: 'engine-unreachable',
      details: { arrived: false },
    });
    const resumed = { ...request, resume: { jobs: [] } };
    expect((await engine.generate(resumed, watchedContext().context)).images).toHaveLength(1);
  });

  it.each([
    'localhost:8188',
    'http://',
    'http://user:secret-word@host',
    'http://host/?a=1',
    'ftp://host',
    '',
  ])('is not made for the address %j, and says so without repeating it', (address) => {
    const make = () =>
      createRemoteEngine(connectionTo(replicateAdapter, address), replicateAdapter, { clock: fastClock() });
    expect(make).toThrow(
      expect.objectContaining({
        code: 'invalid-request',
        message: expect.not.stringContaining('secret-word'),
      }),
    );
  });
});
