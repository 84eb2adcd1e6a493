import { availableParallelism } from 'node:os';
import { readSceneSources, throwIfCanceled } from '@diorama/conditioning';
import { DioramaError, type Progress, toDioramaError, type Warning } from '@diorama/contracts';
import type { GltfAsset } from '@diorama/gltf';
import type { Engine, EngineContext, EngineImage, EngineRequest, EngineResult } from '../kit/engine.ts';
import { imageSeed } from '../kit/image-seed.ts';
import { writeImageSettings } from '../kit/images/write-settings.ts';
import { checkRequest } from './check-request.ts';
import { composeScene } from './compose/compose-scene.ts';
import { BUILTIN_ID, BUILTIN_VERSION, describeBuiltin, testBuiltin } from './describe.ts';
import { settingsOf } from './quality.ts';
import { renderImage } from './render-image.ts';
import { type Stage, StageProgress } from './stage-progress.ts';
import { understand } from './understand.ts';

export interface BuiltinEngineOptions {
  /** Worker threads for tracing and denoising. Default: one per core. The image does not depend on it. */
  readonly workers?: number;
}

const STAGE_WEIGHTS: ReadonlyMap<Stage, number> = new Map([
  ['loading', 2],
  ['understanding', 2],
  ['building', 6],
  ['tracing', 70],
  ['denoising', 12],
  ['finishing', 8],
]);
const SHARED_STAGES: ReadonlySet<Stage> = new Set(['loading', 'understanding']);

/**
 * The engine that comes with Diorama: reads prompt and references as a look, dresses and lights the scene by it,
 * path-traces it on the CPU, removes the noise, and develops the picture. The same request gives the same bytes.
 */
export function createBuiltinEngine(options: BuiltinEngineOptions = {}): Engine {
  const workers = options.workers ?? availableParallelism();
  return {
    id: BUILTIN_ID,
    kind: 'builtin',
    describe: describeBuiltin,
    test: testBuiltin,
    async generate(request, context) {
      try {
        return await generate(request, context, workers);
      } catch (thrown) {
        if (context.signal.aborted) throw new DioramaError('canceled', undefined, { cause: thrown });
        // A typed array that cannot be allocated is how JavaScript says that memory is over.
        if (thrown instanceof RangeError)
          throw new DioramaError('out-of-memory', undefined, { cause: thrown });
        throw toDioramaError(thrown, 'render-failed');
      }
    },
  };
}

async function generate(
  request: EngineRequest,
  context: EngineContext,
  workers: number,
): Promise<EngineResult> {
  const { signal } = context;
  throwIfCanceled(signal);
  const { options, warnings } = checkRequest(request);
  const timings = new Map<string, number>();
  const began = performance.now();
  const progress = new StageProgress(STAGE_WEIGHTS, SHARED_STAGES, request.count, (value: Progress) => {
    // Late messages of workers must not reach a caller who has moved on.
    if (!signal.aborted) context.onProgress(value);
  });

  progress.begin('loading');
  const assets = await readSources(request, signal, warnings);
  timings.set('loading', performance.now() - began);

  progress.begin('understanding');
  const understandingBegan = performance.now();
  const understood = await understand(request, signal);
  const { look } = understood;
  warnings.push(...understood.warnings);
  timings.set('understanding', performance.now() - understandingBegan);

  const images: EngineImage[] = [];
  for (let index = 0; index < request.count; index++) {
    throwIfCanceled(signal);
    const seed = imageSeed(request.seed, index);
    const composition = await composeScene({
      scene: request.scene,
      assets,
      look,
      references: request.references,
      size: request.size,
      seed,
      signal,
    });
    if (index === 0) warnings.push(...composition.warnings);
    const triangles = composition.meshes.reduce((sum, { indices }) => sum + indices.length / 3, 0);
    const { png, camera, aovs } = await renderImage({
      composition,
      look,
      size: request.size,
      seed,
      options,
      settings: settingsOf(options, triangles),
      palette: understood.palette,
      workers,
      progress,
      onPreview: (preview) => {
        if (!signal.aborted) context.onPreview(preview);
      },
      timings,
      signal,
      label: request.count > 1 ? `image ${index + 1} of ${request.count}, ` : '',
    });
    const bytes = writeImageSettings(
      png,
      { ...request, options },
      {
        engine: BUILTIN_ID,
        kind: 'builtin',
        version: BUILTIN_VERSION,
        modelUsed: null,
        index,
        seed,
        look,
        camera: request.scene ? camera : null,
      },
    );
    images.push({ bytes, mediaType: 'image/png', size: request.size, seed, aovs });
  }
  progress.finish();
  timings.set('total', performance.now() - began);
  context.log('builtin-rendered', {
    width: request.size.width,
    height: request.size.height,
    images: images.length,
    style: look.style,
    totalMs: Math.round(timings.get('total') ?? 0),
  });
  return {
    images,
    look,
    warnings,
    timings: Object.fromEntries([...timings].map(([stage, ms]) => [stage, Math.round(ms)])),
    cost: null,
    modelUsed: null,
  };
}

async function readSources(
  { scene }: EngineRequest,
  signal: AbortSignal,
  warnings: Warning[],
): Promise<ReadonlyMap<string, GltfAsset>> {
  if (!scene) return new Map();
  const { assets, warnings: found } = await readSceneSources(scene.document, scene.sources, signal);
  warnings.push(...found);
  if (Object.values(scene.document.nodes).every((node) => node.mesh === null || !node.visible))
    warnings.push({
      code: 'scene-simplified',
      message: 'The scene shows no object, so only its surroundings were drawn.',
    });
  return assets;
}
