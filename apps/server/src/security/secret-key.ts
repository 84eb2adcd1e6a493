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
import { StartError } from '../config/start-error.ts';

/** Beside the database, not in it: a copy of the database alone opens no key. */
const ENGINE_KEYS_FILE = 'secret.key';
/** Signs the cookies of this installation. A file of its own: whoever makes it anew signs everybody out, and loses no key. */
const COOKIES_FILE = 'access.key';
type SecretFile = typeof ENGINE_KEYS_FILE | typeof COOKIES_FILE;
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
 * Reads a key of the data folder.
 *
 * A file that others can read is given the right permissions, as long as that is allowed here and possible; else it is
 * refused.
 *
 * @param options.mayCorrect Whether the permissions may be changed; false where a folder is only looked at.
 * @param options.file Default the one that engine keys are sealed with.
 */
export function readSecretKey(
  dataDir: string,
  options: { readonly mayCorrect: boolean; readonly file?: SecretFile },
): SecretKey {
  const { file = ENGINE_KEYS_FILE } = options;
  let descriptor: number;
  try {
    // Not through a link: it could lead to a file that somebody else controls.
    descriptor = openSync(join(dataDir, file), constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'ENOENT') return { state: 'absent' };
    return unusable(code === 'ELOOP' ? `The file ${file} is a link.` : `The file ${file} cannot be read.`);
  }
  try {
    const { mode } = fstatSync(descriptor);
    if (HAS_MODES && (mode & 0o077) !== 0) {
      if (!options.mayCorrect)
        return unusable(`The file ${file} can be read by other users of this machine.`);
      try {
        fchmodSync(descriptor, 0o600);
      } catch {
        return unusable(
          `The file ${file} can be read by other users of this machine, and its permissions cannot be corrected.`,
        );
      }
    }
    const key = new Uint8Array(KEY_BYTES + 1);
    if (readSync(descriptor, key) !== KEY_BYTES)
      return { ...unusable(`The file ${file} is damaged.`), mayReplace: true };
    return { state: 'ready', key: key.slice(0, KEY_BYTES) };
  } catch {
    return unusable(`The file ${file} cannot be read.`);
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
export function createSecretKey(
  dataDir: string,
  options: { readonly replaceDamaged: boolean; readonly file?: SecretFile },
): Uint8Array {
  const file = join(dataDir, options.file ?? ENGINE_KEYS_FILE);
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

/**
 * The key that signs the cookies of this installation; made at the first need, and anew when it is damaged, which signs
 * everybody out.
 *
 * @throws {StartError} When there is a file that must not or cannot be used.
 */
export function cookieKeyOf(dataDir: string): Uint8Array {
  const found = readSecretKey(dataDir, { mayCorrect: true, file: COOKIES_FILE });
  if (found.state === 'ready') return found.key;
  if (found.state === 'unusable' && !found.mayReplace)
    throw new StartError(
      found.reason,
      `Make ${COOKIES_FILE} in the data folder a file of its own that only the user of the server can read, or delete it: everybody is signed out then.`,
    );
  return createSecretKey(dataDir, { replaceDamaged: found.state === 'unusable', file: COOKIES_FILE });
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
