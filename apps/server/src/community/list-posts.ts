import { DioramaError, type Post, type postQuerySchema, tagSchema } from '@diorama/contracts';
import { type SelectQueryBuilder, sql } from 'kysely';
import type { z } from 'zod';
import type { Viewer } from '../accounts/viewer.ts';
import type { Database } from '../storage/database.ts';
import { foldText } from '../storage/fold-text.ts';
import type { DatabaseSchema } from '../storage/schema.ts';
import { type PostRow, toPosts } from './post-rows.ts';

export type PostQuery = z.output<typeof postQuerySchema>;

const WEEK_MS = 7 * 24 * 60 * 60_000;

type Query = SelectQueryBuilder<DatabaseSchema, 'community_posts', PostRow>;

/**
 * One page of the gallery.
 *
 * Pages follow each other by key, not by number: what is published meanwhile shifts nothing. Of a sort by likes, a
 * post whose likes change between two pages may be met twice or not at all.
 *
 * @throws {DioramaError} `invalid-request` for a cursor that no page of this sort gave, `signed-out` or `forbidden`
 *   for views that are not for the one who asks.
 */
export async function listPosts(
  db: Database,
  query: PostQuery,
  viewer: Viewer | null,
  nowMs: number,
): Promise<{ items: Post[]; nextCursor: string | null }> {
  let posts: Query = db.selectFrom('community_posts').selectAll('community_posts');
  posts = await filtered(db, posts, query, viewer);
  const { rows, nextCursor } = await SORTS[query.sort](posts, query, nowMs);
  return { items: await toPosts(db, rows, viewer), nextCursor };
}

async function filtered(db: Database, posts: Query, query: PostQuery, viewer: Viewer | null): Promise<Query> {
  const author = query.author === 'me' ? requireKnown(viewer).userId : query.author;
  const isOwn = viewer !== null && author === viewer.userId;
  let found = posts;
  if (query.show === 'reported') {
    requireModerator(viewer);
    found = found.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('community_reports')
          .select('seq')
          .whereRef('community_reports.post_id', '=', 'community_posts.id')
          .where('closed_at', 'is', null),
      ),
    );
  } else if (query.show !== 'published') {
    if (!isOwn) requireModerator(viewer);
    found = found.where('status', '=', query.show);
  } else if (!isOwn) {
    found = found.where('status', '=', 'published');
  }
  if (author !== undefined) found = found.where('author_id', '=', author);
  if (query.remixOf !== undefined) found = found.where('remix_of', '=', query.remixOf);
  if (query.tag !== undefined) {
    const tag = tagSchema.safeParse(query.tag).data ?? '';
    found = found.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('community_post_tags')
          .select('tag')
          .whereRef('community_post_tags.post_seq', '=', 'community_posts.seq')
          .where('tag', '=', tag),
      ),
    );
  }
  const words = wordsOf(query.q ?? '');
  const names = words.length === 0 ? [] : await authorNames(db);
  for (const word of words) {
    const authors = names.filter(({ name }) => foldText(name).includes(word)).map(({ id }) => id);
    found = found.where((eb) =>
      eb.or([hasWord(word), ...(authors.length === 0 ? [] : [eb('author_id', 'in', authors)])]),
    );
  }
  return found;
}

/** Words to find, folded. NUL would end a text inside SQLite. */
function wordsOf(text: string): string[] {
  return foldText(text).replaceAll('\0', ' ').split(/\s+/).filter(Boolean);
}

/** The index knows every three letters in a row; shorter words are looked for one post after the other. */
function hasWord(word: string) {
  return [...word].length < 3
    ? sql<boolean>`instr(community_posts.search_text, ${word}) > 0`
    : sql<boolean>`community_posts.seq IN (SELECT rowid FROM community_search WHERE community_search MATCH ${`"${word.replaceAll('"', '""')}"`})`;
}

/** By account and not in the index: who changes their name is found by the new one. */
async function authorNames(db: Database): Promise<{ id: string; name: string }[]> {
  return await db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('id', 'in', ({ selectFrom }) => selectFrom('community_posts').select('author_id').distinct())
    .execute();
}

type Sorted = Promise<{ rows: PostRow[]; nextCursor: string | null }>;

const SORTS: Readonly<Record<PostQuery['sort'], (posts: Query, query: PostQuery, nowMs: number) => Sorted>> =
  {
    new: async (posts, query) => {
      let page = posts.orderBy('seq', 'desc').limit(query.limit + 1);
      const after = readCursor(query.cursor, 'new', 1);
      if (after) page = page.where('seq', '<', after[0]!);
      const rows = await page.execute();
      return pageOf(rows, query.limit, (last) => ['new', last.seq]);
    },
    liked: async (posts, query) => {
      let page = posts
        .orderBy('likes', 'desc')
        .orderBy('seq', 'desc')
        .limit(query.limit + 1);
      const after = readCursor(query.cursor, 'liked', 2);
      if (after) page = page.where(sql<boolean>`(likes, seq) < (${after[0]!}, ${after[1]!})`);
      const rows = await page.execute();
      return pageOf(rows, query.limit, (last) => ['liked', last.likes, last.seq]);
    },
    week: async (posts, query, nowMs) => {
      const after = readCursor(query.cursor, 'week', 3);
      // All pages count the same seven days.
      const sinceMs = after?.[0] ?? nowMs - WEEK_MS;
      const recent = sql<number>`ifnull(recent.likes, 0)`;
      let page = posts
        .leftJoin(
          (eb) =>
            eb
              .selectFrom('community_likes')
              .select(({ fn }) => ['post_id', fn.countAll<number>().as('likes')])
              .where('created_at_ms', '>=', sinceMs)
              .groupBy('post_id')
              .as('recent'),
          (join) => join.onRef('recent.post_id', '=', 'community_posts.id'),
        )
        .select(recent.as('recent_likes'))
        .orderBy(recent, 'desc')
        .orderBy('community_posts.seq', 'desc')
        .limit(query.limit + 1);
      if (after)
        page = page.where(sql<boolean>`(${recent}, community_posts.seq) < (${after[1]!}, ${after[2]!})`);
      const rows = await page.execute();
      return pageOf(rows, query.limit, (last) => ['week', sinceMs, last.recent_likes, last.seq]);
    },
  };

function pageOf<T extends PostRow>(
  rows: readonly T[],
  limit: number,
  keyOf: (last: T) => readonly (string | number)[],
): { rows: PostRow[]; nextCursor: string | null } {
  const page = rows.slice(0, limit);
  return { rows: page, nextCursor: rows.length > limit ? keyOf(page.at(-1)!).join('.') : null };
}

function readCursor(cursor: string | undefined, sort: string, numbers: number): number[] | null {
  if (cursor === undefined) return null;
  const [name, ...rest] = cursor.split('.');
  if (name !== sort || rest.length !== numbers || rest.some((part) => !/^\d{1,15}$/.test(part)))
    throw new DioramaError('invalid-request', 'cursor: is not the cursor of a page of this sort.', {
      details: { issues: [{ field: 'cursor', message: 'is not the cursor of a page of this sort' }] },
    });
  return rest.map(Number);
}

function requireKnown(viewer: Viewer | null): Viewer {
  if (viewer === null) throw new DioramaError('signed-out');
  return viewer;
}

function requireModerator(viewer: Viewer | null): void {
  if (requireKnown(viewer).role !== 'owner')
    throw new DioramaError('forbidden', 'Only owners of this server see these posts.');
}
