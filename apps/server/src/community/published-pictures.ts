import { randomBytes } from 'node:crypto';
import type { Thumbnails } from '../http/thumbnails.ts';
import { assetIdOf } from '../storage/asset-id.ts';
import type { BlobKey } from '../storage/blob-store.ts';
import type { Database } from '../storage/database.ts';
import type { FileBlobStore } from '../storage/file-blob-store.ts';

/** 160 random bits: nobody comes upon a picture by trying. */
export function newMediaId(): string {
  return randomBytes(20).toString('hex');
}

/** Whether a post or a recipe shows the picture with this key. */
async function isPublishedPicture(db: Database, key: BlobKey): Promise<boolean> {
  const [post, recipe] = await Promise.all([
    db.selectFrom('community_posts').select('seq').where('media_key', '=', key).executeTakeFirst(),
    db.selectFrom('recipes').select('seq').where('picture_key', '=', key).executeTakeFirst(),
  ]);
  return post !== undefined || recipe !== undefined;
}

/** Whether any record at all names the file with this key: the sweeper leaves it alone then. */
export async function isNamedByARecord(db: Database, key: BlobKey): Promise<boolean> {
  const asset = await db
    .selectFrom('assets')
    .select('id')
    .where('id', '=', assetIdOf(key))
    .executeTakeFirst();
  return asset !== undefined || (await isPublishedPicture(db, key));
}

export interface PictureDependencies {
  readonly db: Database;
  readonly blobs: FileBlobStore;
  readonly thumbnails: Thumbnails;
}

/**
 * Deletes a published picture and its thumbnails as soon as no record names it any more. Bytes are stored once,
 * whoever has them: another post may show the same picture, and somebody may have downloaded and uploaded it.
 *
 * To be called after the record is gone for good. Where this is not reached the sweeper finds the file.
 *
 * @param beganMs When the record was taken away: what was put again since belongs to somebody else.
 */
export async function dropPicture(
  key: BlobKey,
  beganMs: number,
  { db, blobs, thumbnails }: PictureDependencies,
): Promise<void> {
  if (!(await isPublishedPicture(db, key))) await thumbnails.forget(key);
  if (!(await isNamedByARecord(db, key))) blobs.deleteIfOlderThan(key, beganMs);
}
