import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** Beside the database, not in it: a copy of the database alone opens no key. */
const SECRET_KEY_FILE = 'secret.key';
const KEY_BYTES = 32;
/** Windows has no such permissions; the folder of the user protects the file there. */
const HAS_MODES = process.platform !== 'win32';

/** What was found in the place of the key file. */
export type SecretKey =
  | { readonly state: 'ready'; readonly key: Uint8Array }
  | { readonly state: 'absent' }
  /** There is a file, but it must not or cannot be used. */
  | { readonly state: 'unusable'; readonly reason: string; readonly mayReplace: boolean };

/**
 * Reads the key that the engine keys are sealed with.
 *
 * A file that others can read is given the right permissions, as long as that is allowed here and possible; else it is
 * refused.
 *
 * @param options.mayCorrect Whether the permissions may be changed; false where a folder is only looked at.
 */
export function readSecretKey(dataDir: string, options: { readonly mayCorrect: boolean }): SecretKey {
  let descriptor: number;
  try {
    // Not through a link: it could lead to a file that somebody else controls.
    descriptor = openSync(join(dataDir, SECRET_KEY_FILE), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'ENOENT') return { state: 'absent' };
    return unusable(
      code === 'ELOOP' ? 'The file secret.key is a link.' : 'The file secret.key cannot be read.',
    );
  }
  try {
    const { mode } = fstatSync(descriptor);
    if (HAS_MODES && (mode & 0o077) !== 0) {
      if (!options.mayCorrect)
        return unusable('The file secret.key can be read by other users of this machine.');
      try {
        fchmodSync(descriptor, 0o600);
      } catch {
        return unusable(
          'The file secret.key can be read by other users of this machine, and its permissions cannot be corrected.',
        );
      }
    }
    const key = new Uint8Array(KEY_BYTES + 1);
    if (readSync(descriptor, key) !== KEY_BYTES)
      return { ...unusable('The file secret.key is damaged.'), mayReplace: true };
    return { state: 'ready', key: key.slice(0, KEY_BYTES) };
  } catch {
    return unusable('The file secret.key cannot be read.');
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Makes the key file; when it returns the key survives power loss. A damaged file is put aside, never deleted: what was
 * sealed with it cannot be opened either way, but its owner may know better.
 *
 * @throws {Error} With the system's code: `EEXIST` when there is a file, else as the disk says.
 */
export function createSecretKey(dataDir: string, options: { readonly replaceDamaged: boolean }): Uint8Array {
  const file = join(dataDir, SECRET_KEY_FILE);
  if (options.replaceDamaged) renameSync(file, `${file}.damaged-${Date.now()}`);
  const key = randomBytes(KEY_BYTES);
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    // The process's umask may have taken away what the owner needs.
    if (HAS_MODES) fchmodSync(descriptor, 0o600);
    writeSync(descriptor, key);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  syncFolder(dataDir);
  return key;
}

/** So that the name of the file survives as well as its bytes. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function unusable(reason: string): Extract<SecretKey, { state: 'unusable' }> {
  return { state: 'unusable', reason, mayReplace: false };
}
