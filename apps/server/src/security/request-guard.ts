import { DioramaError } from '@diorama/contracts';
import { isLoopback } from './loopback.ts';

/** Addresses of the server besides the loopback ones. */
export interface GuardedAddresses {
  /** The origin under which people open it, as behind a reverse proxy. */
  readonly publicOrigin: string | null;
  /** The name or address that it listens on, when that is neither loopback nor all addresses. */
  readonly boundName: string | null;
}

const LOOPBACK_ONLY: GuardedAddresses = { publicOrigin: null, boundName: null };

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Keeps web pages of other sites away: from a server that trusts whoever reaches it, and from the cookies of those who
 * are signed in.
 *
 * The Host allowlist stops DNS rebinding: a name that an attacker points at 127.0.0.1 is still not one of ours. Any
 * port is accepted because a forwarded port is a legitimate way in and rebinding cannot forge the name. The public
 * origin is allowed with any allowed Host, because some proxies put their own in its place; for the public name no
 * other origin will do, such as the same name without TLS. The Origin and
 * Sec-Fetch-Site checks stop cross-site requests; both may be absent (programs send neither), but must agree when
 * there. `null` is the origin of sandboxed frames and local files, so it counts as foreign.
 *
 * @throws {DioramaError} `forbidden-host` or `forbidden-origin`.
 */
export function guardRequest(request: {
  readonly method: string;
  readonly headers: Headers;
  /** Host header as received; HTTP/1.1 requires it. */
  readonly host: string | null;
  readonly isApi: boolean;
  /** Default: loopback only. */
  readonly addresses?: GuardedAddresses;
}): void {
  const { headers, host, addresses = LOOPBACK_ONLY } = request;
  const hostName = host === null ? null : hostNameOf(host);
  if (hostName === null) throw new DioramaError('forbidden-host');
  const isPublicName =
    addresses.publicOrigin !== null && hostName === new URL(addresses.publicOrigin).hostname;
  const isOwnName = isLoopbackName(hostName) || (hostName === addresses.boundName && !isPublicName);
  if (!isOwnName && !isPublicName) throw new DioramaError('forbidden-host');

  const unsafe = !SAFE_METHODS.has(request.method);
  const origin = headers.get('origin');
  const isAllowedOrigin = (from: string): boolean =>
    from.toLowerCase() === addresses.publicOrigin || (isOwnName && isSameOrigin(from, host!));
  if (unsafe && origin !== null && !isAllowedOrigin(origin)) throw new DioramaError('forbidden-origin');

  const site = headers.get('sec-fetch-site');
  if (site === null || site === 'same-origin' || site === 'none') return;
  // A link from another site may open a page or an image; anything else from there has no business here.
  const isNavigation = headers.get('sec-fetch-mode') === 'navigate';
  if (unsafe || (request.isApi && !isNavigation)) throw new DioramaError('forbidden-origin');
}

/** Host names under which a loopback server may be addressed. Exact: `127.0.0.1.evil.example` is none of them. */
function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name === '[::1]' || (/^127(\.\d{1,3}){3}$/.test(name) && isLoopback(name));
}

/** The name part of a Host header in lower case; null when it is not exactly `name` or `name:port`. */
function hostNameOf(host: string): string | null {
  return /^(\[[0-9a-f:]+\]|[a-z0-9.-]+)(:\d{1,5})?$/.exec(host.toLowerCase())?.[1] ?? null;
}

function isSameOrigin(origin: string, host: string): boolean {
  const lower = origin.toLowerCase();
  return lower === `http://${host.toLowerCase()}` || lower === `https://${host.toLowerCase()}`;
}
