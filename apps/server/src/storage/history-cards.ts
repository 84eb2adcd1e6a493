import { type HistoryCard, isErrorCode } from '@diorama/contracts';
import type { Reads } from './database.ts';
import { readStrings, toCost } from './generation-rows.ts';
import type { EntriesTable } from './schema.ts';

/** What a card is made of, over `entries e`. */
export const CARD_COLUMNS = `e.seq, e.id, e.status, e.prompt, e.engine, e.model, e.seed, e.project_id, p.name AS project,
  e.cover_asset, e.cover_is_output, e.width, e.height, e.images, e.favorite, e.rejected, e.tags, e.error_code, e.cost,
  e.cost_amount, e.duration_ms, e.fraction, e.created_at, e.deleted_at`;
export const CARD_JOIN = 'LEFT JOIN projects p ON p.id = e.project_id';

export type CardRow = Omit<
  EntriesTable,
  'owner_id' | 'parent_seq' | 'parent_how' | 'aspect_ratio' | 'images' | 'favorite' | 'rejected' | 'tags'
> & {
  readonly project: string | null;
  readonly images: number;
  readonly favorite: 0 | 1;
  readonly rejected: 0 | 1;
  readonly tags: string;
};

export function toCard(row: CardRow): HistoryCard {
  return {
    id: row.id,
    seq: row.seq,
    status: row.status,
    prompt: row.prompt,
    engine: row.engine,
    model: row.model,
    seed: row.seed,
    project:
      row.project_id === null || row.project === null ? null : { id: row.project_id, name: row.project },
    cover: row.cover_asset === null ? null : { asset: row.cover_asset, isOutput: row.cover_is_output === 1 },
    width: row.width,
    height: row.height,
    images: row.images,
    favorite: row.favorite === 1,
    rejected: row.rejected === 1,
    tags: row.tags === '[]' ? [] : readStrings(row.tags),
    errorCode: isErrorCode(row.error_code) ? row.error_code : null,
    cost: toCost(row.cost) ?? null,
    fraction: row.fraction,
    createdAt: row.created_at,
    deletedAt: row.deleted_at,
  };
}

/** Cards of some entries of an account, newest first; those that are gone are left out. */
export function readCards(reads: Reads, ownerId: string, seqs: readonly number[]): HistoryCard[] {
  return reads
    .all<CardRow>(
      `SELECT ${CARD_COLUMNS} FROM entries e ${CARD_JOIN}
        WHERE e.seq IN (SELECT value FROM json_each(?)) AND e.owner_id = ? ORDER BY e.seq DESC`,
      JSON.stringify(seqs),
      ownerId,
    )
    .map(toCard);
}
