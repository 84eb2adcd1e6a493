import { CONTROL_MAP_NAMES } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { geometryGuidance, usualMaps } from './geometry-guidance.ts';

describe('geometryGuidance', () => {
  it('never loosens when the strength grows, and stays within what every program takes', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.uniqueArray(fc.constantFrom(...CONTROL_MAP_NAMES), { maxLength: 4 }),
        (one, other, maps) => {
          const loose = geometryGuidance(Math.min(one, other), maps);
          const strict = geometryGuidance(Math.max(one, other), maps);
          expect(strict.denoise).toBeLessThanOrEqual(loose.denoise);
          strict.maps.forEach((map, index) => {
            expect(map.weight).toBeGreaterThanOrEqual(loose.maps[index]!.weight);
            expect(map.endAt).toBeGreaterThanOrEqual(loose.maps[index]!.endAt);
            expect(map.weight).toBeGreaterThan(0);
            expect(map.weight).toBeLessThanOrEqual(1);
            expect(map.endAt).toBeLessThanOrEqual(1);
          });
          expect(strict.denoise).toBeGreaterThan(0);
          expect(loose.denoise).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it('gives each of several maps less weight than one alone', () => {
    const alone = geometryGuidance(1, ['depth']).maps[0]!.weight;
    const beside = geometryGuidance(1, ['depth', 'canny']).maps[0]!.weight;
    expect([alone, beside]).toEqual([1, 0.8]);
  });

  it('takes three quarters where nobody set a strength, as the wording for edit models does', () => {
    expect(geometryGuidance(null, ['depth'])).toEqual(geometryGuidance(0.75, ['depth']));
  });
});

describe('usualMaps', () => {
  it('takes one map for the volume and one for the edges', () => {
    expect(usualMaps(['segmentation', 'normal', 'lineart', 'depth', 'canny'])).toEqual(['depth', 'canny']);
    expect(usualMaps(['normal', 'lineart'])).toEqual(['normal', 'lineart']);
    expect(usualMaps(['segmentation'])).toEqual([]);
    expect(usualMaps(['depth', 'canny'], 1)).toEqual(['depth']);
  });
});
