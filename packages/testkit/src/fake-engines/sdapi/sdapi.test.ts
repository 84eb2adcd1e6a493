import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { type FakeSdApi, type SdApiBehaviour, type SdApiFlavour, startFakeSdApi } from './index.ts';

const open: FakeSdApi[] = [];

afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(flavour: SdApiFlavour, behaviour: Partial<SdApiBehaviour> = {}): Promise<FakeSdApi> {
  const server = await startFakeSdApi({ flavour, behaviour: { steps: 2, ...behaviour } });
  open.push(server);
  return server;
}

async function picture(background: string, width = 96, height = 64): Promise<string> {
  const bytes = await sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
  return bytes.toString('base64');
}

// Answers are looked at as they come: `JSON.parse` leaves their type open.
async function post(server: FakeSdApi, path: string, body: unknown, headers: Record<string, string> = {}) {
  const response = await fetch(`${server.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: /^[[{n]/.test(text) ? JSON.parse(text) : text };
}

async function get(server: FakeSdApi, path: string) {
  return JSON.parse(await (await fetch(`${server.origin}${path}`)).text());
}

async function until(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 5));
}

const request = { prompt: 'a red house', width: 128, height: 96, steps: 4, seed: 11 };
const depth = 'control_v11f1p_sd15_depth [cfd03158]';

describe.each(['a1111', 'forge', 'sdnext'] as const)('%s', (flavour) => {
  it('answers txt2img with pictures of the asked size and the seeds in a JSON text', async () => {
    const server = await start(flavour);
    const { status, body } = await post(server, '/sdapi/v1/txt2img', { ...request, batch_size: 2 });
    expect(status).toBe(200);
    expect(body.images).toHaveLength(2);
    const bytes = Buffer.from(body.images[0], 'base64');
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'png', width: 128, height: 96 });
    expect(JSON.parse(body.info)).toMatchObject({ seed: 11, all_seeds: [11, 12], index_of_first_image: 0 });
    expect(body.parameters.prompt).toBe('a red house');
  });

  it('starts img2img from the init image', async () => {
    const server = await start(flavour);
    const { body } = await post(server, '/sdapi/v1/img2img', {
      ...request,
      init_images: [`data:image/png;base64,${await picture('#c00')}`],
      denoising_strength: 0.4,
    });
    const { data } = await sharp(Buffer.from(body.images[0], 'base64'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect(data[0]).toBeGreaterThan(150);
    expect(data[2]).toBeLessThan(60);
    expect(server.runs[0]).toMatchObject({ denoisingStrength: 0.4, seed: 11 });
    expect(body.parameters.init_images).toBeNull();
  });

  it('refuses img2img without an init image, a wrong kind and a broken body in its own form', async () => {
    const server = await start(flavour);
    const missing = await post(server, '/sdapi/v1/img2img', request);
    if (flavour === 'sdnext') expect(missing).toEqual({ status: 400, body: { error: 'Init image is none' } });
    else expect([missing.status, missing.body.detail]).toEqual([404, 'Init image not found']);

    const wrong = await post(server, '/sdapi/v1/txt2img', { ...request, width: 'wide' });
    expect(wrong.status).toBe(422);
    expect(wrong.body.detail[0]).toMatchObject({
      loc: ['body', 'width'],
      type: flavour === 'a1111' ? 'type_error.integer' : 'int_parsing',
    });
    expect((await post(server, '/sdapi/v1/txt2img', '{')).status).toBe(422);
    const undecodable = await post(server, '/sdapi/v1/img2img', { ...request, init_images: ['AAAA'] });
    expect([undecodable.status, undecodable.body.detail]).toEqual([500, 'Invalid encoded image']);
  });

  it('refuses a script that is not there', async () => {
    const server = await start(flavour);
    const alwayson_scripts = { Absent: { args: [] } };
    const { status, body } = await post(server, '/sdapi/v1/txt2img', { ...request, alwayson_scripts });
    expect(status).toBe(422);
    expect(body.detail).toContain('Absent');
  });

  it('runs out of memory in its own form', async () => {
    const server = await start(flavour, { outOfMemory: true });
    const { status, body } = await post(server, '/sdapi/v1/txt2img', request);
    expect(status).toBe(500);
    if (flavour === 'forge') expect(body).toBe('Internal Server Error');
    else expect(body).toMatchObject({ error: 'OutOfMemoryError', errors: expect.stringMatching(/memory/) });
  });

  it('asks for a password in its own form', async () => {
    const server = await start(flavour, { auth: { user: 'me', password: 'secret' } });
    const without = await post(server, '/sdapi/v1/txt2img', request);
    expect([without.status, without.body.detail]).toEqual([401, 'Not authenticated']);
    const wrong = await post(server, '/sdapi/v1/txt2img', request, { authorization: 'Basic bWU6eA==' });
    expect(wrong.status).toBe(401);
    const authorization = `Basic ${Buffer.from('me:secret').toString('base64')}`;
    expect((await post(server, '/sdapi/v1/txt2img', request, { authorization })).status).toBe(200);
  });

  it('tells the progress of whatever runs, and returns what it has when interrupted', async () => {
    const server = await start(flavour, { steps: 4, hold: { step: 2 } });
    expect(await get(server, '/sdapi/v1/progress')).toMatchObject({ progress: 0, current_image: null });
    const answer = post(server, '/sdapi/v1/txt2img', request);
    await until(async () => (await get(server, '/sdapi/v1/progress')).state.sampling_step === 2);
    const progress = await get(server, '/sdapi/v1/progress');
    expect(progress.progress).toBeCloseTo(0.5, 1);
    expect(progress.state).toMatchObject({ sampling_steps: 4, job_count: 1 });
    expect((await sharp(Buffer.from(progress.current_image, 'base64')).metadata()).width).toBe(128);
    const lean = await get(server, '/sdapi/v1/progress?skip_current_image=true');
    expect(lean.current_image).toBeNull();
    const interrupt = await fetch(`${server.origin}/sdapi/v1/interrupt`, { method: 'POST' });
    expect(interrupt.status).toBe(flavour === 'sdnext' ? 204 : 200);
    const { status, body } = await answer;
    expect(status).toBe(200);
    expect(body.images).toHaveLength(1);
    expect(server.runs[0]?.isInterrupted).toBe(true);
  });

  it('goes on when its client hangs up, and lets the next one wait', async () => {
    const server = await start(flavour, { hold: { step: 1 } });
    const hangUp = new AbortController();
    const first = fetch(`${server.origin}/sdapi/v1/txt2img`, {
      method: 'POST',
      body: JSON.stringify(request),
      signal: hangUp.signal,
    }).catch(() => 'gone');
    await until(async () => (await get(server, '/sdapi/v1/progress')).state.job_count === 1);
    hangUp.abort();
    expect(await first).toBe('gone');
    expect((await get(server, '/sdapi/v1/progress')).state.job_count).toBe(1);
    const second = post(server, '/sdapi/v1/txt2img', request);
    server.release();
    expect((await second).status).toBe(200);
    expect(server.runs).toHaveLength(2);
  });

  it('lists what is installed and changes the checkpoint', async () => {
    const server = await start(flavour);
    const models = await get(server, '/sdapi/v1/sd-models');
    expect(models.map((model: { model_name: string }) => model.model_name)).toContain('dreamshaper_8');
    expect((await get(server, '/sdapi/v1/samplers'))[0].name).toBe('Euler');
    expect(await get(server, '/sdapi/v1/schedulers')).not.toHaveLength(0);
    await post(server, '/sdapi/v1/options', { sd_model_checkpoint: 'dreamshaper_8' });
    expect((await get(server, '/sdapi/v1/options')).sd_model_checkpoint).toMatch(/^dreamshaper_8/);
    expect((await fetch(`${server.origin}/sdapi/v1/absent`)).status).toBe(404);
  });

  it('loses a running generation in a restart', async () => {
    const server = await start(flavour, { hold: { step: 1 } });
    const lost = post(server, '/sdapi/v1/txt2img', request).catch(() => 'lost');
    await until(async () => (await get(server, '/sdapi/v1/progress')).state.job_count === 1);
    await server.restart({ forgetJobs: true });
    expect(await lost).toBe('lost');
    expect((await get(server, '/sdapi/v1/progress')).progress).toBe(0);
    server.release();
    expect((await post(server, '/sdapi/v1/txt2img', request)).status).toBe(200);
  });
});

describe('units of A1111', () => {
  const unit = async (more: Record<string, unknown> = {}) => ({
    enabled: true,
    module: 'none',
    model: depth,
    weight: 0.8,
    image: await picture('#777'),
    ...more,
  });
  const withUnits = (...args: unknown[]) => ({
    ...request,
    alwayson_scripts: { ControlNet: { args } },
  });

  it('come back behind the results unless the maps are switched off', async () => {
    const server = await start('a1111');
    const kept = await post(server, '/sdapi/v1/txt2img', withUnits(await unit()));
    expect(kept.body.images).toHaveLength(2);
    const off = await post(server, '/sdapi/v1/txt2img', withUnits(await unit({ save_detected_map: false })));
    expect(off.body.images).toHaveLength(1);
    expect(server.runs[0]?.units).toMatchObject([
      { model: depth, weight: 0.8, resizeMode: 'Crop and Resize' },
    ]);
  });

  it('do nothing unless they are enabled', async () => {
    const server = await start('a1111');
    const { enabled: _enabled, ...rest } = await unit();
    await post(server, '/sdapi/v1/txt2img', withUnits(rest));
    expect(server.runs[0]?.units).toEqual([]);
  });

  it.each([
    ['a module in the words of Forge', { module: 'None' }],
    ['a model that is not installed', { model: 'absent' }],
    ['a weight above 2', { weight: 2.5 }],
    ['a mode as a number', { resize_mode: 1 }],
    ['a mode of another name', { control_mode: 'balanced' }],
    ['an end before the start', { guidance_start: 0.9, guidance_end: 0.1 }],
    ['no picture', { image: null }],
    ['a picture that does not decode', { image: 'AAAA' }],
    ['an unknown union type', { union_control_type: 'Depths' }],
  ])('are wrong with %s: told by the fake, passed over by the program', async (_title, more) => {
    const server = await start('a1111');
    const body = withUnits(await unit(more));
    expect((await post(server, '/sdapi/v1/txt2img', body)).status).toBe(500);
    server.behaviour.wrongUnits = 'pass-over';
    const passed = await post(server, '/sdapi/v1/txt2img', body);
    expect([passed.status, passed.body.images.length]).toEqual([200, 1]);
    expect(server.runs.at(-1)).toMatchObject({ units: [], passedOver: [expect.stringMatching(/^unit 0/)] });
  });

  it('beyond the third are passed over', async () => {
    const server = await start('a1111');
    const one = await unit({ save_detected_map: false });
    await post(server, '/sdapi/v1/txt2img', withUnits(one, one, one, one));
    expect(server.runs[0]?.units).toHaveLength(3);
  });

  it('can be looked up', async () => {
    const server = await start('a1111');
    expect((await get(server, '/controlnet/model_list')).model_list).toContain(depth);
    expect((await get(server, '/controlnet/module_list')).module_list).toContain('none');
    expect(await get(server, '/controlnet/settings')).toEqual({ control_net_unit_count: 3 });
    server.behaviour.hasControlNet = false;
    expect((await fetch(`${server.origin}/controlnet/model_list`)).status).toBe(404);
  });
});

describe('units of Forge', () => {
  it('are enabled by themselves, take modes as numbers and name no preprocessor None', async () => {
    const server = await start('forge');
    const model = server.behaviour.controlModels[0];
    const args = [{ module: 'None', model, image: await picture('#777'), resize_mode: 2, control_mode: 1 }];
    const alwayson_scripts = { controlnet: { args } };
    expect((await post(server, '/sdapi/v1/txt2img', { ...request, alwayson_scripts })).status).toBe(200);
    expect(server.runs[0]?.units).toMatchObject([
      { resizeMode: 'Resize and Fill', controlMode: 'My prompt is more important' },
    ]);
    expect((await fetch(`${server.origin}/controlnet/settings`)).status).toBe(404);
  });
});

describe('control of SD.Next', () => {
  it('is a route of its own, which returns the maps apart and its info as words', async () => {
    const server = await start('sdnext');
    const { status, body } = await post(server, '/sdapi/v1/control', {
      prompt: 'a red house',
      width_before: 128,
      height_before: 96,
      seed: 5,
      inits: [await picture('#c00')],
      control: [{ model: 'Depth', strength: 0.7, override: await picture('#777') }],
      ip_adapter: [{ adapter: 'Plus', scale: 0.6, images: [await picture('#0c0')] }],
    });
    expect([status, body.images.length, body.processed.length]).toEqual([200, 1, 1]);
    expect(() => JSON.parse(body.info)).toThrow();
    expect(server.runs[0]).toMatchObject({
      widthPx: 128,
      heightPx: 96,
      units: [{ model: 'Depth', weight: 0.7 }],
      ipAdapters: [{ adapter: 'Plus', scale: 0.6 }],
      passedOver: [],
    });
  });

  it('is passed over in txt2img, although the field is known there', async () => {
    const server = await start('sdnext');
    const control_units = [{ model: 'Depth', override: await picture('#777') }];
    expect((await post(server, '/sdapi/v1/txt2img', { ...request, control_units })).status).toBe(200);
    expect(server.runs[0]).toMatchObject({ units: [], passedOver: ['control_units'] });
    const alwayson_scripts = { controlnet: { args: [] } };
    const refused = await post(server, '/sdapi/v1/txt2img', { ...request, alwayson_scripts });
    expect(refused.status).toBe(422);
  });

  it('refuses null where its schema says text', async () => {
    const server = await start('sdnext');
    const body = { prompt: 'x', control: [{ model: 'Depth', override: null }] };
    const { status, body: answer } = await post(server, '/sdapi/v1/control', body);
    expect([status, answer.detail[0].loc]).toEqual([422, ['body', 'control', 0, 'override']]);
  });
});
