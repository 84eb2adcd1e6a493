import type { BlobKey } from './blob-store.ts';
import type { FileBlobStore } from './file-blob-store.ts';

/** How long a file without a record is left alone: its record may be on the way. */
export const GRACE_MS = 24 * 60 * 60_000;

/**
 * Deletes blobs that no record names and that are older than the grace time: what a crash left between the file and
 * its record, and the files of deleted generations.
 *
 * @param isNamed Whether a record names the blob.
 */
export async function sweepBlobs(
  blobs: FileBlobStore,
  isNamed: (key: BlobKey) => Promise<boolean>,
  options: { readonly now: number; readonly signal?: AbortSignal },
): Promise<{ deleted: number }> {
  const cutoffMs = options.now - GRACE_MS;
  let deleted = 0;
  for await (const blob of blobs.list()) {
    if (options.signal?.aborted) break;
    if (blob.modifiedAtMs >= cutoffMs || (await isNamed(blob.key))) continue;
    if (blobs.deleteIfOlderThan(blob.key, cutoffMs)) deleted += 1;
  }
  return { deleted };
}
