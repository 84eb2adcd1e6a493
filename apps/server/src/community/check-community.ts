import type { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import type { BlobKey } from '../storage/blob-store.ts';
import type { Database } from '../storage/database.ts';
import { bad, type DoctorCheck, good } from '../storage/doctor-check.ts';

/** Posts whose counts of likes and comments are not those of a recount. */
const MISCOUNTED = `
  SELECT id FROM community_posts
  WHERE likes <> (SELECT count(*) FROM community_likes WHERE post_id = community_posts.id)
    OR comments <> (SELECT count(*) FROM community_comments WHERE post_id = community_posts.id)`;

/** Counts anew where a count is wrong. @returns The posts that it was wrong for; none when all is well. */
export async function mendCounters(db: Database): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    UPDATE community_posts SET
      likes = (SELECT count(*) FROM community_likes WHERE post_id = community_posts.id),
      comments = (SELECT count(*) FROM community_comments WHERE post_id = community_posts.id)
    WHERE id IN (${sql.raw(MISCOUNTED)})
    RETURNING id`.execute(db);
  return rows.map(({ id }) => id);
}

/** Keys of the files that posts and recipes show; they stand in no list of assets. */
export function publishedKeys(database: DatabaseSync): BlobKey[] {
  if (!hasCommunity(database)) return [];
  return database
    .prepare(
      'SELECT media_key AS key FROM community_posts UNION SELECT picture_key FROM recipes WHERE picture_key IS NOT NULL',
    )
    .all()
    .map(({ key }) => String(key));
}

/** False for a database of an older version, which the next start brings up to date. */
function hasCommunity(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'community_posts'").get() !== undefined;
}

/** Whether the community's records agree with each other. */
export function checkCommunity(database: DatabaseSync): DoctorCheck {
  const wrong = hasCommunity(database) ? database.prepare(MISCOUNTED).all().length : 0;
  return wrong === 0
    ? good('likes and comments', 'Every post counts as many as there are.')
    : bad(
        'likes and comments',
        `${wrong} ${wrong === 1 ? 'post counts' : 'posts count'} something else than there is.`,
        'A running server counts anew within a quarter of a day; nothing has to be done.',
      );
}
