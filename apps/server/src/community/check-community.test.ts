import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Post } from '@diorama/contracts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { GRACE_MS, sweepBlobs } from '../storage/sweep-blobs.ts';
import { createGallery, type Gallery } from './__fixtures__/gallery.ts';
import { checkCommunity, publishedKeys } from './check-community.ts';
import { isNamedByARecord } from './published-pictures.ts';

let gallery: Gallery;
beforeAll(async () => {
  gallery = await createGallery();
});
afterAll(() => gallery.close());

const sweep = () =>
  sweepBlobs(gallery.blobs, (key) => isNamedByARecord(gallery.db, key), { now: Date.now() });
const pathOf = (key: string) => join(gallery.dataDir, 'blobs', key.slice(0, 2), key.slice(2, 4), key);

async function publishedKey(post: Post): Promise<string> {
  const row = await gallery.db
    .selectFrom('community_posts')
    .select('media_key')
    .where('id', '=', post.id)
    .executeTakeFirstOrThrow();
  return row.media_key;
}

it('knows the pictures of posts and recipes, and sweeps what a crash has left of one that was taken back', async () => {
  const { owner } = gallery;
  const post = await gallery.show(owner);
  const generation = await gallery.makeImage(owner);
  await owner.api('/recipes', {
    json: { content: { title: 'T', prompt: 'x' }, picture: { generation: generation.id } },
  });
  const database = new DatabaseSync(join(gallery.dataDir, 'diorama.db'), { readOnly: true });
  const keys = publishedKeys(database);
  expect(keys).toHaveLength(2);
  expect(keys).toContain(await publishedKey(post));
  expect(checkCommunity(database).ok).toBe(true);

  const old = new Date(Date.now() - GRACE_MS - 60_000);
  for (const key of keys) utimesSync(pathOf(key), old, old);
  expect((await sweep()).deleted).toBe(0);
  const key = await publishedKey(post);
  await gallery.api(post.image.url.replace('/api/v1', ''));
  await owner.api(`${post.image.url.replace('/api/v1', '')}?width=96`);
  // The row went, and then the lights.
  await gallery.db.deleteFrom('community_posts').where('id', '=', post.id).execute();
  expect((await sweep()).deleted).toBe(1);
  expect(await gallery.blobs.head(key)).toBeNull();
  expect(await gallery.thumbnails.sweep()).toBe(1);

  await gallery.show(owner);
  await gallery.db.updateTable('community_posts').set({ comments: 3 }).execute();
  expect(checkCommunity(database)).toMatchObject({ ok: false, check: 'likes and comments' });
  database.close();
});

it('says nothing about a database that had no community yet', () => {
  const file = join(gallery.dataDir, 'old.db');
  const database = new DatabaseSync(file);
  expect(publishedKeys(database)).toEqual([]);
  expect(checkCommunity(database).ok).toBe(true);
  database.close();
  rmSync(file);
});
