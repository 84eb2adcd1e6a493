import {
  type Answer,
  asService,
  type CommonBehaviour,
  commonBehaviour,
  type FakeOptions,
  type FakeService,
  type FieldProblem,
  fieldChecker,
  type InputPicture,
  type RouteContext,
  readBase64Picture,
  refusalHits,
  renderAnswer,
  type ServiceFaults,
  shownKey,
  sizeForRatio,
  startFakeServer,
} from '../kit/index.ts';
import { GOOGLE_IMAGE_MODELS, type GoogleModel } from './google-models.ts';

/** Reasons of a candidate to end, as the published API lists them. */
export type GoogleFinishReason =
  | 'STOP'
  | 'MAX_TOKENS'
  | 'SAFETY'
  | 'RECITATION'
  | 'OTHER'
  | 'BLOCKLIST'
  | 'PROHIBITED_CONTENT'
  | 'SPII'
  | 'MALFORMED_RESPONSE'
  | 'IMAGE_SAFETY'
  | 'IMAGE_PROHIBITED_CONTENT'
  | 'IMAGE_RECITATION'
  | 'IMAGE_OTHER'
  | 'NO_IMAGE';

/** Reasons to refuse a prompt, as the published API lists them. */
export type GoogleBlockReason = 'SAFETY' | 'OTHER' | 'BLOCKLIST' | 'PROHIBITED_CONTENT' | 'IMAGE_SAFETY';

/** What can be set on the fake of the Gemini API. */
export interface GoogleBehaviour extends CommonBehaviour {
  models: GoogleModel[];
  /** Refuses the prompt (`blockReason`) or ends without a picture (`finishReason`). */
  refuse: { blockReason: GoogleBlockReason } | { finishReason: GoogleFinishReason } | null;
  /** Words that come along, or alone when a candidate ends without a picture. */
  text: string | null;
  /** Sends a thought with a draft picture before the answer. */
  thoughts: boolean;
  usage: { promptTokenCount: number; candidatesTokenCount: number; totalTokenCount: number } | null;
  /** How an account without money is told: daily quota used up, or billing not enabled. */
  creditAnswer: 'quota' | 'billing';
  /** Models on one page of the list, when the request does not say. */
  modelsPerPage: number;
  /** Media type of the pictures. */
  mediaType: 'image/png' | 'image/jpeg';
}

export type FakeGoogle = FakeService<GoogleBehaviour>;

const MAX_BODY_BYTES = 20 * 1024 * 1024;
const EDGE_STEP_PX = 32;
/** The sizes of 1K are scaled, so that a ratio is the same in every size. */
const SCALE: Readonly<Record<string, number>> = { '512': 0.5, '1K': 1, '2K': 2, '4K': 4 };
const INPUT_MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'];

const SETTING = { type: 'object', properties: {}, additionalProperties: true };
const check = fieldChecker({
  type: 'object',
  required: ['contents'],
  additionalProperties: false,
  properties: {
    contents: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['parts'],
        additionalProperties: false,
        properties: {
          role: { enum: ['user', 'model'] },
          parts: {
            type: 'array',
            minItems: 1,
            items: {
              type: 'object',
              additionalProperties: false,
              minProperties: 1,
              properties: {
                text: { type: 'string' },
                inlineData: {
                  type: 'object',
                  required: ['mimeType', 'data'],
                  additionalProperties: false,
                  properties: { mimeType: { type: 'string' }, data: { type: 'string' } },
                },
              },
            },
          },
        },
      },
    },
    systemInstruction: SETTING,
    safetySettings: {
      type: 'array',
      items: {
        type: 'object',
        required: ['category', 'threshold'],
        additionalProperties: false,
        properties: {
          category: { type: 'string', pattern: '^HARM_CATEGORY_' },
          threshold: {
            enum: ['BLOCK_NONE', 'BLOCK_ONLY_HIGH', 'BLOCK_MEDIUM_AND_ABOVE', 'BLOCK_LOW_AND_ABOVE', 'OFF'],
          },
        },
      },
    },
    tools: { type: 'array', items: SETTING },
    toolConfig: SETTING,
    generationConfig: {
      type: 'object',
      additionalProperties: false,
      properties: {
        responseModalities: { type: 'array', items: { enum: ['TEXT', 'IMAGE'] } },
        imageConfig: {
          type: 'object',
          additionalProperties: false,
          properties: { aspectRatio: { type: 'string' }, imageSize: { type: 'string' } },
        },
        seed: { type: 'integer', minimum: -2_147_483_648, maximum: 2_147_483_647 },
        temperature: { type: 'number' },
        topP: { type: 'number' },
        topK: { type: 'integer' },
        maxOutputTokens: { type: 'integer' },
        candidateCount: { const: 1 },
        thinkingConfig: SETTING,
      },
    },
  },
});

interface GenerateBody {
  readonly contents: readonly {
    readonly parts: readonly {
      readonly text?: string;
      readonly inlineData?: { mimeType: string; data: string };
    }[];
  }[];
  readonly generationConfig?: {
    readonly responseModalities?: readonly string[];
    readonly imageConfig?: { readonly aspectRatio?: string; readonly imageSize?: string };
    readonly seed?: number;
  };
}

const RPC = 'type.googleapis.com/google.rpc';

/** Faults in the words of the Gemini API. */
const faults: ServiceFaults = {
  rateLimit: (retryAfterSeconds) => ({
    kind: 'status',
    status: 429,
    json: errorBody(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded for requests per minute.', [
      {
        '@type': `${RPC}.QuotaFailure`,
        violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel' }],
      },
      ...(retryAfterSeconds === undefined
        ? []
        : [{ '@type': `${RPC}.RetryInfo`, retryDelay: `${retryAfterSeconds}s` }]),
    ]),
  }),
  serverError: () => ({
    kind: 'status',
    status: 500,
    json: errorBody(500, 'INTERNAL', 'An internal error has occurred.'),
  }),
  overloaded: () => ({
    kind: 'status',
    status: 503,
    json: errorBody(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'),
  }),
};

/**
 * Starts a fake of the Gemini API as far as image models use it. Routes: `generate`, `stream`, `models`, `model`.
 * Aspect ratio and image size are checked against what each model takes; sizes come out in multiples of 32.
 */
export async function startFakeGoogle(options: FakeOptions<GoogleBehaviour> = {}): Promise<FakeGoogle> {
  const behaviour: GoogleBehaviour = {
    ...commonBehaviour(),
    models: [...GOOGLE_IMAGE_MODELS],
    refuse: null,
    text: null,
    thoughts: false,
    usage: { promptTokenCount: 812, candidatesTokenCount: 1290, totalTokenCount: 2102 },
    creditAnswer: 'quota',
    modelsPerPage: 50,
    mediaType: 'image/png',
    ...options.behaviour,
  };

  const engine = await startFakeServer({
    port: options.port ?? 0,
    basePath: '/v1beta',
    notFound: () => ({
      status: 404,
      text: '<html><title>Error 404 (Not Found)!!1</title></html>',
      headers: { 'content-type': 'text/html' },
    }),
    delayMs: (route) => behaviour.delayMs[route] ?? 0,
    before: (context, route) =>
      unauthorized(context, behaviour) ??
      (behaviour.creditExhausted && (route.name === 'generate' || route.name === 'stream')
        ? noCredit(behaviour)
        : undefined),
    routes: [
      {
        name: 'generate',
        method: 'POST',
        path: /^\/v1beta\/models\/(?<model>[^/:]+):generateContent$/,
        handle: async (context) => {
          const made = await generate(context, behaviour);
          return 'answer' in made ? made.answer : { json: made.content };
        },
      },
      {
        name: 'stream',
        method: 'POST',
        path: /^\/v1beta\/models\/(?<model>[^/:]+):streamGenerateContent$/,
        handle: async (context) => {
          const made = await generate(context, behaviour);
          if ('answer' in made) return made.answer;
          if (context.request.query.get('alt') !== 'sse') return { json: [made.content] };
          return { stream: oneEvent(made.content) };
        },
      },
      {
        name: 'models',
        method: 'GET',
        path: /^\/v1beta\/models$/,
        handle: ({ request }) => listModels(request.query, behaviour),
      },
      {
        name: 'model',
        method: 'GET',
        path: /^\/v1beta\/models\/(?<model>[^/:]+)$/,
        handle: ({ params }) => {
          const model = behaviour.models.find((candidate) => candidate.id === params['model']);
          return model === undefined ? modelMissing(params['model'] ?? '') : { json: modelEntry(model) };
        },
      },
    ],
  });
  return asService(engine, behaviour, faults);
}

async function* oneEvent(content: unknown): AsyncGenerator<string> {
  yield `data: ${JSON.stringify(content)}\r\n\r\n`;
}

type Generated = { readonly answer: Answer } | { readonly content: Record<string, unknown> };

async function generate(context: RouteContext, behaviour: GoogleBehaviour): Promise<Generated> {
  const { request, params } = context;
  const id = params['model'] ?? '';
  const model = behaviour.models.find((candidate) => candidate.id === id);
  if (model === undefined) return { answer: modelMissing(id) };
  if (request.body.length > MAX_BODY_BYTES) {
    return { answer: invalid(`Request payload size exceeds the limit: ${MAX_BODY_BYTES} bytes.`) };
  }
  if (request.json === undefined) return { answer: invalid('Invalid JSON payload received.') };
  const problem = check(request.json)[0];
  if (problem !== undefined) return { answer: invalid(inWords(problem)) };
  const body = request.json as GenerateBody;
  const config = body.generationConfig ?? {};
  const wrong = checkConfig(model, config);
  if (wrong !== undefined) return { answer: wrong };

  const parts = body.contents.flatMap((content) => content.parts);
  const images: InputPicture[] = [];
  for (const { inlineData } of parts) {
    if (inlineData === undefined) continue;
    if (!INPUT_MEDIA_TYPES.includes(inlineData.mimeType)) {
      return { answer: invalid(`Unsupported MIME type: ${inlineData.mimeType}`) };
    }
    const image = await readBase64Picture(inlineData.data);
    if (image === undefined) return { answer: invalid('Unable to process input image.') };
    images.push(image);
  }
  if (images.length > model.inputImagesMax) {
    return { answer: invalid(`At most ${model.inputImagesMax} images are allowed.`) };
  }

  const prompt = parts.map((part) => part.text ?? '').join('\n');
  const usage = behaviour.usage === null ? {} : { usageMetadata: behaviour.usage };
  const facts = { ...usage, modelVersion: id, responseId: 'fake-response' };
  const refusal =
    behaviour.refuse !== null && refusalHits(behaviour, { model: id, prompt, images, recorded: request })
      ? behaviour.refuse
      : null;
  if (refusal !== null && 'blockReason' in refusal) {
    return { content: { promptFeedback: { blockReason: refusal.blockReason, safetyRatings: [] }, ...facts } };
  }
  if (refusal !== null) {
    const spoken =
      behaviour.text === null ? {} : { content: { role: 'model', parts: [{ text: behaviour.text }] } };
    const candidate = {
      index: 0,
      ...spoken,
      finishReason: refusal.finishReason,
      ...(refusal.finishReason === 'STOP' ? {} : { finishMessage: 'Unable to show the generated image.' }),
    };
    return { content: { candidates: [candidate], ...facts } };
  }
  const textOnly = config.responseModalities !== undefined && !config.responseModalities.includes('IMAGE');
  const answered = textOnly ? [{ text: 'A description instead of a picture.' }] : await pictureParts();
  const candidate = { index: 0, content: { role: 'model', parts: answered }, finishReason: 'STOP' };
  return { content: { candidates: [candidate], ...facts } };

  async function pictureParts(): Promise<unknown[]> {
    const sizePx = answeredSize(config.imageConfig, images[0]);
    const inlineData = async (note: string) => {
      const picture = await renderAnswer(
        {
          ...sizePx,
          prompt: `${prompt}${note}`,
          seed: config.seed,
          inputs: images.map((image) => image.bytes),
          mediaType: behaviour.mediaType,
        },
        behaviour.picture,
      );
      return { mimeType: picture.mediaType, data: Buffer.from(picture.bytes).toString('base64') };
    };
    const thoughts = behaviour.thoughts
      ? [
          { text: 'Thinking about the composition.', thought: true },
          { inlineData: await inlineData(' (draft)'), thought: true },
        ]
      : [];
    const spoken = behaviour.text === null ? [] : [{ text: behaviour.text }];
    return [...thoughts, ...spoken, { inlineData: await inlineData('') }];
  }
}

function checkConfig(
  model: GoogleModel,
  config: NonNullable<GenerateBody['generationConfig']>,
): Answer | undefined {
  const { aspectRatio, imageSize } = config.imageConfig ?? {};
  if (aspectRatio !== undefined && !model.aspectRatios.includes(aspectRatio)) {
    return invalid(`aspect_ratio must be one of ${model.aspectRatios.join(', ')}.`);
  }
  if (imageSize !== undefined && !model.imageSizes.includes(imageSize)) {
    return invalid(
      model.imageSizes.length === 0
        ? 'image_size is not supported for this model.'
        : `image_size must be one of ${model.imageSizes.join(', ')}.`,
    );
  }
  return undefined;
}

/** Without a ratio the answer has the shape of the first picture. */
function answeredSize(
  imageConfig: { readonly aspectRatio?: string; readonly imageSize?: string } = {},
  first: InputPicture | undefined,
) {
  const ratio =
    imageConfig.aspectRatio ?? (first === undefined ? '1:1' : `${first.widthPx}:${first.heightPx}`);
  const base = sizeForRatio(ratio, 1024 * 1024, EDGE_STEP_PX);
  const scale = SCALE[imageConfig.imageSize ?? '1K'] ?? 1;
  return { widthPx: base.widthPx * scale, heightPx: base.heightPx * scale };
}

function unauthorized({ request }: RouteContext, behaviour: GoogleBehaviour): Answer | undefined {
  if (behaviour.key === null) return undefined;
  const key = request.headers['x-goog-api-key'] ?? request.query.get('key');
  if (key === behaviour.key) return undefined;
  if (key === null) {
    const message = "Method doesn't allow unregistered callers (callers without established identity).";
    return { status: 403, json: errorBody(403, 'PERMISSION_DENIED', message) };
  }
  const hint = behaviour.echoKey ? ` (${shownKey(behaviour, key)})` : '';
  return {
    status: 400,
    json: errorBody(400, 'INVALID_ARGUMENT', `API key not valid. Please pass a valid API key.${hint}`, [
      { '@type': `${RPC}.ErrorInfo`, reason: 'API_KEY_INVALID', domain: 'googleapis.com' },
    ]),
  };
}

function noCredit(behaviour: GoogleBehaviour): Answer {
  if (behaviour.creditAnswer === 'billing') {
    const message = 'This model needs a project with billing enabled.';
    return { status: 400, json: errorBody(400, 'FAILED_PRECONDITION', message) };
  }
  const message = 'You exceeded your current quota, please check your plan and billing details.';
  const violations = [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier', quotaValue: '0' }];
  return {
    status: 429,
    json: errorBody(429, 'RESOURCE_EXHAUSTED', message, [{ '@type': `${RPC}.QuotaFailure`, violations }]),
  };
}

function inWords(problem: FieldProblem): string {
  const name = problem.path.at(-1) ?? '';
  const where = problem.path.slice(0, -1).join('.');
  if (problem.kind === 'unknown') {
    return `Invalid JSON payload received. Unknown name "${name}" at '${where}': Cannot find field.`;
  }
  return `Invalid value at '${problem.path.join('.')}': ${problem.message}`;
}

/** The list comes in pages; `nextPageToken` is missing on the last. */
function listModels(query: URLSearchParams, behaviour: GoogleBehaviour): Answer {
  const all = [textModel(), ...behaviour.models.map(modelEntry)];
  const perPage = Number(query.get('pageSize') ?? behaviour.modelsPerPage);
  const from = Number(query.get('pageToken') ?? 0);
  if (!Number.isInteger(perPage) || perPage < 1 || !Number.isInteger(from)) return invalid('Invalid page.');
  const next = from + perPage < all.length ? { nextPageToken: String(from + perPage) } : {};
  return { json: { models: all.slice(from, from + perPage), ...next } };
}

function modelEntry(model: GoogleModel): Record<string, unknown> {
  return {
    name: `models/${model.id}`,
    displayName: model.id,
    supportedGenerationMethods: ['generateContent', 'countTokens'],
  };
}

function textModel(): Record<string, unknown> {
  return {
    name: 'models/gemini-embedding-001',
    displayName: 'Embedding',
    supportedGenerationMethods: ['embedContent'],
  };
}

function modelMissing(id: string): Answer {
  const message = `models/${id} is not found for API version v1beta.`;
  return { status: 404, json: errorBody(404, 'NOT_FOUND', message) };
}

function invalid(message: string): Answer {
  return { status: 400, json: errorBody(400, 'INVALID_ARGUMENT', message) };
}

function errorBody(code: number, status: string, message: string, details?: unknown[]): unknown {
  return { error: { code, message, status, ...(details === undefined ? {} : { details }) } };
}
