import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A cookie of this installation: signed with its key, and named after it. */
export interface CookieKind {
  readonly name: string;
  /** Only over TLS; the `__Host-` prefix lets no other host of the domain set it. */
  readonly secure: boolean;
  readonly sameSite: 'Lax' | 'Strict';
}

/**
 * Cookies do not tell ports apart, so two servers of one machine would take each other's away: the name has a part that
 * belongs to the installation.
 */
export function cookieKind(
  purpose: 'session' | 'launch',
  options: { readonly key: Uint8Array; readonly secure: boolean },
): CookieKind {
  const installation = createHash('sha256')
    .update('installation')
    .update(options.key)
    .digest('hex')
    .slice(0, 8);
  return {
    name: `${options.secure ? '__Host-' : ''}diorama-${purpose}-${installation}`,
    secure: options.secure,
    sameSite: purpose === 'session' ? 'Lax' : 'Strict',
  };
}

/** @param maxAgeSeconds 0 removes it. */
export function setCookieHeader(kind: CookieKind, value: string, maxAgeSeconds: number): string {
  return `${kind.name}=${encodeURIComponent(value)}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly${kind.secure ? '; Secure' : ''}; SameSite=${kind.sameSite}`;
}

/** `value.signature`: HMAC-SHA-256 in base64, which is how better-auth signs its cookies. */
export function sign(value: string, secret: string): string {
  return `${value}.${createHmac('sha256', secret).update(value).digest('base64')}`;
}

/** The value of a signed cookie; null when it is absent or was not signed with this secret. */
export function readSignedCookie(header: string | null, name: string, secret: string): string | null {
  const raw = cookieValue(header, name);
  const dot = raw?.lastIndexOf('.') ?? -1;
  if (raw === null || dot < 1) return null;
  const value = raw.slice(0, dot);
  const [given, expected] = [Buffer.from(raw), Buffer.from(sign(value, secret))];
  return given.length === expected.length && timingSafeEqual(given, expected) ? value : null;
}

function cookieValue(header: string | null, name: string): string | null {
  for (const part of header?.split(';') ?? []) {
    const [key, ...rest] = part.split('=');
    if (key?.trim() !== name) continue;
    try {
      return decodeURIComponent(rest.join('=').trim());
    } catch {
      return null;
    }
  }
  return null;
}
