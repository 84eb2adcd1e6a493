import type { Graph } from '@diorama/contracts';
import { type ComfyUiBehaviour, type FakeComfyUi, startFakeComfyUi } from '@diorama/testkit/fake-engines';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine, EngineRequest } from '../../kit/engine.ts';
import type { ConnectionConfig } from '../../kit/remote/connection.ts';
import { createRemoteEngine } from '../../kit/remote/remote-engine.ts';
import { connectionTo, remoteRequest } from '../../kit/testing/remote-engine-suite.ts';
import { type WatchedRun, watchedContext } from '../../kit/testing/watched-context.ts';
import { comfyuiAdapter } from './index.ts';

/** Small pictures, so that maps are drawn in no time. */
const SMALL = Object.fromEntries(
  ['flux2', 'qwen-edit', 'kontext', 'sdxl', 'sd15'].map((family) => [family, { megapixels: 0.02 }]),
);
const SD15 = 'sd15:v1-5-pruned-emaonly.safetensors';
const SDXL = 'sdxl:sd_xl_base_1.0.safetensors';
const KLEIN = 'flux2:flux-2-klein-4b-fp8.safetensors';
const KLEIN_BASE = 'flux2:flux-2-klein-base-4b-fp8.safetensors';
const KONTEXT = 'kontext:flux1-dev-kontext_fp8_scaled.safetensors';
const QWEN = 'qwen-edit:qwen_image_edit_2511_bf16.safetensors';

describe('ComfyUI', () => {
  let fake: FakeComfyUi;
  beforeEach(async () => {
    fake = await startFakeComfyUi();
  });
  afterEach(async () => {
    await fake.close();
  });

  const set = (behaviour: Partial<ComfyUiBehaviour>) => Object.assign(fake.behaviour, behaviour);

  async function connect(options: Record<string, unknown> = {}, changes: Partial<ConnectionConfig> = {}) {
    const connection = connectionTo(comfyuiAdapter, fake.baseUrl, {
      key: null,
      options: { sampling: SMALL, ...options },
      ...changes,
    });
    const probe = await createRemoteEngine(connection, comfyuiAdapter).test(watchedContext().context);
    return { engine: createRemoteEngine({ ...connection, probe }, comfyuiAdapter), probe };
  }

  async function generate(
    engine: Engine,
    changes: Partial<EngineRequest>,
    run: WatchedRun = watchedContext(),
  ) {
    const result = await engine.generate(await remoteRequest(changes), run.context);
    return { result, run };
  }

  /** The graph as it was sent, with the pictures' content hashes as what they are. */
  function sentGraph(index = 0): Graph {
    const body = fake.requestsTo('prompt')[index]!.json as { prompt: Graph };
    const names = new Map(
      fake
        .requestsTo('upload')
        .map(({ form }, at) => [`diorama/${form!.files[0]!.fileName}`, `<picture ${at + 1}>`]),
    );
    return JSON.parse(
      JSON.stringify(body.prompt, (_, value: unknown) =>
        typeof value === 'string' ? (names.get(value) ?? value) : value,
      ),
    ) as Graph;
  }

  it('finds every family in both forms of the lists and says what each can do', async () => {
    for (const choiceForm of ['as-declared', 'list', 'combo'] as const) {
      set({ choiceForm });
      const { probe } = await connect();
      expect(probe.ok).toBe(true);
      expect(probe.server).toBe('ComfyUI 0.33.1');
      expect(probe.models.map(({ id, capabilities }) => [id, capabilities.controlMaps])).toEqual([
        [KLEIN, ['depth', 'canny']],
        [KLEIN_BASE, ['depth', 'canny']],
        [QWEN, ['depth', 'canny']],
        [KONTEXT, ['depth', 'canny']],
        [SDXL, ['depth', 'normal', 'canny', 'lineart', 'segmentation']],
        [SD15, ['depth', 'normal', 'canny']],
      ]);
    }
  });

  it('does not offer a model whose parts or nodes are missing, and says which', async () => {
    set({
      models: { ...fake.behaviour.models, vae: ['ae.safetensors', 'qwen_image_vae.safetensors'] },
      removeNodes: ['TextEncodeQwenImageEditPlus'],
    });
    const { probe } = await connect();
    expect(probe.models.map(({ id }) => id)).toEqual([KONTEXT, SDXL, SD15]);
    const said = probe.checks.map(({ detail }) => detail).join('\n');
    expect(said).toContain(
      'FLUX.2 · flux-2-klein-4b-fp8 is not offered: it also needs a VAE (such as flux2-vae',
    );
    expect(said).toContain('it has no node "TextEncodeQwenImageEditPlus"');
  });

  it('sends SD1.5 the canvas as start picture and guides it by depth and canny, at weights by the strength', async () => {
    const { engine } = await connect();
    await generate(engine, { model: SD15, geometryStrength: 1, negativePrompt: 'blurry', seed: 41 });
    expect(sentGraph()).toEqual({
      checkpoint: {
        class_type: 'CheckpointLoaderSimple',
        inputs: { ckpt_name: 'v1-5-pruned-emaonly.safetensors' },
      },
      prompt: {
        class_type: 'CLIPTextEncode',
        inputs: { clip: ['checkpoint', 1], text: 'walnut table, evening light' },
      },
      'negative-prompt': {
        class_type: 'CLIPTextEncode',
        inputs: { clip: ['checkpoint', 1], text: 'blurry' },
      },
      'control-net': {
        class_type: 'ControlNetLoader',
        inputs: { control_net_name: 'control_v11f1p_sd15_depth_fp16.safetensors' },
      },
      map: { class_type: 'LoadImage', inputs: { image: '<picture 2>' } },
      guided: {
        class_type: 'ControlNetApplyAdvanced',
        inputs: {
          positive: ['prompt', 0],
          negative: ['negative-prompt', 0],
          control_net: ['control-net', 0],
          image: ['map', 0],
          strength: 0.8,
          start_percent: 0,
          end_percent: 1,
          vae: ['checkpoint', 2],
        },
      },
      'control-net-2': {
        class_type: 'ControlNetLoader',
        inputs: { control_net_name: 'control_v11p_sd15_canny_fp16.safetensors' },
      },
      'map-2': { class_type: 'LoadImage', inputs: { image: '<picture 3>' } },
      'guided-2': {
        class_type: 'ControlNetApplyAdvanced',
        inputs: {
          positive: ['guided', 0],
          negative: ['guided', 1],
          control_net: ['control-net-2', 0],
          image: ['map-2', 0],
          strength: 0.72,
          start_percent: 0,
          end_percent: 1,
          vae: ['checkpoint', 2],
        },
      },
      canvas: { class_type: 'LoadImage', inputs: { image: '<picture 1>' } },
      'canvas-scaled': {
        class_type: 'ImageScale',
        inputs: {
          image: ['canvas', 0],
          upscale_method: 'lanczos',
          width: 168,
          height: 112,
          crop: 'disabled',
        },
      },
      'canvas-latent': {
        class_type: 'VAEEncode',
        inputs: { pixels: ['canvas-scaled', 0], vae: ['checkpoint', 2] },
      },
      sampler: {
        class_type: 'KSampler',
        inputs: {
          model: ['checkpoint', 0],
          seed: 41,
          steps: 24,
          cfg: 7,
          sampler_name: 'dpmpp_2m',
          scheduler: 'karras',
          positive: ['guided-2', 0],
          negative: ['guided-2', 1],
          latent_image: ['canvas-latent', 0],
          denoise: 0.55,
        },
      },
      decoded: { class_type: 'VAEDecode', inputs: { samples: ['sampler', 0], vae: ['checkpoint', 2] } },
      save: {
        class_type: 'SaveImage',
        inputs: { images: ['decoded', 0], filename_prefix: 'diorama/diorama' },
      },
    });
    expect(fake.runs[0]).toMatchObject({
      startFiles: [expect.stringContaining('diorama/')],
      controls: [{ strength: 0.8 }, { strength: 0.72 }],
    });
  });

  it('tells a union model which map it gets, and loads it once', async () => {
    const { engine } = await connect();
    await generate(engine, { model: SDXL, options: { maps: ['depth', 'normal', 'segmentation'] } });
    const [run] = fake.runs;
    expect(run!.controls.map(({ file, unionType }) => [file, unionType])).toEqual([
      ['controlnet-union-sdxl-1.0.safetensors', 'depth'],
      ['controlnet-union-sdxl-1.0.safetensors', 'normal'],
      ['controlnet-union-sdxl-1.0.safetensors', 'segment'],
    ]);
    const loaders = Object.values(sentGraph()).filter(({ class_type: type }) => type === 'ControlNetLoader');
    expect(loaders).toHaveLength(1);
  });

  it('means less noise and more weight by more geometry strength', async () => {
    const { engine } = await connect();
    for (const geometryStrength of [0, 0.5, 1]) await generate(engine, { model: SD15, geometryStrength });
    const denoise = fake.runs.map((run) => run.denoise);
    const weights = fake.runs.map((run) => run.controls[0]!.strength);
    const ends = fake.runs.map((run) => run.controls[0]!.endPercent);
    expect(denoise).toEqual(denoise.toSorted((a, b) => b - a));
    expect(weights).toEqual(weights.toSorted((a, b) => a - b));
    expect(ends).toEqual(ends.toSorted((a, b) => a - b));
    expect(new Set([...denoise, ...weights]).size).toBe(6);
  });

  it('gives FLUX.2 klein canvas and references as latents in the order of the prompt, without guidance', async () => {
    const { engine } = await connect();
    await generate(engine, { model: KLEIN, seed: 5 });
    const graph = sentGraph();
    expect(Object.values(graph).map(({ class_type: type }) => type)).toEqual([
      'UNETLoader',
      'CLIPLoader',
      'VAELoader',
      'LoadImage',
      'VAEEncode',
      'LoadImage',
      'ImageScaleToTotalPixels',
      'VAEEncode',
      'LoadImage',
      'ImageScaleToTotalPixels',
      'VAEEncode',
      'CLIPTextEncode',
      'ReferenceLatent',
      'ReferenceLatent',
      'ReferenceLatent',
      'BasicGuider',
      'RandomNoise',
      'KSamplerSelect',
      'Flux2Scheduler',
      'EmptyFlux2LatentImage',
      'SamplerCustomAdvanced',
      'VAEDecode',
      'SaveImage',
    ]);
    expect(graph['canvas']!.inputs).toEqual({ image: '<picture 1>' });
    expect(graph['reference-scaled']!.inputs).toMatchObject({ megapixels: 1, resolution_steps: 1 });
    const [run] = fake.runs;
    expect(run).toMatchObject({ seed: 5, steps: 4, model: { file: 'flux-2-klein-4b-fp8.safetensors' } });
    expect(run!.references.map(({ files }) => files)).toEqual(
      fake.requestsTo('upload').map(({ form }) => [`diorama/${form!.files[0]!.fileName}`]),
    );
    expect(run!.positiveText).toMatch(
      /^Image 1 is the 3D layout[\s\S]*Image 2 is a style[\s\S]*Image 3 is a mat/,
    );
  });

  it('guides klein base by the negative prompt behind the same pictures', async () => {
    const { engine } = await connect();
    await generate(engine, { model: KLEIN_BASE, negativePrompt: 'people' });
    expect(fake.runs[0]).toMatchObject({ negativeText: 'people', cfg: 4, steps: 20 });
    const chain = Object.values(sentGraph()).filter(({ class_type: type }) => type === 'ReferenceLatent');
    expect(chain).toHaveLength(6);
  });

  it('shows an edit model the depth as one more picture when every edge shall stay and there is room', async () => {
    const { engine } = await connect();
    await generate(engine, { model: KLEIN, geometryStrength: 1 });
    expect(fake.runs[0]!.references).toHaveLength(4);
    expect(fake.runs[0]!.positiveText).toContain('Image 4 is the depth map of Image 1');
    await generate(engine, { model: QWEN, geometryStrength: 1 });
    expect(fake.runs[1]!.references).toHaveLength(3);
  });

  it('edits the canvas with FLUX.1 Kontext and keeps its size', async () => {
    const { engine } = await connect();
    await generate(engine, { model: KONTEXT });
    const [run] = fake.runs;
    expect(run).toMatchObject({
      guidance: 2.5,
      cfg: 1,
      denoise: 1,
      startFiles: [run!.references[0]!.files[0]],
    });
    expect(run!.references).toHaveLength(3);
    expect(sentGraph()['picture-method']!.inputs).toMatchObject({ reference_latents_method: 'index' });
  });

  it('joins the pictures for FLUX.1 Kontext where the owner wants it', async () => {
    const { engine } = await connect({ kontextReferences: 'stitch' });
    await generate(engine, { model: KONTEXT });
    expect(fake.runs[0]!.references).toHaveLength(1);
    expect(fake.runs[0]!.references[0]!.files).toHaveLength(3);
    expect(fake.runs[0]!.startFiles).toEqual([]);
  });

  it('gives Qwen-Image-Edit three numbered pictures in both prompts', async () => {
    const { engine } = await connect();
    await generate(engine, { model: QWEN, negativePrompt: 'people' });
    const graph = sentGraph();
    for (const id of ['prompt', 'negative-prompt']) {
      expect(graph[id]).toMatchObject({
        class_type: 'TextEncodeQwenImageEditPlus',
        inputs: {
          image1: ['canvas', 0],
          image2: ['reference', 0],
          image3: ['reference-2', 0],
          vae: ['vae', 0],
        },
      });
    }
    expect(fake.runs[0]!.positiveText).toMatch(/^Picture 1 is the 3D layout/);
  });

  it('makes several images in one job, each with the seed by which it can be made again', async () => {
    const { engine } = await connect();
    const { result } = await generate(engine, { model: SD15, count: 3, seed: 0xffff_ffff });
    expect(fake.requestsTo('prompt')).toHaveLength(1);
    expect(fake.runs.map(({ seed }) => seed).sort((a, b) => a - b)).toEqual([0, 1, 0xffff_ffff]);
    expect(result.images.map(({ seed }) => seed)).toEqual([0xffff_ffff, 0, 1]);
    const loaders = Object.values(sentGraph()).filter(
      ({ class_type: type }) => type === 'CheckpointLoaderSimple',
    );
    expect(loaders).toHaveLength(1);
  });

  it('takes more steps for more quality, and warns of settings that it does not have', async () => {
    const { engine } = await connect();
    for (const quality of ['draft', 'high']) await generate(engine, { model: SD15, options: { quality } });
    await generate(engine, { model: KLEIN, options: { quality: 'high' } });
    expect(fake.runs.map(({ steps }) => steps)).toEqual([14, 34, 4]);
    const { result } = await generate(engine, { model: SD15, options: { spp: 4, workflows: [] } });
    expect(
      result.warnings.filter(({ code }) => code === 'option-ignored').map(({ message }) => message),
    ).toEqual(['This engine has no setting "spp".', '"workflows" can only be set on the page Engines.']);
    await expect(generate(engine, { model: SD15, options: { steps: -1 } })).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  it('makes a picture of words alone from an empty latent', async () => {
    const { engine } = await connect();
    await generate(engine, { model: SD15, scene: null, capture: null, references: [] });
    expect(fake.runs[0]).toMatchObject({ startFiles: [], controls: [], denoise: 1 });
    expect(fake.requestsTo('upload')).toHaveLength(0);
  });

  it('uploads a picture under the name of its content into a folder of its own', async () => {
    const { engine } = await connect();
    await generate(engine, { model: KLEIN });
    for (const { form } of fake.requestsTo('upload')) {
      expect(Object.fromEntries(form!.fields.map(({ name, value }) => [name, value]))).toEqual({
        type: 'input',
        subfolder: 'diorama',
        overwrite: 'true',
      });
      expect(form!.files[0]!.fileName).toMatch(/^[0-9a-f]{32}\.png$/);
    }
  });

  it('reports steps over all nodes and shows previews', async () => {
    set({ stepDelayMs: 2 });
    const { engine } = await connect();
    const { run } = await generate(engine, { model: SD15 });
    const details = run.progress.filter(({ stage }) => stage === 'generating').map(({ detail }) => detail);
    expect(details).toContain('step 12 of 24');
    expect(run.previews.length).toBeGreaterThan(0);
    expect(fake.requestsTo('prompt')[0]!.json).toMatchObject({ extra_data: { preview_method: 'auto' } });
  });

  it('asks for no previews where the owner wants none', async () => {
    const { engine } = await connect({ previews: 'off' });
    const { run } = await generate(engine, { model: SD15 });
    expect(run.previews).toEqual([]);
    expect(fake.requestsTo('prompt')[0]!.json).not.toHaveProperty('extra_data');
  });

  it('says how many jobs are before it', async () => {
    set({ pendingAhead: 2, hold: 'ahead' });
    const { engine } = await connect();
    const run = watchedContext();
    const making = generate(engine, { model: SD15 }, run);
    await expect.poll(() => run.progress.some(({ stage }) => stage === 'waiting')).toBe(true);
    expect(run.progress.find(({ stage }) => stage === 'waiting')!.detail).toBe('2 jobs before this one');
    fake.release();
    await making;
  });

  it('takes a waiting job out of the queue on cancel and leaves the jobs of others alone', async () => {
    set({ pendingAhead: 1, hold: 'ahead' });
    const { engine } = await connect();
    const controller = new AbortController();
    const run = watchedContext(controller.signal);
    const failing = generate(engine, { model: SD15 }, run);
    failing.catch(() => {});
    await expect.poll(() => fake.queued.length).toBe(2);
    controller.abort();
    await expect(failing).rejects.toMatchObject({ code: 'canceled' });
    expect(fake.queued).toEqual([expect.stringContaining('foreign-')]);
    expect(fake.requestsTo('interrupt')).toHaveLength(0);
  });

  it('interrupts a running job by its own id on cancel', async () => {
    set({ hold: { step: 3 } });
    const { engine } = await connect();
    const controller = new AbortController();
    const run = watchedContext(controller.signal);
    const failing = generate(engine, { model: SD15 }, run);
    failing.catch(() => {});
    await expect.poll(() => run.progress.some(({ detail }) => detail === 'step 3 of 24')).toBe(true);
    controller.abort();
    await expect(failing).rejects.toMatchObject({ code: 'canceled' });
    const { prompt_id: promptId } = fake.requestsTo('prompt')[0]!.json as { prompt_id: string };
    expect(fake.requestsTo('interrupt').map(({ json }) => json)).toEqual([{ prompt_id: promptId }]);
  });

  it('finishes when the socket drops in the middle', async () => {
    set({ hold: { step: 3 } });
    const { engine } = await connect();
    const run = watchedContext();
    const making = generate(engine, { model: SD15 }, run);
    await expect.poll(() => run.progress.some(({ detail }) => detail === 'step 3 of 24')).toBe(true);
    fake.dropSockets();
    fake.release();
    expect((await making).result.images).toHaveLength(1);
  });

  it('works without a socket', async () => {
    fake.inject('socket', { kind: 'status', status: 404 }, Number.POSITIVE_INFINITY);
    const { engine } = await connect();
    const { result, run } = await generate(engine, { model: SD15 });
    expect(result.images).toHaveLength(1);
    expect(run.logged.flat()).toContain('comfyui-socket-failed');
  });

  it('sends the job again under the same id when the server was started again and has forgotten it', async () => {
    set({ hold: { step: 3 } });
    const { engine } = await connect();
    const run = watchedContext();
    const making = generate(engine, { model: SD15 }, run);
    await expect.poll(() => run.progress.some(({ detail }) => detail === 'step 3 of 24')).toBe(true);
    set({ hold: null });
    await fake.restart({ forgetJobs: true });
    expect((await making).result.images).toHaveLength(1);
    const ids = fake.requestsTo('prompt').map(({ json }) => (json as { prompt_id: string }).prompt_id);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('takes the picture of a job that had ended before a restart of ours', async () => {
    const { engine } = await connect();
    const { run } = await generate(engine, { model: SD15 });
    const [resume] = run.checkpoints;
    expect(resume).toEqual({ promptId: expect.any(String), clientId: expect.any(String) });
    const { result } = await generate(engine, { model: SD15, resume });
    expect(result.images).toHaveLength(1);
    expect(fake.requestsTo('prompt')).toHaveLength(1);
    expect(fake.requestsTo('upload')).toHaveLength(3);
  });

  it('gets the picture of an identical job from the cache of the server', async () => {
    const { engine } = await connect();
    const first = await generate(engine, { model: SD15, seed: 3 });
    const second = await generate(engine, { model: SD15, seed: 3 });
    expect(fake.runs).toHaveLength(1);
    expect(Buffer.compare(first.result.images[0]!.bytes, second.result.images[0]!.bytes)).toBe(0);
  });

  it('says before anything is uploaded that a model file is gone', async () => {
    const { engine } = await connect();
    set({ models: { ...fake.behaviour.models, checkpoints: ['other.safetensors'] } });
    // Another engine: what the test found is remembered for a minute.
    const { engine: later } = await connect({}, { extraModels: [SD15] });
    for (const [tried, uploads] of [[later, 0]] as const) {
      await expect(generate(tried, { model: SD15 })).rejects.toMatchObject({
        code: 'workflow-not-runnable',
        message: expect.stringContaining('"v1-5-pruned-emaonly.safetensors"'),
        details: { missingFiles: ['v1-5-pruned-emaonly.safetensors'] },
      });
      expect(fake.requestsTo('upload')).toHaveLength(uploads);
    }
    // Within that minute it is the server that says so.
    await expect(generate(engine, { model: SD15 })).rejects.toMatchObject({
      code: 'workflow-not-runnable',
      details: { missingFiles: ['v1-5-pruned-emaonly.safetensors'] },
    });
  });

  it('tells a failure of a node from a lack of memory, without folders of the server', async () => {
    set({ failAtNode: 'VAEDecode' });
    const { engine } = await connect();
    await expect(generate(engine, { model: SD15 })).rejects.toMatchObject({
      code: 'engine-failed',
      message: expect.stringContaining('VAEDecode'),
    });
    set({ failure: 'out-of-memory' });
    await expect(generate(engine, { model: SD15, seed: 9 })).rejects.toMatchObject({
      code: 'out-of-memory',
      hint: expect.stringContaining('--lowvram'),
    });
  });

  it('logs in at a proxy, over HTTP and the socket, by token or by user and password', async () => {
    for (const [key, header] of [
      ['secret-token', 'Bearer secret-token'],
      ['anna:pass-word', `Basic ${Buffer.from('anna:pass-word').toString('base64')}`],
    ] as const) {
      set({ requireAuthorization: header });
      const { engine } = await connect({}, { key });
      const { run } = await generate(engine, { model: SD15, seed: key.length });
      expect(run.logged.flat()).not.toContain('comfyui-socket-failed');
    }
    const { probe } = await connect({}, { key: 'anna:wrong' });
    expect(probe.checks).toMatchObject([{ check: 'key', ok: false }]);
    expect(JSON.stringify(probe)).not.toContain('wrong');
  });

  describe('with a workflow of the person’s own', () => {
    const graph: Graph = {
      '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd_xl_base_1.0.safetensors' } },
      '2': { class_type: 'CLIPTextEncode', inputs: { clip: ['1', 1], text: 'old words' } },
      '3': { class_type: 'CLIPTextEncode', inputs: { clip: ['1', 1], text: '' } },
      '4': { class_type: 'LoadImage', inputs: { image: 'example.png' } },
      '5': { class_type: 'VAEEncode', inputs: { pixels: ['4', 0], vae: ['1', 2] } },
      '6': {
        class_type: 'KSampler',
        inputs: {
          model: ['1', 0],
          seed: 1,
          steps: 3,
          cfg: 5,
          sampler_name: 'euler',
          scheduler: 'normal',
          positive: ['2', 0],
          negative: ['3', 0],
          latent_image: ['5', 0],
          denoise: 0.7,
        },
      },
      '7': { class_type: 'VAEDecode', inputs: { samples: ['6', 0], vae: ['1', 2] } },
      '8': { class_type: 'SaveImage', inputs: { images: ['7', 0], filename_prefix: 'mine' } },
      '9': { class_type: 'PreviewImage', inputs: { images: ['4', 0] } },
    };
    const workflow = {
      id: 'mine',
      name: 'My own',
      graph,
      megapixels: 0.02,
      inputs: {
        prompt: [{ node: '2', input: 'text' }],
        canvas: [{ node: '4', input: 'image' }],
        seed: [{ node: '6', input: 'seed' }],
        strength: [{ node: '6', input: 'denoise' }],
      },
    };

    it('puts the request into the named places and nothing else', async () => {
      const { engine, probe } = await connect({ workflows: [workflow] });
      expect(probe.models.at(-1)).toMatchObject({ id: 'workflow:mine', name: 'My own' });
      const { result } = await generate(engine, { model: 'workflow:mine', geometryStrength: 0, seed: 77 });
      expect(sentGraph()).toEqual({
        ...graph,
        '2': { ...graph['2'], inputs: { clip: ['1', 1], text: 'walnut table, evening light' } },
        '4': { ...graph['4'], inputs: { image: '<picture 1>' } },
        '6': { ...graph['6'], inputs: { ...graph['6']!.inputs, seed: 77, denoise: 0.95 } },
      });
      expect(result.images[0]!.seed).toBe(77);
      expect(result.modelUsed).toBe('My own');
      expect(result.warnings.map(({ code }) => code)).toContain('reference-ignored');
    });

    it('can be used before the first test', async () => {
      const connection = connectionTo(comfyuiAdapter, fake.baseUrl, {
        key: null,
        options: { workflows: [workflow] },
      });
      const engine = createRemoteEngine(connection, comfyuiAdapter);
      expect(await engine.describe()).toMatchObject({ available: true, defaultModel: 'workflow:mine' });
      expect((await generate(engine, { count: 2 })).result.images.map(({ seed }) => seed)).toEqual([7, 8]);
    });

    it('names the nodes and files that the server does not have, before anything is sent', async () => {
      set({ removeNodes: ['VAEEncode'], models: { ...fake.behaviour.models, checkpoints: [] } });
      const { engine, probe } = await connect({ workflows: [workflow] });
      expect(probe.ok).toBe(false);
      await expect(generate(engine, { model: 'workflow:mine' })).rejects.toMatchObject({
        code: 'workflow-not-runnable',
        details: { missingNodes: ['VAEEncode'], missingFiles: ['sd_xl_base_1.0.safetensors'] },
      });
      expect(fake.requestsTo('upload')).toHaveLength(0);
      expect(fake.requestsTo('prompt')).toHaveLength(0);
    });

    it('refuses a request without a picture that the workflow needs', async () => {
      const { engine } = await connect({
        workflows: [
          { ...workflow, inputs: { ...workflow.inputs, reference2: [{ node: '4', input: 'image' }] } },
        ],
      });
      await expect(generate(engine, { model: 'workflow:mine', references: [] })).rejects.toMatchObject({
        code: 'request-rejected',
        message: expect.stringContaining('two reference images'),
      });
      await expect(
        generate(engine, { model: 'workflow:mine', scene: null, capture: null }),
      ).rejects.toMatchObject({ code: 'request-rejected', message: expect.stringContaining('canvas') });
    });

    it('takes a picture that comes by the socket alone', async () => {
      const bySocket = {
        ...workflow,
        graph: { ...graph, '8': { class_type: 'SaveImageWebsocket', inputs: { images: ['7', 0] } } },
        output: '8',
      };
      const { engine } = await connect({ workflows: [bySocket] });
      const { result } = await generate(engine, { model: 'workflow:mine', count: 2 });
      expect(result.images).toHaveLength(2);
      expect(Buffer.compare(result.images[0]!.bytes, result.images[1]!.bytes)).not.toBe(0);
    });

    it('says that the seed has no place', async () => {
      const { seed: _, ...inputs } = workflow.inputs;
      const { engine } = await connect({ workflows: [{ ...workflow, inputs }] });
      const { result } = await generate(engine, { model: 'workflow:mine' });
      expect(result.warnings.map(({ code }) => code)).toContain('seed-not-honoured');
    });
  });
});
