import {
  type Answer,
  asService,
  type CommonBehaviour,
  commonBehaviour,
  type FakeOptions,
  type FakeService,
  fieldChecker,
  type InputPicture,
  type Picture,
  type PictureMediaType,
  parseSize,
  pause,
  type RouteContext,
  readDataUrlPicture,
  refusalHits,
  renderAnswer,
  resultOrigin,
  type ServiceFaults,
  type SizePx,
  shownKey,
  sizeForRatio,
  startFakeServer,
  tokenOf,
} from '../kit/index.ts';
import { FAL_MODELS } from './fal-models.ts';

/** What can be set on the fake of the fal queue. */
export interface FalBehaviour extends CommonBehaviour {
  /** Status answers `IN_QUEUE`, then `IN_PROGRESS`, before `COMPLETED`. */
  pollsInQueue: number;
  pollsInProgress: number;
  /** Log lines; one more is shown at each status answer in progress (with `?logs=1`). */
  logs: string[];
  /**
   * `input`: the result is 422 `content_policy_violation`; `output`: a black picture with `has_nsfw_concepts`;
   * `model-error`: the result is 500 without a reason; `runner-lost`, `startup-timeout`: errors of the platform.
   */
  refuse: 'input' | 'output' | 'model-error' | 'runner-lost' | 'startup-timeout' | null;
  reportsSeed: boolean;
  /** Cancels are accepted while the job runs, but the job completes all the same. */
  cancelTooLate: boolean;
  /** Addresses of results are gone. */
  resultsExpire: boolean;
  /** Where the status, result and cancel addresses point, like `resultOrigin`. */
  jobOrigin: 'same' | 'other' | string;
}

export type FakeFal = FakeService<FalBehaviour>;

interface Job {
  readonly id: string;
  readonly model: string;
  readonly app: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly failure: Answer | undefined;
  readonly blackened: boolean;
  readonly images: readonly InputPicture[];
  readonly seed: number;
  polls: number;
  cancelled: boolean;
  pictures?: readonly Picture[];
}

const MODELS = new Map(FAL_MODELS.map((model) => [model.id, fieldChecker(model.schema)]));
const PRESETS: Readonly<Record<string, SizePx>> = {
  square_hd: { widthPx: 1024, heightPx: 1024 },
  square: { widthPx: 512, heightPx: 512 },
  portrait_4_3: { widthPx: 768, heightPx: 1024 },
  portrait_16_9: { widthPx: 576, heightPx: 1024 },
  landscape_4_3: { widthPx: 1024, heightPx: 768 },
  landscape_16_9: { widthPx: 1024, heightPx: 576 },
};
const EDGE_PX: Readonly<Record<string, number>> = { '0.5K': 512, '1K': 1024, '2K': 2048, '4K': 4096 };

/** Faults in the words of fal. */
const faults: ServiceFaults = {
  rateLimit: (retryAfterSeconds) => ({
    kind: 'status',
    status: 429,
    headers: retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) },
    json: { detail: 'Too many concurrent requests.' },
  }),
  serverError: () => ({ kind: 'status', status: 500, json: { detail: 'Internal Server Error' } }),
  overloaded: () => ({
    kind: 'status',
    status: 503,
    headers: { 'x-fal-error-type': 'runner_scheduling_failure' },
    json: { detail: 'No runner is available.', error_type: 'runner_scheduling_failure' },
  }),
};

/**
 * Starts a fake of the fal queue. The base is the origin. Routes: `submit`, `status`, `status-stream`, `result`,
 * `cancel`, `download`. As at fal, a wrong field is accepted at first and found when the model runs.
 */
export async function startFakeFal(options: FakeOptions<FalBehaviour> = {}): Promise<FakeFal> {
  const behaviour: FalBehaviour = {
    ...commonBehaviour(),
    pollsInQueue: 1,
    pollsInProgress: 1,
    logs: ['loading the model', '50%|#####     | 14/28', '100%|##########| 28/28'],
    refuse: null,
    reportsSeed: true,
    cancelTooLate: false,
    resultsExpire: false,
    jobOrigin: 'same',
    ...options.behaviour,
  };
  const jobs = new Map<string, Job>();

  async function submit(context: RouteContext): Promise<Answer> {
    const { request, params } = context;
    const model = params['model'] ?? '';
    const check = MODELS.get(model);
    const app = model.split('/').slice(0, 2).join('/');
    if (check === undefined) return { status: 404, json: { detail: `Application "${model}" not found` } };
    if (request.json === undefined || typeof request.json !== 'object' || request.json === null) {
      return {
        status: 422,
        json: { detail: [detail(['body'], 'The body is no JSON object.', 'json_invalid')] },
      };
    }
    const body = request.json as Record<string, unknown>;
    const images: InputPicture[] = [];
    let failure: Answer | undefined;
    const problem = check(body)[0];
    if (problem !== undefined)
      failure = modelFailure(['body', ...problem.path], problem.message, `value_error.${problem.kind}`);
    for (const [index, url] of ((body['image_urls'] as unknown[] | undefined) ?? []).entries()) {
      const image = await readDataUrlPicture(url);
      if (image === undefined) {
        failure ??= modelFailure(
          ['body', 'image_urls', index],
          'Failed to download the file.',
          'file_download_error',
        );
      } else images.push(image);
    }
    const understood = { model, prompt: String(body['prompt'] ?? ''), images, recorded: request };
    const refusal = behaviour.refuse !== null && refusalHits(behaviour, understood) ? behaviour.refuse : null;
    failure ??= refusalAnswer(refusal);
    const id = `11111111-0000-4000-8000-${String(jobs.size + 1).padStart(12, '0')}`;
    jobs.set(id, {
      id,
      model,
      app,
      body,
      failure,
      blackened: refusal === 'output',
      images,
      seed: typeof body['seed'] === 'number' ? body['seed'] : 9000 + jobs.size,
      polls: 0,
      cancelled: false,
    });
    const job = requireJob(id);
    return {
      json: {
        status: 'IN_QUEUE',
        request_id: id,
        queue_position: behaviour.pollsInQueue,
        ...addresses(job, context),
      },
    };
  }

  function requireJob(id: string): Job {
    const job = jobs.get(id);
    if (job === undefined) throw new Error(`There is no job ${id}.`);
    return job;
  }

  function addresses(job: Job, context: RouteContext): Record<string, string> {
    const origin = resultOrigin({ ...behaviour, resultOrigin: behaviour.jobOrigin }, context);
    const base = `${origin}/${job.app}/requests/${job.id}`;
    return { response_url: base, status_url: `${base}/status`, cancel_url: `${base}/cancel` };
  }

  function isDone(job: Job): boolean {
    return job.cancelled || job.polls >= behaviour.pollsInQueue + behaviour.pollsInProgress;
  }

  function statusOf(job: Job, context: RouteContext): Record<string, unknown> {
    const shared = { request_id: job.id, ...addresses(job, context) };
    const logs = (count: number) =>
      context.request.query.get('logs') === '1'
        ? {
            logs: behaviour.logs.slice(0, count).map((message) => ({
              message,
              level: 'INFO',
              source: 'USER',
              timestamp: '2026-11-22T12:00:00.000000Z',
            })),
          }
        : {};
    if (isDone(job)) {
      const failed = job.cancelled ? { error: 'Request cancelled', error_type: 'client_cancelled' } : {};
      return {
        status: 'COMPLETED',
        ...shared,
        ...logs(behaviour.logs.length),
        metrics: { inference_time: 1.5 },
        ...failed,
      };
    }
    job.polls += 1;
    if (job.polls <= behaviour.pollsInQueue) {
      return { status: 'IN_QUEUE', queue_position: behaviour.pollsInQueue - job.polls, ...shared };
    }
    return { status: 'IN_PROGRESS', ...shared, ...logs(job.polls - behaviour.pollsInQueue) };
  }

  async function* statusEvents(job: Job, context: RouteContext): AsyncGenerator<string> {
    while (!context.signal.aborted) {
      const status = statusOf(job, context);
      yield `data: ${JSON.stringify(status)}\n\n`;
      if (status['status'] === 'COMPLETED') return;
      await pause(5, context.signal);
    }
  }

  async function result(job: Job, context: RouteContext): Promise<Answer> {
    if (!isDone(job)) return { status: 400, json: { detail: 'Request is still in progress' } };
    if (job.cancelled) {
      return {
        status: 499,
        headers: { 'x-fal-error-type': 'client_cancelled' },
        json: { detail: 'Request was cancelled', error_type: 'client_cancelled' },
      };
    }
    if (job.failure !== undefined) return job.failure;
    job.pictures ??= await paint(job, behaviour);
    const images = job.pictures.map((picture, index) => ({
      url:
        job.body['sync_mode'] === true
          ? `data:${picture.mediaType};base64,${Buffer.from(picture.bytes).toString('base64')}`
          : `${resultOrigin(behaviour, context)}/files/${job.id}/${index}`,
      width: picture.widthPx,
      height: picture.heightPx,
      content_type: picture.mediaType,
    }));
    return {
      json: {
        images,
        ...(behaviour.reportsSeed ? { seed: job.seed } : {}),
        has_nsfw_concepts: images.map(() => job.blackened),
        prompt: job.body['prompt'],
        timings: { inference: 1.5 },
      },
    };
  }

  function cancel(job: Job): Answer {
    if (isDone(job)) return { status: 400, json: { status: 'ALREADY_COMPLETED' } };
    if (!behaviour.cancelTooLate) job.cancelled = true;
    return { status: 202, json: { status: 'CANCELLATION_REQUESTED' } };
  }

  /** Job addresses hold owner and app alone; the longer path of the model finds nothing. */
  const ofJob =
    (handle: (job: Job, context: RouteContext) => Answer | Promise<Answer>) =>
    (context: RouteContext): Answer | Promise<Answer> => {
      const job = jobs.get(context.params['id'] ?? '');
      if (job === undefined || job.app !== context.params['app']) {
        return { status: 404, json: { detail: 'Request not found', status: 'NOT_FOUND' } };
      }
      return handle(job, context);
    };
  const jobPath = (tail: string) => new RegExp(`^/(?<app>[^/]+/[^/]+)/requests/(?<id>[^/]+)${tail}$`);

  const engine = await startFakeServer({
    port: options.port ?? 0,
    notFound: () => ({ status: 404, json: { detail: 'Not Found' } }),
    delayMs: (route) => behaviour.delayMs[route] ?? 0,
    forgetJobs: () => jobs.clear(),
    before: ({ request }, route) => {
      if (route.name === 'download') return undefined;
      const key = tokenOf(request, 'Key');
      if (behaviour.key !== null && key !== behaviour.key) {
        const shown = key === undefined || !behaviour.echoKey ? '' : ` ${shownKey(behaviour, key)}`;
        return { status: 401, json: { detail: `Cannot access application. No user found for key${shown}.` } };
      }
      if (behaviour.creditExhausted && route.name === 'submit') {
        return {
          status: 403,
          json: { detail: 'User is locked. Reason: Exhausted balance. Top up your balance.' },
        };
      }
      return undefined;
    },
    routes: [
      {
        name: 'status',
        method: 'GET',
        path: jobPath('/status'),
        handle: ofJob((job, context) => {
          const json = statusOf(job, context);
          return { status: json['status'] === 'COMPLETED' ? 200 : 202, json };
        }),
      },
      {
        name: 'status-stream',
        method: 'GET',
        path: jobPath('/status/stream'),
        handle: ofJob((job, context) => ({ stream: statusEvents(job, context) })),
      },
      { name: 'cancel', method: 'PUT', path: jobPath('/cancel'), handle: ofJob(cancel) },
      { name: 'result', method: 'GET', path: jobPath(''), handle: ofJob(result) },
      {
        name: 'download',
        method: 'GET',
        path: /^\/files\/(?<id>[^/]+)\/(?<index>\d+)$/,
        handle: ({ params }) => {
          const picture = jobs.get(params['id'] ?? '')?.pictures?.[Number(params['index'])];
          return picture === undefined || behaviour.resultsExpire
            ? { status: 404, json: { detail: 'Not Found' } }
            : { bytes: picture.bytes, headers: { 'content-type': picture.mediaType } };
        },
      },
      { name: 'submit', method: 'POST', path: /^\/(?<model>[^/]+\/[^/]+(?:\/[^/]+)*)$/, handle: submit },
    ],
  });
  return asService(engine, behaviour, faults);
}

function refusalAnswer(refusal: FalBehaviour['refuse']): Answer | undefined {
  switch (refusal) {
    case null:
    case 'output':
      return undefined;
    case 'input':
      return modelFailure(
        ['body', 'prompt'],
        'The content was flagged by a content checker.',
        'content_policy_violation',
      );
    case 'model-error':
      return { status: 500, json: { detail: 'Internal Server Error' } };
    case 'runner-lost':
      return platformFailure(503, 'runner_disconnected');
    case 'startup-timeout':
      return platformFailure(504, 'startup_timeout');
  }
}

function modelFailure(loc: readonly (string | number)[], msg: string, type: string): Answer {
  return { status: 422, headers: { 'x-fal-retryable': 'false' }, json: { detail: [detail(loc, msg, type)] } };
}

function detail(loc: readonly (string | number)[], msg: string, type: string): Record<string, unknown> {
  return { loc, msg, type, url: `https://docs.fal.ai/errors#${type}` };
}

function platformFailure(status: number, type: string): Answer {
  return {
    status,
    headers: { 'x-fal-error-type': type },
    json: { detail: 'The request could not be processed.', error_type: type },
  };
}

function paint(job: Job, behaviour: FalBehaviour): Promise<readonly Picture[]> {
  return Promise.all(
    Array.from({ length: Number(job.body['num_images'] ?? 1) }, (_, index) =>
      renderAnswer(
        {
          ...answeredSize(job),
          prompt: String(job.body['prompt']),
          seed: job.seed,
          index,
          inputs: job.blackened ? [] : job.images.map((image) => image.bytes),
          mediaType: `image/${job.body['output_format'] ?? 'png'}` as PictureMediaType,
        },
        behaviour.picture,
      ),
    ),
  );
}

function answeredSize({ body, images }: Job): SizePx {
  const first = images[0];
  const asInput = first === undefined ? '1:1' : `${first.widthPx}:${first.heightPx}`;
  const size = body['image_size'];
  if (typeof size === 'object' && size !== null) {
    const { width, height } = size as { width: number; height: number };
    return { widthPx: width, heightPx: height };
  }
  if (typeof size === 'string' && size !== 'auto')
    return PRESETS[size] ?? parseSize(size) ?? PRESETS['square_hd']!;
  const asked = body['aspect_ratio'];
  const ratio = asked === undefined || asked === 'auto' ? asInput : String(asked);
  const edgePx = EDGE_PX[String(body['resolution'] ?? '1K')] ?? 1024;
  return sizeForRatio(ratio, edgePx * edgePx, 32);
}
