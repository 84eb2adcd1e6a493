import { firstTables } from './0001-first-tables.ts';
import type { Migration } from './migration.ts';

/** In order. */
export const MIGRATIONS: readonly Migration[] = [firstTables];

export const SCHEMA_VERSION: number = MIGRATIONS.at(-1)!.version;
