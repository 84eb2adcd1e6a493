import { firstTables } from './0001-first-tables.ts';
import { connectedEngines } from './0002-connected-engines.ts';
import { accounts } from './0003-accounts.ts';
import { history } from './0004-history.ts';
import { community } from './0005-community.ts';
import type { Migration } from './migration.ts';

/** In order. */
export const MIGRATIONS: readonly Migration[] = [firstTables, connectedEngines, accounts, history, community];

export const SCHEMA_VERSION: number = MIGRATIONS.at(-1)!.version;
