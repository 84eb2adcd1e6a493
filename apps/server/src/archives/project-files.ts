import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BUILT_IN_OWNER_ID, DioramaError, type Project } from '@diorama/contracts';
import { AccountRepository } from '../accounts/account-repository.ts';
import { StartError } from '../config/start-error.ts';
import { slug } from '../exports/export-name.ts';
import { zipStream } from '../exports/zip-stream.ts';
import { BackgroundTasks } from '../jobs/background-tasks.ts';
import { lockDataFolder } from '../storage/data-lock.ts';
import { type Database, openDatabase, openDatabaseReadOnly } from '../storage/database.ts';
import { FileBlobStore } from '../storage/file-blob-store.ts';
import { foldText } from '../storage/fold-text.ts';
import { OwnedProjects } from '../storage/projects.ts';
import { exportProject } from './export-project.ts';
import { type ImportedProject, importProject } from './import-project.ts';

const DATABASE_FILE = 'diorama.db';

/** Whose projects: null is the owner of the server. */
export interface ProjectFileOptions {
  readonly dataDir: string;
  readonly email: string | null;
  readonly signal: AbortSignal;
}

/** A project file as it is made. */
export interface ProjectFile {
  readonly fileName: string;
  readonly entries: number;
  /** Files of the history that are gone from the data folder. */
  readonly missing: number;
  readonly stream: ReadableStream<Uint8Array>;
  /** Call when the stream has ended, or is given up. */
  close(): Promise<void>;
}

/**
 * Opens a project of a data folder to write it to a file; a server may be running on the folder.
 *
 * @param project Its name or id; case does not count.
 * @throws {DioramaError} `not-found`, `conflict` when the folder is of another version.
 */
export async function exportProjectFile(
  project: string,
  { dataDir, email, signal }: ProjectFileOptions,
): Promise<ProjectFile> {
  const path = join(dataDir, DATABASE_FILE);
  if (!existsSync(path))
    throw new DioramaError('not-found', 'There is no data folder yet.', {
      hint: 'Start the server once, or name the folder with DIORAMA_DATA_DIR.',
    });
  const db = openDatabaseReadOnly(path);
  if (!db)
    throw new DioramaError('conflict', 'The data folder is of another version of Diorama.', {
      hint: 'Start this version of the server once: it brings the folder up to date.',
    });
  try {
    const ownerId = await ownerOf(db, email);
    const projects = await new OwnedProjects(db, ownerId, Date.now).list();
    const found = findProject(projects, project);
    const blobs = new FileBlobStore(dataDir);
    const { name, entries, missing, parts } = (await exportProject(ownerId, found.id, { db, blobs }))!;
    return {
      fileName: `${slug(name, 80) || 'project'}.diorama`,
      entries,
      missing: missing.length,
      stream: zipStream(parts, signal),
      close: async () => await db.destroy(),
    };
  } catch (thrown) {
    await db.destroy();
    throw thrown;
  }
}

/**
 * Brings a project file into a data folder on which no server runs; the folder is made when there is none.
 *
 * @throws {DioramaError} As `importProject`; `conflict` when the folder is in use or cannot be used.
 */
export async function importProjectFile(
  bytes: AsyncIterable<Uint8Array>,
  { dataDir, email, signal }: ProjectFileOptions,
): Promise<ImportedProject> {
  return await usingDataFolder(dataDir, async (db) => {
    const blobs = new FileBlobStore(dataDir);
    await blobs.prepare();
    const background = new BackgroundTasks();
    try {
      return await importProject(bytes, await ownerOf(db, email), { db, blobs, background }, signal);
    } finally {
      await background.close();
    }
  });
}

async function usingDataFolder<T>(dataDir: string, use: (db: Database) => Promise<T>): Promise<T> {
  try {
    const lock = lockDataFolder(dataDir);
    try {
      const db = openDatabase(join(dataDir, DATABASE_FILE));
      try {
        return await use(db);
      } finally {
        await db.destroy();
      }
    } finally {
      lock.release();
    }
  } catch (thrown) {
    if (!(thrown instanceof StartError)) throw thrown;
    throw new DioramaError('conflict', thrown.message, {
      hint: `${thrown.hint} A running server imports the file on its page of projects.`,
      cause: thrown,
    });
  }
}

async function ownerOf(db: Database, email: string | null): Promise<string> {
  if (email === null) return BUILT_IN_OWNER_ID;
  const account = await new AccountRepository(db).findByEmail(email);
  if (account) return account.id;
  throw new DioramaError('not-found', `Nobody has an account with the email address ${email}.`, {
    hint: 'See `diorama accounts list`.',
  });
}

function findProject(projects: readonly Project[], wanted: string): Project {
  const found =
    projects.find(({ id, name }) => id === wanted || name === wanted) ??
    projects.find(({ name }) => foldText(name) === foldText(wanted));
  if (found) return found;
  const names = projects.slice(0, 20).map(({ name }) => `"${name}"`);
  throw new DioramaError('not-found', `There is no project "${wanted}".`, {
    hint: names.length === 0 ? 'There are no projects yet.' : `There are: ${names.join(', ')}.`,
  });
}
