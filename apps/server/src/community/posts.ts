import type { NewPost, Post, postPatchSchema } from '@diorama/contracts';
import type { z } from 'zod';
import type { Viewer } from '../accounts/viewer.ts';
import type { Thumbnails } from '../http/thumbnails.ts';
import type { Logger } from '../security/logger.ts';
import { releaseAssets } from '../storage/asset-release.ts';
import type { FileBlobStore } from '../storage/file-blob-store.ts';
import { readStoredJson } from '../storage/stored-json.ts';
import type { StoredCommunitySettings } from './community-settings.ts';
import { listPosts, type PostQuery } from './list-posts.ts';
import { maySee, noPost, type PostRow, requireVisible, toPosts } from './post-rows.ts';
import { searchTextOf, setTags } from './post-words.ts';
import { type PublishDependencies, publish } from './publish.ts';
import { dropPicture } from './published-pictures.ts';

export interface PostDependencies extends PublishDependencies {
  readonly blobs: FileBlobStore;
  readonly thumbnails: Thumbnails;
  readonly logger: Logger;
}

/** The posts of the gallery. What the viewer may not see is not there. */
export class Posts {
  readonly #deps: PostDependencies;

  constructor(deps: PostDependencies) {
    this.#deps = deps;
  }

  async list(query: PostQuery, viewer: Viewer | null): Promise<{ items: Post[]; nextCursor: string | null }> {
    return await listPosts(this.#deps.db, query, viewer, this.#deps.now());
  }

  async find(id: string, viewer: Viewer | null): Promise<Post> {
    const row = await requireVisible(this.#deps.db, id, viewer);
    return (await toPosts(this.#deps.db, [row], viewer))[0]!;
  }

  /** The picture behind a media id, or null when the viewer may not see its post. */
  async picture(
    mediaId: string,
    viewer: Viewer | null,
  ): Promise<Pick<PostRow, 'media_key' | 'media_bytes' | 'title'> | null> {
    const row = await this.#deps.db
      .selectFrom('community_posts')
      .select(['media_key', 'media_bytes', 'title', 'status', 'author_id'])
      .where('media_id', '=', mediaId)
      .executeTakeFirst();
    return row && maySee(row, viewer) ? row : null;
  }

  async publish(
    wanted: NewPost,
    viewer: Viewer,
    options: { readonly settings: StoredCommunitySettings; readonly key: string | null },
  ): Promise<Post> {
    const id = await publish(
      wanted,
      {
        authorId: viewer.userId,
        status: mustWait(options.settings, viewer) ? 'pending' : 'published',
        key: options.key,
      },
      this.#deps,
    );
    return await this.find(id, viewer);
  }

  /** @throws {DioramaError} `not-found` also for posts of others. */
  async update(
    id: string,
    patch: z.output<typeof postPatchSchema>,
    viewer: Viewer,
    settings: StoredCommunitySettings,
  ): Promise<Post> {
    const { db } = this.#deps;
    await db.transaction().execute(async (tx) => {
      const row = await requireVisible(tx, id, viewer);
      if (row.author_id !== viewer.userId) throw noPost();
      const title = patch.title ?? row.title;
      const description = patch.description ?? row.description;
      const tags = patch.tags ? [...new Set(patch.tags)] : (readStoredJson(row.tags) as string[]);
      const isSame =
        title === row.title && description === row.description && JSON.stringify(tags) === row.tags;
      if (isSame) return;
      // What was approved are the words that were there then.
      const waitsAgain = row.status === 'published' && mustWait(settings, viewer);
      await tx
        .updateTable('community_posts')
        .set({
          title,
          description,
          tags: JSON.stringify(tags),
          search_text: searchTextOf({ title, description, tags, prompt: row.prompt }),
          ...(waitsAgain ? { status: 'pending' as const } : {}),
        })
        .where('id', '=', id)
        .execute();
      await setTags(tx, row.seq, tags);
    });
    return await this.find(id, viewer);
  }

  /**
   * Takes a post back with everything said about it, then its picture and thumbnails. Once the row is gone nobody sees
   * the picture; what a crash leaves of the files the sweeper finds.
   *
   * @throws {DioramaError} `not-found` also for posts of others.
   */
  async unpublish(id: string, viewer: Viewer): Promise<void> {
    const { db, logger } = this.#deps;
    const row = await db.transaction().execute(async (tx) => {
      const files = await tx
        .selectFrom('community_post_files')
        .select('asset_id')
        .where('post_id', '=', id)
        .execute();
      const gone = await tx
        .deleteFrom('community_posts')
        .where('id', '=', id)
        .where('author_id', '=', viewer.userId)
        .returning('media_key')
        .executeTakeFirst();
      if (!gone) throw noPost();
      // What only the post has kept goes with it.
      await releaseAssets(
        tx,
        viewer.userId,
        files.map((file) => file.asset_id),
      );
      return gone;
    });
    try {
      await dropPicture(row.media_key, Date.now(), this.#deps);
    } catch (thrown) {
      logger.warn({ error: thrown }, 'published-picture-not-deleted');
    }
  }

  /** Liking twice is liking once. @throws {DioramaError} `not-found`. */
  async like(id: string, viewer: Viewer, liked: boolean): Promise<void> {
    const { db, now } = this.#deps;
    await db.transaction().execute(async (tx) => {
      await requireVisible(tx, id, viewer);
      const changed = liked
        ? (
            await tx
              .insertInto('community_likes')
              .values({ post_id: id, user_id: viewer.userId, created_at_ms: now() })
              .onConflict((conflict) => conflict.doNothing())
              .executeTakeFirst()
          ).numInsertedOrUpdatedRows
        : (
            await tx
              .deleteFrom('community_likes')
              .where('post_id', '=', id)
              .where('user_id', '=', viewer.userId)
              .executeTakeFirst()
          ).numDeletedRows;
      if (changed !== 1n) return;
      await tx
        .updateTable('community_posts')
        .set((eb) => ({ likes: eb('likes', liked ? '+' : '-', 1) }))
        .where('id', '=', id)
        .execute();
    });
  }
}

function mustWait({ publishing }: StoredCommunitySettings, viewer: Viewer): boolean {
  return publishing === 'approved' && viewer.role !== 'owner';
}
