import { existsSync } from 'node:fs';
import { mkdir, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { assetIdSchema, MEDIA_TYPES } from '@diorama/contracts';
import { mendCounters } from '../community/check-community.ts';
import { StartError } from '../config/start-error.ts';
import { recogniseFile } from '../http/recognise.ts';
import { blobKeyOf } from './asset-id.ts';
import { lockDataFolder } from './data-lock.ts';
import { openDatabase } from './database.ts';
import { blobsWithoutRecord, recordedKeys, thumbnailsWithoutRecord } from './doctor-files.ts';
import { mendLinks, namedAssetsWithoutRecord } from './doctor-links.ts';
import { forgetNobodys, mendAccess, mendEntries } from './doctor-records.ts';
import { FileBlobStore } from './file-blob-store.ts';

/** One thing that was put right. */
export interface Mending {
  readonly what: string;
  readonly count: number;
}

/** Where files go that nothing names any more: a person decides what becomes of them. */
const RECOVERED_FOLDER = 'recovered';

/**
 * Puts right what `doctor` finds and what can be put right without a loss. Files are never deleted but for thumbnails,
 * which are made anew: what nothing names is laid into the folder `recovered`.
 *
 * @throws {StartError} When a server uses the folder, or there is no database in it that this version can use.
 */
export async function mend(dataDir: string): Promise<Mending[]> {
  const file = join(dataDir, 'diorama.db');
  if (!existsSync(file))
    throw new StartError(
      'There is no database in the data folder.',
      'Name the folder with DIORAMA_DATA_DIR. An empty one needs no mending.',
    );
  const lock = lockDataFolder(dataDir);
  try {
    // One of an older schema is brought up to date first, as a start of the server would.
    const db = openDatabase(file);
    const recounted = await mendCounters(db).finally(() => db.destroy());
    const blobs = new FileBlobStore(dataDir);
    await blobs.prepare();
    const database = new DatabaseSync(file, { enableForeignKeyConstraints: true, timeout: 5_000 });
    try {
      if (database.prepare('PRAGMA quick_check(1)').get()?.quick_check !== 'ok')
        throw new StartError(
          'The database is damaged.',
          'Keep a copy of the data folder, and restore diorama.db from a backup.',
        );
      database.exec('PRAGMA synchronous = FULL');
      const done = [
        { what: 'posts whose likes and comments were counted anew', count: recounted.length },
        ...(await mendRecords(database, blobs)),
        ...(await mendFiles(database, dataDir, blobs)),
      ];
      return done.filter(({ count }) => count > 0);
    } finally {
      database.close();
    }
  } finally {
    lock.release();
  }
}

async function mendRecords(database: DatabaseSync, blobs: FileBlobStore): Promise<Mending[]> {
  database.exec('BEGIN IMMEDIATE');
  try {
    const done: Mending[] = [
      // First: a link is only dead when the file that it names is not there either.
      { what: 'records of files written again', count: await restoreRecords(database, blobs) },
      { what: 'links to nothing removed', count: mendLinks(database) },
      { what: 'entries listed again', count: mendEntries(database) },
      { what: 'files made visible again to whose history they belong to', count: mendAccess(database) },
      { what: "records of files removed that were nobody's", count: forgetNobodys(database) },
    ];
    database.exec('COMMIT');
    return done;
  } catch (thrown) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw thrown;
  }
}

/** Of files that something names and that are stored, but have no record. */
async function restoreRecords(database: DatabaseSync, blobs: FileBlobStore): Promise<number> {
  const add = database.prepare(
    `INSERT INTO assets (id, kind, media_type, bytes, width, height, uploaded, created_at)
      VALUES (?, ?, ?, ?, ?, ?, 1, ?)`,
  );
  let restored = 0;
  for (const { id, width, height } of namedAssetsWithoutRecord(database)) {
    const bytes = assetIdSchema.safeParse(id).success ? await blobs.read(blobKeyOf(id)) : null;
    if (!bytes) continue;
    const type = typeOf(bytes);
    const kind = type === 'glb' ? 'model' : type === 'json' ? 'scene' : 'image';
    const mediaType = type === 'json' ? MEDIA_TYPES.scene : MEDIA_TYPES[type ?? 'png'];
    add.run(id, kind, mediaType, bytes.byteLength, width, height, new Date().toISOString());
    restored += 1;
  }
  return restored;
}

async function mendFiles(database: DatabaseSync, dataDir: string, blobs: FileBlobStore): Promise<Mending[]> {
  const known = recordedKeys(database);
  const thumbnails = await thumbnailsWithoutRecord(dataDir, known);
  for (const path of thumbnails) await unlink(path);
  const orphans = await blobsWithoutRecord(blobs, known);
  const folder = join(dataDir, RECOVERED_FOLDER);
  if (orphans.length > 0) await mkdir(folder, { recursive: true });
  for (const { key } of orphans) {
    const bytes = await blobs.read(key);
    const type = bytes && typeOf(bytes);
    await rename(blobs.pathOf(key), join(folder, `${key}${type === null ? '' : `.${type}`}`));
  }
  return [
    { what: 'thumbnails without a record deleted', count: thumbnails.length },
    { what: `files without a record moved to the folder ${RECOVERED_FOLDER}`, count: orphans.length },
  ];
}

function typeOf(bytes: Uint8Array): ReturnType<typeof recogniseFile> | null {
  try {
    return recogniseFile(bytes.subarray(0, 64));
  } catch {
    return null;
  }
}
