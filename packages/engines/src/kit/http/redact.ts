/** What stands where a secret stood. */
export const REDACTED = '[key]';

/** Secrets shorter than this are left alone: they would match ordinary text, and no service gives such keys. */
const SHORTEST_SECRET = 6;

/** Every form in which a key can come back: as it is, percent-encoded, in base64 and in hex. */
export function formsOf(secret: string): string[] {
  if (secret.length < SHORTEST_SECRET) return [];
  const bytes = Buffer.from(secret, 'utf8');
  const forms = new Set([
    secret,
    encodeURIComponent(secret),
    // Without the last characters, which depend on what follows the secret.
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
    JSON.stringify(secret).slice(1, -1),
  ]);
  return [...forms].sort((a, b) => b.length - a.length);
}

/** The text without the secrets, whoever put them there. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) for (const form of formsOf(secret)) clean = clean.replaceAll(form, REDACTED);
  return clean;
}

/** Whether a file carries one of the secrets, as in its metadata. */
export function containsSecret(bytes: Uint8Array, secrets: readonly string[]): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return secrets.some((secret) => formsOf(secret).some((form) => buffer.includes(form)));
}
