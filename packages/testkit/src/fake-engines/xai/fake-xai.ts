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
  type RouteContext,
  readDataUrlPicture,
  refusalHits,
  renderAnswer,
  resultOrigin,
  shownKey,
  sizeForRatio,
  startFakeServer,
  tokenOf,
  usualFaults,
} from '../kit/index.ts';

/** What can be set on the fake of the xAI images API. */
export interface XaiBehaviour extends CommonBehaviour {
  models: string[];
  /** `input`: 400 before any work; `output`: 200 with `respect_moderation: false` and no usable picture. */
  refuse: 'input' | 'output' | null;
  /** Exact price of one picture in ten-billionths of a dollar; null: none is reported. */
  costTicksPerImage: number | null;
  /** Answers with addresses even when base64 was asked for. */
  alwaysUrl: boolean;
  /** A wrong key is answered with 401, or with the 400 that the service was also seen to send. */
  wrongKeyStatus: 400 | 401;
  /** Addresses of results are gone. */
  resultsExpire: boolean;
}

export type FakeXai = FakeService<XaiBehaviour>;

const ASPECT_RATIOS = [
  '1:1',
  '3:4',
  '4:3',
  '9:16',
  '16:9',
  '2:3',
  '3:2',
  '9:19.5',
  '19.5:9',
  '9:20',
  '20:9',
  '1:2',
  '2:1',
  'auto',
];
const EDGE_PX: Readonly<Record<string, number>> = { '1k': 1024, '2k': 2048 };

const IMAGE = {
  type: 'object',
  required: ['url'],
  additionalProperties: false,
  properties: { url: { type: 'string' }, type: { const: 'image_url' } },
};
const FIELDS = {
  model: { type: 'string' },
  prompt: { type: 'string', minLength: 1 },
  n: { type: 'integer', minimum: 1, maximum: 10 },
  response_format: { enum: ['url', 'b64_json'] },
  aspect_ratio: { enum: ASPECT_RATIOS },
  resolution: { enum: ['1k', '2k'] },
  quality: { enum: ['low', 'medium', 'high'] },
  output_format: { enum: ['jpeg', 'png', 'webp'] },
  sync_mode: { type: 'boolean' },
  user: { type: 'string' },
};
const checkGenerate = fieldChecker({
  type: 'object',
  required: ['model', 'prompt'],
  additionalProperties: false,
  properties: FIELDS,
});
const checkEdit = fieldChecker({
  type: 'object',
  required: ['model', 'prompt'],
  additionalProperties: false,
  properties: { ...FIELDS, image: IMAGE, images: { type: 'array', minItems: 1, maxItems: 10, items: IMAGE } },
});

interface ImagesBody {
  readonly model: string;
  readonly prompt: string;
  readonly n?: number;
  readonly response_format?: 'url' | 'b64_json';
  readonly aspect_ratio?: string;
  readonly resolution?: string;
  readonly output_format?: string;
  readonly image?: { readonly url: string };
  readonly images?: readonly { readonly url: string }[];
}

/** Faults in the words of the xAI API. */
const FAULT_BODIES = {
  rateLimit: errorBody('Some resource has been exhausted', 'Too many requests for this team and model.'),
  serverError: errorBody('Internal error', 'Something went wrong.'),
  overloaded: errorBody('The service is currently unavailable', 'The model is at capacity.'),
};
const faults = usualFaults((fault) => FAULT_BODIES[fault]);

/**
 * Starts a fake of the xAI images API. Routes: `generate`, `edit`, `models`, `model-list` (images only), `download`.
 * A single edited picture keeps its own ratio, whatever ratio was asked, as the service documents.
 */
export async function startFakeXai(options: FakeOptions<XaiBehaviour> = {}): Promise<FakeXai> {
  const behaviour: XaiBehaviour = {
    ...commonBehaviour(),
    models: [
      'grok-imagine-image',
      'grok-imagine-image-quality',
      'grok-imagine-image-2.0',
      'grok-imagine-image-pro',
    ],
    refuse: null,
    costTicksPerImage: 200_000_000,
    alwaysUrl: false,
    wrongKeyStatus: 401,
    resultsExpire: false,
    ...options.behaviour,
  };
  const files = new Map<string, Picture>();

  async function make(context: RouteContext, edit: boolean): Promise<Answer> {
    const { request } = context;
    if (request.json === undefined)
      return failed(400, 'Client specified an invalid argument', 'The body is no JSON.');
    const problem = (edit ? checkEdit : checkGenerate)(request.json)[0];
    if (problem !== undefined) {
      return failed(
        422,
        'Client specified an invalid argument',
        `${problem.path.join('.')}: ${problem.message}`,
      );
    }
    const body = request.json as ImagesBody;
    if (!behaviour.models.includes(body.model)) {
      return failed(404, 'Some requested entity was not found', `The model ${body.model} does not exist.`);
    }
    if (edit && (body.image === undefined) === (body.images === undefined)) {
      return failed(
        400,
        'Client specified an invalid argument',
        'Exactly one of image and images is needed.',
      );
    }
    const images: InputPicture[] = [];
    for (const { url } of body.images ?? (body.image === undefined ? [] : [body.image])) {
      const image = await readDataUrlPicture(url);
      if (image === undefined) {
        return failed(400, 'Client specified an invalid argument', 'An image cannot be loaded.');
      }
      images.push(image);
    }
    const hit =
      behaviour.refuse !== null &&
      refusalHits(behaviour, { model: body.model, prompt: body.prompt, images, recorded: request });
    if (hit && behaviour.refuse === 'input') {
      return failed(
        400,
        'Client specified an invalid argument',
        'Generated image rejected by content moderation.',
      );
    }
    const count = body.n ?? 1;
    const cost = behaviour.costTicksPerImage;
    const usage = cost === null ? {} : { usage: { cost_in_usd_ticks: cost * count } };
    if (hit) {
      const data = Array.from({ length: count }, () => ({ b64_json: '', respect_moderation: false }));
      return { json: { data, ...usage } };
    }
    const data = await Promise.all(
      Array.from({ length: count }, (_, index) => entry(context, body, images, index)),
    );
    return { json: { data, ...usage } };
  }

  async function entry(
    context: RouteContext,
    body: ImagesBody,
    images: readonly InputPicture[],
    index: number,
  ) {
    const edgePx = EDGE_PX[body.resolution ?? '1k'] ?? 1024;
    const picture = await renderAnswer(
      {
        ...sizeForRatio(answeredRatio(body, images), edgePx * edgePx, 16),
        prompt: body.prompt,
        index,
        inputs: images.map((image) => image.bytes),
        mediaType: `image/${body.output_format ?? 'jpeg'}` as PictureMediaType,
      },
      behaviour.picture,
    );
    const facts = { mime_type: picture.mediaType, revised_prompt: '', respect_moderation: true };
    if (body.response_format === 'b64_json' && !behaviour.alwaysUrl) {
      return { b64_json: Buffer.from(picture.bytes).toString('base64'), ...facts };
    }
    const name = `xai-tmp-${files.size}`;
    files.set(name, picture);
    return { url: `${resultOrigin(behaviour, context)}/xai-imgen/${name}`, ...facts };
  }

  const engine = await startFakeServer({
    port: options.port ?? 0,
    basePath: '/v1',
    notFound: () =>
      failed(404, 'Some requested entity was not found', 'The requested resource was not found.'),
    delayMs: (route) => behaviour.delayMs[route] ?? 0,
    forgetJobs: () => files.clear(),
    before: ({ request }, route) => {
      if (route.name === 'download') return undefined;
      const key = tokenOf(request);
      if (behaviour.key !== null && key !== behaviour.key) {
        if (key === undefined) return failed(401, 'Unauthenticated', 'No credentials were presented.');
        const code =
          behaviour.wrongKeyStatus === 400 ? 'Client specified an invalid argument' : 'Unauthenticated';
        return failed(
          behaviour.wrongKeyStatus,
          code,
          `Incorrect API key provided: ${shownKey(behaviour, key)}.`,
        );
      }
      if (behaviour.creditExhausted && (route.name === 'generate' || route.name === 'edit')) {
        return failed(
          403,
          'The caller does not have permission to execute the specified operation',
          'Your team has used all available credits or reached its monthly spending limit.',
        );
      }
      return undefined;
    },
    routes: [
      {
        name: 'generate',
        method: 'POST',
        path: /^\/v1\/images\/generations$/,
        handle: (context) => make(context, false),
      },
      {
        name: 'edit',
        method: 'POST',
        path: /^\/v1\/images\/edits$/,
        handle: (context) => make(context, true),
      },
      {
        name: 'models',
        method: 'GET',
        path: /^\/v1\/models$/,
        handle: () => ({
          json: {
            object: 'list',
            data: ['grok-5', ...behaviour.models].map((id) => ({ id, object: 'model' })),
          },
        }),
      },
      {
        name: 'model-list',
        method: 'GET',
        path: /^\/v1\/image-generation-models$/,
        handle: () => ({ json: { models: behaviour.models.map((id) => ({ id, object: 'model' })) } }),
      },
      {
        name: 'download',
        method: 'GET',
        path: /^\/xai-imgen\/(?<name>[^/]+)$/,
        handle: ({ params }) => {
          const picture = files.get(params['name'] ?? '');
          return picture === undefined || behaviour.resultsExpire
            ? { status: 404, text: 'not found' }
            : { bytes: picture.bytes, headers: { 'content-type': picture.mediaType } };
        },
      },
    ],
  });
  return asService(engine, behaviour, faults);
}

function answeredRatio(body: ImagesBody, images: readonly InputPicture[]): string {
  const first = images[0];
  const asked = body.aspect_ratio ?? 'auto';
  if (first !== undefined && (images.length === 1 || asked === 'auto'))
    return `${first.widthPx}:${first.heightPx}`;
  return asked === 'auto' ? '1:1' : asked;
}

function failed(status: number, code: string, error: string): Answer {
  return { status, json: errorBody(code, error) };
}

function errorBody(code: string, error: string): unknown {
  return { code, error };
}
