/** What stands in the place of a secret. */
export const REDACTED = '[redacted]';

/** Shorter ones would take ordinary words for secrets. */
const SHORTEST = 6;

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
    const fresh = secrets.filter((secret) => secret.length >= SHORTEST && !this.#known.has(secret));
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

function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  const escaped = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    escaped,
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    ...base64Forms(bytes),
  ];
}

/**
 * Base64 of text that contains the secret differs by where the secret begins in a group of three bytes; only the
 * middle, which the neighbours do not touch, is always there.
 */
function base64Forms(bytes: Buffer): string[] {
  const forms = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  for (let offset = 1; offset < 3; offset += 1) {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    const inner = shifted.toString('base64').slice(4, Math.floor(shifted.length / 3) * 4);
    if (inner.length >= SHORTEST * 2) forms.push(inner, inner.replaceAll('+', '-').replaceAll('/', '_'));
  }
  const whole = bytes.toString('base64').slice(0, Math.floor(bytes.length / 3) * 4);
  if (whole.length >= SHORTEST * 2) forms.push(whole, whole.replaceAll('+', '-').replaceAll('/', '_'));
  return forms;
}
