import { formsOf } from '@diorama/engines/redact';

/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

/**
 * The second line of defence: knows the keys in use, and takes them out of whatever is about to be logged, stored or
 * answered, however it came there. In clear, in base64, in hexadecimal, percent-encoded and as JSON escapes it.
 */
export class KnownSecrets {
  readonly #known = new Set<string>();
  #forms: readonly string[] = [];
  #patterns: RegExp | null = null;

  /** They stay known: a service may still repeat a key that was replaced meanwhile. */
  add(...secrets: readonly string[]): void {
    const fresh = secrets.filter((secret) => formsOf(secret).length > 0 && !this.#known.has(secret));
    if (fresh.length === 0) return;
    for (const secret of fresh) this.#known.add(secret);
    // The longest first: a form that contains another one must go as a whole.
    this.#forms = [...new Set([...this.#forms, ...fresh.flatMap(formsOf)])].toSorted(
      (a, b) => b.length - a.length,
    );
    this.#patterns = new RegExp(this.#forms.map(escapeForRegExp).join('|'), 'gi');
  }

  redact(text: string): string {
    return this.#patterns === null ? text : text.replace(this.#patterns, REDACTED);
  }

  /** A copy without secrets of what JSON can hold; binary data and other objects are passed on as they are. */
  redactDeep<T>(value: T): T {
    return this.#patterns === null ? value : (this.#clean(value) as T);
  }

  /** Whether a file holds one, as in the metadata of a picture. Compressed parts are not looked into. */
  isIn(bytes: Uint8Array): boolean {
    if (this.#patterns === null) return false;
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.#forms.some((form) => buffer.includes(form, 0, 'latin1'));
  }

  #clean(value: unknown): unknown {
    if (typeof value === 'string') return this.redact(value);
    if (Array.isArray(value)) return value.map((item) => this.#clean(item));
    if (value === null || typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype)
      return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [this.redact(name), this.#clean(item)]),
    );
  }
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
