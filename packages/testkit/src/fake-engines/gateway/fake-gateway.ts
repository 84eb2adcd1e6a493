import {
  type Answer,
  asService,
  type CommonBehaviour,
  commonBehaviour,
  type FakeOptions,
  type FakeService,
  fieldChecker,
  type InputPicture,
  parseSize,
  type RecordedRequest,
  type RouteContext,
  readBase64Picture,
  readDataUrlPicture,
  refusalHits,
  renderAnswer,
  shownKey,
  sizeForRatio,
  startFakeServer,
  tokenOf,
  usualFaults,
} from '../kit/index.ts';

/** A model of the gateway's catalogue. */
export interface GatewayModel {
  readonly id: string;
  readonly modelType: 'image' | 'language';
}

/** What can be set on the fake of the AI Gateway. */
export interface GatewayBehaviour extends CommonBehaviour {
  models: GatewayModel[];
  /** `policy`: the gateway's own rule (403); `upstream`: the provider refused (400); `empty`: 200 without a picture. */
  refuse: 'policy' | 'upstream' | 'empty' | null;
  /** Dollars as decimal text; null: no cost is reported. */
  cost: string | null;
  /** Dollars left, as decimal text. */
  balance: string;
  usage: { inputTokens: number; outputTokens: number; totalTokens: number } | null;
  /** Warnings that the gateway passes on. */
  warnings: Record<string, unknown>[];
}

export type FakeGateway = FakeService<GatewayBehaviour>;

const FILE = {
  type: 'object',
  required: ['type'],
  properties: { type: { enum: ['file', 'url'] } },
  if: { properties: { type: { const: 'file' } } },
  // biome-ignore lint/suspicious/noThenProperty: the word of JSON schema for the branch of a condition.
  then: {
    required: ['mediaType', 'data'],
    properties: { mediaType: { type: 'string', pattern: '^image/' }, data: { type: 'string' } },
  },
  else: { required: ['url'], properties: { url: { type: 'string' } } },
};
const check = fieldChecker({
  type: 'object',
  required: ['n'],
  additionalProperties: false,
  properties: {
    prompt: { type: 'string' },
    n: { type: 'integer', minimum: 1 },
    size: { type: 'string', pattern: '^\\d+x\\d+$' },
    aspectRatio: { type: 'string', pattern: '^\\d+:\\d+$' },
    seed: { type: 'integer' },
    providerOptions: { type: 'object', additionalProperties: { type: 'object' } },
    files: { type: 'array', items: FILE },
    mask: FILE,
  },
});

interface ImageBody {
  readonly prompt?: string;
  readonly n: number;
  readonly size?: string;
  readonly aspectRatio?: string;
  readonly seed?: number;
  readonly files?: readonly { readonly type: string; readonly data?: string; readonly url?: string }[];
}

/** Faults in the words of the gateway. */
const FAULT_BODIES = {
  rateLimit: errorBody('rate_limit_exceeded', 'Rate limit exceeded for this model.'),
  serverError: errorBody('internal_server_error', 'Internal error.'),
  overloaded: errorBody('failed_dependency', 'All providers of the model failed.'),
};
const faults = usualFaults((fault) => FAULT_BODIES[fault]);

/**
 * Starts a fake of the AI Gateway as far as image models use it. Routes: `generate`, `models`, `credits`. The base
 * has the path of the public service, credits lie outside of it.
 */
export async function startFakeGateway(options: FakeOptions<GatewayBehaviour> = {}): Promise<FakeGateway> {
  const behaviour: GatewayBehaviour = {
    ...commonBehaviour(),
    models: [
      { id: 'openai/gpt-5.5', modelType: 'language' },
      { id: 'openai/gpt-image-2.5-sunburst', modelType: 'image' },
      { id: 'bfl/flux-2-pro', modelType: 'image' },
      { id: 'bfl/flux-kontext-pro', modelType: 'image' },
      { id: 'bytedance/seedream-4.5', modelType: 'image' },
    ],
    refuse: null,
    cost: '0.045',
    balance: '12.50',
    usage: null,
    warnings: [],
    ...options.behaviour,
  };
  let generations = 0;

  async function make({ request }: RouteContext): Promise<Answer> {
    const id = request.headers['ai-model-id'] ?? '';
    if (request.headers['ai-image-model-specification-version'] !== '4') {
      return failed(
        400,
        'invalid_request_error',
        'The specification version of the image model is not supported.',
      );
    }
    const model = behaviour.models.find((candidate) => candidate.id === id);
    if (model === undefined)
      return failed(404, 'model_not_found', `Model '${id}' not found`, { modelId: id });
    if (model.modelType !== 'image')
      return failed(400, 'invalid_request_error', `'${id}' is no image model.`);
    const problem = request.json === undefined ? undefined : check(request.json)[0];
    if (request.json === undefined || problem !== undefined) {
      const why =
        problem === undefined ? 'The body is no JSON' : `${problem.path.join('.')}: ${problem.message}`;
      return failed(400, 'invalid_request_error', `Invalid input: ${why}`);
    }
    const body = request.json as ImageBody;
    const images: InputPicture[] = [];
    for (const file of body.files ?? []) {
      const image =
        file.type === 'url' ? await readDataUrlPicture(file.url) : await readBase64Picture(file.data);
      if (image === undefined) return failed(400, 'invalid_request_error', 'A file is not a readable image.');
      images.push(image);
    }
    const prompt = body.prompt ?? '';
    const refusal =
      behaviour.refuse !== null && refusalHits(behaviour, { model: id, prompt, images, recorded: request })
        ? behaviour.refuse
        : null;
    if (refusal === 'policy')
      return failed(403, 'forbidden', 'A routing rule refused the request.', { ruleId: 'rule_1' });
    if (refusal === 'upstream') {
      return failed(
        400,
        'invalid_request_error',
        'The provider refused: the request was flagged by its moderation.',
      );
    }
    generations += 1;
    const [provider = ''] = id.split('/');
    const sizePx =
      parseSize(body.size ?? '') ??
      sizeForRatio(
        body.aspectRatio ?? (images[0] ? `${images[0].widthPx}:${images[0].heightPx}` : '1:1'),
        1024 * 1024,
        16,
      );
    const count = refusal === 'empty' ? 0 : body.n;
    const pictures = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        renderAnswer(
          { ...sizePx, prompt, seed: body.seed, index, inputs: images.map((image) => image.bytes) },
          behaviour.picture,
        ),
      ),
    );
    const { cost } = behaviour;
    return {
      json: {
        images: pictures.map((picture) => Buffer.from(picture.bytes).toString('base64')),
        warnings: behaviour.warnings,
        providerMetadata: {
          [provider]: { images: pictures.map(() => ({})) },
          gateway: {
            routing: { originalModelId: id, resolvedProvider: provider, finalProvider: provider },
            ...(cost === null
              ? {}
              : { cost, marketCost: cost, inferenceCost: cost, inputInferenceCost: '0' }),
            generationId: `gen_${generations}`,
          },
        },
        ...(behaviour.usage === null ? {} : { usage: behaviour.usage }),
      },
    };
  }

  const engine = await startFakeServer({
    port: options.port ?? 0,
    basePath: '/v4/ai',
    notFound: () => failed(404, 'not_found', 'Not Found'),
    delayMs: (route) => behaviour.delayMs[route] ?? 0,
    before: ({ request }, route) => {
      const refused = unauthorized(request, behaviour, route.name);
      if (refused !== undefined) return refused;
      if (behaviour.creditExhausted && route.name === 'generate') {
        return failed(
          402,
          'insufficient_funds',
          'Insufficient funds. Add credits to your account to continue.',
        );
      }
      return undefined;
    },
    routes: [
      { name: 'generate', method: 'POST', path: /^\/v4\/ai\/image-model$/, handle: make },
      {
        name: 'models',
        method: 'GET',
        path: /^\/v4\/ai\/config$/,
        handle: () => ({ json: { models: behaviour.models.map(modelEntry) } }),
      },
      {
        name: 'credits',
        method: 'GET',
        path: /^\/v1\/credits$/,
        handle: () => ({
          json: { balance: behaviour.creditExhausted ? '0' : behaviour.balance, total_used: '3.10' },
        }),
      },
    ],
  });
  return asService(engine, behaviour, faults);
}

function unauthorized(
  request: RecordedRequest,
  behaviour: GatewayBehaviour,
  route: string,
): Answer | undefined {
  // Credits are a plain REST route, the protocol is that of the models.
  if (route !== 'credits' && request.headers['ai-gateway-protocol-version'] === undefined) {
    return failed(400, 'invalid_request_error', 'The header ai-gateway-protocol-version is missing.');
  }
  const key = tokenOf(request);
  if (behaviour.key === null || key === behaviour.key) return undefined;
  const shown = key === undefined ? '' : ` (${shownKey(behaviour, key)})`;
  return failed(401, 'authentication_error', `Invalid API key${shown}.`);
}

function modelEntry(model: GatewayModel): Record<string, unknown> {
  return {
    id: model.id,
    name: model.id,
    description: null,
    pricing: { input: '0', output: '0' },
    specification: { specificationVersion: 'v4', provider: model.id.split('/')[0], modelId: model.id },
    modelType: model.modelType,
  };
}

function failed(status: number, type: string, message: string, param?: unknown): Answer {
  return { status, json: errorBody(type, message, param) };
}

function errorBody(type: string, message: string, param: unknown = null): unknown {
  return { error: { message, type, param, code: null }, generationId: null };
}
