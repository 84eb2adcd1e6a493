import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { DioramaError } from '@diorama/contracts';
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
/** A crowd that comes from everywhere must not keep people waiting for minutes. */
const MAX_WAITING = 40;
let waiting = 0;

/**
 * `$scrypt$ln=15,r=8,p=3$salt$hash`, in the PHC string format: a hash says itself how it was made.
 *
 * @throws {DioramaError} `too-many-attempts` while too many others wait for theirs.
 */
export async function hashPassword(password: string, cost: PasswordCost = PASSWORD_COST): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, cost);
  return `$scrypt$ln=${cost.log2N},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`;
}

/** False as well for what is no hash of ours. @throws {DioramaError} As `hashPassword`. */
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
  if (waiting >= MAX_WAITING)
    throw new DioramaError('too-many-attempts', 'Too many people are signing in at this moment.', {
      details: { retryAfterMs: 5_000 },
    });
  waiting += 1;
  try {
    return await turnstile.take(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          // The same letters can be typed as different characters: NFKC makes them one.
          scrypt(password.normalize('NFKC'), salt, bytes, options, (error, key) =>
            error ? reject(error) : resolve(key),
          );
        }),
    );
  } finally {
    waiting -= 1;
  }
}

function unpadded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64').replace(/=+$/, '');
}
