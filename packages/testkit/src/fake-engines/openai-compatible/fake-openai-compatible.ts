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
  type RecordedRequest,
  type RouteContext,
  readPicture,
  refusalHits,
  renderAnswer,
  resultOrigin,
  shownKey,
  startFakeServer,
  tokenOf,
  usualFaults,
} from '../kit/index.ts';
import { openAiBody } from '../openai/openai-schema.ts';

/** What can be set on the fake of a plain server that speaks the two image routes of OpenAI. */
export interface OpenAiCompatibleBehaviour extends CommonBehaviour {
  /** Ids of the model list; null: there is no such route. Any model name is accepted for pictures. */
  models: string[] | null;
  answers: 'b64_json' | 'url';
  /** Fields that are not of the two routes are refused. Else they are ignored, but `seed` is honoured. */
  strictFields: boolean;
  /** How errors look: OpenAI's object, a bare text, or a `detail` as of many Python servers. */
  errorForm: 'object' | 'text' | 'detail';
  /** Without: the route for edits does not exist. */
  edits: boolean;
  refuse: 'input' | null;
  /** Tokens in the answer; null: no usage. */
  usage: { input_tokens: number; output_tokens: number; total_tokens: number } | null;
  /** Where result files are gone already. */
  resultsExpire: boolean;
}

export type FakeOpenAiCompatible = FakeService<OpenAiCompatibleBehaviour>;

const FIELDS = {
  model: { type: 'string' },
  prompt: { type: 'string', minLength: 1 },
  n: { type: 'integer', minimum: 1, maximum: 10 },
  size: { type: 'string', pattern: '^\\d+x\\d+$' },
  response_format: { enum: ['b64_json', 'url'] },
  user: { type: 'string' },
};
const FILES = { image: { type: 'array', maxItems: 10 }, mask: { type: 'string' } };
const EXTRA = { seed: { type: 'integer' } };

const check = {
  strict: {
    generate: fieldChecker({
      type: 'object',
      required: ['prompt'],
      properties: FIELDS,
      additionalProperties: false,
    }),
    edit: fieldChecker({
      type: 'object',
      required: ['prompt', 'image'],
      properties: { ...FIELDS, ...FILES },
      additionalProperties: false,
    }),
  },
  loose: {
    generate: fieldChecker({ type: 'object', required: ['prompt'], properties: { ...FIELDS, ...EXTRA } }),
    edit: fieldChecker({
      type: 'object',
      required: ['prompt', 'image'],
      properties: { ...FIELDS, ...FILES, ...EXTRA },
    }),
  },
};

const FAULT_WORDS = {
  rateLimit: 'Too many requests.',
  serverError: 'Something broke.',
  overloaded: 'No worker is free.',
};

/**
 * Starts a fake of a plain server with the image routes of OpenAI. No key is needed unless one is set. Routes:
 * `generate`, `edit`, `models`, `download`.
 */
export async function startFakeOpenAiCompatible(
  options: FakeOptions<OpenAiCompatibleBehaviour> = {},
): Promise<FakeOpenAiCompatible> {
  const behaviour: OpenAiCompatibleBehaviour = {
    ...commonBehaviour(),
    key: null,
    models: ['local-diffusion'],
    answers: 'b64_json',
    strictFields: false,
    errorForm: 'object',
    edits: true,
    refuse: null,
    usage: null,
    resultsExpire: false,
    ...options.behaviour,
  };
  const files = new Map<string, Picture>();
  const failed = (status: number, message: string): Answer => ({
    status,
    json: errorBody(behaviour, message),
  });
  const faults = usualFaults((fault) => errorBody(behaviour, FAULT_WORDS[fault]));

  async function make(context: RouteContext, kind: 'generate' | 'edit'): Promise<Answer> {
    const { request } = context;
    const body = openAiBody(request);
    if (body === undefined) return failed(400, 'The body cannot be read.');
    // Multipart carries numbers as text.
    if (request.form !== undefined && /^-?\d+$/.test(String(body['seed'])))
      body['seed'] = Number(body['seed']);
    const problem = check[behaviour.strictFields ? 'strict' : 'loose'][kind](body)[0];
    if (problem !== undefined) return failed(422, `${problem.path.join('.')}: ${problem.message}`);
    const sizePx = parseSize(String(body['size'] ?? '512x512'));
    if (sizePx === undefined || sizePx.widthPx % 8 !== 0 || sizePx.heightPx % 8 !== 0) {
      return failed(400, 'Width and height must be multiples of 8.');
    }
    const images = await readImages(request);
    if (images === undefined) return failed(400, 'An image cannot be read.');
    const understood = {
      model: String(body['model'] ?? ''),
      prompt: String(body['prompt']),
      images,
      recorded: request,
    };
    if (behaviour.refuse !== null && refusalHits(behaviour, understood)) {
      return failed(400, 'The prompt was rejected by the content filter.');
    }
    const data = await Promise.all(
      Array.from({ length: Number(body['n'] ?? 1) }, async (_, index) => {
        const picture = await renderAnswer(
          {
            ...sizePx,
            prompt: understood.prompt,
            seed: body['seed'] as number | undefined,
            index,
            inputs: images.map((image) => image.bytes),
            mediaType: 'image/png' satisfies PictureMediaType,
          },
          behaviour.picture,
        );
        if (behaviour.answers === 'b64_json')
          return { b64_json: Buffer.from(picture.bytes).toString('base64') };
        const name = `${files.size}.png`;
        files.set(name, picture);
        return { url: `${resultOrigin(behaviour, context)}/files/${name}` };
      }),
    );
    const usage = behaviour.usage === null ? {} : { usage: behaviour.usage };
    return { json: { created: Math.floor(Date.now() / 1000), data, ...usage } };
  }

  const engine = await startFakeServer({
    port: options.port ?? 0,
    basePath: '/v1',
    notFound: () => failed(404, 'Not Found'),
    delayMs: (route) => behaviour.delayMs[route] ?? 0,
    forgetJobs: () => files.clear(),
    before: ({ request }, route) => {
      if (route.name === 'download') return undefined;
      const key = tokenOf(request);
      if (behaviour.key !== null && key !== behaviour.key) {
        return failed(
          401,
          key === undefined ? 'A key is needed.' : `The key ${shownKey(behaviour, key)} is unknown.`,
        );
      }
      if (behaviour.creditExhausted && route.name !== 'models') return failed(402, 'No credit is left.');
      return undefined;
    },
    routes: [
      {
        name: 'generate',
        method: 'POST',
        path: /^\/v1\/images\/generations$/,
        handle: (context) => make(context, 'generate'),
      },
      {
        name: 'edit',
        method: 'POST',
        path: /^\/v1\/images\/edits$/,
        handle: (context) => (behaviour.edits ? make(context, 'edit') : failed(404, 'Not Found')),
      },
      {
        name: 'models',
        method: 'GET',
        path: /^\/v1\/models$/,
        handle: () =>
          behaviour.models === null
            ? failed(404, 'Not Found')
            : { json: { object: 'list', data: behaviour.models.map((id) => ({ id, object: 'model' })) } },
      },
      {
        name: 'download',
        method: 'GET',
        path: /^\/files\/(?<name>[^/]+)$/,
        handle: ({ params }) => {
          const picture = files.get(params['name'] ?? '');
          return picture === undefined || behaviour.resultsExpire
            ? failed(404, 'Not Found')
            : { bytes: picture.bytes, headers: { 'content-type': picture.mediaType } };
        },
      },
    ],
  });
  return asService(engine, behaviour, faults);
}

function errorBody(behaviour: OpenAiCompatibleBehaviour, message: string): unknown {
  if (behaviour.errorForm === 'text') return { error: message };
  if (behaviour.errorForm === 'detail') return { detail: message };
  return { error: { message, type: 'invalid_request_error', param: null, code: null } };
}

async function readImages(request: RecordedRequest): Promise<InputPicture[] | undefined> {
  const images: InputPicture[] = [];
  for (const file of request.form?.files ?? []) {
    if (file.name !== 'image' && file.name !== 'image[]') continue;
    const image = await readPicture(file.bytes);
    if (image === undefined) return undefined;
    images.push(image);
  }
  return images;
}
