import { DioramaError, type Warning } from '@diorama/contracts';
import { type GltfAsset, readGltf } from '@diorama/gltf';
import type { SceneDocument } from '@diorama/scene';
import { throwIfCanceled } from '../pixels/work.ts';

/**
 * Reads every model that a document uses.
 *
 * @param sources GLB bytes by `SourceRecord.id`.
 * @throws {DioramaError} `invalid-scene` when one is missing, `canceled`, and those of `readGltf`.
 */
export async function readSceneSources(
  document: SceneDocument,
  sources: ReadonlyMap<string, Uint8Array>,
  signal: AbortSignal,
): Promise<{ assets: ReadonlyMap<string, GltfAsset>; warnings: readonly Warning[] }> {
  const assets = new Map<string, GltfAsset>();
  const warnings: Warning[] = [];
  for (const id of Object.keys(document.sources)) {
    const bytes = sources.get(id);
    if (!bytes)
      throw new DioramaError('invalid-scene', 'A model of the scene was not given.', {
        details: { source: id },
      });
    const asset = await readGltf(bytes, { signal });
    throwIfCanceled(signal);
    warnings.push(...asset.warnings);
    assets.set(id, asset);
  }
  return { assets, warnings };
}
