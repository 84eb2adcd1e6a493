import { lookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { DioramaError } from '@diorama/contracts';

/** Where a connection's calls may go. */
export interface AddressRules {
  /** The connection's own address: its host and port may be private when `allowPrivate`. */
  readonly address: string;
  readonly allowPrivate: boolean;
}

/**
 * Ranges that do not lead to the public internet (IANA special-purpose registries): this machine, private and
 * link-local networks with the cloud's metadata service, carrier-grade NAT, benchmarks, documentation, multicast.
 */
const NOT_PUBLIC = new BlockList();
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  NOT_PUBLIC.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of [
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
  ['fc00::', 7],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
] as const)
  NOT_PUBLIC.addSubnet(net, prefix, 'ipv6');

/** Whether an IP address (not a name) leads to the public internet. What is no IP address does not. */
export function isPublicAddress(ip: string): boolean {
  const version = isIP(ip);
  if (version === 0) return false;
  const address = ip.replace(/%.*$/, '');
  return !NOT_PUBLIC.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Judges an absolute address before anything is looked up.
 *
 * The connection's own origin is the owner's word. Everything else was named by a service: it must be https, and must
 * turn out to be public when its name is looked up (see `publicLookup`).
 *
 * @throws {DioramaError} `address-not-allowed`
 */
export function requireAllowedUrl(url: URL, rules: AddressRules): void {
  if (isOwnOrigin(url, rules)) {
    if (!rules.allowPrivate) requirePublicLiteral(url);
    return;
  }
  if (url.protocol !== 'https:') throw refused('The engine named a file at an address that is not https.');
  if (url.username !== '' || url.password !== '')
    throw refused('The engine named a file at an address with credentials in it.');
  requirePublicLiteral(url);
}

export function isOwnOrigin(url: URL, { address }: AddressRules): boolean {
  // WebSocket addresses have the same host and port under another scheme.
  const scheme = url.protocol.replace(/^ws/, 'http');
  return `${scheme}//${url.host}` === new URL(address).origin;
}

/** Host names that are written as IP addresses are never looked up, so they are judged here. The URL parser has already undone spellings like 0x7f.1. */
function requirePublicLiteral(url: URL): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !isPublicAddress(host)) throw refused();
  if (/(^|\.)localhost\.?$/i.test(host)) throw refused();
}

/**
 * A look-up for sockets that gives public addresses only. The socket connects to exactly what was judged here, so a
 * name cannot change its meaning in between.
 */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error) {
      callback(error, []);
      return;
    }
    const allowed = found.filter(({ address }) => isPublicAddress(address));
    const [first] = allowed;
    if (!first)
      callback(Object.assign(new Error('The address is not public.'), { code: ADDRESS_REFUSED }), []);
    else if (options.all) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};

/** `code` of the error with which such a look-up ends. */
export const ADDRESS_REFUSED = 'DIORAMA_ADDRESS_REFUSED';

export function refused(
  message = 'The address is private or this machine itself, and that was not allowed.',
): DioramaError {
  return new DioramaError('address-not-allowed', message);
}
