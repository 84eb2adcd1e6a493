import { createBuiltinEngine, createEngines, type EngineRegistry } from '@diorama/engines';

/** See `EngineModule`. */
export async function createRegistry(): Promise<EngineRegistry> {
  return createEngines({ engines: [createBuiltinEngine()] });
}
