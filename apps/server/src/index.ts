export {
  type AccountAdministration,
  openAccountAdministration,
} from './accounts/account-administration.ts';
export type { ImportedProject } from './archives/import-project.ts';
export {
  exportProjectFile,
  importProjectFile,
  type ProjectFile,
  type ProjectFileOptions,
} from './archives/project-files.ts';
export { isReachableByName, type ReachOptions } from './config/reach.ts';
export {
  DEFAULT_PORT,
  LOG_LEVELS,
  type LogLevel,
  readConfig,
  type ServerConfig,
} from './config/read-config.ts';
export { StartError } from './config/start-error.ts';
export { VERSION } from './config/version.ts';
export type { KnownConnection } from './engines/connection-configs.ts';
export { readConnections } from './engines/read-connections.ts';
export type { ConnectedEngineModule, EngineModule } from './jobs/engine-module.ts';
export { createLogger } from './security/logger.ts';
export { type RunningServer, type StartServerOptions, startServer } from './server.ts';
export { type DoctorCheck, doctor } from './storage/doctor.ts';
export { type Mending, mend } from './storage/mend.ts';
