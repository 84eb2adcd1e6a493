import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitSize, type SizeRule } from './fit-size.ts';

const RULE: SizeRule = {
  stepPx: 16,
  longEdgeMaxPx: 3_840,
  pixelsMin: 655_360,
  pixelsMax: 8_294_400,
  ratioMax: 3,
};

describe('fitting a size to the rule of a service', () => {
  it.each([
    [
      { width: 1024, height: 1024 },
      { width: 1024, height: 1024 },
    ],
    [
      { width: 1536, height: 1024 },
      { width: 1536, height: 1024 },
    ],
    [
      { width: 3840, height: 2160 },
      { width: 3840, height: 2160 },
    ],
    [
      { width: 4096, height: 2304 },
      { width: 3840, height: 2160 },
    ],
    [
      { width: 1280, height: 720 },
      { width: 1280, height: 720 },
    ],
  ])('keeps what fits and shrinks what does not: %o', (wanted, expected) => {
    expect(fitSize(wanted, RULE)).toEqual(expected);
  });

  it('keeps every rule and stays within two per cent of the shape, whatever is wanted', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 256, max: 4096 }),
        fc.double({ min: 0.1, max: 10, noNaN: true }),
        (edge, ratio) => {
          const wanted =
            ratio >= 1
              ? { width: edge, height: Math.max(1, Math.round(edge / ratio)) }
              : { width: Math.max(1, Math.round(edge * ratio)), height: edge };
          const { width, height } = fitSize(wanted, RULE);
          expect(width % 16).toBe(0);
          expect(height % 16).toBe(0);
          expect(Math.max(width, height)).toBeLessThanOrEqual(3840);
          expect(width * height).toBeGreaterThanOrEqual(655_360);
          expect(width * height).toBeLessThanOrEqual(8_294_400);
          const target = Math.min(3, Math.max(1 / 3, wanted.width / wanted.height));
          expect(Math.abs(Math.log(width / height / target))).toBeLessThan(0.03);
        },
      ),
    );
  });
});
