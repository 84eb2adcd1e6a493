import {
  type Cost,
  DioramaError,
  ERRORS,
  type Generation,
  type GenerationError,
  type GenerationRequest,
  isFinished,
  type Look,
  type Progress,
  type Warning,
} from '@diorama/contracts';
import type { Selectable, Transaction } from 'kysely';
import type { Database } from './database.ts';
import { hasCheckpoint, recordChange } from './generation-changes.ts';
import { acceptGeneration, IDEMPOTENCY_KEY_LIFE_MS, type NewGeneration } from './generation-intake.ts';
import { addOutputs, type SavedImage } from './generation-outputs.ts';
import { errorColumns, findGeneration, parseStoredRequest } from './generation-rows.ts';
import { noteCost, noteStatus, settle } from './ledger.ts';
import { OwnedGenerations } from './owned-generations.ts';
import type { DatabaseSchema, GenerationsTable, Lane } from './schema.ts';
import { readStoredJson } from './stored-json.ts';

/** A job that took three workers down with it is the likelier culprit than bad luck. */
export const MAX_LOSSES = 3;

/** One claim of one job. Every write of a worker carries it; a write for an older attempt changes nothing. */
export interface Claim {
  readonly id: string;
  readonly ownerId: string;
  readonly attempt: number;
  readonly request: GenerationRequest;
  readonly seed: number;
  /** What an earlier attempt kept with `keepCheckpoint`; null when there is nothing. */
  readonly checkpoint: unknown;
}

/** Names an attempt. */
export type Attempt = Pick<Claim, 'id' | 'attempt'>;

export interface SavedResult {
  readonly images: readonly SavedImage[];
  readonly look: Look | null;
  readonly warnings: readonly Warning[];
  readonly timings: Readonly<Record<string, number>>;
  readonly cost: Generation['cost'];
  readonly modelUsed?: string | null;
}

type Row = Selectable<GenerationsTable>;
type Tx = Transaction<DatabaseSchema>;

/**
 * Generations, their outputs and the queue that they form.
 *
 * Every change of state and the event that tells of it are one transaction. Finished states are final: each statement
 * that leaves a state names the state it leaves, so of two that race exactly one wins.
 */
export class GenerationRepository {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /**
   * Accepts a request; when it resolves the generation survives a crash.
   *
   * @throws {DioramaError} `queue-full`, `unknown-asset`, `budget-reached`, `idempotency-conflict`, or `conflict` when
   * the key's generation was deleted.
   */
  async create(
    request: GenerationRequest,
    options: NewGeneration,
  ): Promise<{ generation: Generation; isRepeat: boolean }> {
    return await this.#db
      .transaction()
      .execute((tx) => acceptGeneration(tx, request, { ...options, nowMs: this.#now() }));
  }

  /** Whoever's it is: for the worker. What somebody may see is behind `of`. */
  async find(id: string): Promise<Generation | null> {
    return await findGeneration(this.#db, id);
  }

  /** The generations of one account: for it, there are no others. */
  of(ownerId: string): OwnedGenerations {
    return new OwnedGenerations(this.#db, ownerId, this.#now);
  }

  /**
   * Takes the oldest waiting generation of a lane (default `built-in`) for a worker; null when none waits. One whose
   * request is damaged ends as failed: left where it is, it would keep all others waiting.
   */
  async claim(options: {
    readonly owner: string;
    readonly leaseMs: number;
    readonly lane?: Lane;
  }): Promise<Claim | null> {
    for (;;) {
      const claim = await this.#claimNext(options);
      if (claim === null) return null;
      const { request, checkpoint } = claim;
      if (request !== null && checkpoint !== undefined) return { ...claim, request, checkpoint };
      // Without what was kept it would be begun anew, and paid for once more.
      const { title: message, hint } = ERRORS['outcome-unknown'];
      await this.fail(claim, request === null ? REQUEST_DAMAGED : { code: 'outcome-unknown', message, hint });
    }
  }

  async #claimNext(options: {
    readonly owner: string;
    readonly leaseMs: number;
    readonly lane?: Lane;
  }): Promise<(Omit<Claim, 'request'> & { readonly request: GenerationRequest | null }) | null> {
    return await this.#db.transaction().execute(async (tx) => {
      const row = await tx
        .updateTable('generations')
        .set((eb) => ({
          status: 'running',
          attempts: eb('attempts', '+', 1),
          lease_owner: options.owner,
          lease_until_ms: this.#now() + options.leaseMs,
          progress: JSON.stringify({ stage: 'loading', fraction: 0 } satisfies Progress),
          started_at: this.#timestamp(),
        }))
        .where(
          'seq',
          '=',
          tx
            .selectFrom('generations')
            .select('seq')
            .where('status', '=', 'queued')
            .where('lane', '=', options.lane ?? 'built-in')
            .orderBy('seq')
            .limit(1),
        )
        .returning(['id', 'owner_id', 'attempts', 'request', 'seed', 'checkpoint'])
        .executeTakeFirst();
      if (!row) return null;
      await noteStatus(tx, row.id, 'running');
      await recordChange(tx, row.id);
      return {
        id: row.id,
        ownerId: row.owner_id,
        attempt: row.attempts,
        request: parseStoredRequest(row.request),
        seed: row.seed,
        checkpoint: row.checkpoint === null ? null : readStoredJson(row.checkpoint),
      };
    });
  }

  /** False when the claim is no longer the current one: canceled, deleted, or given to another worker. */
  async extendLease(claim: Attempt, leaseMs: number): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('generations')
      .set({ lease_until_ms: this.#now() + leaseMs })
      .where('id', '=', claim.id)
      .where('attempts', '=', claim.attempt)
      .where('status', '=', 'running')
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /**
   * Keeps what the next attempt needs to find this one's job again; durable when it resolves.
   *
   * @param state JSON text.
   * @returns False when the claim is no longer the current one; then whoever asked must not go on.
   */
  async keepCheckpoint(claim: Attempt, state: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable('generations')
      .set({ checkpoint: state === 'null' ? null : state })
      .where('id', '=', claim.id)
      .where('attempts', '=', claim.attempt)
      .where('status', '=', 'running')
      .executeTakeFirst();
    return numUpdatedRows > 0n;
  }

  /**
   * Writes down what is being spent. What becomes known after a cancel or a delete counts as well: only the word of an
   * earlier attempt does not.
   */
  async noteCost(claim: Claim, cost: Cost): Promise<void> {
    await this.#db.transaction().execute(async (tx) => {
      const row = await tx
        .selectFrom('generations')
        .select(['attempts', 'status', 'created_at'])
        .where('id', '=', claim.id)
        .executeTakeFirst();
      if (row && row.attempts !== claim.attempt) return;
      const at = row?.created_at ?? this.#timestamp();
      await noteCost(tx, { id: claim.id, request: claim.request, at }, cost, row?.status ?? 'canceled');
      if (!row || !isFinished(row.status)) return;
      await tx
        .updateTable('generations')
        .set({ cost: JSON.stringify(cost) })
        .where('id', '=', claim.id)
        .execute();
      await recordChange(tx, claim.id);
    });
  }

  /**
   * Saves the outputs and ends the generation as succeeded, all or nothing. Their blobs must be stored already.
   *
   * @returns False when the claim is no longer the current one; then nothing was saved.
   */
  async save(claim: Attempt, result: SavedResult): Promise<boolean> {
    return await this.#endAttempt(claim, async (tx) => {
      for (const [position, image] of result.images.entries())
        await addOutputs(tx, claim.id, image, { position, nowMs: this.#now() });
      const started = await tx
        .selectFrom('generations')
        .select(['started_at', 'created_at', 'request'])
        .where('id', '=', claim.id)
        .executeTakeFirstOrThrow();
      const request = parseStoredRequest(started.request);
      if (result.cost && request)
        await noteCost(tx, { id: claim.id, request, at: started.created_at }, result.cost, 'running');
      const startedMs = Date.parse(started.started_at ?? started.created_at);
      const { cost, isUnknown } = await settle(tx, claim.id, {
        status: 'succeeded',
        cost: result.cost,
        images: result.images.length,
        wasSent: true,
      });
      return {
        status: 'succeeded',
        progress: JSON.stringify({ stage: 'saving', fraction: 1 } satisfies Progress),
        look: result.look === null ? null : JSON.stringify(result.look),
        warnings: JSON.stringify(isUnknown ? [...result.warnings, PRICE_UNKNOWN] : result.warnings),
        timings: JSON.stringify({
          ...result.timings,
          waiting: Math.max(0, startedMs - Date.parse(started.created_at)),
          total: Math.max(0, this.#now() - startedMs),
        }),
        cost: cost && JSON.stringify(cost),
        model_used: result.modelUsed ?? null,
        checkpoint: null,
        ...this.#finished(),
      };
    });
  }

  /** Ends the generation as failed. False when the claim is no longer the current one. */
  async fail(claim: Attempt, error: GenerationError, progress?: Progress): Promise<boolean> {
    return await this.#endAttempt(claim, async (tx) => ({
      ...(progress === undefined ? {} : { progress: JSON.stringify(progress) }),
      ...(await this.#failed(tx, claim.id, error)),
    }));
  }

  /** Puts it back into its place in the queue without blame, as when the server stops. */
  async release(claim: Attempt): Promise<boolean> {
    return await this.#endAttempt(claim, async (tx) => await waitAgain(tx, claim.id));
  }

  /** Puts it back after its worker died, or ends it as failed when that happened too often. */
  async lose(claim: Attempt, error: GenerationError): Promise<boolean> {
    return await this.#endAttempt(claim, async (tx) => {
      const { losses } = await tx
        .updateTable('generations')
        .set((eb) => ({ losses: eb('losses', '+', 1) }))
        .where('id', '=', claim.id)
        .returning('losses')
        .executeTakeFirstOrThrow();
      return losses < MAX_LOSSES ? await waitAgain(tx, claim.id) : await this.#failed(tx, claim.id, error);
    });
  }

  /**
   * Puts back what was running under a lease that nobody extends any more: all leases of other owners at start (the
   * data folder belongs to one process, so they are dead), expired ones at any time.
   */
  async recover(owner: string, error: GenerationError): Promise<number> {
    const orphans = await this.#db
      .selectFrom('generations')
      .select(['id', 'attempts'])
      .where('status', '=', 'running')
      .where((eb) => eb.or([eb('lease_owner', '!=', owner), eb('lease_until_ms', '<', this.#now())]))
      .orderBy('seq')
      .execute();
    for (const orphan of orphans) await this.lose({ id: orphan.id, attempt: orphan.attempts }, error);
    return orphans.length;
  }

  /** Forgets idempotency keys past their life. */
  async dropOldKeys(): Promise<void> {
    await this.#db
      .deleteFrom('idempotency_keys')
      .where('created_at_ms', '<', this.#now() - IDEMPOTENCY_KEY_LIFE_MS)
      .execute();
  }

  /** The fence: runs `change` and applies what it returns only while `claim` is the current, running attempt. */
  async #endAttempt(claim: Attempt, change: (tx: Tx) => Promise<Partial<Row>>): Promise<boolean> {
    return await this.#db.transaction().execute(async (tx) => {
      const current = await tx
        .selectFrom('generations')
        .select('seq')
        .where('id', '=', claim.id)
        .where('attempts', '=', claim.attempt)
        .where('status', '=', 'running')
        .executeTakeFirst();
      if (!current) return false;
      const { numUpdatedRows } = await tx
        .updateTable('generations')
        .set({ lease_owner: null, lease_until_ms: null, ...(await change(tx)) })
        .where('id', '=', claim.id)
        .where('attempts', '=', claim.attempt)
        .where('status', '=', 'running')
        .executeTakeFirst();
      if (numUpdatedRows !== 1n) throw new DioramaError('conflict');
      await recordChange(tx, claim.id);
      return true;
    });
  }

  #finished(): Pick<Row, 'lease_owner' | 'lease_until_ms' | 'finished_at'> {
    return { lease_owner: null, lease_until_ms: null, finished_at: this.#timestamp() };
  }

  async #failed(tx: Tx, id: string, error: GenerationError): Promise<Partial<Row>> {
    const { cost } = await settle(tx, id, {
      status: 'failed',
      code: error.code,
      wasSent: await hasCheckpoint(tx, id),
    });
    return {
      status: 'failed',
      ...(cost ? { cost: JSON.stringify(cost) } : {}),
      ...errorColumns(error),
      checkpoint: null,
      ...this.#finished(),
    };
  }

  #timestamp(): string {
    return new Date(this.#now()).toISOString();
  }
}

const WAITING_AGAIN = {
  status: 'queued',
  progress: JSON.stringify({ stage: 'queued', fraction: 0 } satisfies Progress),
  started_at: null,
} as const satisfies Partial<Row>;

const REQUEST_DAMAGED: GenerationError = {
  code: 'storage-failed',
  message: 'What was asked for is damaged in the database.',
  hint: 'Make the image again. `npx diorama doctor` looks for more damage.',
};

const PRICE_UNKNOWN: Warning = {
  code: 'price-unknown',
  message:
    'What it cost is not known: the service did not say, and there is no price for this model. One can be entered on the page Engines.',
};

/** Back to its place in the queue. What was kept for the next attempt stays. */
async function waitAgain(tx: Tx, id: string): Promise<Partial<Row>> {
  await noteStatus(tx, id, 'queued');
  return WAITING_AGAIN;
}
