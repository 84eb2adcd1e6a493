import {
  costQuestionOf,
  type EngineDescription,
  type EngineModel,
  estimateCost,
  type Generation,
  type GenerationRequestInput,
  outputSize,
} from '@diorama/contracts';

/** An engine and model that an entry can be run on again. */
export interface RerunChoice {
  readonly engine: EngineDescription;
  /** null when the engine has nothing to choose. */
  readonly model: EngineModel | null;
  /** Dollars; 0 = free, null = nobody knows. */
  readonly cost: number | null;
  /** Why this one cannot make it, in a few words; null when it can. */
  readonly refusal: string | null;
}

/** Every other engine and model that is available, in the order of the engine menu. */
export function rerunChoices(
  engines: readonly EngineDescription[],
  generation: Pick<Generation, 'request' | 'outputs'>,
): RerunChoice[] {
  const { request } = generation;
  return engines
    .filter(({ available }) => available)
    .flatMap((engine) => {
      const models: readonly (EngineModel | null)[] = engine.models.length > 0 ? engine.models : [null];
      return models
        .filter((model) => engine.id !== request.engine || (model?.id ?? null) !== request.model)
        .map((model) => ({
          engine,
          model,
          cost: costOf(engine, model, request),
          refusal: refusalOf(engine, model, request),
        }));
    });
}

/**
 * The request of an entry for another engine: prompt, scene, references, shape and seed are those of the entry. What
 * only its own engine has a meaning for is left behind.
 */
export function rerunRequest(
  generation: Pick<Generation, 'id' | 'request' | 'outputs'>,
  { engine, model }: Pick<RerunChoice, 'engine' | 'model'>,
): GenerationRequestInput {
  const { request, outputs } = generation;
  const { capabilities } = model ?? engine;
  const isSameKind = engine.id === request.engine;
  return {
    ...request,
    engine: engine.id,
    model: model?.id ?? null,
    // The seed that was drawn, so that only the engine is different.
    seed: capabilities.seed ? (request.seed ?? outputs[0]?.seed ?? null) : request.seed,
    geometryStrength: capabilities.geometryStrength ? request.geometryStrength : null,
    options: isSameKind ? request.options : {},
    lineage: { generation: generation.id, how: 'rerun' },
  };
}

function refusalOf(
  engine: EngineDescription,
  model: EngineModel | null,
  request: Generation['request'],
): string | null {
  const { capabilities } = model ?? engine;
  if (request.size > capabilities.longEdgeMax) return `makes at most ${capabilities.longEdgeMax} pixels`;
  if (request.count > capabilities.countMax)
    return capabilities.countMax === 1
      ? 'makes one image at a time'
      : `makes at most ${capabilities.countMax} images`;
  const usesCanvas = request.canvas !== null && capabilities.canvas;
  const usesReference = request.references.length > 0 && capabilities.referencesMax > 0;
  if (!usesCanvas && !usesReference && !capabilities.textOnly) return 'needs the canvas';
  return null;
}

function costOf(
  engine: EngineDescription,
  model: EngineModel | null,
  request: Generation['request'],
): number | null {
  if (engine.isFree) return 0;
  const price = model ? model.price : engine.price;
  if (!price) return null;
  const { capabilities } = model ?? engine;
  return estimateCost(
    price,
    costQuestionOf({
      size: outputSize(request.aspectRatio, request.size, request.canvas?.viewportRatio ?? undefined),
      count: request.count,
      hasCanvas: request.canvas !== null && capabilities.canvas,
      references: Math.min(request.references.length, capabilities.referencesMax),
    }),
  );
}
