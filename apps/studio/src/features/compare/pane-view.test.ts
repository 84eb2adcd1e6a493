import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsFor, FITTED, panBy, zoomAt } from './pane-view.ts';

describe('zoomAt', () => {
  it('keeps the point under the pointer in its place while there is room', () => {
    const view = zoomAt(FITTED, 4, 0.2, -0.1);
    // Where the picture's point that was under the pointer is now.
    expect(view.x + 0.2 * 4).toBeCloseTo(0.2);
    expect(view.y - 0.1 * 4).toBeCloseTo(-0.1);
  });

  it('never shows less than the fitted picture, nor more than its pixels bear', () => {
    expect(zoomAt(FITTED, 0.2)).toEqual(FITTED);
    expect(zoomAt({ zoom: 20, x: 0, y: 0 }, 10).zoom).toBe(24);
  });

  it('never loses the picture out of the pane, whatever is done', () => {
    const step = fc.double({ min: -3, max: 3, noNaN: true });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.double({ min: 0.1, max: 10, noNaN: true }), step, step)), (steps) => {
        let view = FITTED;
        for (const [factor, x, y] of steps) view = panBy(zoomAt(view, factor, x, y), x, y);
        expect(Math.abs(view.x)).toBeLessThanOrEqual((view.zoom - 1) / 2 + 1e-9);
        expect(Math.abs(view.y)).toBeLessThanOrEqual((view.zoom - 1) / 2 + 1e-9);
      }),
    );
  });
});

describe('columnsFor', () => {
  it('lays wide pictures over each other and tall ones side by side', () => {
    const box = { width: 1000, height: 800 };
    expect(columnsFor(2, box, 21 / 9)).toBe(1);
    expect(columnsFor(2, box, 9 / 16)).toBe(2);
    expect(columnsFor(4, box, 16 / 9)).toBe(2);
    expect(columnsFor(3, { width: 1400, height: 500 }, 1)).toBe(3);
  });
});
