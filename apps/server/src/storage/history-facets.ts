import { setImmediate } from 'node:timers/promises';
import { aspectRatioSchema, type HistoryFacets } from '@diorama/contracts';
import type { Reads } from './database.ts';

/** Counts of an account's history. Each is read from an index alone; others are answered in between. */
export async function readFacets(reads: Reads, ownerId: string): Promise<HistoryFacets> {
  const all = async <Row>(text: string): Promise<Row[]> => {
    const rows = reads.all<Row>(text, ownerId);
    await setImmediate();
    return rows;
  };
  const count = async (where: string): Promise<number> =>
    (await all<{ n: number }>(`SELECT count(*) AS n FROM entries ${where}`))[0]!.n;
  const grouped = async (index: string, column: string) =>
    await all<{ value: string; entries: number }>(
      `SELECT ${column} AS value, count(*) AS entries FROM entries INDEXED BY ${index}
        WHERE owner_id = ? AND deleted_at IS NULL GROUP BY ${column} ORDER BY entries DESC, value`,
    );

  const tagged = await all<{ tag: string; entries: number }>(
    'SELECT tag, count(*) AS entries FROM entry_tags WHERE owner_id = ? GROUP BY tag',
  );
  // Taken off afterwards: looking at every tagged entry for whether it is in the trash takes far longer.
  const inTrash = new Map(
    (
      await all<{ tag: string; entries: number }>(
        `SELECT tag, count(*) AS entries FROM entries e INDEXED BY entries_trash
          CROSS JOIN entry_tags t ON t.seq = e.seq
          WHERE e.owner_id = ? AND e.deleted_at IS NOT NULL GROUP BY tag`,
      )
    ).map(({ tag, entries }) => [tag, entries]),
  );
  return {
    total: await count('INDEXED BY entries_live WHERE owner_id = ? AND deleted_at IS NULL'),
    trash: await count('INDEXED BY entries_trash WHERE owner_id = ? AND deleted_at IS NOT NULL'),
    favorites: await count(
      'INDEXED BY entries_favorite WHERE owner_id = ? AND favorite = 1 AND deleted_at IS NULL',
    ),
    rejected: await count(
      'INDEXED BY entries_rejected WHERE owner_id = ? AND rejected = 1 AND deleted_at IS NULL',
    ),
    failed: await count(
      "INDEXED BY entries_status WHERE owner_id = ? AND status = 'failed' AND deleted_at IS NULL",
    ),
    tags: tagged
      .map(({ tag, entries }) => ({ tag, entries: entries - (inTrash.get(tag) ?? 0) }))
      .filter(({ entries }) => entries > 0)
      .sort((a, b) => b.entries - a.entries || a.tag.localeCompare(b.tag)),
    engines: (await grouped('entries_engine', 'engine')).map(({ value, entries }) => ({
      engine: value,
      entries,
    })),
    ratios: (await grouped('entries_ratio', 'aspect_ratio')).flatMap(({ value, entries }) => {
      const { data: ratio } = aspectRatioSchema.safeParse(value);
      return ratio === undefined ? [] : [{ ratio, entries }];
    }),
  };
}
