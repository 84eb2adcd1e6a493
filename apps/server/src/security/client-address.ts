import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';
import { misconfigured } from '../config/start-error.ts';

/** Where requests come from that did not come over a socket. */
const IN_PROCESS = '127.0.0.1';

const addresses = new WeakMap<Request, string>();

/** Called once for each request, before anything asks for its address. */
export function noteClientAddress(request: Request, address: string): void {
  addresses.set(request, address);
}

/** Where a request comes from, as far as it can be known: limits are counted by it. */
export function clientAddressOf(request: Request): string {
  return addresses.get(request) ?? IN_PROCESS;
}

/**
 * What a limit is counted by: a whole /64 of IPv6, which is what one subscriber has.
 *
 * @param address As `clientAddressOf` gives it.
 */
export function addressKeyOf(address: string): string {
  return isIPv6(address) ? `${groupsOf(address).slice(0, 4).join(':')}::/64` : address;
}

/**
 * @param entries Addresses or ranges such as `10.0.0.0/8`.
 * @throws {StartError} For an entry that is neither.
 */
export function readTrustedProxies(entries: readonly string[]): BlockList {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const version = isIP(address);
    const bits = prefix === undefined ? null : Number(prefix);
    const isRange = bits === null || (/^\d{1,3}$/.test(prefix!) && bits <= (version === 4 ? 32 : 128));
    if (version === 0 || rest.length > 0 || !isRange)
      throw misconfigured(
        'DIORAMA_TRUST_PROXY has an entry that is no address.',
        'List the addresses of your reverse proxies, such as 127.0.0.1, ::1 or 10.0.0.0/8, with commas between.',
      );
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (bits === null) list.addAddress(address, family);
    else list.addSubnet(address, bits, family);
  }
  return list;
}

/**
 * The address of the client: that of the socket, or, when a trusted proxy is at its other end, the last address in
 * X-Forwarded-For that is not a trusted proxy's. What stands before that one anybody may have written.
 *
 * @param socketAddress null when there is no socket.
 */
export function resolveClientAddress(
  socketAddress: string | null,
  forwardedFor: string | null,
  trusted: BlockList,
): string {
  let client = plain(socketAddress ?? IN_PROCESS);
  if (forwardedFor === null) return client;
  const hops = forwardedFor.split(',').reverse();
  for (const hop of hops) {
    if (!isTrusted(client, trusted)) return client;
    const next = plain(hop.trim());
    if (isIP(next) === 0) return client;
    client = next;
  }
  return client;
}

function isTrusted(address: string, trusted: BlockList): boolean {
  return trusted.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

/** Without zone, brackets or port; an IPv4 address in IPv6 clothes as what it is. */
function plain(text: string): string {
  const bare =
    /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/%.*$/, '').toLowerCase();
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  return mapped !== undefined && isIPv4(mapped) ? mapped : address;
}

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): string[] {
  // The parser of URLs writes all spellings in one form, the shortest.
  const short = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = short.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(missing).fill('0'), ...right];
}
