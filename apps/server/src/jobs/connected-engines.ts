import { isDeepStrictEqual } from 'node:util';
import { DioramaError, type EngineDescription, NO_CAPABILITIES, type ProbeReport } from '@diorama/contracts';
import type { ConnectionConfig, Engine } from '@diorama/engines';
import type { ConnectedEngineModule } from './engine-module.ts';

/** Nobody waits longer for the test of a connection. */
const TEST_WITHIN_MS = 60_000;

interface Known {
  readonly connection: ConnectionConfig;
  readonly engine: Engine;
}

/**
 * The engines of the connections as they are configured now. A connection that did not change keeps its engine, and
 * with it what it has learnt about the service's health; a running job keeps the engine that it began with.
 */
export class ConnectedEngines {
  readonly #module: ConnectedEngineModule;
  #known: ReadonlyMap<string, Known> = new Map();

  constructor(module: ConnectedEngineModule) {
    this.#module = module;
  }

  configure(connections: readonly ConnectionConfig[]): void {
    const next = new Map<string, Known>();
    for (const connection of connections) {
      const before = this.#known.get(connection.id);
      const isSame = before !== undefined && isDeepStrictEqual(before.connection, connection);
      next.set(connection.id, isSame ? before : { connection, engine: this.#create(connection) });
    }
    this.#known = next;
  }

  /** @throws {DioramaError} `unknown-engine`, `engine-unavailable`. */
  get(id: string): Engine {
    const found = this.#known.get(id);
    if (!found)
      throw new DioramaError('unknown-engine', `The engine "${id.slice(0, 64)}" was removed.`, {
        hint: 'Choose another engine, or connect it again on the page Engines.',
      });
    if (!found.connection.enabled)
      throw new DioramaError('engine-unavailable', `${found.connection.name} is switched off.`, {
        hint: 'Switch it on on the page Engines, or choose another engine.',
      });
    return found.engine;
  }

  /** Those that are switched on. */
  async list(): Promise<EngineDescription[]> {
    const enabled = [...this.#known.values()].filter(({ connection }) => connection.enabled);
    return await Promise.all(
      enabled.map(({ connection, engine }) =>
        engine.describe().catch((thrown) => brokenEngine(connection, this.#module, thrown).describe()),
      ),
    );
  }

  /** @throws {DioramaError} `invalid-request` when such a connection cannot be made. */
  async describe(connection: ConnectionConfig): Promise<EngineDescription> {
    return await this.#module.createEngine(connection).describe();
  }

  async test(connection: ConnectionConfig): Promise<ProbeReport> {
    const engine = this.#module.createEngine(connection);
    return await engine.test({ signal: AbortSignal.timeout(TEST_WITHIN_MS), log: () => {} });
  }

  /** An engine that cannot be created says so in its place in the list, and the others work. */
  #create(connection: ConnectionConfig): Engine {
    try {
      return this.#module.createEngine(connection);
    } catch (thrown) {
      return brokenEngine(connection, this.#module, thrown);
    }
  }
}

function brokenEngine(connection: ConnectionConfig, module: ConnectedEngineModule, thrown: unknown): Engine {
  const reason =
    thrown instanceof DioramaError
      ? `Its settings do not fit: ${thrown.message}`
      : 'It could not be set up. Look into its settings.';
  const fail = (): never => {
    throw new DioramaError('engine-unavailable', reason, { cause: thrown });
  };
  return {
    id: connection.id,
    kind: connection.kind,
    describe: async () => ({
      id: connection.id,
      kind: connection.kind,
      location: module.kinds.find((info) => info.kind === connection.kind)?.location ?? 'cloud',
      name: connection.name,
      summary: '',
      available: false,
      reason,
      models: [],
      defaultModel: null,
      capabilities: NO_CAPABILITIES,
      typicalMs: null,
      price: null,
      isFree: false,
    }),
    generate: async () => fail(),
    test: async () => fail(),
  };
}
