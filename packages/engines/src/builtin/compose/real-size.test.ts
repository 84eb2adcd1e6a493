import { describe, expect, it } from 'vitest';
import { unitScaleOf } from './real-size.ts';

const extent = (w: number, h: number, d: number) => ({
  min: [0, 0, 0] as const,
  max: [w, h, d] as const,
  center: [w / 2, h / 2, d / 2] as const,
  radius: Math.hypot(w, h, d) / 2,
  points: new Float32Array(),
});
const named = (...names: string[]) => ({
  sources: Object.fromEntries(names.map((name, i) => [`s${i}`, { id: `s${i}`, asset: 'a', name }])),
});

describe('the scale of a scene', () => {
  it('is that of the real thing where the file is named after one', () => {
    expect(unitScaleOf(extent(1.5, 1.2, 2.8), named('vehicle-truck-red.glb'))).toBeCloseTo(4.6 / 2.8);
    expect(unitScaleOf(extent(1, 0.6, 1), named('building-garage.glb'))).toBeCloseTo(10);
  });

  it('stays for things of their own size, for unknown ones and for composed scenes', () => {
    expect(unitScaleOf(extent(1.8, 1.4, 4.3), named('car.glb'))).toBe(1);
    expect(unitScaleOf(extent(1, 1, 1), named('thing.glb'))).toBe(1);
    expect(unitScaleOf(extent(2, 1, 2), named('car.glb', 'house.glb'))).toBe(1);
  });

  it('brings scenes without a name into a believable range', () => {
    expect(unitScaleOf(extent(0.01, 0.01, 0.01), named('thing.glb'))).toBeGreaterThan(10);
    expect(unitScaleOf(extent(900, 900, 900), named('thing.glb'))).toBeLessThan(0.1);
  });
});
