import { DioramaError } from '@diorama/contracts';

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
/** SQLITE_FULL. The other codes (I/O, read-only, corrupt, busy) all mean that the folder needs attention. */
const SQLITE_FULL = 13;

/**
 * Turns a failed file or database operation into the code that says what to do; other errors pass unchanged.
 */
export function toStorageError(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || thrown instanceof DioramaError || !('code' in thrown)) return thrown;
  if (typeof thrown.code !== 'string') return thrown;
  if (thrown.code === 'ERR_SQLITE_ERROR') {
    const sqliteCode = 'errcode' in thrown && typeof thrown.errcode === 'number' ? thrown.errcode & 0xff : 0;
    // 1 and 19 to 21, 25: SQL, constraint, type and misuse errors are faults of this program, not of the disk.
    if ([0, 1, 19, 20, 21, 25].includes(sqliteCode)) return thrown;
    return new DioramaError(sqliteCode === SQLITE_FULL ? 'storage-full' : 'storage-failed', undefined, {
      cause: thrown,
    });
  }
  if (FULL.has(thrown.code)) return new DioramaError('storage-full', undefined, { cause: thrown });
  if (/^E[A-Z]+$/.test(thrown.code) && 'syscall' in thrown)
    return new DioramaError('storage-failed', undefined, { cause: thrown });
  return thrown;
}
