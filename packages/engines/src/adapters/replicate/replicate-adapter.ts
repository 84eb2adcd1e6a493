import { DioramaError, type EngineModel, type Warning } from '@diorama/contracts';
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
  PreparedInput,
} from '../../kit/remote/adapter.ts';
import type { ConnectionConfig } from '../../kit/remote/connection.ts';
import { poll } from '../../kit/remote/poll.ts';
import { sizeByRule } from '../../kit/remote/sizes.ts';
import { downloadResult, toDataUrl } from '../job-queue/download-result.ts';
import { type JobReport, type MadeImage, runJobs, SUBMIT_GRACE_MS } from '../job-queue/run-jobs.ts';
import { listModels } from '../shared/model-list.ts';
import { readOptions, unknownOptions } from '../shared/options.ts';
import { controlMapOption, planPictures } from '../shared/picture-plan.ts';
import { withRefusalsExplained } from '../shared/refused-inputs.ts';
import { readUsualError } from '../shared/service-words.ts';
import { type InputFields, modelSchema, pictureFields, readInputFields, sizeFields } from './input-fields.ts';
import { REPLICATE_MODEL_IDS, replicateModel } from './models.ts';

const replicateOptionsSchema = z.object({ controlMap: controlMapOption });

/** Larger pictures are uploaded instead of being part of the request, as the service advises. */
const DATA_URL_MAX_BYTES = 256 * 1024;
/** Predictions carry their logs and repeat their input. */
const MAX_ANSWER_BYTES = 32 * 2 ** 20;
const MODEL_ID = /^[\w.-]{1,100}\/[\w.-]{1,100}(:[\w.-]{1,100})?$/;

/** Far above what the service gives, far below what may be kept. */
const idSchema = z.string().max(500);
const addressSchema = z.url().max(4_000);

const handleSchema = z.object({ id: idSchema, getUrl: addressSchema, cancelUrl: addressSchema });
type Handle = z.infer<typeof handleSchema>;

/** Where predictions of a model are made. */
interface Target {
  readonly url: string;
  readonly fields: Readonly<Record<string, string>>;
}

const predictionSchema = z.object({
  id: idSchema,
  status: z.string(),
  output: z.unknown(),
  error: z.unknown(),
  logs: z.string().nullish(),
  model: z.string().nullish(),
  urls: z.object({ get: addressSchema, cancel: addressSchema }).loose(),
});

/**
 * Models on Replicate: their own schema says what they take; create a prediction, ask for it until it is finished, fetch
 * its files within the hour.
 *
 * @see https://replicate.com/docs/reference/http
 */
export class ReplicateAdapter implements Adapter {
  readonly summary = 'Any model on Replicate by its name; its own schema says what it takes.';
  readonly typicalMs = 15_000;
  readonly #connection: ConnectionConfig;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    readOptions(replicateOptionsSchema, connection.options);
  }

  models(): readonly EngineModel[] {
    return listModels(this.#connection, REPLICATE_MODEL_IDS, replicateModel);
  }

  unlistedModel(id: string): EngineModel {
    return replicateModel(id);
  }

  headers(): Readonly<Record<string, string>> {
    return { Authorization: `Bearer ${this.#connection.key ?? ''}` };
  }

  readError(failure: HttpFailure): DioramaError | null {
    const { name } = this.#connection;
    if (failure.status === 404)
      return new DioramaError('unknown-model', `${name} has no such model.`, { details: { status: 404 } });
    return readUsualError(failure, name);
  }

  plan(question: PlanQuestion): Plan {
    if (!MODEL_ID.test(question.model.id))
      throw new DioramaError(
        'unknown-model',
        'A model of Replicate is named owner/name or owner/name:version.',
      );
    const options = readOptions(replicateOptionsSchema, this.#connection.options, question.options);
    return planPictures(question, {
      size: sizeByRule(question.size, { stepPx: 16, edgeMinPx: 256, edgeMaxPx: 2_048 }),
      inputsMax: 8,
      inputLimits: { longEdgeMaxPx: 2_048, maxBytes: 20 * 2 ** 20, mediaType: 'image/png' },
      promptMaxCharacters: 8_000,
      controlMap: options.controlMap,
      warnings: unknownOptions(replicateOptionsSchema, question.options),
    });
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    const warnings: Warning[] = [];
    let prepared: Promise<{ input: Record<string, unknown>; target: Target }> | null = null;
    // Only when something is to be submitted: a resumed job needs neither schema nor uploads.
    const prepare = async () => {
      const { fields, target } = await this.#readModel(job.model.id, io);
      const pictures = pictureFields(
        fields,
        await Promise.all(job.inputs.map((input) => this.#upload(input, io))),
      );
      warnings.push(...pictures.warnings, ...ignoredBy(fields, job));
      return { input: { ...inputOf(fields, job), ...pictures.values }, target };
    };
    let modelUsed = job.model.id;
    const made = await withRefusalsExplained(job, () =>
      runJobs<Handle>(io, {
        jobs: job.count,
        handle: handleSchema,
        submit: async (index) => {
          prepared ??= prepare();
          const { input: common, target } = await prepared;
          const input = 'seed' in common ? { ...common, seed: (job.seed + index) % 0x8000_0000 } : common;
          const { body } = await io.http.json(predictionSchema, {
            method: 'POST',
            url: target.url,
            json: { ...target.fields, input },
            answerGraceMs: SUBMIT_GRACE_MS,
            maxBytes: MAX_ANSWER_BYTES,
          });
          return { id: body.id, getUrl: body.urls.get, cancelUrl: body.urls.cancel };
        },
        collect: async (handle, report, index) => {
          const { images, model } = await this.#collect(handle, report, io);
          modelUsed = model ?? modelUsed;
          return images.map((bytes) => ({ bytes, seed: (job.seed + index) % 0x8000_0000 }));
        },
        cancel: async (handle, signal) => {
          await io.http.send({ method: 'POST', url: handle.cancelUrl, signal, effect: 'none' });
        },
      }),
    );
    return { images: made.images, modelUsed, cost: null, warnings: [...warnings, ...made.warnings] };
  }

  async probe({ http }: Pick<AdapterIo, 'http'>): Promise<AdapterProbe> {
    const { body } = await http.json(z.object({ username: z.string() }).loose(), { url: '/account' });
    return {
      checks: [
        { check: 'key', ok: true, detail: `The key of ${body.username.slice(0, 60)} is accepted.`, hint: '' },
      ],
      models: REPLICATE_MODEL_IDS.map(replicateModel),
      server: null,
    };
  }

  /** What the model takes, and how it is called: a named version, an official model, or the newest version of another. */
  async #readModel(id: string, io: AdapterIo): Promise<{ fields: InputFields; target: Target }> {
    const [path, version] = id.split(':');
    const { body } = await io.http.json(modelSchema, { url: `/models/${path}` });
    const fields = readInputFields(body);
    if (version !== undefined) return { fields, target: { url: '/predictions', fields: { version: id } } };
    const isOfficial = body.is_official ?? REPLICATE_MODEL_IDS.includes(id);
    const latest = body.latest_version?.id;
    if (isOfficial || latest === undefined)
      return { fields, target: { url: `/models/${path}/predictions`, fields: {} } };
    return { fields, target: { url: '/predictions', fields: { version: `${path}:${latest}` } } };
  }

  async #upload(input: PreparedInput, io: AdapterIo): Promise<string> {
    if (input.bytes.byteLength <= DATA_URL_MAX_BYTES) return toDataUrl(input);
    const form = new FormData();
    form.append(
      'content',
      new Blob([new Uint8Array(input.bytes)], { type: input.mediaType }),
      input.fileName,
    );
    const { body } = await io.http.json(z.object({ urls: z.object({ get: z.url() }).loose() }), {
      method: 'POST',
      url: '/files',
      form,
      // Costs nothing: a second upload does no harm.
      effect: 'none',
    });
    return body.urls.get;
  }

  async #collect(
    handle: Handle,
    report: JobReport,
    io: AdapterIo,
  ): Promise<{ images: MadeImage['bytes'][]; model: string | null }> {
    const { name } = this.#connection;
    const prediction = await poll(io, {
      firstMs: 500,
      longestMs: 2_500,
      ask: async () => {
        const { body } = await io.http.json(predictionSchema, {
          url: handle.getUrl,
          maxBytes: MAX_ANSWER_BYTES,
        });
        switch (body.status) {
          case 'succeeded':
            return body;
          case 'starting':
            report({ stage: 'waiting', fraction: 0.05, detail: 'the model is starting' });
            return null;
          case 'processing':
            report({ stage: 'generating', fraction: progressOf(body.logs) ?? 0.4 });
            return null;
          case 'failed':
            throw failureOf(body.error, name);
          case 'canceled':
          case 'aborted':
            throw new DioramaError('engine-failed', `${name} ended the job before it was finished.`);
          default:
            throw new DioramaError(
              'invalid-output',
              `${name} answered with the unknown state "${body.status.slice(0, 40)}".`,
            );
        }
      },
    });
    report({ stage: 'receiving', fraction: 0.95 });
    const url = fileOf(prediction.output);
    if (url === null) throw new DioramaError('invalid-output', `${name} gave no image.`);
    return { images: [await downloadResult(io, url)], model: prediction.model ?? null };
  }
}

function inputOf(fields: InputFields, job: AdapterJob): Record<string, unknown> {
  const input: Record<string, unknown> = { prompt: job.prompt, ...sizeFields(fields, job.size) };
  if (fields.has('seed')) input.seed = job.seed;
  if (fields.has('negative_prompt') && job.negativePrompt) input.negative_prompt = job.negativePrompt;
  if (fields.choices('output_format')?.includes('png')) input.output_format = 'png';
  if (fields.has('prompt_upsampling')) input.prompt_upsampling = false;
  if (fields.has('num_outputs')) input.num_outputs = 1;
  const strength = ['prompt_strength', 'strength'].find((name) => fields.has(name));
  // How much is redrawn: the opposite of how much is kept.
  if (strength && job.geometryStrength !== null && job.inputs.length > 0)
    input[strength] = Math.round((0.95 - 0.75 * job.geometryStrength) * 100) / 100;
  return input;
}

function ignoredBy(fields: InputFields, job: AdapterJob): Warning[] {
  const warnings: Warning[] = [];
  if (job.negativePrompt && !fields.has('negative_prompt'))
    warnings.push({
      code: 'feature-ignored',
      message: 'This model has no negative prompt; it was not sent.',
    });
  if (!fields.has('seed'))
    warnings.push({
      code: 'seed-not-honoured',
      message: 'This model has no seed: the same request gives another picture.',
    });
  return warnings;
}

/** How deep an output may be nested; models give a list or a flat object. */
const OUTPUT_DEPTH = 3;

/** The first address in an output: itself, one of a list, or in an object beside other texts. */
function fileOf(output: unknown, depth = 0): string | null {
  if (typeof output === 'string') return /^(https?:|data:image)/.test(output) ? output : null;
  if (typeof output !== 'object' || output === null || depth >= OUTPUT_DEPTH) return null;
  for (const part of Object.values(output)) {
    const found = fileOf(part, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

function failureOf(error: unknown, name: string): DioramaError {
  const text = typeof error === 'string' ? error.slice(0, 4_000) : '';
  if (/nsfw|flagged|sensitive|safety|moderat/i.test(text))
    return new DioramaError('content-refused', `${name} refused the prompt or a picture.`);
  if (/out of memory/i.test(text))
    return new DioramaError('engine-failed', `The machine at ${name} ran out of memory.`, {
      hint: 'Choose a smaller size, then try again.',
    });
  return new DioramaError('engine-failed', `${name} could not make the image.`);
}

/** Samplers log a bar: "45%|####". */
function progressOf(logs: string | null | undefined): number | null {
  const percent = [...(logs ?? '').matchAll(/(\d{1,3})%/g)].at(-1)?.[1];
  return percent === undefined ? null : Math.min(0.9, Number(percent) / 100);
}
