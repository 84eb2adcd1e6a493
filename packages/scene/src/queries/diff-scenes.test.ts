import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCommand } from '../commands/apply-command.ts';
import type { SceneCommand } from '../commands/registry.ts';
import { parseSceneDocument } from '../records/parse-scene.ts';
import type { SceneDocument } from '../records/scene-document.ts';
import { serializeScene } from '../records/serialize-scene.ts';
import { randomCommand, sampleScene } from '../test-support/random-commands.ts';
import { diffScenes, isSameScene } from './diff-scenes.ts';

const after = (...commands: SceneCommand[]) =>
  commands.reduce((document, command) => applyCommand(document, command).document, sampleScene());
const diffAfter = (...commands: SceneCommand[]) => diffScenes(sampleScene(), after(...commands));

describe('diffScenes', () => {
  it('finds nothing between a scene and what was stored of it', () => {
    const stored = parseSceneDocument(JSON.parse(serializeScene(sampleScene())));
    expect(isSameScene(diffScenes(sampleScene(), stored))).toBe(true);
  });

  it('names what was deleted once, with the number of its parts, and what was added the other way round', () => {
    const without = after({ type: 'delete-nodes', nodeIds: ['table'] });
    expect(diffScenes(sampleScene(), without)).toMatchObject({
      removed: [{ id: 'table', name: 'Table', parts: 1 }],
      added: [],
      changed: [],
    });
    expect(diffScenes(without, sampleScene())).toMatchObject({
      added: [{ id: 'table', name: 'Table', parts: 1 }],
      removed: [],
    });
  });

  it('tells how far an object was moved and turned, and does not name what stands on it', () => {
    const half = Math.SQRT1_2;
    const { changed } = diffAfter({
      type: 'set-transform',
      nodeId: 'table',
      transform: { translation: [1, 0, 0.5], rotation: [0, half, 0, half] },
    });
    expect(changed).toHaveLength(1);
    expect(changed[0]).toMatchObject({ id: 'table', changes: [{ kind: 'moved' }, { kind: 'turned' }] });
    const [moved, turned] = changed[0]!.changes;
    expect(moved).toHaveProperty('byM', 0.5);
    expect(turned).toHaveProperty('byDegrees', expect.closeTo(90, 6));
  });

  it('measures moves in the world, however large the parent is', () => {
    const grown = after({ type: 'set-transform', nodeId: 'room', transform: { scale: [3, 3, 3] } });
    const moved = applyCommand(grown, {
      type: 'set-transform',
      nodeId: 'chair',
      transform: { translation: [0, 0, 3] },
    }).document;
    expect(diffScenes(grown, moved).changed).toEqual([
      { id: 'chair', name: 'Armchair', changes: [{ kind: 'moved', byM: 3 }] },
    ]);
  });

  it('names resizing, hiding and renaming', () => {
    expect(
      diffAfter(
        { type: 'set-transform', nodeId: 'chair', transform: { scale: [2, 2, 2] } },
        { type: 'set-visible', nodeId: 'lamp', visible: false },
        { type: 'rename-node', nodeId: 'table', name: 'Desk' },
        { type: 'rename-scene', name: 'Study' },
      ),
    ).toMatchObject({
      renamed: { before: 'Sample', after: 'Study' },
      changed: [
        { id: 'chair', changes: [{ kind: 'scaled', factors: [2, 2, 2] }] },
        { id: 'table', changes: [{ kind: 'renamed', before: 'Table', after: 'Desk' }] },
        { id: 'lamp', changes: [{ kind: 'hidden' }] },
      ],
    });
  });

  it('does not call it moved when an object was hung elsewhere and stayed in its place', () => {
    const { changed } = diffAfter({ type: 'reparent-node', nodeId: 'table', parentId: null });
    expect(changed).toEqual([
      { id: 'table', name: 'Table', changes: [{ kind: 'reparented', before: 'Room', after: null }] },
    ]);
  });

  it('names the fields of a material that look different', () => {
    expect(diffAfter({ type: 'set-material', materialId: 'oak', changes: { roughness: 0.1 } })).toMatchObject(
      {
        changed: [],
        materials: [{ id: 'oak', name: 'Oak', fields: [{ field: 'roughness', before: 0.6, after: 0.1 }] }],
      },
    );
  });

  it('says which materials an object wears now, and of a mesh from another file that it is another one', () => {
    const scene = sampleScene();
    scene.nodes.chair!.mesh = { source: 'model', index: 0, materials: [null, null] };
    scene.sources.model!.asset = `sha256-${'b'.repeat(64)}`;
    expect(diffScenes(sampleScene(), scene).changed[0]).toEqual({
      id: 'chair',
      name: 'Armchair',
      changes: [
        { kind: 'reshaped' },
        { kind: 'repainted', before: ['Oak', 'no material'], after: ['no material'] },
      ],
    });
  });

  it('names saved views that came, went or look elsewhere', () => {
    const scene = sampleScene();
    scene.views.front!.camera.fovYDegrees = 20;
    scene.views.top = { ...scene.views.front!, id: 'top', name: 'Top' };
    expect(diffScenes(sampleScene(), scene).views).toEqual({
      added: ['Top'],
      removed: [],
      changed: ['Front'],
    });
  });

  it('finds nothing after anything was done and taken back, and something whenever the bytes differ in what is seen', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 8, maxLength: 8 }), (picks) => {
        const start: SceneDocument = sampleScene();
        const command = randomCommand(start, picks);
        if (!command) return;
        const { document, inverse } = applyCommand(start, command);
        expect(isSameScene(diffScenes(start, applyCommand(document, inverse).document))).toBe(true);
        const { added, removed } = diffScenes(start, document);
        const back = diffScenes(document, start);
        expect(back.removed).toEqual(added);
        expect(back.added).toEqual(removed);
      }),
    );
  });
});
