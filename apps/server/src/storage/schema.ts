import type { AccountRole, EngineKind, ErrorCode, GenerationStatus } from '@diorama/contracts';
import type { Generated } from 'kysely';
import type { CommunityTables } from '../community/tables.ts';

/** The tables as the newest migration leaves them. Times are ISO 8601 in UTC unless the name says milliseconds. */
export interface DatabaseSchema extends CommunityTables {
  assets: AssetsTable;
  generations: GenerationsTable;
  outputs: OutputsTable;
  generation_inputs: GenerationInputsTable;
  idempotency_keys: IdempotencyKeysTable;
  outbox: OutboxTable;
  engine_connections: EngineConnectionsTable;
  engine_probes: EngineProbesTable;
  settings: SettingsTable;
  prices: PricesTable;
  ledger: LedgerTable;
  users: UsersTable;
  sessions: SessionsTable;
  credentials: CredentialsTable;
  verifications: VerificationsTable;
  api_tokens: ApiTokensTable;
  account_links: AccountLinksTable;
  rate_limits: RateLimitsTable;
  audit_log: AuditLogTable;
  asset_owners: AssetOwnersTable;
  projects: ProjectsTable;
  entries: EntriesTable;
  entry_tags: EntryTagsTable;
  entry_texts: EntryTextsTable;
  boards: BoardsTable;
  board_entries: BoardEntriesTable;
}

/** Which process makes it: `built-in` renders on this machine, one at a time; `remote` calls services, several at once. */
export type Lane = 'built-in' | 'remote';

export interface AssetsTable {
  id: string;
  kind: 'image' | 'model' | 'scene';
  media_type: string;
  bytes: number;
  width: number | null;
  height: number | null;
  /** 1 when somebody sent it. What only a generation made goes with the generation. */
  uploaded: 0 | 1;
  created_at: string;
}

export interface GenerationsTable {
  /** Order of arrival; does not depend on the clock. */
  seq: Generated<number>;
  id: string;
  owner_id: Generated<string>;
  status: GenerationStatus;
  /** GenerationRequest as JSON. */
  request: string;
  /** The prompt in lower case, for the search. */
  prompt_folded: string;
  engine: string;
  lane: Generated<Lane>;
  /** The seed of the first image: the asked one, or the server's choice. */
  seed: number;
  /** How often a worker began it. The current value fences off every earlier attempt. */
  attempts: Generated<number>;
  /** How many of the attempts ended with the worker's death. */
  losses: Generated<number>;
  lease_owner: string | null;
  lease_until_ms: number | null;
  /** JSON that lets the next attempt find the job of this one again; null when there is none. */
  checkpoint: string | null;
  progress: Generated<string>;
  look: string | null;
  warnings: Generated<string>;
  error_code: ErrorCode | null;
  error_message: string | null;
  error_hint: string | null;
  /** What else `GenerationError` has, as JSON. */
  error_details: string | null;
  timings: Generated<string>;
  cost: string | null;
  model_used: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface OutputsTable {
  generation_id: string;
  /** Place among the images of the generation, from 0. */
  position: number;
  /** Empty for the picture itself, else the AOV's name. */
  aov: string;
  asset_id: string;
  width: number;
  height: number;
  media_type: string;
  seed: number;
  /** The file as the service sent it. */
  raw_asset_id: string | null;
  /** OutputAlignment as JSON. */
  alignment: string | null;
}

export interface GenerationInputsTable {
  generation_id: string;
  asset_id: string;
}

export interface IdempotencyKeysTable {
  owner_id: string;
  key: string;
  /** SHA-256 of the validated request. */
  request_hash: string;
  generation_id: string;
  created_at_ms: number;
}

export interface OutboxTable {
  /** The event's id in `GET /events`; only grows. */
  id: Generated<number>;
  type: 'generation-updated' | 'generation-deleted' | 'history-changed';
  /** ServerEvent as JSON. */
  payload: string;
  /** Who is told. */
  owner_id: Generated<string>;
}

export interface EngineConnectionsTable {
  seq: Generated<number>;
  /** The engine's id. */
  id: string;
  kind: EngineKind;
  name: string;
  /** null: the kind's own. */
  address: string | null;
  /** See `SecretBox`; null when there is no key. */
  sealed_key: Uint8Array | null;
  allow_private: 0 | 1;
  enabled: 0 | 1;
  default_model: string | null;
  /** JSON list. */
  extra_models: string;
  /** JSON object. */
  options: string;
  created_at: string;
}

export interface EngineProbesTable {
  connection_id: string;
  /** Of what was tested: the report of another address says nothing. */
  fingerprint: string;
  /** ProbeReport as JSON. */
  report: string;
}

export interface SettingsTable {
  name: 'default-engine' | 'budget' | 'community' | 'discord-webhook';
  /** JSON. */
  value: string;
}

export interface PricesTable {
  kind: EngineKind;
  model: string;
  /** Price as JSON. */
  price: string;
}

export interface LedgerTable {
  seq: Generated<number>;
  generation_id: string;
  owner_id: Generated<string>;
  engine: string;
  model: string | null;
  project: string | null;
  status: GenerationStatus;
  /** Of the acceptance, UTC: `2026-11`. */
  month: string;
  images: number;
  /** 1 until the generation is finished: the amount is held back, not spent. */
  is_open: 0 | 1;
  /** Dollars: what is known to be spent, else the estimate, else 0. */
  amount: number;
  /** Dollars; null when the price is not known. */
  estimate: number | null;
  /** Cost as JSON: what was reported, or at the end what was reckoned. */
  cost: string | null;
  /** Whether a cancel also stops the bill. */
  cancel_stops_bill: 0 | 1;
  at: string;
}

export interface UsersTable {
  id: string;
  name: string;
  email: string;
  email_verified: Generated<0 | 1>;
  image: string | null;
  role: Generated<AccountRole>;
  disabled: Generated<0 | 1>;
  community_banned: Generated<0 | 1>;
  created_at: string;
  updated_at: string;
}

export interface SessionsTable {
  id: string;
  token: string;
  user_id: string;
  expires_at: string;
  ip_address: string | null;
  user_agent: string | null;
  created_at: string;
  updated_at: string;
}

export interface CredentialsTable {
  id: string;
  account_id: string;
  provider_id: string;
  user_id: string;
  password: string | null;
  access_token: string | null;
  refresh_token: string | null;
  id_token: string | null;
  access_token_expires_at: string | null;
  refresh_token_expires_at: string | null;
  scope: string | null;
  created_at: string;
  updated_at: string;
}

export interface VerificationsTable {
  id: string;
  identifier: string;
  value: string;
  expires_at: string;
  created_at: string;
  updated_at: string;
}

export interface ApiTokensTable {
  id: string;
  user_id: string;
  name: string;
  /** SHA-256, hexadecimal. */
  hash: string;
  created_at: string;
  last_used_at: string | null;
  expires_at: string | null;
}

export interface AccountLinksTable {
  id: string;
  kind: 'invitation' | 'password-reset';
  hash: string;
  role: AccountRole | null;
  user_id: string | null;
  created_at: string;
  expires_at: string;
}

export interface RateLimitsTable {
  key: string;
  window_start_ms: number;
  count: number;
}

export interface AuditLogTable {
  id: Generated<number>;
  at: string;
  actor_id: string;
  actor_name: string;
  action: string;
  target: string;
  target_name: string;
  note: string;
}

export interface AssetOwnersTable {
  asset_id: string;
  user_id: string;
  uploaded: 0 | 1;
}

export interface ProjectsTable {
  id: string;
  owner_id: string;
  /** Unique among the owner's. */
  name: string;
  /** As the search compares it. */
  name_folded: string;
  scene_asset: string | null;
  /** Camera as JSON. */
  camera: string | null;
  created_at: string;
  updated_at: string;
}

/**
 * What the history shows of each generation. Triggers keep it; the code writes what people decide (`favorite`,
 * `rejected`, `project_id`, `deleted_at`) and the parent.
 */
export interface EntriesTable {
  /** Of the generation. */
  seq: number;
  id: string;
  owner_id: string;
  status: GenerationStatus;
  /** The beginning of it. */
  prompt: string;
  engine: string;
  model: string | null;
  seed: number;
  project_id: string | null;
  parent_seq: number | null;
  parent_how: string | null;
  /** The first output, else the capture. */
  cover_asset: string | null;
  cover_is_output: 0 | 1;
  /** Of the picture, also before it is there. */
  width: number;
  height: number;
  images: Generated<number>;
  aspect_ratio: string;
  error_code: ErrorCode | null;
  /** Cost as JSON. */
  cost: string | null;
  /** Of the cost; 0 without one. */
  cost_amount: number;
  /** From when a worker began it to its end; 0 while there is none. */
  duration_ms: number;
  fraction: number;
  favorite: Generated<0 | 1>;
  rejected: Generated<0 | 1>;
  /** JSON list, kept from `entry_tags`. */
  tags: Generated<string>;
  created_at: string;
  deleted_at: string | null;
}

export interface EntryTagsTable {
  owner_id: string;
  tag: string;
  seq: number;
}

export interface EntryTextsTable {
  seq: number;
  /** The prompt and the tags, folded. */
  text: string;
}

export interface BoardsTable {
  id: string;
  owner_id: string;
  name: string;
  created_at: string;
}

export interface BoardEntriesTable {
  board_id: string;
  seq: number;
}
