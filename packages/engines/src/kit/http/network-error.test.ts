import { describe, expect, it } from 'vitest';
import { networkError } from './network-error.ts';

const failed = (code: string, syscall: string) =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, syscall }) });

describe('a failed connection', () => {
  it.each(['ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH'])(
    'never carried the request when it was not made: %s',
    (code) => {
      expect(networkError(failed(code, 'connect'), 'X').details).toEqual({ arrived: false });
    },
  );

  it.each(['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ECONNRESET'])(
    'may have carried it when it broke later: %s',
    (code) => {
      expect(networkError(failed(code, 'read'), 'X').details.arrived).toBeUndefined();
      expect(networkError(failed(code, 'write'), 'X').details.arrived).toBeUndefined();
    },
  );

  it('is one that was tried at every address of the host', () => {
    const parts = ['ECONNREFUSED', 'ENETUNREACH'].map((code) =>
      Object.assign(new Error(code), { code, syscall: 'connect' }),
    );
    const all = Object.assign(new AggregateError(parts), { code: 'ECONNREFUSED' });
    expect(networkError(new TypeError('fetch failed', { cause: all }), 'X').details).toEqual({
      arrived: false,
    });
  });
});
