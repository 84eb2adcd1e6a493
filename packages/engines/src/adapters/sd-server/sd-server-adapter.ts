import {
  type ControlMapName,
  DioramaError,
  type EngineModel,
  type PixelSize,
  type ProbeReport,
  REFERENCE_ROLES,
  type Warning,
} from '@diorama/contracts';
import { z } from 'zod';
import { imageSeeds } from '../../kit/image-seed.ts';
import type {
  Adapter,
  AdapterIo,
  AdapterJob,
  AdapterProbe,
  AdapterResult,
  InputSource,
  Plan,
  PlanQuestion,
  PreparedInput,
} from '../../kit/remote/adapter.ts';
import type { ConnectionConfig } from '../../kit/remote/connection.ts';
import { poll } from '../../kit/remote/poll.ts';
import { OWN_SERVER_CAPABILITIES } from '../diffusion/capabilities.ts';
import { geometryGuidance } from '../diffusion/geometry-guidance.ts';
import { keyHeaders } from '../diffusion/key-headers.ts';
import { workingSize } from '../diffusion/working-size.ts';
import { ownersOnlyOf, parseOptions, unknownOptions } from '../shared/options.ts';
import { traitsOf } from './model-traits.ts';
import { padToRatio } from './pad-to-ratio.ts';
import { seedInPicture } from './picture-seed.ts';
import { type ImageJobBody, SdServerApi, type SdServerJob } from './sd-server-api.ts';
import { jobFailed, readSdServerError } from './sd-server-errors.ts';
import {
  type SdServerOptions,
  type SdServerRequestOptions,
  sdServerOptionsSchema,
  sdServerRequestOptionsSchema,
} from './sd-server-options.ts';

type Mode = 'edit' | 'img2img' | 'control';

const PROMPT_MAX_CHARACTERS = 12_000;
const PICTURE_BYTES_MAX = 20 * 1024 * 1024;
const REFERENCE_EDGE_MAX_PX = 1536;
const REFERENCES_MAX = 2;
/** One picture at a time, on a machine without a graphics card: an hour is not much. */
const WITHIN_MS = 3 * 60 * 60_000;
const SUBMITS_MAX = 3;
const CANCEL_WITHIN_MS = 4_000;

const stateSchema = z.object({ jobId: z.string().min(1).max(200) });

/**
 * A stable-diffusion.cpp server with its native routes. It has one model, given at its start, and does one picture at a
 * time; it tells neither what kind of model that is nor how far a picture has come.
 */
export class SdServerAdapter implements Adapter {
  readonly summary = 'Your own stable-diffusion.cpp server with the model that it was started with.';
  readonly typicalMs = null;
  readonly readError = readSdServerError;
  readonly #connection: ConnectionConfig;
  readonly #options: SdServerOptions;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    this.#options = parseOptions(sdServerOptionsSchema, connection.options);
  }

  models(): readonly EngineModel[] {
    // Told anew: the settings may have changed since the test.
    return (this.#connection.probe?.models ?? []).map(({ id }) => this.unlistedModel(id));
  }

  unlistedModel(id: string): EngineModel {
    const mode = this.#modeOf(id, {});
    const note = {
      edit: 'Gets canvas and references as pictures to edit.',
      img2img: 'Starts from the canvas.',
      control: `Is guided by the ${this.#options.controlMap} map through the loaded ControlNet.`,
    }[mode];
    return {
      id,
      name: id,
      capabilities: {
        ...OWN_SERVER_CAPABILITIES,
        referencesMax: mode === 'edit' ? REFERENCES_MAX : this.#options.ipAdapter ? 1 : 0,
        referenceRoles:
          mode === 'edit'
            ? [...REFERENCE_ROLES]
            : this.#options.ipAdapter
              ? ['style', 'subject', 'palette']
              : [],
        controlMaps: mode === 'control' ? [this.#options.controlMap] : [],
        progress: false,
        previews: false,
        cancel: false,
      },
      price: null,
      note: `${note} A picture that is being made cannot be stopped: after a cancel the server finishes it alone.`,
    };
  }

  headers(): Readonly<Record<string, string>> {
    return keyHeaders(this.#connection.key);
  }

  plan(question: PlanQuestion): Plan {
    const requested = parseOptions(sdServerRequestOptionsSchema, question.options);
    const { hasCanvas, hasScene, references } = question;
    const wanted = this.#modeOf(question.model.id, requested);
    // Without a scene there is no geometry to draw a map from.
    const mode = wanted === 'control' && !hasScene ? 'img2img' : wanted;
    const warnings: Warning[] = unknownOptions(
      sdServerRequestOptionsSchema,
      question.options,
      ownersOnlyOf(sdServerOptionsSchema, sdServerRequestOptionsSchema),
    );
    if (mode !== wanted && hasCanvas) {
      warnings.push({
        code: 'feature-ignored',
        message: `There is no scene to draw the ${this.#options.controlMap} map from, so the canvas is the start picture.`,
      });
    }
    const inputs: InputSource[] = hasCanvas && mode !== 'control' ? [{ kind: 'canvas' }] : [];
    const referencesMax = mode === 'edit' ? REFERENCES_MAX : this.#options.ipAdapter ? 1 : 0;
    references.slice(0, referencesMax).forEach(({ role }, index) => {
      inputs.push({ kind: 'reference', index, role });
    });
    const { sizes } = traitsOf(question.model.id);
    const size = workingSize(question.size, sizes, this.#options.megapixels);
    return {
      size,
      inputs,
      maps: mode === 'control' ? [this.#options.controlMap] : [],
      inputLimits: {
        longEdgeMaxPx: Math.max(REFERENCE_EDGE_MAX_PX, size.width, size.height),
        maxBytes: PICTURE_BYTES_MAX,
        mediaType: 'image/png',
      },
      promptForm: mode === 'edit' && inputs.length > 0 ? promptFormOf(question.model.id) : 'description',
      promptMaxCharacters: PROMPT_MAX_CHARACTERS,
      followsCanvas: mode === 'edit' && hasCanvas,
      warnings,
    };
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    const api = new SdServerApi(io.http);
    const known = stateSchema.safeParse(io.resume);
    let jobId: string | null = known.success ? known.data.jobId : null;
    let submits = 0;
    const submit = async (): Promise<void> => {
      submits += 1;
      io.onProgress({ stage: 'sending', fraction: 0.02 });
      jobId = null;
      jobId = await api.submit(await this.#bodyOf(job));
      await io.checkpoint({ jobId });
    };
    const ask = async (): Promise<SdServerJob | null> => {
      const state = jobId === null ? null : await api.job(jobId);
      if (state === null) {
        if (submits >= SUBMITS_MAX) {
          throw new DioramaError('remote-job-lost', 'The server lost the job several times.', {
            hint: 'Look whether it crashes and starts again, then try again.',
          });
        }
        if (jobId !== null) io.log('sd-server-job-forgotten', { submits });
        // Nothing is charged, so a job that a restart swept away is simply sent again.
        await submit();
        return null;
      }
      switch (state.status) {
        case 'queued': {
          const before = state.queue_position;
          const detail = before === 1 ? 'one job before this one' : `${before} jobs before this one`;
          io.onProgress({ stage: 'waiting', fraction: 0.05, ...(before > 0 ? { detail } : {}) });
          return null;
        }
        case 'generating':
          io.onProgress({
            stage: 'generating',
            fraction: 0.1,
            detail: 'this server does not tell how far it is',
          });
          return null;
        case 'completed':
          return state;
        case 'failed':
          throw jobFailed(state.error ?? null);
        case 'cancelled':
          throw new DioramaError('engine-failed', 'Somebody canceled the job on the server.', {
            hint: 'Try again.',
          });
      }
    };

    try {
      if (jobId === null) await submit();
      const done = await poll(io, { ask, firstMs: 250, longestMs: 3_000, withinMs: WITHIN_MS });
      io.onProgress({ stage: 'receiving', fraction: 0.98 });
      return await this.#resultOf(done, job);
    } catch (thrown) {
      if (!io.signal.aborted) throw thrown;
      if (jobId !== null) await cancelRemotely(api, jobId, io);
      throw io.signal.reason;
    }
  }

  async probe({ http }: Pick<AdapterIo, 'http' | 'signal' | 'clock'>): Promise<AdapterProbe> {
    const { model, supported_modes: modes } = await new SdServerApi(http).capabilities();
    const id = model.stem || model.name || 'loaded-model';
    const makesImages = modes.includes('img_gen');
    const found = this.unlistedModel(id);
    const checks: ProbeReport['checks'] = [
      { check: 'address', ok: true, detail: 'stable-diffusion.cpp answered.', hint: '' },
      {
        check: 'models',
        ok: makesImages,
        detail: makesImages
          ? `The loaded model is ${id}. ${found.note ?? ''}`
          : `The loaded model, ${id}, does not make pictures.`,
        hint: makesImages
          ? 'The server does not tell what kind of model it is; set the mode in the settings if this is wrong.'
          : 'Start the server with an image model.',
      },
    ];
    return { checks, models: makesImages ? [found] : [], server: 'stable-diffusion.cpp' };
  }

  #modeOf(model: string, requested: SdServerRequestOptions): Mode {
    const mode = requested.mode ?? this.#options.mode;
    if (mode !== 'auto') return mode;
    return traitsOf(model).isEditModel ? 'edit' : 'img2img';
  }

  async #bodyOf(job: AdapterJob): Promise<ImageJobBody> {
    const requested = parseOptions(sdServerRequestOptionsSchema, job.options);
    const [map] = [...job.maps.keys()] as (ControlMapName | undefined)[];
    const guidance = geometryGuidance(job.geometryStrength, map === undefined ? [] : [map]);
    const ofKind = (kind: InputSource['kind']) => job.inputs.filter(({ source }) => source.kind === kind);
    const [canvas] = ofKind('canvas');
    const [reference] = ofKind('reference');
    const isEdit = this.#modeOf(job.model.id, requested) === 'edit';
    const sampling = samplingOf({ ...this.#options, ...defined(requested) });
    return {
      prompt: job.prompt,
      negative_prompt: job.negativePrompt,
      width: job.size.width,
      height: job.size.height,
      seed: job.seed,
      batch_count: job.count,
      output_format: 'png',
      embed_image_metadata: true,
      ...(isEdit && job.inputs.length > 0
        ? {
            ref_images: await Promise.all(job.inputs.map((input) => uncropped(input, job.size))),
            auto_resize_ref_image: true,
          }
        : {}),
      ...(!isEdit && canvas !== undefined
        ? { init_image: base64(canvas), strength: requested.denoise ?? guidance.denoise }
        : {}),
      ...(!isEdit && reference !== undefined
        ? {
            ip_adapter_image: await uncropped(reference, job.size),
            ip_adapter_strength: this.#options.ipAdapterStrength,
          }
        : {}),
      ...(map !== undefined
        ? { control_image: base64(job.maps.get(map)!), control_strength: guidance.maps[0]!.weight }
        : {}),
      ...(sampling === undefined ? {} : { sample_params: sampling }),
    };
  }

  async #resultOf(done: SdServerJob, job: AdapterJob): Promise<AdapterResult> {
    const seeds = imageSeeds(job.seed, job.count);
    const images = await Promise.all(
      (done.result?.images ?? [])
        .toSorted((a, b) => a.index - b.index)
        .map(async ({ index, b64_json: text }) => {
          const bytes = new Uint8Array(Buffer.from(text, 'base64'));
          return { bytes, seed: (await seedInPicture(bytes)) ?? seeds[index] ?? null };
        }),
    );
    return { images, modelUsed: job.model.id, cost: null, warnings: [] };
  }
}

/** Qwen was taught with "Picture 1", all others with "image 1". */
function promptFormOf(model: string): Plan['promptForm'] {
  return /qwen/i.test(model) ? 'numbered-pictures' : 'numbered-images';
}

function base64({ bytes }: PreparedInput): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/**
 * The server cuts every picture of a request to the shape of the result, so a reference gets a margin first where it has
 * another shape. Canvas and maps have the right one.
 */
async function uncropped(input: PreparedInput, size: PixelSize): Promise<string> {
  return input.source.kind === 'reference'
    ? Buffer.from(await padToRatio(input, size)).toString('base64')
    : base64(input);
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function samplingOf(settings: SdServerRequestOptions): ImageJobBody['sample_params'] {
  const { steps, cfg, distilledGuidance, sampler, scheduler } = settings;
  const guidance = {
    ...(cfg === undefined ? {} : { txt_cfg: cfg }),
    ...(distilledGuidance === undefined ? {} : { distilled_guidance: distilledGuidance }),
  };
  const params = {
    ...(steps === undefined ? {} : { sample_steps: steps }),
    ...(sampler === undefined ? {} : { sample_method: sampler }),
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(Object.keys(guidance).length === 0 ? {} : { guidance }),
  };
  return Object.keys(params).length === 0 ? undefined : params;
}

async function cancelRemotely(api: SdServerApi, jobId: string, io: AdapterIo): Promise<void> {
  try {
    const isStopped = await api.cancel(jobId, AbortSignal.timeout(CANCEL_WITHIN_MS));
    if (!isStopped) io.log('sd-server-finishes-alone');
  } catch (thrown) {
    io.log('sd-server-cancel-failed', { reason: thrown instanceof DioramaError ? thrown.code : 'unknown' });
  }
}
