import { describe, expect, it } from 'vitest';
import { guideText, plainText } from './guide-text.ts';

describe('guideText', () => {
  it('tells code from words', () => {
    expect(guideText('Say `golden hour`, not `nice`.')).toEqual([
      { text: 'Say ', isCode: false },
      { text: 'golden hour', isCode: true },
      { text: ', not ', isCode: false },
      { text: 'nice', isCode: true },
      { text: '.', isCode: false },
    ]);
  });

  it('leaves a single backtick where it is', () => {
    expect(guideText('a ` b')).toEqual([{ text: 'a ` b', isCode: false }]);
    expect(guideText('')).toEqual([]);
  });

  it('reads plainly without backticks', () => expect(plainText('`noon`, 4:5')).toBe('noon, 4:5'));
});
