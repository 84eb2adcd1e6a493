import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffWords } from './word-diff.ts';

const without = (parts: ReturnType<typeof diffWords>, kind: 'added' | 'removed') =>
  parts
    .filter((part) => part.kind !== kind)
    .map(({ text }) => text)
    .join('');

describe('diffWords', () => {
  it('marks the words that were exchanged and keeps the others', () => {
    expect(diffWords('golden hour, oak table', 'golden hour, walnut table')).toEqual([
      { kind: 'same', text: 'golden hour, ' },
      { kind: 'removed', text: 'oak' },
      { kind: 'added', text: 'walnut' },
      { kind: 'same', text: ' table' },
    ]);
  });

  it('gives both texts back, whatever they are', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', 'é', '\n', '漢'), maxLength: 80 });
    fc.assert(
      fc.property(text, text, (before, after) => {
        const parts = diffWords(before, after);
        expect(without(parts, 'added')).toBe(before);
        expect(without(parts, 'removed')).toBe(after);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => void expect(without(diffWords(text, text), 'added')).toBe(text)),
    );
  });

  it('marks nothing in equal texts', () => {
    expect(diffWords('noon', 'noon')).toEqual([{ kind: 'same', text: 'noon' }]);
    expect(diffWords('', '')).toEqual([]);
  });
});
