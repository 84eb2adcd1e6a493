import type { LineageTree } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layOutLineage, neighbourOf } from './lineage-layout.ts';

const card = (id: string, seq: number) => ({ id, seq }) as LineageTree['nodes'][number];
const edge = (from: string, to: string, how: LineageTree['edges'][number]['how'] = 'remix') => ({
  from,
  to,
  how,
});
const family = {
  nodes: ['a', 'b', 'c', 'd'].map(card),
  edges: [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd', 'input')],
};

describe('layOutLineage', () => {
  it('puts what came later to the right, and a parent in the middle of its children', () => {
    const { boxes, columns, rows } = layOutLineage(family);
    const place = Object.fromEntries(boxes.map(({ id, column, row }) => [id, [column, row]]));
    expect(place).toEqual({ a: [0, 0.5], b: [1, 0], c: [1, 1], d: [2, 0] });
    expect([columns, rows]).toEqual([3, 2]);
  });

  it('draws an image that was a reference as a line beside the trunk', () => {
    expect(layOutLineage(family).lines.filter(({ isTrunk }) => !isTrunk)).toEqual([
      { from: 'c', to: 'd', how: 'input', isTrunk: false },
    ]);
  });

  it('has a place of its own for every entry, whatever leads to what', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f'];
    const id = fc.constantFrom(...ids, 'gone');
    const how = fc.constantFrom('remix' as const, 'input' as const);
    fc.assert(
      fc.property(fc.array(fc.tuple(id, id, how), { maxLength: 15 }), (edges) => {
        const { boxes, lines } = layOutLineage({
          nodes: ids.map(card),
          edges: edges.map(([from, to, kind]) => edge(from, to, kind)),
        });
        expect(boxes.map((box) => box.id).sort()).toEqual(ids);
        expect(new Set(boxes.map(({ column, row }) => `${column} ${row}`)).size).toBe(ids.length);
        for (const { from, to } of lines) expect([from, to]).not.toContain('gone');
      }),
    );
  });

  it('bears a chain of thousands', () => {
    const nodes = Array.from({ length: 2_000 }, (_, seq) => card(`n${seq}`, seq));
    const edges = nodes.slice(1).map(({ id }, seq) => edge(`n${seq}`, id));
    expect(layOutLineage({ nodes, edges }).columns).toBe(2_000);
  });
});

describe('neighbourOf', () => {
  it('follows lines sideways and columns up and down', () => {
    const layout = layOutLineage(family);
    expect(neighbourOf(layout, 'a', 'ArrowRight')).toBe('b');
    expect(neighbourOf(layout, 'b', 'ArrowDown')).toBe('c');
    expect(neighbourOf(layout, 'd', 'ArrowLeft')).toBe('b');
    expect(neighbourOf(layout, 'a', 'ArrowLeft')).toBeUndefined();
    expect(neighbourOf(layout, 'a', 'End')).toBe('d');
  });
});
