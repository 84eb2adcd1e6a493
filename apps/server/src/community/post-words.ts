import type { Transaction } from 'kysely';
import { foldText } from '../storage/fold-text.ts';
import type { DatabaseSchema } from '../storage/schema.ts';

/** Tags by which a post is found, in place of those that it had. */
export async function setTags(
  tx: Transaction<DatabaseSchema>,
  seq: number,
  tags: readonly string[],
): Promise<void> {
  await tx.deleteFrom('community_post_tags').where('post_seq', '=', seq).execute();
  if (tags.length > 0)
    await tx
      .insertInto('community_post_tags')
      .values([...new Set(tags)].map((tag) => ({ tag, post_seq: seq })))
      .execute();
}

/** What a search looks into. NUL would end a text inside SQLite. */
export function searchTextOf(post: {
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly prompt: string | null;
}): string {
  return foldText([post.title, post.description, ...post.tags, post.prompt ?? ''].join('\n')).replaceAll(
    '\0',
    ' ',
  );
}
