import { setImmediate } from 'node:timers/promises';
import { DioramaError, type GenerationRequest, LIMITS, type Project } from '@diorama/contracts';
import { sql, type Transaction } from 'kysely';
import { releaseAssets } from '../storage/asset-release.ts';
import { grantAssets, type NewAsset, toAssetRow } from '../storage/assets.ts';
import type { Database } from '../storage/database.ts';
import { removeEntries } from '../storage/entry-changes.ts';
import { foldText } from '../storage/fold-text.ts';
import { inputsOf } from '../storage/generation-intake.ts';
import { errorColumns } from '../storage/generation-rows.ts';
import { parentOf } from '../storage/lineage.ts';
import { recordHistoryChanged } from '../storage/outbox.ts';
import { OwnedProjects } from '../storage/projects.ts';
import type { DatabaseSchema } from '../storage/schema.ts';
import { uuidV7 } from '../storage/uuid-v7.ts';
import { outputAssetsOf, type ProjectEntry, type ProjectManifest } from './project-file.ts';
import type { ProjectArchive } from './read-archive.ts';

type Tx = Transaction<DatabaseSchema>;

/** Values in one statement stay far below what SQLite takes. */
const ROWS_PER_STATEMENT = 500;
/** Entries written before others get their turn: some hundredths of a second. */
const ENTRIES_PER_STEP = 100;
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
 * Writes the rows of a project file, in steps, because nothing else can be written during each. When one fails, the steps
 * before it are taken back; when the server is killed in between, what was written is sound, and importing the file again
 * brings the rest. What is there already stays as it is: entries of the same id and account are passed over. Ids that are
 * another account's get new ones, and lineage follows them. The money that the entries cost was spent elsewhere: it stands
 * in them, not in this server's ledger.
 *
 * @throws {DioramaError} `conflict` when there would be too many boards, or the project is deleted meanwhile.
 */
export async function importRows(
  db: Database,
  { ownerId, archive, assets, outputs, now, signal }: RowsToImport,
): Promise<{ project: Project; entries: number; skipped: number }> {
  const { manifest } = archive;
  const ids: string[] = [];
  for await (const { id } of archive.entries(signal)) ids.push(id);
  const known: KnownIds = { own: new Set(), renamed: new Map() };
  for (const some of chunks(ids, ROWS_PER_STATEMENT)) await findKnown(db, ownerId, some, known, now());
  const written: Written = { assets: [], project: null, boards: [], seqs: [] };
  const step = async <T>(work: (tx: Tx) => Promise<T>): Promise<T> => {
    signal.throwIfAborted();
    const result = await db.transaction().execute(work);
    // Whoever has waited for the database gets it first.
    await setImmediate();
    return result;
  };
  try {
    for (const uploaded of [true, false]) {
      const some = [...assets.values()].filter(({ id }) => outputs.has(id) !== uploaded);
      for (const rows of chunks(some, ROWS_PER_STATEMENT))
        await step(async (tx) => await addAssets(tx, ownerId, rows, { uploaded, now: now() }, written));
    }
    const { projectId, boards } = await step(async (tx) => ({
      projectId: await addProject(tx, ownerId, manifest, now(), written),
      boards: await addBoards(tx, ownerId, manifest.boards, now(), written),
    }));
    const context = { projectId, boards, known };
    for await (const some of inGroups(archive.entries(signal), ENTRIES_PER_STEP)) {
      const seqs = await step(async (tx) => await addEntries(tx, ownerId, some, { ...context, now: now() }));
      // Not before they are written for good: the numbers of what was not are given to others.
      for (const seq of seqs) written.seqs.push(seq);
    }
    await step(async (tx) => await recordHistoryChanged(tx, ownerId));
    const project = await new OwnedProjects(db, ownerId, now).find(projectId);
    if (!project) throw projectGone();
    const entries = written.seqs.length;
    return { project, entries, skipped: ids.length - entries };
  } catch (thrown) {
    // Why it failed is what has to be told, also when the same keeps this from succeeding, as a full disk.
    await takeBack(db, ownerId, written).catch(() => {});
    throw thrown;
  }
}

/** What an import has added so far. */
interface Written {
  /** Files that the account did not have. */
  readonly assets: string[];
  project: string | null;
  readonly boards: string[];
  readonly seqs: number[];
}

async function takeBack(db: Database, ownerId: string, written: Written): Promise<void> {
  for (const seqs of chunks(written.seqs, ENTRIES_PER_STEP))
    await db.transaction().execute(async (tx) => {
      const entries = await tx
        .selectFrom('entries')
        .select(['seq', 'id', 'status'])
        .where('owner_id', '=', ownerId)
        .where('seq', 'in', seqs)
        .execute();
      await removeEntries(tx, ownerId, entries);
    });
  await db.transaction().execute(async (tx) => {
    if (written.boards.length > 0)
      await tx
        .deleteFrom('boards')
        .where('owner_id', '=', ownerId)
        .where('id', 'in', written.boards)
        .execute();
    if (written.project !== null)
      await tx
        .deleteFrom('projects')
        .where('owner_id', '=', ownerId)
        .where('id', '=', written.project)
        .execute();
    await recordHistoryChanged(tx, ownerId);
  });
  for (const assets of chunks(written.assets, ROWS_PER_STATEMENT))
    await db.transaction().execute(async (tx) => {
      await tx
        .updateTable('asset_owners')
        .set({ uploaded: 0 })
        .where('user_id', '=', ownerId)
        .where('asset_id', 'in', assets)
        .execute();
      await releaseAssets(tx, ownerId, assets);
    });
}

async function addEntries(
  tx: Tx,
  ownerId: string,
  entries: readonly ProjectEntry[],
  {
    projectId,
    boards,
    known,
    now,
  }: {
    readonly projectId: string;
    readonly boards: ReadonlyMap<string, string>;
    readonly known: KnownIds;
    readonly now: number;
  },
): Promise<number[]> {
  const ids = entries.map(({ id }) => id);
  // Once more: others may have written since they were looked for.
  await findKnown(tx, ownerId, ids, known, now);
  const project = await tx
    .selectFrom('projects')
    .select('id')
    .where('id', '=', projectId)
    .where('owner_id', '=', ownerId)
    .executeTakeFirst();
  if (!project) throw projectGone();
  const context = {
    projectId,
    boards: await boardsLeft(tx, boards),
    available: await availableAssets(
      tx,
      ownerId,
      entries.flatMap((entry) => [...inputsOf(entry.request), ...outputAssetsOf(entry)]),
    ),
  };
  const seqs: number[] = [];
  for (const entry of entries)
    if (!known.own.has(entry.id))
      seqs.push(await addEntry(tx, ownerId, withNewIds(entry, known.renamed), context));
  return seqs;
}

function projectGone(): DioramaError {
  return new DioramaError('conflict', 'The project was deleted while it was imported.', {
    hint: 'Import it again.',
  });
}

async function* inGroups<T>(items: AsyncIterable<T>, most: number): AsyncGenerator<T[]> {
  let group: T[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < most) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}

async function addAssets(
  tx: Tx,
  ownerId: string,
  assets: readonly NewAsset[],
  { uploaded, now }: { readonly uploaded: boolean; readonly now: number },
  written: Written,
): Promise<void> {
  const ids = assets.map(({ id }) => id);
  const before = await availableAssets(tx, ownerId, ids);
  await tx
    .insertInto('assets')
    .values(assets.map((asset) => toAssetRow(asset, { uploaded, now })))
    .onConflict((conflict) =>
      uploaded ? conflict.column('id').doUpdateSet({ uploaded: 1 }) : conflict.doNothing(),
    )
    .execute();
  await grantAssets(tx, ownerId, ids, { uploaded });
  written.assets.push(...ids.filter((id) => !before.has(id)));
}

/** Which of these files the account has, with their types. */
async function availableAssets(
  tx: Tx,
  ownerId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await tx
    .selectFrom('asset_owners')
    .innerJoin('assets', 'assets.id', 'asset_owners.asset_id')
    .select(['assets.id', 'assets.media_type'])
    .where('user_id', '=', ownerId)
    .where('asset_id', 'in', sql<string>`(select value from json_each(${JSON.stringify(ids)}))`)
    .execute();
  return new Map(rows.map(({ id, media_type }) => [id, media_type]));
}

/** Boards may be deleted while their entries are still coming. */
async function boardsLeft(tx: Tx, boards: ReadonlyMap<string, string>): Promise<ReadonlyMap<string, string>> {
  if (boards.size === 0) return boards;
  const rows = await tx
    .selectFrom('boards')
    .select('id')
    .where('id', 'in', [...boards.values()])
    .execute();
  const left = new Set(rows.map(({ id }) => id));
  return new Map([...boards].filter(([, id]) => left.has(id)));
}

async function addProject(
  tx: Tx,
  ownerId: string,
  { project }: ProjectManifest,
  nowMs: number,
  written: Written,
): Promise<string> {
  const known = await tx
    .selectFrom('projects')
    .select('owner_id')
    .where('id', '=', project.id)
    .executeTakeFirst();
  if (known?.owner_id === ownerId) return project.id;
  const id = known ? uuidV7(nowMs) : project.id;
  const name = await freeName(tx, ownerId, project.name);
  const { scene } = project;
  const hasScene = scene !== null && (await availableAssets(tx, ownerId, [scene])).has(scene);
  await tx
    .insertInto('projects')
    .values({
      id,
      owner_id: ownerId,
      name,
      name_folded: foldText(name),
      scene_asset: hasScene ? scene : null,
      camera: project.camera && JSON.stringify(project.camera),
      created_at: project.createdAt,
      updated_at: project.updatedAt,
    })
    .execute();
  written.project = id;
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
  written: Written,
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
    written.boards.push(id);
  }
  return ids;
}

/** Which entries the account has already, and new ids for those that are another account's. */
interface KnownIds {
  readonly own: Set<string>;
  readonly renamed: Map<string, string>;
}

async function findKnown(
  db: Database | Tx,
  ownerId: string,
  ids: readonly string[],
  known: KnownIds,
  nowMs: number,
): Promise<void> {
  const rows = await db.selectFrom('generations').select(['id', 'owner_id']).where('id', 'in', ids).execute();
  for (const { id, owner_id } of rows)
    if (owner_id === ownerId) known.own.add(id);
    else if (!known.renamed.has(id)) known.renamed.set(id, uuidV7(nowMs));
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
): Promise<number> {
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
  return seq;
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

function* chunks<T>(all: readonly T[], most: number): Generator<T[]> {
  for (let from = 0; from < all.length; from += most) yield all.slice(from, from + most);
}
