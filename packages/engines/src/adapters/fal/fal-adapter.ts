import { DioramaError, type EngineModel, type PixelSize } from '@diorama/contracts';
import { z } from 'zod';
import type { HttpFailure } from '../../kit/http/http.ts';
import { imageSeed } from '../../kit/image-seed.ts';
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
import { poll } from '../../kit/remote/poll.ts';
import { nearestRatio, ratioOfText, sizeByRule } from '../../kit/remote/sizes.ts';
import { downloadResult, toDataUrl } from '../job-queue/download-result.ts';
import { type JobReport, type MadeImage, runJobs, SUBMIT_GRACE_MS } from '../job-queue/run-jobs.ts';
import { listModels } from '../shared/model-list.ts';
import { readOptions, unknownOptions } from '../shared/options.ts';
import { controlMapOption, planPictures } from '../shared/picture-plan.ts';
import { withRefusalsExplained } from '../shared/refused-inputs.ts';
import { readUsualError } from '../shared/service-words.ts';
import { FAL_MODEL_IDS, type FalSizing, falFacts, falModel } from './models.ts';

const falOptionsSchema = z.object({
  controlMap: controlMapOption,
  /** `low` lets others go first, for less. */
  priority: z.enum(['normal', 'low']).optional(),
});

const MAX_PIXELS = 4_000_000;
/** An error of the model looks like an outage here, and is told at the same place. */
const RESULT_OUTAGE_MS = 10_000;
/** States with their logs. */
const MAX_STATUS_BYTES = 4 * 2 ** 20;

/** Far above what the service gives, far below what may be kept. */
const idSchema = z.string().max(500);
const addressSchema = z.url().max(4_000);

/** Addresses as the service gave them: they hold only a part of the model's path, so they cannot be built. */
const handleSchema = z.object({
  id: idSchema,
  statusUrl: addressSchema,
  responseUrl: addressSchema,
  cancelUrl: addressSchema,
});
type Handle = z.infer<typeof handleSchema>;

const submittedSchema = z.object({
  request_id: idSchema,
  status_url: addressSchema,
  response_url: addressSchema,
  cancel_url: addressSchema,
});
const statusSchema = z.object({
  status: z.string(),
  queue_position: z.number().nullish(),
  logs: z.array(z.object({ message: z.string() }).loose()).nullish(),
});
const resultSchema = z.object({
  images: z.array(z.object({ url: z.string().max(64 * 2 ** 20) }).loose()).optional(),
  image: z
    .object({ url: z.string().max(64 * 2 ** 20) })
    .loose()
    .optional(),
  seed: z.number().nullish(),
  has_nsfw_concepts: z.array(z.boolean()).nullish(),
});

/**
 * Models on fal, through its queue: submit, ask for the status, fetch the result, which alone tells whether it went well.
 *
 * @see https://docs.fal.ai
 */
export class FalAdapter implements Adapter {
  readonly summary = 'FLUX.2, Nano Banana, GPT Image and Qwen with one key; waiting jobs can be canceled.';
  readonly typicalMs = 15_000;
  readonly #connection: ConnectionConfig;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    readOptions(falOptionsSchema, connection.options);
  }

  models(): readonly EngineModel[] {
    return listModels(this.#connection, FAL_MODEL_IDS, (id) => this.unlistedModel(id));
  }

  unlistedModel(id: string): EngineModel {
    return falModel(falFacts(id));
  }

  headers(): Readonly<Record<string, string>> {
    return { Authorization: `Key ${this.#connection.key ?? ''}` };
  }

  readError(failure: HttpFailure): DioramaError | null {
    const { name } = this.#connection;
    const kind = errorKindOf(failure);
    if (kind === 'content_policy_violation')
      return new DioramaError('content-refused', `${name} refused the prompt or a picture.`);
    if (failure.status === 403 && /balance|credit|locked/i.test(failure.text))
      return new DioramaError('no-credit', `There is no credit left at ${name}.`);
    if (kind === 'generation_timeout' || kind === 'request_timeout' || kind === 'startup_timeout')
      return new DioramaError('timed-out', `${name} ran out of time.`);
    if (failure.status === 404)
      return new DioramaError('unknown-model', `${name} has no such model.`, { details: { status: 404 } });
    return readUsualError(failure, name);
  }

  plan(question: PlanQuestion): Plan {
    const options = readOptions(falOptionsSchema, this.#connection.options, question.options);
    const facts = falFacts(question.model.id);
    return planPictures(question, {
      size: sizeFor(facts.sizing, question.size),
      inputsMax: facts.inputsMax,
      // Data URLs make the request a third larger than the pictures.
      inputLimits: { longEdgeMaxPx: 2_048, maxBytes: 5 * 2 ** 20, mediaType: 'image/png' },
      promptMaxCharacters: 8_000,
      controlMap: options.controlMap,
      warnings: unknownOptions(falOptionsSchema, question.options),
    });
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    const facts = falFacts(job.model.id);
    const path = job.inputs.length === 0 ? facts.textId : facts.id;
    if (path === null)
      throw new DioramaError('nothing-to-generate', `${facts.name} needs a picture.`, {
        hint: 'Switch the canvas on or add a reference image.',
      });
    const { priority } = readOptions(falOptionsSchema, this.#connection.options, job.options);
    const { images, warnings } = await withRefusalsExplained(job, () =>
      runJobs<Handle>(io, {
        jobs: job.count,
        handle: handleSchema,
        submit: async (index) => {
          const { body } = await io.http.json(submittedSchema, {
            method: 'POST',
            url: `/${path}`,
            json: bodyOf(job, index),
            // Repeats at the service would be charged like the first try.
            headers: { 'x-fal-no-retry': '1', ...(priority ? { 'x-fal-queue-priority': priority } : {}) },
            answerGraceMs: SUBMIT_GRACE_MS,
            maxBytes: MAX_STATUS_BYTES,
          });
          return {
            id: body.request_id,
            statusUrl: body.status_url,
            responseUrl: body.response_url,
            cancelUrl: body.cancel_url,
          };
        },
        collect: async (handle, report, index) => [
          await this.#collect(handle, report, facts.hasSeed ? imageSeed(job.seed, index) : null, io),
        ],
        cancel: async (handle, signal) => {
          await io.http.send({ method: 'PUT', url: handle.cancelUrl, signal, effect: 'none' });
        },
      }),
    );
    return { images, modelUsed: path, cost: null, warnings };
  }

  async probe({ http }: Pick<AdapterIo, 'http'>): Promise<AdapterProbe> {
    // A job that cannot exist: only a good key is told so.
    const { status } = await http.send({
      url: '/fal-ai/flux-2/requests/00000000-0000-0000-0000-000000000000/status',
      accept: [400, 404, 405, 422],
    });
    return {
      checks: [
        {
          check: 'key',
          ok: true,
          detail: status >= 400 ? 'The key is accepted.' : 'The service answers.',
          hint: '',
        },
      ],
      models: FAL_MODEL_IDS.map((id) => this.unlistedModel(id)),
      server: null,
    };
  }

  async #collect(
    handle: Handle,
    report: JobReport,
    sentSeed: number | null,
    io: AdapterIo,
  ): Promise<MadeImage> {
    const { name } = this.#connection;
    await poll(io, {
      firstMs: 500,
      longestMs: 3_000,
      ask: async () => {
        const { body } = await io.http.json(statusSchema, {
          url: withLogs(handle.statusUrl),
          maxBytes: MAX_STATUS_BYTES,
        });
        if (body.status === 'COMPLETED') return body;
        if (body.status === 'IN_QUEUE')
          report({
            stage: 'waiting',
            fraction: 0.05,
            ...(typeof body.queue_position === 'number' ? { detail: placeInWords(body.queue_position) } : {}),
          });
        else if (body.status === 'IN_PROGRESS')
          report({ stage: 'generating', fraction: progressOf(body.logs?.at(-1)?.message) ?? 0.4 });
        else
          throw new DioramaError(
            'invalid-output',
            `${name} answered with the unknown state "${body.status.slice(0, 40)}".`,
          );
        return null;
      },
    });
    report({ stage: 'receiving', fraction: 0.95 });
    const body = await poll(io, {
      outageMs: RESULT_OUTAGE_MS,
      ask: async () => (await io.http.json(resultSchema, { url: handle.responseUrl })).body,
    });
    if (body.has_nsfw_concepts?.some(Boolean))
      throw new DioramaError('output-withheld', `${name} made a picture and withheld it.`);
    const [first] = body.images ?? (body.image ? [body.image] : []);
    if (!first) throw new DioramaError('invalid-output', `${name} gave no image.`);
    return { bytes: await downloadResult(io, first.url), seed: body.seed ?? sentSeed };
  }
}

function bodyOf(job: AdapterJob, index: number): Record<string, unknown> {
  const facts = falFacts(job.model.id);
  const body: Record<string, unknown> = { prompt: job.prompt, ...sizeFieldsOf(facts.sizing, job.size) };
  if (job.inputs.length > 0) body.image_urls = job.inputs.map(toDataUrl);
  if (facts.hasSeed) body.seed = imageSeed(job.seed, index);
  if (facts.hasNegativePrompt && job.negativePrompt) body.negative_prompt = job.negativePrompt;
  body.num_images = 1;
  body.output_format = 'png';
  return body;
}

function sizeFor(sizing: FalSizing, wanted: PixelSize): PixelSize {
  if (sizing.kind === 'pixels')
    return sizeByRule(wanted, {
      stepPx: 16,
      edgeMinPx: sizing.minEdgePx,
      edgeMaxPx: sizing.maxEdgePx,
      pixelsMax: MAX_PIXELS,
    });
  if (sizing.kind === 'fixed') {
    const ratio = nearestRatio(
      sizing.sizes.map(([width, height]) => `${width}:${height}`),
      wanted,
    );
    const [width, height] = ratio.split(':').map(Number);
    return { width: width!, height: height! };
  }
  const ratio = ratioOfText(nearestRatio(sizing.ratios, wanted));
  const longEdge = resolutionFor(sizing.resolutions, wanted)[1];
  return ratio >= 1
    ? { width: longEdge, height: Math.round(longEdge / ratio) }
    : { width: Math.round(longEdge * ratio), height: longEdge };
}

function sizeFieldsOf(sizing: FalSizing, size: PixelSize): Record<string, unknown> {
  if (sizing.kind === 'pixels') return { image_size: { width: size.width, height: size.height } };
  if (sizing.kind === 'fixed') return { image_size: `${size.width}x${size.height}` };
  return {
    aspect_ratio: nearestRatio(sizing.ratios, size),
    resolution: resolutionFor(sizing.resolutions, size)[0],
  };
}

/** The smallest that need not be enlarged. */
function resolutionFor(
  resolutions: readonly (readonly [label: string, longEdgePx: number])[],
  { width, height }: PixelSize,
): readonly [label: string, longEdgePx: number] {
  const wanted = Math.max(width, height);
  return resolutions.find(([, longEdge]) => longEdge >= wanted) ?? resolutions.at(-1)!;
}

/** `type` of the first entry of a validation error, or `error_type` of the platform. */
function errorKindOf({ json, headers }: HttpFailure): string {
  const record = typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {};
  const first: unknown = Array.isArray(record.detail) ? record.detail[0] : null;
  const type =
    typeof first === 'object' && first !== null && 'type' in first ? first.type : record.error_type;
  return typeof type === 'string' ? type : (headers.get('x-fal-error-type') ?? '');
}

function withLogs(url: string): string {
  return `${url}${url.includes('?') ? '&' : '?'}logs=1`;
}

function placeInWords(position: number): string {
  return position <= 0 ? 'next in the queue' : `${position} before us in the queue`;
}

/** Samplers log a bar: "45%|####". */
function progressOf(line: string | undefined): number | null {
  const percent = /(\d{1,3})%/.exec(line ?? '')?.[1];
  return percent === undefined ? null : Math.min(0.9, Number(percent) / 100);
}
