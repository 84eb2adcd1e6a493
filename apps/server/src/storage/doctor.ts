import { access, constants, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { checkCommunity } from '../community/check-community.ts';
import { PRODUCT_ENGINES } from '../jobs/engine-module.ts';
import { ForkedRenderHost } from '../jobs/render-host.ts';
import { describeError } from '../security/describe-error.ts';
import { createLogger } from '../security/logger.ts';
import { bad, type DoctorCheck, good } from './doctor-check.ts';
import { checkConnections } from './doctor-connections.ts';
import { checkFiles } from './doctor-files.ts';
import { MENDABLE_TABLES } from './doctor-links.ts';
import { checkRecords } from './doctor-records.ts';
import { FileBlobStore } from './file-blob-store.ts';
import { APPLICATION_ID, schemaVersionOf } from './migrate.ts';
import { SCHEMA_VERSION } from './migrations/index.ts';

export type { DoctorCheck } from './doctor-check.ts';

/** Without these nothing more can be said about the database. */
const UNUSABLE_AFTER = new Set(['database', 'schema']);

/**
 * Examines a data folder without changing it. A server may be running on it.
 *
 * @param options.engineModule As for `startServer`.
 */
export async function doctor(
  dataDir: string,
  options: { engineModule?: string } = {},
): Promise<DoctorCheck[]> {
  const folder = await checkFolder(dataDir);
  const checks = [folder];
  const file = join(dataDir, 'diorama.db');
  if (!folder.ok || !(await exists(file))) {
    if (folder.ok) checks.push(good('database', 'There is none yet; the first start makes it.'));
  } else {
    const found = await checkData(dataDir, file);
    checks.push(...found);
    if (found.every((check) => check.ok || !UNUSABLE_AFTER.has(check.check)))
      checks.push(...(await checkConnections(dataDir, file)));
  }
  checks.push(await checkEngines(options.engineModule ?? PRODUCT_ENGINES));
  return checks;
}

async function checkFolder(dataDir: string): Promise<DoctorCheck> {
  try {
    const folder = await nearestExisting(resolve(dataDir));
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    if (folder !== resolve(dataDir))
      return good('data folder', 'There is none yet; the first start makes it.');
    const health = (await exists(join(dataDir, 'tmp'))) ? await new FileBlobStore(dataDir).health() : null;
    if (health === 'storage-full')
      return bad(
        'data folder',
        'The disk is almost full.',
        'Free some space on the disk that holds the data folder.',
      );
    return good('data folder', 'It can be read and written.');
  } catch (thrown) {
    const { code } = describeError(thrown);
    return bad(
      'data folder',
      `It cannot be read and written${code ? ` (${code})` : ''}.`,
      'Correct its permissions, or choose another one with DIORAMA_DATA_DIR.',
    );
  }
}

async function checkData(dataDir: string, file: string): Promise<DoctorCheck[]> {
  const restore = 'Stop the server, keep a copy of the data folder, and restore diorama.db from a backup.';
  let database: DatabaseSync;
  try {
    database = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  } catch {
    return [bad('database', 'It cannot be opened.', restore)];
  }
  try {
    const integrity = database
      .prepare('PRAGMA integrity_check(10)')
      .all()
      .map((row) => String(row.integrity_check));
    const isCurrent = schemaVersionOf(database) === SCHEMA_VERSION;
    const foreign = database
      .prepare('PRAGMA foreign_key_check')
      .all()
      .filter((row) => !isCurrent || !MENDABLE_TABLES.has(String(row.table))).length;
    const checks: DoctorCheck[] = [];
    if (integrity.join() === 'ok' && foreign === 0) checks.push(good('database', 'It is intact.'));
    else checks.push(bad('database', `It is damaged (${integrity.length + foreign} faults).`, restore));
    checks.push(checkSchema(database));
    // One of an older schema is examined after the start that updates it.
    if (checks.every((check) => check.ok) && isCurrent)
      checks.push(
        ...checkRecords(database),
        ...(await checkFiles(database, dataDir, new FileBlobStore(dataDir))),
        checkCommunity(database),
      );
    return checks;
  } catch {
    return [bad('database', 'It is not a database, or it is damaged.', restore)];
  } finally {
    database.close();
  }
}

function checkSchema(database: DatabaseSync): DoctorCheck {
  const applicationId = database.prepare('PRAGMA application_id').get()?.application_id;
  if (applicationId !== APPLICATION_ID)
    return bad(
      'schema',
      'The database is not one of Diorama.',
      'Choose another folder with DIORAMA_DATA_DIR.',
    );
  const version = schemaVersionOf(database);
  if (version > SCHEMA_VERSION)
    return bad(
      'schema',
      `Version ${version}; this Diorama knows up to ${SCHEMA_VERSION}.`,
      'Update Diorama.',
    );
  return good(
    'schema',
    version < SCHEMA_VERSION ? `Version ${version}; the next start updates it.` : `Version ${version}.`,
  );
}

async function checkEngines(engineModule: string): Promise<DoctorCheck> {
  // The render process makes its folders where it is told to; the examined one stays as it is.
  const dataDir = await mkdtemp(join(tmpdir(), 'diorama-doctor-'));
  const host = new ForkedRenderHost({ lane: 'built-in', dataDir, engineModule }, createLogger('silent'));
  try {
    const { engines } = await host.engines();
    const unavailable = engines.filter((engine) => !engine.available);
    if (engines.length === 0)
      return bad('engines', 'There are none.', 'Run `npm ci` and `npm run build` again.');
    if (unavailable.length > 0)
      return bad(
        'engines',
        unavailable.map((engine) => `${engine.id}: ${engine.reason ?? 'not available'}`).join('; '),
        'See the reason of each.',
      );
    return good('engines', `Available: ${engines.map((engine) => engine.id).join(', ')}.`);
  } catch {
    return bad('engines', 'They cannot be loaded.', 'Run `npm ci` and `npm run build` again.');
  } finally {
    await host.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The folder itself, or the ancestor in which it would be made. */
async function nearestExisting(folder: string): Promise<string> {
  let place = folder;
  while (!(await exists(place)) && dirname(place) !== place) place = dirname(place);
  return place;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
