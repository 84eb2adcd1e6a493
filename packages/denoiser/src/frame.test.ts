import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { copyFrameRow, FRAME_MARGIN, frameOf, mirrored } from './frame.ts';
import { createRandomImage } from './test-images.ts';

describe('frame', () => {
  it('is the image in its margin, rounded up to what the network can halve', () => {
    expect(frameOf({ width: 1024, height: 576 })).toEqual({ width: 1040, height: 592 });
    expect(frameOf({ width: 1, height: 17 })).toEqual({ width: 32, height: 48 });
  });

  it('mirrors the image at its edges, as often as a tiny one needs', () => {
    const around = Array.from({ length: 12 }, (_, place) => mirrored(FRAME_MARGIN - 5 + place, 3));
    expect(around).toEqual([1, 2, 2, 1, 0, 0, 1, 2, 2, 1, 0, 0]);
    expect(mirrored(31, 1)).toBe(0);
  });

  it('copies any part of any row as the mirror says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.nat(15),
        fc.nat(63),
        fc.nat(63),
        (width, height, row, a, b) => {
          const input = createRandomImage(width, height, 1);
          const [start, end] = a < b ? [a, b] : [b, a];
          const out = new Float32Array(9 * (end - start) + 1);
          expect(copyFrameRow(input, row, start, end, out, 1)).toBe(out.length);
          const expected = [0];
          for (const source of [input.color, input.albedo, input.normal]) {
            for (let column = start; column < end; column++) {
              const at = 3 * (mirrored(row, height) * width + mirrored(column, width));
              expected.push(...source.subarray(at, at + 3));
            }
          }
          expect([...out]).toEqual(expected);
        },
      ),
    );
  });
});
