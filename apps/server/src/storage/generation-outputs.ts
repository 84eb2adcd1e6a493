import type { AovName, OutputAlignment } from '@diorama/contracts';
import type { Transaction } from 'kysely';
import { grantAssets, type NewAsset, toAssetRow } from './assets.ts';
import type { DatabaseSchema } from './schema.ts';

type Tx = Transaction<DatabaseSchema>;

/** One image of a result; its blobs are stored already. */
export interface SavedImage {
  readonly asset: NewAsset;
  readonly width: number;
  readonly height: number;
  readonly seed: number;
  readonly aovs: ReadonlyMap<AovName, NewAsset>;
  /** The file as the service sent it. */
  readonly raw?: NewAsset | null;
  readonly alignment?: OutputAlignment | null;
}

/** Records one image and the pictures beside it, for whose generation it is. */
export async function addOutputs(
  tx: Tx,
  generationId: string,
  image: SavedImage,
  /** Position from 0. */
  { position, nowMs }: { readonly position: number; readonly nowMs: number },
): Promise<void> {
  const files: [aov: AovName | '', asset: NewAsset][] = [['', image.asset], ...image.aovs];
  const { owner_id: ownerId } = await tx
    .selectFrom('generations')
    .select('owner_id')
    .where('id', '=', generationId)
    .executeTakeFirstOrThrow();
  const addAsset = async (asset: NewAsset): Promise<void> => {
    await tx
      .insertInto('assets')
      .values(toAssetRow(asset, { uploaded: false, now: nowMs }))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    await grantAssets(tx, ownerId, [asset.id], { uploaded: false });
  };
  if (image.raw) await addAsset(image.raw);
  for (const [aov, asset] of files) {
    await addAsset(asset);
    await tx
      .insertInto('outputs')
      .values({
        generation_id: generationId,
        position,
        aov,
        asset_id: asset.id,
        width: image.width,
        height: image.height,
        media_type: asset.mediaType,
        seed: image.seed,
        ...(aov === ''
          ? {
              raw_asset_id: image.raw?.id ?? null,
              alignment: image.alignment ? JSON.stringify(image.alignment) : null,
            }
          : {}),
      })
      .execute();
  }
}
