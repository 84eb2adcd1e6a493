import { blur, downsample, encodePng, quantise, resize } from '@diorama/conditioning';
import type { Look } from '@diorama/contracts';
import { defaultLook } from '@diorama/look';
import type { Film } from '@diorama/tracer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addBloom } from './bloom.ts';
import {
  hexToLinear,
  linearToOklab,
  linearToSrgb,
  linearToSrgbFast,
  oklabToLinear,
  srgbToLinear,
} from './colour.ts';
import { meterExposure, meterWhiteBalance, targetKey } from './exposure.ts';
import { gradeDisplay } from './grade.ts';
import { paletteOfPicture, transferPalette } from './palette-transfer.ts';
import { addPrecipitation } from './precipitation.ts';
import { createToneMapper } from './tone-map.ts';

const signal = new AbortController().signal;
const unit = fc.double({ min: 0, max: 1, noNaN: true });

describe('colour conversions', () => {
  it('go there and back', () => {
    fc.assert(
      fc.property(unit, unit, unit, (r, g, b) => {
        const lab = [0, 0, 0];
        const back = [0, 0, 0];
        linearToOklab(r, g, b, lab);
        oklabToLinear(lab[0]!, lab[1]!, lab[2]!, back);
        expect(Math.hypot(back[0]! - r, back[1]! - g, back[2]! - b)).toBeLessThan(1e-4);
        expect(srgbToLinear(linearToSrgb(r))).toBeCloseTo(r, 6);
        expect(Math.abs(linearToSrgbFast(r) - linearToSrgb(r))).toBeLessThan(0.1 / 255);
      }),
    );
  });
});

describe.each(['filmic', 'neutral'] as const)('the %s tone curve', (curve) => {
  const mapper = createToneMapper(curve);
  const map = (r: number, g: number, b: number) => {
    const rgb = Float32Array.of(r, g, b);
    mapper.apply(rgb, 0);
    return rgb;
  };

  it('rises with the light and stays within what a screen shows', () => {
    let last = -1;
    for (let ev = -9; ev <= 9; ev += 0.25) {
      const [value] = map(0.18 * 2 ** ev, 0.18 * 2 ** ev, 0.18 * 2 ** ev);
      expect(value).toBeGreaterThanOrEqual(last - 1e-4);
      expect(value).toBeLessThanOrEqual(1.001);
      last = value!;
    }
    expect(last).toBeGreaterThan(0.95);
  });

  it('leaves grey grey and mid grey about where it was', () => {
    const [r, g, b] = map(0.18, 0.18, 0.18);
    expect(Math.max(r!, g!, b!) - Math.min(r!, g!, b!)).toBeLessThan(0.004);
    expect(g).toBeGreaterThan(0.12);
    expect(g).toBeLessThan(0.24);
  });

  it('has an inverse for the colours of a backdrop', () => {
    for (const hex of ['#2060a0', '#cfcecb', '#801010', '#101010', '#c0a040']) {
      const wanted = hexToLinear(hex);
      const back = map(...mapper.invert(...wanted));
      for (let c = 0; c < 3; c++) expect(Math.abs(back[c]! - wanted[c]!)).toBeLessThan(0.02);
    }
  });
});

function film(light: number, reflectance: number, sky = 0): Film {
  const [width, height] = [16, 8];
  const pixels = width * height;
  const half = pixels / 2;
  const fill = (top: number, low: number) =>
    Float32Array.from({ length: pixels * 3 }, (_, i) => (i < half * 3 ? top : low));
  return {
    width,
    height,
    spp: 1,
    beauty: fill(sky, light * reflectance),
    albedo: fill(0, reflectance),
    normal: new Float32Array(pixels * 3),
    surfaceNormal: new Float32Array(pixels * 3),
    depth: new Float32Array(pixels).fill(1),
    objectId: Uint32Array.from({ length: pixels }, (_, i) => (i < half ? 0 : 1)),
    coverage: new Float32Array(pixels).fill(1),
    stats: { triangles: 0, rays: 0, buildMs: 0, traceMs: 0, wasmBytes: 0 },
  };
}

describe('the exposure meter', () => {
  it('gives the same picture under a strong and a weak lamp', () => {
    const strong = meterExposure(film(40, 0.5), () => true, 0.18) * 40;
    const weak = meterExposure(film(0.01, 0.5), () => true, 0.18) * 0.01;
    expect(strong / weak).toBeCloseTo(1, 2);
  });

  it('keeps black things darker than white ones', () => {
    const shown = (reflectance: number) =>
      meterExposure(film(1, reflectance), () => true, 0.18) * reflectance;
    expect(shown(0.9)).toBeGreaterThan(shown(0.05) * 3);
  });

  it('gives way to a bright sky, but not wholly', () => {
    const closed = meterExposure(film(1, 0.4), () => true, 0.18);
    const against = meterExposure(film(1, 0.4, 30), () => true, 0.18);
    expect(against).toBeLessThan(closed * 0.8);
    expect(against * 30).toBeGreaterThan(1);
  });

  it('survives nothing, darkness and broken values', () => {
    for (const light of [0, Number.NaN, Number.POSITIVE_INFINITY]) {
      const exposure = meterExposure(film(light, 0.5), () => true, 0.18);
      expect(Number.isFinite(exposure) && exposure > 0).toBe(true);
      for (const gain of meterWhiteBalance(film(light, 0.5))) expect(gain).toBeGreaterThan(0);
    }
  });

  it('aims lower for a night than for a day', () => {
    const look = defaultLook(null);
    const sky = {
      kind: 'sky',
      sunElevationDegrees: 40,
      sunAzimuthDegrees: 0,
      turbidity: 3,
      cloudCover: 0,
      moon: false,
    } as const;
    const day: Look = { ...look, lighting: sky };
    const night: Look = { ...look, lighting: { ...sky, moon: true } };
    expect(targetKey(night)).toBeLessThan(targetKey(day) / 2);
  });
});

describe('picture work', () => {
  const [width, height] = [24, 16];
  const grey = (value: number) => new Float32Array(width * height * 3).fill(value);

  it('blurs, shrinks and grows without changing the average', async () => {
    const data = Float32Array.from({ length: width * height }, (_, i) => ((i * 7919) % 97) / 97);
    const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const before = mean(data);
    expect(mean(downsample(data, width, height, 1, 2))).toBeCloseTo(before, 4);
    expect(mean(resize(data, width, height, 1, 48, 32))).toBeCloseTo(before, 2);
    await blur(data, width, height, 1, 2, signal);
    expect(mean(data)).toBeCloseTo(before, 1);
  });

  it('lets only what is brighter than white bloom', async () => {
    const dull = grey(0.6);
    await addBloom(dull, width, height, 1, signal);
    expect(dull[0]).toBeCloseTo(0.6);
    const bright = grey(0.1);
    bright.fill(20, (8 * width + 12) * 3, (8 * width + 12) * 3 + 3);
    await addBloom(bright, width, height, 1, signal);
    expect(bright[(8 * width + 14) * 3]).toBeGreaterThan(0.101);
  });

  it('hides rain and snow behind what stands before them', async () => {
    const atmosphere = { fog: 0, fogColorSrgb: null, precipitation: 'snow', precipitationAmount: 1 } as const;
    const behindWall = grey(0.2);
    await addPrecipitation(
      behindWall,
      width,
      height,
      new Float32Array(width * height).fill(0.01),
      atmosphere,
      1,
      10,
      3,
      signal,
    );
    expect(behindWall).toEqual(grey(0.2));
    const open = grey(0.2);
    await addPrecipitation(
      open,
      width,
      height,
      new Float32Array(width * height).fill(Number.POSITIVE_INFINITY),
      atmosphere,
      1,
      10,
      3,
      signal,
    );
    expect(open).not.toEqual(grey(0.2));
  });

  it('takes all colour out for monochrome', async () => {
    const rgb = Float32Array.of(0.5, 0.1, 0.05);
    const grade = { ...defaultLook(null).grade, monochrome: true };
    await gradeDisplay(rgb, 1, 1, grade, 1, signal);
    expect(Math.max(...rgb) - Math.min(...rgb)).toBeLessThan(1e-3);
  });

  it('moves colours towards the reference and never out of range', async () => {
    const blue = paletteOfPicture(
      Uint8Array.from({ length: 400 }, (_, i) => [10, 40, 160 + (i % 60), 255][i % 4]!),
    );
    const rgb = Float32Array.from(
      { length: width * height * 3 },
      (_, i) => (i % 3 === 0 ? 0.5 : 0.2) * ((i % 50) / 50),
    );
    const warmth = () =>
      rgb.reduce((sum, value, i) => sum + (i % 3 === 0 ? value : i % 3 === 2 ? -value : 0), 0);
    const before = warmth();
    await transferPalette(rgb, width, height, blue, 0.8, 0.8, signal);
    expect(warmth()).toBeLessThan(before);
    expect(rgb.every((value) => value >= 0 && value < 2)).toBe(true);
  });

  it('writes the same bytes for the same picture, black and white unharmed', async () => {
    const rgb = Float32Array.of(0, 0, 0, 1, 1, 1, 0.5, 0.5, 0.5, 2, -1, Number.NaN);
    const pixels = await quantise(rgb, 4, 1, signal);
    expect([...pixels.subarray(0, 6)]).toEqual([0, 0, 0, 255, 255, 255]);
    expect([...pixels.subarray(9)]).toEqual([255, 0, 0]);
    expect(await encodePng(pixels, 4, 1)).toEqual(await encodePng(await quantise(rgb, 4, 1, signal), 4, 1));
  });

  it('stops when canceled', async () => {
    await expect(quantise(grey(0), width, height, AbortSignal.abort())).rejects.toMatchObject({
      code: 'canceled',
    });
  });
});
