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
  /** Fires on Ctrl+C. */
  readonly signal: AbortSignal;
}
