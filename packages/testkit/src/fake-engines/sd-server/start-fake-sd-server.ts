import {
  type Answer,
  type FakeEngine,
  type FakeOptions,
  type RecordedRequest,
  type Route,
  type RouteContext,
  renderAnswer,
  startFakeServer,
} from '../kit/index.ts';
import { type SdServerBehaviour, sdServerBehaviour } from './behaviour.ts';
import { type Found, JobQueue } from './job-queue.ts';
import {
  alignedSize,
  InvalidRequest,
  LARGEST_BATCH,
  LARGEST_SIDE_PX,
  LEAST_SIDE_PX,
  readFormat,
  readImage,
  readNative,
  SAMPLERS,
  SCHEDULERS,
  type SdServerRun,
  type SentImage,
  sentImage,
} from './read-request.ts';

/** A running fake of the server of stable-diffusion.cpp. */
export interface FakeSdServer extends FakeEngine {
  readonly behaviour: SdServerBehaviour;
  /** What was generated, oldest first. */
  readonly runs: readonly SdServerRun[];
  /** Goes on where `behaviour.hold` made it stop. */
  release(): void;
}

export interface FakeSdServerOptions extends FakeOptions<SdServerBehaviour> {
  /** Clock by which finished jobs expire, in milliseconds. Default the system's. */
  readonly nowMs?: () => number;
}

const MEDIA_TYPES = { png: 'image/png', jpeg: 'image/jpeg', webp: 'image/webp' } as const;
const EXTRA_ARGS = /<sd_cpp_extra_args>(.*?)<\/sd_cpp_extra_args>/;

/**
 * Starts a fake `sd-server`: the native job routes in full, and the two compatible families as far as they go.
 * A restart with `forgetJobs` is a restart of the program: its jobs are unknown then.
 */
export async function startFakeSdServer(options: FakeSdServerOptions = {}): Promise<FakeSdServer> {
  const behaviour: SdServerBehaviour = { ...sdServerBehaviour(), ...options.behaviour };
  const runs: SdServerRun[] = [];
  const nowMs = options.nowMs ?? Date.now;
  const queue = new JobQueue(behaviour, paint, nowMs);
  let lastSeed = 20_000;
  const randomSeed = (): number => {
    lastSeed = (lastSeed * 48271) % 2147483647;
    return lastSeed;
  };

  async function paint(run: SdServerRun): Promise<string[]> {
    runs.push(run);
    const shown = run.initImage ?? run.refImages[0] ?? run.controlImage ?? run.ipAdapterImage;
    const images: string[] = [];
    for (let index = 0; index < run.count; index += 1) {
      const { bytes } = await renderAnswer(
        {
          widthPx: run.widthPx,
          heightPx: run.heightPx,
          prompt: run.prompt,
          seed: run.seed + index,
          inputs: shown === undefined ? [] : [shown.bytes],
          mediaType: MEDIA_TYPES[run.outputFormat],
        },
        behaviour.picture,
      );
      images.push(Buffer.from(bytes).toString('base64'));
    }
    return images;
  }

  async function submit({ request }: RouteContext): Promise<Answer> {
    if (request.body.length === 0) return refused('empty body');
    if (!behaviour.makesImages) return refused('loaded model does not support img_gen');
    const body = parse(request);
    if (body === undefined) {
      const message = 'syntax error while parsing value';
      return { status: 400, json: { error: 'invalid json', message } };
    }
    const run = await readNative(body, behaviour, randomSeed);
    if (queue.isFull) return { status: 429, json: { error: 'job queue is full' } };
    return { status: 202, json: queue.submit(run) };
  }

  /** Defaults of a request of the compatible families, with the native fields that its prompt may carry. */
  async function compatible(
    route: SdServerRun['route'],
    prompt: string,
    native: Record<string, unknown>,
  ): Promise<SdServerRun> {
    if (prompt === '') throw new InvalidRequest('prompt required');
    const extra = EXTRA_ARGS.exec(prompt)?.[1];
    let more: Record<string, unknown> = {};
    if (extra !== undefined) {
      try {
        more = JSON.parse(extra) as Record<string, unknown>;
      } catch {
        throw new InvalidRequest('invalid sd_cpp_extra_args');
      }
    }
    const rest = prompt.replace(EXTRA_ARGS, '');
    return { ...(await readNative({ prompt: rest, ...native, ...more }, behaviour, randomSeed)), route };
  }

  async function generations({ request, signal }: RouteContext): Promise<Answer> {
    if (request.body.length === 0) return refused('empty body');
    const body = parse(request);
    if (!isRecord(body)) return { status: 500, json: { error: 'server_error', message: 'parse error' } };
    const run = await compatible('generations', String(body['prompt'] ?? ''), {
      batch_count: Math.max(1, Number(body['n'] ?? 1)),
      output_format: body['output_format'] ?? 'png',
      ...sizeOf(String(body['size'] ?? '')),
    });
    return openAiAnswer(run, signal);
  }

  async function edits({ request, signal }: RouteContext): Promise<Answer> {
    const { form } = request;
    if (form === undefined) return refused('Content-Type must be multipart/form-data');
    const field = (name: string): string | undefined =>
      form.fields.find((candidate) => candidate.name === name)?.value;
    const several = form.files.filter((file) => file.name === 'image[]');
    const files =
      several.length > 0 ? several : form.files.filter((file) => file.name === 'image').slice(0, 1);
    const prompt = field('prompt') ?? '';
    if (prompt !== '' && files.length === 0) return refused('at least one image[] required');
    const run = await compatible('edits', prompt, {
      batch_count: Number.parseInt(field('n') ?? '1', 10) || 1,
      ...sizeOf(field('size') ?? ''),
    });
    run.outputFormat = readFormat(field('output_format') ?? 'png', false);
    // Pictures that cannot be read are left out without a word; all others are references, the first also the start.
    const images: SentImage[] = [];
    for (const file of files) {
      const image = await sentImage(file.bytes, behaviour.hasWebp);
      if (image !== undefined) images.push(image);
    }
    run.refImages = [...images, ...run.refImages];
    run.initImage = images[0] ?? run.initImage;
    return openAiAnswer(run, signal);
  }

  async function openAiAnswer(run: SdServerRun, signal: AbortSignal): Promise<Answer> {
    const images = await generateNow(run);
    if (images === 'failed') return { status: 500, json: { error: 'generate_image returned no results' } };
    if (images === undefined) return hangs(signal);
    return {
      json: {
        created: Math.floor(nowMs() / 1000),
        data: images.map((b64_json) => ({ b64_json })),
        output_format: run.outputFormat,
      },
    };
  }

  /** Synchronous routes wait for their turn with the connection open. */
  async function generateNow(run: SdServerRun): Promise<string[] | 'failed' | undefined> {
    try {
      return await queue.generate(run);
    } catch {
      return 'failed';
    }
  }

  const webUi =
    (route: 'txt2img' | 'img2img') =>
    async ({ request, signal }: RouteContext): Promise<Answer> => {
      if (request.body.length === 0) return refused('empty body');
      const body = parse(request);
      if (!isRecord(body)) return { status: 500, json: { error: 'server_error', message: 'parse error' } };
      const width = Number(body['width'] ?? 512);
      const height = Number(body['height'] ?? 512);
      if (width <= 0 || height <= 0) return refused('width and height must be positive');
      const run = await compatible(route, String(body['prompt'] ?? ''), {
        negative_prompt: body['negative_prompt'] ?? '',
        seed: body['seed'] ?? -1,
        batch_count: body['batch_size'] ?? 1,
        width,
        height,
        sample_params: {
          sample_steps: body['steps'] ?? behaviour.steps,
          guidance: { txt_cfg: body['cfg_scale'] ?? 7 },
        },
        ...(body['lora'] === undefined ? {} : { lora: body['lora'] }),
      });
      const [first] = Array.isArray(body['init_images']) ? body['init_images'] : [];
      if (route === 'img2img') {
        run.initImage = await readImage(first, behaviour.hasWebp);
        run.strength = Math.min(1, Number(body['denoising_strength'] ?? run.strength));
      }
      for (const item of Array.isArray(body['extra_images']) ? body['extra_images'] : []) {
        const image = await readImage(item, behaviour.hasWebp);
        if (image !== undefined) run.refImages.push(image);
      }
      const images = await generateNow(run);
      if (images === 'failed') return { status: 500, json: { error: 'generate_image returned no results' } };
      if (images === undefined) return hangs(signal);
      const info = {
        prompt: run.prompt,
        seed: run.seed,
        width: run.widthPx,
        height: run.heightPx,
        steps: run.steps,
        version: 'stable-diffusion.cpp',
        all_seeds: images.map((_, index) => run.seed + index),
      };
      return { json: { images, parameters: body, info: JSON.stringify(info) } };
    };

  function capabilities(): Answer {
    const stem = behaviour.model.replace(/\.\w+$/, '');
    const formats = behaviour.hasWebp ? ['png', 'jpeg', 'webp'] : ['png', 'jpeg'];
    const mode = behaviour.makesImages ? 'img_gen' : 'vid_gen';
    const defaults = {
      prompt: '',
      negative_prompt: '',
      clip_skip: -1,
      ...sizeDefaults(behaviour),
      strength: 0.75,
      seed: behaviour.seed,
      batch_count: 1,
      auto_resize_ref_image: true,
      increase_ref_index: false,
      control_strength: 0.9,
      ip_adapter_strength: 1,
      sample_params: {
        scheduler: 'discrete',
        sample_method: 'euler',
        sample_steps: behaviour.steps,
        eta: null,
        shifted_timestep: 0,
        flow_shift: null,
        guidance: {
          txt_cfg: 7,
          img_cfg: null,
          distilled_guidance: 3.5,
          slg: { layers: [7, 8, 9], layer_start: 0.01, layer_end: 0.2, scale: 0 },
        },
      },
      output_format: 'png',
      output_compression: 100,
    };
    // Constants of the program: they say nothing about what was loaded.
    const features = {
      init_image: true,
      mask_image: true,
      control_image: true,
      ip_adapter_image: true,
      ref_images: true,
      lora: true,
      vae_tiling: true,
      hires: true,
      cache: true,
      cancel_queued: true,
      cancel_generating: false,
    };
    return {
      json: {
        model: { name: behaviour.model, stem, path: `/models/${behaviour.model}` },
        current_mode: mode,
        supported_modes: [mode],
        defaults,
        defaults_by_mode: { [mode]: defaults },
        limits: {
          min_width: LEAST_SIDE_PX,
          max_width: LARGEST_SIDE_PX,
          min_height: LEAST_SIDE_PX,
          max_height: LARGEST_SIDE_PX,
          max_batch_count: LARGEST_BATCH,
          max_queue_size: behaviour.maxQueueSize,
        },
        samplers: SAMPLERS,
        schedulers: SCHEDULERS,
        output_formats: formats,
        output_formats_by_mode: { [mode]: formats },
        features,
        features_by_mode: { [mode]: features },
        loras: behaviour.loras.map((path) => ({ name: path.replace(/\.\w+$/, ''), path })),
        upscalers: ['None', 'Lanczos', 'Nearest', 'Latent'].map((name) => ({ name })),
      },
    };
  }

  const get = (name: string, path: RegExp, make: () => unknown): Route => ({
    name,
    method: 'GET',
    path,
    handle: () => ({ json: make() }),
  });
  const stem = (): string => behaviour.model.replace(/\.\w+$/, '');
  const routes: Route[] = [
    { name: 'img-gen', method: 'POST', path: /^\/sdcpp\/v1\/img_gen$/, handle: submit },
    {
      name: 'job',
      method: 'GET',
      path: /^\/sdcpp\/v1\/jobs\/(?<id>[\w-]+)$/,
      handle: ({ params }) => jobAnswer(queue.look(params['id'] ?? '')),
    },
    {
      name: 'cancel',
      method: 'POST',
      path: /^\/sdcpp\/v1\/jobs\/(?<id>[\w-]+)\/cancel$/,
      handle: ({ params }) => {
        const found = queue.cancel(params['id'] ?? '');
        if (found !== 'running') return jobAnswer(found);
        const error = 'job is currently generating and cannot be interrupted yet';
        return { status: 409, json: { error } };
      },
    },
    { name: 'capabilities', method: 'GET', path: /^\/sdcpp\/v1\/capabilities$/, handle: capabilities },
    {
      name: 'vid-gen',
      method: 'POST',
      path: /^\/sdcpp\/v1\/vid_gen$/,
      handle: () => refused('loaded model does not support vid_gen'),
    },
    get('openai-models', /^\/v1\/models$/, () => ({
      data: [{ id: 'sd-cpp-local', object: 'model', owned_by: 'local' }],
    })),
    { name: 'generations', method: 'POST', path: /^\/v1\/images\/generations$/, handle: generations },
    { name: 'edits', method: 'POST', path: /^\/v1\/images\/edits$/, handle: edits },
    { name: 'txt2img', method: 'POST', path: /^\/sdapi\/v1\/txt2img$/, handle: webUi('txt2img') },
    { name: 'img2img', method: 'POST', path: /^\/sdapi\/v1\/img2img$/, handle: webUi('img2img') },
    get('options', /^\/sdapi\/v1\/options$/, () => ({ samples_format: 'png', sd_model_checkpoint: stem() })),
    get('sd-models', /^\/sdapi\/v1\/sd-models$/, () => [
      {
        title: stem(),
        model_name: stem(),
        filename: behaviour.model,
        hash: '8888888888',
        sha256: '8'.repeat(64),
        config: null,
      },
    ]),
    get('samplers', /^\/sdapi\/v1\/samplers$/, () =>
      ['default', ...SAMPLERS].map((name) => ({ name, aliases: [name], options: {} })),
    ),
    get('schedulers', /^\/sdapi\/v1\/schedulers$/, () =>
      ['default', ...SCHEDULERS].map((name) => ({ name, label: name })),
    ),
    get('loras', /^\/sdapi\/v1\/loras$/, () =>
      behaviour.loras.map((path) => ({ name: path.replace(/\.\w+$/, ''), path })),
    ),
    get('upscalers', /^\/sdapi\/v1\/upscalers$/, () => [
      { name: 'None', model_name: null, model_path: null, model_url: null, scale: 4 },
    ]),
  ];

  const server = await startFakeServer({
    ...(options.port === undefined ? {} : { port: options.port }),
    routes: routes.map((route) => ({
      ...route,
      handle: async (context): Promise<Answer> => {
        const answer = await answerOrRefusal(route, context);
        const { origin } = context.request.headers;
        // Wide open to every page, as the program is.
        const cors = {
          'access-control-allow-origin': origin ?? '*',
          'access-control-allow-credentials': 'true',
        };
        return { ...answer, headers: { ...cors, ...answer.headers } };
      },
    })),
    notFound: () => ({ status: 404, text: '' }),
    delayMs: (name) => behaviour.delayMs[name] ?? 0,
    forgetJobs: () => queue.forget(),
  });

  return {
    ...server,
    behaviour,
    runs,
    release: () => queue.release(),
    async close() {
      queue.forget();
      await server.close();
    },
  };
}

async function answerOrRefusal(route: Route, context: RouteContext): Promise<Answer> {
  try {
    return await route.handle(context);
  } catch (error) {
    if (error instanceof InvalidRequest) return refused(error.message);
    throw error;
  }
}

function jobAnswer(found: Found): Answer {
  if ('job' in found) return { json: found.job };
  return found.gone === 'expired'
    ? { status: 410, json: { error: 'job expired' } }
    : { status: 404, json: { error: 'job not found' } };
}

function refused(error: string): Answer {
  return { status: 400, json: { error } };
}

/** `WIDTHxHEIGHT`; anything else is passed over. */
function sizeOf(size: string): { width?: number; height?: number } {
  const match = /^(\d+)x(\d+)$/.exec(size);
  return match === null ? {} : { width: Number(match[1]), height: Number(match[2]) };
}

function sizeDefaults(behaviour: SdServerBehaviour): { width: number; height: number } {
  const { widthPx, heightPx } = alignedSize(512, 512, behaviour);
  return { width: widthPx, height: heightPx };
}

/** The program died: nothing more comes until the connection breaks. */
function hangs(signal: AbortSignal): Promise<Answer> {
  if (signal.aborted) return Promise.resolve({ text: '' });
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ text: '' })));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parse(request: RecordedRequest): unknown {
  try {
    return JSON.parse(Buffer.from(request.body).toString('utf8'));
  } catch {
    return undefined;
  }
}
