import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FAKE_KEY, inspectPicture } from '../kit/index.ts';
import { type FakeGoogle, type GoogleFinishReason, startFakeGoogle } from './fake-google.ts';

let fake: FakeGoogle;
let data: string;

beforeAll(async () => {
  fake = await startFakeGoogle({ behaviour: { picture: { sizePx: { width: 64, height: 64 } } } });
  const png = await sharp({ create: { width: 60, height: 20, channels: 3, background: '#963' } })
    .png()
    .toBuffer();
  data = png.toString('base64');
});
afterAll(() => fake.close());
afterEach(() => {
  Object.assign(fake.behaviour, { refuse: null, text: null, thoughts: false });
  fake.behaviour.picture = { sizePx: { width: 64, height: 64 } };
});

interface Content {
  readonly candidates?: {
    readonly content?: {
      readonly parts: readonly {
        readonly text?: string;
        readonly thought?: boolean;
        readonly inlineData?: { readonly mimeType: string; readonly data: string };
      }[];
    };
    readonly finishReason: string;
  }[];
  readonly promptFeedback?: { readonly blockReason: string };
  readonly usageMetadata?: Record<string, number>;
  readonly error?: {
    readonly status: string;
    readonly message: string;
    readonly details?: Record<string, unknown>[];
  };
}

async function generate(
  generationConfig: Record<string, unknown>,
  { model = 'gemini-3-pro-image', images = 1, extra = {} } = {},
): Promise<{ status: number; body: Content }> {
  const parts = [
    { text: 'a bowl' },
    ...Array.from({ length: images }, () => ({ inlineData: { mimeType: 'image/png', data } })),
  ];
  const answer = await fetch(`${fake.baseUrl}/models/${model}:generateContent`, {
    method: 'POST',
    headers: { 'x-goog-api-key': FAKE_KEY, 'content-type': 'application/json' },
    body: JSON.stringify({ contents: [{ role: 'user', parts }], generationConfig, ...extra }),
  });
  return { status: answer.status, body: (await answer.json()) as Content };
}

const imageOnly = { responseModalities: ['IMAGE'] };

describe('generateContent', () => {
  it.each([
    [{ aspectRatio: '16:9', imageSize: '1K' }, 1376, 768],
    [{ aspectRatio: '16:9', imageSize: '2K' }, 2752, 1536],
    [{ aspectRatio: '1:1' }, 1024, 1024],
    [undefined, 1760, 576],
  ])('turns %j into its size', async (imageConfig, widthPx, heightPx) => {
    fake.behaviour.picture = {};
    const { body } = await generate({ ...imageOnly, ...(imageConfig === undefined ? {} : { imageConfig }) });
    const [candidate] = body.candidates ?? [];
    expect(candidate?.finishReason).toBe('STOP');
    const picture = Buffer.from(candidate?.content?.parts[0]?.inlineData?.data ?? '', 'base64');
    expect(await inspectPicture(picture)).toMatchObject({ widthPx, heightPx });
    expect(body.usageMetadata).toMatchObject({ totalTokenCount: 2102 });
  });

  it.each([
    ['a ratio outside of the list', { imageConfig: { aspectRatio: '2:1' } }, {}],
    ['an extreme ratio at a model without', { imageConfig: { aspectRatio: '1:8' } }, {}],
    ['a size that the model has not', { imageConfig: { imageSize: '512' } }, {}],
    [
      'a size at a model without sizes',
      { imageConfig: { imageSize: '1K' } },
      { model: 'gemini-2.5-flash-image' },
    ],
    ['a lower case size', { imageConfig: { imageSize: '1k' } }, {}],
    ['a field that does not exist', { negativePrompt: 'x' }, {}],
    ['several candidates', { candidateCount: 2 }, {}],
    ['a seed that is no 32-bit integer', { seed: 2 ** 31 }, {}],
    ['too many pictures', {}, { images: 15 }],
    ['a field of the body that does not exist', {}, { extra: { prompt: 'x' } }],
  ])('refuses %s', async (_title, config, options) => {
    const { status, body } = await generate({ ...imageOnly, ...config }, options);
    expect([status, body.error?.status]).toEqual([400, 'INVALID_ARGUMENT']);
  });

  it('does not find a model that is gone', async () => {
    const { status, body } = await generate(imageOnly, { model: 'gemini-3-pro-image-preview' });
    expect([status, body.error?.status]).toEqual([404, 'NOT_FOUND']);
  });

  it.each<GoogleFinishReason>(['NO_IMAGE', 'IMAGE_SAFETY', 'PROHIBITED_CONTENT', 'MAX_TOKENS', 'STOP'])(
    'ends with %s and no picture, perhaps with words',
    async (finishReason) => {
      fake.behaviour.refuse = { finishReason };
      fake.behaviour.text = 'I would rather not.';
      const { status, body } = await generate(imageOnly);
      expect(status).toBe(200);
      expect(body.candidates?.[0]).toMatchObject({
        finishReason,
        content: { parts: [{ text: 'I would rather not.' }] },
      });
    },
  );

  it('blocks a prompt without any candidate', async () => {
    fake.behaviour.refuse = { blockReason: 'PROHIBITED_CONTENT' };
    const { body } = await generate(imageOnly);
    expect(body.promptFeedback?.blockReason).toBe('PROHIBITED_CONTENT');
    expect(body.candidates).toBeUndefined();
  });

  it('thinks aloud in pictures that are not the answer', async () => {
    fake.behaviour.thoughts = true;
    const parts = (await generate(imageOnly)).body.candidates?.[0]?.content?.parts ?? [];
    expect(parts.map((part) => [part.thought === true, part.inlineData !== undefined])).toEqual([
      [true, false],
      [true, true],
      [false, true],
    ]);
    expect(parts[1]?.inlineData?.data).not.toBe(parts[2]?.inlineData?.data);
  });

  it('answers words when no picture was asked for', async () => {
    const parts = (await generate({ responseModalities: ['TEXT'] })).body.candidates?.[0]?.content?.parts;
    expect(parts?.every((part) => part.inlineData === undefined)).toBe(true);
  });
});

describe('errors', () => {
  it('tell a bad key with 400, a missing one with 403', async () => {
    const url = `${fake.baseUrl}/models`;
    const bad = await fetch(url, { headers: { 'x-goog-api-key': 'no' } });
    const body = (await bad.json()) as Content;
    expect([bad.status, body.error?.details?.[0]?.['reason']]).toEqual([400, 'API_KEY_INVALID']);
    expect((await fetch(url)).status).toBe(403);
    expect((await fetch(`${url}?key=${FAKE_KEY}`)).status).toBe(200);
  });

  it('tell for how long to wait in the details', async () => {
    fake.inject('generate', fake.faults.rateLimit(17));
    const { status, body } = await generate(imageOnly);
    expect(status).toBe(429);
    expect(
      body.error?.details?.find((detail) => String(detail['@type']).endsWith('RetryInfo')),
    ).toMatchObject({
      retryDelay: '17s',
    });
  });

  it('tell of an account without money in two ways', async () => {
    fake.behaviour.creditExhausted = true;
    expect((await generate(imageOnly)).body.error?.status).toBe('RESOURCE_EXHAUSTED');
    fake.behaviour.creditAnswer = 'billing';
    expect((await generate(imageOnly)).body.error?.status).toBe('FAILED_PRECONDITION');
    fake.behaviour.creditExhausted = false;
  });
});

describe('models and streams', () => {
  const headers = { 'x-goog-api-key': FAKE_KEY, 'content-type': 'application/json' };

  it('list what each model can do', async () => {
    const { models } = (await (await fetch(`${fake.baseUrl}/models`, { headers })).json()) as {
      models: { name: string; supportedGenerationMethods: string[] }[];
    };
    expect(
      models.find(({ name }) => name === 'models/gemini-3-pro-image')?.supportedGenerationMethods,
    ).toContain('generateContent');
    expect((await fetch(`${fake.baseUrl}/models/gemini-3-pro-image`, { headers })).status).toBe(200);
  });

  it('come in pages', async () => {
    fake.behaviour.modelsPerPage = 2;
    const names: string[] = [];
    for (let token: string | undefined = ''; token !== undefined; ) {
      const answer = await fetch(`${fake.baseUrl}/models${token === '' ? '' : `?pageToken=${token}`}`, {
        headers,
      });
      const page = (await answer.json()) as { models: { name: string }[]; nextPageToken?: string };
      names.push(...page.models.map(({ name }) => name));
      token = page.nextPageToken;
    }
    expect(names).toHaveLength(5);
    expect(new Set(names).size).toBe(5);
    fake.behaviour.modelsPerPage = 50;
  });

  it('send the whole answer as one event', async () => {
    const answer = await fetch(`${fake.baseUrl}/models/gemini-3-pro-image:streamGenerateContent?alt=sse`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ contents: [{ parts: [{ text: 'a bowl' }] }] }),
    });
    const text = await answer.text();
    expect((JSON.parse(text.replace(/^data: /, '')) as Content).candidates).toHaveLength(1);
  });
});
