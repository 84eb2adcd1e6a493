import type { Camera } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { cameraChangeInWords, cameraInNumbers, metres } from './camera-words.ts';

const camera: Camera = { position: [0, 1, 5], target: [0, 1, 0], fovYDegrees: 35 };
const moved = (fields: Partial<Camera>) => cameraChangeInWords(camera, { ...camera, ...fields });

describe('cameraChangeInWords', () => {
  it('tells moves as seen through the camera', () => {
    expect(moved({ position: [0.3, 1, 3.8], target: [0.3, 1, 0] })).toBe(
      '1.20 m forward, 30 cm to the right',
    );
    expect(moved({ position: [0, 0.5, 6], target: [0, 0.5, 0] })).toBe('1.00 m back, 50 cm down');
  });

  it('tells turns and lenses', () => {
    expect(moved({ target: [5, 1, 0] })).toBe('Turned by 45°');
    expect(moved({ fovYDegrees: 20 })).toBe('Longer lens');
    expect(moved({ fovYDegrees: 60 })).toBe('Wider lens');
  });

  it('says nothing of rounding, nor stumbles when one looks straight down', () => {
    expect(moved({ position: [0, 1, 5.0001] })).toBeNull();
    const down: Camera = { position: [0, 5, 0], target: [0, 0, 0], fovYDegrees: 35 };
    expect(cameraChangeInWords(down, { ...down, position: [0, 4, 0] })).toBe('1.00 m forward');
  });
});

describe('cameraInNumbers', () => {
  it('names place, target and lens', () => {
    expect(cameraInNumbers(camera)).toBe('at 0.00, 1.00, 5.00 m, towards 0.00, 1.00, 0.00 m, 38 mm (35°)');
  });
});

describe('metres', () => {
  it('is as exact as the eye needs', () => {
    expect([0.004, 0.032, 0.32, 1.2, 250].map(metres)).toEqual([
      '4 mm',
      '3.2 cm',
      '32 cm',
      '1.20 m',
      '250 m',
    ]);
  });
});
