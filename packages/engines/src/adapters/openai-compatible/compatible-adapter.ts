import {
  ASPECT_RATIOS,
  DioramaError,
  type EngineCapabilities,
  type EngineModel,
  type PixelSize,
} from '@diorama/contracts';
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
import { sizeByRule } from '../../kit/remote/sizes.ts';
import { makeImages, PICTURE_TIMEOUTS } from '../ai-sdk/make-images.ts';
import { sendAll, shares } from '../ai-sdk/send-all.ts';
import { watchAnswers } from '../ai-sdk/watch-answers.ts';
import { modelChecks } from '../shared/model-list.ts';
import { readOptions, unknownOptions } from '../shared/options.ts';
import { planPictures } from '../shared/picture-plan.ts';
import { withRefusalsExplained } from '../shared/refused-inputs.ts';
import { readUsualError } from '../shared/service-words.ts';
import { type CompatibleOptions, compatibleOptions, OWNERS_ONLY } from './compatible-options.ts';
import { withPicturesInside } from './linked-pictures.ts';

const modelsSchema = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Stands for the server's own choice where it names no models. */
const ANY_MODEL = 'default';

/** Any server with the two image routes of the OpenAI API. */
export class OpenAiCompatibleAdapter implements Adapter {
  readonly summary = 'Any server with the image routes of the OpenAI API.';
  readonly typicalMs = null;
  readonly #connection: ConnectionConfig;
  readonly #options: CompatibleOptions;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    this.#options = readOptions(compatibleOptions, connection.options);
  }

  models() {
    const ids = this.#connection.probe?.models.map(({ id }) => id) ?? [];
    return ids.map((id) => this.unlistedModel(id));
  }

  unlistedModel(id: string): EngineModel {
    return { id, name: id, capabilities: capabilitiesOf(this.#options), price: null, note: null };
  }

  headers(): Record<string, string> {
    return {
      ...this.#options.headers,
      ...(this.#connection.key === null ? {} : { Authorization: `Bearer ${this.#connection.key}` }),
    };
  }

  readError(failure: HttpFailure): DioramaError | null {
    return readUsualError(failure, this.#connection.name);
  }

  plan(question: PlanQuestion): Plan {
    const options = this.#optionsOf(question.options);
    return planPictures(question, {
      size: sizeFor(options, question.size),
      inputsMax: options.takesPictures ? options.inputsMax : 0,
      inputLimits: { longEdgeMaxPx: 1_536, maxBytes: 20_000_000, mediaType: 'image/png' },
      promptMaxCharacters: options.promptMaxCharacters,
      controlMap: null,
      warnings: unknownOptions(compatibleOptions, question.options, OWNERS_ONLY),
    });
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    const options = this.#optionsOf(job.options);
    return await payOnce(io, () =>
      withRefusalsExplained(job, async () => {
        io.onProgress({ stage: 'waiting', fraction: 0.02 });
        const counts = shares(job.count, options.imagesPerCall);
        const { answers, warnings } = await sendAll(
          io,
          counts.map(
            (count, index) => () => this.#ask(job, io, options, count, index * options.imagesPerCall),
          ),
          (answered) => io.onProgress({ stage: 'generating', fraction: answered / counts.length }),
        );
        return {
          images: answers.flatMap(({ images }) => images.map((bytes) => ({ bytes, seed: null }))),
          modelUsed: null,
          cost: null,
          warnings: [...warnings, ...answers.flatMap((answer) => answer.warnings)],
        };
      }),
    );
  }

  async probe(io: Pick<AdapterIo, 'http' | 'signal' | 'clock'>): Promise<AdapterProbe> {
    const list = z.union([modelsSchema, z.unknown().transform(() => null)]);
    const { status, body } = await io.http.json(list, { url: '/models', accept: [404, 405, 501] });
    const address = { check: 'address', ok: true, detail: 'The server answers.', hint: '' };
    if (status === 200 && body !== null) {
      const ids = body.data.map(({ id }) => id);
      return {
        checks: [address, ...modelChecks(this.#connection, ids)],
        models: ids.map((id) => this.unlistedModel(id)),
        server: null,
      };
    }
    const own = [...new Set([this.#connection.defaultModel, ...this.#connection.extraModels])].filter(
      (id) => id !== null,
    );
    const ids = own.length > 0 ? own : [ANY_MODEL];
    return {
      checks: [
        address,
        {
          check: 'models',
          ok: true,
          detail: `The server does not list its models; ${ids.join(', ')} will be asked for.`,
          hint: own.length > 0 ? '' : 'Enter the id of its model if it wants one.',
        },
      ],
      models: ids.map((id) => this.unlistedModel(id)),
      server: null,
    };
  }

  async #ask(job: AdapterJob, io: AdapterIo, options: CompatibleOptions, count: number, first: number) {
    const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
    const provider = createOpenAICompatible({
      name: 'server',
      baseURL: this.#connection.address,
      ...(this.#connection.key === null ? {} : { apiKey: this.#connection.key }),
      fetch: watchAnswers(io.http.fetchWith(PICTURE_TIMEOUTS), (answer) =>
        withPicturesInside(answer, this.#connection.address, io),
      ),
    });
    const { size, seed } = { size: `${job.size.width}x${job.size.height}`, seed: job.seed + first };
    try {
      const answer = await makeImages(job, io, {
        model: provider.imageModel(job.model.id),
        count,
        size,
        providerOptions: {
          server: {
            ...(options.responseFormat === null ? {} : { response_format: options.responseFormat }),
            ...(options.sendSeed ? { seed } : {}),
            ...options.extraBody,
          },
        },
      });
      if (answer.images.length === 0)
        throw new DioramaError('invalid-output', `${this.#connection.name} answered without a picture.`);
      return answer;
    } catch (thrown) {
      throw job.inputs.length > 0 && isMissingRoute(thrown) ? this.#takesNoPictures(thrown) : thrown;
    }
  }

  #optionsOf(request: Readonly<Record<string, unknown>>): CompatibleOptions {
    return readOptions(compatibleOptions, this.#connection.options, request, OWNERS_ONLY);
  }

  #takesNoPictures(cause: unknown): DioramaError {
    return new DioramaError('request-rejected', `${this.#connection.name} has no route for pictures.`, {
      hint: 'Switch canvas and references off, or say in the settings of this engine that it takes no pictures.',
      cause,
    });
  }
}

/** A 404 without a word about a model: the route itself is missing. */
function isMissingRoute(thrown: unknown): boolean {
  return (
    thrown instanceof DioramaError &&
    thrown.code === 'request-rejected' &&
    (thrown.details['status'] === 404 || thrown.details['status'] === 405)
  );
}

function sizeFor({ sizes, sizeStepPx, longEdgeMaxPx }: CompatibleOptions, wanted: PixelSize): PixelSize {
  if (sizes === null) {
    const smallest = Math.max(64, sizeStepPx);
    return sizeByRule(wanted, {
      stepPx: sizeStepPx,
      edgeMaxPx: longEdgeMaxPx,
      pixelsMin: Math.min(256 * 256, smallest ** 2 * 4),
      pixelsMax: longEdgeMaxPx ** 2,
      ratioMax: 8,
    });
  }
  const target = Math.log(wanted.width / wanted.height);
  const [best] = sizes
    .map((size) => {
      const [width, height] = size.split('x').map(Number);
      return { width: width!, height: height! };
    })
    .toSorted((a, b) => misfit(a, target, wanted) - misfit(b, target, wanted));
  return best!;
}

/** Shape first, then area. */
function misfit({ width, height }: PixelSize, target: number, wanted: PixelSize): number {
  return (
    20 * Math.abs(Math.log(width / height) - target) +
    Math.abs(Math.log((width * height) / (wanted.width * wanted.height)))
  );
}

function capabilitiesOf({
  takesPictures,
  inputsMax,
  longEdgeMaxPx,
  sizes,
}: CompatibleOptions): EngineCapabilities {
  const inputs = takesPictures ? inputsMax : 0;
  return {
    textOnly: true,
    canvas: inputs > 0,
    referencesMax: Math.max(0, Math.min(2, inputs - 1)),
    referenceRoles: inputs > 1 ? ['style', 'material', 'background', 'subject', 'palette'] : [],
    aspectRatios: sizes === null ? [...ASPECT_RATIOS] : [],
    longEdgeMin: 256,
    longEdgeMax: longEdgeMaxPx,
    seed: false,
    negativePrompt: false,
    geometryStrength: inputs > 0,
    controlMaps: [],
    mask: false,
    countMax: 4,
    progress: false,
    previews: false,
    cancel: false,
    deterministic: false,
  };
}
