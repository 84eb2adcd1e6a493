/** Why the server does not start: shown to the person who started it, then the process ends with `exitCode`. */
export class StartError extends Error {
  override readonly name = 'StartError';
  readonly hint: string;
  /** 2 = wrong configuration, 1 = everything else. */
  readonly exitCode: 1 | 2;

  constructor(message: string, hint: string, options: { exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/** A setting that cannot be meant; `message` names its variable. */
export function misconfigured(message: string, hint: string): StartError {
  return new StartError(message, hint, { exitCode: 2 });
}
