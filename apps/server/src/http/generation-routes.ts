import { randomInt } from 'node:crypto';
import {
  type Asset,
  builtinOptionsSchema,
  DioramaError,
  type EngineDescription,
  type GenerationRequest,
} from '@diorama/contracts';
import type { EventHub } from '../jobs/event-hub.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { RenderHost } from '../jobs/render-host.ts';
import type { AssetRepository } from '../storage/assets.ts';
import { type GenerationRepository, inputsOf } from '../storage/generations.ts';
import type { Handlers } from './register-routes.ts';

export interface GenerationRouteDependencies {
  readonly assets: AssetRepository;
  readonly generations: GenerationRepository;
  readonly runner: JobRunner;
  readonly host: RenderHost;
  readonly hub: EventHub;
}

type Routes =
  | 'createGeneration'
  | 'listGenerations'
  | 'getGeneration'
  | 'updateGeneration'
  | 'deleteGeneration'
  | 'cancelGeneration'
  | 'retryGeneration';

/** Any 32-bit number; the images after the first use the numbers that follow. */
const SEEDS = 2 ** 32 - 16;

export function generationHandlers(deps: GenerationRouteDependencies): Pick<Handlers, Routes> {
  const { generations, runner, hub } = deps;

  const accept = async (request: GenerationRequest, idempotencyKey?: string) => {
    await checkRequest(request, deps);
    const { generation, isRepeat } = await generations.create(request, {
      seed: request.seed ?? randomInt(SEEDS),
      idempotencyKey,
    });
    if (!isRepeat) {
      runner.wake();
      hub.wake();
    }
    return runner.withProgress(generation);
  };

  return {
    createGeneration: async ({ body, headers }) => await accept(body, readIdempotencyKey(headers)),
    listGenerations: async ({ query }) => {
      const { favorite, ...filter } = query;
      const page = await generations.list({
        ...filter,
        favorite: favorite === undefined ? undefined : favorite === 'true',
      });
      return { ...page, items: page.items.map((item) => runner.withProgress(item)) };
    },
    getGeneration: async ({ params }) => runner.withProgress(found(await generations.find(params.id))),
    updateGeneration: async ({ params, body }) => {
      const generation = found(await generations.setFavorite(params.id, body.favorite));
      hub.wake();
      return runner.withProgress(generation);
    },
    deleteGeneration: async ({ params }) => {
      if (!(await runner.delete(params.id)))
        throw new DioramaError('not-found', 'There is no such generation.');
      return undefined;
    },
    cancelGeneration: async ({ params }) => found(await runner.cancel(params.id)),
    retryGeneration: async ({ params, headers }) =>
      await accept(found(await generations.find(params.id)).request, readIdempotencyKey(headers)),
  };
}

function found<T>(value: T | null): T {
  if (value === null) throw new DioramaError('not-found', 'There is no such generation.');
  return value;
}

/** @throws {DioramaError} `invalid-request` for a header that is no key: ignoring it would lose its protection. */
function readIdempotencyKey(headers: Headers): string | undefined {
  const key = headers.get('idempotency-key');
  if (key === null) return undefined;
  if (!/^[\x21-\x7e]{1,200}$/.test(key))
    throw new DioramaError('invalid-request', 'The Idempotency-Key is not valid.', {
      hint: 'Use 1 to 200 visible ASCII characters, for example a UUID.',
      details: { issues: [{ field: 'Idempotency-Key', message: '1 to 200 visible ASCII characters' }] },
    });
  return key;
}

/** Everything that can be told to be wrong before the request waits in the queue. */
async function checkRequest(request: GenerationRequest, deps: GenerationRouteDependencies): Promise<void> {
  if (request.prompt.trim() === '' && !request.canvas && request.references.length === 0)
    throw new DioramaError('nothing-to-generate');
  checkAgainstEngine(request, (await deps.host.engines()).engines);
  if (request.engine === 'builtin') checkBuiltinOptions(request.options);
  checkAssets(request, await deps.assets.findMany(inputsOf(request)));
}

function checkAgainstEngine(request: GenerationRequest, engines: readonly EngineDescription[]): void {
  const engine = engines.find((known) => known.id === request.engine);
  if (!engine)
    throw new DioramaError('unknown-engine', `There is no engine "${printable(request.engine)}".`, {
      details: { engines: engines.map((known) => known.id) },
    });
  if (!engine.available)
    throw new DioramaError('engine-unavailable', engine.reason ?? undefined, {
      details: { engine: engine.id },
    });
  const { capabilities } = engine;
  if (!request.canvas && request.references.length === 0 && !capabilities.textOnly)
    throw new DioramaError('nothing-to-generate', `${engine.name} needs more than a prompt.`, {
      hint: 'Switch the canvas on.',
    });
  if (request.size < capabilities.longEdgeMin || request.size > capabilities.longEdgeMax)
    throw new DioramaError(
      'invalid-size',
      `${engine.name} makes images from ${capabilities.longEdgeMin} to ${capabilities.longEdgeMax} pixels.`,
    );
  if (request.count > capabilities.countMax)
    throw fieldError('count', `${engine.name} makes at most ${capabilities.countMax}`);
  if (request.model !== null && !engine.models.some((model) => model.id === request.model))
    throw fieldError('model', `${engine.name} has no such model`);
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

function fieldError(field: string, message: string): DioramaError {
  return new DioramaError('invalid-request', `${field}: ${message}.`, {
    details: { issues: [{ field, message }] },
  });
}

function printable(text: string): string {
  return text.replace(/[^\p{L}\p{N}._-]/gu, '?');
}
