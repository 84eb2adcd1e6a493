import { DioramaError, type EngineDescription, NO_CAPABILITIES } from '@diorama/contracts';
import type { Engine } from './engine.ts';

export interface EngineRegistryOptions {
  readonly engines: readonly Engine[];
  /** Id of the engine that is used when a request names none; the first when absent. */
  readonly defaultId?: string;
}

/** The engines of this installation, by id. */
export interface EngineRegistry {
  readonly defaultId: string;
  readonly ids: readonly string[];
  /** @throws {DioramaError} `unknown-engine`, naming those that exist. */
  get(id: string): Engine;
  /** Every engine's description, in order; one that cannot describe itself is listed as not available. */
  list(): Promise<EngineDescription[]>;
  /** @throws {DioramaError} `unknown-engine` */
  describe(id: string): Promise<EngineDescription>;
}

/** @throws {Error} when there is no engine, two share an id, or the default is not among them: faults of the start-up. */
export function createEngines({ engines, defaultId }: EngineRegistryOptions): EngineRegistry {
  const byId = new Map(engines.map((engine) => [engine.id, engine]));
  if (byId.size !== engines.length) throw new Error('Two engines have the same id.');
  const chosen = defaultId ?? engines[0]?.id;
  if (chosen === undefined || !byId.has(chosen)) throw new Error('The default engine is not registered.');

  const get = (id: string): Engine => {
    const engine = byId.get(id);
    if (engine) return engine;
    throw new DioramaError('unknown-engine', `There is no engine "${id.slice(0, 64)}".`, {
      hint: `Choose one of: ${[...byId.keys()].join(', ')}.`,
      details: { engines: [...byId.keys()] },
    });
  };

  return {
    defaultId: chosen,
    ids: [...byId.keys()],
    get,
    describe: (id) => get(id).describe(),
    list: () => Promise.all(engines.map(describeSafely)),
  };
}

async function describeSafely(engine: Engine): Promise<EngineDescription> {
  try {
    return await engine.describe();
  } catch {
    return {
      id: engine.id,
      kind: engine.kind,
      location: engine.kind === 'builtin' ? 'built-in' : 'cloud',
      name: engine.id,
      summary: '',
      available: false,
      reason: 'The engine could not be set up. Look into its settings.',
      models: [],
      defaultModel: null,
      capabilities: NO_CAPABILITIES,
      typicalMs: null,
      price: null,
      isFree: false,
    };
  }
}
