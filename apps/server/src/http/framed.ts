import type { Context } from 'hono';
import { SECURITY_HEADERS } from '../security/security-headers.ts';
import type { AppEnvironment } from './environment.ts';

/**
 * An answer with the headers that every answer carries. Added afterwards they cost more than most answers do: the web
 * server passes a plain record on as it is, but turns it into `Headers` and back as soon as anybody touches it.
 */
export function framed(
  c: Context<AppEnvironment>,
  body: string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null,
  { status, headers }: { readonly status: number; readonly headers: Readonly<Record<string, string>> },
): Response {
  c.set('isFramed', true);
  return new Response(body, {
    status,
    headers: { ...SECURITY_HEADERS, 'X-Request-Id': c.get('requestId'), ...headers },
  });
}

/** Of something that the client has already: what it was sent with still holds (RFC 9110 section 15.4.5). */
export function notModified(c: Context<AppEnvironment>, headers: Readonly<Record<string, string>>): Response {
  c.set('isFramed', true);
  return new Response(null, { status: 304, headers: { ...headers, 'X-Request-Id': c.get('requestId') } });
}
