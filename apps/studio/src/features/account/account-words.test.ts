import { describe, expect, it } from 'vitest';
import { browserInWords, initialsOf } from './account-words.ts';

describe('an account in words', () => {
  it('names browser and system', () => {
    expect(
      browserInWords(
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/153.0 Safari/537.36 Edg/153.0',
      ),
    ).toBe('Edge on Linux');
    expect(browserInWords('Mozilla/5.0 (Macintosh; Intel Mac OS X 14_5) AppleWebKit/605 Safari/605')).toBe(
      'Safari on macOS',
    );
    expect(browserInWords('curl/8.5.0')).toBe('curl/8.5.0');
    expect(browserInWords(null)).toBe('Unknown browser');
  });

  it('has initials of any name', () => {
    expect(initialsOf('Ada Lovelace')).toBe('AL');
    expect(initialsOf('  ada  maria lovelace ')).toBe('AL');
    expect(initialsOf('Ωmega')).toBe('Ω');
    expect(initialsOf('👩‍🚀 x')).toHaveLength(3);
    expect(initialsOf('   ')).toBe('?');
  });
});
