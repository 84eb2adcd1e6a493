import type { DatabaseSync } from 'node:sqlite';

/** Rows that point to what is not there, in one column of one table. */
interface LinkRule {
  readonly table: string;
  readonly column: string;
  /** True for a row whose target is there; the column is never null where this is asked. */
  readonly isThere: string;
  /** What becomes of a row: a link that leads nowhere goes, of anything else only the link does. */
  readonly mend: 'delete' | 'clear';
}

const has = (table: string, key: string, column: string): string =>
  `EXISTS (SELECT 1 FROM ${table} target WHERE target.${key} = ${column})`;
const rule = (
  table: string,
  column: string,
  [target, key]: readonly [string, string],
  mend: LinkRule['mend'] = 'delete',
): LinkRule => ({ table, column, isThere: has(target, key, `${table}.${column}`), mend });

const ASSET = ['assets', 'id'] as const;
const GENERATION = ['generations', 'id'] as const;
const ENTRY = ['entries', 'seq'] as const;

/** In the order of mending: what goes with something else comes after it. */
const LINK_RULES: readonly LinkRule[] = [
  rule('entries', 'seq', ['generations', 'seq']),
  rule('entries', 'project_id', ['projects', 'id'], 'clear'),
  rule('entries', 'parent_seq', ENTRY, 'clear'),
  rule('entries', 'cover_asset', ASSET, 'clear'),
  rule('projects', 'scene_asset', ASSET, 'clear'),
  rule('outputs', 'generation_id', GENERATION),
  rule('outputs', 'asset_id', ASSET),
  rule('outputs', 'raw_asset_id', ASSET, 'clear'),
  rule('generation_inputs', 'generation_id', GENERATION),
  rule('generation_inputs', 'asset_id', ASSET),
  rule('asset_owners', 'asset_id', ASSET),
  rule('entry_tags', 'seq', ENTRY),
  rule('entry_texts', 'seq', ENTRY),
  rule('board_entries', 'board_id', ['boards', 'id']),
  rule('board_entries', 'seq', ENTRY),
  rule('community_post_files', 'post_id', ['community_posts', 'id']),
  rule('community_post_files', 'asset_id', ASSET),
];

const brokenOf = ({ table, column, isThere }: LinkRule): string =>
  `${table}.${column} IS NOT NULL AND NOT ${isThere}`;

/** Tables whose broken links can be mended; others mean that the database itself is damaged. */
export const MENDABLE_TABLES: ReadonlySet<string> = new Set(LINK_RULES.map(({ table }) => table));

/** Number of broken links by table. */
export function countBrokenLinks(database: DatabaseSync): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of LINK_RULES) {
    const row = database.prepare(`SELECT count(*) AS n FROM ${one.table} WHERE ${brokenOf(one)}`).get();
    const n = Number(row?.n ?? 0);
    if (n > 0) counts.set(one.table, (counts.get(one.table) ?? 0) + n);
  }
  return counts;
}

/** Ids of files that something names although they have no record, with the columns that tell of them. */
export function namedAssetsWithoutRecord(
  database: DatabaseSync,
): { readonly id: string; readonly width: number | null; readonly height: number | null }[] {
  const columns = LINK_RULES.filter(({ isThere }) => isThere.includes(' assets '));
  const parts = columns.map(
    (one) =>
      `SELECT ${one.column} AS id, ${one.table === 'outputs' && one.column === 'asset_id' ? 'width, height' : 'NULL AS width, NULL AS height'}
        FROM ${one.table} WHERE ${brokenOf(one)}`,
  );
  return database
    .prepare(
      `SELECT id, max(width) AS width, max(height) AS height FROM (${parts.join(' UNION ALL ')}) GROUP BY id`,
    )
    .all() as { id: string; width: number | null; height: number | null }[];
}

/** @returns How many rows were changed. */
export function mendLinks(database: DatabaseSync): number {
  let changed = 0;
  for (const one of LINK_RULES)
    changed += Number(
      database
        .prepare(
          one.mend === 'delete'
            ? `DELETE FROM ${one.table} WHERE ${brokenOf(one)}`
            : `UPDATE ${one.table} SET ${one.column} = NULL WHERE ${brokenOf(one)}`,
        )
        .run().changes,
    );
  return changed;
}
