import { listMetadata } from '@diorama/metadata';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { encodePng } from '../__fixtures__/test-engine.ts';
import { makeDerivative } from './derivative.ts';

/** Does not compress well. */
async function noise(width: number, height: number): Promise<Buffer> {
  return await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#777',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
    .png()
    .toBuffer();
}

it('makes large pictures smaller and leaves small ones as large as they are', async () => {
  const large = await makeDerivative(encodePng(4096, 16, [9, 9, 9]), { longEdgePx: 2048 });
  expect(large).toMatchObject({ width: 2048, height: 8 });
  const small = await makeDerivative(encodePng(30, 20, [9, 9, 9]), { longEdgePx: 2048 });
  expect(small).toMatchObject({ width: 30, height: 20 });
  expect(await sharp(small.bytes).metadata()).toMatchObject({ format: 'webp', width: 30, height: 20 });
  expect(await listMetadata(small.bytes)).toEqual([]);
});

it('stands upright, whatever the file says about how it was held', async () => {
  const held = await sharp(encodePng(40, 20, [9, 9, 9]))
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  expect(await makeDerivative(held, { longEdgePx: 2048 })).toMatchObject({ width: 20, height: 40 });
});

it('stays below a number of bytes, first by quality and then by size', async () => {
  const picture = await noise(400, 300);
  const free = await makeDerivative(picture, { longEdgePx: 400 });
  for (const maxBytes of [free.bytes.byteLength - 1, 20_000, 2_000]) {
    const made = await makeDerivative(picture, { longEdgePx: 400, maxBytes });
    expect(made.bytes.byteLength).toBeLessThanOrEqual(maxBytes);
    expect(made.width / made.height).toBeCloseTo(4 / 3, 1);
  }
  await expect(makeDerivative(picture, { longEdgePx: 400, maxBytes: 10 })).rejects.toMatchObject({
    code: 'invalid-image',
  });
});

it.each([
  ['a cut off file', (png: Uint8Array) => png.subarray(0, png.byteLength / 2)],
  ['something else', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')],
  ['nothing', () => Buffer.alloc(0)],
])('refuses %s', async (_, damage) => {
  const png = await noise(64, 64);
  await expect(makeDerivative(damage(png), { longEdgePx: 100 })).rejects.toMatchObject({
    code: 'invalid-image',
  });
});
