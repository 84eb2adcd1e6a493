import { keyOwner, SecretBox } from '../security/secret-box.ts';
import { openDatabaseReadOnly } from './database.ts';
import { bad, type DoctorCheck, good } from './doctor-check.ts';
import { ConnectionRepository, type StoredConnection } from './engine-connections.ts';

/**
 * Whether the connections to engines can be used, as far as this folder tells: nothing is called, so what counts is
 * the last test.
 */
export async function checkConnections(dataDir: string, file: string): Promise<DoctorCheck[]> {
  const db = openDatabaseReadOnly(file);
  // An older schema has no connections yet.
  if (!db) return [];
  try {
    const box = new SecretBox(dataDir, { mayWrite: false });
    const repository = new ConnectionRepository(db);
    const connections = await repository.list();
    const keyFile = checkKeyFile(box, connections);
    if (connections.length === 0) return [keyFile];
    const reports = await repository.lastReports();
    const faults = connections.flatMap((connection) => {
      if (connection.sealedKey !== null && box.open(connection.sealedKey, keyOwner(connection.id)) === null)
        return [`${connection.id}: its key cannot be read, enter it again`];
      const failed = reports.get(connection.id)?.checks.find((check) => !check.ok);
      return failed && connection.enabled
        ? [`${connection.id}: the last test failed (${failed.detail})`]
        : [];
    });
    return [
      keyFile,
      faults.length === 0
        ? good('connections', `${connections.length} to engines; none is known not to work.`)
        : bad(
            'connections',
            faults.join('; '),
            'Correct them on the page Engines, and test them there or with `npx diorama engines test`.',
          ),
    ];
  } finally {
    await db.destroy();
  }
}

function checkKeyFile(box: SecretBox, connections: readonly StoredConnection[]): DoctorCheck {
  const state = box.state();
  const isNeeded = connections.some(({ sealedKey }) => sealedKey !== null);
  switch (state.state) {
    case 'ready':
      return good('secret.key', 'It can be read by its owner alone.');
    case 'absent':
      return isNeeded
        ? bad(
            'secret.key',
            'It is missing.',
            'Restore it from a backup, or enter the keys of the engines again.',
          )
        : good('secret.key', 'There is none yet; the first key that is entered makes it.');
    case 'unusable':
      return bad(
        'secret.key',
        state.reason,
        'Set its permissions to 0600 (chmod 600) as the user that runs Diorama, or restore it from a backup.',
      );
  }
}
