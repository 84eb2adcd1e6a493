import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CommonBehaviour,
  FAKE_KEY,
  type FakeService,
  inspectPicture,
  sha256,
  startFakeBfl,
  startFakeFal,
  startFakeGateway,
  startFakeGoogle,
  startFakeOpenAi,
  startFakeOpenAiCompatible,
  startFakeReplicate,
  startFakeXai,
} from './index.ts';
import { startFakeByName } from './run.ts';

// What every service has in common, asked with the plainest client there is.

const WIDTH_PX = 192;
const HEIGHT_PX = 128;

type Fake = FakeService<CommonBehaviour & { refuse: unknown }>;

interface Outcome {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly picture?: Uint8Array;
}

interface Subject {
  readonly name: string;
  readonly start: () => Promise<Fake>;
  /** The route that costs money. */
  readonly paid: string;
  readonly make: (fake: Fake, key: string, images: readonly Uint8Array[]) => Promise<Outcome>;
  readonly wrongKey: number;
  readonly noCredit: number;
  /** A refusal, and how it is told apart. */
  readonly refusal: unknown;
  readonly isRefusal: (outcome: Outcome) => boolean;
}

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
const dataUrl = (bytes: Uint8Array) => `data:image/png;base64,${base64(bytes)}`;
const fromBase64 = (text: unknown) => new Uint8Array(Buffer.from(String(text), 'base64'));

async function ask(url: string, headers: Record<string, string>, body?: unknown): Promise<Outcome> {
  const form = body instanceof FormData;
  const answer = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { ...headers, ...(body === undefined || form ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

async function download(url: unknown): Promise<Uint8Array> {
  return new Uint8Array(await (await fetch(String(url))).arrayBuffer());
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

function editForm(images: readonly Uint8Array[], size: string): FormData {
  const form = new FormData();
  form.append('model', 'gpt-image-2.5-sunburst');
  form.append('prompt', 'a chair');
  form.append('size', size);
  for (const image of images) {
    form.append(
      images.length === 1 ? 'image' : 'image[]',
      new Blob([Buffer.from(image)], { type: 'image/png' }),
      'a.png',
    );
  }
  return form;
}

async function throughOpenAiRoutes(fake: Fake, key: string, images: readonly Uint8Array[]): Promise<Outcome> {
  const outcome = await ask(`${fake.baseUrl}/images/edits`, bearer(key), editForm(images, '192x128'));
  if (outcome.status !== 200) return outcome;
  const [first] = outcome.body['data'] as { b64_json: string }[];
  return { ...outcome, picture: fromBase64(first?.b64_json) };
}

const SUBJECTS: readonly Subject[] = [
  {
    name: 'openai',
    start: () => startFakeOpenAi(),
    paid: 'edit',
    make: throughOpenAiRoutes,
    wrongKey: 401,
    noCredit: 429,
    refusal: 'input',
    isRefusal: ({ status, body }) =>
      status === 400 && (body['error'] as { code: string }).code === 'moderation_blocked',
  },
  {
    name: 'openai-compatible',
    start: () => startFakeOpenAiCompatible({ behaviour: { key: FAKE_KEY } }),
    paid: 'edit',
    make: throughOpenAiRoutes,
    wrongKey: 401,
    noCredit: 402,
    refusal: 'input',
    isRefusal: ({ status }) => status === 400,
  },
  {
    name: 'google',
    start: () =>
      startFakeGoogle({ behaviour: { picture: { sizePx: { width: WIDTH_PX, height: HEIGHT_PX } } } }),
    paid: 'generate',
    make: async (fake, key, images) => {
      const url = `${fake.baseUrl}/models/gemini-nano-banana-2.1:generateContent`;
      const parts = [
        { text: 'a chair' },
        ...images.map((image) => ({ inlineData: { mimeType: 'image/png', data: base64(image) } })),
      ];
      const generationConfig = {
        responseModalities: ['IMAGE'],
        imageConfig: { aspectRatio: '3:2', imageSize: '512' },
      };
      const outcome = await ask(
        url,
        { 'x-goog-api-key': key },
        { contents: [{ role: 'user', parts }], generationConfig },
      );
      const [candidate] = (outcome.body['candidates'] ?? []) as {
        content?: { parts: { inlineData?: { data: string } }[] };
      }[];
      const data = candidate?.content?.parts.find((part) => part.inlineData !== undefined)?.inlineData?.data;
      return data === undefined ? outcome : { ...outcome, picture: fromBase64(data) };
    },
    wrongKey: 400,
    noCredit: 429,
    refusal: { blockReason: 'SAFETY' },
    isRefusal: ({ status, body }) => status === 200 && 'promptFeedback' in body && !('candidates' in body),
  },
  {
    name: 'xai',
    start: () => startFakeXai({ behaviour: { picture: { sizePx: { width: WIDTH_PX, height: HEIGHT_PX } } } }),
    paid: 'edit',
    make: async (fake, key, images) => {
      const outcome = await ask(`${fake.baseUrl}/images/edits`, bearer(key), {
        model: 'grok-imagine-image',
        prompt: 'a chair',
        aspect_ratio: '3:2',
        response_format: 'b64_json',
        output_format: 'png',
        images: images.map((image) => ({ url: dataUrl(image), type: 'image_url' })),
      });
      if (outcome.status !== 200) return outcome;
      const [first] = outcome.body['data'] as { b64_json: string }[];
      return first?.b64_json ? { ...outcome, picture: fromBase64(first.b64_json) } : outcome;
    },
    wrongKey: 401,
    noCredit: 403,
    refusal: 'output',
    isRefusal: ({ status, body }) =>
      status === 200 && (body['data'] as { respect_moderation: boolean }[])[0]?.respect_moderation === false,
  },
  {
    name: 'gateway',
    start: () => startFakeGateway(),
    paid: 'generate',
    make: async (fake, key, images) => {
      const headers = {
        ...bearer(key),
        'ai-model-id': 'bfl/flux-2-pro',
        'ai-image-model-specification-version': '4',
        'ai-gateway-protocol-version': '0.0.1',
        'ai-gateway-auth-method': 'api-key',
      };
      const files = images.map((image) => ({ type: 'file', mediaType: 'image/png', data: base64(image) }));
      const outcome = await ask(`${fake.baseUrl}/image-model`, headers, {
        prompt: 'a chair',
        n: 1,
        size: '192x128',
        files,
        providerOptions: {},
      });
      if (outcome.status !== 200) return outcome;
      return { ...outcome, picture: fromBase64((outcome.body['images'] as string[])[0]) };
    },
    wrongKey: 401,
    noCredit: 402,
    refusal: 'upstream',
    isRefusal: ({ status }) => status === 400,
  },
  {
    name: 'bfl',
    start: () => startFakeBfl(),
    paid: 'submit',
    make: async (fake, key, images) => {
      const pictures = Object.fromEntries(
        images.map((image, index) => [
          index === 0 ? 'input_image' : `input_image_${index + 1}`,
          base64(image),
        ]),
      );
      const headers = { 'x-key': key };
      const body = {
        prompt: 'a chair',
        width: WIDTH_PX,
        height: HEIGHT_PX,
        output_format: 'png',
        ...pictures,
      };
      const submitted = await ask(`${fake.baseUrl}/v1/flux-2-pro`, headers, body);
      if (submitted.status !== 200) return submitted;
      let outcome = submitted;
      do outcome = await ask(String(submitted.body['polling_url']), headers);
      while (outcome.body['status'] === 'Pending');
      if (outcome.body['status'] !== 'Ready') return outcome;
      return { ...outcome, picture: await download((outcome.body['result'] as { sample: string }).sample) };
    },
    wrongKey: 401,
    noCredit: 402,
    refusal: 'input',
    isRefusal: ({ body }) => body['status'] === 'Request Moderated',
  },
  {
    name: 'fal',
    start: () => startFakeFal({ behaviour: { picture: { sizePx: { width: WIDTH_PX, height: HEIGHT_PX } } } }),
    paid: 'submit',
    make: async (fake, key, images) => {
      const headers = { authorization: `Key ${key}` };
      const submitted = await ask(`${fake.baseUrl}/fal-ai/flux-2/edit`, headers, {
        prompt: 'a chair',
        image_urls: images.map(dataUrl),
        image_size: { width: 768, height: 512 },
      });
      if (submitted.status !== 200) return submitted;
      while ((await ask(String(submitted.body['status_url']), headers)).status === 202);
      const outcome = await ask(String(submitted.body['response_url']), headers);
      if (outcome.status !== 200) return outcome;
      return { ...outcome, picture: await download((outcome.body['images'] as { url: string }[])[0]?.url) };
    },
    wrongKey: 401,
    noCredit: 403,
    refusal: 'input',
    isRefusal: ({ status, body }) =>
      status === 422 && (body['detail'] as { type: string }[])[0]?.type === 'content_policy_violation',
  },
  {
    name: 'replicate',
    start: () =>
      startFakeReplicate({ behaviour: { picture: { sizePx: { width: WIDTH_PX, height: HEIGHT_PX } } } }),
    paid: 'submit',
    make: async (fake, key, images) => {
      const input = {
        prompt: 'a chair',
        input_images: images.map(dataUrl),
        aspect_ratio: '3:2',
        output_format: 'png',
      };
      const url = `${fake.baseUrl}/models/black-forest-labs/flux-2-pro/predictions`;
      let outcome = await ask(url, bearer(key), { input });
      if (outcome.status !== 201) return outcome;
      const { get } = outcome.body['urls'] as { get: string };
      while (['starting', 'processing'].includes(String(outcome.body['status'])))
        outcome = await ask(get, bearer(key));
      if (outcome.body['status'] !== 'succeeded') return outcome;
      return { ...outcome, picture: await download(outcome.body['output']) };
    },
    wrongKey: 401,
    noCredit: 402,
    refusal: 'output',
    isRefusal: ({ body }) => body['status'] === 'failed' && /NSFW/.test(String(body['error'])),
  },
];

let canvas: Uint8Array;
let reference: Uint8Array;
let harmless: Uint8Array;

beforeAll(async () => {
  const flat = async (background: string, left: string) =>
    new Uint8Array(
      await sharp({ create: { width: WIDTH_PX, height: HEIGHT_PX, channels: 3, background } })
        .composite([
          {
            input: { create: { width: 64, height: HEIGHT_PX, channels: 3, background: left } },
            left: 0,
            top: 0,
          },
        ])
        .png()
        .toBuffer(),
    );
  canvas = await flat('#101010', '#f0f0f0');
  reference = await flat('#804020', '#204080');
  harmless = await flat('#208040', '#804080');
});

describe.each(SUBJECTS)('fake $name', (subject) => {
  let fake: Fake;
  beforeAll(async () => {
    fake = await subject.start();
  });
  afterAll(() => fake.close());

  it('makes a picture of the asked size from canvas and two references, in their order', async () => {
    const { picture } = await subject.make(fake, FAKE_KEY, [canvas, reference, harmless]);
    expect(await inspectPicture(picture ?? new Uint8Array())).toMatchObject({
      widthPx: WIDTH_PX,
      heightPx: HEIGHT_PX,
    });
    const { data } = await sharp(picture).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    const at = (x: number) => data[(64 * WIDTH_PX + x) * 3] ?? 0;
    expect(at(60)).toBeGreaterThan(180);
    expect(at(70)).toBeLessThan(80);
  });

  it('refuses a wrong key and an account without credit as its service does', async () => {
    const seen = fake.requests.length;
    expect((await subject.make(fake, 'wrong-key', [canvas])).status).toBe(subject.wrongKey);
    expect(fake.requests.length).toBe(seen + 1);
    fake.behaviour.echoKey = true;
    expect(JSON.stringify((await subject.make(fake, 'wrong-key', [canvas])).body)).toContain('wrong-key');
    fake.behaviour.echoKey = false;
    fake.behaviour.creditExhausted = true;
    expect((await subject.make(fake, FAKE_KEY, [canvas])).status).toBe(subject.noCredit);
    fake.behaviour.creditExhausted = false;
  });

  it('refuses only when a certain reference is among the pictures', async () => {
    fake.behaviour.refuse = subject.refusal;
    fake.behaviour.refuseWhen = ({ images }) => images.some((image) => image.sha256 === sha256(reference));
    const refused = await subject.make(fake, FAKE_KEY, [canvas, reference]);
    expect(refused.picture).toBeUndefined();
    expect(subject.isRefusal(refused)).toBe(true);
    expect((await subject.make(fake, FAKE_KEY, [canvas, harmless])).picture).toBeDefined();
    delete fake.behaviour.refuseWhen;
    fake.behaviour.refuseFromImageCount = 2;
    expect(subject.isRefusal(await subject.make(fake, FAKE_KEY, [canvas, harmless]))).toBe(true);
    delete fake.behaviour.refuseFromImageCount;
    fake.behaviour.refuse = null;
  });

  it('limits the rate, with and without saying for how long', async () => {
    fake.inject(subject.paid, fake.faults.rateLimit(3));
    fake.inject(subject.paid, fake.faults.rateLimit());
    fake.inject(subject.paid, fake.faults.overloaded());
    fake.inject(subject.paid, fake.faults.serverError());
    const outcomes: Outcome[] = [];
    for (let round = 0; round < 4; round += 1) outcomes.push(await subject.make(fake, FAKE_KEY, [canvas]));
    expect(outcomes.map((outcome) => outcome.status)).toEqual([429, 429, 503, 500]);
    expect((await subject.make(fake, FAKE_KEY, [canvas])).picture).toBeDefined();
  });

  it('answers an unknown path with 404', async () => {
    expect((await fetch(`${fake.origin}/v0`)).status).toBe(404);
  });

  it('sends no key to where results are downloaded', async () => {
    for (const request of fake.requestsTo('download')) {
      expect(JSON.stringify(request.headers)).not.toContain(FAKE_KEY);
    }
  });

  it('starts by its name', async () => {
    const named = await startFakeByName([subject.name, '--behaviour', '{"creditExhausted":true,"key":"k"}']);
    try {
      expect((await subject.make(named as Fake, 'k', [canvas])).status).toBe(subject.noCredit);
    } finally {
      await named.close();
    }
  });
});

it('knows no fake of another name', async () => {
  await expect(startFakeByName(['nobody'])).rejects.toThrow('openai');
});
