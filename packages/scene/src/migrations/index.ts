import { DioramaError } from '@diorama/contracts';
import { SCENE_FORMAT, SCENE_VERSION } from '../records/scene-document.ts';

/**
 * Turns a document of version `from` into one of version `from + 1`. It gets plain JSON and must not trust its
 * shape beyond what version `from` promised; the current schema judges the result.
 */
export interface SceneMigration {
  readonly from: number;
  readonly up: (document: Readonly<Record<string, unknown>>) => Record<string, unknown>;
}

/** In order of `from`, without gaps up to `SCENE_VERSION - 1`. Add to the end; never edit one that was released. */
const SCENE_MIGRATIONS: readonly SceneMigration[] = [];

/**
 * Brings a stored document to the current version.
 *
 * @throws {DioramaError} `invalid-scene` when it is not a scene document or comes from a newer Diorama.
 */
export function migrateScene(
  json: unknown,
  migrations: readonly SceneMigration[] = SCENE_MIGRATIONS,
  current: number = SCENE_VERSION,
): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw invalid('It is not an object.');
  let document = json as Record<string, unknown>;
  if (document.format !== SCENE_FORMAT)
    throw invalid(`format: It is not "${SCENE_FORMAT}", so this is not a scene document.`, 'format');
  const { version } = document;
  if (typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    throw invalid('version: It is not a version number.', 'version');
  if (version > current)
    throw new DioramaError('invalid-scene', `version: The scene was saved by a newer Diorama (${version}).`, {
      hint: 'Update Diorama, then open the scene again.',
      details: { place: 'version', version, current },
    });
  for (let from = version; from < current; from += 1) {
    const step = migrations.find((migration) => migration.from === from);
    if (!step) throw invalid(`version: Scenes of version ${from} can no longer be read.`, 'version');
    document = { ...step.up(document), version: from + 1 };
  }
  return document;
}

function invalid(message: string, place = ''): DioramaError {
  return new DioramaError('invalid-scene', message, { details: { place } });
}
