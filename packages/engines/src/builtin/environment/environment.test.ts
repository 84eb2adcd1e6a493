import { HDRI_NAMES, STUDIO_SETS } from '@diorama/contracts';
import { environmentFromHdr } from '@diorama/tracer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeRadiance } from '../../../tools/radiance-file.ts';
import { loadBakedEnvironment } from './baked-environments.ts';
import { directionAt, lookUp, paintEnvironment, placeOf, turnEnvironment } from './equirect.ts';
import { createSkyDome, type SkyLighting } from './sky-dome.ts';
import { studioRigEnvironment } from './studio-rig.ts';

const axes = { back: [0, 0, 1], right: [1, 0, 0] } as const;

describe('an equirectangular picture', () => {
  it('finds the place of a direction and back', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        (u, v) => {
          const place = placeOf(directionAt(u, v));
          expect(place.u).toBeCloseTo(u, 6);
          expect(place.v).toBeCloseTo(v, 6);
        },
      ),
    );
  });

  it('turns as a whole', () => {
    const picture = paintEnvironment(64, 32, ([x, , z], out) =>
      out.fill(z < -0.9 && Math.abs(x) < 0.3 ? 5 : 0),
    );
    const out = new Float32Array(3);
    lookUp(turnEnvironment(picture, Math.PI / 2), [1, 0, 0], out);
    expect(out[0]).toBeGreaterThan(4);
  });
});

describe('Radiance files of the build', () => {
  it('keep every magnitude to a percent', () => {
    const rgb = Float32Array.of(1e-4, 2e-4, 1.5e-4, 1, 0.5, 0.75, 9000, 8000, 5000, 0, 0, 0);
    const back = environmentFromHdr(encodeRadiance({ width: 4, height: 1, rgb }));
    for (let i = 0; i < rgb.length; i++)
      expect(Math.abs(back.rgb[i]! - rgb[i]!)).toBeLessThanOrEqual(rgb[i]! * 0.01);
  });
});

describe('environments', () => {
  it.each(HDRI_NAMES)('%s is baked, finite and of a common brightness', async (name) => {
    const { rgb, width, height } = await loadBakedEnvironment(name);
    expect([width, height]).toEqual([512, 256]);
    expect(rgb.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    const mean = rgb.reduce((sum, value) => sum + Math.min(20, value), 0) / rgb.length;
    expect(mean).toBeGreaterThan(0.2);
    expect(mean).toBeLessThan(2);
  });

  it.each(STUDIO_SETS)('the %s set lights the subject from somewhere', (set) => {
    const { rgb } = studioRigEnvironment(
      {
        kind: 'studio',
        set,
        keyColorSrgb: '#ffffff',
        accentColorSrgb: '#88aaff',
        fill: 0.4,
        softness: 0.6,
        keyAzimuthDegrees: -45,
      },
      axes,
    );
    expect(rgb.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
    expect(rgb.reduce((peak, value) => Math.max(peak, value), 0)).toBeGreaterThan(1);
  });

  it('puts the key light on the side that was asked for', () => {
    const side = (keyAzimuthDegrees: number) => {
      const { rgb, width } = studioRigEnvironment(
        {
          kind: 'studio',
          set: 'low-key',
          keyColorSrgb: '#ffffff',
          accentColorSrgb: '#000000',
          fill: 0,
          softness: 0.5,
          keyAzimuthDegrees,
        },
        axes,
      );
      // Right of the camera (+X) is the right half of the picture.
      return rgb.reduce(
        (sum, value, i) => sum + (Math.floor(i / 3) % width >= width / 2 ? value : -value),
        0,
      );
    };
    expect(side(80)).toBeGreaterThan(0);
    expect(side(-80)).toBeLessThan(0);
  });
});

describe('the sky', () => {
  const lighting: SkyLighting = {
    kind: 'sky',
    sunElevationDegrees: 40,
    sunAzimuthDegrees: 0,
    turbidity: 2.5,
    cloudCover: 0,
    moon: false,
  };
  const at = (changes: Partial<SkyLighting>) => createSkyDome({ ...lighting, ...changes }, [0, 0, -1], 1);
  const colour = (dome: ReturnType<typeof at>, direction: readonly [number, number, number]) => {
    const out = new Float32Array(3);
    dome.radiance(direction, 0.001, out);
    return out;
  };

  it('is blue overhead at noon and orange towards a setting sun', () => {
    const noon = colour(at({}), [0.3, 0.95, 0.1]);
    expect(noon[2]).toBeGreaterThan(noon[0]! * 1.5);
    const sunset = colour(at({ sunElevationDegrees: 1 }), [0.3, 0.05, -0.95]);
    expect(sunset[0]).toBeGreaterThan(sunset[2]! * 1.5);
  });

  it('loses its sun behind clouds and below the horizon', () => {
    expect(at({}).light).not.toBeNull();
    expect(at({ cloudCover: 1 }).light).toBeNull();
    expect(at({ sunElevationDegrees: -4 }).light).toBeNull();
    expect(at({ moon: true }).light).not.toBeNull();
  });

  it('is finite everywhere for every weather', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -18, max: 90, noNaN: true }),
        fc.double({ min: 1.7, max: 10, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (sunElevationDegrees, turbidity, cloudCover, moon) => {
          const dome = at({ sunElevationDegrees, turbidity, cloudCover, moon });
          expect(dome.environment.rgb.every((value) => Number.isFinite(value) && value >= 0)).toBe(true);
        },
      ),
      { numRuns: 8 },
    );
  });
});
