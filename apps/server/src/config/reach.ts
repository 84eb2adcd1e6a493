import { isIP } from 'node:net';
import { readTrustedProxies } from '../security/client-address.ts';
import { isLoopback, isWildcard } from '../security/loopback.ts';
import type { GuardedAddresses } from '../security/request-guard.ts';
import { misconfigured } from './start-error.ts';

/** From where the server can be reached, and how it tells who asks. */
export interface ReachOptions {
  /** Address to listen on; default 127.0.0.1. Any but a loopback address needs accounts and an owner's password. */
  readonly host?: string;
  /** Everyone signs in with email and password. Default false: whoever reaches the server is its owner. */
  readonly accounts?: boolean;
  /** Without accounts: only browsers are let in that opened the address which is printed at start. Default false. */
  readonly launchToken?: boolean;
  /** Under which people open it, as behind a reverse proxy: `https://diorama.example`. No path. */
  readonly publicUrl?: string;
  /** Addresses or ranges (`10.0.0.0/8`) of reverse proxies whose X-Forwarded-For is believed. Default none. */
  readonly trustedProxies?: readonly string[];
}

/**
 * Refuses what would leave the server open, or what cannot be meant.
 *
 * @throws {StartError} Exit code 2, naming the variable.
 */
export function requireSafeReach(options: ReachOptions): void {
  const host = options.host ?? '127.0.0.1';
  if (!options.accounts && !isLoopback(host))
    throw misconfigured(
      'DIORAMA_HOST is not a loopback address, and accounts are off: everyone on the network could use Diorama.',
      'Use 127.0.0.1, ::1 or localhost, or set DIORAMA_ACCOUNTS=on (see docs/accounts.md).',
    );
  if (options.accounts && options.launchToken)
    throw misconfigured(
      'DIORAMA_LAUNCH_TOKEN is on together with DIORAMA_ACCOUNTS.',
      'With accounts everyone signs in, so leave DIORAMA_LAUNCH_TOKEN out.',
    );
  publicOriginOf(options);
  readTrustedProxies(options.trustedProxies ?? []);
}

/** The origin of `publicUrl` as browsers write it; null without one. @throws {StartError} When it is not an origin. */
function publicOriginOf({ publicUrl }: ReachOptions): string | null {
  if (publicUrl === undefined) return null;
  const url = URL.canParse(publicUrl) ? new URL(publicUrl) : null;
  const isOrigin =
    url !== null &&
    (url.protocol === 'https:' || url.protocol === 'http:') &&
    url.pathname === '/' &&
    !/[?#@\\]/.test(publicUrl) &&
    url.hostname !== '';
  if (!isOrigin)
    throw misconfigured(
      'DIORAMA_PUBLIC_URL is not the address of a server.',
      'Use the form https://diorama.example, with a port if it has one, and without a path.',
    );
  return url.origin;
}

/** Which Host headers and Origins belong to the server besides the loopback ones. */
export function guardedAddressesOf(options: ReachOptions): GuardedAddresses {
  const publicOrigin = publicOriginOf(options);
  const host = (options.host ?? '127.0.0.1').toLowerCase();
  const bound = isIP(host) === 6 ? `[${host}]` : host;
  return {
    publicOrigin,
    // A wildcard is no name under which anybody comes.
    boundName: isLoopback(host) || isWildcard(host) ? null : bound,
  };
}

/** False when it listens for others, but no name is known under which they may come. */
export function isReachableByName(options: ReachOptions): boolean {
  return options.publicUrl !== undefined || !isWildcard(options.host ?? '127.0.0.1');
}
