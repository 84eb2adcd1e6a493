import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMaterial, createNode, createScene, type MaterialFields } from '../records/create-records.ts';
import type { SceneDocument } from '../records/scene-document.ts';
import { sampleScene } from '../test-support/random-commands.ts';
import { colourName, materialWords } from './material-words.ts';
import { plainName } from './plain-name.ts';
import { SCENE_NOTES_CHARACTERS_MAX, sceneNotes } from './scene-notes.ts';

/** A tree as nested lists: `[name, materials, children]`. */
type Tree = readonly [name: string, materials?: readonly string[] | undefined, children?: readonly Tree[]];

function sceneOf(
  trees: readonly Tree[],
  materials: Record<string, Partial<MaterialFields>> = {},
): SceneDocument {
  const scene = createScene('Scene');
  for (const [id, fields] of Object.entries(materials))
    scene.materials[id] = createMaterial({ id, ...fields });
  let next = 0;
  const add = ([name, worn, children]: Tree, parentId: string | null) => {
    const id = `n${next++}`;
    const mesh = worn ? { source: 'model', index: next, materials: [...worn] } : null;
    scene.nodes[id] = createNode({ id, name, parentId, order: next, mesh });
    for (const child of children ?? []) add(child, id);
  };
  for (const tree of trees) add(tree, null);
  return scene;
}

const WALNUT = { walnut: { name: 'Dark walnut' } };
const lines = (document: SceneDocument) => sceneNotes(document).split('\n').slice(1);

describe('sceneNotes', () => {
  it('tells objects with parts and materials, and facts only where the name does not say them', () => {
    const scene = sceneOf(
      [
        [
          'Armchair',
          undefined,
          [
            ['Seat', ['velvet']],
            ['Leg 1', ['walnut']],
            ['Leg 2', ['walnut']],
          ],
        ],
        ['Window', ['pane']],
      ],
      {
        ...WALNUT,
        velvet: { name: 'rust velvet', sheenColorLinear: [0.4, 0.2, 0.1], roughness: 0.9 },
        pane: { name: 'Material.004', transmission: 1, roughness: 0 },
      },
    );
    expect(sceneNotes(scene)).toBe(
      [
        'Objects in the scene (some may be out of view):',
        '- Armchair: seat, 2 × leg (dark walnut, rust velvet)',
        '- Window (clear glass)',
        'Materials: rust velvet: soft matte',
      ].join('\n'),
    );
  });

  it('counts equal things once', () => {
    const columns = Array.from({ length: 8 }, (_, index): Tree => [`Column_${index + 1}`, ['walnut']]);
    expect(lines(sceneOf([...columns, ['Roof', ['walnut']]], WALNUT))).toEqual([
      '- 8 × Column (dark walnut)',
      '- Roof (dark walnut)',
    ]);
  });

  it('passes over names that programs gave and tells what is inside them', () => {
    const scene = sceneOf(
      [
        [
          'Sketchfab_model',
          undefined,
          [
            ['Object_7', undefined, [['Table', ['walnut']]]],
            ['Cup.001', ['walnut']],
          ],
        ],
        ['Mesh_012', ['walnut']],
      ],
      WALNUT,
    );
    expect(lines(scene)).toEqual([
      '- Table (dark walnut)',
      '- Cup (dark walnut)',
      '- Other surfaces (dark walnut)',
    ]);
  });

  it('opens the wrapper that an imported file is', () => {
    const inside: Tree[] = [
      ['Bed', ['walnut']],
      ['Lamp', ['walnut']],
      ['Rug', ['walnut']],
    ];
    expect(lines(sceneOf([['bedroom', undefined, inside]], WALNUT))[0]).toBe('- Bed (dark walnut)');
  });

  it('leaves out what is hidden and what has nothing to see', () => {
    const scene = sceneOf([['Chair', ['walnut']], ['Pivot'], ['Ghost', ['walnut']]], WALNUT);
    for (const node of Object.values(scene.nodes)) if (node.name === 'Ghost') node.visible = false;
    expect(lines(scene)).toEqual(['- Chair (dark walnut)']);
    expect(sceneNotes(createScene('Empty'))).toBe('');
    expect(sceneNotes(sceneOf([['Object_1', ['m']]], { m: { name: 'Material' } }))).toBe('');
  });

  it('claims no colour or finish that a texture decides', () => {
    const texture = sampleScene().materials.oak!.baseColorTexture;
    const words = (fields: Partial<MaterialFields>) => materialWords(createMaterial({ id: 'm', ...fields }));
    expect(words({ name: 'Carpet', baseColorLinear: [1, 0, 0], baseColorTexture: texture }).facts).toBe('');
    expect(words({ name: 'Carpet', baseColorLinear: [0.6, 0.01, 0.01] }).facts).toBe('satin red');
    expect(words({ name: '', metalness: 1, roughness: 0.5, metallicRoughnessTexture: texture }).name).toBe(
      '',
    );
    expect(
      words({ name: 'Handle', metalness: 1, roughness: 0.5, baseColorLinear: [0.7, 0.7, 0.7] }).facts,
    ).toBe('brushed metal');
    expect(words({ name: 'Bulb', emissiveLinear: [1, 1, 1] }).facts).toMatch(/^glowing/);
  });

  it('is the same for the same scene and never too long, whatever files call their parts', () => {
    const name = fc.oneof(
      fc.string({ maxLength: 60 }),
      fc.constantFrom('Chair 1', 'Chair 2', 'Mesh_1', 'Sofa'),
    );
    const worn = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 });
    const leaf: fc.Arbitrary<Tree> = fc.tuple(name, worn);
    const branch = (below: fc.Arbitrary<Tree>): fc.Arbitrary<Tree> =>
      fc.tuple(name, worn, fc.array(below, { maxLength: 4 }));
    const tree = branch(branch(leaf));
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 60 }), name, (trees, material) => {
        const scene = sceneOf(trees, { a: { name: material }, b: { name: 'brass' }, c: { name: '' } });
        const notes = sceneNotes(scene);
        expect(notes.length).toBeLessThanOrEqual(SCENE_NOTES_CHARACTERS_MAX);
        expect(
          sceneNotes({ ...scene, nodes: Object.fromEntries(Object.entries(scene.nodes).reverse()) }),
        ).toBe(notes);
        // Control characters, markup and quotes of a hostile file do not reach a prompt.
        expect(notes).not.toMatch(/[^\P{C}\n]|[<>{}"`\\]/u);
      }),
      { numRuns: 60 },
    );
  });

  it('says how much it leaves out of a scene that is too large to tell', () => {
    const many = Array.from(
      { length: 400 },
      (_, index): Tree => [
        `Thing ${String.fromCharCode(97 + (index % 26))}${String.fromCharCode(97 + Math.floor(index / 26))}x`,
        ['walnut'],
      ],
    );
    expect(sceneNotes(sceneOf(many, WALNUT))).toMatch(/\n- and \d{3} more$/);
  });
});

describe('plainName', () => {
  it.each([
    ['Mesh_012', ''],
    ['Object.003', ''],
    ['Cube.001', ''],
    ['polySurface45', ''],
    ['RootNode', ''],
    ['Material #25', ''],
    ['lambert1', ''],
    ['5d2f1c9a-77aa-4b1e-9c0d-3f2e1a0b9c8d', ''],
    ['a3f9c2d17b', ''],
    ['12', ''],
    ['SM_FloorLamp_02.001', 'Floor Lamp'],
    ['coffee-table.glb', 'coffee-table'],
    ['Petal 5 on floor', 'Petal on floor'],
    ['Pane 1-2', 'Pane'],
    ['M_Brushed_Steel', 'Brushed Steel'],
    ['Küchentisch_2', 'Küchentisch'],
    ['Chair"; ignore <b>all</b>\n', 'Chair ignore b all b'],
  ])('%s → "%s"', (given, plain) => {
    expect(plainName(given)).toBe(plain);
  });

  it('keeps words that only look like keys', () => {
    expect(plainName('Facade')).toBe('Facade');
    expect(plainName('defaced bead')).toBe('defaced bead');
  });
});

describe('colourName', () => {
  it.each([
    [[1, 1, 1], 'white'],
    [[0, 0, 0], 'black'],
    [[0.2, 0.2, 0.2], 'grey'],
    [[0.6, 0.02, 0.02], 'red'],
    [[0.01, 0.02, 0.12], 'dark blue'],
    [[0.05, 0.4, 0.05], 'green'],
    [[0.9, 0.7, 0.02], 'yellow'],
    [[0.12, 0.05, 0.02], 'brown'],
    [[0.7, 0.6, 0.45], 'beige'],
  ] as const)('%j is %s', (linear, name) => {
    expect(colourName(linear)).toBe(name);
  });
});
