import type { HistoryCard } from '@diorama/contracts';
import type { Reads } from './database.ts';

const flag = (column: string): string => `json(iif(${column}, 'true', 'false'))`;
/** What is damaged counts as `otherwise`: asked for as it is, it would take the whole page with it. */
const stored = (column: string, otherwise: string): string =>
  `iif(json_valid(${column}), json(${column}), ${otherwise})`;

/**
 * `HistoryCard` as JSON, over `entries e` and `projects p`. The database writes it: taken out column by column, built
 * and written again it would take three times as long.
 */
const CARD_JSON = `json_object(
  'id', e.id, 'seq', e.seq, 'status', e.status, 'prompt', e.prompt, 'engine', e.engine, 'model', e.model,
  'seed', e.seed, 'project', iif(p.id IS NULL, NULL, json_object('id', p.id, 'name', p.name)),
  'cover', iif(e.cover_asset IS NULL, NULL,
    json_object('asset', e.cover_asset, 'isOutput', ${flag('e.cover_is_output')})),
  'width', e.width, 'height', e.height, 'images', e.images, 'favorite', ${flag('e.favorite')},
  'rejected', ${flag('e.rejected')}, 'tags', ${stored('e.tags', 'json_array()')}, 'errorCode', e.error_code,
  'cost', ${stored('e.cost', 'NULL')}, 'fraction', e.fraction, 'createdAt', e.created_at, 'deletedAt', e.deleted_at)`;

export const CARD_COLUMNS = `${CARD_JSON} AS card, e.seq, e.id, e.status, e.cost_amount, e.duration_ms`;
export const CARD_JOIN = 'LEFT JOIN projects p ON p.id = e.project_id';

export interface CardRow {
  /** HistoryCard as JSON. */
  readonly card: string;
  readonly seq: number;
  readonly id: string;
  readonly status: string;
  readonly cost_amount: number;
  readonly duration_ms: number;
}

/** How far a running generation is; null when nobody here works at it. */
export type FractionOf = (id: string) => number | null;

/** The cards as a JSON list, with the progress that only the worker knows. */
export function cardListJson(rows: readonly CardRow[], fractionOf: FractionOf): string {
  return `[${rows.map((row) => (row.status === 'running' ? withFraction(row, fractionOf) : row.card)).join()}]`;
}

function withFraction({ id, card }: CardRow, fractionOf: FractionOf): string {
  const fraction = fractionOf(id);
  return fraction === null ? card : JSON.stringify({ ...(JSON.parse(card) as HistoryCard), fraction });
}

/** Some entries of an account, newest first; those that are gone are left out. */
export function readCards(reads: Reads, ownerId: string, seqs: readonly number[]): CardRow[] {
  return reads.all<CardRow>(
    `SELECT ${CARD_COLUMNS} FROM entries e ${CARD_JOIN}
      WHERE e.seq IN (SELECT value FROM json_each(?)) AND e.owner_id = ? ORDER BY e.seq DESC`,
    JSON.stringify(seqs),
    ownerId,
  );
}
