import { describe, expect, it } from 'vitest';
import { isPublicAddress, publicLookup, requireAllowedUrl } from './address-rules.ts';

const PRIVATE_SPELLINGS = [
  '127.0.0.1',
  '127.1',
  '127.0.1',
  '0x7f.1',
  '0x7f000001',
  '2130706433',
  '017700000001',
  '0177.0.0.1',
  '127.255.255.254',
  '0',
  '0.0.0.0',
  '00000000',
  '10.0.0.1',
  '0xa.1',
  '10.255.255.255',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '192.168.1.254',
  '0xc0a80001',
  '3232235521',
  '169.254.169.254',
  '0xa9fea9fe',
  '2852039166',
  '0251.0376.0251.0376',
  '100.64.0.1',
  '100.127.255.255',
  '192.0.0.1',
  '192.0.2.1',
  '198.18.0.1',
  '198.51.100.7',
  '203.0.113.9',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '[::]',
  '[::1]',
  '[0:0:0:0:0:0:0:1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::ffff:169.254.169.254]',
  '[::ffff:10.0.0.1]',
  '[::127.0.0.1]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::7f00:1]',
  '[64:ff9b::a9fe:a9fe]',
  '[2002:7f00:1::]',
  '[2001::1]',
  '[2001:db8::1]',
  '[fc00::1]',
  '[fd12:3456::1]',
  '[fe80::1]',
  '[fec0::1]',
  '[ff02::1]',
  '[100::1]',
  'localhost',
  'LOCALHOST',
  'localhost.',
  'printer.localhost',
  '①②⑦.⓪.⓪.①',
  '127。0。0。1',
];
const PUBLIC = { address: 'https://api.example.com/v1', allowPrivate: false };

describe('address rules', () => {
  it.each(PRIVATE_SPELLINGS)('refuse a private address however it is spelled: %s', (host) => {
    const url = new URL(`https://${host}/x`);
    expect(() => requireAllowedUrl(url, PUBLIC)).toThrow(
      expect.objectContaining({ code: 'address-not-allowed' }),
    );
    expect(() => requireAllowedUrl(url, { ...PUBLIC, address: url.origin })).toThrow(
      expect.objectContaining({ code: 'address-not-allowed' }),
    );
  });

  it('let the connection alone reach its own private host, on its own port', () => {
    const rules = { address: 'http://192.168.1.20:8188', allowPrivate: true };
    expect(() => requireAllowedUrl(new URL('http://192.168.1.20:8188/prompt'), rules)).not.toThrow();
    expect(() => requireAllowedUrl(new URL('ws://192.168.1.20:8188/ws'), rules)).not.toThrow();
    for (const other of [
      'http://192.168.1.20:22/',
      'http://192.168.1.21:8188/',
      'https://192.168.1.20:8188/',
    ])
      expect(() => requireAllowedUrl(new URL(other), rules), other).toThrow();
  });

  it('want https and no credentials for addresses that a service names', () => {
    expect(() => requireAllowedUrl(new URL('https://files.example.net/a.png'), PUBLIC)).not.toThrow();
    for (const other of [
      'http://files.example.net/a.png',
      'ftp://files.example.net/a',
      'https://u:p@files.example.net/',
    ])
      expect(() => requireAllowedUrl(new URL(other), PUBLIC), other).toThrow();
  });

  it('know public addresses', () => {
    for (const ip of ['8.8.8.8', '1.1.1.1', '172.15.0.1', '172.32.0.1', '2606:4700:4700::1111'])
      expect(isPublicAddress(ip), ip).toBe(true);
    expect(isPublicAddress('example.com')).toBe(false);
  });

  it('refuse a public-looking name that turns out to be private when it is looked up', async () => {
    const code = await new Promise<string | null>((resolve) => {
      publicLookup('localhost', { all: true }, (error) =>
        resolve((error as NodeJS.ErrnoException | null)?.code ?? null),
      );
    });
    expect(code).toBe('DIORAMA_ADDRESS_REFUSED');
  });
});
