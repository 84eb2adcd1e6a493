import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ASPECT_RATIOS, outputSize, ratioOf } from './aspect-ratio.ts';

describe('outputSize', () => {
  it.each([
    ['1:1', 1024, 1024, 1024],
    ['16:9', 1024, 1024, 576],
    ['9:16', 1024, 576, 1024],
    ['21:9', 1024, 1024, 439],
    ['4:5', 1080, 864, 1080],
    ['3:2', 300, 300, 200],
  ] as const)('gives %s with a long edge of %i as %i x %i', (ratio, edge, width, height) => {
    expect(outputSize(ratio, edge)).toEqual({ width, height });
  });

  it('uses the viewport’s own shape for `canvas`', () => {
    expect(outputSize('canvas', 1000, 2)).toEqual({ width: 1000, height: 500 });
    expect(outputSize('canvas', 1000, 0.5)).toEqual({ width: 500, height: 1000 });
  });

  it('keeps the long edge exactly and the other within half a pixel of the ratio', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ASPECT_RATIOS), fc.integer({ min: 256, max: 4096 }), (ratio, edge) => {
        const { width, height } = outputSize(ratio, edge);
        expect(Math.max(width, height)).toBe(edge);
        const exact = ratioOf(ratio) >= 1 ? edge / ratioOf(ratio) : edge * ratioOf(ratio);
        expect(Math.abs(Math.min(width, height) - exact)).toBeLessThanOrEqual(0.5);
      }),
    );
  });
});
