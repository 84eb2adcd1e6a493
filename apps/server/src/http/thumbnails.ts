import { hash, randomUUID } from 'node:crypto';
import { mkdir, opendir, readFile, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DioramaError } from '@diorama/contracts';
import type { BlobKey, BlobStore } from '../storage/blob-store.ts';
import { openImage } from './inspect-image.ts';
import { RecentBytes } from './recent-bytes.ts';
import { Turnstile } from './turnstile.ts';

/** Widths that exist. Others are rounded up, so that asking for every number cannot fill the disk. */
const THUMBNAIL_WIDTHS = [96, 192, 384, 768, 1536] as const;

const THUMBNAIL_FORMATS = ['webp', 'jpeg'] as const;
export type ThumbnailFormat = (typeof THUMBNAIL_FORMATS)[number];

/** Memory for thumbnails that were asked for last: a few grids full. */
const RECENT_BYTES = 24 * 1024 * 1024;

/** What a thumbnail is kept as; everything else in the folder is on its way there. */
const KEPT_NAME = /^[0-9a-f]{64}-\d+\.(webp|jpeg)$/;

/** Where the pictures are that thumbnails are made of. */
export type PictureSource = Pick<BlobStore, 'read' | 'head'>;

export interface Thumbnail {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly etag: string;
}

function nameOf(key: BlobKey, width: number, format: ThumbnailFormat): string {
  return `${key}-${width}.${format}`;
}

/** Names what the bytes are made from, so it stands before they are made; hashed, for a key is nobody's business. */
function etagOf(name: string): string {
  return `"${hash('sha256', name).slice(0, 32)}"`;
}

function thumbnailWidth(asked: number): number {
  return THUMBNAIL_WIDTHS.find((width) => width >= asked) ?? THUMBNAIL_WIDTHS.at(-1)!;
}

/**
 * Small versions of stored images, made when first asked for and kept in `cache/thumbnails`, which may be deleted at
 * any time. They are encoded anew, so nothing of the original file but its pixels is in them.
 */
export class Thumbnails {
  readonly #dir: string;
  readonly #blobs: PictureSource;
  readonly #turns = new Turnstile(2);
  readonly #recent = new RecentBytes(RECENT_BYTES);
  readonly #inProgress = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  /** @param folder Below `cache`; pictures of another source need another one. */
  constructor(dataDir: string, blobs: PictureSource, folder = 'thumbnails') {
    this.#dir = join(dataDir, 'cache', folder);
    this.#blobs = blobs;
  }

  /** The same for all widths that are rounded up to one; known before the thumbnail is made. */
  etagOf(key: BlobKey, askedWidth: number, format: ThumbnailFormat): string {
    return etagOf(nameOf(key, thumbnailWidth(askedWidth), format));
  }

  /** @throws {DioramaError} `not-found` when the blob is gone, `invalid-image` when it cannot be decoded. */
  async get(key: BlobKey, askedWidth: number, format: ThumbnailFormat): Promise<Thumbnail> {
    const width = thumbnailWidth(askedWidth);
    const name = nameOf(key, width, format);
    const bytes = this.#recent.get(name) ?? (await this.#read(name, { key, width, format }));
    return { bytes, mediaType: `image/${format}`, etag: etagOf(name) };
  }

  async #read(
    name: string,
    wanted: { key: BlobKey; width: number; format: ThumbnailFormat },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const path = this.#pathOf(name);
    const bytes = (await readCached(path)) ?? (await this.#makeOnce(name, path, wanted));
    this.#recent.set(name, bytes);
    return bytes;
  }

  /** Deletes what is kept of a picture, that which is being made right now included. */
  async forget(key: BlobKey): Promise<void> {
    const making = [...this.#inProgress].filter(([name]) => name.startsWith(key)).map(([, made]) => made);
    await Promise.allSettled(making);
    for (const width of THUMBNAIL_WIDTHS)
      for (const format of THUMBNAIL_FORMATS) {
        await removeFile(this.#pathOf(nameOf(key, width, format)));
        this.#recent.delete(nameOf(key, width, format));
      }
  }

  /**
   * Deletes what is kept of pictures that are not stored any more: a picture that was taken back must not live on in
   * a cache.
   *
   * @returns How many files were deleted.
   */
  async sweep(signal?: AbortSignal): Promise<number> {
    let deleted = 0;
    for (const folder of await namesIn(this.#dir))
      for (const name of await namesIn(join(this.#dir, folder))) {
        if (signal?.aborted) return deleted;
        const [key = ''] = name.split('-');
        // What is no name of ours is half a write that a crash has left.
        const isKept = KEPT_NAME.test(name)
          ? (await this.#blobs.head(key)) !== null
          : this.#isBeingMade(name);
        if (isKept) continue;
        await removeFile(join(this.#dir, folder, name));
        this.#recent.delete(name);
        deleted += 1;
      }
    return deleted;
  }

  #isBeingMade(temporaryName: string): boolean {
    return [...this.#inProgress.keys()].some((name) => temporaryName.startsWith(name));
  }

  #pathOf(name: string): string {
    return join(this.#dir, name.slice(0, 2), name);
  }

  async #makeOnce(
    name: string,
    path: string,
    wanted: { key: BlobKey; width: number; format: ThumbnailFormat },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const begun = this.#inProgress.get(name);
    if (begun) return await begun;
    const made = this.#turns
      .take(() => this.#make(path, wanted))
      .finally(() => this.#inProgress.delete(name));
    this.#inProgress.set(name, made);
    return await made;
  }

  async #make(
    path: string,
    { key, width, format }: { key: BlobKey; width: number; format: ThumbnailFormat },
  ): Promise<Uint8Array<ArrayBuffer>> {
    const original = await this.#blobs.read(key);
    if (!original) throw new DioramaError('not-found');
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      const image = await openImage(original);
      const small = image.autoOrient().resize({ width, withoutEnlargement: true }).toColourspace('srgb');
      const encoded =
        format === 'webp'
          ? small.webp({ quality: 82, effort: 3 })
          : small.flatten({ background: '#ffffff' }).jpeg({ quality: 84 });
      bytes = new Uint8Array(await encoded.toBuffer());
    } catch (thrown) {
      throw new DioramaError('invalid-image', undefined, { cause: thrown });
    }
    await keep(path, bytes);
    return bytes;
  }
}

async function readCached(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await readFile(path);
  } catch {
    return null;
  }
}

/** A cache that cannot be written only costs time: the picture is shown all the same. */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}`;
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch {}
}

/** Empty when there is no such folder. */
async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(folder)) names.push(entry.name);
  } catch {}
  return names;
}

async function removeFile(path: string): Promise<void> {
  await unlink(path).catch(() => {});
}
