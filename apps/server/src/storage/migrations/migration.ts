/** One step forward. Written by hand, never changed after a release, never reversed: a backup is the way back. */
export interface Migration {
  /** 1, 2, 3 …; kept in SQLite's `user_version`. */
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  /** SQL functions for this step alone: no table, index or trigger may keep one. */
  readonly functions?: Readonly<Record<string, (argument?: unknown) => string>>;
}
