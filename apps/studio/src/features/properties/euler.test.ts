import fc from 'fast-check';
import { Euler, Quaternion } from 'three';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from './color.ts';
import { type EulerDegrees, fromEulerDegrees, toEulerDegrees } from './euler.ts';

describe('euler angles', () => {
  it('mean the same as in three.js', () => {
    const angle = fc.double({ min: -180, max: 180, noNaN: true });
    fc.assert(
      fc.property(angle, angle, angle, (x, y, z) => {
        const ours = fromEulerDegrees([x, y, z]);
        const radians = [x, y, z].map((value) => (value * Math.PI) / 180) as EulerDegrees;
        const theirs = new Quaternion().setFromEuler(new Euler(...radians, 'XYZ')).toArray();
        ours.forEach((value, index) => {
          expect(value).toBeCloseTo(theirs[index]!, 9);
        });
      }),
    );
  });

  it('come back to the same rotation after being shown and typed', () => {
    const angle = fc.double({ min: -179, max: 179, noNaN: true });
    fc.assert(
      fc.property(angle, angle, angle, (x, y, z) => {
        const before = fromEulerDegrees([x, y, z]);
        const after = fromEulerDegrees(toEulerDegrees(before));
        const alike = Math.abs(before.reduce((sum, value, index) => sum + value * after[index]!, 0));
        expect(alike).toBeCloseTo(1, 6);
      }),
    );
  });
});

describe('colours', () => {
  it('are the same text again after a round trip through linear light', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (value) => {
        const hex = `#${value.toString(16).padStart(6, '0')}`;
        expect(toHex(fromHex(hex)!)).toBe(hex);
      }),
    );
  });

  it('accept short and bare forms and refuse what is not a colour', () => {
    expect(toHex(fromHex('fa0')!)).toBe('#ffaa00');
    expect(fromHex('#12345')).toBeNull();
    expect(fromHex('red')).toBeNull();
  });
});
