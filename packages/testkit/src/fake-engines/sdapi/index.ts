export type { SdApiBehaviour, SdApiFlavour } from './behaviour.ts';
export type { UsedUnit } from './control-units.ts';
export { type FakeSdApi, type FakeSdApiOptions, type SdApiRun, startFakeSdApi } from './start-fake-sdapi.ts';
