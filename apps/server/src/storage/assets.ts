import { API_PREFIX, type Asset, type AssetId } from '@diorama/contracts';
import type { Selectable } from 'kysely';
import type { Database } from './database.ts';
import type { AssetsTable } from './schema.ts';

export interface NewAsset {
  readonly id: AssetId;
  readonly kind: Asset['kind'];
  readonly mediaType: string;
  readonly bytes: number;
  readonly width?: number;
  readonly height?: number;
}

/** The stored files, by what their bytes are. */
export class AssetRepository {
  readonly #db: Database;
  readonly #now: () => number;

  constructor(db: Database, now: () => number = Date.now) {
    this.#db = db;
    this.#now = now;
  }

  /** Records an uploaded file whose blob is already stored. Known bytes keep their record and become an upload. */
  async addUpload(asset: NewAsset): Promise<Asset> {
    const row = await this.#db
      .insertInto('assets')
      .values(toAssetRow(asset, { uploaded: true, now: this.#now() }))
      .onConflict((conflict) => conflict.column('id').doUpdateSet({ uploaded: 1 }))
      .returningAll()
      .executeTakeFirstOrThrow();
    return toAsset(row);
  }

  async find(id: AssetId): Promise<Asset | null> {
    const row = await this.#db.selectFrom('assets').selectAll().where('id', '=', id).executeTakeFirst();
    return row ? toAsset(row) : null;
  }

  async findMany(ids: readonly AssetId[]): Promise<Map<AssetId, Asset>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db.selectFrom('assets').selectAll().where('id', 'in', ids).execute();
    return new Map(rows.map((row) => [row.id, toAsset(row)]));
  }
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
