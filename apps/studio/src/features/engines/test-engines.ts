import type { EngineCapabilities, EngineDescription, EngineModel } from '@diorama/contracts';
import type { EngineChoice } from './engine-choice.ts';

/** The built-in engine as the server describes it, for tests. */
export const BUILTIN: EngineDescription = {
  id: 'builtin',
  kind: 'builtin',
  location: 'built-in',
  name: 'Diorama',
  summary: '',
  available: true,
  reason: null,
  models: [],
  defaultModel: null,
  capabilities: {
    textOnly: true,
    canvas: true,
    referencesMax: 2,
    referenceRoles: ['style'],
    aspectRatios: ['1:1', '16:9', 'canvas'],
    longEdgeMin: 256,
    longEdgeMax: 4096,
    seed: true,
    negativePrompt: false,
    geometryStrength: false,
    controlMaps: [],
    mask: false,
    countMax: 4,
    progress: true,
    previews: true,
    cancel: true,
    deterministic: true,
  },
  typicalMs: 10_000,
  price: null,
  isFree: true,
};

export function aModel(
  capabilities: Partial<EngineCapabilities>,
  fields: Partial<EngineModel> = {},
): EngineModel {
  return {
    id: 'model-1',
    name: 'Model 1',
    capabilities: { ...BUILTIN.capabilities, ...capabilities },
    price: null,
    note: null,
    ...fields,
  };
}

/** A cloud engine with the first of its models as the default. */
export function anEngine(fields: Partial<EngineDescription>): EngineDescription {
  return {
    ...BUILTIN,
    id: 'other',
    kind: 'openai',
    location: 'cloud',
    name: 'Other',
    isFree: false,
    defaultModel: fields.models?.[0]?.id ?? null,
    ...fields,
  };
}

export function choiceOf(engine: EngineDescription): EngineChoice {
  const model = engine.models[0] ?? null;
  return {
    engine,
    model,
    capabilities: model?.capabilities ?? engine.capabilities,
    price: model?.price ?? engine.price,
    replaced: null,
  };
}
