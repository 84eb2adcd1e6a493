import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { environmentFromHdr } from './radiance-hdr.ts';
import { TracerError } from './tracer-error.ts';

describe('Radiance HDR', () => {
  const header = (width: number, height: number) =>
    new TextEncoder().encode(`#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y ${height} +X ${width}\n`);
  const concat = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  /** Two rows of 8: the first run-length coded, the second as literal counts. */
  const newStyle = concat(
    header(8, 2),
    [2, 2, 0, 8, 136, 128, 136, 64, 136, 32, 136, 129],
    [2, 2, 0, 8, 8, 0, 10, 20, 30, 40, 50, 60, 70, 136, 1, 136, 2, 136, 128],
  );

  it('reads the new run-length encoding', () => {
    const { width, height, rgb } = environmentFromHdr(newStyle);
    expect([width, height]).toEqual([8, 2]);
    // Mantissa plus a half, over 256, times 2^(exponent - 128).
    expect(rgb[0]).toBeCloseTo((128.5 / 256) * 2, 6);
    expect(rgb[1]).toBeCloseTo((64.5 / 256) * 2, 6);
    expect(rgb[8 * 3 + 3 * 3]).toBeCloseTo(30.5 / 256, 6);
  });

  it('reads flat pixels and the old run-length encoding', () => {
    const flat = environmentFromHdr(concat(header(2, 1), [128, 64, 32, 128, 1, 2, 3, 0]));
    expect(flat.rgb[0]).toBeCloseTo(128.5 / 256, 6);
    expect(flat.rgb[3]).toBe(0);
    const old = environmentFromHdr(concat(header(4, 1), [128, 64, 32, 128, 1, 1, 1, 3]));
    expect(old.rgb[9]).toBeCloseTo(128.5 / 256, 6);
  });

  it('refuses any truncation with a typed error', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: newStyle.length - 1 }), (length) => {
        expect(() => environmentFromHdr(newStyle.subarray(0, length))).toThrow(TracerError);
      }),
    );
  });

  it('never fails in another way on damaged bytes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: newStyle.length - 1 }),
        fc.integer({ min: 0, max: 255 }),
        (at, value) => {
          const damaged = newStyle.slice();
          damaged[at] = value;
          try {
            const { rgb } = environmentFromHdr(damaged);
            expect(rgb.every(Number.isFinite)).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(TracerError);
          }
        },
      ),
    );
  });

  it('refuses sizes that the file cannot hold before taking memory', () => {
    expect(() => environmentFromHdr(concat(header(8000, 4000), [2, 2]))).toThrow(/too short/);
    expect(() => environmentFromHdr(concat(header(100_000, 100_000), [2, 2]))).toThrow(/not supported/);
  });
});
