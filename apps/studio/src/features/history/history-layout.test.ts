import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryColumns } from './history-columns.ts';
import {
  columnCountFor,
  dayLabel,
  daysBetween,
  entriesBetween,
  entryAtDistance,
  GAP_PX,
  layoutHistory,
  leftOf,
  neighbour,
} from './history-layout.ts';

const now = new Date('2026-03-10T15:00:00');
const RATIOS = [178, 56, 100, 233, 80, 133];

function entries(count: number, secondsApart = 600, ratios: readonly number[] = RATIOS): HistoryColumns {
  return {
    length: count,
    seq: Float64Array.from({ length: count }, (_, i) => count - i),
    ratio: Uint16Array.from({ length: count }, (_, i) => ratios[i % ratios.length]!),
    created: Float64Array.from({ length: count }, (_, i) => now.getTime() / 1000 - i * secondsApart),
  };
}

describe('layoutHistory', () => {
  it('keeps the shape of every picture and never lays two over each other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 50, max: 240 }), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 10, max: 50_000 }),
        (ratios, columnCount, secondsApart) => {
          const columns = entries(ratios.length, secondsApart, ratios);
          const layout = layoutHistory(columns, { width: 900, columnCount, hasDays: true });
          const boxes = ratios.map((ratio, i) => {
            expect(layout.columnWidth / layout.height[i]!).toBeCloseTo(ratio / 100, 0);
            return { x: leftOf(layout, i), y: layout.y[i]!, h: layout.height[i]! };
          });
          for (const [i, a] of boxes.entries()) {
            expect(a.y + a.h).toBeLessThanOrEqual(layout.totalHeight);
            if (i > 0) expect(a.y).toBeGreaterThanOrEqual(boxes[i - 1]!.y);
            for (const b of boxes.slice(i + 1))
              if (a.x === b.x) expect(a.y + a.h + GAP_PX <= b.y || b.y + b.h + GAP_PX <= a.y).toBe(true);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has a heading for each day, above everything of that day', () => {
    const layout = layoutHistory(entries(200), { width: 312, columnCount: 2, hasDays: true });
    expect(layout.days.map(({ at }) => dayLabel(new Date(at * 1000), now))).toEqual(['Today', 'Yesterday']);
    for (const { first, y } of layout.days) {
      expect(layout.y[first]!).toBeGreaterThan(y);
      if (first > 0) expect(layout.y[first - 1]! + layout.height[first - 1]!).toBeLessThan(y);
    }
    expect(layoutHistory(entries(200), { width: 312, columnCount: 2, hasDays: false }).days).toEqual([]);
  });

  it('lays out 100,000 entries within a frame or two', () => {
    const columns = entries(100_000, 300);
    layoutHistory(columns, { width: 1200, columnCount: 6, hasDays: true });
    const begun = performance.now();
    layoutHistory(columns, { width: 1201, columnCount: 6, hasDays: true });
    // Some 5 ms on a desk machine; the room is for machines that do other things meanwhile.
    expect(performance.now() - begun).toBeLessThan(100);
  });

  it('is empty for an empty history', () => {
    const layout = layoutHistory(entries(0), { width: 312, columnCount: 2, hasDays: true });
    expect(layout.totalHeight).toBe(0);
    expect(entriesBetween(layout, 0, 1000)).toEqual([]);
    expect(daysBetween(layout, 0, 1000)).toEqual([]);
  });
});

describe('what is visible', () => {
  it('is what a look at every entry would find', () => {
    const layout = layoutHistory(entries(2_000), { width: 700, columnCount: 4, hasDays: true });
    for (const top of [0, 333, 20_000, 51_000, layout.totalHeight - 100]) {
      const plain = Array.from({ length: layout.length }, (_, i) => i).filter(
        (i) => layout.y[i]! < top + 800 && layout.y[i]! + layout.height[i]! > top,
      );
      expect(entriesBetween(layout, top, top + 800)).toEqual(plain);
      expect(daysBetween(layout, top, top + 800)).toEqual(
        layout.days.filter(({ y }) => y < top + 800 && y + 30 > top),
      );
    }
  });
});

describe('moving with the keys', () => {
  const layout = layoutHistory(entries(500, 3_000), { width: 900, columnCount: 5, hasDays: true });

  it('goes down and up to what touches the column, and stays inside', () => {
    for (let i = 0; i < layout.length; i++) {
      const down = neighbour(layout, i, 'down');
      const up = neighbour(layout, i, 'up');
      if (down !== i) expect(layout.y[down]!).toBeGreaterThanOrEqual(layout.y[i]! + layout.height[i]!);
      if (up !== i) expect(layout.y[up]! + layout.height[up]!).toBeLessThanOrEqual(layout.y[i]!);
    }
    expect(neighbour(layout, 0, 'up')).toBe(0);
    expect(neighbour(layout, 0, 'left')).toBe(0);
    expect(neighbour(layout, 499, 'right')).toBe(499);
  });

  it('reaches the last day from the first by going down only', () => {
    let at = 2;
    for (let steps = 0; steps < 500; steps++) at = neighbour(layout, at, 'down');
    expect(at).toBeGreaterThanOrEqual(layout.days.at(-1)!.first);
  });

  it('goes a page at a time and stops at the ends', () => {
    const page = entryAtDistance(layout, 3, 800);
    expect(Math.abs(layout.y[page]! - layout.y[3]! - 800)).toBeLessThan(layout.tallest + 60);
    expect(entryAtDistance(layout, 3, -800)).toBe(0);
    expect(entryAtDistance(layout, 490, 1e6)).toBe(499);
  });
});

describe('columnCountFor', () => {
  it('fits as many tiles as there is room for, and at least one', () => {
    expect(columnCountFor(1000, 200)).toBe(4);
    expect(columnCountFor(100, 200)).toBe(1);
  });
});

describe('dayLabel', () => {
  it('says days as a person would', () => {
    const at = (text: string) => dayLabel(new Date(text), now);
    expect(at('2026-03-10T00:10:00')).toBe('Today');
    expect(at('2026-03-09T23:50:00')).toBe('Yesterday');
    expect(at('2026-03-06T12:00:00')).toBe('Friday, March 6');
    expect(at('2026-01-02T12:00:00')).toBe('January 2');
    expect(at('2025-12-31T12:00:00')).toBe('December 31, 2025');
  });
});
