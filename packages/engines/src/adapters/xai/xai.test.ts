import { type FakeXai, startFakeXai } from '@diorama/testkit/fake-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineRequest } from '../../kit/engine.ts';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { connectionTo, describeRemoteEngine, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { watchedContext } from '../../kit/testing/watched-context.ts';
import { xaiAdapter } from './index.ts';

describeRemoteEngine({
  name: 'xAI',
  adapter: xaiAdapter,
  start: () => startFakeXai(),
  routes: { submit: 'edit' },
  refusals: [
    {
      name: 'an input',
      arrange: (b) => {
        b.refuse = 'input';
      },
      code: 'content-refused',
    },
    {
      name: 'the finished picture',
      arrange: (b) => {
        b.refuse = 'output';
      },
      code: 'output-withheld',
    },
    {
      name: 'a wrong key that comes as a bad request',
      arrange: (b) => {
        b.key = 'another-key-0123456789';
        b.wrongKeyStatus = 400;
      },
      code: 'key-refused',
    },
  ],
});

describe('xAI', () => {
  let fake: FakeXai;
  beforeEach(async () => {
    fake = await startFakeXai();
  });
  afterEach(async () => {
    await fake.close();
  });

  const engine = (changes: Parameters<typeof connectionTo>[2] = {}) =>
    createRemoteEngine(connectionTo(xaiAdapter, fake.baseUrl, changes), xaiAdapter);
  const generate = async (changes: Partial<EngineRequest>) => {
    const run = watchedContext();
    const result = await engine().generate(await remoteRequest(changes), run.context);
    return { result, run };
  };
  const promptOnly = { scene: null, capture: null, references: [] } as const;

  it('sends a prompt alone with ratio and resolution as parameters', async () => {
    await generate({ ...promptOnly, size: { width: 2048, height: 1152 } });
    const [sent] = fake.requestsTo('generate');
    expect(sent!.headers['authorization']).toBe('Bearer fake-key-0123456789abcdef');
    expect(sent!.json).toEqual({
      model: 'grok-imagine-image-2.0',
      prompt: 'walnut table, evening light',
      n: 1,
      response_format: 'b64_json',
      aspect_ratio: '16:9',
      resolution: '2k',
      quality: 'medium',
    });
  });

  it('sends canvas and two references in this order as data', async () => {
    await generate({ model: 'grok-imagine-image', size: { width: 1024, height: 683 } });
    const image = { type: 'image_url', url: expect.stringMatching(/^data:image\/jpeg;base64,/) };
    expect(fake.requestsTo('edit')[0]!.json).toEqual({
      model: 'grok-imagine-image',
      prompt: expect.stringMatching(/^Image 1 is the 3D layout[\s\S]*walnut table, evening light$/),
      n: 1,
      response_format: 'b64_json',
      aspect_ratio: '3:2',
      resolution: '1k',
      images: [image, image, image],
    });
  });

  it('sends a depth map as one more picture when asked to', async () => {
    const { references } = await remoteRequest();
    await generate({ references: references.slice(0, 1), options: { controlMap: 'depth' } });
    const body = fake.requestsTo('edit')[0]!.json as { prompt: string; images: unknown[] };
    expect(body.images).toHaveLength(3);
    expect(body.prompt).toContain('Image 3 is the depth map of Image 1');
  });

  it('sends a single picture in the field for one', async () => {
    await generate({ references: [] });
    const body = fake.requestsTo('edit')[0]!.json as Record<string, unknown>;
    expect(body['image']).toMatchObject({ type: 'image_url' });
    expect(body).not.toHaveProperty('images');
  });

  it('asks for four images in two requests and adds up what they cost', async () => {
    const { result, run } = await generate({ count: 4 });
    expect(result.images).toHaveLength(4);
    const counts = fake.requestsTo('edit').map(({ json }) => (json as { n: number }).n);
    expect(counts.toSorted((a, b) => a - b)).toEqual([1, 3]);
    expect(result.cost).toEqual({ amount: 0.08, currency: 'USD', estimated: false, basis: 'reported' });
    expect(run.costs.at(-1)!.amount).toBe(0.08);
  });

  it('reports what a withheld picture cost', async () => {
    fake.behaviour.refuse = 'output';
    const run = watchedContext();
    await expect(engine().generate(await remoteRequest(), run.context)).rejects.toMatchObject({
      code: 'output-withheld',
    });
    expect(run.costs.at(-1)).toMatchObject({ amount: 0.02, basis: 'reported' });
  });

  it('keeps the other pictures when one was withheld', async () => {
    fake.inject('edit', {
      kind: 'status',
      status: 200,
      json: {
        data: [
          { b64_json: await tinyJpeg(), respect_moderation: true },
          { b64_json: '', respect_moderation: false },
          { b64_json: await tinyJpeg(), respect_moderation: true },
        ],
        usage: { cost_in_usd_ticks: 600_000_000 },
      },
    });
    const { result } = await generate({ count: 3 });
    expect(result.images).toHaveLength(2);
    expect(result.warnings).toContainEqual({
      code: 'fewer-images',
      message: 'xAI withheld one picture because of what they showed.',
    });
    expect(result.cost!.amount).toBeCloseTo(0.06, 12);
  });

  it('fetches pictures that come as links although it asked for them inside', async () => {
    fake.behaviour.alwaysUrl = true;
    expect((await generate({})).result.images).toHaveLength(1);
    expect(fake.requestsTo('download')).toHaveLength(1);
  });

  it('lists the image models of the key', async () => {
    const report = await engine().test(watchedContext().context);
    expect(report.models.map(({ id }) => id)).toEqual([
      'grok-imagine-image-2.0',
      'grok-imagine-image-quality',
      'grok-imagine-image',
      'grok-imagine-image-pro',
    ]);
    expect(fake.requestsTo('models')).toEqual([]);
  });

  it('finds them in the list of all models where there is no list of their own', async () => {
    fake.inject('model-list', { kind: 'status', status: 404, text: 'not found' });
    const report = await engine().test(watchedContext().context);
    expect(report.ok).toBe(true);
    expect(report.models).toHaveLength(4);
  });
});

async function tinyJpeg(): Promise<string> {
  const { default: sharp } = await import('sharp');
  const bytes = await sharp({ create: { width: 48, height: 32, channels: 3, background: '#884422' } })
    .jpeg()
    .toBuffer();
  return bytes.toString('base64');
}
