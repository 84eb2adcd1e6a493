import {
  DioramaError,
  type moderationSchema,
  type newReportSchema,
  REPORT_REASONS,
  type Report,
} from '@diorama/contracts';
import type { Transaction } from 'kysely';
import { z } from 'zod';
import type { Viewer } from '../accounts/viewer.ts';
import { recordAudit } from '../storage/audit-log.ts';
import type { Database } from '../storage/database.ts';
import type { DatabaseSchema } from '../storage/schema.ts';
import { uuidV7 } from '../storage/uuid-v7.ts';
import { toComments } from './comments.ts';
import { noPost, peopleOf, personIn, requireVisible } from './post-rows.ts';

/** More are never looked at in one sitting; the oldest come first. */
const REPORTS_SHOWN = 500;

/** Reporting the same thing twice changes nothing while the first report is open. */
export async function addReport(
  db: Database,
  postId: string,
  report: z.output<typeof newReportSchema>,
  viewer: Viewer,
  nowMs: number,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await requireVisible(tx, postId, viewer);
    if (report.comment !== undefined) {
      const comment = await tx
        .selectFrom('community_comments')
        .select('seq')
        .where('id', '=', report.comment)
        .where('post_id', '=', postId)
        .executeTakeFirst();
      if (!comment) throw new DioramaError('not-found', 'The post has no such comment.');
    }
    await tx
      .insertInto('community_reports')
      .values({
        id: uuidV7(nowMs),
        post_id: postId,
        comment_id: report.comment ?? null,
        reporter_id: viewer.userId,
        reason: report.reason,
        text: report.text,
        created_at: new Date(nowMs).toISOString(),
        closed_at: null,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  });
}

/** The open reports, oldest first. */
export async function listReports(db: Database, viewer: Viewer): Promise<Report[]> {
  const rows = await db
    .selectFrom('community_reports as report')
    .innerJoin('community_posts as post', 'post.id', 'report.post_id')
    .selectAll('report')
    .select(['post.title', 'post.status'])
    .where('report.closed_at', 'is', null)
    .orderBy('report.seq')
    .limit(REPORTS_SHOWN)
    .execute();
  const commentIds = rows.flatMap((row) => (row.comment_id === null ? [] : [row.comment_id]));
  const comments =
    commentIds.length === 0
      ? []
      : await toComments(
          db,
          await db.selectFrom('community_comments').selectAll().where('id', 'in', commentIds).execute(),
          viewer,
        );
  const people = await peopleOf(
    db,
    rows.map((row) => row.reporter_id),
  );
  return rows.map((row) => ({
    id: row.id,
    post: { id: row.post_id, title: row.title, status: row.status },
    comment: comments.find((comment) => comment.id === row.comment_id) ?? null,
    reporter: personIn(people, row.reporter_id),
    reason: z.enum(REPORT_REASONS).catch('other').parse(row.reason),
    text: row.text,
    createdAt: row.created_at,
  }));
}

const ACTIONS = {
  approve: { status: 'published', action: 'post-approved' },
  hide: { status: 'hidden', action: 'post-hidden' },
  dismiss: { status: null, action: 'reports-dismissed' },
} as const;

/** Decides about a post. Whatever is decided, the reports that led to it are closed. */
export async function moderate(
  db: Database,
  postId: string,
  { action, note }: z.output<typeof moderationSchema>,
  viewer: Viewer,
  nowMs: number,
): Promise<void> {
  const decision = ACTIONS[action];
  await db.transaction().execute(async (tx) => {
    const post = await tx
      .selectFrom('community_posts')
      .select('title')
      .where('id', '=', postId)
      .executeTakeFirst();
    if (!post) throw noPost();
    if (decision.status !== null)
      await tx
        .updateTable('community_posts')
        .set({ status: decision.status })
        .where('id', '=', postId)
        .execute();
    await closeReports(tx, postId, nowMs);
    await recordAudit(
      tx,
      { actor: viewer, action: decision.action, target: postId, targetName: post.title, note },
      nowMs,
    );
  });
}

async function closeReports(tx: Transaction<DatabaseSchema>, postId: string, nowMs: number): Promise<void> {
  await tx
    .updateTable('community_reports')
    .set({ closed_at: new Date(nowMs).toISOString() })
    .where('post_id', '=', postId)
    .where('closed_at', 'is', null)
    .execute();
}

/** What waits for a moderator. */
export async function countWaiting(db: Database): Promise<{ posts: number; reports: number }> {
  const [posts, reports] = await Promise.all([
    db
      .selectFrom('community_posts')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('status', '=', 'pending')
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('community_reports')
      .select(({ fn }) => fn.countAll<number>().as('n'))
      .where('closed_at', 'is', null)
      .executeTakeFirstOrThrow(),
  ]);
  return { posts: Number(posts.n), reports: Number(reports.n) };
}
