import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cameraSchema, focalLengthMmOf, fovYDegreesOf } from './camera.ts';

describe('camera', () => {
  it('refuses a camera that stands on its own target', () => {
    const result = cameraSchema.safeParse({ position: [1, 2, 3], target: [1, 2, 3], fovYDegrees: 35 });
    expect(result.success).toBe(false);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e7])('refuses %f as a coordinate', (x) => {
    expect(cameraSchema.safeParse({ position: [x, 0, 0], target: [0, 0, 0], fovYDegrees: 35 }).success).toBe(
      false,
    );
  });

  it('converts focal lengths to fields of view and back', () => {
    expect(fovYDegreesOf(50)).toBeCloseTo(26.99, 2);
    fc.assert(
      fc.property(fc.double({ min: 8, max: 400, noNaN: true }), (mm) => {
        expect(focalLengthMmOf(fovYDegreesOf(mm))).toBeCloseTo(mm, 6);
      }),
    );
  });
});
