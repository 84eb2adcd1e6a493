import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from 'kysely';
import { APPLICATION_ID, migrate, schemaVersionOf } from './migrate.ts';
import { SCHEMA_VERSION } from './migrations/index.ts';
import type { DatabaseSchema } from './schema.ts';

export type Database = Kysely<DatabaseSchema>;

/** Statements kept compiled. The queries here are few and fixed, so this is rarely reached. */
const STATEMENTS_KEPT = 256;

/**
 * Opens the database file, creating or migrating it.
 *
 * synchronous=FULL: a commit that was acknowledged survives power loss, at the price of one fsync each.
 *
 * @throws {StartError} When the file cannot be used by this version.
 */
export function openDatabase(file: string): Database {
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 5_000 });
  try {
    database.exec(
      'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864;',
    );
    migrate(database);
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  return new Kysely<DatabaseSchema>({ dialect: new SqliteDialect({ database: forKysely(database) }) });
}

/**
 * Opens the database to look at it alone; a server may be running on it. null when this version cannot read it as it is:
 * it is not Diorama's, or of another schema.
 *
 * @throws {Error} Of SQLite, when it cannot be opened or is no database.
 */
export function openDatabaseReadOnly(file: string): Database | null {
  const database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    const id = database.prepare('PRAGMA application_id').get()?.application_id;
    if (id === APPLICATION_ID && schemaVersionOf(database) === SCHEMA_VERSION)
      return new Kysely<DatabaseSchema>({ dialect: new SqliteDialect({ database: forKysely(database) }) });
    database.close();
    return null;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

const NOTHING: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

/** Gives node:sqlite the shape of the driver that Kysely's SQLite dialect was written for. */
function forKysely(database: DatabaseSync): SqliteDatabase {
  const statements = new Map<string, StatementSync>();
  const prepare = (sql: string): StatementSync => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    if (statements.size >= STATEMENTS_KEPT) statements.delete(statements.keys().next().value!);
    statements.set(sql, statement);
    return statement;
  };
  return {
    close: () => database.close(),
    prepare: (sql) => {
      // SQLite itself ends a transaction that ran out of space. Rolling back what is gone would fail, and hide why.
      if (sql === 'rollback' && !database.isTransaction) return NOTHING;
      const statement = prepare(sql);
      const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
      return {
        reader: statement.columns().length > 0,
        all: (parameters) => statement.all(...values(parameters)),
        run: (parameters) => statement.run(...values(parameters)),
        iterate: (parameters) => statement.iterate(...values(parameters)),
      };
    },
  };
}
