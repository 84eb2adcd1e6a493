import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAKE_KEY, inspectPicture } from '../kit/index.ts';
import { type FakeReplicate, startFakeReplicate } from './fake-replicate.ts';

let fake: FakeReplicate;
let png: Buffer;
let url: string;

beforeAll(async () => {
  png = await sharp({ create: { width: 60, height: 30, channels: 3, background: '#936' } })
    .png()
    .toBuffer();
  url = `data:image/png;base64,${png.toString('base64')}`;
});
beforeEach(async () => {
  fake = await startFakeReplicate();
});
afterEach(() => fake.close());

const AUTH = { authorization: `Bearer ${FAKE_KEY}` };

interface Prediction {
  readonly id: string;
  readonly status: string;
  readonly output: unknown;
  readonly error: string | null;
  readonly logs: string;
  readonly data_removed?: boolean;
  readonly metrics?: { readonly predict_time?: number };
  readonly urls: { readonly get: string; readonly cancel: string };
  readonly invalid_fields?: { readonly field: string }[];
}

async function call(address: string, body?: unknown, headers: Record<string, string> = {}, method?: string) {
  const answer = await fetch(address, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...AUTH, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Prediction };
}

const official = 'black-forest-labs/flux-2-pro';
const create = (
  input: Record<string, unknown> = {},
  headers: Record<string, string> = {},
  model = official,
) => call(`${fake.baseUrl}/models/${model}/predictions`, { input: { prompt: 'x', ...input } }, headers);
const community = (input: Record<string, unknown> = {}) =>
  call(`${fake.baseUrl}/predictions`, {
    version: `someone/sdxl-img2img:${'e'.repeat(64)}`,
    input: { prompt: 'x', ...input },
  });

async function finish(prediction: Prediction): Promise<Prediction> {
  let last = prediction;
  while (last.status === 'starting' || last.status === 'processing') last = (await call(last.urls.get)).body;
  return last;
}

describe('a prediction', () => {
  it('starts, tells percentages, and succeeds with an address', async () => {
    const { status, body } = await create({
      aspect_ratio: 'custom',
      width: 512,
      height: 288,
      input_images: [url],
    });
    expect([status, body.status]).toEqual([201, 'starting']);
    const running = (await call(body.urls.get)).body;
    expect([running.status, running.logs.includes('50%|')]).toEqual(['processing', true]);
    const done = await finish(running);
    expect(done).toMatchObject({ status: 'succeeded', metrics: { predict_time: 2.5 } });
    const picture = new Uint8Array(await (await fetch(String(done.output))).arrayBuffer());
    expect(await inspectPicture(picture)).toEqual({ widthPx: 512, heightPx: 288, mediaType: 'image/webp' });
  });

  it('is over at once when the client waits and it is quick, else still running', async () => {
    fake.behaviour.finishesWhileWaiting = true;
    expect(await create({}, { prefer: 'wait' })).toMatchObject({
      status: 201,
      body: { status: 'succeeded' },
    });
    fake.behaviour.finishesWhileWaiting = false;
    expect(await create({}, { prefer: 'wait=5' })).toMatchObject({
      status: 202,
      body: { status: 'starting' },
    });
    expect((await create({}, { prefer: 'wait=90' })).status).toBe(422);
  });

  it('of a community model is created by version, and gives a list', async () => {
    expect((await create({}, {}, 'someone/sdxl-img2img')).status).toBe(404);
    const { body } = await community({ image: url, width: 256, height: 256, num_outputs: 2 });
    expect((await finish(body)).output).toHaveLength(2);
    expect((await call(`${fake.baseUrl}/predictions`, { version: 'x/y:z', input: {} })).status).toBe(422);
  });

  it.each([
    ['string', 'string'],
    ['list', 'object'],
    ['object', 'object'],
  ] as const)('may have a %s as output', async (output, type) => {
    fake.behaviour.output = output;
    expect(typeof (await finish((await create()).body)).output).toBe(type);
  });

  it.each([
    ['input', 'failed', /sensitive/],
    ['output', 'failed', /NSFW/],
    ['without-reason', 'failed', /^$/],
    ['out-of-memory', 'failed', /memory/],
    ['aborted', 'aborted', null],
    ['canceled', 'canceled', null],
    ['empty', 'succeeded', null],
  ] as const)('refused for %s ends as %s', async (refuse, status, error) => {
    fake.behaviour.refuse = refuse;
    const done = await finish((await create()).body);
    expect([done.status, done.output]).toEqual([status, null]);
    if (error === null) expect(done.error).toBeNull();
    else expect(done.error).toMatch(error);
  });

  it('can be canceled while it runs, unless it is too late', async () => {
    const { body } = await create();
    expect((await call(body.urls.cancel, undefined, {}, 'POST')).body.status).toBe('canceled');
    expect((await call(body.urls.get)).body.status).toBe('canceled');
    fake.behaviour.cancelTooLate = true;
    const late = (await create()).body;
    await call(late.urls.cancel, undefined, {}, 'POST');
    expect((await finish(late)).status).toBe('succeeded');
  });

  it('loses its data after an hour, and itself in a restart that forgets', async () => {
    const done = await finish((await create()).body);
    fake.behaviour.resultsExpire = true;
    expect((await call(done.urls.get)).body).toMatchObject({ data_removed: true, output: null });
    expect((await fetch(String(done.output))).status).toBe(404);
    await fake.restart({ forgetJobs: true });
    expect((await call(done.urls.get)).status).toBe(404);
  });
});

describe('inputs', () => {
  it.each([
    ['no prompt', { prompt: undefined }, 'prompt'],
    ['a field that the model has not', { image_urls: [] }, 'image_urls'],
    ['pictures under the names of another service', { input_image: 'x' }, 'input_image'],
    ['a ratio outside of the list', { aspect_ratio: '21:9' }, 'aspect_ratio'],
    ['too many pixels', { width: 4096 }, 'width'],
    ['too many pictures', { input_images: Array.from({ length: 9 }, () => 'x') }, 'input_images'],
    ['an unreadable picture', { input_images: ['data:image/png;base64,AAAA'] }, 'input_images'],
  ])('with %s are refused', async (_title, input, field) => {
    const { status, body } = await create(input);
    expect([status, body.invalid_fields?.[0]?.field]).toEqual([422, field]);
  });

  it('may be files that were uploaded before', async () => {
    const form = new FormData();
    form.append('content', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'a.png');
    const answer = await fetch(`${fake.baseUrl}/files`, { method: 'POST', headers: AUTH, body: form });
    const file = (await answer.json()) as { urls: { get: string } };
    expect(answer.status).toBe(201);
    expect((await create({ input_images: [file.urls.get] })).status).toBe(201);
  });

  it('may be limited in length', async () => {
    fake.behaviour.dataUrlMaxBytes = 20;
    expect((await create({ input_images: [url] })).status).toBe(422);
  });
});

describe('models and account', () => {
  it('tell which inputs there are', async () => {
    const answer = await fetch(`${fake.baseUrl}/models/${official}`, { headers: AUTH });
    const body = (await answer.json()) as {
      latest_version: { openapi_schema: { components: { schemas: { Input: { properties: object } } } } };
    };
    expect(Object.keys(body.latest_version.openapi_schema.components.schemas.Input.properties)).toContain(
      'input_images',
    );
    expect((await fetch(`${fake.baseUrl}/models/no/body`, { headers: AUTH })).status).toBe(404);
    expect((await fetch(`${fake.baseUrl}/account`, { headers: AUTH })).status).toBe(200);
  });
});
