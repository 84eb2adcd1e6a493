import { type FakeGateway, startFakeGateway } from '@diorama/testkit/fake-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineRequest } from '../../kit/engine.ts';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { connectionTo, describeRemoteEngine, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { watchedContext } from '../../kit/testing/watched-context.ts';
import { gatewayAdapter } from './index.ts';

describeRemoteEngine({
  name: 'AI Gateway',
  adapter: gatewayAdapter,
  start: () => startFakeGateway(),
  routes: { submit: 'generate' },
  refusals: [
    {
      name: "a rule of the account's own",
      arrange: (b) => {
        b.refuse = 'policy';
      },
      code: 'request-rejected',
    },
    {
      name: 'by the maker',
      arrange: (b) => {
        b.refuse = 'upstream';
      },
      code: 'content-refused',
    },
    {
      name: 'an answer without a picture',
      arrange: (b) => {
        b.refuse = 'empty';
      },
      code: 'output-withheld',
    },
  ],
});

describe('AI Gateway', () => {
  let fake: FakeGateway;
  beforeEach(async () => {
    fake = await startFakeGateway();
  });
  afterEach(async () => {
    await fake.close();
  });

  const engine = (changes: Parameters<typeof connectionTo>[2] = {}) =>
    createRemoteEngine(connectionTo(gatewayAdapter, fake.baseUrl, changes), gatewayAdapter);
  const generate = async (changes: Partial<EngineRequest>) => {
    const run = watchedContext();
    const result = await engine().generate(await remoteRequest(changes), run.context);
    return { result, run };
  };
  const promptOnly = { scene: null, capture: null, references: [] } as const;
  const sent = () => fake.requestsTo('generate')[0]!;

  it('sends a prompt alone with the model in a header', async () => {
    await generate({ ...promptOnly, size: { width: 1024, height: 1024 } });
    expect(sent().headers).toMatchObject({
      authorization: 'Bearer fake-key-0123456789abcdef',
      'ai-model-id': 'openai/gpt-image-2.5-sunburst',
      'ai-gateway-protocol-version': '0.0.1',
      'ai-gateway-auth-method': 'api-key',
    });
    expect(sent().json).toEqual({
      prompt: 'walnut table, evening light',
      n: 1,
      size: '1024x1024',
      providerOptions: {},
    });
  });

  it('sends canvas and two references in this order, sized as the maker wants it', async () => {
    await generate({ model: 'bfl/flux-2-pro', size: { width: 1024, height: 576 } });
    const file = { type: 'file', mediaType: 'image/jpeg', data: expect.any(String) };
    expect(sent().json).toEqual({
      prompt: expect.stringMatching(/^Image 1 is the 3D layout[\s\S]*walnut table, evening light$/),
      n: 1,
      size: '1024x576',
      seed: 7,
      providerOptions: {},
      files: [file, file, file],
    });
  });

  it('asks makers that know ratios only for the nearest, with their own options', async () => {
    fake.behaviour.models.push({ id: 'spacexai/grok-imagine-image-2.0', modelType: 'image' });
    await generate({
      ...promptOnly,
      model: 'spacexai/grok-imagine-image-2.0',
      size: { width: 2048, height: 878 },
      options: { upstream: { xai: { quality: 'low' } }, only: ['xai'] },
    });
    expect(sent().json).toEqual({
      prompt: 'walnut table, evening light',
      n: 1,
      aspectRatio: '16:9',
      providerOptions: { xai: { resolution: '2k', quality: 'low' }, gateway: { only: ['xai'] } },
    });
  });

  it('asks for three images in one request', async () => {
    const { result } = await generate({ count: 3 });
    expect(result.images).toHaveLength(3);
    expect(sent().json).toMatchObject({ n: 3 });
    expect(fake.requestsTo('generate')).toHaveLength(1);
  });

  it('says what the gateway says that it cost', async () => {
    const { result, run } = await generate({});
    expect(result.cost).toEqual({ amount: 0.045, currency: 'USD', estimated: false, basis: 'reported' });
    expect(run.costs.at(-1)!.amount).toBe(0.045);
  });

  it('passes on what the maker did not know', async () => {
    fake.behaviour.warnings = [{ type: 'unsupported', feature: 'seed', details: 'It is not sent.' }];
    const { result } = await generate({});
    expect(result.warnings).toContainEqual({
      code: 'option-ignored',
      message: 'The model does not know "seed". It is not sent.',
    });
  });

  it('leaves out what a model cannot take, and says so', async () => {
    const { result } = await generate({ model: 'bfl/flux-kontext-pro' });
    expect((sent().json as { files: unknown[] }).files).toHaveLength(1);
    expect(result.warnings.filter(({ code }) => code === 'reference-ignored')).toHaveLength(2);
  });

  it('lists the image models with their prices and shows the balance', async () => {
    fake.inject('models', {
      kind: 'status',
      status: 200,
      json: {
        models: [
          { id: 'openai/gpt-5.5', name: 'GPT', modelType: 'language', pricing: { input: '0.000001' } },
          { id: 'bfl/flux-2-pro', name: 'FLUX.2 [pro]', modelType: 'image', pricing: { image: '0.03' } },
          {
            id: 'openai/gpt-image-2.5-sunburst',
            name: 'GPT Image 2.5 Sunburst',
            modelType: 'image',
            pricing: { input: '0.000005', output: '0.00003' },
          },
        ],
      },
    });
    const report = await engine().test(watchedContext().context);
    expect(report.models.map(({ id, name }) => [id, name])).toEqual([
      ['openai/gpt-image-2.5-sunburst', 'GPT Image 2.5 Sunburst'],
      ['bfl/flux-2-pro', 'FLUX.2 [pro]'],
    ]);
    expect(report.models[0]!.price!.perMillionTokens!.output).toBeCloseTo(30, 9);
    expect(report.models[1]!.price).toMatchObject({ perImage: 0.03 });
    expect(report.checks[0]!.detail).toContain('$12.50');
    const described = await engine({ probe: report }).describe();
    expect(described.models.map(({ name }) => name)).toEqual(['GPT Image 2.5 Sunburst', 'FLUX.2 [pro]']);
  });
});
