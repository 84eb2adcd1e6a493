import fc from 'fast-check';
import sharp from 'sharp';
import { afterEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ComfyGraph, type ComfyUiBehaviour, type FakeComfyUi, startFakeComfyUi } from './index.ts';
import { nodeCatalogue } from './node-catalogue.ts';
import { NODE_FUNCTIONS } from './node-functions.ts';

interface Message {
  type: string;
  data: Record<string, unknown>;
}

interface Client {
  messages: Message[];
  frames: Buffer[];
  types(): string[];
  until(check: (message: Message) => boolean): Promise<Message>;
  closed: Promise<void>;
  socket: WebSocket;
}

const open: { close(): Promise<void> }[] = [];
const sockets: WebSocket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await Promise.all(open.splice(0).map((server) => server.close()));
});

async function start(behaviour: Partial<ComfyUiBehaviour> = {}): Promise<FakeComfyUi> {
  const server = await startFakeComfyUi({ behaviour: { steps: 3, ...behaviour } });
  open.push(server);
  return server;
}

async function connect(server: FakeComfyUi, clientId: string, flags = false): Promise<Client> {
  const socket = new WebSocket(`${server.origin.replace('http', 'ws')}/ws?clientId=${clientId}`);
  sockets.push(socket);
  const messages: Message[] = [];
  const frames: Buffer[] = [];
  const waiting = new Set<() => void>();
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) frames.push(data);
    else messages.push(JSON.parse(String(data)) as Message);
    for (const wake of [...waiting]) wake();
  });
  socket.on('error', () => {});
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
  });
  const client: Client = {
    messages,
    frames,
    closed,
    socket,
    types: () => messages.map((message) => message.type),
    until: (check) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = messages.find(check);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
  if (flags) {
    socket.send(JSON.stringify({ type: 'feature_flags', data: { supports_preview_metadata: true } }));
    await client.until((message) => message.type === 'feature_flags');
  }
  return client;
}

async function picture(width: number, height: number): Promise<Buffer> {
  const left = await sharp({ create: { width: width / 2, height, channels: 3, background: '#f00' } })
    .png()
    .toBuffer();
  return sharp({ create: { width, height, channels: 3, background: '#00f' } })
    .composite([{ input: left, left: 0, top: 0 }])
    .png()
    .toBuffer();
}

async function uploadPicture(server: FakeComfyUi, name: string, bytes: Buffer): Promise<string> {
  const form = new FormData();
  form.append('image', new Blob([new Uint8Array(bytes)], { type: 'image/png' }), name);
  form.append('type', 'input');
  const response = await fetch(`${server.origin}/upload/image`, { method: 'POST', body: form });
  return ((await response.json()) as { name: string }).name;
}

function img2img(image = 'canvas.png', seed = 7): ComfyGraph {
  return {
    '1': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'sd_xl_base_1.0.safetensors' } },
    '2': { class_type: 'CLIPTextEncode', inputs: { text: 'a red house', clip: ['1', 1] } },
    '3': { class_type: 'CLIPTextEncode', inputs: { text: 'blurry', clip: ['1', 1] } },
    '4': { class_type: 'LoadImage', inputs: { image } },
    '5': {
      class_type: 'ImageScale',
      inputs: { image: ['4', 0], upscale_method: 'lanczos', width: 192, height: 128, crop: 'center' },
    },
    '6': { class_type: 'VAEEncode', inputs: { pixels: ['5', 0], vae: ['1', 2] } },
    '7': {
      class_type: 'KSampler',
      inputs: {
        model: ['1', 0],
        seed,
        steps: 20,
        cfg: 7,
        sampler_name: 'euler',
        scheduler: 'normal',
        positive: ['2', 0],
        negative: ['3', 0],
        latent_image: ['6', 0],
        denoise: 0.6,
      },
    },
    '8': { class_type: 'VAEDecode', inputs: { samples: ['7', 0], vae: ['1', 2] } },
    '9': { class_type: 'SaveImage', inputs: { images: ['8', 0], filename_prefix: 'diorama/out' } },
  };
}

/** Replaces inputs of a node of a graph. */
function changed(graph: ComfyGraph, id: string, inputs: Record<string, unknown>): ComfyGraph {
  const node = graph[id]!;
  return { ...graph, [id]: { ...node, inputs: { ...node.inputs, ...inputs } } };
}

// Answers are looked at as they come: `JSON.parse` leaves their type open.
async function post(server: FakeComfyUi, path: string, body: unknown) {
  const response = await fetch(`${server.origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text };
}

async function get(server: FakeComfyUi, path: string) {
  return JSON.parse(await (await fetch(`${server.origin}${path}`)).text());
}

async function finished(server: FakeComfyUi, promptId: string) {
  for (;;) {
    const history = await get(server, `/history/${promptId}`);
    if (history[promptId] !== undefined) return history[promptId];
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function errorsOf(server: FakeComfyUi, graph: ComfyGraph) {
  const answer = await post(server, '/prompt', { prompt: graph });
  expect(answer.status).toBe(400);
  return answer.body;
}

describe('a prompt', () => {
  it('is walked through and tells each phase to its own client only', async () => {
    const server = await start();
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const own = await connect(server, 'own');
    const other = await connect(server, 'other');
    const { status, body } = await post(server, '/prompt', { prompt: img2img(), client_id: 'own' });
    expect(status).toBe(200);
    expect(body).toEqual({ prompt_id: expect.any(String), number: 0, node_errors: {} });

    await own.until((message) => message.type === 'executing' && message.data['node'] === null);
    const order = own.types().filter((type) => type !== 'status' && type !== 'progress_state');
    expect(order.slice(0, 2)).toEqual(['execution_start', 'execution_cached']);
    expect(order.slice(-3)).toEqual(['executed', 'execution_success', 'executing']);
    const steps = own.messages.filter((message) => message.type === 'progress');
    expect(
      steps.map((message) => [message.data['value'], message.data['max'], message.data['node']]),
    ).toEqual([
      [1, 3, '7'],
      [2, 3, '7'],
      [3, 3, '7'],
    ]);
    expect(new Set(other.types())).toEqual(new Set(['status']));

    const entry = await finished(server, body.prompt_id);
    expect(entry.status).toMatchObject({ status_str: 'success', completed: true });
    const [image] = entry.outputs['9'].images;
    expect(image).toEqual({ filename: 'out_00001_.png', subfolder: 'diorama', type: 'output' });
    const response = await fetch(`${server.origin}/view?${new URLSearchParams(image)}`);
    expect(response.headers.get('content-type')).toBe('image/png');
    const decoded = sharp(Buffer.from(await response.arrayBuffer()));
    const { data, info } = await decoded.raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([192, 128]);
    // The halves of the uploaded picture are where they were.
    const red = (x: number): number => data[(64 * info.width + x) * info.channels]!;
    expect(red(20)).toBeGreaterThan(190);
    expect(red(170)).toBeLessThan(60);
    expect(server.runs).toMatchObject([
      {
        seed: 7,
        denoise: 0.6,
        positiveText: 'a red house',
        negativeText: 'blurry',
        startFiles: ['canvas.png'],
      },
    ]);
  });

  it('is answered from the cache at once when nothing changed, and runs again with another seed', async () => {
    const server = await start();
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const first = await post(server, '/prompt', { prompt: img2img() });
    const before = await finished(server, first.body.prompt_id);
    const client = await connect(server, 'own');
    const second = await post(server, '/prompt', { prompt: img2img(), client_id: 'own' });
    const after = await finished(server, second.body.prompt_id);
    expect(after.outputs).toEqual(before.outputs);
    expect(server.runs).toHaveLength(1);
    const cached = await client.until((message) => message.type === 'execution_cached');
    expect(cached.data['nodes']).toHaveLength(9);
    await client.until((message) => message.type === 'executed');
    expect(client.types()).not.toContain('progress');

    const third = await post(server, '/prompt', { prompt: img2img('canvas.png', 8) });
    const changedEntry = await finished(server, third.body.prompt_id);
    expect(changedEntry.outputs['9'].images[0].filename).toBe('out_00002_.png');
    expect(server.runs).toHaveLength(2);
  });

  it('stops at a targeted interrupt, and only there', async () => {
    const server = await start({ hold: { step: 2 } });
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const client = await connect(server, 'own');
    const { body } = await post(server, '/prompt', {
      prompt: img2img(),
      client_id: 'own',
      prompt_id: 'mine',
    });
    expect(body.prompt_id).toBe('mine');
    await client.until((message) => message.type === 'progress' && message.data['value'] === 2);
    expect((await post(server, '/interrupt', { prompt_id: 'somebody-elses' })).status).toBe(200);
    expect((await get(server, '/queue')).queue_running[0][1]).toBe('mine');
    await post(server, '/interrupt', { prompt_id: 'mine' });
    const entry = await finished(server, 'mine');
    expect(entry.status).toMatchObject({ status_str: 'error', completed: false });
    expect(entry.status.messages.at(-1)[0]).toBe('execution_interrupted');
    const event = await client.until((message) => message.type === 'execution_interrupted');
    expect(event.data).toMatchObject({ prompt_id: 'mine', node_id: '7', node_type: 'KSampler' });
  });

  it('waits behind the prompts of others, whose progress leaks to everybody, and can be deleted', async () => {
    const server = await start({ pendingAhead: 2, hold: 'ahead' });
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const client = await connect(server, 'own');
    await post(server, '/prompt', { prompt: img2img(), client_id: 'own', prompt_id: 'mine' });
    const queue = await get(server, '/queue');
    expect(queue.queue_running).toHaveLength(1);
    expect(queue.queue_pending.map((item: unknown[]) => item[1]).at(-1)).toBe('mine');
    await post(server, '/queue', { delete: ['mine'] });
    expect(server.queued).not.toContain('mine');
    server.release();
    const leaked = await client.until((message) => message.type === 'progress');
    expect(leaked.data['prompt_id']).toMatch(/^foreign-/);
    expect(await get(server, '/history/mine')).toEqual({});
  });

  it('fails in a node with what Python raised', async () => {
    const server = await start({ failAtNode: 'KSampler', failure: 'out-of-memory' });
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const client = await connect(server, 'own');
    await post(server, '/prompt', { prompt: img2img(), client_id: 'own', prompt_id: 'mine' });
    const event = await client.until((message) => message.type === 'execution_error');
    expect(event.data).toMatchObject({
      node_id: '7',
      node_type: 'KSampler',
      exception_type: 'torch.OutOfMemoryError',
    });
    const last = await client.until(
      (message) => message.type === 'executing' && message.data['node'] === null,
    );
    expect(last.data).toEqual({ node: null, prompt_id: 'mine' });
    expect((await finished(server, 'mine')).status.status_str).toBe('error');
  });

  it('is forgotten by a restart, its files are not', async () => {
    const server = await start({ hold: { step: 1 } });
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const client = await connect(server, 'own');
    await post(server, '/prompt', { prompt: img2img(), client_id: 'own', prompt_id: 'mine' });
    await client.until((message) => message.type === 'progress');
    await server.restart({ forgetJobs: true });
    await client.closed;
    expect(await get(server, '/history/mine')).toEqual({});
    expect(await get(server, '/queue')).toEqual({ queue_running: [], queue_pending: [] });
    server.release();
    expect((await post(server, '/prompt', { prompt: img2img() })).status).toBe(200);
  });

  it('goes on when the sockets drop in the middle, and replays nothing', async () => {
    const server = await start({ hold: { step: 1 } });
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const client = await connect(server, 'own');
    await post(server, '/prompt', { prompt: img2img(), client_id: 'own', prompt_id: 'mine' });
    await client.until((message) => message.type === 'progress');
    server.dropSockets();
    await client.closed;
    const again = await connect(server, 'own');
    await again.until((message) => message.type === 'executing' && message.data['node'] === '7');
    server.release();
    await again.until((message) => message.type === 'execution_success');
    const values = again.messages.filter((message) => message.type === 'progress');
    expect(values.map((message) => message.data['value'])).toEqual([2, 3]);
  });
});

describe('previews', () => {
  it('are not sent unless the server was started with a method', async () => {
    const server = await start();
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const client = await connect(server, 'own');
    await post(server, '/prompt', { prompt: img2img(), client_id: 'own' });
    await client.until((message) => message.type === 'execution_success');
    expect(client.frames).toEqual([]);
  });

  it('come as event 1, and as event 4 with their origin after the feature flags', async () => {
    const server = await start({ previewMethod: 'latent2rgb' });
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const plain = await connect(server, 'plain');
    await post(server, '/prompt', { prompt: img2img(), client_id: 'plain' });
    await plain.until((message) => message.type === 'execution_success');
    expect(plain.frames).toHaveLength(3);
    const frame = plain.frames[0]!;
    expect([frame.readUInt32BE(0), frame.readUInt32BE(4)]).toEqual([1, 1]);
    expect(await sharp(frame.subarray(8)).metadata()).toMatchObject({ format: 'jpeg', width: 192 });

    const rich = await connect(server, 'rich', true);
    await post(server, '/prompt', { prompt: img2img('canvas.png', 9), client_id: 'rich', prompt_id: 'mine' });
    await rich.until((message) => message.type === 'execution_success');
    const withOrigin = rich.frames[0]!;
    expect(withOrigin.readUInt32BE(0)).toBe(4);
    const end = 8 + withOrigin.readUInt32BE(4);
    expect(JSON.parse(String(withOrigin.subarray(8, end)))).toMatchObject({
      node_id: '7',
      prompt_id: 'mine',
      image_type: 'image/jpeg',
    });
    expect((await sharp(withOrigin.subarray(end)).metadata()).format).toBe('jpeg');
  });

  it('are asked for by a prompt itself in later releases', async () => {
    const server = await start();
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const client = await connect(server, 'own');
    const extra_data = { preview_method: 'latent2rgb' };
    await post(server, '/prompt', { prompt: img2img(), client_id: 'own', extra_data });
    await client.until((message) => message.type === 'execution_success');
    expect(client.frames).toHaveLength(3);
  });

  it('stay away from the first socket when a second takes its id', async () => {
    const server = await start({ previewMethod: 'auto' });
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const first = await connect(server, 'own');
    const second = await connect(server, 'own');
    await post(server, '/prompt', { prompt: img2img(), client_id: 'own' });
    await second.until((message) => message.type === 'execution_success');
    expect(first.types()).not.toContain('execution_start');
    expect(first.frames).toEqual([]);
  });

  it('of SaveImageWebsocket are the whole picture as PNG', async () => {
    const server = await start();
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const client = await connect(server, 'own');
    const graph = { ...img2img(), '9': { class_type: 'SaveImageWebsocket', inputs: { images: ['8', 0] } } };
    await post(server, '/prompt', { prompt: graph, client_id: 'own' });
    await client.until((message) => message.type === 'execution_success');
    const frame = client.frames.at(-1)!;
    expect([frame.readUInt32BE(0), frame.readUInt32BE(4)]).toEqual([1, 2]);
    expect(await sharp(frame.subarray(8)).metadata()).toMatchObject({
      format: 'png',
      width: 192,
      height: 128,
    });
  });
});

describe('checks before the queue', () => {
  it.each([
    ['a missing model file', '1', { ckpt_name: 'absent.safetensors' }, 'value_not_in_list'],
    ['a missing input', '7', { denoise: undefined }, 'required_input_missing'],
    ['a value below its limit', '7', { steps: 0 }, 'value_smaller_than_min'],
    ['a value above its limit', '7', { cfg: 101 }, 'value_bigger_than_max'],
    ['a word for a number', '7', { seed: 'many' }, 'invalid_input_type'],
    ['a link of three', '7', { model: ['1', 0, 0] }, 'bad_linked_input'],
    ['a link of the wrong type', '7', { model: ['1', 1] }, 'return_type_mismatch'],
    ['a picture that was never uploaded', '4', { image: 'absent.png' }, 'custom_validation_failed'],
    ['a link to a node that is not there', '7', { model: ['99', 0] }, 'exception_during_inner_validation'],
  ])('refuse %s', async (_title, id, inputs, type) => {
    const server = await start();
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const body = await errorsOf(server, changed(img2img(), id, inputs));
    expect(body.error.type).toBe('prompt_outputs_failed_validation');
    expect(body.node_errors[id]).toMatchObject({ dependent_outputs: ['9'], errors: [{ type }] });
    expect(Object.keys(body.node_errors)).toEqual([id]);
  });

  it('refuse a graph without an output, without a graph, and in the format of the page', async () => {
    const server = await start();
    const { '9': _output, ...rest } = img2img();
    expect((await errorsOf(server, rest)).error.type).toBe('prompt_no_outputs');
    expect((await post(server, '/prompt', {})).body.error.type).toBe('no_prompt');
    const page = { id: 'x', nodes: [], links: [] } as unknown as ComfyGraph;
    expect((await errorsOf(server, page)).error.type).toBe('missing_node_type');
    const noJson = await fetch(`${server.origin}/prompt`, { method: 'POST', body: '{' });
    expect(noJson.status).toBe(500);
  });

  it('name a missing node in the words of each release', async () => {
    const server = await start({ removeNodes: ['VAEDecode'] });
    const newer = await errorsOf(server, img2img());
    expect(newer).toMatchObject({
      error: { type: 'missing_node_type', extra_info: { node_id: '8', class_type: 'VAEDecode' } },
      node_errors: {},
    });
    server.behaviour.release = '0.3';
    const older = await errorsOf(server, img2img());
    expect(older.error).toMatchObject({ type: 'invalid_prompt', details: "Node ID '#8'" });
  });

  it('accept a graph of which one output is right, and tell what is wrong with the other', async () => {
    const server = await start();
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const graph: ComfyGraph = {
      ...img2img(),
      '10': { class_type: 'LoadImage', inputs: { image: 'absent.png' } },
      '11': { class_type: 'PreviewImage', inputs: { images: ['10', 0] } },
    };
    const { status, body } = await post(server, '/prompt', { prompt: graph });
    expect(status).toBe(200);
    expect(Object.keys(body.node_errors)).toEqual(['10']);
    const entry = await finished(server, body.prompt_id);
    expect(Object.keys(entry.outputs)).toEqual(['9']);
  });
});

describe('references', () => {
  it('reach the model in the order of the chain, at the size they were scaled to', async () => {
    const server = await start();
    for (const name of ['canvas.png', 'a.png', 'b.png'])
      await uploadPicture(server, name, await picture(name === 'a.png' ? 64 : 96, 64));
    const load = (name: string): ComfyGraph[string] => ({ class_type: 'LoadImage', inputs: { image: name } });
    const scale = (from: string): ComfyGraph[string] => ({
      class_type: 'ImageScaleToTotalPixels',
      inputs: { image: [from, 0], upscale_method: 'area', megapixels: 0.02, resolution_steps: 16 },
    });
    const encode = (from: string): ComfyGraph[string] => ({
      class_type: 'VAEEncode',
      inputs: { pixels: [from, 0], vae: ['vae', 0] },
    });
    const refer = (from: string, latent: string): ComfyGraph[string] => ({
      class_type: 'ReferenceLatent',
      inputs: { conditioning: [from, 0], latent: [latent, 0] },
    });
    const graph: ComfyGraph = {
      unet: {
        class_type: 'UNETLoader',
        inputs: { unet_name: 'flux-2-klein-4b-fp8.safetensors', weight_dtype: 'default' },
      },
      clip: { class_type: 'CLIPLoader', inputs: { clip_name: 'qwen_3_4b.safetensors', type: 'flux2' } },
      vae: { class_type: 'VAELoader', inputs: { vae_name: 'flux2-vae.safetensors' } },
      text: { class_type: 'CLIPTextEncode', inputs: { text: 'image 1 in winter', clip: ['clip', 0] } },
      l0: load('canvas.png'),
      l1: load('a.png'),
      l2: load('b.png'),
      s0: scale('l0'),
      s1: scale('l1'),
      s2: scale('l2'),
      e0: encode('s0'),
      e1: encode('s1'),
      e2: encode('s2'),
      r0: refer('text', 'e0'),
      r1: refer('r0', 'e1'),
      r2: refer('r1', 'e2'),
      noise: { class_type: 'RandomNoise', inputs: { noise_seed: 5 } },
      guider: { class_type: 'BasicGuider', inputs: { model: ['unet', 0], conditioning: ['r2', 0] } },
      sampler: { class_type: 'KSamplerSelect', inputs: { sampler_name: 'euler' } },
      sigmas: { class_type: 'Flux2Scheduler', inputs: { steps: 4, width: 208, height: 160 } },
      empty: { class_type: 'EmptyFlux2LatentImage', inputs: { width: 208, height: 160, batch_size: 1 } },
      sample: {
        class_type: 'SamplerCustomAdvanced',
        inputs: {
          noise: ['noise', 0],
          guider: ['guider', 0],
          sampler: ['sampler', 0],
          sigmas: ['sigmas', 0],
          latent_image: ['empty', 0],
        },
      },
      decode: { class_type: 'VAEDecode', inputs: { samples: ['sample', 0], vae: ['vae', 0] } },
      save: { class_type: 'SaveImage', inputs: { images: ['decode', 0], filename_prefix: 'x' } },
    };
    const { body, status } = await post(server, '/prompt', { prompt: graph });
    expect(status, JSON.stringify(body)).toBe(200);
    const entry = await finished(server, body.prompt_id);
    expect(server.runs).toMatchObject([
      {
        widthPx: 208,
        heightPx: 160,
        seed: 5,
        steps: 4,
        startFiles: [],
        references: [{ files: ['canvas.png'] }, { files: ['a.png'] }, { files: ['b.png'] }],
      },
    ]);
    expect(server.runs[0]?.references[1]).toMatchObject({ widthPx: 144, heightPx: 144 });
    const { filename } = entry.outputs.save.images[0];
    const saved = server.readFile(`${filename} [output]`)!;
    expect(await sharp(saved).metadata()).toMatchObject({ width: 208, height: 160, format: 'png' });

    const { resolution_steps: _steps, ...oldInputs } = graph['s0']!.inputs;
    const old = { ...graph, s0: { ...graph['s0']!, inputs: oldInputs } };
    expect((await errorsOf(server, old)).node_errors['s0'].errors[0].type).toBe('required_input_missing');
  });

  it('and control maps of a chain are told with strength and range', async () => {
    const server = await start();
    await uploadPicture(server, 'canvas.png', await picture(96, 64));
    await uploadPicture(server, 'depth.png', await picture(48, 32));
    const graph: ComfyGraph = {
      ...changed(img2img(), '7', { positive: ['13', 0], negative: ['13', 1] }),
      '10': {
        class_type: 'ControlNetLoader',
        inputs: { control_net_name: 'controlnet-union-sdxl-1.0.safetensors' },
      },
      '11': { class_type: 'SetUnionControlNetType', inputs: { control_net: ['10', 0], type: 'depth' } },
      '12': { class_type: 'LoadImage', inputs: { image: 'depth.png' } },
      '13': {
        class_type: 'ControlNetApplyAdvanced',
        inputs: {
          positive: ['2', 0],
          negative: ['3', 0],
          control_net: ['11', 0],
          image: ['12', 0],
          strength: 0.8,
          start_percent: 0,
          end_percent: 0.9,
        },
      },
    };
    const { body } = await post(server, '/prompt', { prompt: graph });
    await finished(server, body.prompt_id);
    expect(server.runs[0]?.controls).toEqual([
      {
        file: 'controlnet-union-sdxl-1.0.safetensors',
        unionType: 'depth',
        images: ['depth.png'],
        widthPx: 48,
        heightPx: 32,
        strength: 0.8,
        startPercent: 0,
        endPercent: 0.9,
        hasVae: false,
      },
    ]);
  });
});

describe('the other routes', () => {
  it('rename an upload whose name is taken, and reuse the name for the same bytes', async () => {
    const server = await start();
    const one = await picture(32, 32);
    const two = await picture(64, 32);
    expect(await uploadPicture(server, 'x.png', one)).toBe('x.png');
    expect(await uploadPicture(server, 'x.png', two)).toBe('x (1).png');
    expect(await uploadPicture(server, 'x.png', two)).toBe('x (1).png');
    expect(await uploadPicture(server, 'x.png', one)).toBe('x.png');
  });

  it('describe nodes with lists in both forms', async () => {
    const server = await start();
    const all = await get(server, '/api/object_info');
    expect(all.CheckpointLoaderSimple.input.required.ckpt_name[0]).toEqual([
      'sd_xl_base_1.0.safetensors',
      'v1-5-pruned-emaonly.safetensors',
    ]);
    const [type, settings] = all.ImageScaleToTotalPixels.input.required.upscale_method;
    expect([type, settings.options.includes('lanczos')]).toEqual(['COMBO', true]);
    server.behaviour.choiceForm = 'combo';
    const one = await get(server, '/object_info/VAELoader');
    expect(one.VAELoader.input.required.vae_name[0]).toBe('COMBO');
    expect(await get(server, '/object_info/Absent')).toEqual({});
    server.behaviour.release = '0.3';
    expect(await get(server, '/object_info/Flux2Scheduler')).toEqual({});
  });

  it('list models by the folder names of the program only', async () => {
    const server = await start();
    expect(await get(server, '/models/vae')).toContain('ae.safetensors');
    expect((await fetch(`${server.origin}/models/unet`)).status).toBe(404);
    expect((await get(server, '/system_stats')).devices[0].type).toBe('cuda');
    expect((await get(server, '/features')).supports_preview_metadata).toBe(true);
  });

  it('turn away foreign origins, and clients without the password of a proxy', async () => {
    const server = await start({ requireAuthorization: 'Bearer secret' });
    const refused = await fetch(`${server.origin}/queue`);
    expect([refused.status, refused.headers.get('content-type')]).toEqual([401, 'text/html']);
    await expect(connect(server, 'own')).rejects.toThrow(/401/);
    const headers = { authorization: 'Bearer secret' };
    expect((await fetch(`${server.origin}/queue`, { headers })).status).toBe(200);
    const foreign = await fetch(`${server.origin}/queue`, {
      headers: { ...headers, origin: 'http://evil.example' },
    });
    expect(foreign.status).toBe(403);
  });

  it('break as told', async () => {
    const server = await start();
    server.inject('view', { kind: 'html', status: 502 });
    const broken = await fetch(`${server.origin}/view?filename=x.png`);
    expect(broken.status).toBe(502);
    expect((await fetch(`${server.origin}/view?filename=x.png`)).status).toBe(404);
    expect((await fetch(`${server.origin}/view?filename=../x.png`)).status).toBe(400);
  });

  it('serve pictures that are wrong as told', async () => {
    const server = await start({ picture: { wrong: 'wrong-size' } });
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const one = await post(server, '/prompt', { prompt: img2img() });
    const [image] = (await finished(server, one.body.prompt_id)).outputs['9'].images;
    const response = await fetch(`${server.origin}/view?${new URLSearchParams(image)}`);
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(await sharp(bytes).metadata()).toMatchObject({ width: 144, height: 128 });
    server.behaviour.picture = { wrong: 'truncated' };
    const two = await post(server, '/prompt', { prompt: img2img('canvas.png', 8) });
    const { filename } = (await finished(server, two.body.prompt_id)).outputs['9'].images[0];
    const broken = server.readFile(`diorama/${filename} [output]`)!;
    await expect(sharp(broken).raw().toBuffer()).rejects.toThrow();
  });

  it('answer every graph, however odd, with a verdict', async () => {
    const server = await start({ hold: 'queue' });
    const value = fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.tuple(fc.constantFrom('1', '2', '3', '9'), fc.integer({ min: -1, max: 3 })),
    );
    const node = fc.record({
      class_type: fc.constantFrom('SaveImage', 'LoadImage', 'VAEDecode', 'KSampler', 'Absent'),
      inputs: fc.dictionary(fc.constantFrom('images', 'image', 'samples', 'vae', 'seed', 'model'), value),
    });
    const graph = fc.dictionary(fc.constantFrom('1', '2', '3', '4'), fc.oneof(node, fc.jsonValue()));
    await fc.assert(
      fc.asyncProperty(graph, async (prompt) => {
        const { status, body } = await post(server, '/prompt', { prompt });
        expect([200, 400]).toContain(status);
        if (status === 400) expect(body.error).toMatchObject({ type: expect.any(String) });
      }),
      { numRuns: 60 },
    );
  });
});

describe('the nodes', () => {
  it.each(['0.3', '0.33'] as const)('of release %s all do something', (release) => {
    const idle = [...nodeCatalogue(release).keys()].filter((name) => NODE_FUNCTIONS[name] === undefined);
    expect(idle).toEqual([]);
  });

  it('that join and trace pictures make real ones', async () => {
    const server = await start();
    await uploadPicture(server, 'canvas.png', await picture(90, 60));
    const graph: ComfyGraph = {
      load: { class_type: 'LoadImage', inputs: { image: 'canvas.png' } },
      edges: {
        class_type: 'Canny',
        inputs: { image: ['load', 0], low_threshold: 0.1, high_threshold: 0.3 },
      },
      join: {
        class_type: 'ImageStitch',
        inputs: {
          image1: ['load', 0],
          image2: ['edges', 0],
          direction: 'right',
          match_image_size: true,
          spacing_width: 10,
          spacing_color: 'white',
        },
      },
      save: { class_type: 'PreviewImage', inputs: { images: ['join', 0] } },
    };
    const { body } = await post(server, '/prompt', { prompt: graph });
    const [image] = (await finished(server, body.prompt_id)).outputs.save.images;
    expect(image.type).toBe('temp');
    const saved = server.readFile(`${image.filename} [temp]`)!;
    const { data, info } = await sharp(saved).removeAlpha().raw().toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([190, 60]);
    const pixel = (x: number): number[] => [...data.subarray((30 * info.width + x) * 3).subarray(0, 3)];
    expect(pixel(10)).toEqual([255, 0, 0]);
    expect(pixel(95)).toEqual([255, 255, 255]);
    expect(pixel(110)).toEqual([0, 0, 0]);
    // The edge between the two halves.
    expect(pixel(144)).toEqual([255, 255, 255]);
  });
});
