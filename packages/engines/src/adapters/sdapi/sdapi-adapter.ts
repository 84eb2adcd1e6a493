import { randomUUID } from 'node:crypto';
import {
  DioramaError,
  type EngineModel,
  type ProbeReport,
  type ReferenceRole,
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
} from '../../kit/remote/adapter.ts';
import type { ConnectionConfig } from '../../kit/remote/connection.ts';
import type { SizeRule } from '../../kit/remote/sizes.ts';
import { OWN_SERVER_CAPABILITIES } from '../diffusion/capabilities.ts';
import { familyOfCheckpoint } from '../diffusion/checkpoint-family.ts';
import { usualMaps } from '../diffusion/geometry-guidance.ts';
import { keyHeaders } from '../diffusion/key-headers.ts';
import { workingSize } from '../diffusion/working-size.ts';
import { ownersOnlyOf, parseOptions, unknownOptions } from '../shared/options.ts';
import { type CheckpointFamily, callFor, controlModelFor, guidingMaps, ipAdapterFor } from './sdapi-body.ts';
import { readSdapiError } from './sdapi-errors.ts';
import { type SdapiOptions, sdapiOptionsSchema, sdapiRequestOptionsSchema } from './sdapi-options.ts';
import { SdapiProgress } from './sdapi-progress.ts';
import { FLAVOUR_NAMES, readServer, type SdapiServer, withoutHash } from './sdapi-server.ts';

const MEGAPIXEL = 1024 * 1024;
const SIZES: Readonly<Record<CheckpointFamily, SizeRule>> = {
  sd15: { stepPx: 8, pixelsMin: 512 * 512, pixelsMax: 768 * 768 },
  sdxl: { stepPx: 8, pixelsMin: 0.9 * MEGAPIXEL, pixelsMax: MEGAPIXEL },
  flux: { stepPx: 16, pixelsMin: 0.5 * MEGAPIXEL, pixelsMax: MEGAPIXEL },
};

const PROMPT_MAX_CHARACTERS = 12_000;
const PICTURE_BYTES_MAX = 20 * 1024 * 1024;
const REFERENCE_EDGE_MAX_PX = 1024;
const REFERENCES_MAX = 2;
/** An IP-Adapter takes over how things look, not where they are. */
const REFERENCE_ROLES: readonly ReferenceRole[] = ['style', 'subject', 'material', 'palette'];
/** The call is answered when the pictures are done; before that others may have to wait their turn. */
const ANSWER_WITHIN_MS = 60 * 60_000;
const SERVER_FRESH_MS = 60_000;

const answerSchema = z.object({
  images: z.array(z.string()).nullable().catch(null),
  info: z.string().catch(''),
});

const infoSchema = z.object({
  all_seeds: z.array(z.number()).catch([]),
  sd_model_name: z.string().nullish().catch(null),
  index_of_first_image: z.int().nonnegative().catch(0),
});

/** AUTOMATIC1111, Forge or SD.Next: which of them it is, is found out by asking. */
export class SdapiAdapter implements Adapter {
  readonly summary =
    'Your own AUTOMATIC1111, Forge or SD.Next with its checkpoints, ControlNets and IP-Adapters.';
  readonly typicalMs = null;
  readonly readError = readSdapiError;
  readonly #connection: ConnectionConfig;
  readonly #options: SdapiOptions;
  #server: { readonly found: SdapiServer; readonly readAt: number } | null = null;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    this.#options = parseOptions(sdapiOptionsSchema, connection.options);
  }

  models(): readonly EngineModel[] {
    return this.#connection.probe?.models ?? [];
  }

  unlistedModel(id: string): EngineModel {
    const named = this.models().find((model) => model.id === withoutHash(id));
    return named ?? this.#modelOf({ id: withoutHash(id), name: id }, null);
  }

  headers(): Readonly<Record<string, string>> {
    return keyHeaders(this.#connection.key);
  }

  plan(question: PlanQuestion): Plan {
    const requested = parseOptions(sdapiRequestOptionsSchema, question.options);
    const { model, hasCanvas, hasScene, references } = question;
    const { controlMaps, referencesMax } = model.capabilities;
    const warnings: Warning[] = unknownOptions(
      sdapiRequestOptionsSchema,
      question.options,
      ownersOnlyOf(sdapiOptionsSchema, sdapiRequestOptionsSchema),
    );
    const used = references.slice(0, referencesMax);
    if (used.length < references.length) {
      warnings.push({
        code: 'reference-ignored',
        message:
          referencesMax === 0
            ? 'The server has no IP-Adapter for this checkpoint, so the reference images are not used.'
            : `Only ${referencesMax === 1 ? 'the first reference image is' : 'two reference images are'} used.`,
      });
    }
    // Units beyond the server's number are passed over by it without a word.
    const unitsLeft = Math.max(0, this.#options.controlUnits - used.length);
    const offered = hasScene ? controlMaps : [];
    const chosen = requested.maps?.filter((map) => {
      if (controlMaps.includes(map)) return true;
      warnings.push({
        code: 'option-ignored',
        message: `${model.name} cannot be guided by the ${map} map here.`,
      });
      return false;
    });
    const maps =
      chosen === undefined ? usualMaps(offered, Math.min(2, unitsLeft)) : chosen.slice(0, unitsLeft);
    const inputs: InputSource[] = hasCanvas ? [{ kind: 'canvas' }] : [];
    used.forEach(({ role }, index) => {
      inputs.push({ kind: 'reference', index, role });
    });
    const size = workingSize(question.size, SIZES[this.#familyOf(model.id)], this.#options.megapixels);
    return {
      size,
      inputs,
      maps: hasScene ? maps : [],
      inputLimits: {
        longEdgeMaxPx: Math.max(REFERENCE_EDGE_MAX_PX, size.width, size.height),
        maxBytes: PICTURE_BYTES_MAX,
        mediaType: 'image/png',
      },
      promptForm: 'description',
      promptMaxCharacters: PROMPT_MAX_CHARACTERS,
      // Start picture and maps hold every pixel in its place; there is no drift to be repaired.
      followsCanvas: false,
      warnings,
    };
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    const requested = parseOptions(sdapiRequestOptionsSchema, job.options);
    const server = await this.#serverFor(job, io);
    const family = this.#familyOf(job.model.id);
    const taskId = `task(diorama-${randomUUID()})`;
    const call = callFor(job, { family, server, options: this.#options, requested, taskId });
    const progress = new SdapiProgress(io, taskId);
    await progress.begin();
    io.onProgress({ stage: 'sending', fraction: 0.03 });

    const ended = new AbortController();
    // What the following reports must not outlive the call, and a fault of it must not go unseen.
    const following = progress.follow(ended.signal);
    try {
      const [answer] = await Promise.all([
        io.http
          .json(answerSchema, {
            method: 'POST',
            url: call.url,
            json: call.body,
            timeouts: { firstByteMs: ANSWER_WITHIN_MS, totalMs: ANSWER_WITHIN_MS },
          })
          .finally(() => ended.abort()),
        following,
      ]);
      this.#server = { found: { ...server, loadedCheckpoint: job.model.id }, readAt: io.clock.elapsedMs() };
      io.onProgress({ stage: 'receiving', fraction: 0.98 });
      return resultOf(answer.body, job, server);
    } catch (thrown) {
      if (!io.signal.aborted) throw thrown;
      await progress.interrupt();
      throw io.signal.reason;
    }
  }

  async probe({ http, clock }: Pick<AdapterIo, 'http' | 'signal' | 'clock'>): Promise<AdapterProbe> {
    const found = await readServer(http);
    this.#server = { found, readAt: clock.elapsedMs() };
    const models = found.checkpoints.map((checkpoint) => this.#modelOf(checkpoint, found));
    // The loaded one first: it needs no wait.
    models.sort((a, b) => Number(b.id === found.loadedCheckpoint) - Number(a.id === found.loadedCheckpoint));
    const name = FLAVOUR_NAMES[found.flavour];
    const maps = [...new Set(models.flatMap(({ capabilities }) => capabilities.controlMaps))];
    const takesReferences = models.some(({ capabilities }) => capabilities.referencesMax > 0);
    const checks: ProbeReport['checks'] = [
      { check: 'address', ok: true, detail: `${name} answered.`, hint: '' },
      {
        check: 'models',
        ok: models.length > 0,
        detail:
          models.length > 0
            ? `${models.length} ${models.length === 1 ? 'checkpoint was' : 'checkpoints were'} found.`
            : 'The server has no checkpoint.',
        hint: models.length > 0 ? '' : 'Put a checkpoint into its models folder.',
      },
      {
        check: 'control',
        ok: true,
        detail:
          maps.length > 0
            ? `It can be guided by: ${maps.join(', ')}.`
            : 'No ControlNet was found, so only the canvas as start picture holds the geometry.',
        hint: maps.length > 0 ? '' : 'Install ControlNet models for depth and canny.',
      },
      {
        check: 'references',
        ok: true,
        detail: takesReferences
          ? 'Reference images go through an IP-Adapter.'
          : 'No IP-Adapter was found, so reference images are not used.',
        hint: takesReferences ? '' : 'Install an IP-Adapter model.',
      },
    ];
    return { checks, models, server: name };
  }

  #familyOf(checkpoint: string): CheckpointFamily {
    const said = this.#options.families[checkpoint];
    if (said !== undefined) return said;
    if (/flux/i.test(checkpoint)) return 'flux';
    return familyOfCheckpoint(checkpoint) === 'sdxl' ? 'sdxl' : 'sd15';
  }

  #modelOf(
    checkpoint: { readonly id: string; readonly name: string },
    server: SdapiServer | null,
  ): EngineModel {
    const family = this.#familyOf(checkpoint.id);
    const takesReferences = server !== null && ipAdapterFor(family, server) !== null;
    const maps = server === null ? [] : guidingMaps(family, server, this.#options);
    return {
      id: checkpoint.id,
      name: checkpoint.name,
      capabilities: {
        ...OWN_SERVER_CAPABILITIES,
        referencesMax: takesReferences
          ? Math.min(REFERENCES_MAX, Math.max(0, this.#options.controlUnits - 1))
          : 0,
        referenceRoles: takesReferences ? [...REFERENCE_ROLES] : [],
        negativePrompt: family !== 'flux',
        controlMaps: this.#options.controlUnits === 0 ? [] : maps,
      },
      price: null,
      note:
        checkpoint.id === server?.loadedCheckpoint
          ? 'Loaded now.'
          : 'Another checkpoint than the loaded one: the server changes over to it first and keeps it.',
    };
  }

  /** What the server has, not older than a minute; anew when something that the job needs is not in it. */
  async #serverFor(job: AdapterJob, io: AdapterIo): Promise<SdapiServer> {
    const family = this.#familyOf(job.model.id);
    const missingFor = (server: SdapiServer): string | null => {
      if (!server.checkpoints.some(({ id, name }) => id === job.model.id || name === job.model.id)) {
        return job.model.id;
      }
      const map = [...job.maps.keys()].find(
        (name) => controlModelFor(family, name, server, this.#options) === null,
      );
      return map === undefined ? null : `ControlNet for ${map}`;
    };
    const known = this.#server;
    if (
      known !== null &&
      io.clock.elapsedMs() - known.readAt < SERVER_FRESH_MS &&
      missingFor(known.found) === null
    ) {
      return known.found;
    }
    const found = await readServer(io.http);
    this.#server = { found, readAt: io.clock.elapsedMs() };
    const missing = missingFor(found);
    if (missing === null) return found;
    if (missing === job.model.id) {
      throw new DioramaError('unknown-model', `The server has no checkpoint "${missing}".`, {
        details: { model: missing },
      });
    }
    throw new DioramaError('workflow-not-runnable', `The server has no ${missing} any more.`, {
      hint: 'Test the engine on the page Engines to see what it can do now.',
    });
  }
}

function resultOf(answer: z.infer<typeof answerSchema>, job: AdapterJob, server: SdapiServer): AdapterResult {
  const info = infoSchema.safeParse(parseJson(answer.info));
  const first = info.success ? info.data.index_of_first_image : 0;
  const seeds =
    info.success && info.data.all_seeds.length > 0 ? info.data.all_seeds : seedsFromText(answer.info, job);
  // Behind the pictures come the maps of units, whatever was asked.
  const images = (answer.images ?? []).slice(first, first + job.count).map((text, index) => ({
    bytes: new Uint8Array(Buffer.from(text.slice(text.indexOf(',') + 1), 'base64')),
    seed: toSeed(seeds[index]),
  }));
  const used = (info.success ? info.data.sd_model_name : null) ?? null;
  const wanted = server.checkpoints.find(({ id }) => id === job.model.id)?.name ?? job.model.id;
  const isOther = used !== null && stem(used) !== stem(wanted);
  return {
    images,
    modelUsed: used ?? job.model.id,
    cost: null,
    warnings: isOther
      ? [{ code: 'model-substituted', message: `The server used ${used} instead of ${job.model.name}.` }]
      : [],
  };
}

function seedsFromText(info: string, job: AdapterJob): number[] {
  const found = info.match(/(?:^|[\n,] ?)Seed: (\d{1,10})(?=,|\n|$)/g)?.at(-1);
  return imageSeeds(found === undefined ? job.seed : Number(found.replace(/\D/g, '')), job.count);
}

function toSeed(seed: number | undefined): number | null {
  return seed !== undefined && Number.isInteger(seed) && seed >= 0 && seed <= 0xffff_ffff ? seed : null;
}

function stem(name: string): string {
  return withoutHash(name)
    .replace(/^.*[\\/]/, '')
    .replace(/\.(safetensors|ckpt|pt|gguf)$/i, '')
    .toLowerCase();
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
