import { createHash } from 'node:crypto';
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { publishedKeys } from '../community/check-community.ts';
import { blobKeyOf } from './asset-id.ts';
import type { BlobInfo } from './blob-store.ts';
import { bad, type DoctorCheck, good } from './doctor-check.ts';
import { MEND } from './doctor-records.ts';
import type { FileBlobStore } from './file-blob-store.ts';

const NAMES_SHOWN = 5;
const RESTORE = 'Upload the same files again, or restore the folder blobs from a backup.';
const THUMBNAIL_FOLDER = ['cache', 'thumbnails'] as const;

/** Keys of all blobs that a record names: files, published pictures, pictures of recipes. */
export function recordedKeys(database: DatabaseSync): Set<string> {
  const keys = new Set<string>();
  for (const { id } of database.prepare('SELECT id FROM assets').iterate()) keys.add(blobKeyOf(String(id)));
  for (const key of publishedKeys(database)) keys.add(key);
  return keys;
}

/** Reads every stored file: only its bytes tell whether it is the one that its name promises. */
export async function checkFiles(
  database: DatabaseSync,
  dataDir: string,
  blobs: FileBlobStore,
): Promise<DoctorCheck[]> {
  const known = recordedKeys(database);
  const missing: string[] = [];
  const damaged: string[] = [];
  for (const key of known) {
    const hash = await hashOf(blobs, key);
    if (hash === null) missing.push(key);
    else if (hash !== key) damaged.push(key);
  }
  const orphans = await blobsWithoutRecord(blobs, known);
  const thumbnails = await thumbnailsWithoutRecord(dataDir, known);
  const orphanBytes = orphans.reduce((sum, { bytes }) => sum + bytes, 0);
  return [
    missing.length === 0
      ? good('files present', `All ${known.size} are there.`)
      : bad('files present', `${missing.length} of ${known.size} are missing: ${someOf(missing)}.`, RESTORE),
    damaged.length === 0
      ? good('files intact', 'Every file is what its name promises.')
      : bad('files intact', `${damaged.length} are damaged: ${someOf(damaged)}.`, RESTORE),
    good(
      'files without a record',
      orphans.length === 0
        ? 'None.'
        : `${orphans.length} (${(orphanBytes / 2 ** 20).toFixed(1)} MB); removed a day after they were written. To keep them, ${MEND.charAt(0).toLowerCase()}${MEND.slice(1)}`,
    ),
    good(
      'thumbnails without a record',
      thumbnails.length === 0 ? 'None.' : `${thumbnails.length}; nobody can open them. ${MEND}`,
    ),
  ];
}

export async function blobsWithoutRecord(
  blobs: FileBlobStore,
  known: ReadonlySet<string>,
): Promise<BlobInfo[]> {
  const found: BlobInfo[] = [];
  // A folder that was never written to has no blobs.
  try {
    for await (const blob of blobs.list()) if (!known.has(blob.key)) found.push(blob);
  } catch (thrown) {
    if (!(thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')) throw thrown;
  }
  return found;
}

/** Paths of kept thumbnails of what has no record any more. */
export async function thumbnailsWithoutRecord(
  dataDir: string,
  known: ReadonlySet<string>,
): Promise<string[]> {
  const root = join(dataDir, ...THUMBNAIL_FOLDER);
  const paths: string[] = [];
  for (const folder of await namesIn(root))
    for (const name of await namesIn(join(root, folder)))
      if (!known.has(name.split('-')[0]!)) paths.push(join(root, folder, name));
  return paths;
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const entry of await opendir(folder)) names.push(entry.name);
  } catch {}
  return names.sort();
}

async function hashOf(blobs: FileBlobStore, key: string): Promise<string | null> {
  const found = await blobs.get(key);
  if (!found) return null;
  const hash = createHash('sha256');
  for await (const chunk of found.stream) hash.update(chunk);
  return hash.digest('hex');
}

function someOf(names: readonly string[]): string {
  const rest = names.length - NAMES_SHOWN;
  return names.slice(0, NAMES_SHOWN).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
