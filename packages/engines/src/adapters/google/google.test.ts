import { DioramaError } from '@diorama/contracts';
import { type FakeGoogle, type GoogleFinishReason, startFakeGoogle } from '@diorama/testkit/fake-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineRequest } from '../../kit/engine.ts';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { connectionTo, describeRemoteEngine, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { watchedContext } from '../../kit/testing/watched-context.ts';
import { readGeminiError } from './gemini-error.ts';
import { googleAdapter } from './index.ts';

const WITHHELD: readonly GoogleFinishReason[] = [
  'SAFETY',
  'IMAGE_SAFETY',
  'PROHIBITED_CONTENT',
  'IMAGE_PROHIBITED_CONTENT',
  'BLOCKLIST',
  'SPII',
  'RECITATION',
  'IMAGE_RECITATION',
];
const FAILED: readonly GoogleFinishReason[] = ['MAX_TOKENS', 'OTHER', 'MALFORMED_RESPONSE'];
const DECLINED: readonly GoogleFinishReason[] = ['STOP', 'NO_IMAGE', 'IMAGE_OTHER'];

describeRemoteEngine({
  name: 'Google',
  adapter: googleAdapter,
  start: () => startFakeGoogle(),
  routes: { submit: 'generate' },
  refusals: [
    {
      name: 'the prompt',
      arrange: (b) => {
        b.refuse = { blockReason: 'PROHIBITED_CONTENT' };
      },
      code: 'content-refused' as const,
    },
    ...WITHHELD.map((finishReason) => ({
      name: finishReason,
      arrange: (b: { refuse: unknown }) => {
        b.refuse = { finishReason };
      },
      code: 'output-withheld' as const,
    })),
    ...FAILED.map((finishReason) => ({
      name: finishReason,
      arrange: (b: { refuse: unknown }) => {
        b.refuse = { finishReason };
      },
      code: 'engine-failed' as const,
    })),
    ...DECLINED.map((finishReason) => ({
      name: `${finishReason} without a picture`,
      arrange: (b: { refuse: unknown }) => {
        b.refuse = { finishReason };
      },
      code: 'invalid-output' as const,
    })),
    {
      name: 'billing that is not set up',
      arrange: (b) => {
        b.creditExhausted = true;
        b.creditAnswer = 'billing';
      },
      code: 'no-credit' as const,
    },
  ],
});

describe('Google', () => {
  let fake: FakeGoogle;
  beforeEach(async () => {
    fake = await startFakeGoogle();
  });
  afterEach(async () => {
    await fake.close();
  });

  const engine = (changes: Parameters<typeof connectionTo>[2] = {}) =>
    createRemoteEngine(connectionTo(googleAdapter, fake.baseUrl, changes), googleAdapter);
  const generate = async (changes: Partial<EngineRequest>) => {
    const run = watchedContext();
    const result = await engine().generate(await remoteRequest(changes), run.context);
    return { result, run };
  };
  const failureOf = async (changes: Partial<EngineRequest> = {}): Promise<DioramaError> => {
    const thrown: unknown = await generate(changes).catch((reason: unknown) => reason);
    expect(thrown).toBeInstanceOf(DioramaError);
    return thrown as DioramaError;
  };
  const promptOnly = { scene: null, capture: null, references: [] } as const;

  it('sends a prompt alone with ratio and resolution as parameters', async () => {
    await generate({ ...promptOnly, size: { width: 1024, height: 576 } });
    const [sent] = fake.requestsTo('generate');
    expect(sent!.path).toBe('/v1beta/models/gemini-nano-banana-2.1:generateContent');
    expect(sent!.headers['x-goog-api-key']).toBe('fake-key-0123456789abcdef');
    expect(sent!.json).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'walnut table, evening light' }] }],
      generationConfig: {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '16:9', imageSize: '1K' },
        seed: 7,
      },
    });
  });

  it('sends canvas and two references after the words, in this order', async () => {
    await generate({ size: { width: 2048, height: 1365 } });
    const [sent] = fake.requestsTo('generate');
    const inlineData = { mimeType: 'image/jpeg', data: expect.any(String) };
    expect(sent!.json).toEqual({
      contents: [
        {
          role: 'user',
          parts: [
            { text: expect.stringMatching(/^Image 1 is the 3D layout[\s\S]*walnut table, evening light$/) },
            { inlineData },
            { inlineData },
            { inlineData },
          ],
        },
      ],
      generationConfig: {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '3:2', imageSize: '2K' },
        seed: 7,
      },
    });
  });

  it('asks once for each image, with a seed of its own', async () => {
    const { result } = await generate({ ...promptOnly, count: 3, seed: 0xffff_ffff });
    expect(result.images).toHaveLength(3);
    const seeds = fake
      .requestsTo('generate')
      .map(({ json }) => (json as { generationConfig: { seed: number } }).generationConfig.seed);
    expect(seeds.toSorted((a, b) => a - b)).toEqual([0, 1, 0x7fff_ffff]);
  });

  it('keeps the images that came when others were refused, and says so', async () => {
    fake.inject('generate', {
      kind: 'status',
      status: 400,
      json: { error: { code: 400, message: 'Unable to process input image.', status: 'INVALID_ARGUMENT' } },
    });
    const { result } = await generate({ count: 3 });
    expect(result.images).toHaveLength(2);
    expect(result.warnings.filter(({ code }) => code === 'fewer-images').length).toBeGreaterThan(0);
    expect(fake.requestsTo('generate')).toHaveLength(3);
  });

  it('sends no resolution to a model that has one only', async () => {
    await generate({ ...promptOnly, model: 'gemini-2.5-flash-image', size: { width: 2048, height: 2048 } });
    expect(fake.requestsTo('generate')[0]!.json).toMatchObject({
      generationConfig: { imageConfig: { aspectRatio: '1:1' } },
    });
    expect(JSON.stringify(fake.requestsTo('generate')[0]!.json)).not.toContain('imageSize');
  });

  it('takes the picture and not the draft of a thought', async () => {
    fake.behaviour.thoughts = true;
    const { result } = await generate({});
    expect(result.images).toHaveLength(1);
    expect(result.modelUsed).toBe('gemini-nano-banana-2.1');
  });

  it('turns the reported tokens into money, words at their own price', async () => {
    fake.behaviour.usage = {
      promptTokenCount: 1500,
      candidatesTokenCount: 1120,
      totalTokenCount: 2820,
      promptTokensDetails: [
        { modality: 'TEXT', tokenCount: 380 },
        { modality: 'IMAGE', tokenCount: 1120 },
      ],
      candidatesTokensDetails: [{ modality: 'IMAGE', tokenCount: 1120 }],
      thoughtsTokenCount: 200,
    } as typeof fake.behaviour.usage;
    const { result, run } = await generate({ count: 2 });
    const each = (1500 * 1.5 + 1120 * 30 + 200 * 7.5) / 1e6;
    expect(result.cost).toMatchObject({ basis: 'usage', estimated: true });
    expect(result.cost!.amount).toBeCloseTo(2 * each, 10);
    expect(run.costs.at(-1)!.amount).toBeCloseTo(2 * each, 10);
  });

  it('says what the model said instead of drawing', async () => {
    fake.behaviour.refuse = { finishReason: 'STOP' };
    fake.behaviour.text = 'I can only draw what you describe; please name the subject.';
    const failure = await failureOf();
    expect(failure.code).toBe('invalid-output');
    expect(failure.message).toContain('please name the subject');
    expect(fake.requestsTo('generate')).toHaveLength(1);
  });

  it('suspects the pictures when a picture was refused', async () => {
    fake.behaviour.refuse = { blockReason: 'IMAGE_SAFETY' };
    expect((await failureOf()).details['suspects']).toEqual(['canvas', 'reference-1', 'reference-2']);
    fake.behaviour.refuse = { blockReason: 'SAFETY' };
    expect((await failureOf(promptOnly)).details['suspects']).toEqual(['prompt']);
  });

  it('says that a model does not exist, also when it is none of this API', async () => {
    expect((await failureOf({ model: 'gemini-9-image' })).code).toBe('unknown-model');
    expect((await failureOf({ model: 'imagen-4' })).code).toBe('unknown-model');
  });

  it('knows an allowance of nothing from a limit that passes', () => {
    const answer = (message: string, details: unknown[] = []) => {
      const json = { error: { code: 429, message, status: 'RESOURCE_EXHAUSTED', details } };
      return readGeminiError({ status: 429, headers: new Headers(), json, text: JSON.stringify(json) });
    };
    expect(answer('Quota exceeded for metric: requests, limit: 0, model: x')?.code).toBe('no-credit');
    expect(answer('Quota exceeded', [{ retryDelay: '1.5s' }])).toMatchObject({
      code: 'rate-limited',
      details: { retryAfterMs: 1500 },
    });
  });

  it('lists what makes images for this key and nothing else', async () => {
    const report = await engine().test(watchedContext().context);
    expect(report.models.map(({ id }) => id)).toEqual([
      'gemini-nano-banana-2.1',
      'gemini-3-pro-image',
      'gemini-2.5-flash-image',
      'gemini-3.1-flash-image',
    ]);
    expect(fake.requestsTo('generate')).toEqual([]);
  });
});
