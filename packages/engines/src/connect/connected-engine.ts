import type { EngineKindInfo } from '@diorama/contracts';
import { ADAPTERS } from '../adapters/index.ts';
import type { Engine } from '../kit/engine.ts';
import type { ConnectionConfig } from '../kit/remote/connection.ts';
import { createRemoteEngine, type RemoteEngineOptions } from '../kit/remote/remote-engine.ts';

/** What can be connected, for the settings page. */
export const ENGINE_KIND_INFOS: readonly EngineKindInfo[] = Object.values(ADAPTERS).map(({ info }) => info);

/**
 * The engine behind a connection.
 *
 * @throws {DioramaError} `invalid-request` when the connection's options do not fit its kind.
 */
export function createConnectedEngine(connection: ConnectionConfig, options?: RemoteEngineOptions): Engine {
  return createRemoteEngine(connection, ADAPTERS[connection.kind], options);
}
