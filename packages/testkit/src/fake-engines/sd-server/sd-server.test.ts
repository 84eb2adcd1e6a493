import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeSdServer, type SdServerBehaviour, startFakeSdServer } from './index.ts';

const open: FakeSdServer[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(
  behaviour: Partial<SdServerBehaviour> = {},
  nowMs: () => number = Date.now,
): Promise<FakeSdServer> {
  const server = await startFakeSdServer({ behaviour, nowMs });
  open.push(server);
  return server;
}

async function picture(background: string): Promise<string> {
  const bytes = await sharp({ create: { width: 96, height: 64, channels: 3, background } })
    .png()
    .toBuffer();
  return bytes.toString('base64');
}

// Answers are looked at as they come: `JSON.parse` leaves their type open.
async function post(server: FakeSdServer, path: string, body?: unknown) {
  const response = await fetch(`${server.origin}${path}`, {
    method: 'POST',
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function get(server: FakeSdServer, path: string) {
  const response = await fetch(`${server.origin}${path}`);
  return { status: response.status, body: JSON.parse(await response.text()) };
}

async function ended(server: FakeSdServer, pollUrl: string) {
  for (;;) {
    const { body } = await get(server, pollUrl);
    if (body.status !== 'queued' && body.status !== 'generating') return body;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function until(server: FakeSdServer, pollUrl: string, status: string): Promise<void> {
  while ((await get(server, pollUrl)).body.status !== status)
    await new Promise((resolve) => setTimeout(resolve, 5));
}

const IMG_GEN = '/sdcpp/v1/img_gen';
const request = { prompt: 'a red house', width: 128, height: 96 };

describe('a job', () => {
  it('is accepted, and answers with pictures made of the init image', async () => {
    const server = await start();
    const { status, body } = await post(server, IMG_GEN, {
      ...request,
      seed: 3,
      batch_count: 2,
      init_image: `data:image/png;base64,${await picture('#c00')}`,
      ref_images: [await picture('#0c0'), await picture('#00c')],
      sample_params: { sample_steps: 4, guidance: { txt_cfg: 1 } },
    });
    expect(status).toBe(202);
    expect(body).toMatchObject({ kind: 'img_gen', status: 'queued', poll_url: `/sdcpp/v1/jobs/${body.id}` });
    const job = await ended(server, body.poll_url);
    expect(job).toMatchObject({ status: 'completed', queue_position: 0, error: null });
    expect(job.result).toMatchObject({ output_format: 'png', images: [{ index: 0 }, { index: 1 }] });
    const { data, info } = await sharp(Buffer.from(job.result.images[0].b64_json, 'base64'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([128, 96]);
    expect(data[0]).toBeGreaterThan(150);
    expect(data[1]).toBeLessThan(60);
    expect(server.runs[0]).toMatchObject({ seed: 3, steps: 4, strength: 0.75, txtCfg: 1 });
    expect(server.runs[0]?.refImages).toHaveLength(2);
  });

  it('waits in its place, can be cancelled there, and not any more while it runs', async () => {
    const server = await start({ hold: 'generating' });
    const first = (await post(server, IMG_GEN, request)).body;
    const second = (await post(server, IMG_GEN, request)).body;
    await until(server, first.poll_url, 'generating');
    expect((await get(server, second.poll_url)).body).toMatchObject({ status: 'queued', queue_position: 1 });
    const running = await post(server, `${first.poll_url}/cancel`);
    expect([running.status, typeof running.body.error]).toEqual([409, 'string']);
    const cancelled = await post(server, `${second.poll_url}/cancel`);
    expect(cancelled).toMatchObject({
      status: 200,
      body: { status: 'cancelled', result: null, error: { code: 'cancelled' } },
    });
    server.release();
    expect((await ended(server, first.poll_url)).status).toBe('completed');
    expect(server.runs).toHaveLength(1);
    expect((await post(server, IMG_GEN, request)).status).toBe(202);
  });

  it('fails with a code and a text', async () => {
    const server = await start({ failWith: 'generate_image returned no results' });
    const { body } = await post(server, IMG_GEN, request);
    expect(await ended(server, body.poll_url)).toMatchObject({
      status: 'failed',
      result: null,
      error: { code: 'generation_failed', message: 'generate_image returned no results' },
    });
  });

  it('is gone after its time, and unknown after a restart', async () => {
    let nowMs = 1_000_000;
    const server = await start({}, () => nowMs);
    const { body } = await post(server, IMG_GEN, request);
    await ended(server, body.poll_url);
    nowMs += 599_000;
    expect((await get(server, body.poll_url)).status).toBe(200);
    nowMs += 1_000;
    expect(await get(server, body.poll_url)).toEqual({ status: 410, body: { error: 'job expired' } });
    expect((await post(server, `${body.poll_url}/cancel`)).status).toBe(410);
    await server.restart({ forgetJobs: true });
    expect(await get(server, body.poll_url)).toEqual({ status: 404, body: { error: 'job not found' } });
  });

  it('is refused when too many wait', async () => {
    const server = await start({ hold: 'queue', maxQueueSize: 2 });
    await post(server, IMG_GEN, request);
    await post(server, IMG_GEN, request);
    expect(await post(server, IMG_GEN, request)).toEqual({
      status: 429,
      body: { error: 'job queue is full' },
    });
  });

  it('takes the default seed of the server unless it has one, and a random one for -1', async () => {
    const server = await start();
    for (const seed of [undefined, -1, -1]) {
      const { body } = await post(server, IMG_GEN, { ...request, seed });
      await ended(server, body.poll_url);
    }
    const [first, second, third] = server.runs.map((run) => run.seed);
    expect(first).toBe(42);
    expect(new Set([first, second, third]).size).toBe(3);
  });

  it('comes out in the size that the model needs', async () => {
    const server = await start({ sizeMultiplePx: 16 });
    const { body } = await post(server, IMG_GEN, { ...request, width: 100, output_format: 'jpeg' });
    const job = await ended(server, body.poll_url);
    const bytes = Buffer.from(job.result.images[0].b64_json, 'base64');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'jpeg', width: 112, height: 96 });
  });
});

describe('a request', () => {
  it.each([
    ['a text for a number', { width: '128' }],
    ['a fraction for an integer', { width: 128.5 }],
    ['an unknown field', { ref_image: 'AAAA' }],
    ['a side below 64', { width: 32 }],
    ['a side above 4096', { height: 4104 }],
    ['more than 8 pictures', { batch_count: 9 }],
    ['an unknown sampler', { sample_params: { sample_method: 'Euler a' } }],
    ['a strength above 1', { strength: 1.5 }],
    ['a picture that does not decode', { init_image: 'AAAA' }],
    ['references that are no list', { ref_images: 'AAAA' }],
    ['a LoRA that is not there', { lora: [{ path: 'absent.safetensors' }] }],
  ])('with %s is refused', async (_title, more) => {
    const server = await start();
    const { status, body } = await post(server, IMG_GEN, { ...request, ...more });
    expect([status, body]).toEqual([400, { error: 'invalid generation parameters' }]);
  });

  it('of wrong kinds is read as if the fields were missing by the program itself', async () => {
    const server = await start({ isStrict: false });
    const { body } = await post(server, IMG_GEN, { prompt: 'x', width: '128', height: 96, tempo: 3 });
    await ended(server, body.poll_url);
    expect(server.runs[0]).toMatchObject({ widthPx: 512, heightPx: 96, ignoredFields: ['width', 'tempo'] });
  });

  it('without a body, without JSON or for a video model is refused in words', async () => {
    const server = await start();
    expect(await post(server, IMG_GEN)).toEqual({ status: 400, body: { error: 'empty body' } });
    expect((await post(server, IMG_GEN, '{')).body.error).toBe('invalid json');
    const format = await post(server, IMG_GEN, { ...request, output_format: 'tiff' });
    expect(format.body.error).toMatch(/^invalid output_format/);
    server.behaviour.makesImages = false;
    expect((await post(server, IMG_GEN, request)).body.error).toMatch(/does not support img_gen/);
  });

  it('may carry pictures that the loaded model has no use for', async () => {
    const server = await start({ hasControlNet: false, isEditModel: false });
    const control_image = await picture('#777');
    const { body } = await post(server, IMG_GEN, { ...request, control_image, ref_images: [control_image] });
    expect((await ended(server, body.poll_url)).status).toBe('completed');
    expect(server.runs[0]?.unusedImages).toEqual(['control_image', 'ref_images']);
  });
});

describe('the other routes', () => {
  it('tell the limits and what was loaded', async () => {
    const server = await start();
    const { body } = await get(server, '/sdcpp/v1/capabilities');
    expect(body).toMatchObject({
      model: { stem: 'flux-2-klein-4b-Q4_0' },
      limits: { min_width: 64, max_height: 4096, max_batch_count: 8, max_queue_size: 64 },
      defaults_by_mode: { img_gen: { seed: 42 } },
      features_by_mode: { img_gen: { cancel_queued: true, cancel_generating: false } },
    });
  });

  it('speak like OpenAI, except in errors', async () => {
    const server = await start();
    expect((await get(server, '/v1/models')).body.data[0].id).toBe('sd-cpp-local');
    const prompt = 'a house <sd_cpp_extra_args>{"seed":9}</sd_cpp_extra_args>';
    const made = await post(server, '/v1/images/generations', { prompt, size: '128x64' });
    const bytes = Buffer.from(made.body.data[0].b64_json, 'base64');
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 128, height: 64 });
    expect(server.runs[0]).toMatchObject({ seed: 9, prompt: 'a house ' });
    const refused = await post(server, '/v1/images/generations', { size: '128x64' });
    expect(refused).toEqual({ status: 400, body: { error: 'prompt required' } });

    const form = new FormData();
    form.append('prompt', 'winter');
    form.append('size', '128x64');
    for (const colour of ['#c00', '#0c0'])
      form.append(
        'image[]',
        new Blob([new Uint8Array(Buffer.from(await picture(colour), 'base64'))]),
        'x.png',
      );
    const response = await fetch(`${server.origin}/v1/images/edits`, { method: 'POST', body: form });
    expect(response.status).toBe(200);
    expect(server.runs[1]?.refImages).toHaveLength(2);
    expect(server.runs[1]?.initImage?.sha256).toBe(server.runs[1]?.refImages[0]?.sha256);
  });

  it('speak like the web UI, without progress and interrupt', async () => {
    const server = await start();
    const made = await post(server, '/sdapi/v1/txt2img', { ...request, seed: 5 });
    expect(JSON.parse(made.body.info)).toMatchObject({ seed: 5, all_seeds: [5] });
    for (const path of ['progress', 'interrupt'])
      expect((await fetch(`${server.origin}/sdapi/v1/${path}`)).status).toBe(404);
  });

  it('break as told', async () => {
    const server = await start();
    server.inject('job', { kind: 'status', status: 503 }, 1);
    const { body } = await post(server, IMG_GEN, request);
    expect((await fetch(`${server.origin}${body.poll_url}`)).status).toBe(503);
    expect((await ended(server, body.poll_url)).status).toBe('completed');
  });
});
