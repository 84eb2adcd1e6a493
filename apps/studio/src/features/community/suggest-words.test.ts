import { describe, expect, it } from 'vitest';
import { suggestTags, suggestTitle } from './suggest-words.ts';

describe('suggestTitle', () => {
  it('takes the first thoughts of the prompt that fit', () => {
    expect(suggestTitle('golden hour, pink marble plinth')).toBe('Golden hour, pink marble plinth');
    expect(
      suggestTitle('a reading corner at dusk with a very long lamp, warm light everywhere, and more'),
    ).toBe('A reading corner at dusk with a very long lamp');
  });

  it('cuts one long thought between words, and a word that has no end anywhere', () => {
    expect(suggestTitle('word '.repeat(30)).length).toBeLessThanOrEqual(60);
    expect(suggestTitle('word '.repeat(30))).toMatch(/word$/);
    expect(suggestTitle('x'.repeat(500))).toHaveLength(60);
  });

  it('does not cut a letter of two units in half', () => {
    expect(suggestTitle('🪑'.repeat(100))).toBe('🪑'.repeat(60));
  });

  it('has nothing to say without a prompt', () => {
    expect(suggestTitle('  \n ')).toBe('');
  });
});

describe('suggestTags', () => {
  it('begins with the tags of the entry, each once, as tags are written', () => {
    expect(suggestTags({ tags: ['Client A', 'client a'], look: null })).toEqual(['client a']);
  });
});
