import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type GuardedAddresses, guardRequest } from './request-guard.ts';

const GOOD_HOSTS = [
  '127.0.0.1:4270',
  '127.0.0.1',
  'localhost:4270',
  'LOCALHOST:4270',
  '[::1]:4270',
  '127.0.0.5:80',
];
const BAD_HOSTS = [
  'evil.test',
  '127.0.0.1.evil.test',
  '127.0.0.1.evil.test:4270',
  'localhost.evil.test',
  'evil-localhost',
  '0.0.0.0:4270',
  '10.0.0.1',
  '127.1',
  '0x7f.1',
  '2130706433',
  '127.0.0.256',
  '[::ffff:127.0.0.1]:4270',
  '[::]',
  'user@127.0.0.1',
  '127.0.0.1:4270@evil.test',
  '127.0.0.1,evil.test',
  '127.0.0.1 evil.test',
  'localhost.',
  '',
];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

function outcome(method: string, host: string | null, headers: Record<string, string>, isApi = true): string {
  try {
    guardRequest({ method, host, headers: new Headers(headers), isApi });
    return 'passes';
  } catch (thrown) {
    return (thrown as { code: string }).code;
  }
}

describe('the Host allowlist', () => {
  it.each(GOOD_HOSTS)('lets %s in', (host) => {
    for (const method of METHODS) expect(outcome(method, host, {})).toBe('passes');
  });

  it.each([...BAD_HOSTS, null])('keeps %j out, whatever the method and the Origin', (host) => {
    for (const method of METHODS)
      for (const origin of [{}, { origin: `http://${host}` }, { origin: 'http://127.0.0.1:4270' }] as Record<
        string,
        string
      >[])
        expect(outcome(method, host, origin)).toBe('forbidden-host');
  });

  it('lets no name in that is not exactly a loopback one', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('127.0.0.1', 'localhost', '[::1]'), (noise, name) => {
        // One or two more digits after 127.0.0.1 make another address of this machine, which is let in.
        fc.pre(!/^\d{0,2}(:\d{1,5})?$/.test(noise));
        expect(outcome('GET', `${name}${noise}`, {})).toBe('forbidden-host');
      }),
    );
  });
});

describe('the Origin check', () => {
  const host = '127.0.0.1:4270';
  const foreign = [
    'null',
    'http://evil.test',
    'http://127.0.0.1:4271',
    'http://127.0.0.1',
    'http://localhost:4270',
    'http://127.0.0.1:4270.evil.test',
    'http://127.0.0.1.evil.test:4270',
    'http://[::1]:4270',
    'file://',
    '',
  ];

  it.each(foreign)('refuses unsafe methods from %j', (origin) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE'])
      expect(outcome(method, host, { origin })).toBe('forbidden-origin');
  });

  it.each(['http://127.0.0.1:4270', 'https://127.0.0.1:4270', 'HTTP://127.0.0.1:4270'])(
    'accepts %s',
    (origin) => {
      for (const method of METHODS) expect(outcome(method, host, { origin })).toBe('passes');
    },
  );

  it('accepts programs, which send no Origin', () => {
    for (const method of METHODS) expect(outcome(method, host, {})).toBe('passes');
  });

  it('works for IPv6 and names as for IPv4', () => {
    expect(outcome('POST', '[::1]:4270', { origin: 'http://[::1]:4270' })).toBe('passes');
    expect(outcome('POST', 'localhost:5173', { origin: 'http://localhost:5173' })).toBe('passes');
    expect(outcome('POST', 'localhost:5173', { origin: 'http://localhost:4270' })).toBe('forbidden-origin');
  });
});

describe('the addresses of a server that others can reach', () => {
  const guarded = (host: string, origin: string | null, addresses: GuardedAddresses): string => {
    try {
      guardRequest({
        method: 'POST',
        host,
        headers: new Headers(origin === null ? {} : { origin }),
        isApi: true,
        addresses,
      });
      return 'passes';
    } catch (thrown) {
      return (thrown as { code: string }).code;
    }
  };

  it('are the one that it listens on, with any port, and no other of the network', () => {
    const addresses = { publicOrigin: null, boundName: '192.168.1.5' };
    expect(guarded('192.168.1.5:4270', 'http://192.168.1.5:4270', addresses)).toBe('passes');
    expect(guarded('192.168.1.5:4270', null, addresses)).toBe('passes');
    expect(guarded('192.168.1.5:4270', 'http://192.168.1.6:4270', addresses)).toBe('forbidden-origin');
    expect(guarded('192.168.1.6:4270', null, addresses)).toBe('forbidden-host');
    expect(guarded('192.168.1.5.evil.test', null, addresses)).toBe('forbidden-host');
    expect(guarded('localhost:4270', 'http://localhost:4270', addresses)).toBe('passes');
  });

  it('hold a public name to its one origin, even where the server listens on it', () => {
    const addresses = { publicOrigin: 'https://lan.example:8443', boundName: 'lan.example' };
    expect(guarded('lan.example:8443', 'https://lan.example:8443', addresses)).toBe('passes');
    expect(guarded('lan.example:8443', 'http://lan.example:8443', addresses)).toBe('forbidden-origin');
    expect(guarded('lan.example', 'http://lan.example', addresses)).toBe('forbidden-origin');
  });

  it('may include a public loopback name, which stays open under its other ports', () => {
    const addresses = { publicOrigin: 'http://localhost:8080', boundName: null };
    expect(guarded('localhost:4270', 'http://localhost:4270', addresses)).toBe('passes');
    expect(guarded('127.0.0.1:4270', 'http://localhost:8080', addresses)).toBe('passes');
    expect(guarded('127.0.0.1:4270', 'http://localhost:9999', addresses)).toBe('forbidden-origin');
  });
});

describe('Sec-Fetch-Site', () => {
  const host = 'localhost:4270';

  it.each(['cross-site', 'same-site'])('refuses %s requests to the API, safe methods included', (site) => {
    for (const method of METHODS)
      expect(outcome(method, host, { 'sec-fetch-site': site })).toBe('forbidden-origin');
  });

  it('lets a link from another site open a page or an image, but not change anything', () => {
    const headers = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect(outcome('GET', host, headers)).toBe('passes');
    expect(outcome('GET', host, headers, false)).toBe('passes');
    expect(outcome('POST', host, headers)).toBe('forbidden-origin');
  });

  it.each(['same-origin', 'none'])('accepts %s', (site) => {
    for (const method of METHODS) expect(outcome(method, host, { 'sec-fetch-site': site })).toBe('passes');
  });
});
