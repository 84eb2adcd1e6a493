import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVERYTHING, type HistoryView, hasFilters, parseView, queryOf, viewPath } from './history-view.ts';

const ID = '01890000-0000-7000-8000-000000000000';

const view: HistoryView = {
  section: { kind: 'project', value: ID },
  q: 'golden hour, 50% / blue',
  engine: 'builtin',
  ratio: '16:9',
  status: 'succeeded',
  from: '2026-03-01',
  to: '2026-03-10',
  sort: 'cost',
};

describe('the view in the address', () => {
  it('comes back as it was', () => {
    expect(parseView(viewPath(view))).toEqual(view);
    expect(viewPath(EVERYTHING)).toEqual([]);
    for (const kind of ['starred', 'rejected', 'failed', 'trash'] as const)
      expect(parseView(viewPath({ ...EVERYTHING, section: { kind } })).section).toEqual({ kind });
    expect(parseView(viewPath({ ...EVERYTHING, section: { kind: 'tag', value: 'a=b' } })).section).toEqual({
      kind: 'tag',
      value: 'a=b',
    });
  });

  it('survives every address and always asks for something that the server takes', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (path) => {
        const parsed = parseView(path);
        expect(parseView(viewPath(parsed))).toEqual(parsed);
        queryOf(parsed);
      }),
    );
    expect(parseView(['project=x', 'from=2026-02-30', 'sort=fun', 'ratio=7:1'])).toEqual(EVERYTHING);
  });
});

describe('queryOf', () => {
  it('takes both days as whole days of the one who looks', () => {
    const { from, to } = queryOf({ ...EVERYTHING, from: '2026-03-10', to: '2026-03-10' });
    expect(new Date(from!).getTime()).toBe(new Date(2026, 2, 10).getTime());
    expect(new Date(to!).getTime()).toBe(new Date(2026, 2, 11).getTime());
  });

  it('asks for nothing but the order when everything is shown', () => {
    expect(queryOf({ ...EVERYTHING, q: '  ' })).toEqual({ sort: 'newest' });
    expect(queryOf({ ...EVERYTHING, section: { kind: 'failed' } })).toEqual({
      status: 'failed',
      sort: 'newest',
    });
  });
});

describe('hasFilters', () => {
  it('does not count section and order', () => {
    expect(hasFilters({ ...EVERYTHING, section: { kind: 'trash' }, sort: 'cost' })).toBe(false);
    expect(hasFilters({ ...EVERYTHING, q: 'x' })).toBe(true);
  });
});
