import sharp from 'sharp';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAKE_KEY, inspectPicture } from '../kit/index.ts';
import { type FakeFal, startFakeFal } from './fake-fal.ts';

let fake: FakeFal;
let url: string;

beforeAll(async () => {
  const png = await sharp({ create: { width: 60, height: 30, channels: 3, background: '#693' } })
    .png()
    .toBuffer();
  url = `data:image/png;base64,${png.toString('base64')}`;
});
beforeEach(async () => {
  fake = await startFakeFal();
});
afterEach(() => fake.close());

const headers = { authorization: `Key ${FAKE_KEY}`, 'content-type': 'application/json' };

interface Submitted {
  readonly status: string;
  readonly request_id: string;
  readonly queue_position: number;
  readonly status_url: string;
  readonly response_url: string;
  readonly cancel_url: string;
}

async function submit(body: Record<string, unknown> = {}, model = 'fal-ai/flux-2/edit'): Promise<Submitted> {
  const answer = await fetch(`${fake.baseUrl}/${model}`, {
    method: 'POST',
    headers,
    body: JSON.stringify({
      prompt: 'x',
      image_urls: [url],
      image_size: { width: 640, height: 512 },
      ...body,
    }),
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Submitted;
}

async function get(
  address: string,
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const answer = await fetch(address, { headers });
  return {
    status: answer.status,
    body: (await answer.json()) as Record<string, unknown>,
    headers: answer.headers,
  };
}

async function finish(job: Submitted) {
  while ((await get(job.status_url)).status === 202);
  return get(job.response_url);
}

describe('the queue', () => {
  it('moves on from waiting to running to completed, with position and logs', async () => {
    Object.assign(fake.behaviour, { pollsInQueue: 2, pollsInProgress: 2 });
    const job = await submit();
    expect(job).toMatchObject({ status: 'IN_QUEUE', queue_position: 2 });
    const seen: unknown[] = [];
    for (let round = 0; round < 5; round += 1) {
      const { status, body } = await get(`${job.status_url}?logs=1`);
      seen.push([
        status,
        body['status'],
        body['queue_position'],
        (body['logs'] as unknown[] | undefined)?.length,
      ]);
    }
    expect(seen).toEqual([
      [202, 'IN_QUEUE', 1, undefined],
      [202, 'IN_QUEUE', 0, undefined],
      [202, 'IN_PROGRESS', undefined, 1],
      [202, 'IN_PROGRESS', undefined, 2],
      [200, 'COMPLETED', undefined, 3],
    ]);
  });

  it('answers a picture with its address, size and seed', async () => {
    const { body } = await finish(await submit({ seed: 5 }));
    const [image] = body['images'] as { url: string; width: number; content_type: string }[];
    expect(body['seed']).toBe(5);
    expect(image).toMatchObject({ width: 640, content_type: 'image/png' });
    const bytes = new Uint8Array(await (await fetch(image?.url ?? '')).arrayBuffer());
    expect(await inspectPicture(bytes)).toMatchObject({ widthPx: 640, heightPx: 512 });
  });

  it('answers a data URL in sync mode', async () => {
    const { body } = await finish(await submit({ sync_mode: true, output_format: 'jpeg' }));
    expect((body['images'] as { url: string }[])[0]?.url).toMatch(/^data:image\/jpeg;base64,/);
  });

  it('uses owner and app alone in the addresses of a job', async () => {
    const job = await submit({ image_size: 'square' }, 'fal-ai/flux-2/klein/4b/edit');
    expect(new URL(job.status_url).pathname).toBe(`/fal-ai/flux-2/requests/${job.request_id}/status`);
    const built = `${fake.baseUrl}/fal-ai/flux-2/klein/4b/edit/requests/${job.request_id}/status`;
    expect((await get(built)).status).toBe(404);
  });

  it('streams the states', async () => {
    const job = await submit();
    const text = await (await fetch(`${job.status_url}/stream`, { headers })).text();
    expect([...text.matchAll(/"status":"(\w+)"/g)].map((match) => match[1])).toEqual([
      'IN_QUEUE',
      'IN_PROGRESS',
      'COMPLETED',
    ]);
  });

  it('has no result before the end', async () => {
    expect((await get((await submit()).response_url)).status).toBe(400);
  });
});

describe('cancel', () => {
  const cancel = async (job: Submitted) => {
    const answer = await fetch(job.cancel_url, { method: 'PUT', headers });
    return [answer.status, ((await answer.json()) as { status: string }).status];
  };

  it('ends a waiting job', async () => {
    const job = await submit();
    expect(await cancel(job)).toEqual([202, 'CANCELLATION_REQUESTED']);
    const result = await finish(job);
    expect([result.status, result.body['error_type']]).toEqual([499, 'client_cancelled']);
  });

  it('comes too late for a completed one, or for one that does not listen', async () => {
    const job = await submit();
    await finish(job);
    expect(await cancel(job)).toEqual([400, 'ALREADY_COMPLETED']);
    fake.behaviour.cancelTooLate = true;
    const deaf = await submit();
    expect(await cancel(deaf)).toEqual([202, 'CANCELLATION_REQUESTED']);
    expect((await finish(deaf)).status).toBe(200);
  });

  it('finds nothing that a restart forgot', async () => {
    const job = await submit();
    await fake.restart({ forgetJobs: true });
    expect(await cancel(job)).toEqual([404, 'NOT_FOUND']);
    expect((await get(job.status_url)).status).toBe(404);
  });
});

describe('a completed job may have failed', () => {
  it.each([
    ['an unknown field', { aspect_ratio: '1:1' }, 'value_error.unknown'],
    ['too small a size', { image_size: { width: 256, height: 512 } }, 'value_error.value'],
    ['too many pictures', { image_urls: ['a', 'b', 'c', 'd', 'e'] }, 'value_error.value'],
    [
      'an address that leads nowhere',
      { image_urls: ['https://nowhere.invalid/a.png'] },
      'file_download_error',
    ],
  ])('because of %s', async (_title, body, type) => {
    const result = await finish(await submit(body));
    expect(result.status).toBe(422);
    expect((result.body['detail'] as { type: string }[])[0]?.type).toBe(type);
  });

  it('because the platform lost it', async () => {
    fake.behaviour.refuse = 'startup-timeout';
    const result = await finish(await submit());
    expect([result.status, result.headers.get('x-fal-error-type')]).toEqual([504, 'startup_timeout']);
    fake.behaviour.refuse = 'model-error';
    expect((await finish(await submit())).status).toBe(500);
  });

  it('by a picture that was blackened', async () => {
    fake.behaviour.refuse = 'output';
    expect((await finish(await submit())).body['has_nsfw_concepts']).toEqual([true]);
  });
});

describe('models', () => {
  it('are other at each path, without pictures too', async () => {
    const sent = { image_urls: undefined, image_size: undefined, aspect_ratio: '21:9', resolution: '0.5K' };
    const { body } = await finish(await submit(sent, 'fal-ai/nano-banana-2'));
    expect((body['images'] as { width: number }[])[0]?.width).toBe(768);
    const missing = await fetch(`${fake.baseUrl}/fal-ai/unknown`, { method: 'POST', headers, body: '{}' });
    expect(missing.status).toBe(404);
  });
});
