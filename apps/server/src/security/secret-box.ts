import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { DioramaError } from '@diorama/contracts';
import { createSecretKey, readSecretKey, type SecretKey } from './secret-key.ts';

/** Leads every sealed value, so that another method can follow this one. */
const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Seals the keys of engines for the database: AES-256-GCM with a random nonce each. What a value belongs to is
 * authenticated with it, so a sealed key that is moved to another connection does not open there.
 *
 * Layout: version (1 byte), nonce (12), ciphertext, tag (16).
 */
export class SecretBox {
  readonly #dataDir: string;
  readonly #mayWrite: boolean;

  /** @param options.mayWrite False where a data folder is only looked at. Default true. */
  constructor(dataDir: string, options: { readonly mayWrite?: boolean } = {}) {
    this.#dataDir = dataDir;
    this.#mayWrite = options.mayWrite ?? true;
  }

  /**
   * Makes the key file at the first need.
   *
   * @param owner What the value belongs to, as `engine-key:openai`.
   * @throws {DioramaError} `storage-failed` when there is no usable key file and none can be made.
   */
  seal(secret: string, owner: string): Uint8Array {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv('aes-256-gcm', this.#keyForSealing(), nonce, {
      authTagLength: TAG_BYTES,
    }).setAAD(Buffer.from(owner));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.from([VERSION]), nonce, sealed, cipher.getAuthTag()]);
  }

  /** The secret, or null when it cannot be opened: the key file is lost, foreign or unusable, or the value damaged. */
  open(sealed: Uint8Array, owner: string): string | null {
    const found = readSecretKey(this.#dataDir, { mayCorrect: this.#mayWrite });
    if (found.state !== 'ready' || sealed[0] !== VERSION || sealed.length < 1 + NONCE_BYTES + TAG_BYTES)
      return null;
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const decipher = createDecipheriv('aes-256-gcm', found.key, nonce, { authTagLength: TAG_BYTES })
      .setAAD(Buffer.from(owner))
      .setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    try {
      const body = sealed.subarray(1 + NONCE_BYTES, sealed.length - TAG_BYTES);
      return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }

  /** How the key file is; it is not made for that. */
  state(): Exclude<SecretKey, { state: 'ready' }> | { readonly state: 'ready' } {
    const found = readSecretKey(this.#dataDir, { mayCorrect: this.#mayWrite });
    return found.state === 'ready' ? { state: 'ready' } : found;
  }

  #keyForSealing(): Uint8Array {
    const found = readSecretKey(this.#dataDir, { mayCorrect: this.#mayWrite });
    if (found.state === 'ready') return found.key;
    if (found.state === 'unusable' && !found.mayReplace)
      throw new DioramaError('storage-failed', `The key cannot be stored. ${found.reason}`, {
        hint: 'Give the file secret.key in the data folder to the user that runs Diorama, with permissions 0600; or move it away, then enter the keys again.',
      });
    return createSecretKey(this.#dataDir, { replaceDamaged: found.state === 'unusable' });
  }
}

/** What a connection's key is sealed for. */
export function keyOwner(connectionId: string): string {
  return `engine-key:${connectionId}`;
}
