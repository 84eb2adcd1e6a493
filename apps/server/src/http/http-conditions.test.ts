import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDisposition } from './content-disposition.ts';
import { matchesEtag, parseRange } from './http-conditions.ts';

describe('parseRange', () => {
  it.each([
    ['bytes=0-0', 10, { start: 0, end: 0 }],
    ['bytes=2-', 10, { start: 2, end: 9 }],
    ['bytes=-3', 10, { start: 7, end: 9 }],
    ['bytes=-30', 10, { start: 0, end: 9 }],
    ['bytes=5-99', 10, { start: 5, end: 9 }],
    ['bytes=10-', 10, 'unsatisfiable'],
    ['bytes=-0', 10, 'unsatisfiable'],
    ['bytes=0-', 0, 'unsatisfiable'],
    ['bytes=5-4', 10, 'all'],
    ['bytes=0-1,3-4', 10, 'all'],
    ['items=0-1', 10, 'all'],
    ['bytes=-', 10, 'all'],
    [undefined, 10, 'all'],
  ])('%s of %i bytes', (header, size, expected) => {
    expect(parseRange(header, size)).toEqual(expected);
  });

  it('never leaves the file', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.integer({ min: 1 }), (a, b, size) => {
        for (const header of [`bytes=${a}-${b}`, `bytes=${a}-`, `bytes=-${b}`]) {
          const range = parseRange(header, size);
          if (typeof range === 'string') continue;
          expect(range.start).toBeGreaterThanOrEqual(0);
          expect(range.end).toBeLessThan(size);
          expect(range.start).toBeLessThanOrEqual(range.end);
        }
      }),
    );
  });
});

describe('matchesEtag', () => {
  it('compares weakly and knows lists and the star', () => {
    expect(matchesEtag('"b", W/"a"', '"a"')).toBe(true);
    expect(matchesEtag('*', '"a"')).toBe(true);
    expect(matchesEtag('"ab"', '"a"')).toBe(false);
    expect(matchesEtag(undefined, '"a"')).toBe(false);
  });
});

describe('contentDisposition', () => {
  it.each([
    ['my picture.png', 'attachment; filename="my picture.png"; filename*=UTF-8\'\'my%20picture.png'],
    [
      'テーブル',
      'attachment; filename="____.png"; filename*=UTF-8\'\'%E3%83%86%E3%83%BC%E3%83%96%E3%83%AB.png',
    ],
    ['../../etc/passwd', 'attachment; filename="etc-passwd.png"; filename*=UTF-8\'\'etc-passwd.png'],
    ['CON', 'attachment; filename="diorama-CON.png"; filename*=UTF-8\'\'diorama-CON.png'],
    ['', 'attachment; filename="diorama.png"; filename*=UTF-8\'\'diorama.png'],
    ['page.html', 'attachment; filename="page.html.png"; filename*=UTF-8\'\'page.html.png'],
  ])('%j', (name, expected) => {
    expect(contentDisposition(name, 'image/png')).toBe(expected);
  });

  it('is always one plain header value with the extension of the bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 250 }), (name) => {
        const value = contentDisposition(name, 'model/gltf-binary');
        expect(value).toMatch(
          /^attachment; filename="[\x20-\x7e]*\.glb"; filename\*=UTF-8''[\x21-\x7e]+\.glb$/,
        );
        expect(value.split('"')).toHaveLength(3);
        expect(value).not.toMatch(/[/\\]/);
      }),
    );
  });

  it('shows only images in place', () => {
    expect(contentDisposition(undefined, 'image/webp')).toBe('inline');
    expect(contentDisposition(undefined, 'model/gltf-binary')).toBe('attachment');
  });
});
