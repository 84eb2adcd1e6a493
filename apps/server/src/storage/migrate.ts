import type { DatabaseSync } from 'node:sqlite';
import { StartError } from '../config/start-error.ts';
import { MIGRATIONS, SCHEMA_VERSION } from './migrations/index.ts';

/** 'Drma': marks the file as ours, so that a foreign SQLite file is not migrated by mistake. */
export const APPLICATION_ID = 0x44726d61;

/**
 * Brings the database to the newest schema; each step is one transaction together with its version number.
 *
 * @throws {StartError} When a newer Diorama wrote the file, or it is not Diorama's.
 */
export function migrate(database: DatabaseSync): void {
  const applicationId = pragma(database, 'application_id');
  const current = schemaVersionOf(database);
  const isEmpty = database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.n === 0;
  if (applicationId !== APPLICATION_ID && !isEmpty)
    throw new StartError(
      'The file diorama.db in the data folder is not a Diorama database.',
      'Choose another data folder with DIORAMA_DATA_DIR.',
    );
  if (current > SCHEMA_VERSION)
    throw new StartError(
      `The data folder was written by a newer Diorama (schema ${current}; this one knows up to ${SCHEMA_VERSION}).`,
      'Update Diorama, or use another data folder with DIORAMA_DATA_DIR.',
    );
  for (const migration of MIGRATIONS) {
    if (migration.version <= current) continue;
    for (const [name, run] of Object.entries(migration.functions ?? {}))
      database.function(name, { deterministic: false, varargs: true }, (argument) => run(argument));
    database.exec('BEGIN IMMEDIATE');
    try {
      database.exec(migration.sql);
      database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
      database.exec(`PRAGMA user_version = ${migration.version}`);
      database.exec('COMMIT');
    } catch (thrown) {
      database.exec('ROLLBACK');
      throw thrown;
    }
  }
}

export function schemaVersionOf(database: DatabaseSync): number {
  return pragma(database, 'user_version');
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}
