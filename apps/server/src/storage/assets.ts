import { API_PREFIX, type Asset, type AssetId } from '@diorama/contracts';
import type { Selectable, Transaction } from 'kysely';
import { type Database, readsOf } from './database.ts';
import type { AssetsTable, DatabaseSchema } from './schema.ts';

export interface NewAsset {
  readonly id: AssetId;
  readonly kind: Asset['kind'];
  readonly mediaType: string;
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
}

/** The stored files, by what their bytes are. What somebody may see of them is behind `of`. */
export class AssetRepository {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /** The files as one account sees them: there is nothing but its own. */
  of(userId: string): OwnedAssets {
    return new OwnedAssets(this.#db, userId, this.#now);
  }

  /** Whoever's it is. */
  async find(id: AssetId): Promise<Asset | null> {
    const row = await this.#db.selectFrom('assets').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? toAsset(row) : null;
  }
}

/** The files that one account sent, was given, or had made. */
export class OwnedAssets {
  readonly #db: Database;
  readonly #userId: string;
  readonly #now: () => number;

  constructor(db: Database, userId: string, now: () => number) {
    this.#db = db;
    this.#userId = userId;
    this.#now = now;
  }

  /** Records an uploaded file whose blob is already stored. Known bytes keep their record and become an upload. */
  async addUpload(asset: NewAsset): Promise<Asset> {
    return await this.#db.transaction().execute(async (tx) => {
      const row = await tx
        .insertInto('assets')
        .values(toAssetRow(asset, { uploaded: true, now: this.#now() }))
        .onConflict((conflict) => conflict.column('id').doUpdateSet({ uploaded: 1 }))
        .returningAll()
        .executeTakeFirstOrThrow();
      await grantAssets(tx, this.#userId, [row.id], { uploaded: true });
      return toAsset(row);
    });
  }

  async find(id: AssetId): Promise<Asset | null> {
    // Asked for each thumbnail that is shown.
    const row = readsOf(this.#db).get<Selectable<AssetsTable>>(
      `SELECT assets.* FROM asset_owners JOIN assets ON assets.id = asset_owners.asset_id
        WHERE asset_owners.asset_id = ? AND asset_owners.user_id = ?`,
      id,
      this.#userId,
    );
    return row ? toAsset(row) : null;
  }

  async findMany(ids: readonly AssetId[]): Promise<Map<AssetId, Asset>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#mine().where('assets.id', 'in', ids).execute();
    return new Map(rows.map((row) => [row.id, toAsset(row)]));
  }

  #mine() {
    return this.#db
      .selectFrom('assets')
      .innerJoin('asset_owners', (join) =>
        join.onRef('asset_owners.asset_id', '=', 'assets.id').on('asset_owners.user_id', '=', this.#userId),
      )
      .selectAll('assets');
  }
}

/** Lets an account see files that are stored already. */
export async function grantAssets(
  tx: Transaction<DatabaseSchema>,
  userId: string,
  ids: readonly AssetId[],
  options: { readonly uploaded: boolean },
): Promise<void> {
  if (ids.length === 0) return;
  const uploaded = options.uploaded ? 1 : 0;
  await tx
    .insertInto('asset_owners')
    .values([...new Set(ids)].map((asset_id) => ({ asset_id, user_id: userId, uploaded }) as const))
    .onConflict((conflict) =>
      options.uploaded
        ? conflict.columns(['asset_id', 'user_id']).doUpdateSet({ uploaded: 1 })
        : conflict.doNothing(),
    )
    .execute();
}

export function toAssetRow(
  asset: NewAsset,
  options: { readonly uploaded: boolean; readonly now: number },
): Selectable<AssetsTable> {
  return {
    id: asset.id,
    kind: asset.kind,
    media_type: asset.mediaType,
    bytes: asset.bytes,
    width: asset.width ?? null,
    height: asset.height ?? null,
    uploaded: options.uploaded ? 1 : 0,
    created_at: new Date(options.now).toISOString(),
  };
}

function toAsset(row: Selectable<AssetsTable>): Asset {
  return {
    id: row.id,
    kind: row.kind,
    mediaType: row.media_type,
    bytes: row.bytes,
    ...(row.width === null || row.height === null ? {} : { width: row.width, height: row.height }),
    url: assetUrl(row.id),
  };
}

export function assetUrl(id: AssetId): string {
  return `${API_PREFIX}/assets/${id}`;
}
