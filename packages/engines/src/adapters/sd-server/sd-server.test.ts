import { readChunks, writeChunks } from '@diorama/metadata';
import { type FakeSdServer, type SdServerBehaviour, startFakeSdServer } from '@diorama/testkit/fake-engines';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { picture as twoColours } from '../../builtin/test-requests.ts';
import type { EngineRequest } from '../../kit/engine.ts';
import type { ConnectionConfig } from '../../kit/remote/connection.ts';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { fastClock } from '../../kit/testing/fast-clock.ts';
import { connectionTo, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { type WatchedRun, watchedContext } from '../../kit/testing/watched-context.ts';
import { sdServerAdapter } from './index.ts';
import { traitsOf } from './model-traits.ts';
import { padToRatio } from './pad-to-ratio.ts';
import { seedInPicture } from './picture-seed.ts';

const picture = expect.stringMatching(/^iVBORw0KGgo/);

describe('sd-server', () => {
  let fake: FakeSdServer;
  afterEach(async () => {
    await fake.close();
  });

  async function connect(
    behaviour: Partial<SdServerBehaviour> = {},
    changes: Partial<ConnectionConfig> = {},
  ) {
    fake = await startFakeSdServer({ behaviour });
    const connection = connectionTo(sdServerAdapter, fake.baseUrl, {
      key: null,
      ...changes,
      options: { megapixels: 0.02, ...changes.options },
    });
    const clock = fastClock();
    const probe = await createRemoteEngine(connection, sdServerAdapter, { clock }).test(
      watchedContext().context,
    );
    const engine = createRemoteEngine({ ...connection, probe }, sdServerAdapter, { clock });
    const generate = async (request: Partial<EngineRequest> = {}, run: WatchedRun = watchedContext()) => ({
      result: await engine.generate(await remoteRequest(request), run.context),
      run,
    });
    return { probe, generate };
  }

  const sent = () => fake.requestsTo('img-gen')[0]!.json as Record<string, unknown>;

  it('gives an edit model canvas and references as pictures, canvas first', async () => {
    const { probe, generate } = await connect();
    expect(probe).toMatchObject({ ok: true, server: 'stable-diffusion.cpp' });
    expect(probe.models).toMatchObject([
      { id: 'flux-2-klein-4b-Q4_0', capabilities: { referencesMax: 2, cancel: false, previews: false } },
    ]);
    const { result } = await generate({ seed: 12, count: 2, negativePrompt: 'people' });
    expect(sent()).toEqual({
      prompt: expect.stringMatching(/^Image 1 is the 3D layout/),
      negative_prompt: 'people',
      width: 144,
      height: 96,
      seed: 12,
      batch_count: 2,
      output_format: 'png',
      embed_image_metadata: true,
      ref_images: [picture, picture, picture],
      auto_resize_ref_image: true,
    });
    expect(fake.runs[0]!.ignoredFields).toEqual([]);
    expect(result.images.map(({ seed }) => seed)).toEqual([12, 13]);
  });

  it('starts other models from the canvas, with noise by the geometry strength', async () => {
    const { generate } = await connect(
      { model: 'sd15.safetensors', isEditModel: false },
      { options: { megapixels: 0.025 } },
    );
    const { result } = await generate({ geometryStrength: 1 });
    expect(sent()).toMatchObject({ init_image: picture, strength: 0.35, width: 192, height: 128 });
    expect(sent()).not.toHaveProperty('ref_images');
    expect(result.warnings.map(({ code }) => code)).toContain('reference-ignored');
  });

  it('guides the loaded ControlNet by the map that the owner named, and one reference by the IP-Adapter', async () => {
    const { probe, generate } = await connect(
      { model: 'sd15.safetensors' },
      {
        options: {
          mode: 'control',
          controlMap: 'canny',
          ipAdapter: true,
          steps: 12,
          cfg: 6,
          sampler: 'euler_a',
        },
      },
    );
    expect(probe.models[0]!.capabilities).toMatchObject({ controlMaps: ['canny'], referencesMax: 1 });
    await generate({ geometryStrength: 1 });
    expect(sent()).toMatchObject({
      control_image: picture,
      control_strength: 0.9,
      ip_adapter_image: picture,
      ip_adapter_strength: 0.7,
      sample_params: { sample_steps: 12, sample_method: 'euler_a', guidance: { txt_cfg: 6 } },
    });
    expect(sent()).not.toHaveProperty('init_image');
    expect(fake.runs[0]!.unusedImages).toEqual([]);
  });

  it('starts from the canvas instead where there is no scene to draw a map from', async () => {
    const { generate } = await connect({ model: 'sd15.safetensors' }, { options: { mode: 'control' } });
    const { result } = await generate({ scene: null });
    expect(sent()).toMatchObject({ init_image: picture });
    expect(result.warnings.map(({ code }) => code)).toContain('feature-ignored');
  });

  it('makes a picture of words alone with nothing else', async () => {
    const { generate } = await connect();
    await generate({ scene: null, capture: null, references: [] });
    expect(sent()).toMatchObject({ prompt: 'walnut table, evening light' });
    expect(Object.keys(sent()).filter((name) => name.includes('image'))).toEqual(['embed_image_metadata']);
  });

  it('keeps references whole, although the server cuts them to the shape of the result', async () => {
    const { generate } = await connect();
    const tall = await sharp({ create: { width: 60, height: 180, channels: 3, background: '#336699' } })
      .png()
      .toBuffer();
    await generate({ references: [{ bytes: tall, mediaType: 'image/png', role: 'style' }] });
    const [, reference] = fake.runs[0]!.refImages;
    const { width, height } = await sharp(reference!.bytes).metadata();
    expect(width / height).toBeCloseTo(144 / 96, 1);
    expect(height).toBe(180);
  });

  it('says how many jobs are before it', async () => {
    const { generate } = await connect({ hold: 'queue' });
    const run = watchedContext();
    const making = generate({}, run);
    await expect.poll(() => run.progress.some(({ stage }) => stage === 'waiting')).toBe(true);
    fake.release();
    await making;
    expect(run.progress.find(({ stage }) => stage === 'waiting')!.detail).toBe('one job before this one');
  });

  it('takes a waiting job back on cancel, and leaves a running one to the server', async () => {
    for (const hold of ['queue', 'generating'] as const) {
      const { generate } = await connect({ hold });
      const controller = new AbortController();
      const run = watchedContext(controller.signal);
      const failing = generate({}, run);
      failing.catch(() => {});
      const stage = hold === 'queue' ? 'waiting' : 'generating';
      await expect.poll(() => run.progress.some((value) => value.stage === stage)).toBe(true);
      controller.abort();
      await expect(failing).rejects.toMatchObject({ code: 'canceled' });
      expect(fake.requestsTo('cancel')).toHaveLength(1);
      expect(run.logged.flat().includes('sd-server-finishes-alone')).toBe(hold === 'generating');
      fake.release();
      await fake.close();
    }
    await connect();
  });

  it('sends the job again when the server was started again, but not for ever', async () => {
    const { generate } = await connect({ hold: 'generating' });
    const run = watchedContext();
    const making = generate({}, run);
    await expect.poll(() => run.progress.some(({ stage }) => stage === 'generating')).toBe(true);
    fake.behaviour.hold = null;
    await fake.restart({ forgetJobs: true });
    expect((await making).result.images).toHaveLength(1);
    expect(fake.requestsTo('img-gen')).toHaveLength(2);

    fake.inject(
      'job',
      { kind: 'status', status: 410, json: { error: 'job expired' } },
      Number.POSITIVE_INFINITY,
    );
    await expect(generate()).rejects.toMatchObject({ code: 'remote-job-lost' });
    expect(fake.requestsTo('img-gen')).toHaveLength(5);
  });

  it('takes the picture of a job from before a restart of ours', async () => {
    const { generate } = await connect();
    const { run } = await generate();
    const { result } = await generate({ resume: run.checkpoints.at(-1) });
    expect(result.images).toHaveLength(1);
    expect(fake.requestsTo('img-gen')).toHaveLength(1);
  });

  it('says that a video model makes no pictures', async () => {
    const { probe } = await connect({ makesImages: false, model: 'wan2.2.gguf' });
    expect(probe.ok).toBe(false);
    expect(probe.models).toEqual([]);
  });
});

describe('what a model name tells', () => {
  it.each([
    ['flux-2-klein-4b-Q4_0', true, 16],
    ['flux1-kontext-dev', true, 16],
    ['Qwen-Image-Edit-2511-Q4', true, 16],
    ['z_image_turbo', false, 16],
    ['sd_xl_base_1.0', false, 64],
    ['v1-5-pruned-emaonly', false, 64],
  ])('%s', (name, isEditModel, stepPx) => {
    expect(traitsOf(name)).toMatchObject({ isEditModel, sizes: { stepPx } });
  });
});

describe('seedInPicture', () => {
  const withText = async (text: string) =>
    new Uint8Array(
      await sharp({ create: { width: 2, height: 2, channels: 3, background: '#000' } })
        .png()
        .withExif({})
        .toBuffer()
        .then((png) => insertText(png, text)),
    );

  it('reads the seed, not one that the prompt talks of', async () => {
    expect(
      await withText('a sign, Seed: 1, here\nSteps: 2, CFG scale: 7, Seed: 4294967295, Size: 64x64').then(
        seedInPicture,
      ),
    ).toBe(4_294_967_295);
    expect(await withText('a chair\nSteps: 1').then(seedInPicture)).toBeNull();
    expect(await withText('x\nSteps: 1, Seed: 9007199254740993, Size').then(seedInPicture)).toBeNull();
  });

  it('finds none in what is no picture, and never breaks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 80 }), async (bytes) => {
        expect(await seedInPicture(Uint8Array.of(0x89, ...bytes))).toBeNull();
        expect(await seedInPicture(bytes)).toBeNull();
      }),
    );
  });
});

describe('padToRatio', () => {
  it('gives the ratio to within a pixel and moves nothing of the picture', async () => {
    const bytes = await twoColours('#ff0000', '#0000ff', 64);
    for (const size of [
      { width: 160, height: 90 },
      { width: 90, height: 160 },
      { width: 64, height: 64 },
    ]) {
      const padded = await padToRatio({ bytes, size: { width: 64, height: 64 } }, size);
      const { width, height } = await sharp(padded).metadata();
      expect(Math.abs(width - (height * size.width) / size.height)).toBeLessThanOrEqual(1);
      expect(Math.min(width, height)).toBe(64);
      const middle = await sharp(padded)
        .extract({
          left: Math.floor((width - 64) / 2),
          top: Math.floor((height - 64) / 2),
          width: 64,
          height: 64,
        })
        .removeAlpha()
        .raw()
        .toBuffer();
      expect(Buffer.compare(middle, await sharp(bytes).removeAlpha().raw().toBuffer())).toBe(0);
    }
  });
});

/** Puts a `tEXt` chunk behind the header. */
function insertText(png: Buffer, text: string): Uint8Array {
  const [header, ...others] = readChunks(png);
  return writeChunks([
    header!,
    { type: 'tEXt', data: Buffer.from(`parameters\0${text}`, 'latin1') },
    ...others,
  ]);
}
