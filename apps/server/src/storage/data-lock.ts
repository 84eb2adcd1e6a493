import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StartError } from '../config/start-error.ts';

/** Held for the life of the process. */
export interface DataLock {
  release(): void;
}

const OWNER_FILE = 'server.pid';

/**
 * Takes the data folder for this process alone: two servers on one folder would run each other's jobs.
 *
 * The lock is an open write transaction on a file of its own, so the operating system gives it back whenever the
 * holder ends, however it ends; a stopped holder keeps it. The pid file only names the holder and decides nothing:
 * pids are reused, and robbing a live holder is the worse mistake.
 *
 * Nothing else in this process may open or close `server.lock`: closing any descriptor of a file drops POSIX locks.
 *
 * @throws {StartError} At once, naming the holder, when the folder is taken.
 */
export function lockDataFolder(dataDir: string): DataLock {
  mkdirSync(dataDir, { recursive: true });
  const database = new DatabaseSync(join(dataDir, 'server.lock'), { timeout: 0 });
  try {
    database.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
  } catch (thrown) {
    database.close();
    if (!isBusy(thrown)) throw thrown;
    const pid = ownerOf(dataDir);
    throw new StartError(
      `The data folder is in use by another Diorama${pid === null ? '' : ` (process ${pid})`}.`,
      'Stop that one first, or choose another data folder with DIORAMA_DATA_DIR.',
      { cause: thrown },
    );
  }
  writeFileSync(join(dataDir, OWNER_FILE), `${process.pid}\n`);
  return {
    release: () => {
      database.exec('ROLLBACK');
      database.close();
    },
  };
}

function ownerOf(dataDir: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(join(dataDir, OWNER_FILE), 'utf8'), 10);
    return Number.isInteger(pid) ? pid : null;
  } catch {
    return null;
  }
}

function isBusy(thrown: unknown): boolean {
  return thrown instanceof Error && 'errcode' in thrown && (Number(thrown.errcode) & 0xff) === 5;
}
