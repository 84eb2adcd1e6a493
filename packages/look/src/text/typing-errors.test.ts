import { describe, expect, it } from 'vitest';
import { bucketWords, correctTyping, isOneEditApart } from './typing-errors.ts';

const known = bucketWords(['velvet', 'shallow', 'shadow', 'leather', 'marble', 'stormy', 'field', 'chrome']);

describe('correctTyping', () => {
  it.each([
    ['velvt', 'velvet'],
    ['shalow', 'shallow'],
    ['lether', 'leather'],
    ['marbel', 'marble'],
    ['feild', 'field'],
    ['hcrome', 'chrome'],
  ])('reads "%s" as "%s"', (typed, meant) => {
    expect(correctTyping(typed, known)).toBe(meant);
  });

  it('leaves ordinary English words alone', () => {
    expect(correctTyping('swallow', known)).toBeNull();
  });

  it('leaves short words alone', () => {
    expect(correctTyping('lead', bucketWords(['leaf']))).toBeNull();
  });

  it('does not choose between two equally likely words', () => {
    expect(correctTyping('qarble', bucketWords(['marble', 'warble']))).toBeNull();
  });
});

describe('isOneEditApart', () => {
  it('counts a swap of neighbours as one error and two errors as too many', () => {
    expect(isOneEditApart('marbel', 'marble')).toBe(true);
    expect(isOneEditApart('mrabel', 'marble')).toBe(false);
    expect(isOneEditApart('marble', 'marble')).toBe(false);
  });
});
