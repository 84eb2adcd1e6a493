import { describe, expect, it } from 'vitest';
import { agoInWords, countOf } from './time-words.ts';

const NOW = Date.parse('2026-03-10T12:00:00Z');

describe('agoInWords', () => {
  it.each([
    ['2026-03-10T11:59:30Z', 'just now'],
    ['2026-03-10T12:00:05Z', 'just now'],
    ['2026-03-10T11:59:00Z', '1 minute ago'],
    ['2026-03-10T09:30:00Z', '2 hours ago'],
    ['2026-03-09T11:00:00Z', 'yesterday'],
    ['2026-02-20T12:00:00Z', '2 weeks ago'],
    ['2024-03-10T12:00:00Z', '2 years ago'],
  ])('says of %s: %s', (at, words) => expect(agoInWords(at, NOW)).toBe(words));
});

describe('countOf', () => {
  it('has a word for one and another for many', () => {
    expect(countOf(1, 'like')).toBe('1 like');
    expect(countOf(0, 'like')).toBe('0 likes');
    expect(countOf(1_200, 'remix', 'remixes')).toBe('1,200 remixes');
  });
});
