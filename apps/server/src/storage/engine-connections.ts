import { createHash } from 'node:crypto';
import {
  type EngineKind,
  engineConnectionSchema,
  type ProbeReport,
  probeReportSchema,
} from '@diorama/contracts';
import type { Insertable, Selectable, Updateable } from 'kysely';
import type { Database } from './database.ts';
import type { EngineConnectionsTable } from './schema.ts';
import { readStoredJson } from './stored-json.ts';

const { extraModels: extraModelsSchema, options: optionsSchema } = engineConnectionSchema.shape;

/** A connection as it is stored, with its key sealed. */
export interface StoredConnection {
  readonly id: string;
  readonly kind: EngineKind;
  readonly name: string;
  /** null: the kind's own. */
  readonly address: string | null;
  readonly sealedKey: Uint8Array | null;
  readonly allowPrivate: boolean;
  readonly enabled: boolean;
  readonly defaultModel: string | null;
  readonly extraModels: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
}

/**
 * What a test report is about: the server at this address. Without the options, which change nothing about what the
 * server has; without the key, of which nothing is stored outside the sealed value.
 */
type Tested = Pick<StoredConnection, 'id' | 'kind' | 'address' | 'allowPrivate'>;

/** The connections that were made on the settings page, and the test reports of all. */
export class ConnectionRepository {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /** In the order in which they were made. */
  async list(): Promise<StoredConnection[]> {
    const rows = await this.#db.selectFrom('engine_connections').selectAll().orderBy('seq').execute();
    return rows.map(toConnection);
  }

  async find(id: string): Promise<StoredConnection | null> {
    const row = await this.#db
      .selectFrom('engine_connections')
      .selectAll()
      .where('id', '=', id)
      .executeTakeFirst();
    return row ? toConnection(row) : null;
  }

  async add(connection: Omit<StoredConnection, 'createdAt'>): Promise<StoredConnection> {
    const row = await this.#db
      .insertInto('engine_connections')
      .values({ ...toRow(connection), created_at: new Date(this.#now()).toISOString() })
      .returningAll()
      .executeTakeFirstOrThrow();
    return toConnection(row);
  }

  async replace(connection: StoredConnection): Promise<void> {
    const { id, ...changes } = toRow(connection);
    await this.#db
      .updateTable('engine_connections')
      .set(changes satisfies Updateable<EngineConnectionsTable>)
      .where('id', '=', id)
      .execute();
  }

  async delete(id: string): Promise<boolean> {
    return await this.#db.transaction().execute(async (tx) => {
      await tx.deleteFrom('engine_probes').where('connection_id', '=', id).execute();
      const { numDeletedRows } = await tx
        .deleteFrom('engine_connections')
        .where('id', '=', id)
        .executeTakeFirst();
      return numDeletedRows > 0n;
    });
  }

  async saveProbe(connection: Tested, report: ProbeReport): Promise<void> {
    const values = { fingerprint: fingerprintOf(connection), report: JSON.stringify(report) };
    await this.#db
      .insertInto('engine_probes')
      .values({ connection_id: connection.id, ...values })
      .onConflict((conflict) => conflict.column('connection_id').doUpdateSet(values))
      .execute();
  }

  /** A new key makes the old report worthless. */
  async dropProbe(id: string): Promise<void> {
    await this.#db.deleteFrom('engine_probes').where('connection_id', '=', id).execute();
  }

  /** The last report of each connection, whether it has changed since or not. */
  async lastReports(): Promise<Map<string, ProbeReport>> {
    const rows = await this.#db.selectFrom('engine_probes').selectAll().execute();
    return new Map(
      rows.flatMap((row) => {
        const report = probeReportSchema.safeParse(readStoredJson(row.report));
        return report.success ? [[row.connection_id, report.data]] : [];
      }),
    );
  }

  /** The last report of each connection that is still as it was when it was tested. */
  async probes(connections: readonly Tested[]): Promise<Map<string, ProbeReport>> {
    const rows = await this.#db.selectFrom('engine_probes').selectAll().execute();
    const reports = new Map<string, ProbeReport>();
    for (const connection of connections) {
      const row = rows.find((known) => known.connection_id === connection.id);
      if (row?.fingerprint !== fingerprintOf(connection)) continue;
      // Reports that an older version wrote are not worth a migration: testing again makes a new one.
      const report = probeReportSchema.safeParse(readStoredJson(row.report));
      if (report.success) reports.set(connection.id, report.data);
    }
    return reports;
  }
}

function fingerprintOf({ kind, address, allowPrivate }: Tested): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, address, allowPrivate]))
    .digest('hex');
}

function toRow(
  connection: Omit<StoredConnection, 'createdAt'>,
): Omit<Insertable<EngineConnectionsTable>, 'created_at' | 'seq'> {
  return {
    id: connection.id,
    kind: connection.kind,
    name: connection.name,
    address: connection.address,
    sealed_key: connection.sealedKey,
    allow_private: connection.allowPrivate ? 1 : 0,
    enabled: connection.enabled ? 1 : 0,
    default_model: connection.defaultModel,
    extra_models: JSON.stringify(connection.extraModels),
    options: JSON.stringify(connection.options),
  };
}

/** One whose settings are damaged is switched off: without them it could do what its owner has excluded. */
function toConnection(row: Selectable<EngineConnectionsTable>): StoredConnection {
  const extraModels = extraModelsSchema.safeParse(readStoredJson(row.extra_models));
  const options = optionsSchema.safeParse(readStoredJson(row.options));
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    address: row.address,
    sealedKey: row.sealed_key,
    allowPrivate: row.allow_private === 1,
    enabled: row.enabled === 1 && extraModels.success && options.success,
    defaultModel: row.default_model,
    extraModels: extraModels.data ?? [],
    options: options.data ?? {},
    createdAt: row.created_at,
  };
}
