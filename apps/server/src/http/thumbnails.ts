import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DioramaError } from '@diorama/contracts';
import type { BlobKey, BlobStore } from '../storage/blob-store.ts';
import { openImage } from './inspect-image.ts';
import { Turnstile } from './turnstile.ts';

/** Widths that exist. Others are rounded up, so that asking for every number cannot fill the disk. */
const THUMBNAIL_WIDTHS = [96, 192, 384, 768, 1536] as const;

export type ThumbnailFormat = 'webp' | 'jpeg';

export interface Thumbnail {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly mediaType: string;
  readonly etag: string;
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
  readonly #blobs: BlobStore;
  readonly #turns = new Turnstile(2);
  readonly #inProgress = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();

  constructor(dataDir: string, blobs: BlobStore) {
    this.#dir = join(dataDir, 'cache', 'thumbnails');
    this.#blobs = blobs;
  }

  /** @throws {DioramaError} `not-found` when the blob is gone, `invalid-image` when it cannot be decoded. */
  async get(key: BlobKey, askedWidth: number, format: ThumbnailFormat): Promise<Thumbnail> {
    const width = thumbnailWidth(askedWidth);
    const name = `${key}-${width}.${format}`;
    const path = join(this.#dir, key.slice(0, 2), name);
    const bytes = (await readCached(path)) ?? (await this.#makeOnce(name, path, { key, width, format }));
    return {
      bytes,
      mediaType: `image/${format}`,
      etag: `"${createHash('sha256').update(name).digest('hex').slice(0, 32)}"`,
    };
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
