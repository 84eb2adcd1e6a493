import { describe, expect, it } from 'vitest';
import { parsePageHash } from '../../app/page-route.ts';
import { entryLinkOf } from './entry-route.ts';

describe('a link into the server', () => {
  it('is told from the places of the account page', () => {
    expect(entryLinkOf(parsePageHash('#account/join/abc-1'))).toEqual({ kind: 'join', token: 'abc-1' });
    expect(entryLinkOf(parsePageHash('#account/setup/x'))).toEqual({ kind: 'setup', token: 'x' });
    expect(entryLinkOf(parsePageHash('#account/password/y'))).toEqual({ kind: 'password', token: 'y' });
    for (const hash of ['#account', '#account/members', '#account/join', '#history/join/abc', ''])
      expect(entryLinkOf(parsePageHash(hash))).toBeNull();
  });
});
