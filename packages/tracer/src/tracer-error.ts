/**
 * Why a trace did not happen.
 *
 * - `invalid-scene`: the scene, the camera or the options break a rule; the message names the place.
 * - `invalid-environment`: an HDR file or sky setting that cannot be read.
 * - `too-large`: more triangles, texels or pixels than fit the memory of a 32-bit kernel.
 * - `aborted`: the caller's signal fired.
 * - `kernel-missing`: the compiled kernel is not there; build the package first.
 * - `worker-failed`: a worker thread could not start or died.
 */
export type TracerErrorCode =
  | 'invalid-scene'
  | 'invalid-environment'
  | 'too-large'
  | 'aborted'
  | 'kernel-missing'
  | 'worker-failed';

/** Everything that this package throws. Branch on `code`; `message` is for people. */
export class TracerError extends Error {
  readonly code: TracerErrorCode;

  constructor(code: TracerErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'TracerError';
    this.code = code;
  }
}
