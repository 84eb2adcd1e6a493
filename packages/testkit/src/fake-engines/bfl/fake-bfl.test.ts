import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAKE_KEY, inspectPicture } from '../kit/index.ts';
import { type FakeBfl, startFakeBfl } from './fake-bfl.ts';

let fake: FakeBfl;
let input: string;

beforeAll(async () => {
  const png = await sharp({ create: { width: 90, height: 60, channels: 3, background: '#639' } })
    .png()
    .toBuffer();
  input = png.toString('base64');
});
beforeEach(async () => {
  fake = await startFakeBfl();
});
afterEach(() => fake.close());

interface Submitted {
  readonly id: string;
  readonly polling_url: string;
  readonly cost?: number;
  readonly detail?: { readonly loc: string[]; readonly type: string }[] | string;
}
interface Polled {
  readonly status: string;
  readonly progress: number | null;
  readonly result: { readonly sample: string; readonly seed?: number } | null;
  readonly details: unknown;
}

async function submit(model: string, body: unknown): Promise<{ status: number; body: Submitted }> {
  const answer = await fetch(`${fake.baseUrl}/v1/${model}`, {
    method: 'POST',
    headers: { 'x-key': FAKE_KEY, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Submitted };
}

async function poll(url: string): Promise<Polled> {
  return (await (await fetch(url, { headers: { 'x-key': FAKE_KEY } })).json()) as Polled;
}

async function finish(submitted: Submitted): Promise<Polled> {
  let polled = await poll(submitted.polling_url);
  while (polled.status === 'Pending') polled = await poll(submitted.polling_url);
  return polled;
}

describe('a job', () => {
  it('is pending with progress, then ready with its seed', async () => {
    Object.assign(fake.behaviour, { pollsUntilDone: 2, progress: true });
    const { body } = await submit('flux-2-pro', { prompt: 'x', width: 160, height: 96, seed: 7 });
    expect(body.cost).toBe(4.5);
    const first = await poll(body.polling_url);
    const second = await poll(body.polling_url);
    expect([first.status, second.status]).toEqual(['Pending', 'Pending']);
    expect(first.progress).toBeLessThan(second.progress ?? 0);
    const ready = await poll(body.polling_url);
    expect(ready.result?.seed).toBe(7);
    const answer = await fetch(ready.result?.sample ?? '');
    expect(await inspectPicture(new Uint8Array(await answer.arrayBuffer()))).toEqual({
      widthPx: 160,
      heightPx: 96,
      mediaType: 'image/jpeg',
    });
  });

  it.each([
    ['input', 'Request Moderated'],
    ['output', 'Content Moderated'],
    ['error', 'Error'],
    ['failed', 'Failed'],
  ] as const)('refused for its %s ends as %s', async (refuse, status) => {
    fake.behaviour.refuse = refuse;
    const polled = await finish((await submit('flux-2-pro', { prompt: 'x' })).body);
    expect([polled.status, polled.result]).toEqual([status, null]);
  });

  it('is lost when a restart forgets it, and survives another', async () => {
    const { body } = await submit('flux-2-pro', { prompt: 'x', width: 64, height: 64 });
    await fake.restart();
    expect((await finish(body)).status).toBe('Ready');
    await fake.restart({ forgetJobs: true });
    expect((await poll(body.polling_url)).status).toBe('Task not found');
  });

  it('exists although its answer was lost', async () => {
    fake.inject('submit', { kind: 'reset', afterHandling: true });
    await expect(submit('flux-2-pro', { prompt: 'x' })).rejects.toThrow();
    const polled = await poll(`${fake.baseUrl}/v1/get_result?id=00000000-0000-4000-8000-000000000001`);
    expect(polled.status).toBe('Pending');
  });

  it('keeps its result for a while only', async () => {
    const { body } = await submit('flux-2-pro', { prompt: 'x', width: 64, height: 64 });
    const sample = (await finish(body)).result?.sample ?? '';
    fake.behaviour.resultsExpire = true;
    expect((await fetch(sample)).status).toBe(403);
  });

  it('may have its address and its result elsewhere', async () => {
    Object.assign(fake.behaviour, { pollOrigin: 'other', resultOrigin: 'http://localhost:{port}' });
    const { body } = await submit('flux-2-pro', { prompt: 'x', width: 64, height: 64 });
    expect(new URL(body.polling_url).origin).toBe(fake.otherOrigin);
    const sample = (await finish(body)).result?.sample ?? '';
    expect(new URL(sample).hostname).toBe('localhost');
  });

  it('follows the first picture without a size, and the ratio where pixels are not asked', async () => {
    const sizeOf = async (model: string, body: unknown) => {
      const polled = await finish((await submit(model, body)).body);
      return inspectPicture(new Uint8Array(await (await fetch(polled.result?.sample ?? '')).arrayBuffer()));
    };
    expect(await sizeOf('flux-2-flex', { prompt: 'x', input_image: input })).toMatchObject({
      widthPx: 1248,
      heightPx: 832,
    });
    expect(await sizeOf('flux-kontext-pro', { prompt: 'x', aspect_ratio: '21:9' })).toMatchObject({
      heightPx: 672,
    });
    expect(
      await sizeOf('flux-3-image', {
        prompt: 'x',
        images: [input],
        aspect_ratio: '1:1',
        resolution: '768sq',
      }),
    ).toMatchObject({
      widthPx: 768,
    });
    expect(await sizeOf('flux-pro-1.0-fill', { image: input, mask: input })).toMatchObject({
      widthPx: 90,
      heightPx: 60,
    });
  });
});

describe('submit', () => {
  it.each([
    ['no prompt', 'flux-2-pro', {}, 'prompt'],
    ['an edge off the step', 'flux-2-pro', { prompt: 'x', width: 1000, height: 1024 }, 'width'],
    ['more than four megapixels', 'flux-2-pro', { prompt: 'x', width: 2560, height: 2048 }, 'width'],
    ['one edge alone', 'flux-2-pro', { prompt: 'x', width: 1024 }, 'height'],
    ['a ratio where pixels belong', 'flux-2-pro', { prompt: 'x', aspect_ratio: '1:1' }, 'aspect_ratio'],
    ['pixels where a ratio belongs', 'flux-kontext-pro', { prompt: 'x', width: 1024, height: 1024 }, 'width'],
    ['too wide a ratio', 'flux-kontext-pro', { prompt: 'x', aspect_ratio: '3:1' }, 'aspect_ratio'],
    ['a negative prompt', 'flux-2-pro', { prompt: 'x', negative_prompt: 'y' }, 'negative_prompt'],
    ['a fifth picture at klein', 'flux-2-klein-4b', { prompt: 'x', input_image_5: 'AAAA' }, 'input_image_5'],
    ['upsampling at klein', 'flux-2-klein-4b', { prompt: 'x', prompt_upsampling: true }, 'prompt_upsampling'],
    ['a data URL', 'flux-2-pro', { prompt: 'x', input_image: 'data:image/png;base64,AAAA' }, 'input_image'],
    ['a seed at FLUX.3', 'flux-3-image', { prompt: 'x', seed: 1 }, 'seed'],
    ['a format that is not made', 'flux-2-pro', { prompt: 'x', output_format: 'webp' }, 'output_format'],
  ])('refuses %s', async (_title, model, body, field) => {
    const answer = await submit(model, body);
    expect(answer.status).toBe(422);
    expect(Array.isArray(answer.body.detail) ? answer.body.detail[0]?.loc.at(-1) : null).toBe(field);
  });

  it('knows no other model', async () => {
    expect((await submit('flux-9', { prompt: 'x' })).status).toBe(404);
  });

  it('limits the tasks in flight until one is done', async () => {
    Object.assign(fake.behaviour, { tasksMax: 1, retryAfterSeconds: 4, pollsUntilDone: 0 });
    const { body } = await submit('flux-2-pro', { prompt: 'x', width: 64, height: 64 });
    expect((await submit('flux-2-pro', { prompt: 'x' })).status).toBe(429);
    await finish(body);
    expect((await submit('flux-2-pro', { prompt: 'x' })).status).toBe(200);
  });

  it('tells the credit that is left', async () => {
    const ask = async () =>
      await (await fetch(`${fake.baseUrl}/v1/credits`, { headers: { 'x-key': FAKE_KEY } })).json();
    expect(await ask()).toEqual({ credits: 1200 });
  });
});
