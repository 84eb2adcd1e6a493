import { randomUUID } from 'node:crypto';
import sharp from 'sharp';
import {
  type Answer,
  type FakeEngine,
  type FakeOptions,
  type RecordedRequest,
  type Route,
  type RouteContext,
  startFakeServer,
} from '../kit/index.ts';
import { type ComfyUiBehaviour, comfyUiBehaviour } from './behaviour.ts';
import { FileStore, type FileType, parseAnnotated, type StoredName } from './file-store.ts';
import { type ComfyGraph, isRecord } from './graph.ts';
import { describeNode, type ModelFolder, type NodeDefinition, nodeCatalogue } from './node-catalogue.ts';
import type { ComfyRun } from './node-functions.ts';
import { PromptQueue, type QueuedPrompt } from './prompt-queue.ts';
import { SocketHub } from './socket-hub.ts';
import { validateGraph } from './validate-graph.ts';

/** A running fake of a ComfyUI server. */
export interface FakeComfyUi extends FakeEngine {
  readonly behaviour: ComfyUiBehaviour;
  /** What the samplers were given, oldest first: sizes, seeds, references in the order the model sees them. */
  readonly runs: readonly ComfyRun[];
  /** Ids of the prompts that run or wait, in order; those of other people begin with `foreign-`. */
  readonly queued: readonly string[];
  readonly socketCount: number;
  /** Reads a file of the server by its annotated name, e.g. `canvas.png` or `ComfyUI_00001_.png [output]`. */
  readFile(annotatedName: string): Uint8Array | undefined;
  writeInput(name: string, bytes: Uint8Array): void;
  /** Cuts all WebSockets in the middle; the queue goes on and nothing is replayed. */
  dropSockets(): void;
  /** Goes on where `behaviour.hold` made it stop. */
  release(): void;
}

const IMAGE_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
};

const MODEL_FOLDERS: readonly ModelFolder[] = [
  'checkpoints',
  'loras',
  'vae',
  'text_encoders',
  'diffusion_models',
  'clip_vision',
  'style_models',
  'embeddings',
  'controlnet',
  'upscale_models',
  'model_patches',
];

/**
 * Starts a fake ComfyUI. Every route exists below `/api` too. It checks graphs against its own node catalogue, walks
 * through them and answers with a picture of the right size made of the first picture the sampler was given.
 *
 * A restart with `forgetJobs` is a restart of the program: queue, history and cache are gone, files stay. Without it
 * only the connections break, as when a proxy restarts, and prompts go on.
 */
export async function startFakeComfyUi(options: FakeOptions<ComfyUiBehaviour> = {}): Promise<FakeComfyUi> {
  const behaviour: ComfyUiBehaviour = { ...comfyUiBehaviour(), ...options.behaviour };
  const files = new FileStore();
  const queue = new PromptQueue(behaviour, files);
  const features = (): Record<string, unknown> => ({
    supports_preview_metadata: true,
    max_upload_size: behaviour.maxUploadBytes,
  });
  const hub = new SocketHub({
    status: () => queue.status(),
    serverFeatures: features,
    runningNode: (clientId) => queue.runningNodeOf(clientId),
  });
  queue.attach(hub);
  let nextNumber = 0;

  function catalogue(): Map<string, NodeDefinition> {
    const nodes = nodeCatalogue(behaviour.release);
    for (const name of behaviour.removeNodes) nodes.delete(name);
    return nodes;
  }

  const choiceSource = {
    get models() {
      return behaviour.models;
    },
    inputImages: () => files.inputNames(),
  };

  function submit({ request }: RouteContext): Answer {
    const body = readJson(request);
    if (!isRecord(body)) return serverError();
    let number = nextNumber;
    if ('number' in body) number = Number(body['number']);
    else {
      if (body['front'] === true) number = -number;
      nextNumber += 1;
    }
    const graph = body['prompt'];
    if (graph === undefined) {
      const error = {
        type: 'no_prompt',
        message: 'No prompt provided',
        details: 'No prompt provided',
        extra_info: {},
      };
      return { status: 400, json: { error, node_errors: {} } };
    }
    if (!isRecord(graph)) return serverError();
    const promptId = String(body['prompt_id'] ?? randomUUID());
    const targets = Array.isArray(body['partial_execution_targets'])
      ? body['partial_execution_targets'].map(String)
      : undefined;
    const verdict = validateGraph(
      graph,
      {
        release: behaviour.release,
        catalogue: catalogue(),
        models: behaviour.models,
        inputImages: () => files.inputNames(),
        fileExists: (name) => files.readAnnotated(name) !== undefined,
      },
      targets,
    );
    if (!verdict.accepted)
      return { status: 400, json: { error: verdict.error, node_errors: verdict.nodeErrors } };
    const extraData = isRecord(body['extra_data']) ? { ...body['extra_data'] } : {};
    if ('client_id' in body) extraData['client_id'] = body['client_id'];
    putForeign(number);
    queue.put({ number, promptId, graph: graph as ComfyGraph, extraData, outputs: verdict.outputs });
    return { json: { prompt_id: promptId, number, node_errors: verdict.nodeErrors } };
  }

  function putForeign(number: number): void {
    const count = behaviour.pendingAhead;
    behaviour.pendingAhead = 0;
    for (let index = 0; index < count; index += 1) {
      queue.put({
        number: number - 1 + index / count,
        promptId: `foreign-${randomUUID()}`,
        graph: { '1': { class_type: 'KSampler', inputs: {} } },
        extraData: {},
        outputs: ['1'],
        foreignSteps: behaviour.aheadSteps,
      });
    }
  }

  function changeQueue({ request }: RouteContext): Answer {
    const body = readJson(request);
    if (!isRecord(body)) return serverError();
    if (body['clear'] === true) queue.clear();
    for (const id of asList(body['delete'])) queue.delete(String(id));
    return { text: '' };
  }

  function interrupt({ request }: RouteContext): Answer {
    const body = request.body.length === 0 ? {} : (readJson(request) ?? {});
    const promptId = isRecord(body) ? body['prompt_id'] : undefined;
    queue.interrupt(typeof promptId === 'string' && promptId !== '' ? promptId : undefined);
    return { text: '' };
  }

  function changeHistory({ request }: RouteContext): Answer {
    const body = readJson(request);
    if (!isRecord(body)) return serverError();
    if (body['clear'] === true) queue.clearHistory();
    for (const id of asList(body['delete'])) queue.deleteHistory(String(id));
    return { text: '' };
  }

  function listHistory({ request }: RouteContext): Answer {
    const all = [...queue.history];
    const maxItems = Number(request.query.get('max_items') ?? all.length);
    const offset = Number(request.query.get('offset') ?? -1);
    const from = offset < 0 ? Math.max(0, all.length - maxItems) : offset;
    return { json: Object.fromEntries(all.slice(from, from + maxItems)) };
  }

  async function view({ request }: RouteContext): Promise<Answer> {
    const asked = request.query.get('filename');
    if (asked === null) return notFound();
    if (asked === '' || asked.startsWith('/') || asked.includes('..')) return { status: 400, text: '' };
    const annotated = parseAnnotated(asked);
    const hasAnnotation = annotated.type !== 'input' || asked.endsWith(' [input]');
    const type = hasAnnotation ? annotated.type : (request.query.get('type') ?? 'output');
    if (!isFileType(type)) return { status: 400, text: '' };
    const subfolder = request.query.get('subfolder') ?? '';
    if (subfolder.split('/').includes('..') || subfolder.startsWith('/')) return { status: 403, text: '' };
    const name: StoredName = { type, subfolder, filename: annotated.filename };
    const bytes = files.read(name);
    if (bytes === undefined) return notFound();
    const disposition = { 'content-disposition': `filename="${name.filename}"` };
    const preview = request.query.get('preview');
    if (preview !== null) {
      const [format, quality] = preview.split(';');
      const picture = sharp(bytes);
      const amount = { quality: Number(quality ?? 90) || 90 };
      const isJpeg = format === 'jpeg';
      const encoded = await (isJpeg ? picture.jpeg(amount) : picture.webp(amount)).toBuffer();
      return {
        bytes: encoded,
        headers: { ...disposition, 'content-type': isJpeg ? 'image/jpeg' : 'image/webp' },
      };
    }
    if (request.query.get('channel') === 'rgb') {
      const encoded = await sharp(bytes).removeAlpha().png({ compressionLevel: 3 }).toBuffer();
      return { bytes: encoded, headers: { ...disposition, 'content-type': 'image/png' } };
    }
    const extension = name.filename.split('.').at(-1)?.toLowerCase() ?? '';
    const mediaType = IMAGE_TYPES[extension] ?? 'application/octet-stream';
    return { bytes, headers: { ...disposition, 'content-type': mediaType } };
  }

  function upload({ request }: RouteContext): Answer {
    const field = (name: string): string | undefined =>
      request.form?.fields.find((candidate) => candidate.name === name)?.value;
    const image = request.form?.files.find((candidate) => candidate.name === 'image');
    if (image === undefined || image.fileName === '') return { status: 400, text: '' };
    const type = field('type') ?? 'input';
    if (!isFileType(type)) return serverError();
    const subfolder = (field('subfolder') ?? '').replace(/^\.\/|\/$/g, '');
    const path = `${subfolder}/${image.fileName}`;
    if (path.split('/').includes('..') || subfolder.startsWith('/')) return { status: 400, text: '' };
    const overwrite = field('overwrite');
    const stored = files.upload(
      { type, subfolder, filename: image.fileName },
      image.bytes,
      overwrite === 'true' || overwrite === '1',
    );
    return { json: { name: stored.filename, subfolder: stored.subfolder, type: stored.type } };
  }

  function objectInfo(classType: string | undefined): Answer {
    const nodes = catalogue();
    const wanted =
      classType === undefined
        ? [...nodes.values()]
        : [nodes.get(classType)].filter((node) => node !== undefined);
    return {
      json: Object.fromEntries(
        wanted.map((node) => [node.classType, describeNode(node, choiceSource, behaviour.choiceForm)]),
      ),
    };
  }

  function listModels(folder: string): Answer {
    const known = MODEL_FOLDERS.find((candidate) => candidate === folder);
    return known === undefined ? { status: 404, text: '' } : { json: behaviour.models[known] };
  }

  const systemStats = (): Answer => ({
    json: {
      system: {
        os: 'posix',
        ram_total: 64 * 2 ** 30,
        ram_free: 40 * 2 ** 30,
        comfyui_version: behaviour.release === '0.3' ? '0.3.64' : '0.33.1',
        required_frontend_version: '1.28.6',
        installed_templates_version: '0.1.94',
        required_templates_version: '0.1.94',
        python_version: '3.12.11 (main, Jun  4 2025, 08:56:18) [GCC 13.3.0]',
        pytorch_version: '2.8.0+cu128',
        embedded_python: false,
        argv: ['main.py', '--preview-method', behaviour.previewMethod],
      },
      devices: [
        {
          name: 'cuda:0 Fake GPU : cudaMallocAsync',
          type: 'cuda',
          index: 0,
          vram_total: 24 * 2 ** 30,
          vram_free: 22 * 2 ** 30,
          torch_vram_total: 2 ** 28,
          torch_vram_free: 2 ** 26,
        },
      ],
    },
  });

  const route = (name: string, method: string, path: string, handle: Route['handle']): Route => ({
    name,
    method,
    path: new RegExp(`^(?:/api)?${path}$`),
    handle,
  });

  const server = await startFakeServer({
    ...(options.port === undefined ? {} : { port: options.port }),
    routes: [
      route('prompt', 'POST', '/prompt', submit),
      route('prompt-info', 'GET', '/prompt', () => ({ json: queue.status()['status'] })),
      route('queue', 'GET', '/queue', () => ({
        json: { queue_running: queue.running.map(queueItem), queue_pending: queue.pending.map(queueItem) },
      })),
      route('change-queue', 'POST', '/queue', changeQueue),
      route('interrupt', 'POST', '/interrupt', interrupt),
      route('history', 'GET', '/history/(?<id>[^/]+)', ({ params }) => {
        const entry = queue.history.get(params['id'] ?? '');
        return { json: entry === undefined ? {} : { [params['id'] ?? '']: entry } };
      }),
      route('all-history', 'GET', '/history', listHistory),
      route('change-history', 'POST', '/history', changeHistory),
      route('view', 'GET', '/view', view),
      route('upload', 'POST', '/upload/image', upload),
      route('object-info', 'GET', '/object_info', () => objectInfo(undefined)),
      route('object-info-node', 'GET', '/object_info/(?<node>[^/]+)', ({ params }) =>
        objectInfo(params['node']),
      ),
      route('system-stats', 'GET', '/system_stats', systemStats),
      route('features', 'GET', '/features', () => ({ json: features() })),
      route('model-folders', 'GET', '/models', () => ({ json: MODEL_FOLDERS })),
      route('models', 'GET', '/models/(?<folder>[^/]+)', ({ params }) => listModels(params['folder'] ?? '')),
      route('embeddings', 'GET', '/embeddings', () => ({ json: behaviour.models.embeddings })),
      route('free', 'POST', '/free', () => ({ text: '' })),
    ],
    upgrades: [
      {
        name: 'socket',
        path: /^(?:\/api)?\/ws$/,
        accept(request, incoming, socket, head) {
          const refusal = refusalOf(request, behaviour);
          if (refusal !== undefined) {
            socket.end(
              `HTTP/1.1 ${refusal.status ?? 401} Refused\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`,
            );
            return;
          }
          hub.accept(incoming, socket, head, request.query.get('clientId') ?? '');
        },
      },
    ],
    before: ({ request }) => refusalOf(request, behaviour),
    notFound,
    delayMs: (name) => behaviour.delayMs[name] ?? 0,
    forgetJobs: () => {
      queue.forget();
      nextNumber = 0;
    },
    goesDown: () => hub.drop(),
  });

  return {
    ...server,
    behaviour,
    runs: queue.runs,
    get queued() {
      return [...queue.running, ...queue.pending].map((prompt) => prompt.promptId);
    },
    get socketCount() {
      return hub.count;
    },
    readFile: (name) => files.readAnnotated(name),
    writeInput: (name, bytes) => files.write(parseAnnotated(name), bytes),
    dropSockets: () => hub.drop(),
    release: () => queue.release(),
    async close() {
      queue.forget();
      await server.close();
    },
  };
}

/** What stands in front of the routes: a proxy's password, the body limit, and the guard against foreign web pages. */
function refusalOf(request: RecordedRequest, behaviour: ComfyUiBehaviour): Answer | undefined {
  const authorization = request.headers['authorization'];
  const demanded =
    behaviour.requireAuthorization ?? (behaviour.key === null ? null : `Bearer ${behaviour.key}`);
  if (demanded !== null && authorization !== demanded) {
    return {
      status: 401,
      text: `<html><head><title>401 Authorization Required</title></head><body>nginx${behaviour.echoKey ? ` ${authorization ?? ''}` : ''}</body></html>`,
      headers: {
        'content-type': 'text/html',
        'www-authenticate': demanded.startsWith('Basic') ? 'Basic realm="ComfyUI"' : 'Bearer',
      },
    };
  }
  if (isForeignOrigin(request)) return { status: 403, text: '' };
  if (request.body.length > behaviour.maxUploadBytes) {
    return {
      status: 413,
      text: `Maximum request body size ${behaviour.maxUploadBytes} exceeded, actual body size ${request.body.length}`,
    };
  }
  return undefined;
}

/** On a loopback address every `Origin` other than the host itself is turned away. */
function isForeignOrigin(request: RecordedRequest): boolean {
  const { host, origin } = request.headers;
  if (host === undefined || origin === undefined) return false;
  if (!/^(127\.|localhost|\[::1\])/i.test(host)) return false;
  try {
    const parsed = new URL(origin);
    return parsed.port === '' ? parsed.hostname !== host.split(':')[0] : parsed.host !== host.toLowerCase();
  } catch {
    return false;
  }
}

function queueItem(prompt: QueuedPrompt): unknown[] {
  return [prompt.number, prompt.promptId, prompt.graph, prompt.extraData, prompt.outputs];
}

function isFileType(type: string): type is FileType {
  return type === 'input' || type === 'output' || type === 'temp';
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The program parses bodies whatever their media type says. */
function readJson(request: RecordedRequest): unknown {
  try {
    return JSON.parse(Buffer.from(request.body).toString('utf8'));
  } catch {
    return undefined;
  }
}

function serverError(): Answer {
  return {
    status: 500,
    text: '500 Internal Server Error\n\nServer got itself in trouble',
    headers: { 'content-type': 'text/plain; charset=utf-8' },
  };
}

function notFound(): Answer {
  return { status: 404, text: '404: Not Found' };
}
