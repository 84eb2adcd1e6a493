import { listMetadata, readChunks, writeChunks } from '@diorama/metadata';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { fitOutput } from './fit-output.ts';
import { prepareInput } from './prepare-input.ts';
import { receiveImage } from './receive-image.ts';

const plain = (width: number, height: number, channels: 3 | 4 = 3) =>
  sharp({ create: { width, height, channels, background: { r: 200, g: 40, b: 30, alpha: 0.5 } } });

/** Red above, blue below, as a person sees it. */
async function redOverBlue(width: number, height: number): Promise<Buffer> {
  const half = await sharp({
    create: { width, height: height / 2, channels: 3, background: '#0000ff' },
  })
    .png()
    .toBuffer();
  return await sharp({ create: { width, height, channels: 3, background: '#ff0000' } })
    .composite([{ input: half, left: 0, top: height / 2 }])
    .png()
    .toBuffer();
}

describe('pictures from outside', () => {
  it.each([
    ['grey', async () => await plain(64, 48).greyscale().png().toBuffer()],
    ['grey with 16 bits', async () => await plain(64, 48).toColourspace('grey16').png().toBuffer()],
    ['16 bits with alpha', async () => await plain(64, 48, 4).toColourspace('rgb16').png().toBuffer()],
    ['CMYK', async () => await plain(64, 48).toColourspace('cmyk').jpeg().toBuffer()],
    ['a palette', async () => await plain(64, 48).png({ palette: true }).toBuffer()],
    ['a wide gamut', async () => await plain(64, 48).withIccProfile('p3').png().toBuffer()],
    ['WebP with alpha', async () => await plain(64, 48, 4).webp().toBuffer()],
  ])('become 8-bit sRGB: %s', async (_, make) => {
    const { rgb, width, height } = await receiveImage(await make(), 'X', []);
    expect([width, height, rgb.length]).toEqual([64, 48, 64 * 48 * 3]);
  });

  it('are turned as their note says', async () => {
    const lying = await sharp(await redOverBlue(40, 60))
      .rotate(-90)
      .withMetadata({ orientation: 6 })
      .jpeg({ chromaSubsampling: '4:4:4', quality: 95 })
      .toBuffer();
    const { rgb, width, height } = await receiveImage(lying, 'X', []);
    expect([width, height]).toEqual([40, 60]);
    expect(rgb[0]).toBeGreaterThan(200);
  });

  it('leave what other programs wrote into them behind; the raw file keeps it', async () => {
    const [header, ...others] = readChunks(await plain(64, 48).png().toBuffer());
    const text = (words: string) => ({ type: 'tEXt', data: new TextEncoder().encode(words) });
    const foreign = writeChunks([
      header!,
      text('workflow\0{"nodes":[{"type":"SaveImage"}]}'),
      text('prompt\0{"3":{"class_type":"KSampler"}}'),
      ...others,
    ]);
    const received = await receiveImage(foreign, 'X', []);
    const { png } = await fitOutput(received, { width: 64, height: 48 }, 'X');
    const texts = async (bytes: Uint8Array) =>
      (await listMetadata(bytes)).filter(({ kind }) => kind !== 'technical').map(({ name }) => name);
    expect(await texts(png)).toEqual([]);
    expect(await texts(received.file)).toEqual(['workflow', 'prompt']);
  });

  it('are refused when there is next to nothing to see', async () => {
    for (const [width, height] of [
      [1, 1],
      [16_000, 1],
      [1, 16_000],
    ] as const)
      await expect(receiveImage(await plain(width, height).png().toBuffer(), 'X', [])).rejects.toMatchObject({
        code: 'invalid-output',
      });
  });

  it('of extreme shapes are cut without unfolding to more than they are', async () => {
    const began = performance.now();
    for (const [width, height] of [
      [16_000, 16],
      [16, 16_000],
    ] as const) {
      const received = await receiveImage(await plain(width, height).png().toBuffer(), 'X', []);
      const { png, warnings } = await fitOutput(received, { width: 1_024, height: 1_024 }, 'X');
      expect(await sharp(png).metadata()).toMatchObject({ width: 1_024, height: 1_024 });
      expect(warnings.map(({ code }) => code)).toEqual(['ratio-adapted', 'image-resized']);
    }
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('a photograph that lies on its side', () => {
  it('keeps its shape as a reference', async () => {
    const lying = await sharp(await redOverBlue(300, 400))
      .rotate(-90)
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const prepared = await prepareInput(
      lying,
      { kind: 'reference', index: 0, role: null },
      { longEdgeMaxPx: 200, maxBytes: 10_000_000, mediaType: 'image/png' },
      null,
    );
    expect(prepared.size).toEqual({ width: 150, height: 200 });
    expect(await sharp(prepared.bytes).metadata()).toMatchObject({ width: 150, height: 200 });
  });
});
