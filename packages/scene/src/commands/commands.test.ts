import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNode, createScene } from '../records/create-records.ts';
import { parseSceneDocument } from '../records/parse-scene.ts';
import type { SceneDocument } from '../records/scene-document.ts';
import { serializeScene } from '../records/serialize-scene.ts';
import { deepFreeze, randomCommand, sampleScene } from '../test-support/random-commands.ts';
import { applyCommand, labelOf } from './apply-command.ts';
import { paintNode } from './assign-material.ts';
import { createCommandHistory } from './command-history.ts';
import { planDuplication } from './duplicate-nodes.ts';
import { planInsertion } from './insert-fragment.ts';
import type { SceneCommand } from './registry.ts';

const choices = fc.array(fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), { minLength: 1, maxLength: 25 });

/** The commands that the choices make of the document, each fitting the state the ones before it left. */
function play(
  start: SceneDocument,
  picks: number[][],
  each: (before: SceneDocument, command: SceneCommand) => SceneDocument,
): SceneDocument {
  let document = start;
  for (const pick of picks) {
    const command = randomCommand(document, pick);
    if (command) document = each(document, command);
  }
  return document;
}

describe('commands', () => {
  it('are taken back exactly by their inverses, whatever they did', () => {
    fc.assert(
      fc.property(choices, (picks) => {
        play(deepFreeze(sampleScene()), picks, (before, command) => {
          const { document, inverse } = applyCommand(before, command);
          const back = applyCommand(document, inverse);
          expect(back.document).toEqual(before);
          expect(applyCommand(back.document, back.inverse).document).toEqual(document);
          return deepFreeze(document);
        });
      }),
      { numRuns: 150 },
    );
  });

  it('always leave a document that can be saved and opened again', () => {
    fc.assert(
      fc.property(choices, (picks) => {
        const document = play(
          sampleScene(),
          picks,
          (before, command) => applyCommand(before, command).document,
        );
        expect(parseSceneDocument(JSON.parse(serializeScene(document)))).toEqual(document);
      }),
      { numRuns: 80 },
    );
  });

  it('share what they do not touch', () => {
    const before = sampleScene();
    const { document } = applyCommand(before, {
      type: 'set-transform',
      nodeId: 'chair',
      transform: { translation: [1, 2, 3] },
    });
    expect(document.materials).toBe(before.materials);
    expect(document.nodes.table).toBe(before.nodes.table);
  });

  it.each<[SceneCommand, string]>([
    [{ type: 'set-transform', nodeId: 'chair', transform: { translation: [1, 0, 0] } }, 'Move Armchair'],
    [{ type: 'set-transform', nodeId: 'chair', transform: { rotation: [0, 1, 0, 0] } }, 'Rotate Armchair'],
    [{ type: 'set-transform', nodeId: 'chair', transform: { scale: [2, 2, 2] } }, 'Scale Armchair'],
    [{ type: 'set-visible', nodeId: 'chair', visible: false }, 'Hide Armchair'],
    [{ type: 'rename-node', nodeId: 'chair', name: 'Seat' }, 'Rename Armchair'],
    [{ type: 'delete-nodes', nodeIds: ['chair', 'table'] }, 'Delete 2 objects'],
    [{ type: 'duplicate-nodes', nodeIds: ['chair'] }, 'Duplicate Armchair'],
    [{ type: 'reparent-node', nodeId: 'chair', parentId: null }, 'Move Armchair to the top'],
    [{ type: 'set-material', materialId: 'oak', changes: { roughness: 0.1 } }, 'Change material Oak'],
    [{ type: 'delete-view', viewId: 'front' }, 'Delete view Front'],
    [{ type: 'insert-fragment', fragment: createScene('Lamp'), parentId: null }, 'Add Lamp'],
  ])('say in words what %o does', (command, label) => {
    expect(labelOf(sampleScene(), command)).toBe(label);
  });

  it.each<[string, SceneCommand]>([
    ['a node that is not there', { type: 'rename-node', nodeId: 'nobody', name: 'x' }],
    ['a name of the prototype', { type: 'rename-node', nodeId: 'constructor', name: 'x' }],
    [
      'a position that is no number',
      { type: 'set-transform', nodeId: 'chair', transform: { translation: [Number.NaN, 0, 0] } },
    ],
    ['a roughness out of range', { type: 'set-material', materialId: 'oak', changes: { roughness: 2 } }],
    ['an unknown field', { type: 'set-material', materialId: 'oak', changes: { id: 'other' } as never }],
    ['a node moved into its own child', { type: 'reparent-node', nodeId: 'room', parentId: 'chair' }],
    ['a view that is there already', { type: 'add-view', view: sampleScene().views.front! }],
    [
      'a material on a group',
      { type: 'assign-material', nodeId: 'room', material: sampleScene().materials.oak! },
    ],
  ])('refuse %s and change nothing', (_name, command) => {
    const document = deepFreeze(sampleScene());
    expect(() => applyCommand(document, command)).toThrow(
      expect.objectContaining({ code: 'invalid-request' }),
    );
  });
});

describe('delete-nodes', () => {
  it('takes descendants along, and materials and sources that nothing else uses', () => {
    const { document } = applyCommand(sampleScene(), { type: 'delete-nodes', nodeIds: ['room'] });
    expect(Object.keys(document.nodes)).toEqual(['lamp']);
    expect(Object.keys(document.sources)).toEqual([]);
    expect(Object.keys(document.materials)).toEqual([]);
  });

  it('keeps a material that another node still uses', () => {
    const { document } = applyCommand(sampleScene(), { type: 'delete-nodes', nodeIds: ['chair'] });
    expect(Object.keys(document.materials)).toContain('oak');
  });
});

describe('insert-fragment', () => {
  it('gives fresh ids where they collide and uses a model again that is there already', () => {
    const before = sampleScene();
    const fragment = sampleScene();
    const plan = planInsertion(before, fragment);
    const { document } = applyCommand(before, { type: 'insert-fragment', fragment, parentId: 'room' });
    expect(Object.keys(document.sources)).toEqual(['model']);
    expect(document.nodes[plan.nodes.get('chair')!]).toMatchObject({
      name: 'Armchair',
      parentId: plan.nodes.get('room'),
      mesh: { source: 'model', materials: [plan.materials.get('oak'), null] },
    });
    expect(plan.rootIds.map((id) => document.nodes[id]!.parentId)).toEqual(['room', 'room']);
  });

  it('refuses a fragment that does not fit together', () => {
    const fragment = createScene('Broken');
    fragment.nodes.a = createNode({ id: 'a', parentId: 'nobody' });
    expect(() => applyCommand(sampleScene(), { type: 'insert-fragment', fragment, parentId: null })).toThrow(
      expect.objectContaining({ code: 'invalid-scene', details: { place: 'nodes.a.parentId' } }),
    );
  });
});

describe('duplicate-nodes', () => {
  it('copies the subtree beside the original under the next free name, sharing materials', () => {
    const before = sampleScene();
    const copies = planDuplication(before, ['table', 'table-top']);
    const { document } = applyCommand(before, {
      type: 'duplicate-nodes',
      nodeIds: ['table', 'table-top'],
      offset: [1, 0, 0],
    });
    const copy = document.nodes[copies.get('table')!]!;
    expect(copy).toMatchObject({ name: 'Table 2', parentId: 'room', translation: [2, 0, 0] });
    expect(document.nodes[copies.get('table-top')!]).toMatchObject({ name: 'Top', parentId: copy.id });
    expect(Object.keys(document.nodes)).toHaveLength(Object.keys(before.nodes).length + 2);
  });
});

describe('reparent-node', () => {
  it('keeps the node where it is in the world', () => {
    const { document } = applyCommand(sampleScene(), {
      type: 'reparent-node',
      nodeId: 'chair',
      parentId: 'table',
    });
    const { translation, parentId } = document.nodes.chair!;
    expect(parentId).toBe('table');
    expect(translation.map((c) => Math.round(c * 1e9) / 1e9)).toEqual([-1, 0, 2]);
  });

  it('puts a node before a sibling', () => {
    const { document } = applyCommand(sampleScene(), {
      type: 'reparent-node',
      nodeId: 'table',
      parentId: 'room',
      beforeId: 'chair',
    });
    expect(document.nodes.table!.order).toBeLessThan(document.nodes.chair!.order);
    expect(document.nodes.table!.translation).toEqual([1, 0, 0]);
  });
});

describe('paintNode', () => {
  const paint = (document: SceneDocument, nodeId: string, primitive: number): SceneDocument => {
    const history = createCommandHistory(document);
    history.do(paintNode(document, nodeId, primitive, { baseColorLinear: [1, 0, 0] }));
    return history.document;
  };

  it('does not repaint what shares the material', () => {
    const document = paint(sampleScene(), 'chair', 0);
    const own = document.nodes.chair!.mesh!.materials[0]!;
    expect(own).not.toBe('oak');
    expect(document.materials[own]).toMatchObject({ name: 'Oak', baseColorLinear: [1, 0, 0] });
    expect(document.nodes['table-top']!.mesh!.materials).toEqual(['oak']);
    expect(document.materials.oak).toEqual(sampleScene().materials.oak);
  });

  it('edits in place what only this node uses', () => {
    const once = paint(sampleScene(), 'chair', 0);
    const twice = paint(once, 'chair', 0);
    expect(Object.keys(twice.materials)).toEqual(Object.keys(once.materials));
  });

  it('gives a primitive without material one of its own', () => {
    const document = paint(sampleScene(), 'chair', 1);
    const own = document.nodes.chair!.mesh!.materials[1]!;
    expect(document.materials[own]).toMatchObject({ name: 'Armchair', baseColorLinear: [1, 0, 0] });
  });
});

describe('createCommandHistory', () => {
  it('returns to each earlier state on undo and to each later one on redo', () => {
    fc.assert(
      fc.property(choices, (picks) => {
        const history = createCommandHistory(sampleScene());
        const states = [history.document];
        play(history.document, picks, (_before, command) => {
          history.do(command);
          states.push(history.document);
          return history.document;
        });
        for (const state of states.slice(0, -1).reverse()) {
          expect(history.undo()).toBe(true);
          expect(history.document).toEqual(state);
        }
        expect(history.undo()).toBe(false);
        for (const state of states.slice(1)) {
          expect(history.redo()).toBe(true);
          expect(history.document).toEqual(state);
        }
        expect(history.redo()).toBe(false);
      }),
      { numRuns: 80 },
    );
  });

  const move = (x: number): SceneCommand => ({
    type: 'set-transform',
    nodeId: 'chair',
    transform: { translation: [x, 0, 0] },
  });

  it('makes one step of a drag', () => {
    const history = createCommandHistory(sampleScene());
    for (let x = 0; x < 50; x += 1) history.do(move(x), { mergeKey: 'drag-1' });
    history.do(move(99), { mergeKey: 'drag-2' });
    expect(history.state.undoLabel).toBe('Move Armchair');
    history.undo();
    expect(history.document.nodes.chair!.translation[0]).toBe(49);
    history.undo();
    expect(history.document).toEqual(sampleScene());
    history.redo();
    expect(history.document.nodes.chair!.translation[0]).toBe(49);
  });

  it('makes one step of different commands with the same key', () => {
    const history = createCommandHistory(sampleScene());
    history.do(move(1), { mergeKey: 'k' });
    history.do({ type: 'rename-node', nodeId: 'chair', name: 'Seat' }, { mergeKey: 'k' });
    history.do(move(2), { mergeKey: 'k' });
    const after = history.document;
    history.undo();
    expect(history.document).toEqual(sampleScene());
    history.redo();
    expect(history.document).toEqual(after);
  });

  it('does not merge a drag into one that was taken back', () => {
    const history = createCommandHistory(sampleScene());
    history.do(move(1), { mergeKey: 'a' });
    history.do(move(2), { mergeKey: 'b' });
    history.undo();
    history.do(move(3), { mergeKey: 'a' });
    history.undo();
    expect(history.document.nodes.chair!.translation[0]).toBe(1);
  });

  it('makes one step of a transaction, nested or not', () => {
    const history = createCommandHistory(sampleScene());
    history.begin('Tidy up');
    history.do(move(1));
    history.begin('inner');
    history.do({ type: 'delete-nodes', nodeIds: ['table'] });
    history.end();
    expect(history.state).toMatchObject({ canUndo: false, inTransaction: true });
    history.end();
    expect(history.state).toMatchObject({ canUndo: true, undoLabel: 'Tidy up', inTransaction: false });
    history.undo();
    expect(history.document).toEqual(sampleScene());
  });

  it('takes back what a cancelled transaction did', () => {
    const history = createCommandHistory(sampleScene());
    history.begin('Drag');
    history.do(move(1));
    history.cancel();
    expect(history.document).toEqual(sampleScene());
    expect(history.state.canUndo).toBe(false);
  });

  it('does all of several commands or none', () => {
    const history = createCommandHistory(sampleScene());
    expect(() => history.do([move(1), { type: 'rename-node', nodeId: 'nobody', name: 'x' }])).toThrow();
    expect(history.document).toEqual(sampleScene());
    expect(history.state.canUndo).toBe(false);
  });

  it('forgets the oldest steps beyond its limit', () => {
    const history = createCommandHistory(sampleScene(), { limit: 3 });
    for (let x = 1; x <= 5; x += 1) history.do(move(x));
    while (history.undo());
    expect(history.document.nodes.chair!.translation[0]).toBe(2);
  });

  it('tells its subscribers each change with a new state, and none after they have left', () => {
    const history = createCommandHistory(sampleScene());
    const seen: unknown[] = [];
    const leave = history.subscribe((state) => seen.push(state));
    history.do(move(1));
    expect(history.state).toBe(history.state);
    expect(seen).toEqual([history.state]);
    leave();
    history.undo();
    expect(seen).toHaveLength(1);
  });

  it('brings back what lies around the document with the steps that ask for it, both ways', () => {
    let camera = 'front';
    const history = createCommandHistory(sampleScene(), {
      exchangeSurroundings: (next: string) => {
        const there = camera;
        camera = next;
        return there;
      },
    });
    history.do({ type: 'rename-scene', name: 'Restored' }, { surroundings: camera });
    camera = 'restored';
    history.do({ type: 'rename-scene', name: 'Later' });
    camera = 'orbited';
    history.undo();
    expect(camera).toBe('orbited');
    history.undo();
    expect(camera).toBe('front');
    history.redo();
    expect([history.document.name, camera]).toEqual(['Restored', 'orbited']);
    history.undo();
    expect(camera).toBe('front');
  });
});
