import { describe, expect, it } from 'vitest';
import { labOf } from './color-difference.ts';
import { differenceOf } from './difference.ts';
import { HEAT_COLOURS, heatOf, scaleFor } from './heat-scale.ts';

const picture = (...colours: readonly (readonly [number, number, number, number?])[]) =>
  Uint8ClampedArray.from(colours.flatMap(([red, green, blue, alpha = 255]) => [red, green, blue, alpha]));
const BLACK = [0, 0, 0] as const;
const WHITE = [255, 255, 255] as const;

describe('differenceOf', () => {
  it('is nothing between a picture and itself, drawn in the darkest colour', () => {
    const one = picture(BLACK, WHITE, [200, 30, 60]);
    const { heat, ...figures } = differenceOf(one, one);
    expect(figures).toEqual({ mean: 0, max: 0, visibleShare: 0, scaleMax: 5, coveredShare: 1 });
    expect([...heat.slice(0, 4)]).toEqual([...heatOf(0), 255]);
  });

  it('says mean, largest and how much of the picture is visibly different', () => {
    const figures = differenceOf(picture(BLACK, BLACK, BLACK, BLACK), picture(BLACK, BLACK, BLACK, WHITE));
    expect(figures.max).toBeCloseTo(100, 0);
    expect(figures.mean).toBeCloseTo(25, 0);
    expect(figures.visibleShare).toBe(0.25);
    expect(figures.scaleMax).toBe(100);
  });

  it('does not compare what the second picture does not cover', () => {
    const { heat, max, coveredShare } = differenceOf(
      picture(BLACK, BLACK),
      picture(BLACK, [255, 255, 255, 0]),
    );
    expect(max).toBe(0);
    expect(coveredShare).toBe(0.5);
    expect(heat[7]).toBe(0);
  });
});

describe('the heat scale', () => {
  it('gets lighter with every step, so that more looks like more', () => {
    const lightness = Array.from(
      { length: 256 },
      (_, step) =>
        labOf(HEAT_COLOURS[step * 3]!, HEAT_COLOURS[step * 3 + 1]!, HEAT_COLOURS[step * 3 + 2]!)[0],
    );
    for (let step = 4; step < 256; step += 1) expect(lightness[step]!).toBeGreaterThan(lightness[step - 4]!);
    expect(lightness[0]!).toBeLessThan(15);
    expect(lightness[255]!).toBeGreaterThan(85);
  });

  it('ends at a round number that holds nearly all of the picture', () => {
    expect([scaleFor(0), scaleFor(5.1), scaleFor(60), scaleFor(130)]).toEqual([5, 10, 100, 100]);
  });
});
