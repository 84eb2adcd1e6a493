import type { Warning } from '@diorama/contracts';
import { parseSceneDocument, type SceneDocument } from '@diorama/scene';
import { isGlb, parseJsonBytes } from '../http/recognise.ts';

export interface ResolvedScene {
  readonly document: SceneDocument;
  /** GLB bytes by `SourceRecord.id`. */
  readonly sources: ReadonlyMap<string, Uint8Array>;
  readonly warnings: readonly Warning[];
}

/**
 * Brings together what a stored scene needs to be drawn: a scene document with its sources, or a GLB as a document of
 * its own.
 *
 * @param readAsset Gives an asset's bytes or throws `unknown-asset`.
 * @throws {DioramaError} `invalid-scene`, `invalid-model`, `unknown-asset`.
 */
export async function resolveScene(
  sceneAsset: string,
  readAsset: (asset: string) => Promise<Uint8Array>,
): Promise<ResolvedScene> {
  const bytes = await readAsset(sceneAsset);
  if (isGlb(bytes)) {
    const { importModel, readGltf } = await import('@diorama/gltf');
    const model = await readGltf(bytes);
    const document = importModel(model, { assetId: sceneAsset, name: model.name || 'Model' });
    const sources = new Map(Object.keys(document.sources).map((id) => [id, bytes]));
    return { document, sources, warnings: model.warnings };
  }
  const document = parseSceneDocument(parseJsonBytes(bytes, 'invalid-scene'));
  const sources = new Map<string, Uint8Array>();
  for (const source of Object.values(document.sources)) sources.set(source.id, await readAsset(source.asset));
  return { document, sources, warnings: [] };
}

/** Every model that a scene document refers to, each once. */
export function sourceAssetsOf(document: SceneDocument): string[] {
  return [...new Set(Object.values(document.sources).map((source) => source.asset))];
}
