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
  const reads = new Reads(file);
  const db = new Kysely<DatabaseSchema>({
    dialect: new SqliteDialect({ database: forKysely(database, () => reads.close()) }),
  });
  READS.set(db, reads);
  return db;
}

const READS = new WeakMap<Database, Reads>();

/** For the questions that are asked most. @throws {TypeError} For a database that was not opened by `openDatabase`. */
export function readsOf(db: Database): Reads {
  const reads = READS.get(db);
  if (!reads) throw new TypeError('a database without a connection for reading');
  return reads;
}

/** Memory for pages of the file that were read, per connection. */
const READ_CACHE_KIB = 32 * 1024;

/**
 * A second connection that only reads: it sees what is committed and nothing of a transaction that is under way, so it
 * waits for none, and answers at once. A query is a function call; through the query builder it would take several times
 * as long.
 */
export class Reads {
  readonly #file: string;
  #database: DatabaseSync | null = null;
  readonly #statements = new Map<string, StatementSync>();

  constructor(file: string) {
    this.#file = file;
  }

  /** @param text SQL whose values are all in `parameters`: it is kept compiled. */
  all<Row>(text: string, ...parameters: readonly SQLInputValue[]): Row[] {
    return this.#prepare(text).all(...parameters) as Row[];
  }

  get<Row>(text: string, ...parameters: readonly SQLInputValue[]): Row | undefined {
    return this.#prepare(text).get(...parameters) as Row | undefined;
  }

  close(): void {
    this.#statements.clear();
    this.#database?.close();
    this.#database = null;
  }

  #prepare(text: string): StatementSync {
    const known = this.#statements.get(text);
    if (known) return known;
    if (this.#database === null) {
      this.#database = new DatabaseSync(this.#file, { readOnly: true, timeout: 5_000 });
      this.#database.exec(`PRAGMA cache_size = -${READ_CACHE_KIB}`);
    }
    const statement = this.#database.prepare(text);
    keepStatement(this.#statements, text, statement);
    return statement;
  }
}

function keepStatement<T>(statements: Map<string, T>, text: string, statement: T): void {
  if (statements.size >= STATEMENTS_KEPT) statements.delete(statements.keys().next().value!);
  statements.set(text, statement);
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
function forKysely(database: DatabaseSync, onClose: () => void = () => {}): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  const prepare = (sql: string): SqliteStatement => {
    const known = statements.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    const values = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
    const prepared: SqliteStatement = {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...values(parameters)),
      run: (parameters) => statement.run(...values(parameters)),
      iterate: (parameters) => statement.iterate(...values(parameters)),
    };
    keepStatement(statements, sql, prepared);
    return prepared;
  };
  return {
    close: () => {
      onClose();
      database.close();
    },
    // SQLite itself ends a transaction that ran out of space. Rolling back what is gone would fail, and hide why.
    prepare: (sql) => (sql === 'rollback' && !database.isTransaction ? NOTHING : prepare(sql)),
  };
}
