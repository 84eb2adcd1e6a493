import { describe, expect, it } from 'vitest';
import { autoExposure } from './auto-exposure.ts';

const flat = (width: number, height: number, radiance: number) => ({
  width,
  height,
  color: new Float32Array(width * height * 3).fill(radiance),
});

describe('autoExposure', () => {
  it('brings a flat image to middle grey', () => {
    expect(autoExposure(flat(50, 20, 4)) * 4).toBeCloseTo(0.18, 5);
  });

  it('takes the geometric mean, so that one bright half does not darken the other away', () => {
    const image = flat(32, 16, 0.01);
    for (let y = 0; y < 16; y++) image.color.fill(100, 3 * (y * 32 + 16), 3 * (y * 32 + 32));
    expect(autoExposure(image)).toBeCloseTo(0.18, 4);
  });

  it('leaves an image without light as it is', () => {
    expect(autoExposure(flat(10, 10, 0))).toBe(1);
  });

  it('ignores pixels that are not numbers', () => {
    const image = flat(16, 16, 1);
    image.color[0] = Number.NaN;
    image.color[5] = Number.NEGATIVE_INFINITY;
    expect(autoExposure(image)).toBeCloseTo(0.18, 2);
  });
});
