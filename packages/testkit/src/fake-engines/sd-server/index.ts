export type { SdServerBehaviour } from './behaviour.ts';
export type { SdServerRun, SentImage } from './read-request.ts';
export { type FakeSdServer, type FakeSdServerOptions, startFakeSdServer } from './start-fake-sd-server.ts';
