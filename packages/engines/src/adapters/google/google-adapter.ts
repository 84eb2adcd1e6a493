import { type Cost, DioramaError } from '@diorama/contracts';
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
import { sendAll } from '../ai-sdk/send-all.ts';
import { sumCosts } from '../ai-sdk/token-cost.ts';
import { watchAnswers } from '../ai-sdk/watch-answers.ts';
import { inOrder, listModels, modelChecks } from '../shared/model-list.ts';
import { readOptions, unknownOptions } from '../shared/options.ts';
import { controlMapOption, planPictures } from '../shared/picture-plan.ts';
import { withRefusalsExplained } from '../shared/refused-inputs.ts';
import { costOf, type GeminiAnswer, missingPicture, readAnswer } from './gemini-answer.ts';
import { readGeminiError } from './gemini-error.ts';
import { factsOf, isImageModel, KNOWN_MODELS, modelOf, PROMPT_MAX_CHARACTERS, sizeFor } from './models.ts';

/** Settings of a connection and of a request to it; the request's win. */
const googleOptions = z.object({
  controlMap: controlMapOption,
  /** How long the model thinks; the model's own when null. Not every model knows every level. */
  thinkingLevel: z.enum(['minimal', 'low', 'medium', 'high']).nullable().default(null),
});

const modelsSchema = z.object({
  models: z.array(
    z.object({ name: z.string(), supportedGenerationMethods: z.array(z.string()).default([]) }),
  ),
});

/** Bytes of all pictures of a request together: 20 MB of JSON, in which base64 takes four bytes for three. */
const INPUT_BYTES = 13_500_000;
/** No single picture may be larger. */
const INPUT_BYTES_EACH = 7_000_000;
/** The API reads the seed as a signed 32-bit number. */
const SEED_MASK = 0x7fff_ffff;

/** The Gemini image models of the Gemini Developer API. */
export class GoogleAdapter implements Adapter {
  readonly summary = 'Gemini image models: edit by instruction, cheap, several references at once.';
  readonly typicalMs = 15_000;
  readonly #connection: ConnectionConfig;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    readOptions(googleOptions, connection.options);
  }

  models() {
    return listModels(this.#connection, KNOWN_MODELS, modelOf);
  }

  unlistedModel(id: string) {
    return modelOf(id);
  }

  headers(): Record<string, string> {
    return this.#connection.key === null ? {} : { 'x-goog-api-key': this.#connection.key };
  }

  readError(failure: HttpFailure): DioramaError | null {
    return readGeminiError(failure);
  }

  plan(question: PlanQuestion): Plan {
    if (!question.model.id.startsWith('gemini-'))
      throw new DioramaError('unknown-model', `${question.model.id} is not a Gemini model.`);
    const options = readOptions(googleOptions, this.#connection.options, question.options);
    const facts = factsOf(question.model.id);
    const plan = planPictures(question, {
      size: sizeFor(facts, question.size).size,
      inputsMax: facts.inputsMax,
      inputLimits: { longEdgeMaxPx: 1_536, maxBytes: INPUT_BYTES_EACH, mediaType: 'image/jpeg' },
      promptMaxCharacters: PROMPT_MAX_CHARACTERS,
      controlMap: options.controlMap,
      warnings: unknownOptions(googleOptions, question.options),
    });
    const maxBytes = Math.min(INPUT_BYTES_EACH, Math.floor(INPUT_BYTES / Math.max(1, plan.inputs.length)));
    return { ...plan, inputLimits: { ...plan.inputLimits, maxBytes } };
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    const costs: (Cost | null)[] = [];
    return await payOnce(io, () =>
      withRefusalsExplained(job, async () => {
        io.onProgress({ stage: 'waiting', fraction: 0.02 });
        // One answer holds one picture.
        const sends = Array.from({ length: job.count }, (_, index) => () => this.#ask(job, io, index, costs));
        const { answers, warnings } = await sendAll(io, sends, (answered) =>
          io.onProgress({ stage: 'generating', fraction: answered / job.count }),
        );
        return {
          images: answers.map(({ image }) => ({ bytes: image, seed: null })),
          modelUsed: answers[0]?.answer?.modelVersion ?? null,
          cost: sumCosts(costs),
          warnings,
        };
      }),
    );
  }

  async probe(io: Pick<AdapterIo, 'http' | 'signal' | 'clock'>): Promise<AdapterProbe> {
    const { body } = await io.http.json(modelsSchema, { url: '/models?pageSize=1000' });
    const found = body.models
      .map(({ name, supportedGenerationMethods }) => ({
        id: name.replace(/^models\//, ''),
        methods: supportedGenerationMethods,
      }))
      .filter(({ id, methods }) => isImageModel(id, methods))
      .map(({ id }) => id);
    const ids = inOrder(found, KNOWN_MODELS);
    return {
      checks: [
        { check: 'key', ok: true, detail: 'The key is accepted.', hint: '' },
        ...modelChecks(this.#connection, ids),
      ],
      models: ids.map(modelOf),
      server: null,
    };
  }

  /** One request for one picture. What it costs is reported also when it brings none. */
  async #ask(
    job: AdapterJob,
    io: AdapterIo,
    index: number,
    costs: (Cost | null)[],
  ): Promise<{ image: Uint8Array; answer: GeminiAnswer | null }> {
    const { createGoogle } = await import('@ai-sdk/google');
    const facts = factsOf(job.model.id);
    const { thinkingLevel } = readOptions(googleOptions, this.#connection.options, job.options);
    const { aspectRatio, imageSize } = sizeFor(facts, job.size);
    let answer: GeminiAnswer | null = null;
    const provider = createGoogle({
      baseURL: this.#connection.address,
      apiKey: this.#connection.key ?? '',
      fetch: watchAnswers(io.http.fetchWith(PICTURE_TIMEOUTS), (json) => {
        answer = readAnswer(json);
        return undefined;
      }),
    });
    const { images } = await makeImages(job, io, {
      model: provider.image(job.model.id),
      count: 1,
      aspectRatio,
      seed: (job.seed + index) & SEED_MASK,
      providerOptions: {
        google: {
          ...(imageSize === null ? {} : { imageConfig: { imageSize } }),
          ...(thinkingLevel === null ? {} : { thinkingConfig: { thinkingLevel } }),
        },
      },
    });
    const cost = costOf(answer, job.model.price, facts.perMillionTextOutput);
    costs.push(cost);
    const total = sumCosts(costs);
    if (total !== null) io.onCost(total);
    const image = images[0];
    if (image === undefined) throw missingPicture(answer);
    return { image, answer };
  }
}
