import { randomInt } from 'node:crypto';
import { DioramaError, type GenerationRequest } from '@diorama/contracts';
import type { Viewer } from '../accounts/viewer.ts';
import type { EventHub } from '../jobs/event-hub.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import type { AssetRepository } from '../storage/assets.ts';
import type { GenerationRepository } from '../storage/generations.ts';
import { type CheckDependencies, checkRequest } from './check-request.ts';
import { readIdempotencyKey } from './idempotency-key.ts';
import type { Handlers } from './register-routes.ts';
import { withoutInputs } from './without-inputs.ts';

export interface GenerationRouteDependencies extends Omit<CheckDependencies, 'assets'> {
  readonly assets: AssetRepository;
  readonly generations: GenerationRepository;
  readonly runner: JobRunner;
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

  const accept = async (viewer: Viewer, request: GenerationRequest, idempotencyKey?: string) => {
    const assets = deps.assets.of(viewer.userId);
    const { generation, isRepeat } = await generations.create(request, {
      ...(await checkRequest(request, { ...deps, assets })),
      ownerId: viewer.userId,
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
    createGeneration: async ({ viewer, body, request }) =>
      await accept(viewer, body, readIdempotencyKey(request.headers) ?? undefined),
    listGenerations: async ({ viewer, query }) => {
      const page = await generations.of(viewer.userId).list(query);
      return { ...page, items: page.items.map((item) => runner.withProgress(item)) };
    },
    getGeneration: async ({ viewer, params }) =>
      runner.withProgress(found(await generations.of(viewer.userId).find(params.id))),
    updateGeneration: async ({ viewer, params, body }) => {
      const generation = found(await generations.of(viewer.userId).update(params.id, body));
      hub.wake();
      return runner.withProgress(generation);
    },
    deleteGeneration: async ({ viewer, params }) => {
      if (!(await runner.delete(viewer.userId, params.id)))
        throw new DioramaError('not-found', 'There is no such generation.');
      return undefined;
    },
    cancelGeneration: async ({ viewer, params }) => found(await runner.cancel(viewer.userId, params.id)),
    retryGeneration: async ({ viewer, params, body, request }) => {
      const first = found(await generations.of(viewer.userId).find(params.id));
      return await accept(
        viewer,
        { ...withoutInputs(first.request, body.without), lineage: { generation: first.id, how: 'retry' } },
        readIdempotencyKey(request.headers) ?? undefined,
      );
    },
  };
}

function found<T>(value: T | null): T {
  if (value === null) throw new DioramaError('not-found', 'There is no such generation.');
  return value;
}
