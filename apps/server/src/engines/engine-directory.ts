import type { EngineDescription } from '@diorama/contracts';
import type { RenderHost } from '../jobs/render-host.ts';
import type { Logger } from '../security/logger.ts';
import type { Lane } from '../storage/schema.ts';
import type { EngineSettingsService } from './engine-settings.ts';

/** One engine that a request can name. */
export interface ListedEngine {
  readonly lane: Lane;
  readonly description: EngineDescription;
}

export interface EngineListing {
  readonly engines: readonly ListedEngine[];
  /** Used when nobody has chosen: the owner's choice while it is there, else the built-in one. */
  readonly defaultId: string;
}

/** All engines of this installation: the built-in ones and those of the connections that are switched on. */
export class EngineDirectory {
  readonly #hosts: { readonly builtIn: RenderHost; readonly remote: RenderHost };
  readonly #settings: EngineSettingsService;
  readonly #logger: Logger;

  constructor(
    hosts: { readonly builtIn: RenderHost; readonly remote: RenderHost },
    settings: EngineSettingsService,
    logger: Logger,
  ) {
    this.#hosts = hosts;
    this.#settings = settings;
    this.#logger = logger;
  }

  /** @throws {DioramaError} `engine-unavailable` when not even the built-in engines can be loaded. */
  async list(): Promise<EngineListing> {
    const [builtIn, remote, chosen] = await Promise.all([
      this.#hosts.builtIn.engines(),
      this.#remote(),
      this.#settings.chosenDefault(),
    ]);
    const engines: ListedEngine[] = [
      ...builtIn.engines.map((description) => ({ lane: 'built-in' as const, description })),
      ...remote.map((description) => ({ lane: 'remote' as const, description })),
    ];
    const isThere = engines.some(({ description }) => description.id === chosen);
    const first = builtIn.defaultId ?? engines[0]?.description.id ?? 'builtin';
    return { engines, defaultId: chosen !== null && isThere ? chosen : first };
  }

  /** Without the connected engines Diorama still works, so a fault of theirs ends nothing. */
  async #remote(): Promise<readonly EngineDescription[]> {
    try {
      const { engines } = await this.#hosts.remote.engines();
      return engines.map((description) => this.#settings.withKeyProblem(description));
    } catch (thrown) {
      this.#logger.error({ error: thrown }, 'connected-engines-not-listed');
      return [];
    }
  }
}
