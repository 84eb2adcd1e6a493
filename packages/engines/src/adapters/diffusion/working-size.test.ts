import { ASPECT_RATIOS, outputSize } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SizeRule } from '../../kit/remote/sizes.ts';
import { workingSize } from './working-size.ts';

const MEGAPIXEL = 1024 * 1024;
const SDXL: SizeRule = { stepPx: 8, pixelsMin: 0.9 * MEGAPIXEL, pixelsMax: MEGAPIXEL };
const SD15: SizeRule = { stepPx: 8, pixelsMin: 512 * 512, pixelsMax: 768 * 768 };

describe('workingSize', () => {
  it('takes a size as it is where the model makes good pictures at it', () => {
    expect(workingSize({ width: 1024, height: 1024 }, SDXL)).toEqual({ width: 1024, height: 1024 });
    expect(workingSize({ width: 1280, height: 720 }, { ...SDXL, pixelsMin: 0.5 * MEGAPIXEL })).toEqual({
      width: 1280,
      height: 720,
    });
    expect(workingSize({ width: 768, height: 512 }, SD15)).toEqual({ width: 768, height: 512 });
  });

  it('goes to the area that the model was trained for', () => {
    expect(workingSize({ width: 256, height: 256 }, SD15)).toEqual({ width: 512, height: 512 });
    expect(workingSize({ width: 4096, height: 4096 }, SD15)).toEqual({ width: 768, height: 768 });
    expect(workingSize({ width: 256, height: 256 }, SDXL).width).toBeGreaterThanOrEqual(960);
  });

  it('prefers a true ratio to a slightly larger picture', () => {
    const { width, height } = workingSize({ width: 1920, height: 1080 }, SDXL);
    expect(Math.abs(width / height / (16 / 9) - 1)).toBeLessThan(0.001);
  });

  it('keeps to the megapixels of the owner', () => {
    const size = workingSize({ width: 4096, height: 2048 }, SDXL, 0.25);
    expect(size.width * size.height).toBeLessThanOrEqual(0.25 * MEGAPIXEL);
    expect(size.width / size.height).toBeCloseTo(2, 1);
  });

  it.each(ASPECT_RATIOS.filter((ratio) => ratio !== 'canvas'))(
    'cuts off less than one percent of %s in steps of 8 and 16',
    (ratio) => {
      for (const longEdge of [512, 1024, 2048]) {
        const output = outputSize(ratio, longEdge);
        for (const stepPx of [8, 16]) {
          const size = workingSize(output, { ...SDXL, stepPx });
          expect(Math.abs((size.width / size.height) * (output.height / output.width) - 1)).toBeLessThan(
            0.01,
          );
        }
      }
    },
  );

  it('gives edges in steps and in range, for every shape and rule', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 4096 }),
        fc.integer({ min: 16, max: 4096 }),
        fc.constantFrom(8, 16, 64),
        fc.double({ min: 0.05, max: 16, noNaN: true }),
        (width, height, stepPx, megapixels) => {
          const size = workingSize({ width, height }, { ...SD15, stepPx }, megapixels);
          for (const edge of [size.width, size.height]) {
            expect(edge % stepPx).toBe(0);
            expect(edge).toBeGreaterThanOrEqual(64);
            expect(edge).toBeLessThanOrEqual(4096);
          }
          // Very long shapes cannot be small: their short edge has a lower limit.
          if (Math.max(width / height, height / width) < 4) {
            expect(size.width * size.height).toBeLessThanOrEqual(megapixels * MEGAPIXEL);
          }
        },
      ),
    );
  });
});
