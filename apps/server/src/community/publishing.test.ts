import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Post, type Problem, postPageSchema, remixSchema } from '@diorama/contracts';
import { listMetadata } from '@diorama/metadata';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestAccount } from '../__fixtures__/test-accounts.ts';
import { encodePng } from '../__fixtures__/test-engine.ts';
import { assetIdOf, blobKeyOf } from '../storage/asset-id.ts';
import { grantAssets } from '../storage/assets.ts';
import { createGallery, type Gallery } from './__fixtures__/gallery.ts';

let gallery: Gallery;
let mia: TestAccount;
let noa: TestAccount;
beforeAll(async () => {
  gallery = await createGallery();
  await gallery.set({ publishing: 'members' });
  [mia, noa] = [await gallery.join('Mia'), await gallery.join('Noa')];
});
afterAll(() => gallery.close());

const CANARY = 'canary-3f9a';

/** A file that tells everything, in every place that a PNG has. */
async function talkativePng(): Promise<Uint8Array> {
  const plain = await sharp(encodePng(3000, 1500, [200, 40, 90]))
    .withExif({
      IFD0: { Artist: CANARY },
      IFD3: { GPSLatitude: '51/1 30/1 0/1', GPSLatitudeRef: 'N', GPSLongitude: '0/1 7/1 0/1' },
    })
    .withXmp(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><a>${CANARY}</a></x:xmpmeta>`)
    .withIccProfile('p3')
    .png()
    .toBuffer();
  const { writeChunks, readChunks } = await import('@diorama/metadata');
  const text = (keyword: string) => ({
    type: 'tEXt',
    data: new Uint8Array(Buffer.from(`${keyword}\0${CANARY} {"seed":4711}`, 'latin1')),
  });
  const chunks = readChunks(plain);
  const talkative = writeChunks([
    chunks[0]!,
    ...['prompt', 'workflow', 'parameters'].map(text),
    ...chunks.slice(1),
  ]);
  return Buffer.concat([talkative, Buffer.from(`<script>alert("${CANARY}")</script>`)]);
}

/** A finished image whose file is this one. */
async function imageOf(account: TestAccount, bytes: Uint8Array, request: object = {}) {
  const generation = await gallery.makeImage(account, request);
  const { key, bytes: size } = await gallery.blobs.put(bytes);
  const asset_id = assetIdOf(key);
  await gallery.db.transaction().execute(async (tx) => {
    await tx
      .insertInto('assets')
      .values({
        id: asset_id,
        kind: 'image',
        media_type: 'image/png',
        bytes: size,
        width: 3000,
        height: 1500,
        uploaded: 0,
        created_at: new Date().toISOString(),
      })
      .execute();
    await grantAssets(tx, account.id, [asset_id], { uploaded: false });
    await tx.updateTable('outputs').set({ asset_id }).where('generation_id', '=', generation.id).execute();
  });
  return { ...generation, asset: asset_id };
}

function riffChunks(webp: Uint8Array): string[] {
  const view = Buffer.from(webp);
  expect(view.toString('latin1', 0, 4) + view.toString('latin1', 8, 12)).toBe('RIFFWEBP');
  expect(view.readUInt32LE(4) + 8).toBe(view.byteLength);
  const types: string[] = [];
  for (let at = 12; at < view.byteLength; ) {
    types.push(view.toString('latin1', at, at + 4));
    const bytes = view.readUInt32LE(at + 4);
    at += 8 + bytes + (bytes % 2);
  }
  return types;
}

describe('a published picture', () => {
  it('has nothing of the file that it was made from but the pixels', async () => {
    const generation = await imageOf(mia, await talkativePng());
    const response = await gallery.publish(mia, { generation: generation.id, title: 'Chair' });
    expect(response.status).toBe(201);
    const post = (await response.json()) as Post;
    expect(post.image).toMatchObject({ width: 2048, height: 1024 });
    const { url } = post.image;
    for (const query of ['', '?width=300', '?width=1536']) {
      const bytes = await gallery.bytesOf(mia, url + query);
      const metadata = await listMetadata(bytes);
      const text = Buffer.from(bytes).toString('latin1');
      for (const word of [CANARY, 'GPS', '4711', '<script', 'a red chair', generation.id, generation.asset])
        expect(text.includes(word), `${word} in ${query}`).toBe(false);
      if (query === '') {
        expect(riffChunks(bytes).filter((type) => type !== 'ALPH')).toEqual(['VP8X', 'VP8 ', 'XMP ']);
        expect(metadata.map(({ kind }) => kind)).toEqual(['xmp']);
        expect(metadata[0]?.text).toContain('digitalsourcetype/trainedAlgorithmicMedia');
        const properties = metadata[0]!.text!.match(/(?<= )(?!xmlns)\w+:\w+="[^"]*"/g) ?? [];
        expect(properties).toEqual([
          'rdf:about=""',
          'xmp:CreatorTool="Diorama"',
          expect.stringMatching(/^Iptc4xmpExt:DigitalSourceType="http:[\w/.]+"$/),
        ]);
        expect(metadata[0]!.text!.replace(/<[^>]*>/g, '').trim()).toBe('');
        const [{ r, g, b }] = [(await sharp(bytes).stats()).dominant];
        expect(Math.hypot(r - 200, g - 40, b - 90)).toBeLessThan(24);
      } else expect(metadata).toEqual([]);
    }
  });

  it('is answered as a picture and nothing else, and asked for anew each time', async () => {
    const post = await gallery.show(mia);
    const path = post.image.url.replace('/api/v1', '');
    const response = await noa.api(path);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'private, no-cache',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': 'inline',
      'x-content-type-options': 'nosniff',
    });
    const etag = response.headers.get('etag')!;
    expect((await noa.api(path, { headers: { 'if-none-match': etag } })).status).toBe(304);
    const small = await noa.api(`${path}?width=96`, { headers: { accept: 'image/jpeg' } });
    expect(small.headers.get('content-type')).toBe('image/jpeg');
    const tag = small.headers.get('etag')!;
    const again = await noa.api(`${path}?width=96`, {
      headers: { accept: 'image/jpeg', 'if-none-match': tag },
    });
    expect(again.status).toBe(304);
    const saved = await noa.api(`${path}?download=${encodeURIComponent('../evil"\r\nX: y.html')}`);
    expect(saved.headers.get('content-disposition')).toMatch(/^attachment; filename="[^"\r\n/]+\.webp"/);
  });

  it('is reached by a random address alone, and leads to nothing else', async () => {
    const { scene, model } = await gallery.uploadScene(mia);
    const reference = await gallery.uploadPicture(mia);
    const capture = await gallery.uploadPicture(mia);
    const generation = await gallery.makeImage(mia, {
      canvas: { scene: scene.id, capture: capture.id },
      references: [{ asset: reference.id, role: 'style' }],
    });
    const post = (await (await gallery.publish(mia, { generation: generation.id })).json()) as Post;
    expect(post.image.url).toMatch(/^\/api\/v1\/community\/media\/[0-9a-f]{40}$/);
    const stored = await gallery.db
      .selectFrom('community_posts')
      .select('media_key')
      .where('id', '=', post.id)
      .executeTakeFirstOrThrow();
    const output = generation.outputs[0]!.asset;
    const secret = [output, scene.id, model.id, reference.id, capture.id, generation.id];
    for (const path of [`/community/posts/${post.id}`, '/community/posts']) {
      const text = await (await noa.api(path)).text();
      for (const id of [...secret, ...secret.map(blobKeyOf), stored.media_key])
        expect(text.includes(id), id).toBe(false);
    }
    for (const id of [output, scene.id, model.id, reference.id, capture.id, assetIdOf(stored.media_key)])
      expect((await noa.api(`/assets/${id}`)).status).toBe(404);
    for (const id of [stored.media_key, stored.media_key.slice(0, 40), post.id])
      expect((await noa.api(`/community/media/${id}`)).status).not.toBe(200);
  });
});

describe('what is shared', () => {
  const canvasOf = async (account: TestAccount) => {
    const { scene, model } = await gallery.uploadScene(account);
    const capture = await gallery.uploadPicture(account);
    const camera = { position: [3, 2, 4], target: [0, 0.6, 0], fovYDegrees: 35 } as const;
    return { scene, model, capture, camera };
  };

  it('is what the author chose: everything else is in no answer', async () => {
    const { scene, capture, camera } = await canvasOf(mia);
    const reference = await gallery.uploadPicture(mia);
    const request = {
      prompt: `${CANARY}-prompt`,
      negativePrompt: `${CANARY}-negative`,
      seed: 987_654_321,
      project: `${CANARY}-project`,
      sceneNotes: `${CANARY}-notes`,
      options: { secretOption: CANARY },
      canvas: { scene: scene.id, capture: capture.id, camera },
      references: [{ asset: reference.id, role: 'palette' }],
    };
    const generation = await gallery.makeImage(mia, request);
    const share = { prompt: false, settings: false, scene: false, references: false };
    const post = (await (await gallery.publish(mia, { generation: generation.id, share })).json()) as Post;
    expect(post).toMatchObject({ prompt: null, settings: null, look: null, hasScene: false, references: [] });
    const answers = [
      JSON.stringify(post),
      await (await noa.api(`/community/posts/${post.id}`)).text(),
      await (await noa.api(`/community/posts?author=${mia.id}`)).text(),
      await (await noa.api(`/community/posts/${post.id}/remix`, { method: 'POST' })).text(),
    ].join();
    for (const word of [CANARY, '987654321', scene.id, reference.id, capture.id])
      expect(answers.includes(word), word).toBe(false);
    // Nor is it found by what was not shared.
    const found = await noa.api(`/community/posts?q=${CANARY}`);
    expect(postPageSchema.parse(await found.json()).items).toEqual([]);

    const remix = remixSchema.parse(
      await (await noa.api(`/community/posts/${post.id}/remix`, { method: 'POST' })).json(),
    );
    expect(remix.missing).toEqual(['the prompt', 'the settings', 'the scene', 'the references']);
    expect(remix.request).toMatchObject({
      prompt: '',
      canvas: null,
      references: [],
      seed: null,
      aspectRatio: '16:9',
      lineage: { post: post.id, how: 'remix' },
    });
  });

  it('lets a remix have the scene with its models, the camera and the references, and never the capture', async () => {
    const { scene, model, capture, camera } = await canvasOf(mia);
    const reference = await gallery.uploadPicture(mia);
    const post = await gallery.show(
      mia,
      { share: { prompt: true, settings: true, scene: true, references: true } },
      {
        prompt: 'a green lamp',
        negativePrompt: 'people',
        size: 512,
        aspectRatio: '1:1',
        seed: 7,
        project: 'Client',
        canvas: { scene: scene.id, capture: capture.id, camera, viewportRatio: 1.5 },
        references: [{ asset: reference.id, role: 'palette' }],
      },
    );
    expect(post).toMatchObject({
      prompt: 'a green lamp',
      settings: { engine: 'test', seed: 7, size: 512, negativePrompt: 'people', aspectRatio: '1:1' },
      hasScene: true,
      references: ['palette'],
    });
    for (const { id } of [scene, model, reference]) expect((await noa.api(`/assets/${id}`)).status).toBe(404);
    const response = await noa.api(`/community/posts/${post.id}/remix`, { method: 'POST' });
    const { request, missing } = remixSchema.parse(await response.json());
    expect(missing).toEqual([]);
    expect(request).toMatchObject({
      prompt: 'a green lamp',
      negativePrompt: 'people',
      canvas: { scene: scene.id, camera, viewportRatio: 1.5 },
      references: [{ asset: reference.id, role: 'palette' }],
      engine: 'test',
      aspectRatio: '1:1',
      size: 512,
      seed: null,
      project: null,
    });
    expect(request.canvas?.capture).toBeUndefined();
    for (const { id } of [scene, model, reference]) expect((await noa.api(`/assets/${id}`)).status).toBe(200);
    expect((await noa.api(`/assets/${capture.id}`)).status).toBe(404);

    // The request is one that the server takes, and its image leads back to the post.
    const own = await gallery.makeImage(noa, request);
    expect(own.status).toBe('succeeded');
    const child = (await (await gallery.publish(noa, { generation: own.id })).json()) as Post;
    expect(child.remixOf).toMatchObject({ id: post.id, author: { name: 'Mia' } });
    const parent = (await (await noa.api(`/community/posts/${post.id}`)).json()) as Post;
    expect(parent.remixes).toBe(1);
    const remixes = await noa.api(`/community/posts?remixOf=${post.id}`);
    expect(postPageSchema.parse(await remixes.json()).items.map(({ id }) => id)).toEqual([child.id]);

    // Another try of it is a remix too.
    const retried = (await (await noa.api(`/generations/${own.id}/retry`, { method: 'POST' })).json()) as {
      id: string;
    };
    await gallery.finished(retried.id);
    const second = (await (await gallery.publish(noa, { generation: retried.id })).json()) as Post;
    expect(second.remixOf?.id).toBe(post.id);

    // The parent goes, the remixes and what they were given stay.
    expect((await mia.api(`/community/posts/${post.id}`, { method: 'DELETE' })).status).toBe(204);
    const orphan = (await (await noa.api(`/community/posts/${child.id}`)).json()) as Post;
    expect(orphan.remixOf).toBeNull();
    expect((await noa.api(`/assets/${scene.id}`)).status).toBe(200);
    expect((await noa.api(`/community/posts/${post.id}/remix`, { method: 'POST' })).status).toBe(404);
  });

  it('stays with the post when what it was made from is deleted for good', async () => {
    const first = await gallery.makeImage(mia, { seed: 31_337 });
    const reference = first.outputs[0]!.asset;
    const generation = await gallery.makeImage(mia, { references: [{ asset: reference }] });
    const share = { references: true };
    const post = (await (await gallery.publish(mia, { generation: generation.id, share })).json()) as Post;
    for (const { id } of [first, generation])
      expect((await mia.api(`/generations/${id}`, { method: 'DELETE' })).status).toBe(204);
    await mia.api('/history/purge', { json: { ids: null } });
    expect((await gallery.bytesOf(noa, post.image.url)).byteLength).toBeGreaterThan(0);
    expect((await noa.api(post.image.url.replace('/api/v1', ''))).status).toBe(200);
    const response = await noa.api(`/community/posts/${post.id}/remix`, { method: 'POST' });
    const { request } = remixSchema.parse(await response.json());
    expect(request.references[0]?.asset).toBe(reference);
    expect((await noa.api(`/assets/${reference}`)).status).toBe(200);
  });
});

describe('taking a post back', () => {
  const thumbnailsOf = (key: string) => {
    try {
      return readdirSync(join(gallery.dataDir, 'cache', 'thumbnails', key.slice(0, 2))).filter((name) =>
        name.startsWith(key),
      );
    } catch {
      return [];
    }
  };
  const keyOf = async (post: Post) =>
    (
      await gallery.db
        .selectFrom('community_posts')
        .select('media_key')
        .where('id', '=', post.id)
        .executeTakeFirstOrThrow()
    ).media_key;

  it('takes the picture, its thumbnails and everything said about it away at once', async () => {
    const post = await gallery.show(mia);
    const key = await keyOf(post);
    const path = post.image.url.replace('/api/v1', '');
    await noa.api(`${path}?width=96`);
    await noa.api(`/community/posts/${post.id}/like`, { method: 'PUT' });
    await noa.api(`/community/posts/${post.id}/comments`, { json: { text: 'nice' } });
    await noa.api(`/community/posts/${post.id}/reports`, { json: { reason: 'spam' } });
    expect(thumbnailsOf(key)).toHaveLength(1);
    expect((await noa.api(`/community/posts/${post.id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await mia.api(`/community/posts/${post.id}`, { method: 'DELETE' })).status).toBe(204);
    for (const gone of [path, `${path}?width=96`, `/community/posts/${post.id}`])
      for (const account of [mia, noa, gallery.owner]) expect((await account.api(gone)).status).toBe(404);
    expect(await gallery.blobs.head(key)).toBeNull();
    expect(thumbnailsOf(key)).toEqual([]);
    for (const table of ['community_likes', 'community_comments', 'community_reports'] as const) {
      const rows = await gallery.db.selectFrom(table).selectAll().where('post_id', '=', post.id).execute();
      expect(rows).toEqual([]);
    }
  });

  it('leaves bytes that somebody else has as well', async () => {
    const generation = await gallery.makeImage(mia, { seed: 123_123 });
    const posts: Post[] = [];
    for (let count = 0; count < 2; count += 1)
      posts.push((await (await gallery.publish(mia, { generation: generation.id })).json()) as Post);
    const key = await keyOf(posts[0]!);
    expect(await keyOf(posts[1]!)).toBe(key);
    await mia.api(`/community/posts/${posts[0]!.id}`, { method: 'DELETE' });
    const saved = await gallery.bytesOf(noa, posts[1]!.image.url);
    expect(saved.byteLength).toBeGreaterThan(0);
    const upload = await gallery.upload(noa, saved);
    await mia.api(`/community/posts/${posts[1]!.id}`, { method: 'DELETE' });
    expect((await noa.api(`/assets/${upload.id}`)).status).toBe(200);
  });
});

describe('publishing', () => {
  it('is for finished images of one’s own', async () => {
    const generation = await gallery.makeImage(mia);
    expect((await gallery.publish(noa, { generation: generation.id })).status).toBe(404);
    expect((await gallery.publish(mia, { generation: generation.id, image: 1 })).status).toBe(404);
    const failed = await gallery.makeImage(mia, { prompt: 'fail' });
    expect((await gallery.publish(mia, { generation: failed.id })).status).toBe(404);
    await mia.api(`/generations/${generation.id}`, { method: 'DELETE' });
    expect((await gallery.publish(mia, { generation: generation.id })).status).not.toBe(201);
  });

  it('happens once for one Idempotency-Key, also when two come at once', async () => {
    const generation = await gallery.makeImage(mia);
    const headers = { 'idempotency-key': 'once' };
    const answers = await Promise.all(
      Array.from({ length: 3 }, () => gallery.publish(mia, { generation: generation.id }, headers)),
    );
    const ids = await Promise.all(answers.map(async (answer) => ((await answer.json()) as Post).id));
    expect(new Set(ids).size).toBe(1);
    const other = await gallery.publish(mia, { generation: generation.id, title: 'Other' }, headers);
    expect(((await other.json()) as Problem).code).toBe('idempotency-conflict');
    await mia.api(`/community/posts/${ids[0]}`, { method: 'DELETE' });
    const late = await gallery.publish(mia, { generation: generation.id }, headers);
    expect(late.status).toBe(409);
  });
});

it('publishes nothing when the disk is full, and everything once there is room', async () => {
  let isFull = false;
  const small = await createGallery({
    beforeStep: (step) => {
      if (isFull && step === 'write') throw Object.assign(new Error('no space'), { code: 'ENOSPC' });
    },
  });
  try {
    const generation = await small.makeImage(small.owner);
    isFull = true;
    const headers = { 'idempotency-key': 'full' };
    const refused = await small.publish(small.owner, { generation: generation.id }, headers);
    expect(refused.status).toBe(507);
    expect(await small.db.selectFrom('community_posts').selectAll().execute()).toEqual([]);
    isFull = false;
    expect((await small.publish(small.owner, { generation: generation.id }, headers)).status).toBe(201);
  } finally {
    await small.close();
  }
});
