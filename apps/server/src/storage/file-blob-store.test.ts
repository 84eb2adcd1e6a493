import { createHash } from 'node:crypto';
import { readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN_OWNER_ID } from '@diorama/contracts';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { assetIdOf } from './asset-id.ts';
import { AssetRepository } from './assets.ts';
import { openDatabase } from './database.ts';
import { FileBlobStore, type WriteStep } from './file-blob-store.ts';
import { GRACE_MS, sweepBlobs } from './sweep-blobs.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function createStore(beforeStep?: (step: WriteStep) => void) {
  const dataDir = temporaryFolder();
  folders.push(dataDir);
  const store = new FileBlobStore(dataDir, beforeStep ? { beforeStep } : {});
  await store.prepare();
  return { dataDir, store };
}

const text = (value: string) => new TextEncoder().encode(value);
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const names = (dataDir: string) => readdirSync(join(dataDir, 'tmp'));

async function all(store: FileBlobStore): Promise<string[]> {
  const keys: string[] = [];
  for await (const blob of store.list()) keys.push(blob.key);
  return keys;
}

describe('FileBlobStore', () => {
  it('gives back any bytes under the hash of them', async () => {
    const { store } = await createStore();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5_000 }), async (bytes) => {
        const { key } = await store.put(bytes);
        expect(key).toBe(sha256(bytes));
        expect(new Uint8Array((await store.read(key))!)).toEqual(bytes);
      }),
      { numRuns: 30 },
    );
  });

  it('stores equal bytes once and renews their age', async () => {
    const { dataDir, store } = await createStore();
    const { key } = await store.put(text('same'));
    const path = join(dataDir, 'blobs', key.slice(0, 2), key.slice(2, 4), key);
    utimesSync(path, 1, 1);
    await store.put(text('same'));
    expect(await all(store)).toEqual([key]);
    expect((await store.head(key))!.modifiedAtMs).toBeGreaterThan(Date.now() - 60_000);
    expect(names(dataDir)).toEqual([]);
  });

  it('replaces a file whose length is wrong', async () => {
    const { dataDir, store } = await createStore();
    const { key } = await store.put(text('whole'));
    writeFileSync(join(dataDir, 'blobs', key.slice(0, 2), key.slice(2, 4), key), 'who');
    await store.put(text('whole'));
    expect(new TextDecoder().decode((await store.read(key))!)).toBe('whole');
  });

  it('streams any range', async () => {
    const { store } = await createStore();
    const { key } = await store.put(text('0123456789'));
    const { stream } = (await store.get(key, { start: 3, end: 6 }))!;
    expect(await new Response(stream).text()).toBe('3456');
    const unread = (await store.get(key))!;
    await unread.stream.cancel();
  });

  it('knows nothing under unknown keys, and takes nothing but hashes as keys', async () => {
    const { store } = await createStore();
    expect(await store.head('0'.repeat(64))).toBeNull();
    expect(await store.get('0'.repeat(64))).toBeNull();
    expect(await store.read('0'.repeat(64))).toBeNull();
    for (const key of ['../x', '', 'A'.repeat(64), `${'0'.repeat(63)}/`, '0'.repeat(65)])
      await expect(store.read(key)).rejects.toThrow(TypeError);
  });

  it('removes what an interrupted write has left when it is prepared', async () => {
    const { dataDir, store } = await createStore();
    await store.stage(chunksOf('half'));
    expect(names(dataDir)).toHaveLength(1);
    await new FileBlobStore(dataDir).prepare();
    expect(names(dataDir)).toEqual([]);
  });

  it('removes the temporary file when the source fails or is aborted', async () => {
    const { dataDir, store } = await createStore();
    await expect(store.stage(failing())).rejects.toThrow('gone');
    const signal = AbortSignal.abort();
    await expect(store.stage(chunksOf('x'), { signal })).rejects.toMatchObject({ name: 'AbortError' });
    expect(names(dataDir)).toEqual([]);
  });

  it.each(['ENOSPC', 'EDQUOT', 'EIO', 'EROFS'])(
    'keeps what is stored and leaves nothing half-written when any step fails with %s',
    async (code) => {
      let failAt = Number.POSITIVE_INFINITY;
      let step = 0;
      const { dataDir, store } = await createStore(() => {
        step += 1;
        if (step === failAt) throw Object.assign(new Error(code), { code, syscall: 'write' });
      });
      const kept = await store.put(text('kept before'));
      let steps = 0;
      for (failAt = 1; ; failAt += 1) {
        step = 0;
        const bytes = text(`new ${code} ${failAt}`);
        const outcome = await store.put(bytes).then(
          () => 'stored',
          (thrown: { code: string }) => thrown.code,
        );
        steps = step;
        expect(names(dataDir)).toEqual([]);
        expect(await store.read(kept.key)).not.toBeNull();
        for (const key of await all(store)) expect(sha256((await store.read(key))!)).toBe(key);
        if (outcome === 'stored') break;
        expect(outcome).toBe(code === 'ENOSPC' || code === 'EDQUOT' ? 'storage-full' : 'storage-failed');
        // The space is back: the same bytes can be stored.
        failAt += 1_000;
        await store.put(bytes);
        failAt -= 1_000;
      }
      expect(steps).toBeGreaterThanOrEqual(6);
    },
  );
});

describe('sweepBlobs', () => {
  it('deletes old files without a record, and nothing else', async () => {
    const { dataDir, store } = await createStore();
    const db = openDatabase(join(dataDir, 'diorama.db'));
    const assets = new AssetRepository(db);
    const old = new Date(Date.now() - GRACE_MS - 60_000);
    const put = async (content: string, options: { aged: boolean; recorded: boolean }) => {
      const { key, bytes } = await store.put(text(content));
      if (options.recorded)
        await assets
          .of(BUILT_IN_OWNER_ID)
          .addUpload({ id: assetIdOf(key), kind: 'image', mediaType: 'image/png', bytes });
      if (options.aged) utimesSync(join(dataDir, 'blobs', key.slice(0, 2), key.slice(2, 4), key), old, old);
      return key;
    };
    const gone = await put('old and unknown', { aged: true, recorded: false });
    const stay = [
      await put('old and known', { aged: true, recorded: true }),
      await put('new and unknown', { aged: false, recorded: false }),
    ];
    const again = await put('old but put again', { aged: true, recorded: false });
    await store.put(text('old but put again'));
    const isNamed = async (key: string) => (await assets.find(assetIdOf(key))) !== null;
    expect(await sweepBlobs(store, isNamed, { now: Date.now() })).toEqual({ deleted: 1 });
    expect((await all(store)).sort()).toEqual([...stay, again].sort());
    expect(await store.head(gone)).toBeNull();
    await db.destroy();
  });
});

async function* chunksOf(content: string): AsyncGenerator<Uint8Array> {
  yield text(content);
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield text('some');
  throw new Error('gone');
}
