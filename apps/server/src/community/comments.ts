import { type Comment, DioramaError } from '@diorama/contracts';
import type { Viewer } from '../accounts/viewer.ts';
import { recordAudit } from '../storage/audit-log.ts';
import type { Database } from '../storage/database.ts';
import { uuidV7 } from '../storage/uuid-v7.ts';
import { peopleOf, personIn, type Reader, requireVisible } from './post-rows.ts';

/** The comments of a post, oldest first. @throws {DioramaError} `not-found`, `invalid-request` for a foreign cursor. */
export async function listComments(
  db: Database,
  postId: string,
  page: { readonly cursor?: string | undefined; readonly limit: number },
  viewer: Viewer | null,
): Promise<{ items: Comment[]; nextCursor: string | null }> {
  if (page.cursor !== undefined && !/^\d{1,15}$/.test(page.cursor))
    throw new DioramaError('invalid-request', 'cursor: is not the cursor of a page.', {
      details: { issues: [{ field: 'cursor', message: 'is not the cursor of a page' }] },
    });
  await requireVisible(db, postId, viewer);
  let query = db
    .selectFrom('community_comments')
    .selectAll()
    .where('post_id', '=', postId)
    .orderBy('seq')
    .limit(page.limit + 1);
  if (page.cursor !== undefined) query = query.where('seq', '>', Number(page.cursor));
  const rows = await query.execute();
  const shown = rows.slice(0, page.limit);
  return {
    items: await toComments(db, shown, viewer),
    nextCursor: rows.length > page.limit ? String(shown.at(-1)!.seq) : null,
  };
}

/** @throws {DioramaError} `not-found` for a post that the viewer may not see. */
export async function addComment(
  db: Database,
  postId: string,
  text: string,
  viewer: Viewer,
  nowMs: number,
): Promise<Comment> {
  return await db.transaction().execute(async (tx) => {
    await requireVisible(tx, postId, viewer);
    const row = await tx
      .insertInto('community_comments')
      .values({
        id: uuidV7(nowMs),
        post_id: postId,
        author_id: viewer.userId,
        text,
        created_at: new Date(nowMs).toISOString(),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await tx
      .updateTable('community_posts')
      .set((eb) => ({ comments: eb('comments', '+', 1) }))
      .where('id', '=', postId)
      .execute();
    return (await toComments(tx, [row], viewer))[0]!;
  });
}

/** Also takes away the reports about it. Owners of the server may delete any; the log has it then. */
export async function deleteComment(db: Database, id: string, viewer: Viewer, nowMs: number): Promise<void> {
  await db.transaction().execute(async (tx) => {
    const row = await tx
      .selectFrom('community_comments')
      .select(['post_id', 'author_id', 'text'])
      .where('id', '=', id)
      .executeTakeFirst();
    const isOwn = row?.author_id === viewer.userId;
    if (!row || (!isOwn && viewer.role !== 'owner'))
      throw new DioramaError('not-found', 'There is no such comment.');
    await tx.deleteFrom('community_comments').where('id', '=', id).execute();
    await tx
      .updateTable('community_posts')
      .set((eb) => ({ comments: eb('comments', '-', 1) }))
      .where('id', '=', row.post_id)
      .execute();
    if (!isOwn)
      await recordAudit(
        tx,
        { actor: viewer, action: 'comment-deleted', target: id, targetName: beginningOf(row.text) },
        nowMs,
      );
  });
}

/** Rows as the viewer is shown them. */
export async function toComments(
  db: Reader,
  rows: readonly { id: string; author_id: string; text: string; created_at: string }[],
  viewer: Viewer | null,
): Promise<Comment[]> {
  const people = await peopleOf(
    db,
    rows.map((row) => row.author_id),
  );
  return rows.map((row) => ({
    id: row.id,
    author: personIn(people, row.author_id),
    text: row.text,
    createdAt: row.created_at,
    mine: row.author_id === viewer?.userId,
  }));
}

function beginningOf(text: string): string {
  const characters = [...text];
  return characters.length <= 80 ? text : `${characters.slice(0, 79).join('')}…`;
}
