import { randomBytes } from 'node:crypto';
import { access, constants, lstat, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { DioramaError } from '@diorama/contracts';

export interface FileToWrite {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/**
 * Writes files whole or not at all: each goes to a temporary name in the same folder first, and only when all of them
 * are written are they moved to their places, over what was there before.
 *
 * @throws {DioramaError} `storage-full`, `storage-failed`, `canceled`.
 */
export async function writeFiles(files: readonly FileToWrite[], signal: AbortSignal): Promise<void> {
  const waiting: { from: string; to: string }[] = [];
  let current = files[0]?.path ?? '';
  try {
    for (const { path, bytes } of files) {
      current = path;
      if (signal.aborted) throw new DioramaError('canceled');
      const from = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`);
      waiting.push({ from, to: path });
      const handle = await open(from, 'wx');
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    if (signal.aborted) throw new DioramaError('canceled');
    for (const { from, to } of waiting) {
      current = to;
      await rename(from, to);
    }
  } catch (thrown) {
    // What cannot be removed was never made, or fails for the reason that is told already.
    await Promise.all(waiting.map(({ from }) => rm(from, { force: true }).catch(() => {})));
    throw asStorageError(thrown, current);
  }
}

/**
 * Finds out that files cannot be written before the minutes are spent that make them. What passes here can still fail
 * later, when the disk fills up meanwhile.
 *
 * @throws {DioramaError} `storage-failed`, as `writeFiles` would.
 */
export async function requireWritable(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    try {
      const folder = dirname(path);
      if (!(await stat(folder)).isDirectory()) throw Object.assign(new Error(), { code: 'ENOTDIR' });
      await access(folder, constants.W_OK);
      const there = await lstat(path).catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code === 'ENOENT') return null;
        throw thrown;
      });
      if (there?.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    } catch (thrown) {
      throw asStorageError(thrown, path);
    }
  }
}

export function asStorageError(thrown: unknown, path: string): unknown {
  if (thrown instanceof DioramaError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new DioramaError('storage-full', 'The disk is full; no file was written.', {
      hint: 'Free some space and run it again.',
      cause: thrown,
    });
  const reasons: Record<string, string> = {
    ENOENT: 'its folder does not exist',
    EACCES: 'this folder may not be written to',
    EPERM: 'this folder may not be written to',
    EROFS: 'this folder may not be written to',
    EISDIR: 'there is a folder of that name',
    ENOTDIR: 'its folder does not exist',
    ENAMETOOLONG: 'the name is too long',
  };
  const name = basename(path);
  return new DioramaError(
    'storage-failed',
    `${name.length > 80 ? `${name.slice(0, 80)}…` : name} cannot be written: ${reasons[code] ?? 'the system refused'}.`,
    {
      hint: 'Choose another place with -o.',
      cause: thrown,
    },
  );
}

/** `out.png` becomes `out-2.png`, or `out-2-depth.png` with a suffix. */
export function numberedPath(path: string, number: number | null, suffix = ''): string {
  const extension = extname(path);
  const stem = path.slice(0, path.length - extension.length);
  return `${stem}${number === null ? '' : `-${number}`}${suffix}${extension}`;
}
