import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cookieKind, readSignedCookie, setCookieHeader, sign } from './cookies.ts';

const key = new Uint8Array(32).fill(7);

function sent(header: string): string {
  return header.split(';')[0]!;
}

describe('signed cookies', () => {
  const kind = cookieKind('launch', { key, secure: false });

  it('come back as they were set, among others', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const cookie = sent(setCookieHeader(kind, sign(value, 'secret'), 10));
        expect(readSignedCookie(`a=b; ${cookie}; c=d`, kind.name, 'secret')).toBe(value);
        expect(readSignedCookie(cookie, kind.name, 'another')).toBeNull();
        expect(readSignedCookie(`x${cookie}`, kind.name, 'secret')).toBeNull();
      }),
    );
  });

  it('are read as nothing when they are anything else', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(readSignedCookie(text, kind.name, 'secret')).toBeNull();
        expect(readSignedCookie(`${kind.name}=${text}`, kind.name, 'secret')).toBeNull();
      }),
    );
    expect(readSignedCookie(null, kind.name, 'secret')).toBeNull();
  });

  it('have names that tell purposes and installations apart', () => {
    const names = [
      cookieKind('session', { key, secure: false }),
      cookieKind('session', { key, secure: true }),
      cookieKind('launch', { key, secure: false }),
      cookieKind('session', { key: new Uint8Array(32), secure: false }),
    ].map(({ name }) => name);
    expect(new Set(names).size).toBe(4);
    expect(names[1]).toMatch(/^__Host-/);
  });
});
