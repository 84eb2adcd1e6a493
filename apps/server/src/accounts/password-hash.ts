import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { Turnstile } from '../http/turnstile.ts';

/** What one hash costs: 2^log2N × r × 128 bytes of memory, p times the work. */
export interface PasswordCost {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MiB, three times: one of the equal choices of the OWASP Password Storage Cheat Sheet. */
export const PASSWORD_COST: PasswordCost = { log2N: 15, r: 8, p: 3 };

const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Hashes at the same time; more would take the threads that read and write files. */
const turnstile = new Turnstile(2);

/** `$scrypt$ln=15,r=8,p=3$salt$hash`, in the PHC string format: a hash says itself how it was made. */
export async function hashPassword(password: string, cost: PasswordCost = PASSWORD_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, cost);
  return `$scrypt$ln=${cost.log2N},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** False as well for what is no hash of ours. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w+/]{22})\$([\w+/]{43})$/.exec(stored);
  if (!match) return false;
  const [log2N, r, p] = match.slice(1, 4).map(Number) as [number, number, number];
  const expected = Buffer.from(match[5]!, 'base64');
  const salt = Buffer.from(match[4]!, 'base64');
  return timingSafeEqual(await derive(password, salt, expected.length, { log2N, r, p }), expected);
}

async function derive(
  password: string,
  salt: Uint8Array,
  bytes: number,
  { log2N, r, p }: PasswordCost,
): Promise<Buffer> {
  const N = 2 ** log2N;
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return await turnstile.take(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        // The same letters can be typed as different characters: NFKC makes them one.
        scrypt(password.normalize('NFKC'), salt, bytes, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
