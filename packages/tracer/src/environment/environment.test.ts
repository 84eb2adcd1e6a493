import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceEnvironment, Vec3 } from '../trace-scene-types.ts';
import { TracerError } from '../tracer-error.ts';
import { environmentFromHdr } from './radiance-hdr.ts';
import { type Sky, skyEnvironment } from './sky-environment.ts';
import { studioEnvironment } from './studio-environment.ts';

function texel(environment: TraceEnvironment, direction: Vec3): Vec3 {
  const { width, height, rgb } = environment;
  const u = 0.5 + Math.atan2(direction[0], -direction[2]) / (2 * Math.PI);
  const v = Math.acos(direction[1] / Math.hypot(...direction)) / Math.PI;
  const i = (Math.min(height - 1, Math.floor(v * height)) * width + (Math.floor(u * width) % width)) * 3;
  return [rgb[i] as number, rgb[i + 1] as number, rgb[i + 2] as number];
}
function skyAt(elevationDegrees: number, changes = {}): Sky {
  const e = (elevationDegrees * Math.PI) / 180;
  return skyEnvironment({ sunDirection: [Math.cos(e), Math.sin(e), 0], width: 128, ...changes });
}
/** Radiance of a level white surface in full sun and sky. */
function levelWhite({ environment, sun }: Sky, elevationDegrees: number): Vec3 {
  const { width, height, rgb } = environment;
  const sum = sun.irradiance.map((c) => c * Math.max(0, Math.sin((elevationDegrees * Math.PI) / 180)));
  for (let row = 0; row < height / 2; row++) {
    const theta = (Math.PI * (row + 0.5)) / height;
    for (let column = 0; column < width; column++) {
      for (const c of [0, 1, 2]) {
        sum[c] =
          (sum[c] as number) +
          (rgb[(row * width + column) * 3 + c] as number) *
            Math.cos(theta) *
            Math.sin(theta) *
            ((2 * Math.PI ** 2) / (width * height));
      }
    }
  }
  return sum.map((c) => c / Math.PI) as unknown as Vec3;
}

describe('sky', () => {
  it('shows a sunlit white surface at noon between radiance 1 and 3, under a blue zenith', () => {
    const sky = skyAt(60);
    const white = levelWhite(sky, 60);
    for (const c of white) {
      expect(c).toBeGreaterThan(1);
      expect(c).toBeLessThan(3);
    }
    const zenith = texel(sky.environment, [0.1, 1, 0]);
    expect(zenith[2]).toBeGreaterThan(zenith[0] * 1.8);
  });

  it('warms sun and horizon as the sun sinks', () => {
    const noon = skyAt(60).sun.irradiance;
    const golden = skyAt(5).sun.irradiance;
    expect(golden[0] / golden[2]).toBeGreaterThan(2 * (noon[0] / noon[2]));
    const low = skyAt(2);
    const glow = texel(low.environment, [1, 0.02, 0]);
    const opposite = texel(low.environment, [-1, 0.02, 0]);
    expect(glow[0] / glow[2]).toBeGreaterThan(1.2 * (opposite[0] / opposite[2]));
  });

  it('has no sun and a blue light after sunset, still bright enough to see', () => {
    const sky = skyAt(-5);
    expect(sky.sun.irradiance).toEqual([0, 0, 0]);
    const white = levelWhite(sky, -5);
    expect(white[2]).toBeGreaterThan(white[0]);
    expect(white[2]).toBeGreaterThan(0.03);
    expect(sky.adaptationEv).toBeGreaterThan(5);
  });

  it('is finite and not negative at any hour and haze', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -30, max: 90, noNaN: true }),
        fc.double({ min: 1, max: 20, noNaN: true }),
        fc.constantFrom(0, 0.4, 1),
        (elevation, turbidity, cloudCover) => {
          const { environment, sun } = skyAt(elevation, { turbidity, cloudCover, width: 16 });
          expect(environment.rgb.every((v) => v >= 0 && v < Infinity)).toBe(true);
          expect(sun.irradiance.every((v) => v >= 0 && v < Infinity)).toBe(true);
        },
      ),
      { numRuns: 6 },
    );
  });

  it('takes the sun away under a closed cover', () => {
    expect(skyAt(40, { cloudCover: 1 }).sun.irradiance[1]).toBeLessThan(0.05);
    expect(skyAt(40, { cloudCover: 0.3 }).sun.irradiance[1]).toBeGreaterThan(1);
  });

  it('refuses settings out of range', () => {
    expect(() => skyEnvironment({ sunDirection: [0, 0, 0] })).toThrow(TracerError);
    expect(() => skyAt(10, { turbidity: Number.NaN })).toThrow(TracerError);
    expect(() => skyAt(10, { cloudCover: 2 })).toThrow(TracerError);
  });
});

describe('studio', () => {
  it('paints a panel where it is asked and the room elsewhere', () => {
    const room = studioEnvironment({
      panels: [
        {
          directionWorld: [1, 0.2, 0],
          widthDegrees: 40,
          heightDegrees: 30,
          color: [1, 0.5, 0.25],
          intensity: 8,
          softness: 0.2,
        },
      ],
      base: { top: [0.2, 0.2, 0.2], bottom: [0.1, 0.1, 0.1] },
    });
    expect(texel(room, [1, 0.2, 0])).toEqual([8, 4, 2]);
    expect(texel(room, [-1, 0.2, 0])[0]).toBeLessThan(0.2);
    expect(texel(room, [0, 1, 0])[0]).toBeCloseTo(0.2, 2);
  });

  it('refuses panels that make no sense', () => {
    const panel = {
      directionWorld: [0, 0, 0],
      widthDegrees: 40,
      heightDegrees: 30,
      color: [1, 1, 1],
      intensity: 1,
      softness: 0,
    } as const;
    expect(() => studioEnvironment({ panels: [panel], base: { top: [0, 0, 0], bottom: [0, 0, 0] } })).toThrow(
      /panels\[0\]/,
    );
  });
});

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
