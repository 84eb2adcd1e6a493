import { type AssetId, DioramaError, type Look, type LookRequest, type LookScene } from '@diorama/contracts';
import { type ReferenceStats, readLook, referenceStats } from '@diorama/look';
import { toLookScene } from '@diorama/scene';
import { openImage } from '../http/inspect-image.ts';
import { readSceneDocument } from './resolve-scene.ts';

type ReadAsset = (asset: AssetId) => Promise<Uint8Array>;

/** Long edge of what the measures see; more pixels change none of them noticeably. */
const STATS_EDGE = 256;
/** The studio asks again at every pause in typing, for the same scene and pictures. */
const REMEMBERED = 16;

const scenes = new Map<AssetId, LookScene>();
const stats = new Map<AssetId, ReferenceStats>();

/**
 * What prompt and references would be understood to mean.
 *
 * @throws {DioramaError} `unknown-asset`, `invalid-image`, `invalid-scene` or `invalid-model`.
 */
export async function understand(request: LookRequest, readAsset: ReadAsset): Promise<Look> {
  const { scene } = request;
  const lookScene =
    typeof scene === 'string'
      ? await remember(scenes, scene, async () => toLookScene(await readSceneDocument(scene, readAsset)))
      : scene;
  const references = [];
  for (const { asset, role } of request.references)
    references.push({
      role: role ?? null,
      stats: await remember(stats, asset, async () => await measure(await readAsset(asset))),
    });
  return readLook({ prompt: request.prompt, scene: lookScene, references });
}

async function measure(bytes: Uint8Array): Promise<ReferenceStats> {
  try {
    const image = await openImage(bytes);
    const { data, info } = await image
      .autoOrient()
      .resize(STATS_EDGE, STATS_EDGE, { fit: 'inside', withoutEnlargement: true })
      .toColourspace('srgb')
      .ensureAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    return referenceStats({ width: info.width, height: info.height, rgba: data });
  } catch (thrown) {
    throw new DioramaError('invalid-image', undefined, { cause: thrown });
  }
}

/** Assets never change, so what was read of one stays true; only the number that is kept is limited. */
async function remember<T>(known: Map<AssetId, T>, asset: AssetId, read: () => Promise<T>): Promise<T> {
  const value = known.get(asset) ?? (await read());
  known.delete(asset);
  known.set(asset, value);
  if (known.size > REMEMBERED) known.delete(known.keys().next().value!);
  return value;
}
