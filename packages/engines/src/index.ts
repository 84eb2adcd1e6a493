export { createBuiltinEngine } from './builtin/builtin-engine.ts';
export type {
  Engine,
  EngineContext,
  EngineImage,
  EnginePreview,
  EngineReference,
  EngineRequest,
  EngineResult,
  EngineScene,
} from './kit/engine.ts';
export { createEngines, type EngineRegistry, type EngineRegistryOptions } from './kit/registry.ts';
export type { ConnectionConfig } from './kit/remote/connection.ts';
