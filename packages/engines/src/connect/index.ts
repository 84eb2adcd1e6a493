/** Engines elsewhere, without the code of the built-in one: what a process needs that only drives connections. */
export { createConnectedEngine, ENGINE_KIND_INFOS } from './connected-engine.ts';
export { connectionsFromEnvironment } from './environment.ts';
