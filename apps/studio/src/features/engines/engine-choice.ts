import type {
  EngineCapabilities,
  EngineDescription,
  EngineLocation,
  EngineModel,
  Price,
} from '@diorama/contracts';

/** The engine and model that the next image is made with. */
export interface EngineChoice {
  readonly engine: EngineDescription;
  /** null when the engine has nothing to choose. */
  readonly model: EngineModel | null;
  /** Of the model. */
  readonly capabilities: EngineCapabilities;
  /** null when it costs nothing or nobody knows; `engine.isFree` tells which. */
  readonly price: Price | null;
  /** What was chosen before and is not offered any more, in words; null when the choice stands. */
  readonly replaced: string | null;
}

export interface WantedEngine {
  /** null = the server's default. */
  readonly engine: string | null;
  /** The model chosen last, by engine id. */
  readonly models: Readonly<Record<string, string>>;
}

/** The wanted engine and model as far as they exist, else the defaults. */
export function chooseEngine(
  engines: readonly EngineDescription[],
  serverDefault: string | undefined,
  wanted: WantedEngine,
): EngineChoice | undefined {
  const named = engines.find(({ id }) => id === wanted.engine);
  const engine = named ?? engines.find(({ id }) => id === serverDefault) ?? engines[0];
  if (!engine) return undefined;
  const wantedModel = wanted.models[engine.id];
  const model =
    engine.models.find(({ id }) => id === wantedModel) ??
    engine.models.find(({ id }) => id === engine.defaultModel) ??
    engine.models[0] ??
    null;
  let replaced: string | null = null;
  if (wanted.engine !== null && !named) replaced = `The engine chosen before is not connected any more`;
  else if (wantedModel !== undefined && model && model.id !== wantedModel)
    replaced = `${wantedModel} is not offered any more`;
  return {
    engine,
    model,
    capabilities: model?.capabilities ?? engine.capabilities,
    price: model ? model.price : engine.price,
    replaced,
  };
}

/** The built-in engine renders; every other one reads text and has a server of its own. */
export function isBuiltin({ engine }: Pick<EngineChoice, 'engine'>): boolean {
  return engine.kind === 'builtin';
}

/** "GPT Image 2", or the engine's name where there is no model to name. */
export function choiceName({ engine, model }: Pick<EngineChoice, 'engine' | 'model'>): string {
  return model?.name ?? engine.name;
}

export const LOCATION_NAMES: Readonly<Record<EngineLocation, string>> = {
  'built-in': 'Built-in',
  'own-server': 'Own server',
  cloud: 'Cloud',
};

export const LOCATION_NOTES: Readonly<Record<EngineLocation, string>> = {
  'built-in': 'Works inside Diorama. Nothing leaves this server.',
  'own-server': 'Your own server makes the image.',
  cloud: 'Scene picture, references and prompt are sent to a service on the internet.',
};

/** What to call the way to the settings of an engine that is not available. */
export function remedyLabel({ reason }: Pick<EngineDescription, 'reason'>): string {
  if (reason === null || !/\bkey\b/i.test(reason)) return 'Set up';
  return /accept|refus|invalid|wrong/i.test(reason) ? 'Check the key' : 'Add key';
}
