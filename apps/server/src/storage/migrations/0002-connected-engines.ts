import type { Migration } from './migration.ts';

export const connectedEngines: Migration = {
  version: 2,
  name: 'connected-engines',
  sql: `
    -- Whoever renders on this machine waits for its cores; whoever only waits for a service must not wait for them too.
    ALTER TABLE generations ADD COLUMN lane TEXT NOT NULL DEFAULT 'built-in' CHECK (lane IN ('built-in', 'remote'));
    ALTER TABLE generations ADD COLUMN project TEXT;
    ALTER TABLE generations ADD COLUMN checkpoint TEXT;
    ALTER TABLE generations ADD COLUMN model_used TEXT;
    ALTER TABLE generations ADD COLUMN error_details TEXT;
    DROP INDEX generations_queued;
    CREATE INDEX generations_queued ON generations (lane, seq) WHERE status = 'queued';

    ALTER TABLE outputs ADD COLUMN raw_asset_id TEXT REFERENCES assets (id);
    ALTER TABLE outputs ADD COLUMN alignment TEXT;
    CREATE INDEX outputs_raw ON outputs (raw_asset_id) WHERE raw_asset_id IS NOT NULL;

    CREATE TABLE engine_connections (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      kind TEXT NOT NULL,
      name TEXT NOT NULL,
      address TEXT,
      sealed_key BLOB,
      allow_private INTEGER NOT NULL,
      enabled INTEGER NOT NULL,
      default_model TEXT,
      extra_models TEXT NOT NULL,
      options TEXT NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;

    -- Also for connections of the environment, so no reference. A report counts while the connection is as it was.
    CREATE TABLE engine_probes (
      connection_id TEXT PRIMARY KEY,
      fingerprint TEXT NOT NULL,
      report TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE settings (
      name TEXT PRIMARY KEY,
      value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE prices (
      kind TEXT NOT NULL,
      model TEXT NOT NULL,
      price TEXT NOT NULL,
      PRIMARY KEY (kind, model)
    ) STRICT, WITHOUT ROWID;

    -- No reference to generations: the money is spent, whatever is deleted from the history.
    CREATE TABLE ledger (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      generation_id TEXT NOT NULL UNIQUE,
      engine TEXT NOT NULL,
      model TEXT,
      project TEXT,
      status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'canceled')),
      month TEXT NOT NULL,
      images INTEGER NOT NULL,
      is_open INTEGER NOT NULL,
      amount REAL NOT NULL,
      estimate REAL,
      cost TEXT,
      cancel_stops_bill INTEGER NOT NULL,
      at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX ledger_month ON ledger (month, seq);
  `,
};
