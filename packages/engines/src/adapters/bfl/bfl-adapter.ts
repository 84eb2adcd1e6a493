import { type Cost, CURRENCY, DioramaError, type EngineModel } from '@diorama/contracts';
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
import { nearestRatio, sizeByRule } from '../../kit/remote/sizes.ts';
import { downloadResult } from '../job-queue/download-result.ts';
import { type JobReport, type MadeImage, runJobs, SUBMIT_GRACE_MS } from '../job-queue/run-jobs.ts';
import { listModels } from '../shared/model-list.ts';
import { readOptions, unknownOptions } from '../shared/options.ts';
import { controlMapOption, planPictures } from '../shared/picture-plan.ts';
import { withRefusalsExplained } from '../shared/refused-inputs.ts';
import { readUsualError } from '../shared/service-words.ts';
import { BFL_MODEL_IDS, bflFacts, bflModel } from './models.ts';

const bflOptionsSchema = z.object({
  controlMap: controlMapOption,
  /** How much is let through: 0 = the least, 5 = the most. The service's own middle when absent. */
  safetyTolerance: z.int().min(0).max(5).optional(),
});

/** Ratios that Kontext is asked for; it draws any between 21:9 and 9:21. */
const RATIOS = ['21:9', '16:9', '3:2', '4:3', '5:4', '1:1', '4:5', '3:4', '2:3', '9:16', '9:21'] as const;
const MAX_PIXELS = 4_000_000;
const CENTS = 100;
/** States and ids; the picture itself comes from elsewhere. */
const MAX_ANSWER_BYTES = 2 ** 20;

/** Far above what the service gives, far below what may be kept. */
const idSchema = z.string().max(500);
const addressSchema = z.url().max(8_000);
const creditsSchema = z.number().nonnegative().nullish();

const handleSchema = z.object({ id: idSchema, pollingUrl: addressSchema, credits: creditsSchema });
type Handle = z.infer<typeof handleSchema>;

const submittedSchema = z.object({
  id: idSchema,
  polling_url: addressSchema,
  /** Credits; one is a cent. */
  cost: creditsSchema,
});

const stateSchema = z.object({
  status: z.string(),
  progress: z.number().nullish(),
  result: z.object({ sample: z.string(), seed: z.number().nullish() }).loose().nullish(),
  details: z.unknown(),
});

/**
 * The FLUX API of Black Forest Labs: submit, poll the address in the answer, fetch the signed result within ten minutes.
 *
 * @see https://docs.bfl.ai
 */
export class BflAdapter implements Adapter {
  readonly summary = 'FLUX.2 edits a scene by words and up to seven further pictures, with a seed.';
  readonly typicalMs = 15_000;
  readonly #connection: ConnectionConfig;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    readOptions(bflOptionsSchema, connection.options);
  }

  models(): readonly EngineModel[] {
    return listModels(this.#connection, BFL_MODEL_IDS, (id) => this.unlistedModel(id));
  }

  unlistedModel(id: string): EngineModel {
    return bflModel(bflFacts(id));
  }

  headers(): Readonly<Record<string, string>> {
    return { 'x-key': this.#connection.key ?? '' };
  }

  /** Jobs are polled at the regional host that took them. The hosts that hand out the pictures need no key. */
  sendsKeyTo(url: URL): boolean {
    return url.protocol === 'https:' && /^api(\.[a-z0-9-]+)?\.bfl\.ai$/.test(url.hostname) && url.port === '';
  }

  readError(failure: HttpFailure): DioramaError | null {
    const { name } = this.#connection;
    // A model's name is its path.
    if (failure.status === 404)
      return new DioramaError('unknown-model', `${name} has no such model.`, { details: { status: 404 } });
    return readUsualError(failure, name);
  }

  plan(question: PlanQuestion): Plan {
    const options = readOptions(bflOptionsSchema, this.#connection.options, question.options);
    const facts = bflFacts(question.model.id);
    return planPictures(question, {
      size:
        facts.sizing === 'pixels'
          ? sizeByRule(question.size, { stepPx: 16, pixelsMax: MAX_PIXELS })
          : sizeByRule(question.size, {
              stepPx: 16,
              edgeMinPx: 256,
              edgeMaxPx: 2_048,
              pixelsMin: 950_000,
              pixelsMax: 1_080_000,
            }),
      inputsMax: facts.inputsMax,
      inputLimits: { longEdgeMaxPx: 2_048, maxBytes: 8 * 2 ** 20, mediaType: 'image/png' },
      promptMaxCharacters: 10_000,
      controlMap: options.controlMap,
      warnings: unknownOptions(bflOptionsSchema, question.options),
    });
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    let cost: Cost | null = null;
    const { images, warnings } = await withRefusalsExplained(job, () =>
      runJobs<Handle>(io, {
        jobs: job.count,
        handle: handleSchema,
        submit: async (index) => {
          const { body } = await io.http.json(submittedSchema, {
            method: 'POST',
            url: `/v1/${encodeURIComponent(job.model.id)}`,
            json: this.#bodyOf(job, index),
            answerGraceMs: SUBMIT_GRACE_MS,
            maxBytes: MAX_ANSWER_BYTES,
          });
          return { id: body.id, pollingUrl: body.polling_url, credits: body.cost };
        },
        onAccepted: (handles) => {
          const credits = handles.reduce((sum, handle) => sum + (handle.credits ?? 0), 0);
          if (credits === 0) return;
          cost = { amount: credits / CENTS, currency: CURRENCY, estimated: false, basis: 'reported' };
          io.onCost(cost);
        },
        collect: async (handle, report, index) => [
          await this.#collect(handle, report, imageSeed(job.seed, index), io),
        ],
      }),
    );
    return { images, modelUsed: job.model.id, cost, warnings };
  }

  async probe({ http }: Pick<AdapterIo, 'http'>): Promise<AdapterProbe> {
    const { body } = await http.json(z.object({ credits: z.number() }), { url: '/v1/credits' });
    const hasCredit = body.credits > 0;
    return {
      checks: [
        { check: 'key', ok: true, detail: 'The key is accepted.', hint: '' },
        {
          check: 'credit',
          ok: hasCredit,
          detail: `${body.credits.toLocaleString('en')} credits (${(body.credits / CENTS).toFixed(2)} dollars) are left.`,
          hint: hasCredit ? '' : 'Add credit in the account at the service.',
        },
      ],
      // The service has no list of models to ask for.
      models: BFL_MODEL_IDS.map((id) => this.unlistedModel(id)),
      server: null,
    };
  }

  #bodyOf(job: AdapterJob, index: number): Record<string, unknown> {
    const options = readOptions(bflOptionsSchema, this.#connection.options, job.options);
    const facts = bflFacts(job.model.id);
    const body: Record<string, unknown> = {
      prompt: job.prompt,
      seed: imageSeed(job.seed, index),
      output_format: 'png',
    };
    if (facts.sizing === 'pixels') {
      body.width = job.size.width;
      body.height = job.size.height;
    } else body.aspect_ratio = nearestRatio(RATIOS, job.size);
    for (const [at, input] of job.inputs.entries())
      body[at === 0 ? 'input_image' : `input_image_${at + 1}`] = Buffer.from(input.bytes).toString('base64');
    // The person's words are what is drawn.
    if (facts.hasPromptUpsampling) body.prompt_upsampling = false;
    if (options.safetyTolerance !== undefined) body.safety_tolerance = options.safetyTolerance;
    return body;
  }

  async #collect(handle: Handle, report: JobReport, sentSeed: number, io: AdapterIo): Promise<MadeImage> {
    const result = await poll(io, {
      firstMs: 500,
      longestMs: 2_500,
      ask: async () => {
        const { body } = await io.http.json(stateSchema, {
          url: handle.pollingUrl,
          maxBytes: MAX_ANSWER_BYTES,
        });
        if (body.status === 'Ready' && body.result) return body.result;
        if (body.status !== 'Pending') throw this.#failureOf(body.status);
        report({ stage: 'generating', fraction: Math.min(0.9, body.progress ?? 0.3) });
        return null;
      },
    });
    report({ stage: 'receiving', fraction: 0.95 });
    return { bytes: await downloadResult(io, result.sample), seed: result.seed ?? sentSeed };
  }

  #failureOf(status: string): DioramaError {
    const { name } = this.#connection;
    switch (status) {
      case 'Request Moderated':
        return new DioramaError('content-refused', `${name} refused the prompt or a picture.`);
      case 'Content Moderated':
        return new DioramaError('output-withheld', `${name} made a picture and withheld it.`);
      case 'Error':
      case 'Failed':
        return new DioramaError('engine-failed', `${name} could not make the image.`);
      case 'Task not found':
        return new DioramaError('remote-job-lost', `${name} does not know the job any more.`);
      default:
        return new DioramaError(
          'invalid-output',
          `${name} answered with the unknown state "${status.slice(0, 40)}".`,
        );
    }
  }
}
