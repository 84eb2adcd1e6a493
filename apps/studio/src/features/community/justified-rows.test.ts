import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { justifiedRows, shownRatio } from './justified-rows.ts';

const OPTIONS = { width: 1000, rowHeight: 220, gap: 12, caption: 40 };

describe('justifiedRows', () => {
  it('fills each row but the last from edge to edge', () => {
    const rows = justifiedRows([1.5, 1, 0.8, 16 / 9, 1, 1, 21 / 9, 0.56, 1.5], OPTIONS);
    expect(rows.length).toBeGreaterThan(1);
    for (const row of rows.slice(0, -1)) {
      const last = row.boxes.at(-1)!;
      expect(last.left + last.width).toBeCloseTo(OPTIONS.width, 6);
    }
  });

  it('keeps order and shapes, and never leaves the width', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.1, max: 8, noNaN: true }), { maxLength: 60 }),
        fc.integer({ min: 280, max: 3000 }),
        (ratios, width) => {
          const rows = justifiedRows(ratios, { ...OPTIONS, width });
          const boxes = rows.flatMap((row) => row.boxes);
          expect(boxes.map(({ index }) => index)).toEqual(ratios.map((_, index) => index));
          let top = 0;
          for (const row of rows) {
            expect(row.top).toBeCloseTo(top, 6);
            top += row.height + OPTIONS.caption + OPTIONS.gap;
            for (const box of row.boxes) {
              expect(box.left + box.width).toBeLessThanOrEqual(width + 1e-6);
              if (box.width < width)
                expect(box.width / row.height).toBeCloseTo(shownRatio(ratios[box.index]!), 6);
            }
          }
        },
      ),
    );
  });

  it('does not blow up the few pictures of a last row', () => {
    const [row] = justifiedRows([1], OPTIONS);
    expect(row?.height).toBe(OPTIONS.rowHeight);
  });

  it('lays out nothing for nothing', () => expect(justifiedRows([], OPTIONS)).toEqual([]));
});
