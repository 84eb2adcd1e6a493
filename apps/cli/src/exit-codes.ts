/** What the program ends with. */
export const EXIT = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** The command line itself is wrong: an unknown flag, a value that cannot be meant. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string;

  constructor(message: string, hint = 'See `diorama --help`.') {
    super(message);
    this.hint = hint;
  }
}
