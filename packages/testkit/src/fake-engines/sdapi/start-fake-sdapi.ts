import sharp from 'sharp';
import {
  type Answer,
  type FakeEngine,
  type FakeOptions,
  inspectPicture,
  type PictureRequest,
  type RecordedRequest,
  type Route,
  type RouteContext,
  renderAnswer,
  sha256,
  startFakeServer,
} from '../kit/index.ts';
import { type SdApiBehaviour, type SdApiFlavour, sdApiBehaviour } from './behaviour.ts';
import { readUnits, type UsedUnit } from './control-units.ts';
import { type Fields, pictureBytes, readFields, wrongField } from './read-fields.ts';
import { SamplerState } from './sampler-state.ts';
import { errorAnswer, exception, fieldErrors, ServiceError } from './service-error.ts';

/** One generation, for tests to look at: what the model would have seen. */
export interface SdApiRun {
  route: 'txt2img' | 'img2img' | 'control';
  prompt: string;
  negativePrompt: string;
  widthPx: number;
  heightPx: number;
  count: number;
  steps: number;
  seed: number;
  cfgScale: number;
  samplerName: string;
  scheduler: string;
  checkpoint: string;
  denoisingStrength: number | undefined;
  initImageSha256: string[];
  maskSha256: string | undefined;
  units: UsedUnit[];
  /** SD.Next: names and SHA-256 of the pictures of its IP adapters. */
  ipAdapters: { adapter: string; scale: number; imageSha256: string[] }[];
  /** What the program passed over without a word: wrong units, unknown unit fields, settings it does not have. */
  passedOver: string[];
  isInterrupted: boolean;
}

/** A running fake of A1111, Forge or SD.Next. */
export interface FakeSdApi extends FakeEngine {
  readonly behaviour: SdApiBehaviour;
  readonly runs: readonly SdApiRun[];
  readonly loadedCheckpoint: string;
  /** Goes on where `behaviour.hold` made it stop. */
  release(): void;
}

export interface FakeSdApiOptions extends FakeOptions<SdApiBehaviour> {
  /** Default `a1111`. */
  readonly flavour?: SdApiFlavour;
}

interface Generation {
  run: SdApiRun;
  /** Pictures, the first of which the answer shows. */
  sources: Uint8Array[];
  /** Pictures of units that come back behind the results. */
  detectedMaps: Uint8Array[];
  sendsImages: boolean;
}

const LARGEST_RANDOM_SEED = 4294967294;
const UNIT_TYPES = ['t2i adapter', 'controlnet', 'xs', 'lite', 'reference', 'ip'];

/**
 * Starts a fake of one of the three programs that speak `/sdapi/v1`. One generation runs at a time and goes on when its
 * client hangs up, as there. A restart with `forgetJobs` ends it.
 */
export async function startFakeSdApi(options: FakeSdApiOptions = {}): Promise<FakeSdApi> {
  const flavour = options.flavour ?? options.behaviour?.flavour ?? 'a1111';
  const behaviour: SdApiBehaviour = { ...sdApiBehaviour(flavour), ...options.behaviour, flavour };
  const state = new SamplerState(behaviour);
  const runs: SdApiRun[] = [];
  let checkpoint = behaviour.checkpoints[0] ?? '';
  let randomSeed = 1000;

  /** The title that a name means: with or without hash and extension. */
  function checkpointNamed(name: unknown): string | undefined {
    const plain = (title: string): string => title.replace(/ \[\w+\]$/, '');
    const stem = (title: string): string => plain(title).replace(/\.\w+$/, '');
    return behaviour.checkpoints.find((title) => [title, plain(title), stem(title)].includes(String(name)));
  }

  function samplerNamed(fields: Fields): string {
    const asked = fields.string('sampler_name');
    const fallback = behaviour.samplers[0] ?? 'Euler';
    if (asked === '' || (flavour === 'sdnext' && asked === 'Default')) return fallback;
    if (behaviour.samplers.includes(asked)) return asked;
    // Forge takes an unknown name for its first sampler.
    if (flavour === 'forge') return fallback;
    throw new ServiceError(flavour === 'sdnext' ? 404 : 400, 'Sampler not found');
  }

  async function initImages(fields: Fields, name: string): Promise<Uint8Array[]> {
    const images = (fields.list(name) ?? []).map(pictureBytes);
    for (const image of images)
      if ((await inspectPicture(image)) === undefined) throw new ServiceError(500, 'Invalid encoded image');
    return images;
  }

  /** @throws {ServiceError} For scripts that are not there. */
  function controlArgs(fields: Fields): unknown[] {
    let args: unknown[] = [];
    for (const [name, script] of Object.entries(fields.object('alwayson_scripts'))) {
      if (!behaviour.hasControlNet || name.toLowerCase() !== 'controlnet') {
        const message =
          flavour === 'sdnext' ? `Always on script not found: ${name}` : `Script '${name}' not found`;
        throw new ServiceError(422, message);
      }
      const given = (script as { args?: unknown } | null)?.args;
      if (Array.isArray(given)) args = given;
    }
    const selectable = fields.string('script_name');
    if (selectable !== '' && flavour !== 'sdnext')
      throw new ServiceError(422, `Script '${selectable}' not found`);
    return args;
  }

  function ipAdaptersOf(fields: Fields): { found: SdApiRun['ipAdapters']; pictures: Uint8Array[] } {
    if (flavour !== 'sdnext') return { found: [], pictures: [] };
    const pictures: Uint8Array[] = [];
    const found = (fields.list('ip_adapter') ?? []).flatMap((item, index) => {
      const adapter = item as { adapter?: unknown; images?: unknown; scale?: unknown };
      const scale = adapter.scale ?? 0.5;
      const loc = ['body', 'ip_adapter', index, 'scale'];
      if (typeof scale !== 'number' || scale < 0 || scale > 1)
        throw fieldErrors([wrongField(loc, 'number', scale, flavour)]);
      const images = Array.isArray(adapter.images) ? adapter.images.map(pictureBytes) : [];
      if (images.length === 0) return [];
      const name = String(adapter.adapter ?? 'Base');
      if (!behaviour.ipAdapters.includes(name)) return [];
      pictures.push(...images);
      return [{ adapter: name, scale, imageSha256: images.map(sha256) }];
    });
    return { found, pictures };
  }

  function baseRun(route: SdApiRun['route'], fields: Fields, passedOver: string[]): SdApiRun {
    const isControl = route === 'control';
    const size = (name: string): number => {
      const preset = flavour === 'sdnext' ? 1024 : 512;
      // Latents hold an eighth of the picture; what is left over is cut off.
      return Math.floor(fields.integer(isControl ? `${name}_before` : name, preset) / 8) * 8;
    };
    const overridden = fields.object('override_settings')['sd_model_checkpoint'];
    const wanted = overridden === undefined ? checkpoint : checkpointNamed(overridden);
    if (wanted === undefined) passedOver.push(`override_settings.sd_model_checkpoint: ${String(overridden)}`);
    const askedSeed = fields.integer('seed', -1);
    if (askedSeed === -1) randomSeed = (randomSeed * 48271 + 11) % LARGEST_RANDOM_SEED;
    const widthPx = size('width');
    const heightPx = size('height');
    if (widthPx < 8 || heightPx < 8) throw exception('RuntimeError', 'the size of the picture is 0');
    return {
      route,
      prompt: fields.string('prompt'),
      negativePrompt: fields.string('negative_prompt'),
      widthPx,
      heightPx,
      count: fields.integer('batch_size', 1) * fields.integer(isControl ? 'batch_count' : 'n_iter', 1),
      steps: behaviour.steps ?? fields.integer('steps', flavour === 'sdnext' ? 20 : 50),
      seed: askedSeed === -1 ? randomSeed : askedSeed,
      cfgScale: fields.number('cfg_scale', flavour === 'sdnext' ? 6 : 7),
      samplerName: samplerNamed(fields),
      scheduler: fields.string('scheduler', 'automatic'),
      checkpoint: wanted ?? checkpoint,
      denoisingStrength: undefined,
      initImageSha256: [],
      maskSha256: undefined,
      units: [],
      ipAdapters: [],
      passedOver,
      isInterrupted: false,
    };
  }

  /** Reads txt2img and img2img. */
  async function readGeneration(route: 'txt2img' | 'img2img', fields: Fields): Promise<Generation> {
    if (route === 'img2img' && fields.list('init_images') === undefined) {
      throw flavour === 'sdnext'
        ? new ServiceError(400, 'Init image is none', { isPlain: true })
        : new ServiceError(404, 'Init image not found');
    }
    const args = controlArgs(fields);
    const passedOver: string[] = [];
    const run = baseRun(route, fields, passedOver);
    const images = route === 'img2img' ? await initImages(fields, 'init_images') : [];
    if (route === 'img2img') {
      const batch = fields.integer('batch_size', 1);
      if (images.length === 0 || images.length > batch)
        throw exception(
          'RuntimeError',
          `bad number of images passed: ${images.length}; expecting ${batch} or less`,
        );
      run.denoisingStrength = fields.number('denoising_strength', flavour === 'sdnext' ? 0.5 : 0.75);
      run.initImageSha256 = images.map(sha256);
      const mask = fields.string('mask');
      if (mask !== '') run.maskSha256 = sha256(pictureBytes(mask));
    }
    const report = await readUnits(args, behaviour, images.length > 0);
    if (report.wrong.length > 0 && behaviour.wrongUnits === 'refuse')
      throw exception('ValidationError', report.wrong.join('; '));
    passedOver.push(...report.wrong, ...report.unknownFields.map((name) => `unit field ${name}`));
    run.units = report.used;
    // SD.Next declares the field here and then does nothing with it: control is a route of its own.
    if (flavour === 'sdnext' && (fields.list('control_units') ?? []).length > 0)
      passedOver.push('control_units');
    const adapters = ipAdaptersOf(fields);
    run.ipAdapters = adapters.found;
    const unitPictures = report.used.flatMap((unit) => (unit.image === undefined ? [] : [unit.image]));
    return {
      run,
      sources: [...images, ...unitPictures, ...adapters.pictures],
      detectedMaps: report.used.flatMap((unit) => {
        const shown = unit.image ?? images[0];
        return unit.savesDetectedMap && shown !== undefined ? [shown] : [];
      }),
      sendsImages: fields.isTrue('send_images', true),
    };
  }

  /** Reads the control route of SD.Next. */
  async function readControl(fields: Fields): Promise<Generation> {
    const passedOver: string[] = [];
    const run = baseRun('control', fields, passedOver);
    const inits = await initImages(fields, 'inits');
    const inputs = await initImages(fields, 'inputs');
    const sameForInit = fields.integer('input_type', 0) === 1;
    const starts = sameForInit ? inputs : inits;
    run.initImageSha256 = starts.map(sha256);
    if (starts.length > 0) run.denoisingStrength = fields.number('denoising_strength', 0.3);
    const mask = fields.string('mask');
    if (mask !== '') run.maskSha256 = sha256(pictureBytes(mask));
    for (const [index, item] of (fields.list('control') ?? []).entries()) {
      const unit = readControlItem(item, index, fields.string('unit_type', 'controlnet'), inputs);
      if (typeof unit === 'string') passedOver.push(unit);
      else run.units.push(unit);
    }
    const adapters = ipAdaptersOf(fields);
    run.ipAdapters = adapters.found;
    const maps = run.units.flatMap((unit) => (unit.image === undefined ? [] : [unit.image]));
    return {
      run,
      sources: [...starts, ...maps, ...adapters.pictures],
      detectedMaps: maps.slice(0, 1),
      sendsImages: fields.isTrue('send_images', true),
    };
  }

  /** A unit of the control route, or why it was passed over. */
  function readControlItem(
    item: unknown,
    index: number,
    defaultType: string,
    inputs: Uint8Array[],
  ): UsedUnit | string {
    const values = (typeof item === 'object' && item !== null ? item : {}) as Record<string, unknown>;
    const wrong = (name: string, kind: 'number' | 'string'): ServiceError =>
      fieldErrors([wrongField(['body', 'control', index, name], kind, values[name], flavour)]);
    for (const name of ['strength', 'start', 'end', 'factor', 'fidelity'])
      if (name in values && typeof values[name] !== 'number') throw wrong(name, 'number');
    for (const name of ['process', 'model', 'override', 'mode'])
      if (name in values && typeof values[name] !== 'string') throw wrong(name, 'string');
    const type = String(values['unit_type'] ?? defaultType);
    if (!UNIT_TYPES.includes(type)) return `control ${index}: unknown unit type ${type}`;
    const model = String(values['model'] ?? '');
    if (!behaviour.controlModels.includes(model)) return `control ${index}: no model ${model}`;
    const process = String(values['process'] ?? '');
    if (process !== '' && !behaviour.controlModules.includes(process))
      return `control ${index}: no preprocessor ${process}`;
    const given = values['override'] ?? values['image'];
    const image = given === undefined || given === null ? inputs[0] : pictureBytes(given);
    if (image === undefined) return `control ${index}: no picture`;
    return {
      module: process === '' ? 'None' : process,
      model,
      weight: Number(values['strength'] ?? 1),
      guidanceStart: Number(values['start'] ?? 0),
      guidanceEnd: Number(values['end'] ?? 1),
      resizeMode: 'Just Resize',
      controlMode: 'Balanced',
      savesDetectedMap: true,
      imageSha256: [sha256(image)],
      image,
      unionControlType: undefined,
    };
  }

  /** Runs a generation under the lock. Undefined when the program died meanwhile. */
  async function generate(
    generation: Generation,
  ): Promise<{ results: string[]; maps: string[] } | undefined> {
    const { run, sources, detectedMaps, sendsImages } = generation;
    return state.alone(async () => {
      runs.push(run);
      if (behaviour.outOfMemory)
        throw exception('OutOfMemoryError', 'CUDA out of memory. Tried to allocate 4.50 GiB.');
      const painting = (index: number): PictureRequest => ({
        widthPx: run.widthPx,
        heightPx: run.heightPx,
        prompt: run.prompt,
        seed: run.seed,
        index,
        inputs: sources,
      });
      const job = run.route === 'control' ? 'API-CTL' : `scripts_${run.route}`;
      const outcome = await state.run(job, run.steps, run.count, async () => unfinished(painting(0)));
      if (outcome === undefined) return undefined;
      run.isInterrupted = outcome.isInterrupted;
      const results: Uint8Array[] = [];
      for (let index = 0; index < outcome.finished; index += 1)
        results.push((await renderAnswer(painting(index), behaviour.picture)).bytes);
      // What has been sampled so far is returned like a result.
      if (outcome.isInterrupted) results.push(await unfinished(painting(outcome.finished)));
      const maps = await Promise.all(detectedMaps.map(async (map) => fitted(map, run)));
      const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
      return sendsImages
        ? { results: results.map(encode), maps: maps.map(encode) }
        : { results: [], maps: [] };
    });
  }

  const generation =
    (route: 'txt2img' | 'img2img') =>
    async ({ request, signal }: RouteContext): Promise<Answer> => {
      const fields = readFields(readJson(request), flavour);
      const asked = await readGeneration(route, fields);
      const made = await generate(asked);
      if (made === undefined) return hangs(signal);
      const parameters = { ...fields.echo };
      if (route === 'img2img' && !fields.isTrue('include_init_images', false)) {
        parameters['init_images'] = null;
        parameters['mask'] = null;
      }
      return {
        json: {
          images: [...made.results, ...made.maps],
          parameters,
          info: JSON.stringify(infoOf(asked.run)),
        },
      };
    };

  async function control({ request, signal }: RouteContext): Promise<Answer> {
    const fields = readFields(readJson(request), flavour);
    const asked = await readControl(fields);
    const made = await generate(asked);
    if (made === undefined) return hangs(signal);
    const { run } = asked;
    const info = `${run.prompt}\nSteps: ${run.steps}, Seed: ${run.seed}, Size: ${run.widthPx}x${run.heightPx}`;
    return { json: { images: made.results, processed: made.maps, params: fields.echo, info } };
  }

  function infoOf(run: SdApiRun): Record<string, unknown> {
    const each = <T>(make: (index: number) => T): T[] =>
      Array.from({ length: Math.max(1, run.count) }, (_, index) => make(index));
    const model = run.checkpoint.replace(/ \[\w+\]$/, '').replace(/\.\w+$/, '');
    return {
      prompt: run.prompt,
      all_prompts: each(() => run.prompt),
      negative_prompt: run.negativePrompt,
      all_negative_prompts: each(() => run.negativePrompt),
      seed: run.seed,
      all_seeds: each((index) => run.seed + index),
      width: run.widthPx,
      height: run.heightPx,
      sampler_name: run.samplerName,
      cfg_scale: run.cfgScale,
      steps: run.steps,
      batch_size: run.count,
      ...(flavour === 'sdnext' ? {} : { sd_model_name: model }),
      sd_model_hash: /\[(\w+)\]$/.exec(run.checkpoint)?.[1] ?? null,
      denoising_strength: run.denoisingStrength ?? null,
      index_of_first_image: 0,
      infotexts: each((index) => `${run.prompt}\nSteps: ${run.steps}, Seed: ${run.seed + index}`),
      job_timestamp: '20260101000000',
    };
  }

  function changeOptions({ request }: RouteContext): Answer {
    const body = readJson(request);
    if (typeof body !== 'object' || body === null)
      throw fieldErrors([wrongField(['body'], 'object', body, flavour)]);
    const wanted = (body as Record<string, unknown>)['sd_model_checkpoint'];
    if (wanted !== undefined) {
      const found = checkpointNamed(wanted);
      if (found !== undefined) checkpoint = found;
      else if (flavour !== 'sdnext') throw exception('RuntimeError', `model '${String(wanted)}' not found`);
    }
    const updated = Object.keys(body).map((name) => ({ [name]: true }));
    return { json: flavour === 'sdnext' ? { updated } : null };
  }

  const modelItem = (title: string): Record<string, unknown> => {
    const filename = title.replace(/ \[\w+\]$/, '');
    const hash = /\[(\w+)\]$/.exec(title)?.[1] ?? null;
    return {
      title,
      model_name: filename.replace(/\.\w+$/, ''),
      hash,
      sha256: hash === null ? null : sha256(Buffer.from(hash)),
      filename: `/models/Stable-diffusion/${filename}`,
      config: null,
      ...(flavour === 'sdnext' ? { type: 'Stable Diffusion' } : {}),
    };
  };

  const noContent = (): Answer => (flavour === 'sdnext' ? { status: 204, text: '' } : { json: {} });
  const list = (path: string, make: () => unknown, name = path): Route => ({
    name,
    method: 'GET',
    path: new RegExp(`^/sdapi/v1/${path}$`),
    handle: () => ({ json: make() }),
  });

  const controlRoutes = (): Route[] => {
    const open = (name: string, make: () => unknown): Route => ({
      name: `controlnet-${name.replaceAll('_', '-')}`,
      method: 'GET',
      path: new RegExp(`^/controlnet/${name}$`),
      handle: () => (behaviour.hasControlNet ? { json: make() } : unknownPath()),
    });
    const types = (): Record<string, unknown> => ({
      All: {
        module_list: behaviour.controlModules,
        model_list: ['None', ...behaviour.controlModels],
        default_option: behaviour.controlModules[0],
        default_model: 'None',
      },
    });
    const shared = [
      // A1111 lists the models alone, Forge begins with `None`.
      open('model_list', () => ({
        model_list: flavour === 'forge' ? ['None', ...behaviour.controlModels] : behaviour.controlModels,
      })),
      open('module_list', () => ({
        module_list: behaviour.controlModules,
        ...(flavour === 'a1111' ? { module_detail: {} } : {}),
      })),
      open('control_types', () => ({ control_types: types() })),
    ];
    if (flavour === 'forge') return shared;
    return [
      ...shared,
      open('version', () => ({ version: 3 })),
      open('settings', () => ({ control_net_unit_count: behaviour.controlUnitCount })),
    ];
  };

  const sdNextRoutes: Route[] = [
    { name: 'control', method: 'POST', path: /^\/sdapi\/v1\/control$/, handle: control },
    list('control-models', () => behaviour.controlModels),
    list('controlnets', () => behaviour.controlModels),
    list('control-modes', () => ({})),
    list('ip-adapters', () => behaviour.ipAdapters),
    list('preprocessors', () =>
      behaviour.controlModules.map((name) => ({ name, group: 'Other', params: {} })),
    ),
    list('version', () => ({ app: 'sd.next', updated: '2026-07-23', hash: '058a7f0' })),
  ];

  const routes: Route[] = [
    { name: 'txt2img', method: 'POST', path: /^\/sdapi\/v1\/txt2img$/, handle: generation('txt2img') },
    { name: 'img2img', method: 'POST', path: /^\/sdapi\/v1\/img2img$/, handle: generation('img2img') },
    {
      name: 'progress',
      method: 'GET',
      path: /^\/sdapi\/v1\/progress$/,
      handle: async ({ request }) => ({
        json: await state.progress(request.query.get('skip_current_image') === 'true'),
      }),
    },
    {
      name: 'interrupt',
      method: 'POST',
      path: /^\/sdapi\/v1\/interrupt$/,
      handle: () => {
        state.interrupt();
        return noContent();
      },
    },
    {
      name: 'skip',
      method: 'POST',
      path: /^\/sdapi\/v1\/skip$/,
      handle: () => (flavour === 'sdnext' ? { status: 204, text: '' } : { json: null }),
    },
    list('options', () => ({
      sd_model_checkpoint: checkpoint,
      samples_format: 'png',
      show_progress_every_n_steps: behaviour.livePreview ? 1 : 0,
      control_net_unit_count: behaviour.controlUnitCount,
    })),
    {
      name: 'change-options',
      method: 'POST',
      path: /^\/sdapi\/v1\/options$/,
      handle: changeOptions,
    },
    list('sd-models', () => behaviour.checkpoints.map(modelItem)),
    list('samplers', () =>
      behaviour.samplers.map((name) =>
        flavour === 'sdnext' ? { name, options: {} } : { name, aliases: [], options: {} },
      ),
    ),
    list('schedulers', () =>
      behaviour.schedulers.map((name) =>
        flavour === 'sdnext'
          ? { name, cls: name, options: {} }
          : { name, label: name, aliases: null, default_rho: -1, need_inner_model: false },
      ),
    ),
    list('upscalers', () => [
      { name: 'None', model_name: null, model_path: null, model_url: null, scale: 4 },
    ]),
    list('scripts', () => {
      const names = behaviour.hasControlNet ? ['controlnet'] : [];
      return { txt2img: names, img2img: names, ...(flavour === 'sdnext' ? { control: [] } : {}) };
    }),
    list('script-info', () => []),
    list('memory', () => ({ ram: { free: 3e10, used: 2e9, total: 3.2e10 }, cuda: {} })),
    list('cmd-flags', () => ({ api: true })),
    list(flavour === 'forge' ? 'sd-modules' : 'sd-vae', () => []),
    ...(flavour === 'sdnext' ? sdNextRoutes : controlRoutes()),
  ];

  const server = await startFakeServer({
    ...(options.port === undefined ? {} : { port: options.port }),
    routes: routes.map((route) => ({
      ...route,
      handle: async (context: RouteContext): Promise<Answer> => {
        try {
          return await route.handle(context);
        } catch (error) {
          if (error instanceof ServiceError) return errorAnswer(error, flavour);
          throw error;
        }
      },
    })),
    before: ({ request }) => refusalOf(request, behaviour),
    notFound: unknownPath,
    delayMs: (name) => behaviour.delayMs[name] ?? 0,
    forgetJobs: () => {
      state.forget();
      checkpoint = behaviour.checkpoints[0] ?? '';
    },
  });

  return {
    ...server,
    behaviour,
    runs,
    get loadedCheckpoint() {
      return checkpoint;
    },
    release: () => state.release(),
    async close() {
      state.forget();
      await server.close();
    },
  };
}

/** `/controlnet` is not behind the password of A1111 and Forge; everything of `/sdapi` is. */
function refusalOf(request: RecordedRequest, behaviour: SdApiBehaviour): Answer | undefined {
  const { auth, flavour } = behaviour;
  if (auth === null || !request.path.startsWith('/sdapi/')) return undefined;
  const given = request.headers['authorization'];
  const wanted = `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`;
  if (given === wanted) return undefined;
  const known = flavour === 'sdnext' ? 'Unauthorized' : 'Incorrect username or password';
  const message = given === undefined ? 'Not authenticated' : known;
  const text = behaviour.echoKey ? `${message}: ${given ?? ''}` : message;
  return errorAnswer(new ServiceError(401, text, { headers: { 'www-authenticate': 'Basic' } }), flavour);
}

/** What the sampler has by now: the picture, blurred. */
async function unfinished(painting: PictureRequest): Promise<Uint8Array> {
  const { bytes } = await renderAnswer(painting);
  return sharp(bytes).blur(8).png({ compressionLevel: 3 }).toBuffer();
}

async function fitted(map: Uint8Array, run: SdApiRun): Promise<Uint8Array> {
  return sharp(map)
    .resize(run.widthPx, run.heightPx, { fit: 'cover' })
    .png({ compressionLevel: 3 })
    .toBuffer();
}

/** The program died: nothing more comes until the connection breaks. */
function hangs(signal: AbortSignal): Promise<Answer> {
  if (signal.aborted) return Promise.resolve({ text: '' });
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve({ text: '' })));
}

function readJson(request: RecordedRequest): unknown {
  try {
    return JSON.parse(Buffer.from(request.body).toString('utf8'));
  } catch {
    return undefined;
  }
}

function unknownPath(): Answer {
  return { status: 404, json: { detail: 'Not Found' } };
}
