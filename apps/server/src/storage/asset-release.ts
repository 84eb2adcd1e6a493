import { DioramaError } from '@diorama/contracts';
import { type RawBuilder, sql, type Transaction } from 'kysely';
import type { DatabaseSchema } from './schema.ts';

type Tx = Transaction<DatabaseSchema>;

/** Everything that keeps a file, as SQL over `asset_id` of the row that is looked at. */
interface Reference {
  /** Whoever's it is. */
  readonly any: (asset: RawBuilder<unknown>) => RawBuilder<boolean>;
  /** Of one account. */
  readonly of: (asset: RawBuilder<unknown>, owner: RawBuilder<unknown>) => RawBuilder<boolean>;
}

/** A table more that names assets belongs into this list: what it leaves out, deleting would take away. */
const REFERENCES: readonly Reference[] = [
  {
    any: (asset) => sql`exists (select 1 from outputs where outputs.asset_id = ${asset})`,
    of: (asset, owner) => sql`exists (select 1 from outputs join entries on entries.id = outputs.generation_id
      where outputs.asset_id = ${asset} and entries.owner_id = ${owner})`,
  },
  {
    any: (asset) => sql`exists (select 1 from outputs where outputs.raw_asset_id = ${asset})`,
    of: (asset, owner) => sql`exists (select 1 from outputs join entries on entries.id = outputs.generation_id
      where outputs.raw_asset_id = ${asset} and entries.owner_id = ${owner})`,
  },
  {
    any: (asset) => sql`exists (select 1 from generation_inputs where generation_inputs.asset_id = ${asset})`,
    of: (asset, owner) => sql`exists (select 1 from generation_inputs
      join entries on entries.id = generation_inputs.generation_id
      where generation_inputs.asset_id = ${asset} and entries.owner_id = ${owner})`,
  },
  {
    any: (asset) => sql`exists (select 1 from projects where projects.scene_asset = ${asset})`,
    of: (asset, owner) => sql`exists (select 1 from projects
      where projects.scene_asset = ${asset} and projects.owner_id = ${owner})`,
  },
  {
    any: (asset) =>
      sql`exists (select 1 from community_post_files where community_post_files.asset_id = ${asset})`,
    of: (asset, owner) => sql`exists (select 1 from community_post_files
      join community_posts on community_posts.id = community_post_files.post_id
      where community_post_files.asset_id = ${asset} and community_posts.author_id = ${owner})`,
  },
];

/** Whether anything at all names the asset. */
function isReferenced(asset: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`(${sql.join(
    REFERENCES.map(({ any }) => any(asset)),
    sql` or `,
  )})`;
}

/** Whether anything of one account names the asset. */
function isReferencedBy(asset: RawBuilder<unknown>, owner: RawBuilder<unknown>): RawBuilder<boolean> {
  return sql`(${sql.join(
    REFERENCES.map(({ of }) => of(asset, owner)),
    sql` or `,
  )})`;
}

/**
 * After something of an account was deleted: ends its access to those of the files that it neither sent nor still uses,
 * and forgets the files that are nobody's any more. Their blobs go later, with the sweeper.
 */
export async function releaseAssets(tx: Tx, ownerId: string, assets: readonly string[]): Promise<void> {
  if (assets.length === 0) return;
  const ids = sql`(select value from json_each(${JSON.stringify([...new Set(assets)])}))`;
  await sql`delete from asset_owners where user_id = ${ownerId} and asset_id in ${ids} and uploaded = 0
    and not ${isReferencedBy(sql.ref('asset_owners.asset_id'), sql`${ownerId}`)}`.execute(tx);
  await sql`delete from assets where id in ${ids} and ${IS_NOBODYS}`.execute(tx);
}

/** Of a row of `assets`. */
const IS_NOBODYS: RawBuilder<boolean> = sql`(
  not exists (select 1 from asset_owners where asset_owners.asset_id = assets.id)
  and not ${isReferenced(sql.ref('assets.id'))})`;

/** @throws {DioramaError} `unknown-asset` naming those that the account has not. */
export async function requireOwnedAssets(tx: Tx, ownerId: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const known = await tx
    .selectFrom('asset_owners')
    .select('asset_id as id')
    .where('user_id', '=', ownerId)
    .where('asset_id', 'in', ids)
    .execute();
  const missing = ids.filter((id) => !known.some((row) => row.id === id));
  if (missing.length > 0)
    throw new DioramaError('unknown-asset', undefined, { details: { assets: missing } });
}
