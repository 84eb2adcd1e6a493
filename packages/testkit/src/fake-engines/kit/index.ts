export type { Answer } from './answer.ts';
export {
  type CommonBehaviour,
  commonBehaviour,
  FAKE_KEY,
  type FakeOptions,
  type InputPicture,
  refusalHits,
  resultOrigin,
  type UnderstoodRequest,
} from './behaviour.ts';
export {
  type FakeEngine,
  type FakeServerOptions,
  pause,
  type RestartOptions,
  type Route,
  type RouteContext,
  startFakeServer,
  type UpgradeRoute,
} from './fake-server.ts';
export type { Fault } from './fault.ts';
export {
  inspectPicture,
  type Picture,
  type PictureBehaviour,
  type PictureMediaType,
  type PictureRequest,
  renderAnswer,
  sha256,
  type WrongPicture,
} from './picture.ts';
export type { RecordedFile, RecordedForm, RecordedRequest } from './recorded-request.ts';
