import type { HistoryCard } from '@diorama/contracts';
import type { Reads } from './database.ts';
import { cardSql } from './migrations/0004-history.ts';

/**
 * `HistoryCard` as JSON, over `entries e`. The database keeps it written; only the project, whose name can change, is
 * put in front. A card that is missing is written on the spot.
 */
const CARD_JSON = `'{"project":' || iif(p.id IS NULL, 'null', json_object('id', p.id, 'name', p.name)) || ','
  || substr(coalesce(c.card, ${cardSql('e')}), 2)`;

export const CARD_COLUMNS = `${CARD_JSON} AS card, e.seq, e.id, e.status, e.cost_amount, e.duration_ms`;
export const CARD_JOIN =
  'LEFT JOIN entry_cards c ON c.seq = e.seq LEFT JOIN projects p ON p.id = e.project_id';

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
