import type { AssetId } from '@diorama/contracts';
import { parseSceneDocument, type SceneDocument } from '@diorama/scene';
import { isGlb, parseJsonBytes } from '../http/recognise.ts';

export interface ResolvedScene {
  readonly document: SceneDocument;
  /** GLB bytes by `SourceRecord.id`. */
  readonly sources: ReadonlyMap<string, Uint8Array>;
}

/**
 * Brings together what a stored scene needs to be drawn: a scene document with its sources, or a GLB as a document of
 * its own.
 *
 * @param readAsset Gives an asset's bytes or throws `unknown-asset`.
 * @throws {DioramaError} `invalid-scene`, `invalid-model`, `unknown-asset`.
 */
export async function resolveScene(
  sceneAsset: AssetId,
  readAsset: (asset: AssetId) => Promise<Uint8Array>,
): Promise<ResolvedScene> {
  const bytes = await readAsset(sceneAsset);
  const document = await toDocument(sceneAsset, bytes);
  const sources = new Map<string, Uint8Array>();
  for (const source of Object.values(document.sources))
    sources.set(source.id, source.asset === sceneAsset ? bytes : await readAsset(source.asset));
  return { document, sources };
}

/** The document alone, without the bytes of the models that it uses. */
export async function readSceneDocument(
  sceneAsset: AssetId,
  readAsset: (asset: AssetId) => Promise<Uint8Array>,
): Promise<SceneDocument> {
  return await toDocument(sceneAsset, await readAsset(sceneAsset));
}

async function toDocument(asset: AssetId, bytes: Uint8Array): Promise<SceneDocument> {
  if (!isGlb(bytes)) return parseSceneDocument(parseJsonBytes(bytes, 'invalid-scene'));
  const { importModel, readGltf } = await import('@diorama/gltf');
  const model = await readGltf(bytes);
  return importModel(model, { assetId: asset, name: model.name || 'Model' });
}

/** Every model that a scene document refers to, each once. */
export function sourceAssetsOf(document: SceneDocument): string[] {
  return [...new Set(Object.values(document.sources).map((source) => source.asset))];
}
