import { startFakeFal } from '@diorama/testkit/fake-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { fastClock } from '../../kit/testing/fast-clock.ts';
import { connectionTo, describeRemoteEngine, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { watchedContext } from '../../kit/testing/watched-context.ts';
import { falAdapter } from './index.ts';

describeRemoteEngine({
  name: 'fal',
  adapter: falAdapter,
  start: () => startFakeFal(),
  routes: { submit: 'submit', poll: 'status', result: 'result', download: 'download', cancel: 'cancel' },
  isResumable: true,
  refusals: [
    {
      name: 'the request',
      arrange: (behaviour) => {
        behaviour.refuse = 'input';
      },
      code: 'content-refused',
    },
    {
      name: 'the finished picture',
      arrange: (behaviour) => {
        behaviour.refuse = 'output';
      },
      code: 'output-withheld',
    },
    {
      name: 'a failure of the model',
      arrange: (behaviour) => {
        behaviour.refuse = 'model-error';
      },
      code: 'engine-failed',
    },
    {
      name: 'a lost runner',
      arrange: (behaviour) => {
        behaviour.refuse = 'runner-lost';
      },
      code: 'engine-failed',
    },
    {
      name: 'a model that does not start',
      arrange: (behaviour) => {
        behaviour.refuse = 'startup-timeout';
      },
      code: 'timed-out',
    },
  ],
});

describe('fal', () => {
  let fake: Awaited<ReturnType<typeof startFakeFal>>;
  beforeEach(async () => {
    fake = await startFakeFal();
  });
  afterEach(async () => {
    await fake.close();
  });
  const engine = () =>
    createRemoteEngine(connectionTo(falAdapter, fake.baseUrl), falAdapter, { clock: fastClock() });
  const submitted = () =>
    fake.requestsTo('submit').map(({ path, json }) => ({ path, json: json as Record<string, unknown> }));

  it('sends exactly what FLUX.2 takes', async () => {
    await engine().generate(
      await remoteRequest({ size: { width: 1024, height: 576 } }),
      watchedContext().context,
    );
    const [{ path, json }] = submitted() as [{ path: string; json: Record<string, unknown> }];
    const { prompt, image_urls, ...rest } = json;
    expect(path).toBe('/fal-ai/flux-2-pro/edit');
    expect(rest).toEqual({
      image_size: { width: 1024, height: 576 },
      seed: 7,
      num_images: 1,
      output_format: 'png',
    });
    expect((image_urls as string[]).map((url) => url.slice(0, 22))).toEqual(
      Array(3).fill('data:image/png;base64,'),
    );
    expect(prompt).toContain('walnut table, evening light');
  });

  it('asks models with ratios for the nearest one and the resolution that need not be enlarged', async () => {
    await engine().generate(
      await remoteRequest({ model: 'fal-ai/nano-banana-pro/edit', size: { width: 1536, height: 640 } }),
      watchedContext().context,
    );
    expect(submitted()[0]!.json).toMatchObject({ aspect_ratio: '21:9', resolution: '2K' });
  });

  it('makes pictures of words alone with the model for that', async () => {
    await engine().generate(
      await remoteRequest({ scene: null, capture: null, references: [] }),
      watchedContext().context,
    );
    const [first] = submitted();
    expect(first!.path).toBe('/fal-ai/flux-2-pro');
    expect(first!.json).not.toHaveProperty('image_urls');
  });

  it('sends a depth map as one more picture when asked to', async () => {
    await engine().generate(
      await remoteRequest({ options: { controlMap: 'depth' } }),
      watchedContext().context,
    );
    const { json } = submitted()[0]!;
    expect(json.image_urls).toHaveLength(4);
    expect(json.prompt).toContain('Image 4 is the depth map of Image 1');
  });

  it('cancels a job also when its id comes just after the cancel', async () => {
    fake.behaviour.delayMs = { submit: 300 };
    const controller = new AbortController();
    const failing = engine()
      .generate(await remoteRequest(), watchedContext(controller.signal).context)
      .catch((reason: unknown) => reason);
    await fake.waitForRequest('submit');
    controller.abort();
    expect(await failing).toMatchObject({ code: 'canceled' });
    expect(fake.requestsTo('cancel')).toHaveLength(1);
  });
});
