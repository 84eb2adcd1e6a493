import { sql } from 'kysely';
import type { Database } from '../storage/database.ts';

/** A post whose numbers are not what there is. */
export interface WrongCounter {
  readonly id: string;
  readonly likes: number;
  readonly comments: number;
  /** How many there are. */
  readonly likesFound: number;
  readonly commentsFound: number;
}

/** Posts whose counts of likes and comments are not those of a recount; empty when all is well. */
export async function checkCounters(db: Database): Promise<WrongCounter[]> {
  const { rows } = await sql<WrongCounter>`
    SELECT * FROM (
      SELECT id, likes, comments,
        (SELECT count(*) FROM community_likes WHERE post_id = community_posts.id) AS likesFound,
        (SELECT count(*) FROM community_comments WHERE post_id = community_posts.id) AS commentsFound
      FROM community_posts
    ) WHERE likes <> likesFound OR comments <> commentsFound`.execute(db);
  return rows;
}
