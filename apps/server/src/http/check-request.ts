import {
  type Asset,
  builtinOptionsSchema,
  costQuestionOf,
  DioramaError,
  type EngineDescription,
  type EngineModel,
  estimateCost,
  type GenerationRequest,
  outputSize,
} from '@diorama/contracts';
import type { EngineDirectory, ListedEngine } from '../engines/engine-directory.ts';
import type { OwnedAssets } from '../storage/assets.ts';
import { inputsOf } from '../storage/generation-intake.ts';
import type { Charge } from '../storage/ledger.ts';
import type { Lane } from '../storage/schema.ts';
import type { SettingsRepository } from '../storage/settings.ts';

/** How an accepted request will be handled. */
export interface Acceptance {
  readonly lane: Lane;
  /** null when nobody charges anything. */
  readonly charge: Charge | null;
}

export interface CheckDependencies {
  /** Of the one who asks. */
  readonly assets: OwnedAssets;
  readonly directory: EngineDirectory;
  readonly settings: SettingsRepository;
}

/**
 * Everything that can be told to be wrong before the request waits in the queue.
 *
 * @throws {DioramaError} For each way in which a request can be wrong.
 */
export async function checkRequest(request: GenerationRequest, deps: CheckDependencies): Promise<Acceptance> {
  if (request.prompt.trim() === '' && !request.canvas && request.references.length === 0)
    throw new DioramaError('nothing-to-generate');
  const { engines } = await deps.directory.list();
  const { lane, description } = requireEngine(request.engine, engines);
  const model = requireModel(request.model, description);
  checkAgainstCapabilities(request, description, model);
  if (request.engine === 'builtin') checkBuiltinOptions(request.options);
  const assets = await deps.assets.findMany(inputsOf(request));
  checkAssets(request, assets);
  const charge = description.isFree
    ? null
    : await chargeOf(request, description, model, assets, deps.settings);
  return { lane, charge };
}

function requireEngine(id: string, engines: readonly ListedEngine[]): ListedEngine {
  const engine = engines.find(({ description }) => description.id === id);
  if (!engine)
    throw new DioramaError('unknown-engine', `There is no engine "${printable(id)}".`, {
      details: { engines: engines.map(({ description }) => description.id) },
    });
  const { available, reason } = engine.description;
  if (!available)
    throw new DioramaError('engine-unavailable', reason ?? undefined, { details: { engine: id } });
  return engine;
}

/**
 * The model that the request means; null when the engine has none to choose from, or for an id that no list names yet:
 * services bring new models every month, so theirs are passed on. A server that was asked for its models knows better.
 */
function requireModel(id: string | null, engine: EngineDescription): EngineModel | null {
  const wanted = id ?? engine.defaultModel;
  const model = engine.models.find((known) => known.id === wanted) ?? null;
  if (model || id === null) return model;
  if (engine.location === 'cloud' || engine.kind === 'openai-compatible') return null;
  throw fieldError('model', `${engine.name} has no such model`);
}

function checkAgainstCapabilities(
  request: GenerationRequest,
  engine: EngineDescription,
  model: EngineModel | null,
): void {
  const capabilities = model?.capabilities ?? engine.capabilities;
  const name = model && request.model !== null ? `${engine.name} ${model.name}` : engine.name;
  if (!request.canvas && request.references.length === 0 && !capabilities.textOnly)
    throw new DioramaError('nothing-to-generate', `${name} needs more than a prompt.`, {
      hint: 'Switch the canvas on.',
    });
  if (request.size < capabilities.longEdgeMin || request.size > capabilities.longEdgeMax)
    throw new DioramaError(
      'invalid-size',
      `${name} makes images from ${capabilities.longEdgeMin} to ${capabilities.longEdgeMax} pixels.`,
    );
  if (request.count > capabilities.countMax)
    throw fieldError('count', `${name} makes at most ${capabilities.countMax}`);
}

function checkBuiltinOptions(options: GenerationRequest['options']): void {
  const result = builtinOptionsSchema.safeParse(options);
  if (result.success) return;
  const issue = result.error.issues[0]!;
  throw fieldError(['options', ...issue.path].join('.'), issue.message);
}

function checkAssets(request: GenerationRequest, assets: ReadonlyMap<string, Asset>): void {
  const missing = inputsOf(request).filter((id) => !assets.has(id));
  if (missing.length > 0)
    throw new DioramaError('unknown-asset', undefined, { details: { assets: missing } });
  const { canvas, references } = request;
  if (canvas && assets.get(canvas.scene)?.kind === 'image')
    throw fieldError('canvas.scene', 'is an image, not a model or a scene');
  if (canvas?.capture && assets.get(canvas.capture)?.kind !== 'image')
    throw fieldError('canvas.capture', 'is not an image');
  for (const [index, reference] of references.entries())
    if (assets.get(reference.asset)?.kind !== 'image')
      throw fieldError(`references.${index}.asset`, 'is not an image');
}

async function chargeOf(
  request: GenerationRequest,
  engine: EngineDescription,
  model: EngineModel | null,
  assets: ReadonlyMap<string, Asset>,
  settings: SettingsRepository,
): Promise<Charge> {
  const id = model?.id ?? request.model;
  const price =
    model?.price ??
    // A model that no list names can have a price all the same: the owner's.
    (await settings.prices()).find((entry) => entry.kind === engine.kind && entry.model === id)?.price ??
    null;
  const { canvas } = request;
  const capture = canvas?.capture ? assets.get(canvas.capture) : undefined;
  const shape =
    canvas?.viewportRatio ?? (capture?.width && capture.height ? capture.width / capture.height : undefined);
  const question = costQuestionOf({
    size: outputSize(request.aspectRatio, request.size, shape && Math.min(10, Math.max(0.1, shape))),
    count: request.count,
    hasCanvas: canvas !== null,
    references: request.references.length,
  });
  return {
    model: id,
    estimate: price && estimateCost(price, question),
    cancelStopsBill: (model?.capabilities ?? engine.capabilities).cancel,
  };
}

function fieldError(field: string, message: string): DioramaError {
  return new DioramaError('invalid-request', `${field}: ${message}.`, {
    details: { issues: [{ field, message }] },
  });
}

function printable(text: string): string {
  return text.replace(/[^\p{L}\p{N}._-]/gu, '?');
}
