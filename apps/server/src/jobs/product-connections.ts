/** See `ConnectedEngineModule`. */
export {
  connectionsFromEnvironment,
  createConnectedEngine as createEngine,
  ENGINE_KIND_INFOS as kinds,
} from '@diorama/engines/connect';
