import { statfs } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import type { StorageUse } from '@diorama/contracts';
import type { Reads } from './database.ts';

/** Files looked at before others get their turn. */
const STEP = 2_000;

type Share = Exclude<keyof StorageUse, 'total' | 'freeBytes'>;

/** A file that is several things counts once, where it comes first. */
const CLASSIFY = `
  SELECT o.asset_id AS id, a.bytes,
    CASE
      WHEN EXISTS (SELECT 1 FROM outputs JOIN entries e ON e.id = outputs.generation_id
        WHERE (outputs.asset_id = a.id) AND e.owner_id = o.user_id AND e.deleted_at IS NULL) THEN 'outputs'
      WHEN EXISTS (SELECT 1 FROM outputs JOIN entries e ON e.id = outputs.generation_id
        WHERE outputs.raw_asset_id = a.id AND e.owner_id = o.user_id AND e.deleted_at IS NULL) THEN 'outputs'
      WHEN a.kind <> 'image' THEN 'scenes'
      WHEN EXISTS (SELECT 1 FROM generation_inputs i JOIN entries e ON e.id = i.generation_id
        WHERE i.asset_id = a.id AND e.owner_id = o.user_id AND e.deleted_at IS NULL) THEN 'inputs'
      WHEN EXISTS (SELECT 1 FROM outputs JOIN entries e ON e.id = outputs.generation_id
        WHERE outputs.asset_id = a.id AND e.owner_id = o.user_id) THEN 'trash'
      WHEN EXISTS (SELECT 1 FROM outputs JOIN entries e ON e.id = outputs.generation_id
        WHERE outputs.raw_asset_id = a.id AND e.owner_id = o.user_id) THEN 'trash'
      WHEN EXISTS (SELECT 1 FROM generation_inputs i JOIN entries e ON e.id = i.generation_id
        WHERE i.asset_id = a.id AND e.owner_id = o.user_id) THEN 'trash'
      ELSE 'inputs'
    END AS share
  FROM asset_owners o JOIN assets a ON a.id = o.asset_id
  WHERE o.user_id = ? AND o.asset_id > ?
  ORDER BY o.asset_id LIMIT ?`;

/** What an account keeps, as the records tell. */
export async function readStorageUse(reads: Reads, ownerId: string, dataDir: string): Promise<StorageUse> {
  const shares: Record<Share, { files: number; bytes: number }> = {
    outputs: { files: 0, bytes: 0 },
    scenes: { files: 0, bytes: 0 },
    inputs: { files: 0, bytes: 0 },
    trash: { files: 0, bytes: 0 },
    published: published(reads, ownerId),
  };
  for (let after = ''; ; ) {
    const rows = reads.all<{ id: string; bytes: number; share: Exclude<Share, 'published'> }>(
      CLASSIFY,
      ownerId,
      after,
      STEP,
    );
    for (const { share, bytes } of rows) {
      shares[share].files += 1;
      shares[share].bytes += bytes;
    }
    if (rows.length < STEP) break;
    after = rows.at(-1)!.id;
    await setImmediate();
  }
  const all = Object.values(shares);
  const { bavail, bsize } = await statfs(dataDir);
  return {
    ...shares,
    total: {
      files: all.reduce((sum, { files }) => sum + files, 0),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    },
    freeBytes: bavail * bsize,
  };
}

/** Published pictures are files of their own, encoded anew. */
function published(reads: Reads, ownerId: string): { files: number; bytes: number } {
  const row = reads.get<{ files: number; bytes: number | null }>(
    `SELECT count(*) AS files, sum(bytes) AS bytes
      FROM (SELECT max(media_bytes) AS bytes FROM community_posts WHERE author_id = ? GROUP BY media_key)`,
    ownerId,
  );
  return { files: row?.files ?? 0, bytes: row?.bytes ?? 0 };
}
