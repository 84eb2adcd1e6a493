import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countPrepended, decodeColumns, withFirst, without, withRatio } from './history-columns.ts';

const answer = {
  total: 3,
  seq: [900, -1, -400],
  ratio: [178, 100, 56],
  created: [1_770_000_000, -10, -90_000],
};

describe('decodeColumns', () => {
  it('adds the differences up', () => {
    const columns = decodeColumns(answer);
    expect([...columns.seq]).toEqual([900, 899, 499]);
    expect([...columns.ratio]).toEqual([178, 100, 56]);
    expect([...columns.created]).toEqual([1_770_000_000, 1_769_999_990, 1_769_909_990]);
  });

  it('refuses whatever is not an index, with one kind of error', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(() => decodeColumns(value)).toThrow(TypeError);
      }),
    );
    expect(() => decodeColumns({ ...answer, ratio: [1] })).toThrow(TypeError);
    expect(() => decodeColumns({ ...answer, seq: [1, 2, '3'] })).toThrow(TypeError);
    expect(() => decodeColumns({ ...answer, seq: [1, 2, 0.5] })).toThrow(TypeError);
  });

  it('never has a shape without height', () => {
    expect([...decodeColumns({ ...answer, ratio: [0, -5, 1e9] }).ratio]).toEqual([1, 1, 0xffff]);
  });
});

describe('changing columns', () => {
  const columns = decodeColumns(answer);
  const entry = { seq: 901, ratio: 233, created: 1_770_000_100 };

  it('puts a new entry first and takes it out again', () => {
    const more = withFirst(columns, entry);
    expect([...more.seq]).toEqual([901, 900, 899, 499]);
    expect([...without(more, new Set([901])).seq]).toEqual([...columns.seq]);
    expect(without(columns, new Set([7]))).toBe(columns);
  });

  it('tells entries that came before all others from any other change', () => {
    const more = withFirst(withFirst(columns, entry), { ...entry, seq: 902 });
    expect(countPrepended(columns, more)).toBe(2);
    expect(countPrepended(columns, without(more, new Set([499])))).toBe(0);
    expect(countPrepended(columns, withRatio(more, 899, 50))).toBe(0);
    expect(countPrepended(columns, columns)).toBe(0);
  });
});
