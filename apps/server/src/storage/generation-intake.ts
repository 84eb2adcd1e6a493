import { createHash } from 'node:crypto';
import {
  BUILT_IN_OWNER_ID,
  DioramaError,
  type Generation,
  type GenerationRequest,
  LIMITS,
} from '@diorama/contracts';
import type { Transaction } from 'kysely';
import { requireOwnedAssets } from './asset-release.ts';
import { foldText } from './fold-text.ts';
import { recordChange } from './generation-changes.ts';
import { findGeneration } from './generation-rows.ts';
import { type Charge, reserve } from './ledger.ts';
import { parentOf } from './lineage.ts';
import { projectOf } from './projects.ts';
import type { DatabaseSchema, Lane } from './schema.ts';
import { uuidV7 } from './uuid-v7.ts';

type Tx = Transaction<DatabaseSchema>;

/** How long a repeated request with the same Idempotency-Key gets the first one's generation. */
export const IDEMPOTENCY_KEY_LIFE_MS = 24 * 60 * 60_000;

/** What a generation is made with besides its request. */
export interface NewGeneration {
  readonly seed: number;
  /** Whose it is; default the built-in owner. */
  readonly ownerId?: string;
  /** Default `built-in`. */
  readonly lane?: Lane;
  /** What is held back from the budget; null or absent for an engine that costs nothing. */
  readonly charge?: Charge | null;
  readonly idempotencyKey?: string | undefined;
}

/**
 * Puts a request into the queue, or finds the generation that an earlier one with the same Idempotency-Key made.
 *
 * @throws {DioramaError} `queue-full`, `unknown-asset`, `budget-reached`, `idempotency-conflict`, or `conflict` when
 * the key's generation was deleted.
 */
export async function acceptGeneration(
  tx: Tx,
  request: GenerationRequest,
  options: NewGeneration & { readonly nowMs: number },
): Promise<{ generation: Generation; isRepeat: boolean }> {
  const { idempotencyKey: key, nowMs } = options;
  const ownerId = options.ownerId ?? BUILT_IN_OWNER_ID;
  const requestHash = createHash('sha256').update(JSON.stringify(request)).digest('hex');
  if (key !== undefined) {
    const first = await findByKey(tx, { ownerId, key, requestHash, nowMs });
    if (first) return { generation: first, isRepeat: true };
  }
  const generation = await insert(tx, ownerId, request, options);
  if (key !== undefined)
    await tx
      .insertInto('idempotency_keys')
      .values({
        owner_id: ownerId,
        key,
        request_hash: requestHash,
        generation_id: generation.id,
        created_at_ms: nowMs,
      })
      .execute();
  return { generation, isRepeat: false };
}

/** Every stored file that a request names. */
export function inputsOf(request: GenerationRequest): string[] {
  const ids = request.references.map((reference) => reference.asset);
  if (request.canvas) {
    ids.push(request.canvas.scene);
    if (request.canvas.capture) ids.push(request.canvas.capture);
  }
  return [...new Set(ids)];
}

async function findByKey(
  tx: Tx,
  {
    ownerId,
    key,
    requestHash,
    nowMs,
  }: { readonly ownerId: string; readonly key: string; readonly requestHash: string; readonly nowMs: number },
): Promise<Generation | null> {
  const known = await tx
    .selectFrom('idempotency_keys')
    .select(['request_hash', 'generation_id', 'created_at_ms'])
    .where('owner_id', '=', ownerId)
    .where('key', '=', key)
    .executeTakeFirst();
  if (!known) return null;
  if (known.created_at_ms < nowMs - IDEMPOTENCY_KEY_LIFE_MS) {
    await tx.deleteFrom('idempotency_keys').where('owner_id', '=', ownerId).where('key', '=', key).execute();
    return null;
  }
  if (known.request_hash !== requestHash) throw new DioramaError('idempotency-conflict');
  const generation = await findGeneration(tx, known.generation_id);
  if (!generation)
    throw new DioramaError('conflict', 'The generation of this Idempotency-Key was deleted.', {
      hint: 'Use a new Idempotency-Key to make the image again.',
    });
  return generation;
}

async function insert(
  tx: Tx,
  ownerId: string,
  request: GenerationRequest,
  options: NewGeneration & { readonly nowMs: number },
): Promise<Generation> {
  const { waiting } = await tx
    .selectFrom('generations')
    .select(({ fn }) => fn.countAll<number>().as('waiting'))
    .where('status', '=', 'queued')
    // Of each account for itself: nobody can fill the queue for the others.
    .where('owner_id', '=', ownerId)
    .executeTakeFirstOrThrow();
  if (waiting >= LIMITS.queued)
    throw new DioramaError('queue-full', `${waiting} generations of yours are already waiting.`);
  const inputs = inputsOf(request);
  await requireOwnedAssets(tx, ownerId, inputs);
  const id = uuidV7(options.nowMs);
  const at = new Date(options.nowMs).toISOString();
  if (options.charge) await reserve(tx, { id, ownerId, request, at }, options.charge);
  await tx
    .insertInto('generations')
    .values({
      id,
      owner_id: ownerId,
      status: 'queued',
      request: JSON.stringify(request),
      prompt_folded: foldText(request.prompt),
      engine: request.engine,
      lane: options.lane ?? 'built-in',
      seed: options.seed,
      created_at: at,
    })
    .execute();
  if (inputs.length > 0)
    await tx
      .insertInto('generation_inputs')
      .values(inputs.map((asset) => ({ generation_id: id, asset_id: asset })))
      .execute();
  await tx
    .updateTable('entries')
    .set({
      project_id: await projectOf(tx, { ownerId, request, at }),
      ...(await parentOf(tx, ownerId, request)),
    })
    .where('id', '=', id)
    .execute();
  return await recordChange(tx, id);
}
