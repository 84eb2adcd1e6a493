import type { ErrorCode, GenerationStatus } from '@diorama/contracts';
import type { Generated } from 'kysely';

/** The tables as the newest migration leaves them. Times are ISO 8601 in UTC unless the name says milliseconds. */
export interface DatabaseSchema {
  assets: AssetsTable;
  generations: GenerationsTable;
  outputs: OutputsTable;
  generation_inputs: GenerationInputsTable;
  idempotency_keys: IdempotencyKeysTable;
  outbox: OutboxTable;
}

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
  status: GenerationStatus;
  /** GenerationRequest as JSON. */
  request: string;
  /** The prompt in lower case, for the search. */
  prompt_folded: string;
  engine: string;
  /** The seed of the first image: the asked one, or the server's choice. */
  seed: number;
  /** How often a worker began it. The current value fences off every earlier attempt. */
  attempts: Generated<number>;
  /** How many of the attempts ended with the worker's death. */
  losses: Generated<number>;
  lease_owner: string | null;
  lease_until_ms: number | null;
  progress: Generated<string>;
  look: string | null;
  warnings: Generated<string>;
  error_code: ErrorCode | null;
  error_message: string | null;
  error_hint: string | null;
  timings: Generated<string>;
  cost: string | null;
  favorite: Generated<0 | 1>;
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
}

export interface GenerationInputsTable {
  generation_id: string;
  asset_id: string;
}

export interface IdempotencyKeysTable {
  key: string;
  /** SHA-256 of the validated request. */
  request_hash: string;
  generation_id: string;
  created_at_ms: number;
}

export interface OutboxTable {
  /** The event's id in `GET /events`; only grows. */
  id: Generated<number>;
  type: 'generation-updated' | 'generation-deleted';
  /** ServerEvent as JSON. */
  payload: string;
}
