import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearestRatio, type SizeRule, sizeByRule } from './sizes.ts';

const RULE = {
  stepPx: 16,
  edgeMaxPx: 3_840,
  pixelsMin: 655_360,
  pixelsMax: 8_294_400,
  ratioMax: 3,
} as const satisfies SizeRule;

describe('sizes that a service can make', () => {
  it.each([
    [1024, 1024, 1024, 1024],
    [1536, 1024, 1536, 1024],
    [3840, 2160, 3840, 2160],
    [4096, 2304, 3840, 2160],
    [1280, 720, 1280, 720],
  ])('keep what fits and shrink what does not: %i x %i', (width, height, toWidth, toHeight) => {
    expect(sizeByRule({ width, height }, RULE)).toEqual({ width: toWidth, height: toHeight });
  });

  it('keep every rule and the shape, whatever is wanted', () => {
    const edge = fc.integer({ min: 16, max: 4096 });
    fc.assert(
      fc.property(edge, edge, fc.constantFrom(8, 16, 64), (wide, high, stepPx) => {
        const { width, height } = sizeByRule({ width: wide, height: high }, { ...RULE, stepPx });
        expect(width % stepPx).toBe(0);
        expect(height % stepPx).toBe(0);
        expect(Math.max(width, height)).toBeLessThanOrEqual(3840);
        expect(width * height).toBeGreaterThanOrEqual(655_360);
        expect(width * height).toBeLessThanOrEqual(8_294_400);
        expect(Math.max(width, height) / Math.min(width, height)).toBeLessThanOrEqual(3);
        const target = Math.min(3, Math.max(1 / 3, wide / high));
        expect(Math.abs(Math.log(width / height / target))).toBeLessThan(stepPx === 64 ? 0.08 : 0.03);
      }),
    );
  });

  it('give a size even where nothing keeps every rule', () => {
    expect(sizeByRule({ width: 1000, height: 10 }, { stepPx: 64, pixelsMax: 100 })).toEqual({
      width: 64,
      height: 64,
    });
    const small = sizeByRule({ width: 64, height: 64 }, { stepPx: 16, edgeMaxPx: 128, pixelsMin: 1e6 });
    expect(small).toEqual({ width: 128, height: 128 });
  });

  it('take the nearest ratio of a list', () => {
    const list = ['1:1', '3:2', '2:3', '16:9'] as const;
    expect(nearestRatio(list, { width: 1000, height: 990 })).toBe('1:1');
    expect(nearestRatio(list, { width: 2100, height: 900 })).toBe('16:9');
    expect(nearestRatio(list, { width: 9, height: 16 })).toBe('2:3');
  });
});
