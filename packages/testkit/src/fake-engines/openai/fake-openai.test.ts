import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FAKE_KEY, inspectPicture } from '../kit/index.ts';
import { type FakeOpenAi, startFakeOpenAi } from './fake-openai.ts';
import { validateOpenAiRequest } from './openai-schema.ts';

let fake: FakeOpenAi;
let png: Buffer;

beforeAll(async () => {
  fake = await startFakeOpenAi();
  png = await sharp({ create: { width: 48, height: 32, channels: 3, background: '#369' } })
    .png()
    .toBuffer();
});
afterAll(() => fake.close());
afterEach(() => {
  Object.assign(fake.behaviour, {
    refuse: null,
    partialsAtMost: 3,
    streamEndsEarly: false,
    ignoresStream: false,
  });
});

const asked = { model: 'gpt-image-2', prompt: 'a lamp', size: '320x160' };

const generate = (body: unknown) =>
  fetch(`${fake.baseUrl}/images/generations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${FAKE_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

function edit(fields: Record<string, string>, files: readonly [string, Blob][]) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const [name, file] of files) form.append(name, file, 'blob');
  return fetch(`${fake.baseUrl}/images/edits`, {
    method: 'POST',
    headers: { authorization: `Bearer ${FAKE_KEY}` },
    body: form,
  });
}

const blob = (bytes: Uint8Array, type = 'image/png') => new Blob([Buffer.from(bytes)], { type });

interface ErrorBody {
  readonly error: { readonly message: string; readonly param: string | null; readonly code: string | null };
}
const errorOf = async (answer: Response) => ((await answer.json()) as ErrorBody).error;

async function eventsOf(answer: Response): Promise<{ event: string; data: Record<string, unknown> }[]> {
  return (await answer.text())
    .split('\n\n')
    .filter((block) => block !== '')
    .map((block) => {
      const [event = '', data = ''] = block.split('\n');
      return { event: event.slice('event: '.length), data: JSON.parse(data.slice('data: '.length)) };
    });
}

describe('generations', () => {
  it('answers pictures in base64 with size, format and tokens', async () => {
    const answer = await generate({ ...asked, n: 2, output_format: 'webp' });
    const body = (await answer.json()) as {
      data: { b64_json: string }[];
      usage: Record<string, number>;
      size: string;
    };
    expect(body.size).toBe('320x160');
    expect(body.usage).toMatchObject({ input_tokens: 1240, output_tokens: 2 * 1568 });
    expect(await inspectPicture(Buffer.from(body.data[1]?.b64_json ?? '', 'base64'))).toEqual({
      widthPx: 320,
      heightPx: 160,
      mediaType: 'image/webp',
    });
    expect(validateOpenAiRequest(fake.requests.at(-1)!)).toEqual([]);
  });

  it.each([
    ['no prompt', { prompt: undefined }, 'prompt'],
    ['an empty prompt', { prompt: ' ' }, 'prompt'],
    ['no model', { model: undefined }, 'model'],
    ['an unknown field', { aspect_ratio: '1:1' }, 'aspect_ratio'],
    ['a seed', { seed: 1 }, 'seed'],
    ['a number as text', { n: '1' }, 'n'],
    ['too many pictures', { n: 11 }, 'n'],
    ['an edge off the step', { size: '1000x1024' }, 'size'],
    ['too wide a ratio', { size: '1600x512' }, 'size'],
    ['too many pixels', { size: '3840x3840' }, 'size'],
    ['a free size at a model with fixed ones', { model: 'gpt-image-1.5', size: '1280x720' }, 'size'],
    ['xhigh before 2.5', { quality: 'xhigh' }, 'quality'],
    ['a complexity before 2.6', { model: 'gpt-image-2.5-flare', complexity: 'low' }, 'complexity'],
    ['a response format', { response_format: 'b64_json' }, 'response_format'],
    ['a transparent JPEG', { background: 'transparent', output_format: 'jpeg' }, 'background'],
    ['partials without a stream', { partial_images: 2 }, 'partial_images'],
    ['more than three partials', { stream: true, partial_images: 4 }, 'partial_images'],
    ['a model that makes no images', { model: 'gpt-5.5' }, 'model'],
  ])('refuses %s', async (_title, change, param) => {
    const answer = await generate({ ...asked, ...change });
    expect(answer.status).toBe(400);
    expect((await errorOf(answer)).param).toBe(param);
  });

  it('accepts what newer models added', async () => {
    const answer = await generate({
      ...asked,
      model: 'gpt-image-2.6-flare',
      quality: 'max',
      complexity: 'low',
    });
    expect(answer.status).toBe(200);
  });

  it('knows no retired model', async () => {
    const answer = await generate({ ...asked, model: 'dall-e-3' });
    expect([answer.status, (await errorOf(answer)).code]).toEqual([404, 'model_not_found']);
  });

  it('tells at which stage a request was moderated', async () => {
    fake.behaviour.refuse = 'output';
    const error = (await errorOf(await generate(asked))) as unknown as Record<string, unknown>;
    expect(error).toMatchObject({ code: 'moderation_blocked', type: 'image_generation_user_error' });
    expect(error['moderation_details']).toEqual({ moderation_stage: 'output', categories: ['violence'] });
    fake.behaviour.refuse = 'older-code';
    expect((await errorOf(await generate(asked))).code).toBe('content_policy_violation');
  });

  it('tells of a used up account in two ways', async () => {
    fake.behaviour.creditExhausted = true;
    const quota = await generate(asked);
    expect([quota.status, (await errorOf(quota)).code]).toEqual([429, 'insufficient_quota']);
    fake.behaviour.creditAnswer = 'billing-hard-limit';
    const limit = await generate(asked);
    expect([limit.status, (await errorOf(limit)).code]).toEqual([400, 'billing_hard_limit_reached']);
    fake.behaviour.creditExhausted = false;
  });
});

describe('streams', () => {
  it('send partial pictures, then the whole one with its tokens', async () => {
    fake.behaviour.partialsAtMost = 2;
    const answer = await generate({ ...asked, stream: true, partial_images: 3 });
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
    const events = await eventsOf(answer);
    expect(events.map(({ event }) => event)).toEqual([
      'image_generation.partial_image',
      'image_generation.partial_image',
      'image_generation.completed',
    ]);
    expect(events[1]?.data).toMatchObject({ type: 'image_generation.partial_image', partial_image_index: 1 });
    expect(events[2]?.data).toMatchObject({ usage: { total_tokens: 2808 } });
    expect(await inspectPicture(Buffer.from(String(events[2]?.data['b64_json']), 'base64'))).toMatchObject({
      widthPx: 320,
    });
  });

  it('name their events after the route', async () => {
    const events = await eventsOf(await edit({ ...asked, stream: 'true' }, [['image', blob(png)]]));
    expect(events.map(({ event }) => event)).toEqual(['image_edit.completed']);
  });

  it('end with an error when the picture was refused', async () => {
    fake.behaviour.refuse = 'output';
    const events = await eventsOf(await generate({ ...asked, stream: true, partial_images: 1 }));
    expect(events.map(({ event }) => event)).toEqual(['image_generation.partial_image', 'error']);
    expect(events[1]?.data).toMatchObject({ error: { code: 'moderation_blocked' } });
  });

  it('may end early, or not be streams at all', async () => {
    fake.behaviour.streamEndsEarly = true;
    expect(await eventsOf(await generate({ ...asked, stream: true, partial_images: 1 }))).toHaveLength(1);
    fake.behaviour.ignoresStream = true;
    const answer = await generate({ ...asked, stream: true });
    expect(answer.headers.get('content-type')).toBe('application/json');
  });
});

describe('a client that hangs up', () => {
  it('is noticed in the middle of a stream', async () => {
    fake.behaviour.eventEveryMs = 50;
    const aborting = new AbortController();
    const answer = await fetch(`${fake.baseUrl}/images/generations`, {
      method: 'POST',
      headers: { authorization: `Bearer ${FAKE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({ ...asked, stream: true, partial_images: 3 }),
      signal: aborting.signal,
    });
    await answer.body?.getReader().read();
    aborting.abort();
    await expect.poll(() => fake.requests.at(-1)?.aborted).toBe(true);
    fake.behaviour.eventEveryMs = 0;
  });
});

describe('edits', () => {
  const fields = { ...asked, size: 'auto' };

  it('take one picture as image, several as image[]', async () => {
    expect((await edit(fields, [['image', blob(png)]])).status).toBe(200);
    expect(
      (
        await edit(fields, [
          ['image[]', blob(png)],
          ['image[]', blob(png)],
        ])
      ).status,
    ).toBe(200);
    expect(validateOpenAiRequest(fake.requests.at(-1)!)).toEqual([]);
    expect(
      (
        await edit(fields, [
          ['image', blob(png)],
          ['image', blob(png)],
        ])
      ).status,
    ).toBe(400);
  });

  it('take pictures in JSON', async () => {
    const answer = await fetch(`${fake.baseUrl}/images/edits`, {
      method: 'POST',
      headers: { authorization: `Bearer ${FAKE_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        ...fields,
        images: [{ image_url: `data:image/png;base64,${png.toString('base64')}` }],
      }),
    });
    expect(((await answer.json()) as { size: string }).size).toBe('1536x1024');
    expect(validateOpenAiRequest(fake.requests.at(-1)!)).toEqual([]);
  });

  it.each([
    ['no picture', {}, []],
    ['a text as picture', {}, [['image', new Blob(['text'], { type: 'image/png' })]]],
    ['a count in words', { n: 'two' }, [['image', 'png']]],
    ['input fidelity at newer models', { input_fidelity: 'high' }, [['image', 'png']]],
    ['seventeen pictures', {}, Array.from({ length: 17 }, () => ['image[]', 'png'])],
    [
      'a mask without alpha',
      {},
      [
        ['image', 'png'],
        ['mask', 'png'],
      ],
    ],
  ] as [string, Record<string, string>, [string, Blob | 'png'][]][])(
    'refuse %s',
    async (_title, change, files) => {
      const sent = files.map(([name, file]): [string, Blob] => [name, file === 'png' ? blob(png) : file]);
      expect((await edit({ ...fields, ...change }, sent)).status).toBe(400);
    },
  );

  it('refuse a picture under a wrong media type', async () => {
    const answer = await edit(fields, [['image', blob(png, 'image/jpeg')]]);
    expect((await errorOf(answer)).code).toBe('unsupported_file_mimetype');
  });

  it('take a mask of the size of the first picture', async () => {
    const mask = (width: number) =>
      sharp({ create: { width, height: 32, channels: 4, background: '#0000' } })
        .png()
        .toBuffer();
    expect(
      (
        await edit(fields, [
          ['image', blob(png)],
          ['mask', blob(await mask(48))],
        ])
      ).status,
    ).toBe(200);
    expect(
      (
        await edit(fields, [
          ['image', blob(png)],
          ['mask', blob(await mask(50))],
        ])
      ).status,
    ).toBe(400);
  });
});

describe('models', () => {
  it('are listed and found by id', async () => {
    const headers = { authorization: `Bearer ${FAKE_KEY}` };
    const list = (await (await fetch(`${fake.baseUrl}/models`, { headers })).json()) as {
      data: { id: string }[];
    };
    expect(list.data.map(({ id }) => id)).toContain('gpt-image-2');
    expect((await fetch(`${fake.baseUrl}/models/gpt-image-2`, { headers })).status).toBe(200);
    expect((await fetch(`${fake.baseUrl}/models/gpt-image-1`, { headers })).status).toBe(404);
    expect((await fetch(`${fake.baseUrl}/models`)).status).toBe(401);
  });
});

describe('comparison with the published document', () => {
  it('names each field that differs', async () => {
    await generate({ model: 'gpt-image-2', n: 0, background: 'red' });
    expect(validateOpenAiRequest(fake.requests.at(-1)!).map((problem) => problem.split(':')[0])).toEqual(
      expect.arrayContaining(['prompt', 'n', 'background']),
    );
  });
});
