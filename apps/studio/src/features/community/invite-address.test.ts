import { describe, expect, it } from 'vitest';
import { inviteAddress } from './invite-address.ts';

describe('inviteAddress', () => {
  it('leads to Discord', () => {
    expect(inviteAddress('https://discord.gg/abc')).toBe('https://discord.gg/abc');
    expect(inviteAddress('https://discord.com/invite/abc')).toBe('https://discord.com/invite/abc');
  });

  it.each([
    null,
    '',
    'javascript:alert(1)',
    'http://discord.gg/abc',
    'https://discord.gg.example.org/abc',
    'https://example.org/discord.gg',
  ])('leads nowhere for %s', (invite) => expect(inviteAddress(invite)).toBeNull());
});
