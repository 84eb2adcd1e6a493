import {
  type Answer,
  asService,
  type CommonBehaviour,
  commonBehaviour,
  type FakeOptions,
  type FakeService,
  type FieldChecker,
  type FieldProblem,
  fieldChecker,
  type InputPicture,
  type Picture,
  type PictureMediaType,
  type RouteContext,
  readDataUrlPicture,
  readPicture,
  refusalHits,
  renderAnswer,
  resultOrigin,
  type SizePx,
  sha256,
  shownKey,
  sizeForRatio,
  startFakeServer,
  tokenOf,
  usualFaults,
} from '../kit/index.ts';
import { REPLICATE_MODELS, type ReplicateModel } from './replicate-models.ts';

/** What can be set on the fake of the Replicate API. */
export interface ReplicateBehaviour extends CommonBehaviour {
  models: ReplicateModel[];
  /** Answers `starting` or `processing` before the end. */
  pollsUntilDone: number;
  /** With `Prefer: wait` the first answer is the final one. */
  finishesWhileWaiting: boolean;
  /** Percentages in `logs` while processing. */
  logs: boolean;
  /** Shape of `output`; null: as the model declares. */
  output: 'string' | 'list' | 'object' | null;
  /**
   * How a prediction ends instead of `succeeded`: `input` and `output` fail with the words of two moderations,
   * `without-reason` and `out-of-memory` fail, `aborted` and `canceled` end by the service, `empty` succeeds with
   * nothing.
   */
  refuse: 'input' | 'output' | 'without-reason' | 'out-of-memory' | 'aborted' | 'canceled' | 'empty' | null;
  /** Cancels come too late: the prediction succeeds all the same. */
  cancelTooLate: boolean;
  /** Files are gone (one hour is over) and the prediction's data with them. */
  resultsExpire: boolean;
  /** Largest data URL in an input. */
  dataUrlMaxBytes: number;
  /** Where `urls` of predictions point, like `resultOrigin`. */
  jobOrigin: 'same' | 'other' | string;
}

export type FakeReplicate = FakeService<ReplicateBehaviour>;

interface Prediction {
  readonly id: string;
  readonly model: ReplicateModel;
  readonly input: Readonly<Record<string, unknown>>;
  readonly images: readonly InputPicture[];
  readonly refused: ReplicateBehaviour['refuse'];
  readonly seed: number;
  polls: number;
  canceled: boolean;
  pictures?: readonly Picture[];
}

const PICTURE_FIELDS = ['input_images', 'images', 'image'];
const EDGE_PX: Readonly<Record<string, number>> = {
  '768sq': 768,
  '1k': 1024,
  '1.5k': 1536,
  '2k': 2048,
  '4k': 4096,
};

/** Faults in the words of Replicate. */
const FAULT_BODIES = {
  rateLimit: { title: 'Too many requests', detail: 'Request was throttled.', status: 429 },
  serverError: { detail: 'An internal error occurred.' },
  overloaded: { detail: 'Service unavailable.' },
};
const faults = usualFaults((fault) => FAULT_BODIES[fault]);

/**
 * Starts a fake of the Replicate API. Routes: `submit` (both ways to create a prediction), `poll`, `cancel`, `model`,
 * `account`, `upload`, `download`. Inputs are checked against each model's own schema, which `model` tells.
 */
export async function startFakeReplicate(
  options: FakeOptions<ReplicateBehaviour> = {},
): Promise<FakeReplicate> {
  const behaviour: ReplicateBehaviour = {
    ...commonBehaviour(),
    models: [...REPLICATE_MODELS],
    pollsUntilDone: 2,
    finishesWhileWaiting: false,
    logs: true,
    output: null,
    refuse: null,
    cancelTooLate: false,
    resultsExpire: false,
    dataUrlMaxBytes: Number.POSITIVE_INFINITY,
    jobOrigin: 'same',
    ...options.behaviour,
  };
  const predictions = new Map<string, Prediction>();
  const uploads = new Map<
    string,
    { readonly bytes: Uint8Array; readonly mediaType: string; readonly name: string }
  >();

  async function create(
    context: RouteContext,
    model: ReplicateModel | undefined,
    known: string[],
  ): Promise<Answer> {
    const { request } = context;
    if (model === undefined)
      return problemDetails(404, 'Not found', 'The requested resource could not be found.');
    const body = request.json as Record<string, unknown>;
    const unknown = Object.keys(body).find((name) => !known.includes(name));
    if (unknown !== undefined)
      return invalidFields([{ path: [unknown], kind: 'unknown', message: 'is not allowed' }]);
    const problems = checkerOf(model)(body['input']);
    if (problems.length > 0) return invalidFields(problems);
    const wait = request.headers['prefer'];
    if (wait !== undefined && !/^wait(=([1-9]|[1-5]\d|60))?$/.test(wait)) {
      return problemDetails(422, 'Invalid header', 'Prefer: wait takes 1 to 60 seconds.');
    }
    const deadline = request.headers['cancel-after'];
    if (deadline !== undefined && !/^(\d+h)?(\d+m)?(\d+s?)?$/.test(deadline)) {
      return problemDetails(422, 'Invalid header', 'Cancel-After is no duration.');
    }
    const input = body['input'] as Record<string, unknown>;
    const images: InputPicture[] = [];
    for (const field of PICTURE_FIELDS) {
      for (const url of [input[field] ?? []].flat()) {
        const image = await readImage(String(url));
        if (image === undefined) {
          return invalidFields([
            { path: [field], kind: 'value', message: 'does not lead to a readable image' },
          ]);
        }
        images.push(image);
      }
    }
    const id = `fake${String(predictions.size + 1).padStart(22, '0')}`;
    const understood = { model: model.id, prompt: String(input['prompt']), images, recorded: request };
    const prediction: Prediction = {
      id,
      model,
      input,
      images,
      refused: behaviour.refuse !== null && refusalHits(behaviour, understood) ? behaviour.refuse : null,
      seed: typeof input['seed'] === 'number' ? input['seed'] : 100 + predictions.size,
      polls: 0,
      canceled: false,
    };
    predictions.set(id, prediction);
    const waits = wait !== undefined && behaviour.finishesWhileWaiting;
    if (waits) prediction.polls = behaviour.pollsUntilDone;
    const json = await show(prediction, context);
    return { status: wait === undefined || waits ? 201 : 202, json };
  }

  async function readImage(url: string): Promise<InputPicture | undefined> {
    if (url.length > behaviour.dataUrlMaxBytes) return undefined;
    if (url.startsWith('data:')) return readDataUrlPicture(url);
    const uploaded = uploads.get(/\/v1\/files\/([^/?]+)/.exec(url)?.[1] ?? '');
    return uploaded === undefined ? undefined : readPicture(uploaded.bytes);
  }

  function isDone(prediction: Prediction): boolean {
    return prediction.canceled || prediction.polls >= behaviour.pollsUntilDone;
  }

  async function show(prediction: Prediction, context: RouteContext): Promise<Record<string, unknown>> {
    const origin = resultOrigin({ ...behaviour, resultOrigin: behaviour.jobOrigin }, context);
    const self = `${origin}/v1/predictions/${prediction.id}`;
    const total = Math.max(1, behaviour.pollsUntilDone);
    const percent = Math.min(100, Math.round((100 * prediction.polls) / total));
    const shared = {
      id: prediction.id,
      model: prediction.model.id,
      version: prediction.model.official ? 'hidden' : prediction.model.version,
      input: prediction.input,
      logs: behaviour.logs ? `Using seed: ${prediction.seed}\n${percent}%|#####     | ${percent}/100\n` : '',
      urls: { get: self, cancel: `${self}/cancel`, web: `https://replicate.com/p/${prediction.id}` },
      created_at: '2026-11-22T12:00:00.000Z',
      data_removed: false,
      error: null,
      output: null,
    };
    if (!isDone(prediction)) {
      return { ...shared, status: prediction.polls === 0 ? 'starting' : 'processing', started_at: null };
    }
    const ended = {
      ...shared,
      started_at: '2026-11-22T12:00:01.000Z',
      completed_at: '2026-11-22T12:00:03.500Z',
      metrics: { predict_time: 2.5, total_time: 3.5 },
    };
    if (prediction.canceled) return { ...ended, status: 'canceled' };
    switch (prediction.refused) {
      case 'input':
        return {
          ...ended,
          status: 'failed',
          error:
            'The input or output was flagged as sensitive. Please try again with different inputs. (E005)',
        };
      case 'output':
        return {
          ...ended,
          status: 'failed',
          error: 'NSFW content detected. Try running it again, or try a different prompt.',
        };
      case 'without-reason':
        return { ...ended, status: 'failed', error: '' };
      case 'out-of-memory':
        return { ...ended, status: 'failed', error: 'CUDA out of memory.' };
      case 'aborted':
        return { ...ended, status: 'aborted', metrics: {} };
      case 'canceled':
        return { ...ended, status: 'canceled' };
      case 'empty':
        return { ...ended, status: 'succeeded', output: prediction.model.output === 'list' ? [] : null };
      case null:
        break;
    }
    if (behaviour.resultsExpire) {
      return { ...ended, status: 'succeeded', input: {}, logs: '', data_removed: true };
    }
    prediction.pictures ??= await paint(prediction, behaviour);
    const addresses = prediction.pictures.map(
      (picture, index) =>
        `${resultOrigin(behaviour, context)}/delivery/${prediction.id}/${index}.${picture.mediaType.slice(6)}`,
    );
    return {
      ...ended,
      status: 'succeeded',
      output: outputOf(addresses, behaviour.output ?? prediction.model.output),
    };
  }

  const byName = (params: Readonly<Record<string, string>>) =>
    behaviour.models.find((model) => model.id === `${params['owner']}/${params['name']}`);

  const engine = await startFakeServer({
    port: options.port ?? 0,
    basePath: '/v1',
    notFound: () => problemDetails(404, 'Not found', 'The requested resource could not be found.'),
    delayMs: (route) => behaviour.delayMs[route] ?? 0,
    forgetJobs: () => predictions.clear(),
    before: ({ request }, route) => {
      if (route.name === 'download') return undefined;
      const key = tokenOf(request);
      if (behaviour.key !== null && key !== behaviour.key) {
        const shown = key === undefined || !behaviour.echoKey ? '' : ` (${shownKey(behaviour, key)})`;
        return problemDetails(
          401,
          'Unauthenticated',
          `You did not pass a valid authentication token${shown}`,
        );
      }
      if (route.name !== 'submit') return undefined;
      if (behaviour.creditExhausted) {
        return problemDetails(402, 'Insufficient credit', 'You have insufficient credit to run this model.');
      }
      const { json } = request;
      return typeof json === 'object' && json !== null && 'input' in json
        ? undefined
        : invalidFields([{ path: ['input'], kind: 'missing', message: 'is required' }]);
    },
    routes: [
      {
        name: 'submit',
        method: 'POST',
        path: /^\/v1\/models\/(?<owner>[^/]+)\/(?<name>[^/]+)\/predictions$/,
        handle: (context) => {
          const model = byName(context.params);
          return create(context, model?.official === true ? model : undefined, [
            'input',
            'webhook',
            'webhook_events_filter',
            'stream',
          ]);
        },
      },
      {
        name: 'submit',
        method: 'POST',
        path: /^\/v1\/predictions$/,
        handle: (context) => {
          const { version } = context.request.json as { version?: unknown };
          if (typeof version !== 'string') {
            return invalidFields([{ path: ['version'], kind: 'missing', message: 'is required' }]);
          }
          const model = behaviour.models.find(
            (candidate) =>
              version === candidate.version ||
              version === `${candidate.id}:${candidate.version}` ||
              (candidate.official && version === candidate.id),
          );
          if (model === undefined) {
            return problemDetails(
              422,
              'Invalid version or not permitted',
              'The version does not exist, or is not yours to run.',
            );
          }
          return create(context, model, ['version', 'input', 'webhook', 'webhook_events_filter', 'stream']);
        },
      },
      {
        name: 'poll',
        method: 'GET',
        path: /^\/v1\/predictions\/(?<id>[^/]+)$/,
        handle: async (context) => {
          const prediction = predictions.get(context.params['id'] ?? '');
          if (prediction === undefined) return problemDetails(404, 'Not found', 'Prediction not found');
          if (!isDone(prediction)) prediction.polls += 1;
          return { json: await show(prediction, context) };
        },
      },
      {
        name: 'cancel',
        method: 'POST',
        path: /^\/v1\/predictions\/(?<id>[^/]+)\/cancel$/,
        handle: async (context) => {
          const prediction = predictions.get(context.params['id'] ?? '');
          if (prediction === undefined) return problemDetails(404, 'Not found', 'Prediction not found');
          if (!isDone(prediction) && !behaviour.cancelTooLate) prediction.canceled = true;
          return { json: await show(prediction, context) };
        },
      },
      {
        name: 'model',
        method: 'GET',
        path: /^\/v1\/models\/(?<owner>[^/]+)\/(?<name>[^/]+)$/,
        handle: ({ params }) => {
          const model = byName(params);
          return model === undefined
            ? problemDetails(404, 'Not found', 'Model not found')
            : { json: modelEntry(model) };
        },
      },
      {
        name: 'account',
        method: 'GET',
        path: /^\/v1\/account$/,
        handle: () => ({ json: { type: 'user', username: 'fake', name: 'Fake' } }),
      },
      {
        name: 'upload',
        method: 'POST',
        path: /^\/v1\/files$/,
        handle: (context) => {
          const file = context.request.form?.files.find((candidate) => candidate.name === 'content');
          if (file === undefined) {
            return invalidFields([{ path: ['content'], kind: 'missing', message: 'is required' }]);
          }
          const id = `file-${uploads.size + 1}`;
          uploads.set(id, { bytes: file.bytes, mediaType: file.mediaType, name: file.fileName });
          return {
            status: 201,
            json: {
              id,
              name: file.fileName,
              content_type: file.mediaType,
              size: file.bytes.length,
              checksums: { sha256: sha256(file.bytes) },
              metadata: {},
              created_at: '2026-11-22T12:00:00.000Z',
              expires_at: '2026-11-23T12:00:00.000Z',
              urls: { get: `${context.origin}/v1/files/${id}` },
            },
          };
        },
      },
      {
        name: 'download',
        method: 'GET',
        path: /^\/delivery\/(?<id>[^/]+)\/(?<index>\d+)\.[a-z+]+$/,
        handle: ({ params }) => {
          const picture = predictions.get(params['id'] ?? '')?.pictures?.[Number(params['index'])];
          return picture === undefined || behaviour.resultsExpire
            ? { status: 404, text: 'not found' }
            : { bytes: picture.bytes, headers: { 'content-type': picture.mediaType } };
        },
      },
    ],
  });
  return asService(engine, behaviour, faults);
}

const checkers = new WeakMap<ReplicateModel, FieldChecker>();

function checkerOf(model: ReplicateModel): FieldChecker {
  const checker = checkers.get(model) ?? fieldChecker({ ...model.input, additionalProperties: false });
  checkers.set(model, checker);
  return checker;
}

function outputOf(addresses: readonly string[], shape: 'string' | 'list' | 'object'): unknown {
  if (shape === 'list') return addresses;
  return shape === 'object' ? { image: addresses[0], text: 'done' } : addresses[0];
}

function paint(
  { model, input, images, seed }: Prediction,
  behaviour: ReplicateBehaviour,
): Promise<readonly Picture[]> {
  const format = String(
    input['output_format'] ?? model.input.properties['output_format']?.['default'] ?? 'png',
  );
  return Promise.all(
    Array.from({ length: Number(input['num_outputs'] ?? 1) }, (_, index) =>
      renderAnswer(
        {
          ...answeredSize(input, images),
          prompt: String(input['prompt']),
          seed,
          index,
          inputs: images.map((image) => image.bytes),
          mediaType: `image/${format === 'jpg' ? 'jpeg' : format}` as PictureMediaType,
        },
        behaviour.picture,
      ),
    ),
  );
}

/** `custom` needs both edges, which are rounded to 16 as the model pages say; else ratio and resolution count. */
function answeredSize(input: Readonly<Record<string, unknown>>, images: readonly InputPicture[]): SizePx {
  const { width, height } = input as { width?: number; height?: number };
  const ratio = input['aspect_ratio'];
  if (width !== undefined && height !== undefined && (ratio === undefined || ratio === 'custom')) {
    const edge = (lengthPx: number) => Math.max(16, Math.round(lengthPx / 16) * 16);
    return { widthPx: edge(width), heightPx: edge(height) };
  }
  const first = images[0];
  const asInput = first === undefined ? '1:1' : `${first.widthPx}:${first.heightPx}`;
  const asked = ratio === undefined ? '1:1' : String(ratio);
  const resolution = String(input['resolution'] ?? '1 MP');
  const megapixels = Number(/^([\d.]+) MP$/.exec(resolution)?.[1] ?? 0);
  const areaPx = megapixels > 0 ? megapixels * 1024 * 1024 : (EDGE_PX[resolution] ?? 1024) ** 2;
  return sizeForRatio(/^\d+:\d+$/.test(asked) ? asked : asInput, areaPx, 16);
}

function modelEntry(model: ReplicateModel): Record<string, unknown> {
  const [owner, name] = model.id.split('/');
  const uri = { type: 'string', format: 'uri' };
  const schemas = {
    Input: { title: 'Input', ...model.input },
    Output:
      model.output === 'list' ? { type: 'array', items: uri, title: 'Output' } : { ...uri, title: 'Output' },
  };
  return {
    owner,
    name,
    description: 'A fake model.',
    visibility: 'public',
    is_official: model.official,
    url: `https://replicate.com/${model.id}`,
    latest_version: {
      id: model.version,
      openapi_schema: { openapi: '3.0.2', info: { title: 'Cog', version: '0.1.0' }, components: { schemas } },
    },
  };
}

function invalidFields(problems: readonly FieldProblem[]): Answer {
  const fields = problems.map(({ path, kind, message }) => ({
    type: kind,
    field: path.join('.'),
    description: message,
  }));
  const text = fields.map(({ field, description }) => `- ${field}: ${description}`).join('\n');
  return {
    status: 422,
    json: { title: 'Input validation failed', detail: text, status: 422, invalid_fields: fields },
  };
}

function problemDetails(status: number, title: string, detail: string): Answer {
  return { status, headers: { 'content-type': 'application/problem+json' }, json: { title, detail, status } };
}
