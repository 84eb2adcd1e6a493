import {
  type Camera,
  cameraSchema,
  DioramaError,
  type GenerationRequest,
  type Project,
} from '@diorama/contracts';
import { type Expression, type ExpressionBuilder, type SqlBool, sql, type Transaction } from 'kysely';
import { releaseAssets, requireOwnedAssets } from './asset-release.ts';
import type { Database } from './database.ts';
import { foldText } from './fold-text.ts';
import { recordHistoryChanged } from './outbox.ts';
import type { DatabaseSchema } from './schema.ts';
import { readStoredJson } from './stored-json.ts';
import { uuidV7 } from './uuid-v7.ts';

type Tx = Transaction<DatabaseSchema>;

/** What a project is made or changed with; absent stays as it is. */
export interface ProjectChange {
  readonly name?: string | undefined;
  readonly scene?: string | null | undefined;
  readonly camera?: Camera | null | undefined;
}

/**
 * The project that a request names, made when there is none; null when it names none. Its scene and camera become those
 * of the request, so that the project opens where its newest image was made.
 */
export async function projectOf(
  tx: Tx,
  {
    ownerId,
    request,
    at,
  }: { readonly ownerId: string; readonly request: GenerationRequest; readonly at: string },
): Promise<string | null> {
  const name = request.project?.trim();
  if (!name) return null;
  const scene = request.canvas && {
    scene_asset: request.canvas.scene,
    camera: request.canvas.camera ? JSON.stringify(request.canvas.camera) : null,
  };
  const { id } = await tx
    .insertInto('projects')
    .values({
      id: uuidV7(Date.parse(at)),
      owner_id: ownerId,
      name,
      name_folded: foldText(name),
      scene_asset: null,
      camera: null,
      ...scene,
      created_at: at,
      updated_at: at,
    })
    .onConflict((conflict) =>
      conflict.columns(['owner_id', 'name']).doUpdateSet({ ...scene, updated_at: at }),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** The projects of one account. */
export class OwnedProjects {
  readonly #db: Database;
  readonly #ownerId: string;
  readonly #now: () => number;

  constructor(db: Database, ownerId: string, now: () => number) {
    this.#db = db;
    this.#ownerId = ownerId;
    this.#now = now;
  }

  /** Last changed first. */
  async list(): Promise<Project[]> {
    return await this.#read(this.#db);
  }

  async find(id: string): Promise<Project | null> {
    return (await this.#read(this.#db, (eb) => eb('projects.id', '=', id)))[0] ?? null;
  }

  /** @throws {DioramaError} `conflict` for a name that is taken, `unknown-asset`. */
  async create(project: ProjectChange & { readonly name: string }): Promise<Project> {
    const id = uuidV7(this.#now());
    return await this.#db.transaction().execute(async (tx) => {
      await this.#requireFreeName(tx, id, project.name);
      const at = new Date(this.#now()).toISOString();
      await tx
        .insertInto('projects')
        .values({
          id,
          owner_id: this.#ownerId,
          name: project.name,
          name_folded: foldText(project.name),
          scene_asset: null,
          camera: null,
          ...(await this.#columns(tx, project)),
          created_at: at,
          updated_at: at,
        })
        .execute();
      return await this.#require(tx, id);
    });
  }

  /**
   * Null when there is no such project.
   *
   * @throws {DioramaError} `conflict` for a name that is taken, `unknown-asset`.
   */
  async update(id: string, change: ProjectChange): Promise<Project | null> {
    return await this.#db.transaction().execute(async (tx) => {
      const before = (await this.#read(tx, (eb) => eb('projects.id', '=', id)))[0];
      if (!before) return null;
      if (change.name !== undefined) await this.#requireFreeName(tx, id, change.name);
      await tx
        .updateTable('projects')
        .set({ ...(await this.#columns(tx, change)), updated_at: new Date(this.#now()).toISOString() })
        .where('id', '=', id)
        .execute();
      if (before.scene !== null && change.scene !== undefined && change.scene !== before.scene)
        await releaseAssets(tx, this.#ownerId, [before.scene]);
      if (change.name !== undefined && change.name !== before.name)
        await recordHistoryChanged(tx, this.#ownerId);
      return await this.#require(tx, id);
    });
  }

  /** Its entries stay, in no project. False when there is no such project. */
  async delete(id: string): Promise<boolean> {
    return await this.#db.transaction().execute(async (tx) => {
      const gone = await tx
        .deleteFrom('projects')
        .where('id', '=', id)
        .where('owner_id', '=', this.#ownerId)
        .returning('scene_asset')
        .executeTakeFirst();
      if (!gone) return false;
      if (gone.scene_asset !== null) await releaseAssets(tx, this.#ownerId, [gone.scene_asset]);
      await recordHistoryChanged(tx, this.#ownerId);
      return true;
    });
  }

  async #columns(tx: Tx, { name, scene, camera }: ProjectChange) {
    if (typeof scene === 'string') await requireOwnedAssets(tx, this.#ownerId, [scene]);
    return {
      ...(name === undefined ? {} : { name, name_folded: foldText(name) }),
      ...(scene === undefined ? {} : { scene_asset: scene }),
      ...(camera === undefined ? {} : { camera: camera === null ? null : JSON.stringify(camera) }),
    };
  }

  async #requireFreeName(tx: Tx, id: string, name: string): Promise<void> {
    const taken = await tx
      .selectFrom('projects')
      .select('id')
      .where('owner_id', '=', this.#ownerId)
      .where('name', '=', name)
      .where('id', '!=', id)
      .executeTakeFirst();
    if (taken)
      throw new DioramaError('conflict', 'There is a project of this name already.', {
        hint: 'Choose another name, or open that project.',
      });
  }

  async #require(tx: Tx, id: string): Promise<Project> {
    return (await this.#read(tx, (eb) => eb('projects.id', '=', id)))[0]!;
  }

  async #read(
    db: Database | Tx,
    which?: (eb: ExpressionBuilder<DatabaseSchema, 'projects'>) => Expression<SqlBool>,
  ): Promise<Project[]> {
    let query = db
      .selectFrom('projects')
      .selectAll()
      .select([
        sql<string | null>`(select cover_asset from entries where entries.project_id = projects.id
          and entries.deleted_at is null and entries.cover_is_output = 1 order by entries.seq desc limit 1)`.as(
          'cover',
        ),
        sql<number>`(select count(*) from entries where entries.project_id = projects.id
          and entries.deleted_at is null)`.as('entries'),
      ])
      .where('owner_id', '=', this.#ownerId)
      .orderBy('updated_at', 'desc')
      .orderBy('id', 'desc');
    if (which) query = query.where(which);
    return (await query.execute()).map((row) => ({
      id: row.id,
      name: row.name,
      scene: row.scene_asset,
      camera: row.camera === null ? null : (cameraSchema.safeParse(readStoredJson(row.camera)).data ?? null),
      cover: row.cover,
      entries: row.entries,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
    }));
  }
}
