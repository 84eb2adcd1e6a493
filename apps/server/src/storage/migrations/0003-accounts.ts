import type { Migration } from './migration.ts';

export const accounts: Migration = {
  version: 3,
  name: 'accounts',
  sql: `
    -- users, sessions, credentials: the tables of better-auth, under names and columns of our own.
    CREATE TABLE users (
      id TEXT PRIMARY KEY,
      name TEXT NOT NULL,
      email TEXT NOT NULL UNIQUE,
      email_verified INTEGER NOT NULL DEFAULT 0,
      image TEXT,
      role TEXT NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'member')),
      disabled INTEGER NOT NULL DEFAULT 0,
      community_banned INTEGER NOT NULL DEFAULT 0,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    -- Everything that is here already was made without accounts, so it is the built-in owner's. Whoever sets the first
    -- password becomes this account.
    INSERT INTO users (id, name, email, role, created_at, updated_at)
      VALUES ('owner', 'Owner', 'owner@localhost.invalid', 'owner',
        strftime('%Y-%m-%dT%H:%M:%fZ', 'now'), strftime('%Y-%m-%dT%H:%M:%fZ', 'now'));

    CREATE TABLE sessions (
      id TEXT PRIMARY KEY,
      token TEXT NOT NULL UNIQUE,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      expires_at TEXT NOT NULL,
      ip_address TEXT,
      user_agent TEXT,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    CREATE INDEX sessions_user ON sessions (user_id);

    CREATE TABLE credentials (
      id TEXT PRIMARY KEY,
      account_id TEXT NOT NULL,
      provider_id TEXT NOT NULL,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      password TEXT,
      access_token TEXT,
      refresh_token TEXT,
      id_token TEXT,
      access_token_expires_at TEXT,
      refresh_token_expires_at TEXT,
      scope TEXT,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX credentials_user ON credentials (user_id, provider_id);

    CREATE TABLE verifications (
      id TEXT PRIMARY KEY,
      identifier TEXT NOT NULL,
      value TEXT NOT NULL,
      expires_at TEXT NOT NULL,
      created_at TEXT NOT NULL,
      updated_at TEXT NOT NULL
    ) STRICT;

    CREATE TABLE api_tokens (
      id TEXT PRIMARY KEY,
      user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
      name TEXT NOT NULL,
      -- SHA-256 of the token: 256 random bits need no slow hash.
      hash TEXT NOT NULL UNIQUE,
      created_at TEXT NOT NULL,
      last_used_at TEXT,
      expires_at TEXT
    ) STRICT;
    CREATE INDEX api_tokens_user ON api_tokens (user_id);

    CREATE TABLE account_links (
      id TEXT PRIMARY KEY,
      kind TEXT NOT NULL CHECK (kind IN ('invitation', 'password-reset')),
      hash TEXT NOT NULL UNIQUE,
      role TEXT,
      user_id TEXT REFERENCES users (id) ON DELETE CASCADE,
      created_at TEXT NOT NULL,
      expires_at TEXT NOT NULL
    ) STRICT;

    -- Counted in the database, so that processes share the limits.
    CREATE TABLE rate_limits (
      key TEXT PRIMARY KEY,
      window_start_ms INTEGER NOT NULL,
      count INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE audit_log (
      id INTEGER PRIMARY KEY AUTOINCREMENT,
      at TEXT NOT NULL,
      actor_id TEXT NOT NULL,
      actor_name TEXT NOT NULL,
      action TEXT NOT NULL,
      target TEXT NOT NULL,
      target_name TEXT NOT NULL,
      note TEXT NOT NULL
    ) STRICT;

    -- The same bytes are stored once, whoever sent them; only who has them may see them.
    CREATE TABLE asset_owners (
      asset_id TEXT NOT NULL REFERENCES assets (id) ON DELETE CASCADE,
      user_id TEXT NOT NULL,
      -- 1 when they sent it or were given it to keep. What only a generation of theirs made goes with the generation.
      uploaded INTEGER NOT NULL,
      PRIMARY KEY (asset_id, user_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX asset_owners_user ON asset_owners (user_id, asset_id);
    INSERT INTO asset_owners (asset_id, user_id, uploaded) SELECT id, 'owner', uploaded FROM assets;

    ALTER TABLE generations ADD COLUMN owner_id TEXT NOT NULL DEFAULT 'owner';
    CREATE INDEX generations_owner ON generations (owner_id, seq);
    ALTER TABLE outbox ADD COLUMN owner_id TEXT NOT NULL DEFAULT 'owner';
    ALTER TABLE ledger ADD COLUMN owner_id TEXT NOT NULL DEFAULT 'owner';

    CREATE TABLE idempotency_keys_of_owners (
      owner_id TEXT NOT NULL,
      key TEXT NOT NULL,
      request_hash TEXT NOT NULL,
      generation_id TEXT NOT NULL,
      created_at_ms INTEGER NOT NULL,
      PRIMARY KEY (owner_id, key)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO idempotency_keys_of_owners
      SELECT 'owner', key, request_hash, generation_id, created_at_ms FROM idempotency_keys;
    DROP TABLE idempotency_keys;
    ALTER TABLE idempotency_keys_of_owners RENAME TO idempotency_keys;
    CREATE INDEX idempotency_keys_age ON idempotency_keys (created_at_ms);
  `,
};
