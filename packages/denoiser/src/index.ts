export { type DenoiseOptions, denoise } from './denoise.ts';
export { DenoiserError, type DenoiserErrorCode } from './errors.ts';
export type { DenoiseInput } from './image.ts';
export type { DenoiserModel } from './load-model.ts';
