export type { Answer } from './answer.ts';
export {
  asService,
  type CommonBehaviour,
  commonBehaviour,
  FAKE_KEY,
  type FakeOptions,
  type FakeService,
  refusalHits,
  resultOrigin,
  type ServiceFaults,
  shownKey,
  tokenOf,
  type UnderstoodRequest,
  usualFaults,
} from './behaviour.ts';
export { type FieldChecker, type FieldProblem, fieldChecker } from './check-fields.ts';
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
export { type InputPicture, readBase64Picture, readDataUrlPicture, readPicture } from './input-picture.ts';
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
export { parseSize, type SizePx, sizeForRatio } from './size.ts';
