import { startFakeBfl } from '@diorama/testkit/fake-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { fastClock } from '../../kit/testing/fast-clock.ts';
import { connectionTo, describeRemoteEngine, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { watchedContext } from '../../kit/testing/watched-context.ts';
import { bflAdapter } from './index.ts';

describeRemoteEngine({
  name: 'Black Forest Labs',
  adapter: bflAdapter,
  start: () => startFakeBfl(),
  routes: { submit: 'submit', poll: 'poll', download: 'download' },
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
      name: 'a failure',
      arrange: (behaviour) => {
        behaviour.refuse = 'error';
      },
      code: 'engine-failed',
    },
    {
      name: 'a failure by its other name',
      arrange: (behaviour) => {
        behaviour.refuse = 'failed';
      },
      code: 'engine-failed',
    },
    {
      name: 'a state that nobody knows',
      arrange: (behaviour) => {
        behaviour.refuse = 'unknown-status';
      },
      code: 'invalid-output',
    },
    {
      name: 'an expired result',
      arrange: (behaviour) => {
        behaviour.resultsExpire = true;
      },
      code: 'remote-job-lost',
    },
  ],
});

describe('Black Forest Labs', () => {
  let fake: Awaited<ReturnType<typeof startFakeBfl>>;
  beforeEach(async () => {
    fake = await startFakeBfl();
  });
  afterEach(async () => {
    await fake.close();
  });

  const engine = () =>
    createRemoteEngine(connectionTo(bflAdapter, fake.baseUrl), bflAdapter, { clock: fastClock() });

  it('sends exactly what FLUX.2 takes: canvas first, then the references, in steps of 16', async () => {
    await engine().generate(
      await remoteRequest({ size: { width: 1024, height: 683 }, sceneNotes: 'a ball' }),
      watchedContext().context,
    );
    const [submit] = fake.requestsTo('submit');
    const { input_image, input_image_2, input_image_3, prompt, ...rest } = submit!.json as Record<
      string,
      string
    >;
    expect(submit!.path).toBe('/v1/flux-2-pro');
    expect(rest).toEqual({
      width: 1008,
      height: 672,
      seed: 7,
      output_format: 'png',
      prompt_upsampling: false,
    });
    for (const image of [input_image, input_image_2, input_image_3]) expect(image).toMatch(/^iVBOR/);
    expect(prompt!.split('\n').map((line) => line.slice(0, 24))).toEqual([
      'Image 1 is the 3D layout',
      'Image 2 is a style refer',
      'Image 3 is a material re',
      'The scene holds: a ball',
      'walnut table, evening li',
    ]);
  });

  it('asks Kontext for a ratio and sends it the canvas alone', async () => {
    const result = await engine().generate(
      await remoteRequest({ model: 'flux-kontext-pro', size: { width: 800, height: 450 } }),
      watchedContext().context,
    );
    const body = fake.requestsTo('submit')[0]!.json as Record<string, unknown>;
    expect(Object.keys(body).sort()).toEqual([
      'aspect_ratio',
      'input_image',
      'output_format',
      'prompt',
      'seed',
    ]);
    expect(body.aspect_ratio).toBe('16:9');
    expect(result.warnings.filter(({ code }) => code === 'reference-ignored')).toHaveLength(2);
  });

  it('makes several images as several jobs with seeds that follow, and adds up what they cost', async () => {
    fake.behaviour.cost = 3;
    const run = watchedContext();
    const result = await engine().generate(await remoteRequest({ count: 3 }), run.context);
    expect(fake.requestsTo('submit').map(({ json }) => (json as { seed: number }).seed)).toEqual([7, 8, 9]);
    expect(result.images.map(({ seed }) => seed)).toEqual([7, 8, 9]);
    expect(result.cost).toEqual({ amount: 0.09, currency: 'USD', estimated: false, basis: 'reported' });
    expect(run.costs.map(({ amount }) => amount)).toEqual([0.03, 0.06, 0.09]);
  });

  it('keeps the images that were made when a later job is refused', async () => {
    let jobs = 0;
    fake.behaviour.refuse = 'output';
    fake.behaviour.refuseWhen = () => ++jobs === 2;
    const result = await engine().generate(await remoteRequest({ count: 2 }), watchedContext().context);
    expect(result.images).toHaveLength(1);
    expect(result.warnings.map(({ code }) => code)).toContain('fewer-images');
  });

  it('says that there is no such model', async () => {
    await expect(
      engine().generate(await remoteRequest({ model: 'flux-9-imaginary' }), watchedContext().context),
    ).rejects.toMatchObject({ code: 'unknown-model' });
  });

  it('names what was sent when the request is refused', async () => {
    fake.behaviour.refuse = 'input';
    await expect(engine().generate(await remoteRequest(), watchedContext().context)).rejects.toMatchObject({
      details: { suspects: ['prompt', 'canvas', 'reference-1', 'reference-2'] },
    });
  });

  it('does not fetch results from private addresses', async () => {
    fake.behaviour.resultOrigin = 'http://169.254.169.254:{port}';
    await expect(engine().generate(await remoteRequest(), watchedContext().context)).rejects.toMatchObject({
      code: 'address-not-allowed',
    });
  });

  it('puts a picture that came back shifted and zoomed over the canvas again', async () => {
    fake.behaviour.picture.shift = { x: 0.05, y: -0.03 };
    fake.behaviour.picture.zoom = 1.04;
    const result = await engine().generate(
      await remoteRequest({ size: { width: 768, height: 512 } }),
      watchedContext().context,
    );
    expect(result.images[0]!.alignment).toMatchObject({ outcome: 'repaired' });
    expect(result.images[0]!.alignment!.scale).toBeCloseTo(1.04, 2);
    expect(result.warnings.map(({ code }) => code)).toContain('image-aligned');
  });

  it('still knows what earlier attempts cost when it takes their jobs up again', async () => {
    fake.behaviour.cost = 3;
    const first = watchedContext();
    await engine().generate(await remoteRequest({ count: 2 }), first.context);
    const [, afterOne] = first.checkpoints;
    const again = watchedContext();
    const result = await engine().generate(
      await remoteRequest({ count: 2, resume: afterOne }),
      again.context,
    );
    expect(result.cost?.amount).toBe(0.06);
    expect(again.costs.map(({ amount }) => amount)).toEqual([0.03, 0.06]);
    expect(fake.requestsTo('submit')).toHaveLength(3);
  });

  it('finds a job again by an address of any length that it accepted', async () => {
    const pollingUrl = `${fake.origin}/v1/get_result?id=gone&signature=${'s'.repeat(5_000)}`;
    fake.inject('submit', { kind: 'status', status: 200, json: { id: 'gone', polling_url: pollingUrl } });
    const run = watchedContext();
    const lost = await engine()
      .generate(await remoteRequest(), run.context)
      .catch((reason: unknown) => reason);
    expect(lost).toMatchObject({ code: 'remote-job-lost' });
    const resumed = await remoteRequest({ resume: run.checkpoints.at(-1) });
    await expect(engine().generate(resumed, watchedContext().context)).rejects.toMatchObject({
      code: 'remote-job-lost',
    });
    expect(fake.requestsTo('submit')).toHaveLength(1);
  });

  it('gives each picture the seed that was sent for it, also when an earlier job failed', async () => {
    let jobs = 0;
    fake.behaviour.reportsSeed = 'none';
    fake.behaviour.refuse = 'output';
    fake.behaviour.refuseWhen = () => ++jobs === 1;
    const result = await engine().generate(await remoteRequest({ count: 2 }), watchedContext().context);
    expect(result.images.map(({ seed }) => seed)).toEqual([8]);
  });

  it('waits out a proxy that answers in place of the service, and as long as it is asked to', async () => {
    const clock = fastClock();
    const patient = createRemoteEngine(connectionTo(bflAdapter, fake.baseUrl), bflAdapter, { clock });
    fake.inject('poll', { kind: 'html' }, 2);
    fake.inject('poll', fake.faults.rateLimit(90));
    fake.inject('download', fake.faults.serverError(), 5);
    expect((await patient.generate(await remoteRequest(), watchedContext().context)).images).toHaveLength(1);
    expect(clock.pauses).toContain(90_000);
    expect(fake.requestsTo('submit')).toHaveLength(1);
  });

  it('sends its key to the hosts of its interface and to no others', () => {
    const { sendsKeyTo } = bflAdapter.create(connectionTo(bflAdapter, 'https://api.bfl.ai'));
    const goesTo = (url: string) => sendsKeyTo?.(new URL(url));
    for (const url of ['https://api.eu.bfl.ai/v1/get_result', 'https://api.us1.bfl.ai/x'])
      expect(goesTo(url), url).toBe(true);
    for (const url of [
      'https://delivery-eu1.bfl.ai/results/a.png',
      'https://bfl.ai/',
      'https://docs.bfl.ai/',
      'http://api.eu.bfl.ai/',
      'https://api.eu.bfl.ai:8443/',
      'https://api.bfl.ai.example.net/',
      'https://apibfl.ai/',
      'https://api.eu.bfl.ai@example.net/',
    ])
      expect(goesTo(url), url).toBe(false);
  });
});
