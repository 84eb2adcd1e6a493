import { DioramaError, type Warning } from '@diorama/contracts';
import type { GenerateImageCall } from 'ai';
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
import { type TokenUse, tokenCost } from '../ai-sdk/token-cost.ts';
import { inOrder, listModels, modelChecks } from '../shared/model-list.ts';
import { readOptions, unknownOptions } from '../shared/options.ts';
import { planPictures } from '../shared/picture-plan.ts';
import { withRefusalsExplained } from '../shared/refused-inputs.ts';
import { readUsualError } from '../shared/service-words.ts';
import { factsOf, INPUTS_MAX, isImageModel, KNOWN_MODELS, modelOf, PROMPT_MAX_CHARACTERS } from './models.ts';
import { type OpenAiOptions, OWNERS_ONLY, openAiOptions } from './openai-options.ts';
import { fieldsFor, sizeFor, wireFields } from './request-fields.ts';
import { isStreamRefusal, streamImage } from './stream-image.ts';

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Pictures as sent: larger ones cost more tokens and add nothing. */
const INPUT_LIMITS = { longEdgeMaxPx: 1_536, maxBytes: 20_000_000, mediaType: 'image/png' } as const;

/** The gpt-image models of the OpenAI API, by its images routes. */
export class OpenAiAdapter implements Adapter {
  readonly summary =
    'Makes and edits images by instruction; keeps to the scene well and shows the picture on the way.';
  readonly typicalMs = 40_000;
  readonly #connection: ConnectionConfig;
  readonly #options: OpenAiOptions;
  /** Whether this account may stream, as far as it was tried. */
  #streams = true;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    this.#options = readOptions(openAiOptions, connection.options);
  }

  models() {
    return listModels(this.#connection, KNOWN_MODELS, modelOf);
  }

  unlistedModel(id: string) {
    return modelOf(id);
  }

  headers(): Record<string, string> {
    const { organization, project } = this.#options;
    return {
      ...(this.#connection.key === null ? {} : { Authorization: `Bearer ${this.#connection.key}` }),
      ...(organization === null ? {} : { 'OpenAI-Organization': organization }),
      ...(project === null ? {} : { 'OpenAI-Project': project }),
    };
  }

  readError(failure: HttpFailure): DioramaError | null {
    return readUsualError(failure, 'OpenAI');
  }

  plan(question: PlanQuestion): Plan {
    const options = this.#optionsOf(question.options);
    const facts = factsOf(question.model.id);
    return planPictures(question, {
      size: sizeFor(facts, question.size),
      inputsMax: INPUTS_MAX,
      inputLimits: INPUT_LIMITS,
      promptMaxCharacters: PROMPT_MAX_CHARACTERS,
      controlMap: options.controlMap,
      warnings: [
        ...unknownOptions(openAiOptions, question.options, OWNERS_ONLY),
        ...qualityWarning(question, options),
      ],
    });
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    const options = this.#optionsOf(job.options);
    return await payOnce(io, () =>
      withRefusalsExplained(job, async () => {
        if (job.count === 1 && options.partialImages > 0 && this.#streams) {
          try {
            return await this.#stream(job, io, options);
          } catch (thrown) {
            if (!isStreamRefusal(thrown)) throw thrown;
            this.#streams = false;
            io.log('openai-does-not-stream', { model: job.model.id });
          }
        }
        return await io.http.retrying('charged', () => this.#ask(job, io, options));
      }),
    );
  }

  async probe(io: Pick<AdapterIo, 'http' | 'signal' | 'clock'>): Promise<AdapterProbe> {
    const { body } = await io.http.json(modelsSchema, { url: '/models' });
    const ids = inOrder(body.data.map(({ id }) => id).filter(isImageModel), KNOWN_MODELS);
    return {
      checks: [
        { check: 'key', ok: true, detail: 'The key is accepted.', hint: '' },
        ...modelChecks(this.#connection, ids),
      ],
      models: ids.map(modelOf),
      server: null,
    };
  }

  async #stream(job: AdapterJob, io: AdapterIo, options: OpenAiOptions): Promise<AdapterResult> {
    const fields = wireFields(fieldsFor(factsOf(job.model.id), options, job.inputs.length > 0));
    const { image, use } = await streamImage(job, io, fields, options.partialImages);
    io.onProgress({ stage: 'receiving', fraction: 1 });
    return this.#result(job, io, [image], use, []);
  }

  async #ask(job: AdapterJob, io: AdapterIo, options: OpenAiOptions): Promise<AdapterResult> {
    const { createOpenAI } = await import('@ai-sdk/openai');
    io.onProgress({ stage: 'waiting', fraction: 0.02 });
    const provider = createOpenAI({
      baseURL: this.#connection.address,
      apiKey: this.#connection.key ?? '',
      fetch: io.http.fetchWith(PICTURE_TIMEOUTS),
    });
    const { images, call, warnings } = await makeImages(job, io, {
      model: provider.image(job.model.id),
      count: job.count,
      size: `${job.size.width}x${job.size.height}`,
      providerOptions: { openai: { ...fieldsFor(factsOf(job.model.id), options, job.inputs.length > 0) } },
    });
    if (images.length === 0) throw new DioramaError('invalid-output', 'OpenAI answered without a picture.');
    io.onProgress({ stage: 'receiving', fraction: 1 });
    return this.#result(job, io, images, tokenUse(call), warnings);
  }

  #result(
    job: AdapterJob,
    io: AdapterIo,
    images: readonly Uint8Array[],
    use: TokenUse | null,
    warnings: readonly Warning[],
  ): AdapterResult {
    const cost = use === null ? null : tokenCost(job.model.price, use);
    if (cost !== null) io.onCost(cost);
    return { images: images.map((bytes) => ({ bytes, seed: null })), modelUsed: null, cost, warnings };
  }

  #optionsOf(request: Readonly<Record<string, unknown>>): OpenAiOptions {
    return readOptions(openAiOptions, this.#connection.options, request, OWNERS_ONLY);
  }
}

function qualityWarning({ model }: PlanQuestion, { quality }: OpenAiOptions): Warning[] {
  if (factsOf(model.id).qualities.includes(quality)) return [];
  return [
    {
      code: 'option-ignored',
      message: `${model.name} knows no quality "${quality}"; it is asked for "high".`,
    },
  ];
}

const imageMetadataSchema = z.array(
  z.object({ imageTokens: z.number().optional(), textTokens: z.number().optional() }),
);

/** The SDK spreads the input tokens over the images; together they are what the service counted. */
function tokenUse(call: GenerateImageCall | null): TokenUse | null {
  if (!call?.usage) return null;
  const parsed = imageMetadataSchema.safeParse(call.providerMetadata?.['openai']?.images);
  const spread = parsed.success ? parsed.data : [];
  const imageInput = spread.reduce((sum, { imageTokens = 0 }) => sum + imageTokens, 0);
  const textInput = spread.some(({ textTokens }) => textTokens !== undefined)
    ? spread.reduce((sum, { textTokens = 0 }) => sum + textTokens, 0)
    : (call.usage.inputTokens ?? 0) - imageInput;
  return { textInput, imageInput, output: call.usage.outputTokens ?? 0 };
}
