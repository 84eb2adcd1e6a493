import type { StorageUse } from '@diorama/contracts';
import { OwnedBoards } from './boards.ts';
import { type Database, readsOf } from './database.ts';
import { OwnedHistory } from './owned-history.ts';
import { OwnedProjects } from './projects.ts';
import { readStorageUse } from './storage-use.ts';

/** The history and what it is ordered by. Everything is behind an account: whose it is belongs to every question. */
export class HistoryRepository {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  of(ownerId: string): OwnedHistory {
    return new OwnedHistory(this.#db, ownerId, this.#now);
  }

  boardsOf(ownerId: string): OwnedBoards {
    return new OwnedBoards(this.#db, ownerId, this.#now);
  }

  projectsOf(ownerId: string): OwnedProjects {
    return new OwnedProjects(this.#db, ownerId, this.#now);
  }

  async storageUseOf(ownerId: string, dataDir: string): Promise<StorageUse> {
    return await readStorageUse(readsOf(this.#db), ownerId, dataDir);
  }
}
