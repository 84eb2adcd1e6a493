import { open } from 'node:fs/promises';
import { DioramaError, type ErrorCode, LIMITS, type Project } from '@diorama/contracts';
import { tooLarge } from '../http/read-json.ts';
import { BYTES_TO_RECOGNISE, byteLimitOf, type FileType, recogniseFile } from '../http/recognise.ts';
import { inspectFile, toNewAsset } from '../http/store-upload.ts';
import type { BackgroundTasks } from '../jobs/background-tasks.ts';
import { assetIdOf } from '../storage/asset-id.ts';
import { AssetRepository, type NewAsset } from '../storage/assets.ts';
import type { BlobStore, StagedBlob } from '../storage/blob-store.ts';
import type { Database } from '../storage/database.ts';
import { toStorageError } from '../storage/errors.ts';
import { inputsOf } from '../storage/generation-intake.ts';
import { importRows } from './import-rows.ts';
import { outputAssetsOf, type ProjectEntry } from './project-file.ts';
import {
  type ArchivedFile,
  IMAGE_BYTES_MAX,
  invalid,
  openProjectArchive,
  type ProjectArchive,
} from './read-archive.ts';

export interface ImportDependencies {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly background: BackgroundTasks;
  readonly now?: () => number;
}

export interface ImportedProject {
  readonly project: Project;
  /** Entries that were added, files of theirs, and entries that were here already. */
  readonly entries: number;
  readonly files: number;
  readonly skipped: number;
}

/**
 * Brings a project file into an account. Everything in it is looked at as if somebody had just sent it: each file has to
 * have the hash it is called by and to pass the checks of an upload, each record those of a request. Only then files are
 * stored and rows written; when anything fails, nothing is left behind.
 *
 * Files whose rows could not be written after all, as when the disk fills up, go with the sweeper.
 *
 * @param bytes The project file.
 * @throws {DioramaError} `invalid-archive`, `file-too-large`, `storage-full`, `storage-failed`, `conflict`, `canceled`.
 */
export async function importProject(
  bytes: AsyncIterable<Uint8Array>,
  ownerId: string,
  deps: ImportDependencies,
  signal: AbortSignal,
): Promise<ImportedProject> {
  const upload = await deps.blobs.stage(within(bytes, LIMITS.archiveBytes), { signal });
  const staged: StagedBlob[] = [];
  let archive: ProjectArchive | null = null;
  try {
    const checked = await asArchiveFault(signal, async () => {
      archive = await openProjectArchive(upload.path);
      return await check(archive, ownerId, deps, staged, signal);
    });
    signal.throwIfAborted();
    for (const file of staged) await file.commit();
    return {
      ...(await importRows(deps.db, {
        ownerId,
        archive: archive!,
        assets: checked.assets,
        outputs: checked.outputs,
        now: deps.now ?? Date.now,
        signal,
      })),
      files: checked.assets.size,
    };
  } finally {
    (archive as ProjectArchive | null)?.close();
    for (const file of staged) await file.discard();
    await upload.discard();
  }
}

interface Checked {
  /** What is in the file, by id. */
  readonly assets: ReadonlyMap<string, NewAsset>;
  /** Those of them that entries made; the others were given. */
  readonly outputs: ReadonlySet<string>;
}

async function check(
  archive: ProjectArchive,
  ownerId: string,
  deps: ImportDependencies,
  staged: StagedBlob[],
  signal: AbortSignal,
): Promise<Checked> {
  const assets = new Map<string, NewAsset>();
  const repository = new AssetRepository(deps.db);
  const mine = repository.of(ownerId);
  const scenes: StagedBlob[] = [];
  const look = async (file: StagedBlob, type: FileType): Promise<void> => {
    const id = assetIdOf(file.key);
    // Bytes that passed once need no second look, whoever sent them. But a scene of somebody else may use models that
    // this account has not: those it must bring or have.
    const known = type === 'json' ? await mine.find(id) : await repository.find(id);
    const asset = known
      ? toNewAsset(known)
      : await inspectFile(file, type, {
          background: deps.background,
          modelsAmong: async (ids) => {
            const found = await mine.findMany(ids);
            return new Set(ids.filter((model) => (assets.get(model) ?? found.get(model))?.kind === 'model'));
          },
        });
    assets.set(id, asset);
  };
  for (const file of archive.files) {
    signal.throwIfAborted();
    const received = await deps.blobs.stage(await archive.read(file), { signal });
    staged.push(received);
    if (received.key !== file.key) throw invalid('A file is not the one that it is called.');
    const type = await typeOf(received, file);
    // Scenes wait for the models that they use.
    if (type === 'json') scenes.push(received);
    else await look(received, type);
  }
  for (const scene of scenes) {
    signal.throwIfAborted();
    await look(scene, 'json');
  }
  return { assets, outputs: await checkEntries(archive, assets, mine, signal) };
}

async function typeOf({ path }: StagedBlob, { bytes }: ArchivedFile): Promise<FileType> {
  const file = await open(path, 'r');
  try {
    const head = new Uint8Array(BYTES_TO_RECOGNISE);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    const type = recogniseFile(head.subarray(0, bytesRead));
    const largest = type === 'glb' || type === 'json' ? byteLimitOf(type) : IMAGE_BYTES_MAX;
    if (bytes > largest) throw invalid('A file in it is too large.');
    return type;
  } finally {
    await file.close();
  }
}

/** Whether all that entries name is there, is of the right kind, and is as large as they say. */
async function checkEntries(
  archive: ProjectArchive,
  assets: ReadonlyMap<string, NewAsset>,
  mine: ReturnType<AssetRepository['of']>,
  signal: AbortSignal,
): Promise<Set<string>> {
  const missing = new Set(archive.manifest.missing);
  const boards = new Set(archive.manifest.boards.map(({ id }) => id));
  const find = async (id: string): Promise<NewAsset | null> => {
    const own = assets.get(id);
    if (own) return own;
    const asset = await mine.find(id);
    if (!asset && !missing.has(id)) throw invalid('A file that it names is not in it.');
    return asset && toNewAsset(asset);
  };
  const { scene } = archive.manifest.project;
  if (scene !== null && (await find(scene))?.kind === 'image')
    throw invalid('The scene of the project is a picture.');
  const ids = new Set<string>();
  const outputs = new Set<string>();
  for await (const entry of archive.entries(signal)) {
    if (ids.has(entry.id)) throw invalid('An entry is in it twice.');
    ids.add(entry.id);
    if (entry.boards.some((board) => !boards.has(board))) throw invalid('An entry is on an unknown board.');
    for (const asset of inputsOf(entry.request)) await find(asset);
    for (const asset of outputAssetsOf(entry)) {
      if ((await find(asset))?.kind === 'model') throw invalid('The image of an entry is a model.');
      outputs.add(asset);
    }
    await checkSizes(entry, find);
  }
  return outputs;
}

async function checkSizes(
  { status, outputs }: ProjectEntry,
  find: (id: string) => Promise<NewAsset | null>,
): Promise<void> {
  if (status !== 'succeeded' && outputs.length > 0) throw invalid('An entry that failed has images.');
  for (const { asset, width, height } of outputs) {
    const found = await find(asset);
    if (found && (found.kind !== 'image' || found.width !== width || found.height !== height))
      throw invalid('An image is not as large as its entry says.');
  }
}

async function* within(bytes: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of bytes) {
    total += chunk.byteLength;
    if (total > most) throw tooLarge(most);
    yield chunk;
  }
}

/** What is wrong with the server and not with the file. */
const OWN_FAULTS: ReadonlySet<ErrorCode> = new Set([
  'invalid-archive',
  'storage-full',
  'storage-failed',
  'canceled',
  'internal',
]);

/** Whatever is found out about the file while it is read makes it an unsound one; the first fault is told. */
async function asArchiveFault<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (signal.aborted) throw new DioramaError('canceled', undefined, { cause: thrown });
    const known = toStorageError(thrown);
    if (!(known instanceof DioramaError)) throw invalid('It cannot be unpacked.', known);
    if (OWN_FAULTS.has(known.code)) throw known;
    throw invalid(known.message, known);
  }
}
