import {
  type ControlMapName,
  DioramaError,
  type EngineModel,
  type ProbeReport,
  type Workflow,
} from '@diorama/contracts';
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
import { familyOfCheckpoint } from '../diffusion/checkpoint-family.ts';
import { geometryGuidance } from '../diffusion/geometry-guidance.ts';
import { keyHeaders } from '../diffusion/key-headers.ts';
import { stepsFor } from '../diffusion/quality.ts';
import { ownersOnlyOf, parseOptions, unknownOptions } from '../shared/options.ts';
import {
  describeFaults,
  fillDefaults,
  findGraphFaults,
  type GraphFaults,
  requireRunnable,
} from './check-graph.ts';
import { ComfyuiApi } from './comfyui-api.ts';
import { readComfyuiError } from './comfyui-errors.ts';
import { type BuildGraph, runComfyuiJob } from './comfyui-job.ts';
import {
  type ComfyuiOptions,
  type ComfyuiRequestOptions,
  comfyuiOptionsSchema,
  comfyuiRequestOptionsSchema,
  type FileRole,
  outputNodesOf,
} from './comfyui-options.ts';
import {
  FAMILIES,
  FAMILY_FACTS,
  type Family,
  familyOfMetadata,
  familyOfUnet,
  modelName,
  type Sampling,
  samplingOf,
} from './families.ts';
import {
  controlNetFor,
  fileFor,
  findModels,
  guidingMaps,
  type InstalledFiles,
  installedFiles,
  neededFiles,
} from './installed.ts';
import { templateModel, WORKFLOW_PREFIX, workflowModel } from './models.ts';
import type { ObjectInfo } from './object-info.ts';
import { planTemplate, planWorkflow } from './plan.ts';
import { repeatForSeeds } from './repeat-for-seeds.ts';
import { TEMPLATES } from './templates/index.ts';
import type { TemplateInput } from './templates/template.ts';
import { fillWorkflow } from './user-workflow.ts';

/** The list of nodes changes only when somebody installs something and starts the server again. */
const NODES_FRESH_MS = 60_000;
const METADATA_LOOKUPS_MAX = 24;

type Choice =
  | { readonly kind: 'workflow'; readonly workflow: Workflow }
  | { readonly kind: 'template'; readonly family: Family; readonly file: string };

/**
 * Own ComfyUI server: templates for the usual families, filled with the model files that are installed, and the
 * person's own workflows. Nothing of the server's list of nodes is kept but what the last test found.
 */
export class ComfyuiAdapter implements Adapter {
  readonly summary =
    'Your own ComfyUI server: FLUX.2, Qwen-Image-Edit, FLUX.1 Kontext, SDXL and SD1.5 with ControlNet, and your own workflows.';
  readonly typicalMs = null;
  readonly #connection: ConnectionConfig;
  readonly #options: ComfyuiOptions;
  #nodes: { readonly info: ObjectInfo; readonly readAt: number } | null = null;

  constructor(connection: ConnectionConfig) {
    this.#connection = connection;
    this.#options = parseOptions(comfyuiOptionsSchema, connection.options);
  }

  models(): readonly EngineModel[] {
    const found = this.#connection.probe?.models.filter(({ id }) => !id.startsWith(WORKFLOW_PREFIX)) ?? [];
    return [...found, ...this.#options.workflows.map(workflowModel)];
  }

  unlistedModel(id: string): EngineModel {
    const choice = this.#choiceOf(id);
    if (choice.kind === 'workflow') return workflowModel(choice.workflow);
    const { family, file } = choice;
    const maps =
      family === 'sdxl' || family === 'sd15' ? guidingMaps(family, NOTHING_INSTALLED, this.#options) : [];
    return templateModel(family, file, maps, this.#options);
  }

  headers(): Readonly<Record<string, string>> {
    return keyHeaders(this.#connection.key);
  }

  readError = readComfyuiError;

  plan(question: PlanQuestion): Plan {
    const requested = parseOptions(comfyuiRequestOptionsSchema, question.options);
    const choice = this.#choiceOf(question.model.id);
    const plan =
      choice.kind === 'workflow'
        ? planWorkflow(choice.workflow, question)
        : planTemplate(choice.family, question, requested, this.#options);
    const unknown = unknownOptions(
      comfyuiRequestOptionsSchema,
      question.options,
      ownersOnlyOf(comfyuiOptionsSchema, comfyuiRequestOptionsSchema),
    );
    return { ...plan, warnings: [...unknown, ...plan.warnings] };
  }

  async run(job: AdapterJob, io: AdapterIo): Promise<AdapterResult> {
    const choice = this.#choiceOf(job.model.id);
    const seeds = imageSeeds(job.seed, job.count);
    const isFirst = io.resume === null || io.resume === undefined;
    const build = await this.#runnable(choice, job, seeds, isFirst, io);
    const isBatch = choice.kind === 'workflow' && choice.workflow.inputs.seed === undefined;
    const pictures = await runComfyuiJob(
      build,
      job,
      { previews: this.#options.previews === 'previews', filesPerOutput: isBatch ? job.count : 1 },
      io,
    );
    return {
      images: pictures.flatMap((found, image) =>
        found.map((bytes) => ({ bytes, seed: isBatch ? null : (seeds[image] ?? null) })),
      ),
      modelUsed: choice.kind === 'workflow' ? choice.workflow.name : choice.file,
      cost: null,
      warnings: isBatch
        ? [
            {
              code: 'seed-not-honoured',
              message: `The workflow "${choice.workflow.name}" has no place for the seed, so the picture cannot be made again by it.`,
            },
          ]
        : [],
    };
  }

  async probe({ http, clock }: Pick<AdapterIo, 'http' | 'signal' | 'clock'>): Promise<AdapterProbe> {
    const api = new ComfyuiApi(http);
    const info = await api.objectInfo();
    this.#nodes = { info, readAt: clock.elapsedMs() };
    const version = await api.version().catch((thrown: unknown) => {
      if (thrown instanceof DioramaError) return null;
      throw thrown;
    });
    const checks: ProbeReport['checks'] = [];
    const isComfyui = info.has('KSampler') && info.has('VAEDecode');
    checks.push({
      check: 'address',
      ok: isComfyui,
      detail: isComfyui
        ? `ComfyUI${version === null ? '' : ` ${version}`} answered with ${info.size} nodes.`
        : 'The server answered, but it has none of the nodes of ComfyUI.',
      hint: isComfyui ? '' : 'Check the address.',
    });

    const files = installedFiles(info);
    const metadata = await this.#metadata(files, api);
    const models: EngineModel[] = [];
    for (const { family, file, isGuess } of findModels(
      files,
      this.#options,
      (name) => metadata.get(name) ?? null,
    )) {
      const problem = this.#problemOf(family, file, files, info);
      if (problem === null) {
        const maps = family === 'sdxl' || family === 'sd15' ? guidingMaps(family, files, this.#options) : [];
        models.push(templateModel(family, file, maps, this.#options, isGuess));
      } else
        checks.push({
          check: 'models',
          ok: true,
          detail: `${modelName(family, file)} is not offered: ${problem.detail}`,
          hint: problem.hint,
        });
    }
    for (const workflow of this.#options.workflows) {
      const fault = describeFaults(findGraphFaults(workflow.graph, info));
      checks.push({
        check: 'nodes',
        ok: fault === null,
        detail:
          fault === null
            ? `The workflow "${workflow.name}" can run.`
            : `"${workflow.name}": ${fault.message}`,
        hint: fault?.hint ?? '',
      });
      if (fault === null) models.push(workflowModel(workflow));
    }
    const isAny = models.length > 0;
    checks.push({
      check: 'models',
      ok: isAny,
      detail: isAny
        ? `${models.length} ${models.length === 1 ? 'model' : 'models'} can be used: ${models
            .slice(0, 8)
            .map(({ name }) => name)
            .join(', ')}${models.length > 8 ? ' …' : ''}`
        : 'No model was found that there is a template for.',
      hint: isAny
        ? ''
        : 'Install a checkpoint (SDXL or SD1.5), FLUX.2, Qwen-Image-Edit or FLUX.1 Kontext, say in the settings what a file is, or add a workflow of your own.',
    });
    return { checks, models, server: version === null ? 'ComfyUI' : `ComfyUI ${version}` };
  }

  #choiceOf(id: string): Choice {
    if (id.startsWith(WORKFLOW_PREFIX)) {
      const workflow = this.#options.workflows.find((candidate) => WORKFLOW_PREFIX + candidate.id === id);
      if (workflow !== undefined) return { kind: 'workflow', workflow };
      throw new DioramaError('unknown-model', `There is no workflow "${id.slice(WORKFLOW_PREFIX.length)}".`, {
        hint: 'Add it on the page Engines, or choose another model.',
      });
    }
    const prefix = FAMILIES.find((family) => id.startsWith(`${family}:`));
    if (prefix !== undefined) return { kind: 'template', family: prefix, file: id.slice(prefix.length + 1) };
    const byName = familyByOwner(this.#options, id) ?? familyOfUnet(id) ?? familyOfCheckpoint(id);
    if (byName === null) {
      throw new DioramaError('unknown-model', `There is no template for "${id}".`, {
        hint: 'Add a workflow of your own that uses it.',
      });
    }
    return { kind: 'template', family: byName === 'unknown' ? 'sd15' : byName, file: id };
  }

  /** The job's graph, checked against what the server has; what has been sent already is not checked again. */
  async #runnable(
    choice: Choice,
    job: AdapterJob,
    seeds: readonly number[],
    isFirst: boolean,
    io: AdapterIo,
  ): Promise<BuildGraph> {
    const cached = this.#nodes;
    const isFresh = cached !== null && io.clock.elapsedMs() - cached.readAt < NODES_FRESH_MS;
    for (let isLast = !isFresh; ; isLast = true) {
      let info: ObjectInfo;
      if (isFresh && !isLast) info = cached.info;
      else {
        info = await new ComfyuiApi(io.http).objectInfo();
        this.#nodes = { info, readAt: io.clock.elapsedMs() };
      }
      const build = this.#builder(choice, job, seeds, info);
      if (!isFirst) return build;
      const faults = this.#faultsOf(choice, build, info);
      if (describeFaults(faults) === null) return build;
      // Somebody may have installed what was missing a moment ago.
      if (isLast) requireRunnable(faults);
    }
  }

  #faultsOf(choice: Choice, build: BuildGraph, info: ObjectInfo): GraphFaults {
    const { graph } = build(({ fileName }) => fileName);
    const faults = findGraphFaults(graph, info);
    if (choice.kind === 'workflow') return faults;
    const files = installedFiles(info);
    const missing = neededFiles(choice.family, choice.file)
      .filter((needed) => fileFor(needed, files, this.#options) === null)
      .map(({ description }) => description);
    return { ...faults, missingFiles: [...faults.missingFiles, ...missing] };
  }

  #builder(choice: Choice, job: AdapterJob, seeds: readonly number[], info: ObjectInfo): BuildGraph {
    const requested = parseOptions(comfyuiRequestOptionsSchema, job.options);
    const maps = [...job.maps.keys()];
    const guidance = geometryGuidance(job.geometryStrength, maps);
    const denoise = requested.denoise ?? guidance.denoise;
    if (choice.kind === 'workflow') return workflowBuilder(choice.workflow, job, seeds, denoise, info);

    const { family, file } = choice;
    const files = installedFiles(info);
    const fileOf = (role: FileRole): string | null => {
      const needed = neededFiles(family, file).find((candidate) => candidate.role === role);
      return needed === undefined
        ? (this.#options.files[role] ?? null)
        : fileFor(needed, files, this.#options);
    };
    return (nameOf) => {
      const controls = guidance.maps.flatMap(({ map, weight, endAt }) => {
        const net =
          family === 'sdxl' || family === 'sd15' ? controlNetFor(family, map, files, this.#options) : null;
        if (net === null) {
          throw new DioramaError(
            'workflow-not-runnable',
            `The server has no ControlNet for ${map} any more.`,
            {
              hint: 'Test the engine on the page Engines to see what it can do now.',
            },
          );
        }
        return [{ image: nameOf(job.maps.get(map)!), weight, endAt, net }];
      });
      const template = TEMPLATES[family]({
        ...this.#common(family, file, fileOf, requested, info),
        prompt: job.prompt,
        negativePrompt: job.negativePrompt,
        size: job.size,
        pictures: job.inputs.map(nameOf),
        hasCanvas: job.inputs[0]?.source.kind === 'canvas',
        controls,
        denoise,
      });
      fillDefaults(template.graph, info);
      return repeatForSeeds(template.graph, template.seedInputs, template.outputs, seeds);
    };
  }

  #common(
    family: Family,
    file: string,
    fileOf: TemplateInput['fileOf'],
    requested: ComfyuiRequestOptions,
    info: ObjectInfo,
  ): Pick<TemplateInput, 'file' | 'fileOf' | 'sampling' | 'kontextReferences' | 'keepOnServer' | 'hasNode'> {
    const usual = samplingOf(family, file, fileOf('qwen-edit.speed-lora') !== null);
    const own = this.#options.sampling[family] ?? {};
    const sampling: Sampling = {
      steps: requested.steps ?? stepsFor(own.steps ?? usual.steps, requested.quality),
      cfg: requested.cfg ?? own.cfg ?? usual.cfg,
      sampler: requested.sampler ?? own.sampler ?? usual.sampler,
      scheduler: requested.scheduler ?? own.scheduler ?? usual.scheduler,
    };
    return {
      file,
      fileOf,
      sampling,
      kontextReferences: this.#options.kontextReferences,
      keepOnServer: this.#options.keepOnServer,
      hasNode: (classType) => info.has(classType),
    };
  }

  /** Why a model that is installed cannot be used; null when it can. */
  #problemOf(
    family: Family,
    file: string,
    files: InstalledFiles,
    info: ObjectInfo,
  ): { detail: string; hint: string } | null {
    const missing = neededFiles(family, file).filter(
      (needed) => fileFor(needed, files, this.#options) === null,
    );
    if (missing.length > 0) {
      return {
        detail: `it also needs a ${missing.map(({ description }) => description).join(' and a ')}.`,
        hint: 'Install it on the server, or name the file in the settings.',
      };
    }
    // A picture and a word of each kind, to see every node that the template can have.
    const { graph } = TEMPLATES[family]({
      ...this.#common(
        family,
        file,
        (role) => {
          const needed = neededFiles(family, file).find((candidate) => candidate.role === role);
          return needed === undefined
            ? (this.#options.files[role] ?? null)
            : fileFor(needed, files, this.#options);
        },
        {},
        info,
      ),
      prompt: '',
      negativePrompt: '',
      size: { width: 1024, height: 1024 },
      pictures: FAMILY_FACTS[family].picturesMax > 1 ? ['canvas.png', 'reference.png'] : ['canvas.png'],
      hasCanvas: true,
      controls: [],
      denoise: 1,
    });
    fillDefaults(graph, info);
    const fault = describeFaults(findGraphFaults(graph, info));
    return fault === null ? null : { detail: fault.message, hint: fault.hint };
  }

  async #metadata(files: InstalledFiles, api: ComfyuiApi): Promise<Map<string, Family | 'other' | null>> {
    const unclear = files.checkpoints
      .filter(
        (file) => familyByOwner(this.#options, file) === undefined && familyOfCheckpoint(file) === 'unknown',
      )
      .slice(0, METADATA_LOOKUPS_MAX);
    const found = new Map<string, Family | 'other' | null>();
    for (const file of unclear) {
      const metadata = await api.metadata(file).catch((thrown: unknown) => {
        if (thrown instanceof DioramaError) return {};
        throw thrown;
      });
      found.set(file, familyOfMetadata(metadata));
    }
    return found;
  }
}

const NOTHING_INSTALLED: InstalledFiles = {
  checkpoints: [],
  unets: [],
  ggufUnets: [],
  textEncoders: [],
  vaes: [],
  loras: [],
  controlNets: [],
};

function workflowBuilder(
  workflow: Workflow,
  job: AdapterJob,
  seeds: readonly number[],
  denoise: number,
  info: ObjectInfo,
): BuildGraph {
  const ofKind = (kind: InputSource['kind']) => job.inputs.filter(({ source }) => source.kind === kind);
  return (nameOf) => {
    const [canvas] = ofKind('canvas');
    const graph = fillWorkflow(workflow, {
      prompt: job.prompt,
      negativePrompt: job.negativePrompt,
      canvas: canvas === undefined ? null : nameOf(canvas),
      references: ofKind('reference').map(nameOf),
      maps: new Map(
        [...job.maps].map(([map, picture]: [ControlMapName, PreparedInput]) => [map, nameOf(picture)]),
      ),
      width: job.size.width,
      height: job.size.height,
      strength: denoise,
      count: job.count,
    });
    const outputs = outputNodesOf(graph, workflow.output, (classType) => info.isOutput(classType));
    return workflow.inputs.seed === undefined
      ? { graph, outputs: [outputs] }
      : repeatForSeeds(graph, workflow.inputs.seed, outputs, seeds);
  };
}

/** What the owner says that a file is. Files can be called like things that every object has. */
function familyByOwner({ families }: ComfyuiOptions, file: string): Family | undefined {
  return Object.hasOwn(families, file) ? families[file] : undefined;
}
