import { describe, expect, it } from 'vitest';
import { type HistoryColumns, without } from './history-columns.ts';
import { clear, extendTo, keepWithin, moveTo, NOTHING_SELECTED, selectAll, toggle } from './selection.ts';

const columns: HistoryColumns = {
  length: 6,
  seq: Float64Array.of(60, 50, 40, 30, 20, 10),
  ratio: new Uint16Array(6).fill(100),
  created: new Float64Array(6),
};

describe('selection', () => {
  it('draws a range in both directions from where it began', () => {
    const at = moveTo(NOTHING_SELECTED, 40);
    const down = extendTo(at, columns, 20);
    expect([...down.selected]).toEqual([40, 30, 20]);
    const up = extendTo(down, columns, 60);
    expect([...up.selected]).toEqual([60, 50, 40]);
    expect(up.current).toBe(60);
  });

  it('adds a range to what was selected before', () => {
    const first = toggle(NOTHING_SELECTED, 10);
    const second = toggle(first, 50);
    expect(new Set(extendTo(second, columns, 60).selected)).toEqual(new Set([10, 50, 60]));
    expect(toggle(second, 10).selected).toEqual(new Set([50]));
  });

  it('selects all and nothing, and stays where it is', () => {
    const all = selectAll(moveTo(NOTHING_SELECTED, 30), columns);
    expect(all.selected.size).toBe(6);
    expect(clear(all)).toMatchObject({ selected: new Set(), current: 30 });
  });

  it('goes on at the same place when the current entry goes away', () => {
    const at = toggle(moveTo(NOTHING_SELECTED, 40), 40);
    const after = without(columns, new Set([40, 50]));
    expect(keepWithin(at, columns, after)).toMatchObject({ current: 20, selected: new Set() });
    const last = moveTo(NOTHING_SELECTED, 10);
    expect(keepWithin(last, columns, without(columns, new Set([10, 20]))).current).toBe(30);
    expect(keepWithin(last, columns, without(columns, new Set(columns.seq))).current).toBeNull();
    expect(keepWithin(last, columns, columns)).toBe(last);
  });
});
