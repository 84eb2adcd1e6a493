/** What a command may touch of the process it runs in; tests give their own. */
export interface Io {
  /** Results: paths, tables, JSON. */
  readonly stdout: (text: string) => void;
  /** Progress, warnings, errors. */
  readonly stderr: (text: string) => void;
  /** Whether stderr is a terminal whose line can be redrawn. */
  readonly isTerminal: boolean;
  readonly columns: number;
  /** Relative paths start here. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * A line that must not be seen: typed without echo at a terminal, twice, else the first line of standard input.
   * Absent where nobody can be asked.
   *
   * @throws {UsageError} When there is none, or the two differ.
   */
  readonly readSecret?: (prompt: string) => Promise<string>;
  /** Fires on Ctrl+C. */
  readonly signal: AbortSignal;
}

/** As commands get it: what they hide never reaches the terminal, whoever puts it into a message. */
export interface CommandIo extends Io {
  /** A key that is in use from now on. */
  readonly hide: (secret: string) => void;
}
