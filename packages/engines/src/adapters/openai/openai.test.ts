import { type FakeOpenAi, startFakeOpenAi, validateOpenAiRequest } from '@diorama/testkit/fake-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineRequest } from '../../kit/engine.ts';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { connectionTo, describeRemoteEngine, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { watchedContext } from '../../kit/testing/watched-context.ts';
import { openaiAdapter } from './index.ts';

describeRemoteEngine({
  name: 'OpenAI',
  adapter: openaiAdapter,
  start: () => startFakeOpenAi(),
  routes: { submit: 'edit' },
  refusals: [
    {
      name: 'the prompt',
      arrange: (b) => {
        b.refuse = 'input';
      },
      code: 'content-refused',
    },
    {
      name: 'without details',
      arrange: (b) => {
        b.refuse = 'without-details';
      },
      code: 'content-refused',
    },
    {
      name: 'by the older code',
      arrange: (b) => {
        b.refuse = 'older-code';
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
      name: 'a billing limit that comes as a bad request',
      arrange: (b) => {
        b.creditExhausted = true;
        b.creditAnswer = 'billing-hard-limit';
      },
      code: 'no-credit',
    },
    {
      name: 'a stream that ends without its picture',
      arrange: (b) => {
        b.streamEndsEarly = true;
      },
      code: 'invalid-output',
    },
  ],
});

describeRemoteEngine({
  name: 'OpenAI without a stream',
  adapter: openaiAdapter,
  start: () => startFakeOpenAi(),
  connection: () => ({ options: { partialImages: 0 } }),
  isVariant: true,
  routes: { submit: 'edit' },
  refusals: [
    {
      name: 'the finished picture',
      arrange: (b) => {
        b.refuse = 'output';
      },
      code: 'output-withheld',
    },
  ],
});

describe('OpenAI', () => {
  let fake: FakeOpenAi;
  beforeEach(async () => {
    fake = await startFakeOpenAi();
  });
  afterEach(async () => {
    await fake.close();
  });

  const engine = (changes: Parameters<typeof connectionTo>[2] = {}) =>
    createRemoteEngine(connectionTo(openaiAdapter, fake.baseUrl, changes), openaiAdapter);
  const generate = async (changes: Partial<EngineRequest>, connection: Parameters<typeof engine>[0] = {}) => {
    const run = watchedContext();
    const result = await engine(connection).generate(await remoteRequest(changes), run.context);
    return { result, run };
  };
  const promptOnly = { scene: null, capture: null, references: [] } as const;

  it('sends a prompt alone as JSON without anything that was not asked for', async () => {
    await generate({ ...promptOnly, size: { width: 1024, height: 576 } });
    const [sent] = fake.requestsTo('generate');
    expect(sent!.json).toEqual({
      model: 'gpt-image-2.6-sunburst',
      prompt: 'walnut table, evening light',
      n: 1,
      size: '1136x640',
      quality: 'medium',
      output_format: 'png',
      stream: true,
      partial_images: 2,
    });
    expect(sent!.headers['authorization']).toBe('Bearer fake-key-0123456789abcdef');
    expect(validateOpenAiRequest(sent!)).toEqual([]);
  });

  it('sends canvas and two references in this order as a form, at the size that the model draws', async () => {
    await generate({ size: { width: 1536, height: 1024 } });
    const [sent] = fake.requestsTo('edit');
    const fields = Object.fromEntries(sent!.form!.fields.map(({ name, value }) => [name, value]));
    expect(fields).toEqual({
      model: 'gpt-image-2.6-sunburst',
      prompt: expect.stringMatching(/Image 1 is the 3D layout[\s\S]*walnut table, evening light$/),
      n: '1',
      size: '1536x1024',
      quality: 'medium',
      output_format: 'png',
      stream: 'true',
      partial_images: '2',
    });
    expect(sent!.form!.files.map(({ name, mediaType }) => [name, mediaType])).toEqual([
      ['image[]', 'image/png'],
      ['image[]', 'image/png'],
      ['image[]', 'image/png'],
    ]);
    expect(new Set(sent!.form!.files.map(({ fileName }) => fileName)).size).toBe(3);
    expect(validateOpenAiRequest(sent!)).toEqual([]);
  });

  it('asks for three images in one request without a stream', async () => {
    const { result } = await generate({ count: 3, size: { width: 1024, height: 1024 } });
    const [sent] = fake.requestsTo('edit');
    expect(result.images).toHaveLength(3);
    expect(fake.requestsTo('edit')).toHaveLength(1);
    const fields = Object.fromEntries(sent!.form!.fields.map(({ name, value }) => [name, value]));
    expect(fields).toEqual({
      model: 'gpt-image-2.6-sunburst',
      prompt: expect.any(String),
      n: '3',
      size: '1024x1024',
      quality: 'medium',
      output_format: 'png',
    });
    expect(sent!.form!.files.map(({ name }) => name)).toEqual(['image[]', 'image[]', 'image[]']);
  });

  it('names a single picture without brackets, by either way', async () => {
    await generate({ references: [] });
    await generate({ references: [], options: { partialImages: 0 } });
    expect(fake.requestsTo('edit').map(({ form }) => form!.files.map(({ name }) => name))).toEqual([
      ['image'],
      ['image'],
    ]);
  });

  it('sends the older models one of their three sizes and how closely to keep to the pictures', async () => {
    await generate({
      model: 'gpt-image-1.5',
      size: { width: 1024, height: 576 },
      options: { quality: 'high' },
    });
    const fields = Object.fromEntries(
      fake.requestsTo('edit')[0]!.form!.fields.map(({ name, value }) => [name, value]),
    );
    expect(fields).toMatchObject({ size: '1536x1024', quality: 'high', input_fidelity: 'high' });
    const { result } = await generate({ model: 'gpt-image-1.5', options: { quality: 'max' } });
    expect(result.warnings).toContainEqual({
      code: 'option-ignored',
      message: expect.stringContaining('no quality "max"'),
    });
  });

  it('understands the names that quality has everywhere', async () => {
    await generate({ ...promptOnly, options: { quality: 'draft' } });
    expect(fake.requestsTo('generate')[0]!.json).toMatchObject({ quality: 'low' });
  });

  it('shows the pictures on the way before the finished one', async () => {
    fake.behaviour.eventEveryMs = 150;
    const { run } = await generate({ options: { partialImages: 3 } });
    expect(run.previews.length).toBeGreaterThanOrEqual(2);
    const during = run.progress.filter(({ stage }) => stage === 'generating').map(({ fraction }) => fraction);
    expect(during.length).toBeGreaterThanOrEqual(3);
    expect(during).toEqual(during.toSorted((a, b) => a - b));
  });

  it('is content with fewer previews than it asked for', async () => {
    fake.behaviour.partialsAtMost = 0;
    const { result, run } = await generate({});
    expect(result.images).toHaveLength(1);
    expect(run.previews).toEqual([]);
  });

  it('uses the whole answer of a server that does not stream, and pays once', async () => {
    fake.behaviour.ignoresStream = true;
    const { result } = await generate({});
    expect(result.images).toHaveLength(1);
    expect(fake.requestsTo('edit')).toHaveLength(1);
  });

  it('asks again without a stream when the account may not stream, and from then on at once', async () => {
    fake.inject('edit', {
      kind: 'status',
      status: 400,
      json: {
        error: {
          message: 'Your organization must be verified to stream this model.',
          type: 'invalid_request_error',
          param: 'stream',
          code: 'unsupported_value',
        },
      },
    });
    const same = engine();
    const request = await remoteRequest();
    await same.generate(request, watchedContext().context);
    await same.generate(request, watchedContext().context);
    const streamed = fake
      .requestsTo('edit')
      .map(({ form }) => form!.fields.some(({ name }) => name === 'stream'));
    expect(streamed).toEqual([true, false, false]);
  });

  it('turns the reported tokens into money by the price list, streamed or not', async () => {
    fake.behaviour.usage = { textTokens: 1000, imageTokens: 2000, outputTokens: 3000 };
    const amount = (1000 * 5 + 2000 * 8 + 3000 * 30) / 1e6;
    for (const options of [{}, { partialImages: 0 }]) {
      const { result, run } = await generate({ options });
      expect(result.cost).toMatchObject({ basis: 'usage', estimated: true, currency: 'USD' });
      expect(result.cost!.amount).toBeCloseTo(amount, 10);
      expect(run.costs.at(-1)!.amount).toBeCloseTo(amount, 10);
    }
  });

  it("goes by the owner's price", async () => {
    fake.behaviour.usage = { textTokens: 0, imageTokens: 0, outputTokens: 1_000_000 };
    const price = {
      perMillionTokens: { textInput: 0, imageInput: 0, output: 7 },
      asOf: '2026-11-20',
      source: 'owner',
    };
    const { result } = await generate({}, { prices: [{ model: 'gpt-image-2.6-sunburst', price }] });
    expect(result.cost!.amount).toBe(7);
  });

  it('names what was sent as suspects of a refusal', async () => {
    fake.behaviour.refuse = 'input';
    const failing = engine().generate(await remoteRequest(), watchedContext().context);
    await expect(failing).rejects.toMatchObject({
      code: 'content-refused',
      details: { suspects: ['prompt', 'canvas', 'reference-1', 'reference-2'], categories: ['violence'] },
    });
  });

  it('says that a model does not exist', async () => {
    const failing = engine().generate(
      await remoteRequest({ model: 'gpt-image-9' }),
      watchedContext().context,
    );
    await expect(failing).rejects.toMatchObject({ code: 'unknown-model' });
  });

  it('finds the image models of the account and those that are set up but missing', async () => {
    fake.behaviour.models = ['gpt-5.5', 'gpt-image-2', 'gpt-image-2.6-flare', 'gpt-image-7-2027-01-01'];
    const report = await engine({ extraModels: ['gpt-image-8'] }).test(watchedContext().context);
    expect(report.models.map(({ id }) => id)).toEqual([
      'gpt-image-2.6-flare',
      'gpt-image-2',
      'gpt-image-7-2027-01-01',
    ]);
    expect(report.checks.filter(({ ok }) => !ok).map(({ detail }) => detail)).toEqual([
      'The model gpt-image-8 is not listed.',
    ]);
    expect(fake.requestsTo('generate')).toEqual([]);
  });

  it('offers nothing that OpenAI has switched off before the first test', async () => {
    const { models } = await engine().describe();
    expect(models.map(({ id }) => id)).not.toContain('gpt-image-1');
    expect(models.every(({ price }) => price?.perMillionTokens)).toBe(true);
  });

  it('bills the organisation that the owner set, whatever a request says', async () => {
    const { result } = await generate(
      { ...promptOnly, options: { organization: 'org-other' } },
      { options: { organization: 'org-own' } },
    );
    expect(fake.requestsTo('generate')[0]!.headers['openai-organization']).toBe('org-own');
    expect(result.warnings.map(({ code }) => code)).toContain('option-ignored');
  });

  it('refuses settings that it does not understand when the connection is made', () => {
    expect(() => engine({ options: { quality: 'splendid' } })).toThrow(/"quality"/);
  });
});
