import { isIPv4, isIPv6 } from 'node:net';

/** Whether an address to listen on can only be reached from this machine. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name === '::1' || name === '[::1]') return true;
  return isIPv4(name) && name.startsWith('127.');
}

/** Whether an address to listen on means all addresses of this machine. */
export function isWildcard(host: string): boolean {
  const address = host.replace(/^\[|\]$/g, '');
  return address === '0.0.0.0' || (isIPv6(address) && /^[0:]+$/.test(address));
}
