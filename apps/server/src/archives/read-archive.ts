import type { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { DioramaError, LIMITS } from '@diorama/contracts';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import type { z } from 'zod';
import { requireShallow } from '../jobs/json-depth.ts';
import {
  ENTRIES_BYTES_MAX,
  ENTRIES_NAME,
  keyOfName,
  LINE_BYTES_MAX,
  MANIFEST_BYTES_MAX,
  MANIFEST_NAME,
  manifestSchema,
  PROJECT_VERSION,
  type ProjectEntry,
  type ProjectManifest,
  projectEntrySchema,
} from './project-file.ts';

/** No image or model packs better than this; what claims to is made to fill memory or disk. */
const LARGEST_RATIO = 200;
const RATIO_ALLOWANCE_BYTES = 64 * 1024;
/** Bytes of a picture, which may be larger than an uploaded one: outputs are packed for speed. */
export const IMAGE_BYTES_MAX = 2 * LIMITS.imageBytes;
const FILE_BYTES_MAX = Math.max(LIMITS.modelBytes, IMAGE_BYTES_MAX);

export interface ArchivedFile {
  /** SHA-256 by its name; what it really is has to be found out. */
  readonly key: string;
  readonly bytes: number;
}

/** A project file whose list of contents was checked; nothing of it is trusted beyond that. */
export interface ProjectArchive {
  readonly manifest: ProjectManifest;
  readonly files: readonly ArchivedFile[];
  /** The bytes of a file, at most as many as were announced. */
  read(file: ArchivedFile): Promise<Readable>;
  /** One after the other, each checked; can be read again. */
  entries(signal: AbortSignal): AsyncGenerator<ProjectEntry>;
  close(): void;
}

/**
 * Opens a project file. Every budget is held before anything is unpacked: how many parts, how large each and all of them
 * will be, how much larger than packed. Names are compared with the few that may be there and never become paths.
 *
 * @throws {DioramaError} `invalid-archive`
 */
export async function openProjectArchive(path: string): Promise<ProjectArchive> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false, strictFileNames: true });
  try {
    const parts = await listParts(zip);
    const manifestPart = parts.get(MANIFEST_NAME);
    const entriesPart = parts.get(ENTRIES_NAME);
    if (!manifestPart || !entriesPart) throw invalid('It has no list of what is in it.');
    const manifest = await readManifest(zip, manifestPart);
    const byKey = new Map<string, Entry>();
    for (const [name, entry] of parts) {
      const key = keyOfName(name);
      if (key !== null) byKey.set(key, entry);
    }
    return {
      manifest,
      files: [...byKey].map(([key, entry]) => ({ key, bytes: entry.uncompressedSize })),
      read: async ({ key }) => await zip.openReadStreamPromise(byKey.get(key)!),
      entries: (signal) => readEntries(zip, entriesPart, manifest.entries, signal),
      close: () => zip.close(),
    };
  } catch (thrown) {
    zip.close();
    throw thrown;
  }
}

async function listParts(zip: ZipFile): Promise<Map<string, Entry>> {
  if (zip.entryCount > LIMITS.archiveEntries) throw invalid('It has too many files.');
  const parts = new Map<string, Entry>();
  let unpacked = 0;
  let packed = 0;
  for await (const entry of zip.eachEntry()) {
    const { fileName, uncompressedSize, compressedSize, compressionMethod } = entry;
    if (parts.has(fileName)) throw invalid('A file is in it twice.');
    const largest =
      fileName === MANIFEST_NAME
        ? MANIFEST_BYTES_MAX
        : fileName === ENTRIES_NAME
          ? ENTRIES_BYTES_MAX
          : keyOfName(fileName) === null
            ? -1
            : FILE_BYTES_MAX;
    if (largest < 0) throw invalid('There is something in it that does not belong there.');
    if (entry.isEncrypted() || (compressionMethod !== 0 && compressionMethod !== 8))
      throw invalid('It is packed in a way that Diorama does not use.');
    unpacked += uncompressedSize;
    packed += compressedSize;
    if (
      uncompressedSize > largest ||
      unpacked > LIMITS.archiveBytes ||
      uncompressedSize > compressedSize * LARGEST_RATIO + RATIO_ALLOWANCE_BYTES
    )
      throw invalid('It would unpack to more than it may.');
    // Parts that lie over each other unpack the same bytes many times.
    if (packed > zip.fileSize) throw invalid('Its parts lie over each other.');
    parts.set(fileName, entry);
  }
  return parts;
}

async function readManifest(zip: ZipFile, entry: Entry): Promise<ProjectManifest> {
  const chunks: Buffer[] = [];
  for await (const chunk of await checkedStream(zip, entry)) chunks.push(chunk);
  const json = parseJson(Buffer.concat(chunks));
  if (
    json !== null &&
    typeof json === 'object' &&
    'version' in json &&
    typeof json.version === 'number' &&
    json.version > PROJECT_VERSION
  )
    throw new DioramaError('invalid-archive', 'The file was written by a newer Diorama.', {
      hint: 'Update Diorama, then import it again.',
    });
  return parse(manifestSchema, json, 'The list of what is in it is not valid.');
}

async function* readEntries(
  zip: ZipFile,
  entry: Entry,
  announced: number,
  signal: AbortSignal,
): AsyncGenerator<ProjectEntry> {
  let found = 0;
  for await (const line of linesOf(await checkedStream(zip, entry))) {
    signal.throwIfAborted();
    found += 1;
    if (found > announced) throw invalid('It has more entries than it says.');
    const json = parseJson(line);
    requireShallow(json, LIMITS.jsonDepth, 'invalid-archive');
    yield parse(projectEntrySchema, json, `Entry ${found} is not valid.`);
  }
  if (found !== announced) throw invalid('It has fewer entries than it says.');
}

async function* linesOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    let from = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, from)) {
      yield Buffer.concat([...pending, chunk.subarray(from, end)]);
      pending = [];
      length = 0;
      from = end + 1;
    }
    length += chunk.length - from;
    if (length > LINE_BYTES_MAX) throw invalid('An entry is too long.');
    pending.push(chunk.subarray(from));
  }
  if (length > 0) throw invalid('Its last entry is cut off.');
}

/** The bytes of a part, whose check sum must hold: text has no hash in its name. */
async function* checkedStream(zip: ZipFile, entry: Entry): AsyncGenerator<Buffer> {
  let sum = 0;
  const stream = await zip.openReadStreamPromise(entry);
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
  } finally {
    stream.destroy();
  }
  if (sum !== entry.crc32) throw invalid('It is damaged.');
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes the file.
    throw invalid('A part of it is not valid JSON.');
  }
}

function parse<S extends z.ZodType>(schema: S, json: unknown, message: string): z.output<S> {
  const { success, data, error } = schema.safeParse(json);
  if (success) return data;
  throw new DioramaError('invalid-archive', `This is not a sound project file. ${message}`, {
    details: {
      issues: error.issues
        .slice(0, 5)
        .map((issue) => ({ field: issue.path.join('.'), message: issue.message })),
    },
  });
}

export function invalid(message: string, cause?: unknown): DioramaError {
  return new DioramaError('invalid-archive', `This is not a sound project file. ${message}`, {
    ...(cause === undefined ? {} : { cause }),
  });
}
