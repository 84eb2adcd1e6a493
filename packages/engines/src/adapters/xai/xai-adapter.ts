import { type Cost, CURRENCY, DioramaError, type Warning } from '@diorama/contracts';
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
import { sendAll, shares } from '../ai-sdk/send-all.ts';
import { sumCosts } from '../ai-sdk/token-cost.ts';
import { watchAnswers } from '../ai-sdk/watch-answers.ts';
import { inOrder, listModels, modelChecks } from '../shared/model-list.ts';
import { QUALITY_SYNONYMS, readOptions, unknownOptions } from '../shared/options.ts';
import { controlMapOption, planPictures } from '../shared/picture-plan.ts';
import { withRefusalsExplained } from '../shared/refused-inputs.ts';
import { readUsualError } from '../shared/service-words.ts';
import {
  factsOf,
  IMAGES_PER_CALL,
  INPUTS_MAX,
  isImageModel,
  KNOWN_MODELS,
  modelOf,
  PROMPT_MAX_CHARACTERS,
  sizeFor,
} from './models.ts';

/** Settings of a connection and of a request to it; the request's win. */
const xaiOptions = z.object({
  /** Of the models whose price goes by it; `high` is not offered yet. */
  quality: z
    .preprocess(
      (value) => (typeof value === 'string' ? (QUALITY_SYNONYMS[value] ?? value) : value),
      z.enum(['low', 'medium', 'high']),
    )
    .default('medium'),
  controlMap: controlMapOption,
});

const modelsSchema = z.object({ models: z.array(z.object({ id: z.string() })) });
const modelListSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

const answerSchema = z.looseObject({
  data: z.array(z.looseObject({ respect_moderation: z.boolean().nullish() })).nullish(),
});

/** @see https://docs.x.ai/developers/cost-tracking */
const TICKS_PER_DOLLAR = 10_000_000_000;

/** What one request brought. */
interface Share {
  readonly images: readonly Uint8Array[];
  /** Images that the answer speaks of. */
  readonly listed: number;
  /** Those of them that were not handed out because of what they show. */
  readonly withheld: number;
  readonly cost: Cost | null;
  readonly warnings: readonly Warning[];
}

/** The Grok Imagine models of the xAI API. */
export class XaiAdapter implements Adapter {
  readonly summary = 'Grok Imagine: quick edits by instruction; says exactly what each picture cost.';
  readonly typicalMs = 12_000;
  readonly #connection: ConnectionConfig;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    readOptions(xaiOptions, connection.options);
  }

  models() {
    return listModels(this.#connection, KNOWN_MODELS, modelOf);
  }

  unlistedModel(id: string) {
    return modelOf(id);
  }

  headers(): Record<string, string> {
    return this.#connection.key === null ? {} : { Authorization: `Bearer ${this.#connection.key}` };
  }

  readError(failure: HttpFailure): DioramaError | null {
    return readUsualError(failure, 'xAI');
  }

  plan(question: PlanQuestion): Plan {
    const options = readOptions(xaiOptions, this.#connection.options, question.options);
    return planPictures(question, {
      size: sizeFor(question.size).size,
      inputsMax: INPUTS_MAX,
      inputLimits: { longEdgeMaxPx: 1_536, maxBytes: 6_000_000, mediaType: 'image/jpeg' },
      promptMaxCharacters: PROMPT_MAX_CHARACTERS,
      controlMap: options.controlMap,
      warnings: unknownOptions(xaiOptions, question.options),
    });
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    return await payOnce(io, () =>
      withRefusalsExplained(job, async () => {
        io.onProgress({ stage: 'waiting', fraction: 0.02 });
        const counts = shares(job.count, IMAGES_PER_CALL);
        const costs: (Cost | null)[] = [];
        const { answers, warnings } = await sendAll(
          io,
          counts.map((count) => async () => {
            const share = await this.#ask(job, io, count);
            costs.push(share.cost);
            const total = sumCosts(costs);
            if (total !== null) io.onCost(total);
            if (share.images.length === 0) throw emptyError(share);
            return share;
          }),
          (answered) => io.onProgress({ stage: 'generating', fraction: answered / counts.length }),
        );
        const withheld = answers.reduce((sum, share) => sum + share.withheld, 0);
        return {
          images: answers.flatMap((share) => share.images.map((bytes) => ({ bytes, seed: null }))),
          modelUsed: null,
          cost: sumCosts(costs),
          warnings: [
            ...warnings,
            ...answers.flatMap((share) => share.warnings),
            ...(withheld > 0 ? [withheldWarning(withheld)] : []),
          ],
        };
      }),
    );
  }

  async probe(io: Pick<AdapterIo, 'http' | 'signal' | 'clock'>): Promise<AdapterProbe> {
    const found = await this.#listImageModels(io);
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

  async #listImageModels(io: Pick<AdapterIo, 'http'>): Promise<string[]> {
    const own = z.union([modelsSchema, z.unknown().transform(() => null)]);
    const { status, body } = await io.http.json(own, { url: '/image-generation-models', accept: [404] });
    if (status !== 404 && body !== null) return body.models.map(({ id }) => id);
    const all = await io.http.json(modelListSchema, { url: '/models' });
    return all.body.data.map(({ id }) => id).filter(isImageModel);
  }

  async #ask(job: AdapterJob, io: AdapterIo, count: number): Promise<Share> {
    const { createXai } = await import('@ai-sdk/xai');
    const { quality } = readOptions(xaiOptions, this.#connection.options, job.options);
    const { aspectRatio, resolution } = sizeFor(job.size);
    let withheld = 0;
    let listed = 0;
    const provider = createXai({
      baseURL: this.#connection.address,
      apiKey: this.#connection.key ?? '',
      // One withheld picture would make the SDK throw the others away, which are paid for.
      fetch: watchAnswers(io.http.fetchWith(PICTURE_TIMEOUTS), (json) => {
        const parsed = answerSchema.safeParse(json);
        if (!parsed.success) return undefined;
        const all = parsed.data.data ?? [];
        const allowed = all.filter((image) => image.respect_moderation !== false);
        listed = all.length;
        withheld = all.length - allowed.length;
        return { ...parsed.data, data: allowed.filter(hasPicture) };
      }),
    });
    const { images, call, warnings } = await makeImages(job, io, {
      model: provider.image(job.model.id),
      count,
      aspectRatio,
      providerOptions: { xai: { resolution, ...(factsOf(job.model.id).hasQuality ? { quality } : {}) } },
    });
    return { images, listed, withheld, cost: costOf(call?.providerMetadata?.['xai']), warnings };
  }
}

function hasPicture(image: Readonly<Record<string, unknown>>): boolean {
  return [image['b64_json'], image['url']].some((value) => typeof value === 'string' && value !== '');
}

function costOf(metadata: unknown): Cost | null {
  if (typeof metadata !== 'object' || metadata === null || !('costInUsdTicks' in metadata)) return null;
  const ticks = metadata.costInUsdTicks;
  if (typeof ticks !== 'number') return null;
  return { amount: ticks / TICKS_PER_DOLLAR, currency: CURRENCY, estimated: false, basis: 'reported' };
}

/** A request that was blocked as a whole is answered with an empty list. */
function emptyError({ listed, withheld }: Share): DioramaError {
  return listed === 0 || withheld > 0
    ? new DioramaError('output-withheld', 'xAI made the picture and withheld it.')
    : new DioramaError('invalid-output', 'xAI answered without a picture.');
}

function withheldWarning(count: number): Warning {
  return {
    code: 'fewer-images',
    message: `xAI withheld ${count === 1 ? 'one picture' : `${count} pictures`} because of what they showed.`,
  };
}
