import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PAGES, pageHash, parsePageHash } from './page-route.ts';

describe('the address of a page', () => {
  it('finds every place again, whatever its parts are called', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...PAGES),
        fc.array(fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' })),
        (page, path) => {
          expect(parsePageHash(pageHash({ page, path }))).toEqual({ page, path });
        },
      ),
    );
  });

  it('is no page for any other address, and the page itself for parts that cannot be read', () => {
    for (const hash of ['', '#', '#nonsense', '#Engines']) expect(parsePageHash(hash)).toBeNull();
    expect(parsePageHash('#history/%')).toEqual({ page: 'history', path: [] });
  });
});
