import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { flattenAlpha } from './flatten-alpha.ts';

const create = (channels: 3 | 4, background: object) =>
  sharp({ create: { width: 8, height: 8, channels, background } });

describe('flattenAlpha', () => {
  it('lays transparent pictures on white, or on the given colour', async () => {
    const image = await create(4, { r: 0, g: 0, b: 0, alpha: 0 }).png().toBuffer();
    for (const [background, expected] of [
      [undefined, [255, 255, 255]],
      ['#336699', [0x33, 0x66, 0x99]],
    ] as const) {
      const { data, info } = await sharp(await flattenAlpha(image, background))
        .raw()
        .toBuffer({ resolveWithObject: true });
      expect(info.channels).toBe(3);
      expect([...data.subarray(0, 3)]).toEqual(expected);
    }
  });

  it('mixes half transparent colours', async () => {
    const image = await create(4, { r: 255, g: 0, b: 0, alpha: 0.5 }).webp({ lossless: true }).toBuffer();
    const data = await sharp(await flattenAlpha(image))
      .raw()
      .toBuffer();
    expect(data[0]).toBe(255);
    expect(Math.abs(data[1]! - 127)).toBeLessThan(3);
  });

  it('gives back the very bytes of pictures without transparency', async () => {
    const opaque = { r: 10, g: 20, b: 30, alpha: 1 };
    for (const image of [
      await create(3, opaque).png().toBuffer(),
      await create(4, opaque).png().toBuffer(),
      await create(3, opaque).jpeg().toBuffer(),
    ])
      expect(await flattenAlpha(image)).toBe(image);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['text', new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a picture cut short', Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0])],
  ])('refuses %s', async (_, bytes) => {
    await expect(flattenAlpha(bytes)).rejects.toMatchObject({ code: 'invalid-image' });
  });
});
