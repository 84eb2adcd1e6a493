import { migrateScene } from '../migrations/index.ts';
import { checkScene, invalidScene } from './check-scene.ts';
import { type SceneDocument, sceneDocumentSchema } from './scene-document.ts';

/**
 * Reads a scene document from parsed JSON: brings it to the current version, checks every field, then that the
 * records fit together.
 *
 * @throws {DioramaError} `invalid-scene`; `details.place` names the field at fault, as in `nodes.chair.parentId`.
 */
export function parseSceneDocument(json: unknown): SceneDocument {
  const result = sceneDocumentSchema.safeParse(migrateScene(json));
  if (!result.success) {
    const issue = result.error.issues[0]!;
    throw invalidScene(issue.path.join('.') || 'document', issue.message);
  }
  checkScene(result.data);
  return result.data;
}
