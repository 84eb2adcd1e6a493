/**
 * Why a denoise call failed. Branch on the code, never on the message.
 *
 * - `invalid-input`: sizes, buffers or options that cannot be used.
 * - `weights-missing`: the file of the model cannot be read.
 * - `weights-corrupt`: the file differs from the one this version was made for, or is not a TZA file of the network.
 * - `aborted`: the signal fired; `cause` is its reason.
 * - `worker-failed`: a worker or the kernel could not be loaded, or stopped while working.
 */
export type DenoiserErrorCode =
  | 'invalid-input'
  | 'weights-missing'
  | 'weights-corrupt'
  | 'aborted'
  | 'worker-failed';

export class DenoiserError extends Error {
  override readonly name = 'DenoiserError';
  readonly code: DenoiserErrorCode;

  constructor(code: DenoiserErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
