import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DioramaError } from '@diorama/contracts';
import { asStorageError } from './write-files.ts';

/**
 * Writes a stream to a file, whole or not at all: under a temporary name in the same folder first.
 *
 * @returns Bytes written.
 * @throws {DioramaError} `storage-full`, `storage-failed`, `canceled`, and what the stream fails with.
 */
export async function writeStream(
  path: string,
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
): Promise<number> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
  let bytes = 0;
  try {
    const file = await open(temporary, 'wx');
    try {
      for await (const chunk of stream) {
        if (signal.aborted) throw new DioramaError('canceled');
        await file.writeFile(chunk);
        bytes += chunk.byteLength;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    return bytes;
  } catch (thrown) {
    await stream.cancel().catch(() => {});
    // What cannot be removed was never made, or fails for the reason that is told already.
    await rm(temporary, { force: true }).catch(() => {});
    if (signal.aborted) throw new DioramaError('canceled', undefined, { cause: thrown });
    throw asStorageError(thrown, path);
  }
}
