import { tinyPng } from '@diorama/testkit';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readImageHeader } from './image-header.ts';

const picture = sharp(tinyPng(37, 21));

describe('readImageHeader', () => {
  it.each([
    ['image/png', () => picture.clone().png()],
    ['image/jpeg', () => picture.clone().jpeg()],
    [
      'image/jpeg',
      () =>
        picture
          .clone()
          .jpeg({ progressive: true })
          .withExif({ IFD0: { Copyright: 'x'.repeat(5000) } }),
    ],
    ['image/webp', () => picture.clone().webp()],
    ['image/webp', () => picture.clone().webp({ lossless: true })],
    ['image/webp', () => picture.clone().ensureAlpha(0.5).webp()],
  ])('reads the size of %s', async (mediaType, encode) => {
    expect(readImageHeader(await encode().toBuffer())).toEqual({ mediaType, width: 37, height: 21 });
  });

  it('knows nothing else', () => {
    for (const text of ['<svg/>', 'GIF89a', '', 'BM'])
      expect(readImageHeader(new TextEncoder().encode(text))).toBeUndefined();
  });

  it('never throws, whatever the bytes', () => {
    const starts = [
      [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
      [0xff, 0xd8, 0xff],
      [...new TextEncoder().encode('RIFF0000WEBPVP8X')],
    ];
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 60 }), (start, rest) => {
        const header = readImageHeader(Uint8Array.from([...start, ...rest]));
        expect(header === undefined || header.width > 0).toBe(true);
      }),
    );
  });
});
