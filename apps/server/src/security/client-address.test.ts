import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressKeyOf, readTrustedProxies, resolveClientAddress } from './client-address.ts';

const NOBODY = readTrustedProxies([]);
const PROXIES = readTrustedProxies(['127.0.0.1', '::1', '10.0.0.0/8', 'fd00::/8']);

describe('the address of a client', () => {
  it('is that of the socket, whatever its headers claim', () => {
    fc.assert(
      fc.property(fc.string(), (claim) => {
        expect(resolveClientAddress('203.0.113.9', claim, NOBODY)).toBe('203.0.113.9');
        expect(resolveClientAddress('203.0.113.9', claim, PROXIES)).toBe('203.0.113.9');
      }),
    );
  });

  it.each([
    ['127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['::1', '198.51.100.1', '198.51.100.1'],
    ['::ffff:10.1.2.3', '198.51.100.1', '198.51.100.1'],
    // What the client wrote itself stands before what the proxy added.
    ['10.1.2.3', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['10.1.2.3', '1.1.1.1, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
    ['10.1.2.3', '198.51.100.1:4711', '198.51.100.1'],
    ['10.1.2.3', '[2001:db8::7]:4711', '2001:db8::7'],
    ['fd12::1', '2001:DB8::7', '2001:db8::7'],
    ['10.1.2.3', '::ffff:198.51.100.1', '198.51.100.1'],
    // Nothing that can be read: the proxy is all that is known.
    ['10.1.2.3', 'unknown', '10.1.2.3'],
    ['10.1.2.3', '198.51.100.1, evil', '10.1.2.3'],
    ['10.1.2.3', '', '10.1.2.3'],
    ['10.1.2.3', '10.0.0.7', '10.0.0.7'],
  ])('behind a trusted proxy: %s, %j gives %s', (socket, forwarded, expected) => {
    expect(resolveClientAddress(socket, forwarded, PROXIES)).toBe(expected);
  });

  it('is this machine for requests without a socket', () => {
    expect(resolveClientAddress(null, '198.51.100.1', NOBODY)).toBe('127.0.0.1');
  });

  it('counts together for all of one subscriber', () => {
    expect(addressKeyOf('198.51.100.1')).toBe('198.51.100.1');
    expect(addressKeyOf('2001:db8:1:2::5')).toBe(addressKeyOf('2001:db8:1:2:a:b:c:d'));
    expect(addressKeyOf('2001:db8:1:2::5')).not.toBe(addressKeyOf('2001:db8:1:3::5'));
    expect(addressKeyOf('::1')).toBe(addressKeyOf('0:0:0:0:0:0:0:1'));
  });
});

describe('trusted proxies', () => {
  it.each(['proxy', '10.0.0.0/33', '10.0.0.0/', '10.0.0.0/8/8', '::1/129', '300.1.1.1', '/8'])(
    'refuses %s, naming the variable',
    (entry) => {
      expect(() => readTrustedProxies([entry])).toThrow('DIORAMA_TRUST_PROXY');
    },
  );
});
