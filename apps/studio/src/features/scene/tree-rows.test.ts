import { createNode, createScene } from '@diorama/scene';
import { describe, expect, it } from 'vitest';
import { rangeBetween, revealed, treeRows } from './tree-rows.ts';

function aDocument() {
  const document = createScene('Test');
  const add = (id: string, parentId: string | null, order: number, visible = true) => {
    document.nodes[id] = createNode({ id, name: id, parentId, order, visible });
  };
  add('lamp', null, 1);
  add('chair', null, 0, false);
  add('seat', 'chair', 0);
  add('leg', 'chair', 1);
  add('screw', 'leg', 0);
  return document;
}

describe('treeRows', () => {
  it('lists parents before children in display order, with what a hidden parent hides', () => {
    const rows = treeRows(aDocument(), new Set());
    expect(rows.map(({ node, depth, visible }) => [node.id, depth, visible])).toEqual([
      ['chair', 0, false],
      ['seat', 1, false],
      ['leg', 1, false],
      ['screw', 2, false],
      ['lamp', 0, true],
    ]);
  });

  it('leaves out what lies in a closed node, and opens it for what is selected', () => {
    const document = aDocument();
    const closed = new Set(['chair', 'leg']);
    expect(treeRows(document, closed).map(({ node }) => node.id)).toEqual(['chair', 'lamp']);
    expect(revealed(document, closed, 'screw').size).toBe(0);
    expect(revealed(document, closed, 'lamp')).toBe(closed);
  });

  it('selects ranges in either direction, the clicked row last', () => {
    const rows = treeRows(aDocument(), new Set());
    expect(rangeBetween(rows, 'seat', 'screw')).toEqual(['seat', 'leg', 'screw']);
    expect(rangeBetween(rows, 'screw', 'seat')).toEqual(['screw', 'leg', 'seat']);
  });
});
