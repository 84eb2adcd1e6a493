import { type Asset, type Generation, isFinished } from '@diorama/contracts';
import { parseSceneDocument } from '@diorama/scene';
import type { ZipPart } from '../exports/zip-stream.ts';
import { parseJsonBytes } from '../http/recognise.ts';
import { sourceAssetsOf } from '../jobs/resolve-scene.ts';
import { blobKeyOf } from '../storage/asset-id.ts';
import { AssetRepository } from '../storage/assets.ts';
import type { BlobStore } from '../storage/blob-store.ts';
import type { Database } from '../storage/database.ts';
import { inputsOf } from '../storage/generation-intake.ts';
import { toGenerations } from '../storage/generation-rows.ts';
import { OwnedProjects } from '../storage/projects.ts';
import {
  ENTRIES_NAME,
  MANIFEST_NAME,
  nameOfFile,
  outputAssetsOf,
  PROJECT_FORMAT,
  PROJECT_VERSION,
  type ProjectEntry,
  type ProjectManifest,
} from './project-file.ts';

export interface ExportDependencies {
  readonly db: Database;
  readonly blobs: BlobStore;
}

export interface ProjectExport {
  readonly name: string;
  readonly entries: number;
  /** Files of the history that are gone from the data folder. */
  readonly missing: readonly string[];
  readonly parts: (signal: AbortSignal) => AsyncIterable<ZipPart>;
}

const ENTRIES_PER_READ = 100;
const FILES_PER_READ = 1_000;
/** The same for every part: the same project gives the same bytes. */
const MODIFIED_AT = new Date(Date.UTC(2000, 0, 1));

/**
 * A project with its history, as the parts of a project file. What is in the trash, waiting or running stays out.
 *
 * @returns Null when the account has no such project.
 */
export async function exportProject(
  ownerId: string,
  projectId: string,
  deps: ExportDependencies,
): Promise<ProjectExport | null> {
  const { db } = deps;
  const project = await new OwnedProjects(db, ownerId, Date.now).find(projectId);
  if (!project) return null;
  const seqs = (
    await db
      .selectFrom('entries')
      .select('seq')
      .where('owner_id', '=', ownerId)
      .where('project_id', '=', projectId)
      .where('deleted_at', 'is', null)
      .where('status', 'in', ['succeeded', 'failed', 'canceled'])
      .orderBy('seq')
      .execute()
  ).map(({ seq }) => seq);
  const { files, missing } = await collectFiles(ownerId, seqs, project.scene, deps);
  const { id, name, scene, camera, createdAt, updatedAt } = project;
  const manifest: ProjectManifest = {
    format: PROJECT_FORMAT,
    version: PROJECT_VERSION,
    project: { id, name, scene, camera, createdAt, updatedAt },
    boards: await boardsOf(db, ownerId, projectId),
    entries: seqs.length,
    missing,
  };
  return {
    name,
    entries: seqs.length,
    missing,
    parts: (signal) => partsOf(manifest, seqs, files, deps, signal),
  };
}

async function* partsOf(
  manifest: ProjectManifest,
  seqs: readonly number[],
  files: ReadonlyMap<string, number>,
  deps: ExportDependencies,
  signal: AbortSignal,
): AsyncGenerator<ZipPart> {
  const common = { modifiedAt: MODIFIED_AT };
  yield {
    ...common,
    name: MANIFEST_NAME,
    content: new TextEncoder().encode(`${JSON.stringify(manifest, null, 2)}\n`),
    isCompressed: true,
  };
  yield {
    ...common,
    name: ENTRIES_NAME,
    content: { stream: streamOf(linesOf(seqs, deps.db, signal)) },
    isCompressed: true,
  };
  for (const [asset, bytes] of files) {
    signal.throwIfAborted();
    const found = await deps.blobs.get(blobKeyOf(asset));
    if (!found) throw new Error('a file was deleted while the project was exported');
    yield { ...common, name: nameOfFile(asset), content: { bytes, stream: found.stream } };
  }
}

async function* linesOf(
  seqs: readonly number[],
  db: Database,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  for await (const entry of readEntries(seqs, db)) {
    signal.throwIfAborted();
    yield encoder.encode(`${JSON.stringify(entry)}\n`);
  }
}

/** In the order in which they were made; what was deleted meanwhile is left out. */
async function* readEntries(seqs: readonly number[], db: Database): AsyncGenerator<ProjectEntry> {
  for (let from = 0; from < seqs.length; from += ENTRIES_PER_READ) {
    const rows = await db
      .selectFrom('generations')
      .selectAll()
      .where('seq', 'in', seqs.slice(from, from + ENTRIES_PER_READ))
      .orderBy('seq')
      .execute();
    const generations = await toGenerations(db, rows);
    for (const [index, row] of rows.entries()) {
      const generation = generations[index]!;
      if (isFinished(generation.status))
        yield toEntry(generation, { seed: row.seed, startedAt: row.started_at });
    }
  }
}

function toEntry(
  generation: Generation,
  { seed, startedAt }: { readonly seed: number; readonly startedAt: string | null },
): ProjectEntry {
  return {
    id: generation.id,
    status: generation.status as ProjectEntry['status'],
    request: generation.request,
    seed,
    progress: generation.progress,
    outputs: generation.outputs.map(({ asset, width, height, seed: own, aovs, raw, alignment }) => ({
      asset,
      width,
      height,
      seed: own,
      ...(aovs
        ? { aovs: Object.fromEntries(Object.entries(aovs).map(([name, link]) => [name, link.asset])) }
        : {}),
      ...(raw ? { raw: raw.asset } : {}),
      ...(alignment ? { alignment } : {}),
    })),
    look: generation.look ?? null,
    warnings: generation.warnings,
    error: generation.error ?? null,
    attempts: generation.attempts,
    timings: generation.timings,
    cost: generation.cost ?? null,
    modelUsed: generation.modelUsed ?? null,
    favorite: generation.favorite,
    rejected: generation.rejected,
    tags: generation.tags.toSorted(),
    boards: generation.boards.toSorted(),
    createdAt: generation.createdAt,
    startedAt,
    finishedAt: generation.finishedAt ?? generation.createdAt,
  };
}

/**
 * Every file that the project and its entries name, with its size: scenes last, behind the models that they use. A record
 * may name whatever it likes, an imported one above all: what is not the account's counts as gone.
 */
async function collectFiles(
  ownerId: string,
  seqs: readonly number[],
  scene: string | null,
  { db, blobs }: ExportDependencies,
): Promise<{ files: Map<string, number>; missing: string[] }> {
  const named = new Set<string>(scene === null ? [] : [scene]);
  for await (const entry of readEntries(seqs, db)) {
    for (const asset of outputAssetsOf(entry)) named.add(asset);
    for (const asset of inputsOf(entry.request)) named.add(asset);
  }
  const mine = await ownKinds(db, ownerId, [...named]);
  const scenes = [...named].filter((asset) => mine.get(asset) === 'scene');
  const models = new Set<string>();
  for (const scene of scenes) for (const source of await modelsOf(scene, blobs)) models.add(source);
  for (const [asset, kind] of await ownKinds(db, ownerId, [...models])) mine.set(asset, kind);
  for (const model of models) named.add(model);
  const files = new Map<string, number>();
  const missing: string[] = [];
  const others = [...named].filter((asset) => mine.get(asset) !== 'scene').toSorted();
  for (const asset of [...others, ...scenes.toSorted()]) {
    const info = mine.has(asset) ? await blobs.head(blobKeyOf(asset)) : null;
    if (info) files.set(asset, info.bytes);
    else missing.push(asset);
  }
  return { files, missing };
}

/** Which of these files the account has, and what they are. */
async function ownKinds(
  db: Database,
  ownerId: string,
  assets: readonly string[],
): Promise<Map<string, Asset['kind']>> {
  const own = new AssetRepository(db).of(ownerId);
  const kinds = new Map<string, Asset['kind']>();
  for (let from = 0; from < assets.length; from += FILES_PER_READ)
    for (const [id, { kind }] of await own.findMany(assets.slice(from, from + FILES_PER_READ)))
      kinds.set(id, kind);
  return kinds;
}

/** A scene that cannot be read names nothing; it is found out where it is used. */
async function modelsOf(scene: string, blobs: BlobStore): Promise<readonly string[]> {
  const bytes = await blobs.read(blobKeyOf(scene));
  if (!bytes) return [];
  try {
    return sourceAssetsOf(parseSceneDocument(parseJsonBytes(bytes, 'invalid-scene')));
  } catch {
    return [];
  }
}

async function boardsOf(
  db: Database,
  ownerId: string,
  projectId: string,
): Promise<ProjectManifest['boards']> {
  return await db
    .selectFrom('boards')
    .select(['boards.id', 'boards.name', 'boards.created_at as createdAt'])
    .where('boards.owner_id', '=', ownerId)
    .where(({ exists, selectFrom }) =>
      exists(
        selectFrom('board_entries')
          .innerJoin('entries', 'entries.seq', 'board_entries.seq')
          .select('entries.seq')
          .whereRef('board_entries.board_id', '=', 'boards.id')
          .where('entries.project_id', '=', projectId)
          .where('entries.deleted_at', 'is', null)
          .where('entries.status', 'in', ['succeeded', 'failed', 'canceled']),
      ),
    )
    .orderBy('boards.id')
    .execute();
}

function streamOf(bytes: AsyncGenerator<Uint8Array>): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await bytes.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await bytes.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
