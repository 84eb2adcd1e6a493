import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { DioramaError, LIMITS } from '@diorama/contracts';
import { isInsideFolder } from '../container/external-name.ts';
import { listExternalFiles, missingFiles, packGlb } from '../container/pack-glb.ts';
import { overLimit } from '../model-error.ts';

/** A model from disk with everything inside. */
export interface ModelFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** File name without folder. */
  readonly name: string;
}

/**
 * Reads a GLB or glTF with the files it refers to, and packs them into one GLB. Only files inside the model's own
 * folder are opened, symbolic links followed before that is judged.
 *
 * @throws {DioramaError} `not-found`, `missing-files` (names relative to the model, never absolute paths), and those
 * of `checkModelBudget`.
 */
export async function readModelFile(path: string): Promise<ModelFile> {
  const name = basename(path);
  const main = await readWithin(path, LIMITS.modelBytes, name).catch((error: unknown) => {
    if (error instanceof DioramaError) throw error;
    throw new DioramaError('not-found', `The file ${name} cannot be read.`, {
      hint: 'Check the path of the model.',
      cause: error,
    });
  });
  const names = listExternalFiles(main);
  if (names.length === 0) return { bytes: packGlb(main), name };
  const folder = await realpath(dirname(path));
  const files = new Map<string, Uint8Array>();
  const missing: string[] = [];
  let left: number = LIMITS.modelBytes - main.length;
  for (const external of names) {
    const bytes = await readExternal(folder, external, left);
    if (!bytes) {
      missing.push(external);
      continue;
    }
    left -= bytes.length;
    files.set(external, bytes);
  }
  if (missing.length > 0) throw missingFiles(missing);
  return { bytes: packGlb(main, files), name };
}

async function readExternal(folder: string, name: string, maxBytes: number): Promise<Uint8Array | undefined> {
  if (!isInsideFolder(name)) return undefined;
  try {
    const real = await realpath(join(folder, name));
    if (!real.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return undefined;
    return await readWithin(real, maxBytes, name);
  } catch (error) {
    if (error instanceof DioramaError) throw error;
    return undefined;
  }
}

async function readWithin(path: string, maxBytes: number, name: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > maxBytes) throw overLimit(name, 'Bytes', size, maxBytes);
  return readFile(path);
}
