import {
  type Budget,
  type Cost,
  CURRENCY,
  costSchema,
  DioramaError,
  type ErrorCode,
  type GenerationRequest,
  type GenerationStatus,
  type LedgerEntry,
  type LedgerPage,
} from '@diorama/contracts';
import type { Selectable, Transaction } from 'kysely';
import type { Database } from './database.ts';
import type { DatabaseSchema, LedgerTable } from './schema.ts';
import { readBudget } from './settings.ts';
import { readStoredJson } from './stored-json.ts';

type Tx = Transaction<DatabaseSchema>;
type Row = Selectable<LedgerTable>;

/** What a request is expected to cost. */
export interface Charge {
  /** The model that will be asked for. */
  readonly model: string | null;
  /** Dollars; null when the price is not known. */
  readonly estimate: number | null;
  readonly cancelStopsBill: boolean;
}

/** Of a generation that ends. */
export interface Ending {
  readonly status: Extract<GenerationStatus, 'succeeded' | 'failed' | 'canceled'>;
  readonly code?: ErrorCode;
  /** What the engine named with its result; null leaves it to what it named before. */
  readonly cost?: Cost | null | undefined;
  readonly images?: number;
  /** Something was kept for a later attempt, so a request that is charged for was sent or was about to be. */
  readonly wasSent: boolean;
}

/**
 * After these the service may have done its work all the same. Counting money that was not spent stops too early;
 * not counting what was spent breaks the budget's promise.
 */
const MAYBE_CHARGED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'timed-out',
  'engine-unreachable',
  'worker-lost',
  'out-of-memory',
  'remote-job-lost',
  'invalid-output',
  'storage-full',
  'storage-failed',
  'render-failed',
  'internal',
]);

/**
 * Holds the estimate back, in the transaction that accepts the generation: of two requests that fit the budget only
 * one at a time, the second sees what the first has taken.
 *
 * @throws {DioramaError} `budget-reached`
 */
export async function reserve(
  tx: Tx,
  generation: {
    readonly id: string;
    readonly ownerId: string;
    readonly request: GenerationRequest;
    readonly at: string;
  },
  charge: Charge,
): Promise<void> {
  const { request, at } = generation;
  const month = monthOf(at);
  await requireBudget(tx, await readBudget(tx), month, request.project, charge.estimate);
  await tx
    .insertInto('ledger')
    .values({
      generation_id: generation.id,
      owner_id: generation.ownerId,
      engine: request.engine,
      model: charge.model,
      project: request.project,
      status: 'queued',
      month,
      images: request.count,
      is_open: 1,
      amount: charge.estimate ?? 0,
      estimate: charge.estimate,
      cost: null,
      cancel_stops_bill: charge.cancelStopsBill ? 1 : 0,
      at,
    })
    .execute();
}

async function requireBudget(
  tx: Tx,
  budget: Budget,
  month: string,
  project: string | null,
  estimate: number | null,
): Promise<void> {
  const require = async (limit: number | null, scope: 'month' | 'project'): Promise<void> => {
    if (limit === null) return;
    const { spent, reserved } = await sumsOf(tx, month, scope === 'project' ? { project } : {});
    const used = rounded(spent + reserved);
    // What is not known can not be added up; it is stopped once nothing is left.
    if (estimate === null ? used < limit : rounded(used + estimate) <= limit) return;
    throw new DioramaError(
      'budget-reached',
      scope === 'month'
        ? `This month's budget of ${dollars(limit)} does not allow it: ${dollars(spent)} spent, ${dollars(reserved)} held back for what waits or runs.`
        : `This month's budget of ${dollars(limit)} for one project does not allow it: ${dollars(spent)} spent, ${dollars(reserved)} held back for what waits or runs.`,
      { details: { scope, budget: limit, spent, reserved, estimate } },
    );
  };
  await require(budget.monthlyTotal, 'month');
  await require(budget.monthlyPerProject, 'project');
}

/** Notes what is being spent while the generation runs, or what became known after it was canceled. */
export async function noteCost(
  tx: Tx,
  generation: { readonly id: string; readonly request: GenerationRequest; readonly at: string },
  cost: Cost,
  status: GenerationStatus,
): Promise<void> {
  const isOpen = status === 'queued' || status === 'running';
  const { request, at } = generation;
  // An engine that is said to be free, or an entry that was settled as nothing.
  if (cost.amount > 0)
    await tx
      .insertInto('ledger')
      .values({
        generation_id: generation.id,
        engine: request.engine,
        model: request.model,
        project: request.project,
        status,
        month: monthOf(at),
        images: request.count,
        is_open: isOpen ? 1 : 0,
        amount: cost.amount,
        estimate: null,
        cost: JSON.stringify(cost),
        cancel_stops_bill: 0,
        at,
      })
      .onConflict((conflict) => conflict.column('generation_id').doNothing())
      .execute();
  await tx
    .updateTable('ledger')
    .set({ amount: cost.amount, cost: JSON.stringify(cost) })
    .where('generation_id', '=', generation.id)
    .execute();
}

/** Shows in the ledger that it began, or waits again. */
export async function noteStatus(tx: Tx, generationId: string, status: 'queued' | 'running'): Promise<void> {
  await tx.updateTable('ledger').set({ status }).where('generation_id', '=', generationId).execute();
}

export interface Settlement {
  /** What the generation cost; null when nothing was charged or nobody knows. */
  readonly cost: Cost | null;
  /** Something was charged, but neither the service nor a price says how much. */
  readonly isUnknown: boolean;
}

/** Ends an entry: what was held back becomes what was spent, or is given free. */
export async function settle(tx: Tx, generationId: string, ending: Ending): Promise<Settlement> {
  const row = await tx
    .selectFrom('ledger')
    .selectAll()
    .where('generation_id', '=', generationId)
    .where('is_open', '=', 1)
    .executeTakeFirst();
  if (!row) return { cost: ending.cost ?? null, isUnknown: false };
  const cost = finalCost(row, ending);
  if (cost === 'nothing') {
    await tx.deleteFrom('ledger').where('seq', '=', row.seq).execute();
    return { cost: ending.cost ?? null, isUnknown: false };
  }
  await tx
    .updateTable('ledger')
    .set({
      status: ending.status,
      is_open: 0,
      amount: cost?.amount ?? 0,
      cost: cost && JSON.stringify(cost),
      images: ending.images ?? row.images,
    })
    .where('seq', '=', row.seq)
    .execute();
  return { cost, isUnknown: cost === null };
}

/** null: something was charged, but nobody knows how much. */
function finalCost(row: Row, ending: Ending): Cost | 'nothing' | null {
  const reported: Cost | null = ending.cost ?? readCost(row);
  if (reported) return reported.amount > 0 ? reported : 'nothing';
  const { status, code, wasSent } = ending;
  const maybe =
    status === 'succeeded' ||
    code === 'outcome-unknown' ||
    (status === 'failed' && wasSent && code !== undefined && MAYBE_CHARGED.has(code)) ||
    (status === 'canceled' && wasSent && row.cancel_stops_bill === 0);
  if (!maybe) return 'nothing';
  return row.estimate === null ? null : estimated(row.estimate);
}

/** null while nothing was reported. What is damaged counts with the amount beside it. */
function readCost(row: Row): Cost | null {
  if (row.cost === null) return null;
  return costSchema.safeParse(readStoredJson(row.cost)).data ?? estimated(row.amount);
}

function estimated(amount: number): Cost {
  return { amount, currency: CURRENCY, estimated: true, basis: 'estimate' };
}

/** Reads what was spent. */
export class LedgerRepository {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /** Newest first. @throws {DioramaError} `invalid-request` for a cursor that no page gave. */
  async page(query: {
    readonly month?: string | undefined;
    readonly cursor?: string | undefined;
    readonly limit: number;
  }): Promise<LedgerPage> {
    const month = query.month ?? monthOf(new Date(this.#now()).toISOString());
    let entries = this.#db
      .selectFrom('ledger')
      .leftJoin('generations', 'generations.id', 'ledger.generation_id')
      .selectAll('ledger')
      .select('generations.id as known_id')
      .where('month', '=', month)
      .orderBy('ledger.seq', 'desc')
      .limit(query.limit + 1);
    if (query.cursor !== undefined) entries = entries.where('ledger.seq', '<', parseCursor(query.cursor));
    const [rows, sums, byEngine, byProject, budget] = await Promise.all([
      entries.execute(),
      sumsOf(this.#db, month),
      this.#totals(month, 'engine'),
      this.#totals(month, 'project'),
      readBudget(this.#db),
    ]);
    return {
      month,
      ...sums,
      budget,
      byEngine,
      byProject,
      entries: rows.slice(0, query.limit).map((row) => toEntry(row, row.known_id !== null)),
      nextCursor: rows.length > query.limit ? String(rows[query.limit - 1]!.seq) : null,
    };
  }

  async #totals(month: string, by: 'engine' | 'project'): Promise<LedgerPage['byEngine']> {
    const rows = await this.#db
      .selectFrom('ledger')
      .select(({ fn }) => [
        by,
        fn.sum<number>('amount').as('amount'),
        fn.countAll<number>().as('generations'),
      ])
      .where('month', '=', month)
      .where('is_open', '=', 0)
      .groupBy(by)
      .orderBy('amount', 'desc')
      .execute();
    return rows.map((row) => ({
      key: row[by] ?? '',
      amount: rounded(row.amount),
      generations: row.generations,
    }));
  }
}

async function sumsOf(
  db: Database | Tx,
  month: string,
  filter: { readonly project?: string | null } = {},
): Promise<{ spent: number; reserved: number }> {
  let query = db
    .selectFrom('ledger')
    .select(({ fn }) => ['is_open', fn.sum<number>('amount').as('amount')])
    .where('month', '=', month)
    .groupBy('is_open');
  if (filter.project === null) query = query.where('project', 'is', null);
  else if (filter.project !== undefined) query = query.where('project', '=', filter.project);
  const rows = await query.execute();
  const sum = (isOpen: 0 | 1): number => rounded(rows.find((row) => row.is_open === isOpen)?.amount ?? 0);
  return { spent: sum(0), reserved: sum(1) };
}

function toEntry(row: Row, isInHistory: boolean): LedgerEntry {
  return {
    generation: row.generation_id,
    isInHistory,
    engine: row.engine,
    model: row.model,
    project: row.project,
    status: row.status,
    cost: readCost(row) ?? estimated(row.estimate ?? 0),
    images: row.images,
    at: row.at,
  };
}

/** Sums of cents that computers add must not show 0.30000000000000004. */
function rounded(amount: number): number {
  return Math.round(amount * 1e6) / 1e6;
}

function dollars(amount: number): string {
  return `$${amount.toFixed(2)}`;
}

function monthOf(timestamp: string): string {
  return timestamp.slice(0, 7);
}

function parseCursor(cursor: string): number {
  if (!/^\d{1,15}$/.test(cursor))
    throw new DioramaError('invalid-request', 'cursor: is not the cursor of a page.', {
      details: { issues: [{ field: 'cursor', message: 'is not the cursor of a page' }] },
    });
  return Number(cursor);
}
