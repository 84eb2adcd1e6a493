import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deltaE2000, type Lab, labOf } from './color-difference.ts';

describe('deltaE2000', () => {
  // From the table that Sharma, Wu and Dalal published to check implementations by (2005).
  it.each<[Lab, Lab, number]>([
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615],
    [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[50, 2.5, 0], [61, -5, 29], 22.8977],
    [[50, 2.5, 0], [56, -27, -3], 31.903],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
  ])('of %j and %j is %f', (one, other, expected) => {
    expect(deltaE2000(one, other)).toBeCloseTo(expected, 3);
  });

  it('is the same both ways, and nothing for the same colour', () => {
    const byte = fc.integer({ min: 0, max: 255 });
    fc.assert(
      fc.property(fc.tuple(byte, byte, byte), fc.tuple(byte, byte, byte), (one, other) => {
        const there = deltaE2000(labOf(...one), labOf(...other));
        expect(deltaE2000(labOf(...other), labOf(...one))).toBeCloseTo(there, 9);
        expect(deltaE2000(labOf(...one), labOf(...one))).toBe(0);
        expect(there).toBeGreaterThanOrEqual(0);
        expect(there).toBeLessThan(120);
      }),
    );
  });
});

describe('labOf', () => {
  it('knows black, white and grey', () => {
    expect(labOf(0, 0, 0)[0]).toBeCloseTo(0);
    const [l, a, b] = labOf(255, 255, 255);
    expect(l).toBeCloseTo(100, 2);
    expect(Math.abs(a)).toBeLessThan(0.02);
    expect(Math.abs(b)).toBeLessThan(0.02);
    expect(labOf(119, 119, 119)[0]).toBeCloseTo(50, 0);
  });
});
