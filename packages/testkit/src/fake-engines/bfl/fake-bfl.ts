import {
  type Answer,
  asService,
  type CommonBehaviour,
  commonBehaviour,
  type FakeOptions,
  type FakeService,
  type FieldChecker,
  fieldChecker,
  type InputPicture,
  type Picture,
  type PictureMediaType,
  type RouteContext,
  readBase64Picture,
  refusalHits,
  renderAnswer,
  resultOrigin,
  type SizePx,
  shownKey,
  sizeForRatio,
  startFakeServer,
  usualFaults,
} from '../kit/index.ts';
import { BFL_MODELS, type BflModel } from './bfl-models.ts';

/** What can be set on the fake of the FLUX API. */
export interface BflBehaviour extends CommonBehaviour {
  /** Answers `Pending` before the job is done. */
  pollsUntilDone: number;
  /** Reports a growing `progress` while pending. */
  progress: boolean;
  /**
   * How a job ends instead of `Ready`. `input` and `output` are the two moderations, `error` and `failed` both words
   * for a failure, `unknown-status` a status that no document lists.
   */
  refuse: 'input' | 'output' | 'error' | 'failed' | 'unknown-status' | null;
  /** Price in credits (cents) told by the submit answer; null: none is. */
  cost: number | null;
  /** Which seed the result names; `asked` repeats the one of the request, or invents one. */
  reportsSeed: 'asked' | 'other' | 'none';
  /** Where `polling_url` points, like `resultOrigin`: the service answers with regional hosts. */
  pollOrigin: 'same' | 'other' | string;
  /** Signed addresses of results have expired. */
  resultsExpire: boolean;
  /** Tasks in flight before 429. */
  tasksMax: number;
  /** `Retry-After` of that 429; null: none. */
  retryAfterSeconds: number | null;
}

export type FakeBfl = FakeService<BflBehaviour>;

interface Job {
  readonly id: string;
  readonly model: BflModel;
  readonly body: Readonly<Record<string, unknown>>;
  readonly images: readonly InputPicture[];
  readonly refused: BflBehaviour['refuse'];
  readonly seed: number;
  polls: number;
  done: boolean;
  picture?: Picture;
}

const MAX_PIXELS = 4_194_304;
const EDGE_PX: Readonly<Record<string, number>> = {
  '768sq': 768,
  '1k': 1024,
  '1.5k': 1536,
  '2k': 2048,
  '4k': 4096,
};

const checkers = new Map<string, FieldChecker>(
  BFL_MODELS.map(({ path, schema }) => [path, fieldChecker(schema)]),
);

/** Faults in the words of the FLUX API. */
const FAULT_BODIES = {
  rateLimit: { detail: 'Too many requests.' },
  serverError: { detail: 'Internal Server Error' },
  overloaded: { detail: 'Service Unavailable' },
};
const faults = usualFaults((fault) => FAULT_BODIES[fault]);

/**
 * Starts a fake of the FLUX API of Black Forest Labs. The base is the origin, model paths lie below `/v1`. Routes:
 * `submit`, `poll`, `download`, `credits`. A job costs when it is submitted; nothing can be cancelled.
 */
export async function startFakeBfl(options: FakeOptions<BflBehaviour> = {}): Promise<FakeBfl> {
  const behaviour: BflBehaviour = {
    ...commonBehaviour(),
    pollsUntilDone: 1,
    progress: false,
    refuse: null,
    cost: 4.5,
    reportsSeed: 'asked',
    pollOrigin: 'same',
    resultsExpire: false,
    tasksMax: 24,
    retryAfterSeconds: null,
    ...options.behaviour,
  };
  const jobs = new Map<string, Job>();

  async function submit(context: RouteContext): Promise<Answer> {
    const { request, params } = context;
    const model = BFL_MODELS.find((candidate) => candidate.path === params['model']);
    const check = checkers.get(params['model'] ?? '');
    if (model === undefined || check === undefined) return { status: 404, json: { detail: 'Not Found' } };
    if (request.json === undefined) return invalid(['body'], 'JSON decode error', 'json_invalid');
    const problem = check(request.json)[0];
    if (problem !== undefined) return invalid(['body', ...problem.path], problem.message, problem.kind);
    const body = request.json as Record<string, unknown>;
    const { width, height } = body as { width?: number; height?: number };
    if ((width === undefined) !== (height === undefined)) {
      return invalid(
        ['body', width === undefined ? 'width' : 'height'],
        'both or none are needed',
        'missing',
      );
    }
    if (width !== undefined && height !== undefined && width * height > MAX_PIXELS) {
      return invalid(['body', 'width'], 'at most 4 megapixels', 'value_error');
    }
    if (typeof body['aspect_ratio'] === 'string' && model.sizing === 'ratio') {
      const [wide = 1, tall = 1] = body['aspect_ratio'].split(':').map(Number);
      if (wide / tall > 21 / 9 + 1e-9 || wide / tall < 9 / 21 - 1e-9) {
        return invalid(['body', 'aspect_ratio'], 'must be between 21:9 and 9:21', 'value_error');
      }
    }
    const images: InputPicture[] = [];
    for (const field of model.pictureFields) {
      const texts = field === 'images' ? ((body['images'] as string[] | undefined) ?? []) : [body[field]];
      for (const text of texts) {
        if (text === undefined) continue;
        const image = await readBase64Picture(text);
        if (image === undefined)
          return invalid(['body', field], 'neither an image in base64 nor its address', 'value_error');
        images.push(image);
      }
    }
    const inFlight = [...jobs.values()].filter((job) => !job.done).length;
    if (inFlight >= behaviour.tasksMax) {
      const { retryAfterSeconds } = behaviour;
      const headers = retryAfterSeconds === null ? {} : { 'retry-after': String(retryAfterSeconds) };
      return { status: 429, headers, json: { detail: 'Too many tasks in flight.' } };
    }
    const id = `00000000-0000-4000-8000-${String(jobs.size + 1).padStart(12, '0')}`;
    const understood = { model: model.path, prompt: String(body['prompt'] ?? ''), images, recorded: request };
    const seed = typeof body['seed'] === 'number' ? body['seed'] : 4711 + jobs.size;
    jobs.set(id, {
      id,
      model,
      body,
      images,
      refused: behaviour.refuse !== null && refusalHits(behaviour, understood) ? behaviour.refuse : null,
      seed: behaviour.reportsSeed === 'other' ? seed + 1 : seed,
      polls: 0,
      done: false,
    });
    const origin = resultOrigin({ ...behaviour, resultOrigin: behaviour.pollOrigin }, context);
    const cost =
      behaviour.cost === null ? {} : { cost: behaviour.cost, input_mp: images.length, output_mp: 1 };
    return { json: { id, polling_url: `${origin}/v1/get_result?id=${id}`, ...cost } };
  }

  async function poll(context: RouteContext): Promise<Answer> {
    const id = context.request.query.get('id') ?? '';
    const job = jobs.get(id);
    const status = (word: string, extra: Record<string, unknown> = {}): Answer => ({
      json: { id, status: word, result: null, progress: null, details: null, preview: null, ...extra },
    });
    if (job === undefined) return status('Task not found');
    if (job.polls < behaviour.pollsUntilDone) {
      job.polls += 1;
      return status(
        'Pending',
        behaviour.progress ? { progress: job.polls / (behaviour.pollsUntilDone + 1) } : {},
      );
    }
    job.done = true;
    switch (job.refused) {
      case 'input':
        return status('Request Moderated', { details: { 'Moderation Reasons': ['Safety Filter'] } });
      case 'output':
        return status('Content Moderated', {
          details: { 'Moderation Reasons': ['Derivative Works Filter'] },
        });
      case 'error':
        return status('Error', { details: { error: 'The generation failed.' } });
      case 'failed':
        return status('Failed');
      case 'unknown-status':
        return status('Hibernating');
      case null:
        break;
    }
    job.picture ??= await paint(job, behaviour);
    const format = job.picture.mediaType.replace(/^image\//, '');
    const sample = `${resultOrigin(behaviour, context)}/results/${id}/sample.${format}?se=2026&sig=fake`;
    const seed = behaviour.reportsSeed === 'none' || !job.model.reportsSeed ? {} : { seed: job.seed };
    return status('Ready', {
      result: { sample, prompt: job.body['prompt'] ?? '', ...seed, start_time: 1, end_time: 2, duration: 1 },
      progress: behaviour.progress ? 1 : null,
    });
  }

  const engine = await startFakeServer({
    port: options.port ?? 0,
    notFound: () => ({ status: 404, json: { detail: 'Not Found' } }),
    delayMs: (route) => behaviour.delayMs[route] ?? 0,
    forgetJobs: () => jobs.clear(),
    before: ({ request }, route) => {
      if (route.name === 'download') return undefined;
      const key = request.headers['x-key'];
      if (behaviour.key !== null && key !== behaviour.key) {
        const shown = behaviour.echoKey && key !== undefined ? ` - ${shownKey(behaviour, key)}` : '';
        return { status: key === undefined ? 403 : 401, json: { detail: `Not authenticated${shown}` } };
      }
      if (behaviour.creditExhausted && route.name === 'submit') {
        return { status: 402, json: { detail: 'Insufficient credits. Please add credits to continue.' } };
      }
      return undefined;
    },
    routes: [
      { name: 'poll', method: 'GET', path: /^\/v1\/get_result$/, handle: poll },
      {
        name: 'credits',
        method: 'GET',
        path: /^\/v1\/credits$/,
        handle: () => ({ json: { credits: behaviour.creditExhausted ? 0 : 1200 } }),
      },
      { name: 'submit', method: 'POST', path: /^\/v1\/(?<model>[\w.-]+)$/, handle: submit },
      {
        name: 'download',
        method: 'GET',
        path: /^\/results\/(?<id>[^/]+)\/sample\.[a-z+]+$/,
        handle: ({ params, request }) => {
          const picture = jobs.get(params['id'] ?? '')?.picture;
          if (picture === undefined) return { status: 404, text: 'BlobNotFound' };
          if (behaviour.resultsExpire || request.query.get('sig') !== 'fake') {
            const text = '<?xml version="1.0"?><Error><Code>AuthenticationFailed</Code></Error>';
            return { status: 403, text, headers: { 'content-type': 'application/xml' } };
          }
          return { bytes: picture.bytes, headers: { 'content-type': picture.mediaType } };
        },
      },
    ],
  });
  return asService(engine, behaviour, faults);
}

function paint(job: Job, behaviour: BflBehaviour): Promise<Picture> {
  return renderAnswer(
    {
      ...answeredSize(job),
      prompt: String(job.body['prompt'] ?? ''),
      seed: job.seed,
      inputs: job.images.map((image) => image.bytes),
      mediaType: `image/${job.body['output_format'] ?? 'jpeg'}` as PictureMediaType,
    },
    behaviour.picture,
  );
}

function answeredSize({ model, body, images }: Job): SizePx {
  const first = images[0];
  const asInput = first === undefined ? '1:1' : `${first.widthPx}:${first.heightPx}`;
  if (model.sizing === 'pixels' && typeof body['width'] === 'number' && typeof body['height'] === 'number') {
    return { widthPx: body['width'], heightPx: body['height'] };
  }
  if (model.sizing === 'as-input' && first !== undefined)
    return { widthPx: first.widthPx, heightPx: first.heightPx };
  const ratio =
    body['aspect_ratio'] === undefined || body['aspect_ratio'] === 'auto'
      ? asInput
      : String(body['aspect_ratio']);
  const edgePx = EDGE_PX[String(body['resolution'] ?? '1k')] ?? 1024;
  return sizeForRatio(ratio, edgePx * edgePx, 16);
}

function invalid(loc: readonly string[], msg: string, type: string): Answer {
  return { status: 422, json: { detail: [{ loc, msg, type }] } };
}
