import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { findAlignment } from './find-alignment.ts';
import type { GrayPlane } from './gray-plane.ts';
import {
  anyRestyle,
  cornerError,
  drawScene,
  move,
  restyle,
  seededRandom,
  type TrueMove,
} from './test-pairs.ts';

const STAY: TrueMove = { scale: 1, shiftXPx: 0, shiftYPx: 0 };
const SIZES = [
  [384, 384],
  [480, 300],
  [320, 480],
  [432, 324],
  [560, 240],
] as const;

/** Pictures of the sample scenes by the built-in engine, 480 x 300. */
const renders: GrayPlane[] = [];

beforeAll(async () => {
  for (const name of ['pavilion', 'perfume', 'reading-corner']) {
    const file = new URL(`../../../samples/thumbnails/${name}.jpg`, import.meta.url);
    const { data, info } = await sharp(await readFile(file))
      .resize(480, 300)
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    renders.push({ width: info.width, height: info.height, data: Float32Array.from(data, (v) => v / 255) });
  }
});

/** Every fourth picture is a render, the others are drawn. */
function referenceFor(seed: number, random: () => number): GrayPlane {
  if (seed % 4 === 3) return renders[Math.floor(seed / 4) % renders.length]!;
  const [width, height] = SIZES[seed % SIZES.length]!;
  return drawScene(width, height, random);
}

function anyMove({ width, height }: GrayPlane, random: () => number): TrueMove {
  return {
    scale: 0.9 + 0.2 * random(),
    shiftXPx: (0.3 * random() - 0.15) * width,
    shiftYPx: (0.3 * random() - 0.15) * height,
  };
}

describe('findAlignment', () => {
  it.each([0, 1, 2, 3, 4, 5, 6, 7])(
    'finds shifts to 15 % and zooms from 0.9 to 1.1 within a pixel through any restyling (part %i of 8, 25 pairs)',
    (part) => {
      for (let seed = part * 25; seed < (part + 1) * 25; seed++) {
        const random = seededRandom(1000 + seed);
        const reference = referenceFor(seed, random);
        const truth = anyMove(reference, random);
        const beyond = random() < 0.5 ? drawScene(reference.width, reference.height, random) : null;
        const candidate = restyle(move(reference, truth, beyond), anyRestyle(random), random);
        const found = findAlignment(reference, candidate);
        const told = `seed ${seed}: ${JSON.stringify({ truth, found })}`;
        expect(cornerError(reference, found, truth), told).toBeLessThan(1);
        expect(found, told).toMatchObject({ isReliable: true, isAligned: false });
      }
    },
  );

  it('finds nothing to repair in pictures that stayed, however they were restyled', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(5000 + seed);
      const reference = referenceFor(seed, random);
      const candidate = restyle(reference, { ...anyRestyle(random), noise: 0.03 }, random);
      const found = findAlignment(reference, candidate);
      // What is not sure is left alone as well.
      expect(found.isAligned || !found.isReliable, `seed ${seed}: ${JSON.stringify(found)}`).toBe(true);
      expect(cornerError(reference, found, STAY), `seed ${seed}`).toBeLessThan(1);
    }
  });

  it('trusts no alignment between unrelated pictures', () => {
    for (let seed = 0; seed < 20; seed++) {
      const random = seededRandom(9000 + seed);
      const reference = referenceFor(seed, random);
      const other = drawScene(reference.width, reference.height, random);
      const found = findAlignment(reference, restyle(other, anyRestyle(random), random));
      expect(found, `seed ${seed}: ${JSON.stringify(found)}`).toMatchObject({
        isReliable: false,
        isAligned: false,
      });
    }
  });

  it('tells the shift in pixels of the candidate when sizes differ', () => {
    const random = seededRandom(77);
    const large = drawScene(640, 480, random);
    const truth = { scale: 1.04, shiftXPx: 40, shiftYPx: -24 };
    const candidate = move(large, truth, null);
    const small = { width: 320, height: 240, data: new Float32Array(320 * 240) };
    for (let y = 0; y < 240; y++)
      for (let x = 0; x < 320; x++)
        for (const i of [0, 1, 640, 641]) small.data[y * 320 + x]! += large.data[y * 1280 + x * 2 + i]! / 4;
    expect(cornerError(large, findAlignment(small, candidate), truth)).toBeLessThan(1);
    const found = findAlignment(candidate, small);
    // The other way round: 1 / 1.04, at half the size.
    expect(
      cornerError(small, found, { scale: 1 / 1.04, shiftXPx: -20 / 1.04, shiftYPx: 12 / 1.04 }),
    ).toBeLessThan(1);
  });

  it.each([
    ['empty pictures', 256, 256],
    ['pictures that are too small', 12, 40],
    ['pictures without height', 300, 0],
  ])('claims nothing about %s', (_, width, height) => {
    const blank = { width, height, data: new Float32Array(width * height).fill(0.4) };
    expect(findAlignment(blank, blank)).toMatchObject({ isReliable: false, isAligned: false, confidence: 0 });
  });

  it('claims nothing about numbers that are none', () => {
    const random = seededRandom(3);
    const reference = drawScene(256, 256, random);
    const broken = { ...reference, data: new Float32Array(256 * 256).fill(Number.NaN) };
    expect(findAlignment(reference, broken).isReliable).toBe(false);
    expect(findAlignment(broken, reference).isReliable).toBe(false);
  });
});
