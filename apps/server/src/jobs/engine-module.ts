import type { EngineKindInfo } from '@diorama/contracts';
import type { ConnectionConfig, Engine, EngineRegistry } from '@diorama/engines';

/**
 * What the render process loads its engines from. A module of its own, so that a test gives another one and the
 * renderer's code is loaded nowhere but there.
 */
export interface EngineModule {
  createRegistry(): Promise<EngineRegistry>;
}

/** What the process of the connected engines loads them from. */
export interface ConnectedEngineModule {
  /** What can be connected. */
  readonly kinds: readonly EngineKindInfo[];
  connectionsFromEnvironment(
    environment: Readonly<Record<string, string | undefined>>,
  ): readonly ConnectionConfig[];
  /** @throws {DioramaError} `invalid-request` when the connection's options do not fit its kind. */
  createEngine(connection: ConnectionConfig): Engine;
}

/** The engines that come with Diorama. */
export const PRODUCT_ENGINES: string = new URL('./product-engines.ts', import.meta.url).href;

/** The kinds of services and servers that Diorama can drive. */
export const PRODUCT_CONNECTIONS: string = new URL('./product-connections.ts', import.meta.url).href;
