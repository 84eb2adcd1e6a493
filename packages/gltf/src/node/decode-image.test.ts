import { bombPng, tinyPng } from '@diorama/testkit';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeImage } from './decode-image.ts';

describe('decodeImage', () => {
  it.each(['png', 'jpeg', 'webp'] as const)('decodes %s to RGBA', async (format) => {
    const bytes = await sharp(tinyPng(6, 3, [200, 80, 40]))
      .toFormat(format)
      .toBuffer();
    const image = await decodeImage(bytes);
    expect([image.width, image.height, image.rgba.length]).toEqual([6, 3, 72]);
    for (const [channel, value] of [200, 80, 40, 255].entries())
      expect(Math.abs(image.rgba[channel]! - value)).toBeLessThan(8);
  });

  it('reduces 16-bit and grey pictures to 8-bit RGBA', async () => {
    const grey = await sharp(tinyPng(2, 2, [128, 128, 128]))
      .toColourspace('grey16')
      .png()
      .toBuffer();
    const { rgba } = await decodeImage(grey);
    expect([...rgba.subarray(0, 4)]).toEqual([128, 128, 128, 255]);
  });

  it('refuses a bomb by its header', async () => {
    await expect(decodeImage(bombPng())).rejects.toMatchObject({ code: 'image-too-large' });
    await expect(decodeImage(tinyPng(10, 10), { maxPixels: 99 })).rejects.toMatchObject({
      code: 'image-too-large',
    });
  });

  it('refuses SVG and broken pictures', async () => {
    await expect(decodeImage(new TextEncoder().encode('<svg/>'))).rejects.toMatchObject({
      code: 'unsupported-media-type',
    });
    await expect(decodeImage(tinyPng(64, 64).subarray(0, 70))).rejects.toMatchObject({
      code: 'invalid-image',
    });
  });
});
