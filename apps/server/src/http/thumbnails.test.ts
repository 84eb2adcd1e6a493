import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { encodePng } from '../__fixtures__/test-engine.ts';
import { temporaryFolder } from '../__fixtures__/test-server.ts';
import { FileBlobStore } from '../storage/file-blob-store.ts';
import { Thumbnails } from './thumbnails.ts';

const dataDir = temporaryFolder();
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function cached(): string[] {
  return readdirSync(join(dataDir, 'cache', 'thumbnails'), { recursive: true })
    .map(String)
    .filter((name) => name.includes('.'))
    .sort();
}

it('forgets a picture at once, also what is being made, and sweeps those whose picture is gone', async () => {
  const blobs = new FileBlobStore(dataDir);
  await blobs.prepare();
  const thumbnails = new Thumbnails(dataDir, blobs);
  const [first, second] = [
    await blobs.put(encodePng(300, 200, [1, 2, 3])),
    await blobs.put(encodePng(300, 200, [3, 2, 1])),
  ];
  await thumbnails.get(first.key, 96, 'webp');
  const making = thumbnails.get(first.key, 192, 'jpeg');
  await thumbnails.get(second.key, 96, 'webp');
  await Promise.all([making, thumbnails.forget(first.key)]);
  expect(cached()).toEqual([join(second.key.slice(0, 2), `${second.key}-96.webp`)]);

  await thumbnails.get(first.key, 96, 'webp');
  writeFileSync(
    join(dataDir, 'cache', 'thumbnails', first.key.slice(0, 2), `${first.key}-96.webp.half`),
    'x',
  );
  await blobs.delete(first.key);
  expect(await thumbnails.sweep()).toBe(2);
  expect(cached()).toEqual([join(second.key.slice(0, 2), `${second.key}-96.webp`)]);
});
