import {
  API_PREFIX,
  cameraSchema,
  canvasSchema,
  DioramaError,
  type Look,
  lookSchema,
  type Person,
  type Post,
  postSettingsSchema,
  type Reference,
  referenceSchema,
} from '@diorama/contracts';
import type { Selectable, Transaction } from 'kysely';
import { z } from 'zod';
import type { Viewer } from '../accounts/viewer.ts';
import type { Database } from '../storage/database.ts';
import type { DatabaseSchema } from '../storage/schema.ts';
import { readStoredJson } from '../storage/stored-json.ts';
import type { CommunityPostsTable } from './tables.ts';

export type Reader = Database | Transaction<DatabaseSchema>;
export type PostRow = Selectable<CommunityPostsTable>;

/** What a remix gets of the canvas: never the capture, which shows more than was asked to be shared. */
export const sharedCanvasSchema = canvasSchema
  .pick({ scene: true, viewportRatio: true })
  .extend({ camera: cameraSchema.nullish() });
export type SharedCanvas = z.infer<typeof sharedCanvasSchema>;

/** Whether somebody may know that a post is there. Null is somebody who is not known. */
export function maySee(post: Pick<PostRow, 'status' | 'author_id'>, viewer: Viewer | null): boolean {
  return (
    post.status === 'published' ||
    (viewer !== null && (viewer.role === 'owner' || viewer.userId === post.author_id))
  );
}

/** @throws {DioramaError} `not-found` for a post that is not there, or not for the viewer. */
export async function requireVisible(db: Reader, id: string, viewer: Viewer | null): Promise<PostRow> {
  const row = await db.selectFrom('community_posts').selectAll().where('id', '=', id).executeTakeFirst();
  if (!row || !maySee(row, viewer)) throw noPost();
  return row;
}

/** For posts that are not there, and for those that are not to be seen. */
export function noPost(): DioramaError {
  return new DioramaError('not-found', 'There is no such post.', {
    hint: 'It may have been taken back. Go back to the gallery.',
  });
}

/** Posts as one viewer sees them, in the order of the rows; the caller has made sure that they may be seen. */
export async function toPosts(db: Reader, rows: readonly PostRow[], viewer: Viewer | null): Promise<Post[]> {
  if (rows.length === 0) return [];
  const ids = rows.map((row) => row.id);
  const isModerator = viewer?.role === 'owner';
  const [liked, remixes, reports, parents] = await Promise.all([
    viewer === null ? [] : likesOf(db, viewer.userId, ids),
    remixCounts(db, ids),
    isModerator ? openReports(db, ids) : new Map<string, number>(),
    parentsOf(db, rows, viewer),
  ]);
  const people = await peopleOf(
    db,
    [...rows, ...parents.values()].map((row) => row.author_id),
  );
  const likedIds = new Set(liked);
  return rows.map((row) => {
    const parent = row.remix_of === null ? undefined : parents.get(row.remix_of);
    return {
      id: row.id,
      author: personIn(people, row.author_id),
      title: row.title,
      description: row.description,
      tags: z.array(z.string()).safeParse(readStoredJson(row.tags)).data ?? [],
      licence: row.licence,
      image: { url: mediaUrl(row.media_id), width: row.width, height: row.height },
      prompt: row.prompt,
      settings: settingsOf(row),
      look: lookOf(row),
      hasScene: canvasOf(row) !== null,
      references: referencesOf(row).map((reference) => reference.role ?? null),
      remixOf: parent
        ? { id: parent.id, title: parent.title, author: personIn(people, parent.author_id) }
        : null,
      remixes: remixes.get(row.id) ?? 0,
      likes: row.likes,
      comments: row.comments,
      liked: likedIds.has(row.id),
      mine: viewer !== null && row.author_id === viewer.userId,
      status: row.status,
      reports: reports.get(row.id) ?? 0,
      createdAt: row.created_at,
    };
  });
}

function mediaUrl(mediaId: string): string {
  return `${API_PREFIX}/community/media/${mediaId}`;
}

/** The negative prompt belongs to the prompt: it is empty where that is not shared. */
export function settingsOf(row: Pick<PostRow, 'settings' | 'negative_prompt'>): Post['settings'] {
  if (row.settings === null) return null;
  const settings = postSettingsSchema.safeParse(readStoredJson(row.settings)).data;
  return settings ? { ...settings, negativePrompt: row.negative_prompt ?? '' } : null;
}

/** What its author shared of the canvas; null when nothing, or when it is damaged. */
export function canvasOf(row: Pick<PostRow, 'canvas'>): SharedCanvas | null {
  return row.canvas === null ? null : (sharedCanvasSchema.safeParse(readStoredJson(row.canvas)).data ?? null);
}

/** The references that its author shared; none when they are damaged. */
export function referencesOf(row: Pick<PostRow, 'reference_images'>): Reference[] {
  if (row.reference_images === null) return [];
  return z.array(referenceSchema).safeParse(readStoredJson(row.reference_images)).data ?? [];
}

function lookOf(row: PostRow): Look | null {
  return row.look === null ? null : (lookSchema.safeParse(readStoredJson(row.look)).data ?? null);
}

/** Names by account. */
export async function peopleOf(db: Reader, ids: readonly string[]): Promise<Map<string, Person>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('users')
    .select(['id', 'name'])
    .where('id', 'in', [...new Set(ids)])
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}

/** Somebody whose account is gone is still named. */
export function personIn(people: ReadonlyMap<string, Person>, id: string): Person {
  return people.get(id) ?? { id, name: 'Somebody' };
}

async function likesOf(db: Reader, userId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('community_likes')
    .select('post_id')
    .where('user_id', '=', userId)
    .where('post_id', 'in', ids)
    .execute();
  return rows.map((row) => row.post_id);
}

async function remixCounts(db: Reader, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('community_posts')
    .select(({ fn }) => ['remix_of as id', fn.countAll<number>().as('remixes')])
    .where('remix_of', 'in', ids)
    .where('status', '=', 'published')
    .groupBy('remix_of')
    .execute();
  return new Map(rows.map((row) => [row.id!, Number(row.remixes)]));
}

async function openReports(db: Reader, ids: readonly string[]): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('community_reports')
    .select(({ fn }) => ['post_id as id', fn.countAll<number>().as('reports')])
    .where('post_id', 'in', ids)
    .where('closed_at', 'is', null)
    .groupBy('post_id')
    .execute();
  return new Map(rows.map((row) => [row.id, Number(row.reports)]));
}

async function parentsOf(
  db: Reader,
  rows: readonly PostRow[],
  viewer: Viewer | null,
): Promise<Map<string, Pick<PostRow, 'id' | 'title' | 'author_id' | 'status'>>> {
  const ids = [...new Set(rows.flatMap((row) => (row.remix_of === null ? [] : [row.remix_of])))];
  if (ids.length === 0) return new Map();
  const parents = await db
    .selectFrom('community_posts')
    .select(['id', 'title', 'author_id', 'status'])
    .where('id', 'in', ids)
    .execute();
  return new Map(parents.filter((parent) => maySee(parent, viewer)).map((parent) => [parent.id, parent]));
}
