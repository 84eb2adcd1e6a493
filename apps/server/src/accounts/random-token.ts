import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 256 random bits as 43 characters that need no escaping in an address. */
export function randomToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is stored of a token: 256 random bits need no slow hash. SHA-256, hexadecimal. */
export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/** Takes the same time wherever they differ. */
export function isSameToken(a: string, b: string): boolean {
  const [left, right] = [a, b].map((token) => createHash('sha256').update(token).digest());
  return timingSafeEqual(left!, right!);
}
