import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { LoadedConnections } from '../jobs/render-messages.ts';
import { SecretBox } from '../security/secret-box.ts';
import { openDatabaseReadOnly } from '../storage/database.ts';
import { ConnectionRepository } from '../storage/engine-connections.ts';
import { SettingsRepository } from '../storage/settings.ts';
import { type KnownConnection, knownConnections, testedPart, withProbes } from './connection-configs.ts';

/**
 * The connections of a data folder and of the environment, with their keys, without changing anything. A server may be
 * running on the folder. A folder that was never used, or is of another version, adds none.
 *
 * @throws {Error} When there is a database that cannot be read.
 */
export async function readConnections(
  dataDir: string,
  loaded: LoadedConnections,
): Promise<KnownConnection[]> {
  const box = new SecretBox(dataDir, { mayWrite: false });
  const file = join(dataDir, 'diorama.db');
  const db = existsSync(file) ? openDatabaseReadOnly(file) : null;
  if (!db) return knownConnections({ ...loaded, stored: [], prices: [], box });
  try {
    const repository = new ConnectionRepository(db);
    const stored = await repository.list();
    const prices = await new SettingsRepository(db).prices();
    const known = knownConnections({ ...loaded, stored, prices, box });
    return withProbes(known, await repository.probes(known.map(testedPart)));
  } finally {
    await db.destroy();
  }
}
