import { DioramaError, type GenerationRequest, LIMITS, type Project } from '@diorama/contracts';
import type { Transaction } from 'kysely';
import { grantAssets, type NewAsset, toAssetRow } from '../storage/assets.ts';
import type { Database } from '../storage/database.ts';
import { foldText } from '../storage/fold-text.ts';
import { errorColumns } from '../storage/generation-rows.ts';
import { inputsOf } from '../storage/generations.ts';
import { parentOf } from '../storage/lineage.ts';
import { recordHistoryChanged } from '../storage/outbox.ts';
import { OwnedProjects } from '../storage/projects.ts';
import type { DatabaseSchema } from '../storage/schema.ts';
import { uuidV7 } from '../storage/uuid-v7.ts';
import type { ProjectEntry, ProjectManifest } from './project-file.ts';
import type { ProjectArchive } from './read-archive.ts';

type Tx = Transaction<DatabaseSchema>;

/** Values in one statement stay far below what SQLite takes. */
const ROWS_PER_STATEMENT = 500;
const BUILT_IN = 'builtin';

export interface RowsToImport {
  readonly ownerId: string;
  /** Checked already; read once more for its entries. */
  readonly archive: ProjectArchive;
  readonly assets: ReadonlyMap<string, NewAsset>;
  /** Those of them that generations made. */
  readonly outputs: ReadonlySet<string>;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/**
 * Writes all rows of a project file, all or none. What is there already stays as it is: entries of the same id and
 * account are passed over. Ids that are another account's get new ones, and lineage follows them. The money that the
 * entries cost was spent elsewhere: it stands in them, not in this server's ledger.
 *
 * @throws {DioramaError} `conflict` when there would be too many boards.
 */
export async function importRows(
  db: Database,
  { ownerId, archive, assets, outputs, now, signal }: RowsToImport,
): Promise<{ project: Project; entries: number; skipped: number }> {
  const { manifest } = archive;
  const ids: string[] = [];
  for await (const { id } of archive.entries(signal)) ids.push(id);
  return await db.transaction().execute(async (tx) => {
    await addAssets(tx, ownerId, assets, outputs, now());
    const available = await availableAssets(tx, ownerId);
    const projectId = await addProject(tx, ownerId, manifest, available, now());
    const boards = await addBoards(tx, ownerId, manifest.boards, now());
    const { own, renamed } = await knownIds(tx, ownerId, ids, now());
    let entries = 0;
    for await (const entry of archive.entries(signal)) {
      if (own.has(entry.id)) continue;
      await addEntry(tx, ownerId, withNewIds(entry, renamed), { projectId, boards, available });
      entries += 1;
    }
    await recordHistoryChanged(tx, ownerId);
    const project = await new OwnedProjects(tx as unknown as Database, ownerId, now).find(projectId);
    return { project: project!, entries, skipped: ids.length - entries };
  });
}

async function addAssets(
  tx: Tx,
  ownerId: string,
  assets: ReadonlyMap<string, NewAsset>,
  outputs: ReadonlySet<string>,
  nowMs: number,
): Promise<void> {
  for (const uploaded of [true, false]) {
    const some = [...assets.values()].filter(({ id }) => outputs.has(id) !== uploaded);
    for (const rows of chunks(some)) {
      await tx
        .insertInto('assets')
        .values(rows.map((asset) => toAssetRow(asset, { uploaded, now: nowMs })))
        .onConflict((conflict) =>
          uploaded ? conflict.column('id').doUpdateSet({ uploaded: 1 }) : conflict.doNothing(),
        )
        .execute();
      await grantAssets(
        tx,
        ownerId,
        rows.map(({ id }) => id),
        { uploaded },
      );
    }
  }
}

/** What of the account's files an entry may be tied to. */
async function availableAssets(tx: Tx, ownerId: string): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom('asset_owners')
    .innerJoin('assets', 'assets.id', 'asset_owners.asset_id')
    .select(['assets.id', 'assets.media_type'])
    .where('user_id', '=', ownerId)
    .execute();
  return new Map(rows.map(({ id, media_type }) => [id, media_type]));
}

async function addProject(
  tx: Tx,
  ownerId: string,
  { project }: ProjectManifest,
  available: ReadonlyMap<string, string>,
  nowMs: number,
): Promise<string> {
  const known = await tx
    .selectFrom('projects')
    .select('owner_id')
    .where('id', '=', project.id)
    .executeTakeFirst();
  if (known?.owner_id === ownerId) return project.id;
  const id = known ? uuidV7(nowMs) : project.id;
  const name = await freeName(tx, ownerId, project.name);
  await tx
    .insertInto('projects')
    .values({
      id,
      owner_id: ownerId,
      name,
      name_folded: foldText(name),
      scene_asset: project.scene !== null && available.has(project.scene) ? project.scene : null,
      camera: project.camera && JSON.stringify(project.camera),
      created_at: project.createdAt,
      updated_at: project.updatedAt,
    })
    .execute();
  return id;
}

async function freeName(tx: Tx, ownerId: string, wanted: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? wanted : `${wanted.slice(0, 190).trimEnd()} (${number})`;
    const taken = await tx
      .selectFrom('projects')
      .select('id')
      .where('owner_id', '=', ownerId)
      .where('name', '=', name)
      .executeTakeFirst();
    if (!taken) return name;
  }
}

/** @returns The id here of each board of the file. */
async function addBoards(
  tx: Tx,
  ownerId: string,
  boards: ProjectManifest['boards'],
  nowMs: number,
): Promise<ReadonlyMap<string, string>> {
  const { there } = await tx
    .selectFrom('boards')
    .select(({ fn }) => fn.countAll<number>().as('there'))
    .where('owner_id', '=', ownerId)
    .executeTakeFirstOrThrow();
  const ids = new Map<string, string>();
  let added = 0;
  for (const board of boards) {
    const known = await tx
      .selectFrom('boards')
      .select('owner_id')
      .where('id', '=', board.id)
      .executeTakeFirst();
    const id = known && known.owner_id !== ownerId ? uuidV7(nowMs) : board.id;
    ids.set(board.id, id);
    if (known?.owner_id === ownerId) continue;
    added += 1;
    if (there + added > LIMITS.boards)
      throw new DioramaError(
        'conflict',
        `There may be ${LIMITS.boards} boards, and the project brings more.`,
        {
          hint: 'Delete boards that are not needed any more, then import the project again.',
        },
      );
    await tx
      .insertInto('boards')
      .values({ id, owner_id: ownerId, name: board.name, created_at: board.createdAt })
      .execute();
  }
  return ids;
}

/** Which entries the account has already, and new ids for those that are another account's. */
async function knownIds(
  tx: Tx,
  ownerId: string,
  ids: readonly string[],
  nowMs: number,
): Promise<{ own: ReadonlySet<string>; renamed: ReadonlyMap<string, string> }> {
  const own = new Set<string>();
  const renamed = new Map<string, string>();
  for (const some of chunks(ids)) {
    const rows = await tx
      .selectFrom('generations')
      .select(['id', 'owner_id'])
      .where('id', 'in', some)
      .execute();
    for (const { id, owner_id } of rows)
      if (owner_id === ownerId) own.add(id);
      else renamed.set(id, uuidV7(nowMs));
  }
  return { own, renamed };
}

function withNewIds(entry: ProjectEntry, renamed: ReadonlyMap<string, string>): ProjectEntry {
  const id = renamed.get(entry.id) ?? entry.id;
  const { lineage } = entry.request;
  const parent = lineage?.generation ? renamed.get(lineage.generation) : undefined;
  const request: GenerationRequest =
    lineage && parent !== undefined
      ? { ...entry.request, lineage: { ...lineage, generation: parent } }
      : entry.request;
  return { ...entry, id, request };
}

async function addEntry(
  tx: Tx,
  ownerId: string,
  entry: ProjectEntry,
  {
    projectId,
    boards,
    available,
  }: {
    readonly projectId: string;
    readonly boards: ReadonlyMap<string, string>;
    readonly available: ReadonlyMap<string, string>;
  },
): Promise<void> {
  const { id, request } = entry;
  const { seq } = await tx
    .insertInto('generations')
    .values({
      id,
      owner_id: ownerId,
      status: entry.status,
      request: JSON.stringify(request),
      prompt_folded: foldText(request.prompt),
      engine: request.engine,
      lane: request.engine === BUILT_IN ? 'built-in' : 'remote',
      seed: entry.seed,
      attempts: entry.attempts,
      progress: JSON.stringify(entry.progress),
      look: entry.look && JSON.stringify(entry.look),
      warnings: JSON.stringify(entry.warnings),
      ...(entry.error ? errorColumns(entry.error) : {}),
      timings: JSON.stringify(entry.timings),
      cost: entry.cost && JSON.stringify(entry.cost),
      model_used: entry.modelUsed,
      created_at: entry.createdAt,
      started_at: entry.startedAt,
      finished_at: entry.finishedAt,
    })
    .returning('seq')
    .executeTakeFirstOrThrow();
  const capture = request.canvas?.capture ?? null;
  // A file of somebody else must not be shown to be there, nor be held when its owner deletes it.
  if (capture !== null && !available.has(capture))
    await tx.updateTable('entries').set({ cover_asset: null }).where('seq', '=', seq).execute();
  const inputs = inputsOf(request).filter((asset) => available.has(asset));
  if (inputs.length > 0)
    await tx
      .insertInto('generation_inputs')
      .values(inputs.map((asset) => ({ generation_id: id, asset_id: asset })))
      .execute();
  await addOutputs(tx, entry, available);
  await tx
    .updateTable('entries')
    .set({
      project_id: projectId,
      favorite: entry.favorite ? 1 : 0,
      rejected: entry.rejected ? 1 : 0,
      ...(await parentOf(tx, ownerId, request)),
    })
    .where('seq', '=', seq)
    .execute();
  if (entry.tags.length > 0)
    await tx
      .insertInto('entry_tags')
      .values([...new Set(entry.tags)].map((tag) => ({ owner_id: ownerId, tag, seq })))
      .execute();
  const on = [...new Set(entry.boards)].flatMap((board) => boards.get(board) ?? []);
  if (on.length > 0)
    await tx
      .insertInto('board_entries')
      .values(on.map((board_id) => ({ board_id, seq })))
      .execute();
}

/** An image whose file was gone already where it came from is left out. */
async function addOutputs(
  tx: Tx,
  { id, outputs }: ProjectEntry,
  available: ReadonlyMap<string, string>,
): Promise<void> {
  for (const [position, output] of outputs.filter(({ asset }) => available.has(asset)).entries()) {
    const { width, height, seed, alignment, raw } = output;
    const files: [aov: string, asset: string][] = [
      ['', output.asset],
      ...Object.entries(output.aovs ?? {}).filter(([, asset]) => available.has(asset)),
    ];
    for (const [aov, asset] of files)
      await tx
        .insertInto('outputs')
        .values({
          generation_id: id,
          position,
          aov,
          asset_id: asset,
          width,
          height,
          media_type: available.get(asset)!,
          seed,
          raw_asset_id: aov === '' && raw !== undefined && available.has(raw) ? raw : null,
          alignment: aov === '' && alignment ? JSON.stringify(alignment) : null,
        })
        .execute();
  }
}

function* chunks<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += ROWS_PER_STATEMENT)
    yield all.slice(from, from + ROWS_PER_STATEMENT);
}
