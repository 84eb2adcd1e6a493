import { type Asset, type AssetId, DioramaError, MEDIA_TYPES } from '@diorama/contracts';
import type { BackgroundTasks } from '../jobs/background-tasks.ts';
import { assetIdOf } from '../storage/asset-id.ts';
import type { NewAsset, OwnedAssets } from '../storage/assets.ts';
import type { BlobStore, StagedBlob } from '../storage/blob-store.ts';
import { inspectImage } from './inspect-image.ts';
import type { Upload } from './receive-upload.ts';
import { type FileType, mediaTypeOf } from './recognise.ts';
import { Turnstile } from './turnstile.ts';

export interface UploadDependencies {
  readonly assets: OwnedAssets;
  readonly blobs: BlobStore;
  readonly background: BackgroundTasks;
}

/** Pictures checked at the same time. Each decodes on one core. */
const imageTurns = new Turnstile(2);

/**
 * Receives, checks and stores an upload. The file is durable before its record exists, and both before this resolves.
 *
 * @throws {DioramaError} For each way in which a file can be refused, `storage-full` and `storage-failed`.
 */
export async function storeUpload(
  upload: Upload,
  signal: AbortSignal,
  deps: UploadDependencies,
): Promise<Asset> {
  const staged = await deps.blobs.stage(upload.bytes, { signal });
  try {
    const id = assetIdOf(staged.key);
    const known = await deps.assets.find(id);
    // Bytes that passed once need no second look; the file is put again all the same, in case it was damaged.
    const asset: NewAsset = known
      ? toNewAsset(known)
      : await inspectFile(staged, upload.type(), {
          background: deps.background,
          modelsAmong: async (ids) => {
            const found = await deps.assets.findMany(ids);
            return new Set(ids.filter((source) => found.get(source)?.kind === 'model'));
          },
        });
    await staged.commit();
    return await deps.assets.addUpload(asset);
  } catch (thrown) {
    await staged.discard();
    throw thrown;
  }
}

/**
 * Looks at a received file as closely as its type needs: pixels are decoded, models and scenes held to their budgets.
 *
 * @param deps.modelsAmong Which of these ids are models that a scene may use.
 * @throws {DioramaError} For each way in which a file can be refused.
 */
export async function inspectFile(
  staged: Pick<StagedBlob, 'key' | 'bytes' | 'path'>,
  type: FileType,
  deps: {
    readonly background: BackgroundTasks;
    readonly modelsAmong: (ids: readonly AssetId[]) => Promise<ReadonlySet<AssetId>>;
  },
): Promise<NewAsset> {
  const common = { id: assetIdOf(staged.key), bytes: staged.bytes };
  if (type === 'glb') {
    await deps.background.run({ type: 'inspect-model', path: staged.path });
    return { ...common, kind: 'model', mediaType: MEDIA_TYPES.glb };
  }
  if (type === 'json') {
    const { sources } = await deps.background.run({ type: 'inspect-json', path: staged.path });
    const models = await deps.modelsAmong(sources);
    const missing = sources.filter((source) => !models.has(source));
    if (missing.length > 0)
      throw new DioramaError('unknown-asset', 'The scene uses models that are not stored here.', {
        hint: 'Upload the models first, then the scene.',
        details: { assets: missing.slice(0, 50) },
      });
    return { ...common, kind: 'scene', mediaType: MEDIA_TYPES.scene };
  }
  const size = await imageTurns.take(() => inspectImage(staged.path));
  return { ...common, kind: 'image', mediaType: mediaTypeOf(type), ...size };
}

export function toNewAsset(asset: Asset): NewAsset {
  const { id, kind, mediaType, bytes, width, height } = asset;
  return {
    id,
    kind,
    mediaType,
    bytes,
    ...(width === undefined || height === undefined ? {} : { width, height }),
  };
}
