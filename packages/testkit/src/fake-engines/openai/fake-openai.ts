import sharp from 'sharp';
import {
  type Answer,
  asService,
  type CommonBehaviour,
  commonBehaviour,
  type FakeOptions,
  type FakeService,
  type InputPicture,
  type Picture,
  type PictureMediaType,
  parseSize,
  pause,
  type RecordedRequest,
  type RouteContext,
  readDataUrlPicture,
  readPicture,
  refusalHits,
  renderAnswer,
  type ServiceFaults,
  type SizePx,
  shownKey,
  startFakeServer,
  tokenOf,
  type UnderstoodRequest,
} from '../kit/index.ts';
import { openAiBody, openAiProblems } from './openai-schema.ts';

/** What can be set on the fake of the OpenAI images API. */
export interface OpenAiBehaviour extends CommonBehaviour {
  /** Ids that exist; images can be made with those that are image models. */
  models: string[];
  /**
   * Refuses with `moderation_blocked` before (`input`) or after (`output`) the picture was made, without saying at
   * which stage, or with the code of older models. A streaming request learns of `output` by an event.
   */
  refuse: 'input' | 'output' | 'without-details' | 'older-code' | null;
  /** How an account without money is told. */
  creditAnswer: 'insufficient-quota' | 'billing-hard-limit';
  /** Tokens reported, output tokens for each picture; null: none are. */
  usage: { textTokens: number; imageTokens: number; outputTokens: number } | null;
  /** At most so many partial pictures come, however many were asked for. */
  partialsAtMost: number;
  /** Milliseconds between the events of a stream. */
  eventEveryMs: number;
  /** Answers JSON even when a stream was asked for. */
  ignoresStream: boolean;
  /** A stream ends without its last event. */
  streamEndsEarly: boolean;
  /** Limits of the models with free sizes. */
  pixelLimits: { min: number; max: number; longEdgeMax: number };
  /** Makes so many pictures, whatever was asked; null: as asked. */
  imageCount: number | null;
}

export type FakeOpenAi = FakeService<OpenAiBehaviour>;

const FIXED_SIZES = ['auto', '1024x1024', '1536x1024', '1024x1536'];
const EDIT_FIELDS = [
  'model',
  'prompt',
  'image',
  'images',
  'mask',
  'markup',
  'n',
  'size',
  'quality',
  'background',
  'output_format',
  'output_compression',
  'complexity',
  'input_fidelity',
  'moderation',
  'user',
  'safety_identifier',
  'stream',
  'partial_images',
  'response_format',
];
const GENERATION_FIELDS = [
  'model',
  'prompt',
  'n',
  'size',
  'quality',
  'style',
  'background',
  'output_format',
  'output_compression',
  'complexity',
  'moderation',
  'user',
  'safety_identifier',
  'stream',
  'partial_images',
  'response_format',
  'frame_count',
  'frame_duration_ms',
];
const MAX_IMAGE_BYTES = 50_000_000;
const MAX_MASK_BYTES = 4_000_000;

/** Faults in the words of the OpenAI API. */
const faults: ServiceFaults = {
  rateLimit: (retryAfterSeconds) => ({
    kind: 'status',
    status: 429,
    headers: {
      'x-ratelimit-limit-images': '5',
      'x-ratelimit-remaining-images': '0',
      ...(retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(retryAfterSeconds), 'retry-after-ms': String(retryAfterSeconds * 1000) }),
    },
    json: errorBody('Rate limit reached for images per minute.', 'requests', null, 'rate_limit_exceeded'),
  }),
  serverError: () => ({
    kind: 'status',
    status: 500,
    json: errorBody('The server had an error while processing the request.', 'server_error', null, null),
  }),
  overloaded: () => ({
    kind: 'status',
    status: 503,
    json: errorBody('The engine is overloaded, try again later.', 'service_unavailable', null, 'overloaded'),
  }),
};

/**
 * Starts a fake of the OpenAI images API: generations, edits (multipart and JSON), streams, model list. Routes:
 * `generate`, `edit`, `models`, `model`. It refuses what the real models refuse, each by its own rules.
 */
export async function startFakeOpenAi(options: FakeOptions<OpenAiBehaviour> = {}): Promise<FakeOpenAi> {
  const behaviour: OpenAiBehaviour = {
    ...commonBehaviour(),
    models: [
      'gpt-5.5',
      'gpt-image-2.6-flare',
      'gpt-image-2.6-sunburst',
      'gpt-image-2.5-flare',
      'gpt-image-2.5-sunburst',
      'gpt-image-2',
      'gpt-image-1.5',
      'gpt-image-1-mini',
      'chatgpt-image-latest',
    ],
    refuse: null,
    creditAnswer: 'insufficient-quota',
    usage: { textTokens: 40, imageTokens: 1200, outputTokens: 1568 },
    partialsAtMost: 3,
    eventEveryMs: 0,
    ignoresStream: false,
    streamEndsEarly: false,
    pixelLimits: { min: 0, max: 3840 * 2160, longEdgeMax: 3840 },
    imageCount: null,
    ...options.behaviour,
  };

  const engine = await startFakeServer({
    port: options.port ?? 0,
    basePath: '/v1',
    notFound: (request) =>
      failure(404, `Invalid URL (${request.method} ${request.path})`, 'invalid_request_error', null, null),
    delayMs: (route) => behaviour.delayMs[route] ?? 0,
    before: ({ request }, route) =>
      unauthorized(request, behaviour) ??
      (behaviour.creditExhausted && (route.name === 'generate' || route.name === 'edit')
        ? noCredit(behaviour)
        : undefined),
    routes: [
      {
        name: 'generate',
        method: 'POST',
        path: /^\/v1\/images\/generations$/,
        handle: (context) => makeImages(context, behaviour, 'image_generation'),
      },
      {
        name: 'edit',
        method: 'POST',
        path: /^\/v1\/images\/edits$/,
        handle: (context) => makeImages(context, behaviour, 'image_edit'),
      },
      {
        name: 'models',
        method: 'GET',
        path: /^\/v1\/models$/,
        handle: () => ({ json: { object: 'list', data: behaviour.models.map(modelEntry) } }),
      },
      {
        name: 'model',
        method: 'GET',
        path: /^\/v1\/models\/(?<id>[^/]+)$/,
        handle: ({ params }) =>
          behaviour.models.includes(params['id'] ?? '')
            ? { json: modelEntry(params['id'] ?? '') }
            : modelMissing(params['id'] ?? ''),
      },
    ],
  });
  return asService(engine, behaviour, faults);
}

type EventFamily = 'image_generation' | 'image_edit';

async function makeImages(
  context: RouteContext,
  behaviour: OpenAiBehaviour,
  family: EventFamily,
): Promise<Answer> {
  const { request } = context;
  const body = openAiBody(request);
  const wrong = checkRequest(request, body, family, behaviour);
  if (wrong !== undefined || body === undefined)
    return wrong ?? invalid('Could not parse the body.', null, null);

  const images = await readImages(request, body);
  if (!Array.isArray(images)) return images;
  const masked = await checkMask(request, images);
  if (masked !== undefined) return masked;

  const understood: UnderstoodRequest = {
    model: String(body['model']),
    prompt: String(body['prompt']),
    images,
    recorded: request,
  };
  const refusal = behaviour.refuse !== null && refusalHits(behaviour, understood) ? behaviour.refuse : null;
  const streamed = body['stream'] === true && !behaviour.ignoresStream;
  if (refusal !== null && !(refusal === 'output' && streamed))
    return { status: 400, json: refusalBody(refusal) };

  const sizePx = answeredSize(body, images);
  const format = String(body['output_format'] ?? 'png');
  const render = (index: number, note = ''): Promise<Picture> =>
    renderAnswer(
      {
        ...sizePx,
        prompt: `${understood.prompt}${note}`,
        index,
        inputs: images.map((image) => image.bytes),
        mediaType: `image/${format === 'gif' || format === 'svg' ? 'png' : format}` as PictureMediaType,
      },
      behaviour.picture,
    );
  const facts = {
    background: body['background'] === 'transparent' ? 'transparent' : 'opaque',
    output_format: format,
    quality: body['quality'] === undefined || body['quality'] === 'auto' ? 'high' : body['quality'],
    size: `${sizePx.widthPx}x${sizePx.heightPx}`,
  };
  const count = behaviour.imageCount ?? Number(body['n'] ?? 1);
  const usage = behaviour.usage === null ? {} : { usage: usageBody(behaviour.usage, count) };
  if (streamed) {
    const partials = Math.min(Number(body['partial_images'] ?? 0), behaviour.partialsAtMost);
    return {
      stream: events(family, behaviour, context.signal, render, partials, facts, usage, refusal === 'output'),
    };
  }

  const data = await Promise.all(
    Array.from({ length: count }, async (_, index) => ({ b64_json: base64(await render(index)) })),
  );
  return { json: { created: nowSeconds(), ...facts, data, ...usage } };
}

async function* events(
  family: EventFamily,
  behaviour: OpenAiBehaviour,
  signal: AbortSignal,
  render: (index: number, note?: string) => Promise<Picture>,
  partials: number,
  facts: Record<string, unknown>,
  usage: Record<string, unknown>,
  refused: boolean,
): AsyncGenerator<string> {
  const event = (type: string, data: unknown) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  for (let index = 0; index < partials; index += 1) {
    await pause(behaviour.eventEveryMs, signal);
    if (signal.aborted) return;
    const type = `${family}.partial_image`;
    const b64 = base64(await render(0, ` (partial ${index})`));
    yield event(type, {
      type,
      b64_json: b64,
      created_at: nowSeconds(),
      partial_image_index: index,
      ...facts,
    });
  }
  await pause(behaviour.eventEveryMs, signal);
  if (signal.aborted || behaviour.streamEndsEarly) return;
  if (refused) {
    yield event('error', { type: 'error', ...refusalBody('output') });
    return;
  }
  const type = `${family}.completed`;
  yield event(type, {
    type,
    b64_json: base64(await render(0)),
    created_at: nowSeconds(),
    ...facts,
    ...usage,
  });
}

function checkRequest(
  request: RecordedRequest,
  body: Record<string, unknown> | undefined,
  family: EventFamily,
  behaviour: OpenAiBehaviour,
): Answer | undefined {
  const problem = openAiProblems(request)[0];
  if (problem !== undefined || body === undefined) {
    const param = problem?.path.join('.') ?? null;
    return problem?.kind === 'missing'
      ? invalid(`Missing required parameter: '${param}'.`, param, 'missing_required_parameter')
      : invalid(`Invalid value for '${param}': ${problem?.message}.`, param, 'invalid_value');
  }
  const fields = family === 'image_edit' ? EDIT_FIELDS : GENERATION_FIELDS;
  const unknown = Object.keys(body).find((name) => !fields.includes(name));
  if (unknown !== undefined) return invalid(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
  const repeated = request.form?.fields
    .map((field) => field.name)
    .find((name, at, all) => all.indexOf(name) !== at);
  if (repeated !== undefined)
    return invalid(`Duplicate parameter: '${repeated}'.`, repeated, 'duplicate_parameter');

  const model = body['model'];
  if (typeof model !== 'string' || model === '') {
    return invalid('You must provide a model parameter.', 'model', 'missing_required_parameter');
  }
  if (!behaviour.models.includes(model)) return modelMissing(model);
  if (!model.includes('image'))
    return invalid(`The model '${model}' makes no images.`, 'model', 'invalid_value');
  if (String(body['prompt']).trim() === '') return invalid('The prompt is empty.', 'prompt', 'invalid_value');
  return checkSize(model, body['size'], behaviour) ?? checkOptions(model, body);
}

/** 0 for the models with fixed sizes (up to 1.5), else the version. */
function freeSizeVersion(model: string): number {
  const version = Number(/^gpt-image-(\d+(?:\.\d+)?)/.exec(model)?.[1] ?? 0);
  return version >= 2 ? version : 0;
}

function checkSize(model: string, size: unknown, behaviour: OpenAiBehaviour): Answer | undefined {
  if (size === undefined || size === null || FIXED_SIZES.includes(String(size))) return undefined;
  const refuse = (why: string) => invalid(`Invalid size '${size}': ${why}.`, 'size', 'invalid_value');
  if (freeSizeVersion(model) === 0) return refuse(`supported are ${FIXED_SIZES.join(', ')}`);
  const parsed = parseSize(String(size));
  if (parsed === undefined) return refuse('expected WIDTHxHEIGHT');
  const { widthPx, heightPx } = parsed;
  const { min, max, longEdgeMax } = behaviour.pixelLimits;
  const longEdge = Math.max(widthPx, heightPx);
  if (widthPx % 16 !== 0 || heightPx % 16 !== 0) return refuse('both edges must be divisible by 16');
  if (longEdge > 3 * Math.min(widthPx, heightPx)) return refuse('the ratio must be between 1:3 and 3:1');
  if (longEdge > longEdgeMax || widthPx * heightPx > max) return refuse('too many pixels');
  if (widthPx * heightPx < min) return refuse('too few pixels');
  return undefined;
}

function checkOptions(model: string, body: Record<string, unknown>): Answer | undefined {
  const version = freeSizeVersion(model);
  const refuse = (name: string) =>
    invalid(
      `Invalid value: '${body[name]}' is not supported for '${name}' by '${model}'.`,
      name,
      'invalid_value',
    );
  const given = (name: string) => body[name] !== undefined && body[name] !== null;
  if (given('response_format')) {
    return invalid("Unknown parameter: 'response_format'.", 'response_format', 'unknown_parameter');
  }
  for (const name of ['style', 'frame_count', 'frame_duration_ms'])
    if (given(name) && version < 2.6) return refuse(name);
  if (given('style')) return refuse('style');
  const quality = String(body['quality'] ?? 'auto');
  if (quality === 'standard' || quality === 'hd') return refuse('quality');
  if ((quality === 'xhigh' || quality === 'max') && version < 2.5) return refuse('quality');
  if (
    given('complexity') &&
    (version < 2.6 || !['low', 'medium', 'high'].includes(String(body['complexity'])))
  ) {
    return refuse('complexity');
  }
  if (given('input_fidelity')) {
    const mini = model.startsWith('gpt-image-1-mini') && body['input_fidelity'] === 'low';
    if (!mini && !model.startsWith('gpt-image-1.5')) return refuse('input_fidelity');
  }
  if (given('markup') && (version < 2.5 || given('mask'))) return refuse('markup');
  if (given('safety_identifier') && String(body['safety_identifier']).length > 128)
    return refuse('safety_identifier');
  if (given('moderation') && !['auto', 'low'].includes(String(body['moderation'])))
    return refuse('moderation');
  const format = String(body['output_format'] ?? 'png');
  if ((format === 'gif' || format === 'svg') && (version < 2.6 || body['stream'] === true))
    return refuse('output_format');
  if (body['background'] === 'transparent' && format !== 'png' && format !== 'webp')
    return refuse('background');
  if (given('output_compression') && format === 'png' && body['output_compression'] !== 100) {
    return refuse('output_compression');
  }
  if (given('partial_images') && body['stream'] !== true) return refuse('partial_images');
  return undefined;
}

async function readImages(
  request: RecordedRequest,
  body: Record<string, unknown>,
): Promise<InputPicture[] | Answer> {
  const images: InputPicture[] = [];
  const unreadable = (index: number) =>
    invalid(`Invalid image file or mode for image ${index + 1}.`, 'image', 'invalid_image_file');
  if (request.form !== undefined) {
    const files = request.form.files.filter((file) => file.name === 'image' || file.name === 'image[]');
    if (files.length > 1 && files.some((file) => file.name === 'image')) {
      return invalid(
        "Duplicate parameter: 'image'. Use 'image[]' for several.",
        'image',
        'duplicate_parameter',
      );
    }
    for (const [index, file] of files.entries()) {
      const image = await readPicture(file.bytes);
      if (image === undefined || !/^image\/(png|jpeg|webp)$/.test(image.mediaType)) return unreadable(index);
      if (file.mediaType !== image.mediaType) {
        return invalid(
          `Unsupported mimetype '${file.mediaType}' of image ${index + 1}.`,
          'image',
          'unsupported_file_mimetype',
        );
      }
      if (file.bytes.length >= MAX_IMAGE_BYTES)
        return invalid(`Image ${index + 1} is too large.`, 'image', 'image_too_large');
      images.push(image);
    }
    return images;
  }
  const references = (body['images'] ?? []) as { image_url?: string; file_id?: string }[];
  for (const [index, reference] of references.entries()) {
    const image = await readDataUrlPicture(reference.image_url);
    if (image === undefined) return unreadable(index);
    images.push(image);
  }
  return images;
}

async function checkMask(
  request: RecordedRequest,
  images: readonly InputPicture[],
): Promise<Answer | undefined> {
  for (const name of ['mask', 'markup']) {
    const file = request.form?.files.find((candidate) => candidate.name === name);
    if (file === undefined) continue;
    const refuse = (why: string) => invalid(`Invalid ${name}: ${why}.`, name, 'invalid_mask_image_format');
    const image = await readPicture(file.bytes);
    if (image?.mediaType !== 'image/png') return refuse('it must be a PNG');
    if (name === 'mask' && file.bytes.length >= MAX_MASK_BYTES) return refuse('it must be less than 4 MB');
    if (image.widthPx !== images[0]?.widthPx || image.heightPx !== images[0]?.heightPx) {
      return refuse('its size must be that of the first image');
    }
    if (!(await sharp(file.bytes).metadata()).hasAlpha) return refuse('it has no alpha channel');
  }
  return undefined;
}

/** `auto` keeps the shape of the first picture among the three standard sizes. */
function answeredSize(body: Record<string, unknown>, images: readonly InputPicture[]): SizePx {
  const asked = parseSize(String(body['size'] ?? 'auto'));
  if (asked !== undefined) return asked;
  const first = images[0];
  const ratio = first === undefined ? 1 : first.widthPx / first.heightPx;
  if (ratio > 1.2) return { widthPx: 1536, heightPx: 1024 };
  return ratio < 1 / 1.2 ? { widthPx: 1024, heightPx: 1536 } : { widthPx: 1024, heightPx: 1024 };
}

function unauthorized(request: RecordedRequest, behaviour: OpenAiBehaviour): Answer | undefined {
  if (behaviour.key === null) return undefined;
  const key = tokenOf(request);
  if (key === behaviour.key) return undefined;
  if (key === undefined) {
    return failure(401, 'Missing bearer authentication in header.', 'invalid_request_error', null, null);
  }
  const message = `Incorrect API key provided: ${shownKey(behaviour, key)}.`;
  return failure(401, message, 'invalid_request_error', null, 'invalid_api_key');
}

function noCredit(behaviour: OpenAiBehaviour): Answer {
  if (behaviour.creditAnswer === 'insufficient-quota') {
    return failure(
      429,
      'You exceeded your current quota, check plan and billing.',
      'insufficient_quota',
      null,
      'insufficient_quota',
    );
  }
  return failure(
    400,
    'Billing hard limit has been reached.',
    'billing_limit_user_error',
    null,
    'billing_hard_limit_reached',
  );
}

function refusalBody(refusal: NonNullable<OpenAiBehaviour['refuse']>): { error: Record<string, unknown> } {
  if (refusal === 'older-code') {
    return errorBody(
      'Your request was rejected by the safety system.',
      'invalid_request_error',
      null,
      'content_policy_violation',
    );
  }
  const message = 'Your request was rejected by the safety system. safety_violations=[violence].';
  const { error } = errorBody(message, 'image_generation_user_error', null, 'moderation_blocked');
  if (refusal === 'without-details') return { error };
  return { error: { ...error, moderation_details: { moderation_stage: refusal, categories: ['violence'] } } };
}

function usageBody(usage: NonNullable<OpenAiBehaviour['usage']>, count: number): Record<string, unknown> {
  const { textTokens, imageTokens } = usage;
  const outputTokens = usage.outputTokens * count;
  return {
    input_tokens: textTokens + imageTokens,
    input_tokens_details: { text_tokens: textTokens, image_tokens: imageTokens },
    output_tokens: outputTokens,
    total_tokens: textTokens + imageTokens + outputTokens,
  };
}

function modelEntry(id: string): Record<string, unknown> {
  return { id, object: 'model', created: 1_780_000_000, owned_by: 'system' };
}

function modelMissing(model: string): Answer {
  const message = `The model '${model}' does not exist or you do not have access to it.`;
  return failure(404, message, 'invalid_request_error', null, 'model_not_found');
}

function invalid(message: string, param: string | null, code: string | null): Answer {
  return failure(400, message, 'invalid_request_error', param, code);
}

function failure(
  status: number,
  message: string,
  type: string,
  param: string | null,
  code: string | null,
): Answer {
  return { status, headers: { 'x-request-id': 'req_fake' }, json: errorBody(message, type, param, code) };
}

function errorBody(
  message: string,
  type: string,
  param: string | null,
  code: string | null,
): { error: Record<string, unknown> } {
  return { error: { message, type, param, code } };
}

function base64(picture: Picture): string {
  return Buffer.from(picture.bytes).toString('base64');
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000);
}
