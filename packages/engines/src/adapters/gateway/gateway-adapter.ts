import { type Cost, CURRENCY, DioramaError, type Price } from '@diorama/contracts';
import { z } from 'zod';
import type { HttpFailure } from '../../kit/http/http.ts';
import type {
  Adapter,
  AdapterIo,
  AdapterJob,
  AdapterProbe,
  AdapterResult,
  Plan,
  PlanQuestion,
} from '../../kit/remote/adapter.ts';
import type { ConnectionConfig } from '../../kit/remote/connection.ts';
import { payOnce } from '../../kit/remote/pay-once.ts';
import { makeImages, PICTURE_TIMEOUTS } from '../ai-sdk/make-images.ts';
import { inOrder, modelChecks } from '../shared/model-list.ts';
import { readOptions, unknownOptions } from '../shared/options.ts';
import { planPictures } from '../shared/picture-plan.ts';
import { withRefusalsExplained } from '../shared/refused-inputs.ts';
import { readGatewayError } from './gateway-error.ts';
import { factsOf, KNOWN_MODELS, modelOf, PROMPT_MAX_CHARACTERS, sizeFor } from './models.ts';

/** Settings of a connection and of a request to it; the request's win. */
const gatewayOptions = z.object({
  /** Providers that may be used, in this order; null leaves it to the gateway. */
  order: z.array(z.string().max(100)).max(20).nullable().default(null),
  /** Only these providers. */
  only: z.array(z.string().max(100)).max(20).nullable().default(null),
  /** Only providers that keep nothing of what is sent. */
  zeroDataRetention: z.boolean().default(false),
  /** Options for the model's maker, by the maker's name, as `{"openai": {"quality": "high"}}`. */
  upstream: z.record(z.string(), z.record(z.string(), z.json())).default({}),
});

/** Lenient on purpose: entries of other kinds of models have other prices. */
const configSchema = z.object({
  models: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullish(),
      modelType: z.string().nullish(),
      pricing: z.record(z.string(), z.unknown()).nullish(),
    }),
  ),
});
const creditsSchema = z.object({ balance: z.string() });

const metadataSchema = z.object({ cost: z.string().optional() });

/** Version of the gateway's own protocol; its package sends the same. */
const PROTOCOL_HEADERS = { 'ai-gateway-protocol-version': '0.0.1', 'ai-gateway-auth-method': 'api-key' };

/** Image models of many makers through the Vercel AI Gateway. */
export class GatewayAdapter implements Adapter {
  readonly summary = 'Image models of many makers with one key; says what each picture cost.';
  readonly typicalMs = 25_000;
  readonly #connection: ConnectionConfig;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    readOptions(gatewayOptions, connection.options);
  }

  models() {
    // Names and prices are the gateway's own, so its list is kept as it was found.
    const found = this.#connection.probe?.models ?? [];
    if (found.length === 0) return KNOWN_MODELS.map((id) => modelOf(id));
    return found.map(({ id, name, price }) => modelOf(id, { name, price }));
  }

  unlistedModel(id: string) {
    return modelOf(id);
  }

  headers(): Record<string, string> {
    return {
      ...PROTOCOL_HEADERS,
      ...(this.#connection.key === null ? {} : { Authorization: `Bearer ${this.#connection.key}` }),
    };
  }

  readError(failure: HttpFailure): DioramaError | null {
    return readGatewayError(failure);
  }

  plan(question: PlanQuestion): Plan {
    readOptions(gatewayOptions, this.#connection.options, question.options);
    const { id } = question.model;
    return planPictures(question, {
      size: sizeFor(id, question.size).size,
      inputsMax: factsOf(id).inputsMax,
      inputLimits: { longEdgeMaxPx: 1_536, maxBytes: 3_000_000, mediaType: 'image/jpeg' },
      promptMaxCharacters: PROMPT_MAX_CHARACTERS,
      controlMap: null,
      warnings: unknownOptions(gatewayOptions, question.options),
    });
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    return await payOnce(io, () =>
      withRefusalsExplained(job, () => io.http.retrying('charged', () => this.#ask(job, io))),
    );
  }

  async probe(io: Pick<AdapterIo, 'http' | 'signal' | 'clock'>): Promise<AdapterProbe> {
    // The list is public; the balance shows whether the key is good.
    const credits = await io.http.json(z.union([creditsSchema, z.unknown().transform(() => null)]), {
      url: new URL('/v1/credits', this.#connection.address).href,
      accept: [404],
    });
    const { body } = await io.http.json(configSchema, { url: '/config' });
    const asOf = new Date(io.clock.now()).toISOString().slice(0, 10);
    const listed = new Map(
      body.models.filter(({ modelType }) => modelType === 'image').map((model) => [model.id, model]),
    );
    const ids = inOrder([...listed.keys()], KNOWN_MODELS);
    return {
      checks: [
        {
          check: 'key',
          ok: true,
          detail:
            credits.body === null
              ? 'The key is accepted.'
              : `The key is accepted. Balance: $${credits.body.balance}.`,
          hint: '',
        },
        ...modelChecks(this.#connection, ids),
      ],
      models: ids.map((id) => {
        const entry = listed.get(id);
        return modelOf(id, { name: entry?.name ?? id, price: priceOf(entry?.pricing ?? null, asOf) });
      }),
      server: null,
    };
  }

  async #ask(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    const { createGateway } = await import('@ai-sdk/gateway');
    const { order, only, zeroDataRetention, upstream } = readOptions(
      gatewayOptions,
      this.#connection.options,
      job.options,
    );
    const facts = factsOf(job.model.id);
    io.onProgress({ stage: 'waiting', fraction: 0.02 });
    const provider = createGateway({
      baseURL: this.#connection.address,
      apiKey: this.#connection.key ?? '',
      fetch: io.http.fetchWith(PICTURE_TIMEOUTS),
    });
    const gateway = {
      ...(order === null ? {} : { order }),
      ...(only === null ? {} : { only }),
      ...(zeroDataRetention ? { zeroDataRetention } : {}),
    };
    const makers: Record<string, Record<string, z.core.util.JSONType>> = {
      ...facts.providerOptions?.(job.size),
    };
    for (const [maker, options] of Object.entries(upstream)) makers[maker] = { ...makers[maker], ...options };
    const providerOptions = {
      ...makers,
      ...(Object.keys(gateway).length > 0 ? { gateway } : {}),
    };
    const { images, call, warnings } = await makeImages(job, io, {
      model: provider.imageModel(job.model.id),
      count: job.count,
      ...sizeFor(job.model.id, job.size).ask,
      ...(facts.hasSeed ? { seed: job.seed } : {}),
      ...(Object.keys(providerOptions).length > 0 ? { providerOptions } : {}),
    });
    const cost = costOf(call?.providerMetadata?.['gateway']);
    if (cost !== null) io.onCost(cost);
    if (images.length === 0)
      throw new DioramaError('output-withheld', 'The model behind AI Gateway gave no picture.', {
        hint: 'Most models do so when what they made is not allowed. Reword the prompt, or leave one of the inputs out.',
      });
    io.onProgress({ stage: 'receiving', fraction: 1 });
    return {
      images: images.map((bytes, index) => ({ bytes, seed: facts.hasSeed && index === 0 ? job.seed : null })),
      modelUsed: null,
      cost,
      warnings,
    };
  }
}

/** The decimal text that the gateway reports. */
function costOf(metadata: unknown): Cost | null {
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success || parsed.data.cost === undefined) return null;
  const amount = Number(parsed.data.cost);
  if (!Number.isFinite(amount) || amount < 0) return null;
  return { amount, currency: CURRENCY, estimated: false, basis: 'reported' };
}

/** Dollars per picture where the list has them, else per token, each as decimal text. */
function priceOf(pricing: Readonly<Record<string, unknown>> | null, asOf: string): Price | null {
  const source = 'The model list of AI Gateway';
  const perImage = dollars(pricing?.['image']);
  if (perImage !== null && perImage > 0) return { perImage, asOf, source };
  const input = dollars(pricing?.['input']);
  const output = dollars(pricing?.['output']);
  if (input === null || output === null || input + output === 0) return null;
  const perMillionTokens = { textInput: input * 1e6, imageInput: input * 1e6, output: output * 1e6 };
  if (Object.values(perMillionTokens).some((rate) => rate > 10_000)) return null;
  return { perMillionTokens, asOf, source };
}

function dollars(value: unknown): number | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const amount = Number(value);
  return Number.isFinite(amount) && amount >= 0 ? amount : null;
}
