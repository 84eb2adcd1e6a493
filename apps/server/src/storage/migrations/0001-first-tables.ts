import type { Migration } from './migration.ts';

export const firstTables: Migration = {
  version: 1,
  name: 'first-tables',
  sql: `
    CREATE TABLE assets (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('image', 'model', 'scene')),
      media_type TEXT NOT NULL,
      bytes INTEGER NOT NULL,
      width INTEGER,
      height INTEGER,
      uploaded INTEGER NOT NULL,
      created_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE generations (
      seq INTEGER PRIMARY KEY AUTOINCREMENT,
      id TEXT NOT NULL UNIQUE,
      status TEXT NOT NULL CHECK (status IN ('queued', 'running', 'succeeded', 'failed', 'canceled')),
      request TEXT NOT NULL,
      prompt_folded TEXT NOT NULL,
      engine TEXT NOT NULL,
      seed INTEGER NOT NULL,
      attempts INTEGER NOT NULL DEFAULT 0,
      losses INTEGER NOT NULL DEFAULT 0,
      lease_owner TEXT,
      lease_until_ms INTEGER,
      progress TEXT NOT NULL DEFAULT '{"stage":"queued","fraction":0}',
      look TEXT,
      warnings TEXT NOT NULL DEFAULT '[]',
      error_code TEXT,
      error_message TEXT,
      error_hint TEXT,
      timings TEXT NOT NULL DEFAULT '{}',
      cost TEXT,
      favorite INTEGER NOT NULL DEFAULT 0,
      created_at TEXT NOT NULL,
      started_at TEXT,
      finished_at TEXT,
      CHECK ((status = 'running') = (lease_owner IS NOT NULL)),
      CHECK ((status IN ('succeeded', 'failed', 'canceled')) = (finished_at IS NOT NULL))
    ) STRICT;
    CREATE INDEX generations_queued ON generations (seq) WHERE status = 'queued';
    CREATE INDEX generations_running ON generations (seq) WHERE status = 'running';
    CREATE INDEX generations_favorite ON generations (seq) WHERE favorite = 1;

    CREATE TABLE outputs (
      generation_id TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
      position INTEGER NOT NULL,
      aov TEXT NOT NULL,
      asset_id TEXT NOT NULL REFERENCES assets (id),
      width INTEGER NOT NULL,
      height INTEGER NOT NULL,
      media_type TEXT NOT NULL,
      seed INTEGER NOT NULL,
      PRIMARY KEY (generation_id, position, aov)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX outputs_asset ON outputs (asset_id);

    CREATE TABLE generation_inputs (
      generation_id TEXT NOT NULL REFERENCES generations (id) ON DELETE CASCADE,
      asset_id TEXT NOT NULL REFERENCES assets (id),
      PRIMARY KEY (generation_id, asset_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX generation_inputs_asset ON generation_inputs (asset_id);

    -- No reference to generations: a key stays known after its generation was deleted, so that a late repeat of the
    -- request is not taken for a new one.
    CREATE TABLE idempotency_keys (
      key TEXT PRIMARY KEY,
      request_hash TEXT NOT NULL,
      generation_id TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at_ms);

    CREATE TABLE outbox (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      type TEXT NOT NULL,
      payload TEXT NOT NULL
    ) STRICT;
  `,
};
