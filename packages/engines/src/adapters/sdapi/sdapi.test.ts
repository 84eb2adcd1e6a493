import {
  type FakeSdApi,
  type SdApiBehaviour,
  type SdApiFlavour,
  startFakeSdApi,
} from '@diorama/testkit/fake-engines';
import { afterEach, describe, expect, it } from 'vitest';
import type { EngineRequest } from '../../kit/engine.ts';
import type { ConnectionConfig } from '../../kit/remote/connection.ts';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { fastClock } from '../../kit/testing/fast-clock.ts';
import { connectionTo, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { type WatchedRun, watchedContext } from '../../kit/testing/watched-context.ts';
import { sdapiAdapter } from './index.ts';

const SD15 = 'v1-5-pruned-emaonly.safetensors';
const DREAMSHAPER = 'dreamshaper_8.safetensors';

describe('A1111, Forge and SD.Next', () => {
  let fake: FakeSdApi;
  afterEach(async () => {
    await fake.close();
  });

  async function connect(
    flavour: SdApiFlavour,
    behaviour: Partial<SdApiBehaviour> = {},
    changes: Partial<ConnectionConfig> = {},
  ) {
    fake = await startFakeSdApi({ flavour, behaviour: { steps: 4, ...behaviour } });
    const connection = connectionTo(sdapiAdapter, fake.baseUrl, {
      key: null,
      ...changes,
      options: { megapixels: 0.02, ...changes.options },
    });
    const clock = fastClock();
    const probe = await createRemoteEngine(connection, sdapiAdapter, { clock }).test(
      watchedContext().context,
    );
    const engine = createRemoteEngine({ ...connection, probe }, sdapiAdapter, { clock });
    const generate = async (request: Partial<EngineRequest> = {}, run: WatchedRun = watchedContext()) => ({
      result: await engine.generate(await remoteRequest(request), run.context),
      run,
    });
    return { probe, generate };
  }

  const sent = (route: string) => fake.requestsTo(route)[0]!.json as Record<string, unknown>;
  const picture = expect.stringMatching(/^iVBORw0KGgo/);

  it('finds out which program it is and what it has', async () => {
    for (const [flavour, name, maps] of [
      ['a1111', 'AUTOMATIC1111', ['depth', 'normal', 'canny']],
      ['forge', 'Forge', ['depth', 'normal', 'canny']],
      ['sdnext', 'SD.Next', ['depth', 'canny', 'lineart', 'segmentation']],
    ] as const) {
      const { probe } = await connect(flavour);
      expect(probe.server).toBe(name);
      expect(probe.models.map(({ id }) => id)).toEqual([SD15, DREAMSHAPER]);
      expect(probe.models[0]!.capabilities).toMatchObject({ controlMaps: maps, referencesMax: 2 });
      await fake.close();
    }
    await connect('a1111');
  });

  it('says that the API is switched off', async () => {
    const { probe } = await connect('a1111', {}, { address: 'http://127.0.0.1:9' });
    expect(probe.ok).toBe(false);
    fake.inject('sd-models', { kind: 'status', status: 404, json: { detail: 'Not Found' } });
    const connection = connectionTo(sdapiAdapter, fake.baseUrl, { key: null });
    const off = await createRemoteEngine(connection, sdapiAdapter).test(watchedContext().context);
    expect(off.checks[0]!.hint).toContain('--api');
  });

  it('sends A1111 the canvas, one map and both references as units', async () => {
    const { generate } = await connect('a1111');
    const { result } = await generate({ geometryStrength: 1, negativePrompt: 'blurry', seed: 9 });
    expect(sent('img2img')).toEqual({
      prompt: 'walnut table, evening light',
      negative_prompt: 'blurry',
      seed: 9,
      steps: 24,
      cfg_scale: 7,
      sampler_name: 'DPM++ 2M',
      scheduler: 'karras',
      batch_size: 1,
      n_iter: 1,
      width: 168,
      height: 112,
      send_images: true,
      save_images: false,
      force_task_id: expect.stringMatching(/^task\(diorama-[0-9a-f-]{36}\)$/),
      init_images: [picture],
      denoising_strength: 0.55,
      resize_mode: 0,
      alwayson_scripts: {
        ControlNet: {
          args: [
            {
              enabled: true,
              module: 'none',
              model: 'control_v11f1p_sd15_depth [cfd03158]',
              image: picture,
              resize_mode: 'Just Resize',
              control_mode: 'Balanced',
              weight: 1,
              guidance_start: 0,
              guidance_end: 1,
              save_detected_map: false,
            },
            ...[1, 2].map(() => ({
              enabled: true,
              module: 'ip-adapter_clip_sd15',
              model: 'ip-adapter-plus_sd15 [836b5c2e]',
              image: picture,
              resize_mode: 'Just Resize',
              control_mode: 'Balanced',
              weight: 0.6,
              guidance_start: 0,
              guidance_end: 1,
              save_detected_map: false,
            })),
          ],
        },
      },
    });
    expect(fake.runs[0]!.passedOver).toEqual([]);
    expect(result.images.map(({ seed }) => seed)).toEqual([9]);
    expect(result.modelUsed).toBe('v1-5-pruned-emaonly');
    expect(result.warnings.map(({ code }) => code)).not.toContain('model-substituted');
  });

  it('uses the names of Forge for its units', async () => {
    const { generate } = await connect('forge');
    await generate({ references: [] });
    expect(fake.runs[0]!.units.map(({ module, model }) => [module, model])).toEqual([
      ['None', 'control_v11f1p_sd15_depth_fp16 [4b72d323]'],
      ['None', 'control_v11p_sd15_canny_fp16 [b18e0966]'],
    ]);
    await generate({ options: { maps: [] } });
    expect(fake.runs[1]!.units.map(({ module }) => module)).toEqual([
      'CLIP-ViT-H (IPAdapter)',
      'CLIP-ViT-H (IPAdapter)',
    ]);
    expect(fake.runs.flatMap(({ passedOver }) => passedOver)).toEqual([]);
  });

  it('goes by the control route of SD.Next when there are maps, and by the others when not', async () => {
    const { generate } = await connect('sdnext');
    await generate({ geometryStrength: 1, references: [] });
    expect(sent('control')).toMatchObject({
      width_before: 168,
      height_before: 112,
      batch_count: 1,
      input_type: 2,
      inits: [picture],
      denoising_strength: 0.55,
      control: [
        {
          process: 'None',
          model: 'Depth',
          strength: 0.8,
          start: 0,
          end: 1,
          override: picture,
          unit_type: 'controlnet',
        },
        {
          process: 'None',
          model: 'Canny',
          strength: 0.72,
          start: 0,
          end: 1,
          override: picture,
          unit_type: 'controlnet',
        },
      ],
    });
    await generate({ options: { maps: [] } });
    expect(sent('img2img')).toMatchObject({
      ip_adapter: [{ adapter: 'Plus', images: [picture, picture], scale: 0.6 }],
    });
    expect(fake.runs.flatMap(({ passedOver }) => passedOver)).toEqual([]);
    expect(fake.runs.map(({ units, ipAdapters }) => [units.length, ipAdapters.length])).toEqual([
      [2, 0],
      [0, 1],
    ]);
  });

  it('says before and after that references need an IP-Adapter', async () => {
    const { probe, generate } = await connect('a1111', {
      controlModels: ['control_v11f1p_sd15_depth [cfd03158]'],
    });
    expect(probe.models[0]!.capabilities.referencesMax).toBe(0);
    const { result } = await generate();
    expect(result.warnings.map(({ code }) => code)).toContain('reference-ignored');
    expect(fake.runs[0]!.units).toHaveLength(1);
  });

  it('makes a picture of words alone without the canvas', async () => {
    const { generate } = await connect('a1111');
    await generate({ scene: null, capture: null, references: [] });
    expect(sent('txt2img')).not.toHaveProperty('alwayson_scripts');
    expect(sent('txt2img')).not.toHaveProperty('init_images');
  });

  it('changes the checkpoint only when another one is asked for', async () => {
    const { generate } = await connect('a1111');
    await generate({ model: SD15 });
    expect(sent('img2img')).not.toHaveProperty('override_settings');
    await generate({ model: DREAMSHAPER });
    expect(fake.requestsTo('img2img')[1]!.json).toMatchObject({
      override_settings: { sd_model_checkpoint: DREAMSHAPER },
      override_settings_restore_afterwards: false,
    });
    expect(fake.runs[1]!.checkpoint).toContain('dreamshaper_8');
    await expect(generate({ model: 'gone.safetensors' })).rejects.toMatchObject({ code: 'unknown-model' });
  });

  it('makes several images with one seed higher each and takes no map for a picture', async () => {
    for (const flavour of ['a1111', 'forge', 'sdnext'] as const) {
      const { generate } = await connect(flavour);
      const { result } = await generate({ count: 2, seed: 20 });
      expect(result.images.map(({ seed }) => seed)).toEqual([20, 21]);
      await fake.close();
    }
    await connect('a1111');
  });

  it('reports its own steps and shows the picture as it forms', async () => {
    const { generate } = await connect('a1111', { steps: 6, stepDelayMs: 15 });
    const { run } = await generate({ references: [] });
    expect(
      run.progress.some(({ stage, detail }) => stage === 'generating' && /of 6$/.test(detail ?? '')),
    ).toBe(true);
    expect(run.previews.length).toBeGreaterThan(0);
  });

  it('interrupts the server on cancel when its own job runs', async () => {
    for (const flavour of ['a1111', 'sdnext'] as const) {
      const { generate } = await connect(flavour, { hold: { step: 2 } });
      const controller = new AbortController();
      const failing = generate({}, watchedContext(controller.signal));
      failing.catch(() => {});
      await expect.poll(() => fake.runs.length).toBe(1);
      controller.abort();
      await expect(failing).rejects.toMatchObject({ code: 'canceled' });
      expect(fake.requestsTo('interrupt')).toHaveLength(1);
      fake.release();
      await fake.close();
    }
    await connect('a1111');
  });

  it('never interrupts the job of somebody else, nor takes its progress for its own', async () => {
    for (const flavour of ['a1111', 'sdnext'] as const) {
      const { generate } = await connect(flavour, { hold: { step: 2 } });
      const foreign = fetch(`${fake.origin}/sdapi/v1/txt2img`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ prompt: 'somebody else', width: 64, height: 64 }),
      });
      await expect.poll(() => fake.runs.length).toBe(1);
      const controller = new AbortController();
      const run = watchedContext(controller.signal);
      const failing = generate({}, run);
      failing.catch(() => {});
      await expect.poll(() => run.progress.some(({ stage }) => stage === 'waiting')).toBe(true);
      controller.abort();
      await expect(failing).rejects.toMatchObject({ code: 'canceled' });
      expect(fake.requestsTo('interrupt')).toHaveLength(0);
      expect(run.progress.every(({ stage }) => stage !== 'generating')).toBe(true);
      expect(run.previews).toEqual([]);
      fake.release();
      await foreign;
      await fake.close();
    }
    await connect('a1111');
  });

  it('goes on when progress cannot be read', async () => {
    const { generate } = await connect('a1111', { stepDelayMs: 5 });
    fake.inject('progress', { kind: 'status', status: 500, text: 'no' }, Number.POSITIVE_INFINITY);
    expect((await generate()).result.images).toHaveLength(1);
  });

  it('says that memory ran out', async () => {
    const { generate } = await connect('a1111', { outOfMemory: true });
    await expect(generate()).rejects.toMatchObject({
      code: 'out-of-memory',
      hint: expect.stringContaining('--medvram'),
    });
  });

  it('says that ControlNet is gone', async () => {
    const { generate } = await connect('a1111');
    fake.behaviour.hasControlNet = false;
    await expect(generate()).rejects.toMatchObject({ code: 'workflow-not-runnable' });
  });

  it('does not repeat the password in any form when it is refused', async () => {
    const { probe } = await connect(
      'a1111',
      { auth: { user: 'anna', password: 'right-password' }, echoKey: true },
      { key: 'anna:canary-4711-password' },
    );
    expect(probe.checks).toMatchObject([{ check: 'key', ok: false }]);
    const said = JSON.stringify(probe);
    expect(said).not.toContain('canary-4711');
    expect(said).not.toContain(Buffer.from('anna:canary-4711-password').toString('base64'));
  });
});
