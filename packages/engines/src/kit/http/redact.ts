import { inspect } from 'node:util';

/** What stands where a secret stood. */
const REDACTED = '[key]';

/** Secrets shorter than this are left alone: they would match ordinary text, and no service gives such keys. */
const SHORTEST_SECRET = 6;

/** A key that a quotation cut off is as good as whole when so much of it is left. */
const BEGINNING_CHARACTERS = 16;

/**
 * Every form in which a key can come back, the longest first: as it is, its beginning, as JSON escapes it,
 * percent-encoded, as a form field, in base64 and in hexadecimal. None for what is too short to be a key.
 */
export function formsOf(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return [];
  const bytes = Buffer.from(secret, 'utf8');
  const forms = new Set([
    secret,
    JSON.stringify(secret).slice(1, -1),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    encodeURIComponent(secret),
    new URLSearchParams([['', secret]]).toString().slice(1),
    ...base64Forms(bytes),
    ...(secret.length > 2 * BEGINNING_CHARACTERS ? [secret.slice(0, BEGINNING_CHARACTERS)] : []),
  ]);
  return [...forms].sort((a, b) => b.length - a.length);
}

/**
 * Base64 of text that contains the secret differs by where the secret begins in a group of three bytes; only the
 * middle, which the neighbours do not touch, is always there.
 */
function base64Forms(bytes: Buffer): string[] {
  const forms = [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
  const add = (inner: string) => {
    if (inner.length >= SHORTEST_SECRET * 2)
      forms.push(inner, inner.replaceAll('+', '-').replaceAll('/', '_'));
  };
  add(bytes.toString('base64').slice(0, Math.floor(bytes.length / 3) * 4));
  for (let offset = 1; offset < 3; offset += 1) {
    const shifted = Buffer.concat([Buffer.alloc(offset), bytes]);
    add(shifted.toString('base64').slice(4, Math.floor(shifted.length / 3) * 4));
  }
  return forms;
}

/** The text without the secrets, whoever put them there. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) for (const form of formsOf(secret)) clean = clean.replaceAll(form, REDACTED);
  return clean;
}

/** What JSON can hold, without the secrets in it. */
export function redactJson<T>(value: T, secrets: readonly string[]): T {
  const text = JSON.stringify(value);
  // Most hold none; those keep what JSON has no word for.
  return text === undefined || redact(text, secrets) === text
    ? value
    : (JSON.parse(redact(text, secrets)) as T);
}

/** The error behind an error as it may be logged: itself, or only its name, code and words when it shows a secret. */
export function redactCause(cause: unknown, secrets: readonly string[]): unknown {
  const shown = inspect(cause, { depth: 8 });
  if (redact(shown, secrets) === shown) return cause;
  if (!(cause instanceof Error)) return undefined;
  const { code } = cause as NodeJS.ErrnoException;
  return Object.assign(
    new Error(redact(cause.message, secrets)),
    { name: redact(cause.name, secrets) },
    typeof code === 'string' ? { code: redact(code, secrets) } : {},
  );
}

/** Whether a file carries one of the secrets, as in its metadata. */
export function containsSecret(bytes: Uint8Array, secrets: readonly string[]): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return secrets.some((secret) => formsOf(secret).some((form) => buffer.includes(form)));
}
