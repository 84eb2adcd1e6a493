import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { GrayPlane } from './gray-plane.ts';
import { repairAlignment } from './repair-alignment.ts';
import { drawScene, move, restyle, seededRandom } from './test-pairs.ts';

const PLAIN = {
  inverted: false,
  gamma: 1.3,
  toneFold: 0,
  blurPx: 0,
  noise: 0.02,
  texture: 0.05,
  lightSlope: 0.2,
  added: 0.05,
};
const CANVAS = drawScene(480, 320, seededRandom(11));

function toPng({ width, height, data }: GrayPlane): Promise<Uint8Array> {
  const bytes = Uint8Array.from(data, (value) => Math.round(Math.max(0, Math.min(1, value)) * 255));
  return sharp(bytes, { raw: { width, height, channels: 1 } })
    .toColourspace('srgb')
    .png()
    .toBuffer();
}

/** Mean difference from the canvas, 0 to 255, away from the borders. */
function differenceFrom(
  canvas: GrayPlane,
  image: { data: Uint8Array; channels: number },
  inset: number,
): number {
  let [sum, count] = [0, 0];
  for (let y = inset; y < canvas.height - inset; y++)
    for (let x = inset; x < canvas.width - inset; x++) {
      const i = y * canvas.width + x;
      sum += Math.abs(image.data[i * image.channels]! - canvas.data[i]! * 255);
      count++;
    }
  return sum / count;
}

describe('repairAlignment', () => {
  it('puts a moved picture back over its canvas, at its own size', async () => {
    const moved = move(CANVAS, { scale: 1.06, shiftXPx: -31.4, shiftYPx: 18.7 }, null);
    const { image, alignment } = await repairAlignment({
      image: await toPng(moved),
      canvas: await toPng(CANVAS),
    });
    expect(alignment).toMatchObject({ isReliable: true, isAligned: false });
    expect(image).toMatchObject({ width: 480, height: 320, channels: 3 });
    const before = { data: Uint8Array.from(moved.data, (value) => value * 255), channels: 1 };
    expect(differenceFrom(CANVAS, image!, 60)).toBeLessThan(2);
    expect(differenceFrom(CANVAS, before, 60)).toBeGreaterThan(20);
  });

  it('fills what comes into sight with the mirrored picture', async () => {
    const moved = move(CANVAS, { scale: 1, shiftXPx: 40, shiftYPx: 0 }, null);
    const { image } = await repairAlignment({ image: await toPng(moved), canvas: await toPng(CANVAS) });
    for (const y of [20, 160, 300])
      for (const d of [2, 10, 30]) {
        const at = (x: number) => image!.data[(y * 480 + x) * 3]!;
        expect(Math.abs(at(440 + d) - at(439 - d))).toBeLessThan(12);
      }
  });

  it('makes the repaired picture at the asked size', async () => {
    const moved = move(CANVAS, { scale: 0.95, shiftXPx: 20, shiftYPx: 20 }, null);
    const { image } = await repairAlignment({
      image: await toPng(moved),
      canvas: await toPng(CANVAS),
      size: { width: 240, height: 160 },
    });
    expect(image).toMatchObject({ width: 240, height: 160 });
    const half = new Float32Array(240 * 160);
    for (let y = 0; y < 160; y++)
      for (let x = 0; x < 240; x++)
        for (const i of [0, 1, 480, 481]) half[y * 240 + x]! += CANVAS.data[y * 960 + x * 2 + i]! / 4;
    expect(differenceFrom({ width: 240, height: 160, data: half }, image!, 30)).toBeLessThan(3);
  });

  it('takes a decoded picture, and keeps its transparency', async () => {
    const moved = move(CANVAS, { scale: 1.05, shiftXPx: 12, shiftYPx: -9 }, null);
    const { data, info } = await sharp(await toPng(moved))
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { image } = await repairAlignment({
      image: { data, width: info.width, height: info.height, channels: 4 },
      canvas: await toPng(CANVAS),
    });
    expect(image!.channels).toBe(4);
    expect(image!.data[3]).toBe(255);
  });

  it('leaves pictures that are in place untouched, however they look', async () => {
    const image = await toPng(restyle(CANVAS, PLAIN, seededRandom(5)));
    const result = await repairAlignment({ image, canvas: await toPng(CANVAS) });
    expect(result).toMatchObject({ image: null, alignment: { isAligned: true } });
  });

  it('leaves unrelated pictures untouched', async () => {
    const image = await toPng(drawScene(480, 320, seededRandom(12)));
    const result = await repairAlignment({ image, canvas: await toPng(CANVAS) });
    expect(result).toMatchObject({ image: null, alignment: { isReliable: false } });
  });

  it('refuses what is no picture', async () => {
    const canvas = await toPng(CANVAS);
    await expect(repairAlignment({ image: new Uint8Array(9), canvas })).rejects.toMatchObject({
      code: 'invalid-image',
    });
    await expect(repairAlignment({ image: canvas.subarray(0, 400), canvas })).rejects.toMatchObject({
      code: 'invalid-image',
    });
  });
});
