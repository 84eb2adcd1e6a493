import { createHash, randomUUID } from 'node:crypto';
import { constants, statSync, unlinkSync } from 'node:fs';
import {
  access,
  mkdir,
  open,
  opendir,
  readFile,
  rename,
  stat,
  statfs,
  unlink,
  utimes,
} from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type BlobInfo,
  type BlobKey,
  type BlobStore,
  type ByteRange,
  isBlobKey,
  type StagedBlob,
} from './blob-store.ts';
import { toStorageError } from './errors.ts';

/** The steps of a write, in order. A test makes any of them fail. */
export type WriteStep = 'open' | 'write' | 'sync' | 'create-folder' | 'rename' | 'sync-folder';

export interface FileBlobStoreOptions {
  /** Called before each step; throws what the operating system would throw. For tests of full and failing disks. */
  readonly beforeStep?: (step: WriteStep) => void;
}

/** Below this much free space a write is likely to fail half-way. */
const LOW_SPACE_BYTES = 32 * 1024 * 1024;
const READ_CHUNK_BYTES = 256 * 1024;

/**
 * Blobs as files `blobs/ab/cd/<key>` under the data folder.
 *
 * Write order: temporary file, fsync, rename, fsync of the folder. So a file under its final name is always complete,
 * and after `commit` it is also durable.
 */
export class FileBlobStore implements BlobStore {
  readonly #blobsDir: string;
  readonly #temporaryDir: string;
  readonly #beforeStep: (step: WriteStep) => void;

  constructor(dataDir: string, options: FileBlobStoreOptions = {}) {
    this.#blobsDir = join(dataDir, 'blobs');
    this.#temporaryDir = join(dataDir, 'tmp');
    this.#beforeStep = options.beforeStep ?? (() => {});
  }

  /** Creates the folders and removes what writes that never finished have left. Call before the first write only. */
  async prepare(): Promise<void> {
    await mkdir(this.#blobsDir, { recursive: true });
    await mkdir(this.#temporaryDir, { recursive: true });
    for await (const entry of await opendir(this.#temporaryDir))
      await unlink(join(this.#temporaryDir, entry.name));
  }

  async stage(
    source: AsyncIterable<Uint8Array>,
    options: { signal?: AbortSignal } = {},
  ): Promise<StagedBlob> {
    const path = join(this.#temporaryDir, randomUUID());
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      this.#beforeStep('open');
      const file = await open(path, 'wx', 0o600);
      try {
        for await (const chunk of source) {
          options.signal?.throwIfAborted();
          this.#beforeStep('write');
          hash.update(chunk);
          bytes += chunk.byteLength;
          await writeAll(file, chunk);
        }
        this.#beforeStep('sync');
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (thrown) {
      await removeIfThere(path);
      throw toStorageError(thrown);
    }
    const key = hash.digest('hex');
    return {
      key,
      bytes,
      path,
      commit: () => this.#commit(path, key, bytes),
      discard: () => removeIfThere(path),
    };
  }

  async put(bytes: Uint8Array): Promise<BlobInfo> {
    const staged = await this.stage(inChunks(bytes));
    await staged.commit();
    return { key: staged.key, bytes: staged.bytes, modifiedAtMs: Date.now() };
  }

  async get(
    key: BlobKey,
    range?: ByteRange,
  ): Promise<{ info: BlobInfo; stream: ReadableStream<Uint8Array> } | null> {
    const info = await this.head(key);
    if (!info) return null;
    return { info, stream: streamFile(this.#pathOf(key), range ?? { start: 0, end: info.bytes - 1 }) };
  }

  async read(key: BlobKey): Promise<Uint8Array | null> {
    try {
      return await readFile(this.#pathOf(key));
    } catch (thrown) {
      if (isMissing(thrown)) return null;
      throw toStorageError(thrown);
    }
  }

  async head(key: BlobKey): Promise<BlobInfo | null> {
    try {
      const { size, mtimeMs } = await stat(this.#pathOf(key));
      return { key, bytes: size, modifiedAtMs: mtimeMs };
    } catch (thrown) {
      if (isMissing(thrown)) return null;
      throw toStorageError(thrown);
    }
  }

  async delete(key: BlobKey): Promise<void> {
    await removeIfThere(this.#pathOf(key));
  }

  /**
   * Deletes a blob unless it was put again since `cutoffMs`.
   *
   * Looks and deletes without giving way to other work: a put of the same bytes refreshes the time first, so it
   * either is seen here or finds the file gone and writes it anew.
   */
  deleteIfOlderThan(key: BlobKey, cutoffMs: number): boolean {
    const path = this.#pathOf(key);
    const found = statSync(path, { throwIfNoEntry: false });
    if (!found || found.mtimeMs >= cutoffMs) return false;
    unlinkSync(path);
    return true;
  }

  async *list(): AsyncGenerator<BlobInfo> {
    for (const first of await namesIn(this.#blobsDir))
      for (const second of await namesIn(join(this.#blobsDir, first)))
        for (const name of await namesIn(join(this.#blobsDir, first, second))) {
          const info = isBlobKey(name) ? await this.head(name) : null;
          if (info) yield info;
        }
  }

  /** Where a blob's file is, or would be. */
  pathOf(key: BlobKey): string {
    return this.#pathOf(key);
  }

  async health(): Promise<'storage-full' | 'storage-failed' | null> {
    try {
      await access(this.#temporaryDir, constants.W_OK);
      const { bavail, bsize } = await statfs(this.#blobsDir);
      return bavail * bsize < LOW_SPACE_BYTES ? 'storage-full' : null;
    } catch {
      return 'storage-failed';
    }
  }

  async #commit(temporaryPath: string, key: BlobKey, bytes: number): Promise<void> {
    const path = this.#pathOf(key);
    const folder = dirname(path);
    try {
      if (await this.#refresh(path, bytes)) {
        await removeIfThere(temporaryPath);
      } else {
        this.#beforeStep('create-folder');
        const firstCreated = await mkdir(folder, { recursive: true });
        this.#beforeStep('rename');
        await rename(temporaryPath, path);
        if (firstCreated !== undefined) {
          await this.#syncFolder(dirname(folder));
          await this.#syncFolder(this.#blobsDir);
        }
      }
      // Also for a file that was there: whoever put it may have died between its rename and this.
      await this.#syncFolder(folder);
    } catch (thrown) {
      await removeIfThere(temporaryPath);
      throw toStorageError(thrown);
    }
  }

  /** True when the bytes are already stored; their age starts anew, which keeps the sweeper away. */
  async #refresh(path: string, bytes: number): Promise<boolean> {
    try {
      const now = new Date();
      await utimes(path, now, now);
      return (await stat(path)).size === bytes;
    } catch (thrown) {
      if (isMissing(thrown)) return false;
      throw thrown;
    }
  }

  async #syncFolder(folder: string): Promise<void> {
    this.#beforeStep('sync-folder');
    // Windows cannot open folders; its renames are journaled.
    if (process.platform === 'win32') return;
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }

  /** Keys come from ids that others send: nothing but a hash may ever become a path. */
  #pathOf(key: BlobKey): string {
    if (!isBlobKey(key)) throw new TypeError('not a blob key');
    return join(this.#blobsDir, key.slice(0, 2), key.slice(2, 4), key);
  }
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.byteLength; )
    offset += (await file.write(chunk, offset, chunk.byteLength - offset)).bytesWritten;
}

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const step = 4 * 1024 * 1024;
  for (let offset = 0; offset < bytes.byteLength; offset += step) yield bytes.subarray(offset, offset + step);
}

function streamFile(path: string, range: ByteRange): ReadableStream<Uint8Array> {
  let file: Awaited<ReturnType<typeof open>> | undefined;
  let position = range.start;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        if (position > range.end) {
          await file?.close();
          controller.close();
          return;
        }
        try {
          file ??= await open(path, 'r');
          const wanted = Math.min(READ_CHUNK_BYTES, range.end - position + 1);
          const { bytesRead, buffer } = await file.read(new Uint8Array(wanted), 0, wanted, position);
          if (bytesRead === 0) throw new Error('the blob ended early');
          position += bytesRead;
          controller.enqueue(buffer.subarray(0, bytesRead));
        } catch (thrown) {
          await file?.close();
          throw toStorageError(thrown);
        }
      },
      async cancel() {
        await file?.close();
      },
    },
    // Nothing is read ahead: an answer whose body nobody reads must not open a file.
    { highWaterMark: 0 },
  );
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of await opendir(folder)) if (!entry.name.startsWith('.')) names.push(entry.name);
  return names.sort();
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (thrown) {
    if (!isMissing(thrown)) throw toStorageError(thrown);
  }
}

function isMissing(thrown: unknown): boolean {
  return (
    thrown instanceof Error && 'code' in thrown && (thrown.code === 'ENOENT' || thrown.code === 'ENOTDIR')
  );
}
