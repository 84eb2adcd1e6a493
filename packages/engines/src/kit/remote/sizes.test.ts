import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestRatio, sizeInSteps } from './sizes.ts';

describe('sizes that a service can make', () => {
  it('are in its steps and limits, about as large and nearly of the shape that was asked', () => {
    const edge = fc.integer({ min: 256, max: 4096 });
    fc.assert(
      fc.property(edge, edge, fc.constantFrom(8, 16, 64), (width, height, step) => {
        fc.pre(Math.max(width, height) / Math.min(width, height) <= 3);
        const size = sizeInSteps(
          { width, height },
          { step, minEdgePx: 64, maxEdgePx: 2048, maxPixels: 1_600_000 },
        );
        expect(size.width % step).toBe(0);
        expect(size.height % step).toBe(0);
        expect(size.width * size.height).toBeLessThanOrEqual(1_600_002);
        expect(Math.max(size.width, size.height)).toBeLessThanOrEqual(2048);
        const off = Math.abs(Math.log((size.width / size.height) * (height / width)));
        expect(off).toBeLessThan((2 * step) / Math.min(size.width, size.height));
      }),
    );
  });

  it('keep a size that fits already', () => {
    expect(sizeInSteps({ width: 1024, height: 576 }, { step: 16, minEdgePx: 64, maxEdgePx: 2048 })).toEqual({
      width: 1024,
      height: 576,
    });
  });

  it('take the nearest ratio of a list', () => {
    const list = ['1:1', '3:2', '2:3', '16:9'] as const;
    expect(nearestRatio(list, { width: 1000, height: 990 })).toBe('1:1');
    expect(nearestRatio(list, { width: 2100, height: 900 })).toBe('16:9');
    expect(nearestRatio(list, { width: 9, height: 16 })).toBe('2:3');
  });
});
