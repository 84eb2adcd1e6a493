import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAKE_KEY, inspectPicture } from '../kit/index.ts';
import { type FakeXai, startFakeXai } from './fake-xai.ts';

let fake: FakeXai;
let url: string;

beforeAll(async () => {
  fake = await startFakeXai();
  const png = await sharp({ create: { width: 60, height: 30, channels: 3, background: '#396' } })
    .png()
    .toBuffer();
  url = `data:image/png;base64,${png.toString('base64')}`;
});
afterAll(() => fake.close());

interface Answered {
  readonly data: {
    readonly url?: string;
    readonly b64_json?: string;
    readonly respect_moderation: boolean;
  }[];
  readonly usage?: { readonly cost_in_usd_ticks: number };
}

async function post(
  route: 'generations' | 'edits',
  body: unknown,
): Promise<{ status: number; body: Answered }> {
  const answer = await fetch(`${fake.baseUrl}/images/${route}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${FAKE_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Answered };
}

const asked = { model: 'grok-imagine-image', prompt: 'a boat' };
const image = () => ({ url, type: 'image_url' });

describe('fake xai', () => {
  it('answers addresses by default, JPEG, with the exact price', async () => {
    const { body } = await post('generations', { ...asked, n: 2, aspect_ratio: '2:1' });
    expect(body.usage).toEqual({ cost_in_usd_ticks: 400_000_000 });
    expect(body.data[0]?.respect_moderation).toBe(true);
    const picture = new Uint8Array(await (await fetch(String(body.data[1]?.url))).arrayBuffer());
    expect(await inspectPicture(picture)).toEqual({ widthPx: 1456, heightPx: 720, mediaType: 'image/jpeg' });
  });

  it('keeps the ratio of a single edited picture, and takes the asked one with several', async () => {
    const sizeOf = async (images: Record<string, unknown>) => {
      const { body } = await post('edits', {
        ...asked,
        aspect_ratio: '1:1',
        response_format: 'b64_json',
        ...images,
      });
      return inspectPicture(Buffer.from(body.data[0]?.b64_json ?? '', 'base64'));
    };
    expect(await sizeOf({ image: image() })).toMatchObject({ widthPx: 1456, heightPx: 720 });
    expect(await sizeOf({ images: [image(), image()] })).toMatchObject({ widthPx: 1024, heightPx: 1024 });
  });

  it.each([
    ['a ratio outside of the list', 'generations', { aspect_ratio: '21:9' }],
    ['a size', 'generations', { size: '1024x1024' }],
    ['a resolution in capitals', 'generations', { resolution: '2K' }],
    ['a picture where none belongs', 'generations', { image: { url: 'data:' } }],
    ['an edit without a picture', 'edits', {}],
    ['an edit with an unreadable picture', 'edits', { image: { url: 'data:image/png;base64,AAAA' } }],
  ] as const)('refuses %s', async (_title, route, change) => {
    expect((await post(route, { ...asked, ...change })).status).toBeGreaterThanOrEqual(400);
  });

  it('moderates the prompt with an error, the picture with a flag', async () => {
    fake.behaviour.refuse = 'input';
    expect((await post('generations', asked)).status).toBe(400);
    fake.behaviour.refuse = 'output';
    const { status, body } = await post('generations', asked);
    expect([status, body.data[0]?.respect_moderation]).toEqual([200, false]);
    fake.behaviour.refuse = null;
  });

  it('lists its models', async () => {
    const headers = { authorization: `Bearer ${FAKE_KEY}` };
    const { data } = (await (await fetch(`${fake.baseUrl}/models`, { headers })).json()) as {
      data: { id: string }[];
    };
    expect(data.map(({ id }) => id)).toContain('grok-imagine-image');
    expect((await fetch(`${fake.baseUrl}/image-generation-models`, { headers })).status).toBe(200);
  });
});
