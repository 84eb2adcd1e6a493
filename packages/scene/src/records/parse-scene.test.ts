import { LIMITS } from '@diorama/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { migrateScene } from '../migrations/index.ts';
import { sampleScene } from '../test-support/random-commands.ts';
import { createNode, createScene } from './create-records.ts';
import { parseSceneDocument } from './parse-scene.ts';
import type { SceneDocument } from './scene-document.ts';
import { serializeScene } from './serialize-scene.ts';

function faultOf(edit: (document: SceneDocument) => void): unknown {
  const document = structuredClone(sampleScene());
  edit(document);
  try {
    parseSceneDocument(JSON.parse(JSON.stringify(document)));
    return 'read';
  } catch (error) {
    return error;
  }
}

describe('parseSceneDocument', () => {
  it('reads what was serialised', () => {
    const scene = sampleScene();
    expect(parseSceneDocument(JSON.parse(serializeScene(scene)))).toEqual(scene);
  });

  it.each<[string, string, (document: SceneDocument) => void]>([
    [
      'a parent that is not there',
      'nodes.chair.parentId',
      (d) => {
        d.nodes.chair!.parentId = 'nobody';
      },
    ],
    [
      'a parent called like the prototype',
      'nodes.chair.parentId',
      (d) => {
        d.nodes.chair!.parentId = 'constructor';
      },
    ],
    [
      'parents in a loop',
      'nodes.room.parentId',
      (d) => {
        d.nodes.room!.parentId = 'chair';
      },
    ],
    [
      'a node that is its own parent',
      'nodes.lamp.parentId',
      (d) => {
        d.nodes.lamp!.parentId = 'lamp';
      },
    ],
    [
      'a source that is not there',
      'nodes.chair.mesh.source',
      (d) => {
        d.nodes.chair!.mesh!.source = 'none';
      },
    ],
    [
      'a material that is not there',
      'nodes.chair.mesh.materials.0',
      (d) => {
        d.nodes.chair!.mesh!.materials[0] = 'none';
      },
    ],
    [
      'a texture without source',
      'materials.oak.baseColorTexture.source',
      (d) => {
        d.materials.oak!.baseColorTexture!.source = 'none';
      },
    ],
    [
      'a key that is not the id',
      'nodes.chair.id',
      (d) => {
        d.nodes.chair!.id = 'sofa';
      },
    ],
    [
      'a roughness out of range',
      'materials.oak.roughness',
      (d) => {
        d.materials.oak!.roughness = 3;
      },
    ],
    [
      'a camera on its target',
      'views.front.camera.target',
      (d) => {
        d.views.front!.camera.target = d.views.front!.camera.position;
      },
    ],
    [
      'a version from the future',
      'version',
      (d) => {
        (d as { version: number }).version = 99;
      },
    ],
    [
      'another format',
      'format',
      (d) => {
        (d as { format: string }).format = 'gltf';
      },
    ],
  ])('refuses %s and names the place', (_name, place, edit) => {
    expect(faultOf(edit)).toMatchObject({ code: 'invalid-scene', details: { place } });
  });

  it('refuses more and deeper nodes than the limits allow', () => {
    const chain = createScene('Deep');
    for (let i = 0; i <= LIMITS.nodeDepth; i += 1)
      chain.nodes[`n${i}`] = createNode({ id: `n${i}`, parentId: i === 0 ? null : `n${i - 1}` });
    expect(() => parseSceneDocument(chain)).toThrow(/deeper than 256/);
    const many = createScene('Many');
    for (let i = 0; i <= LIMITS.nodes; i += 1) many.nodes[`n${i}`] = createNode({ id: `n${i}` });
    expect(() => parseSceneDocument(many)).toThrow(/at most 50000/);
  });

  it('never throws anything but a typed error', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('nodes', 'materials', 'views', 'sources', 'name', 'version'),
        (value, key) => {
          for (const input of [value, { ...sampleScene(), [key]: value }])
            try {
              parseSceneDocument(input);
            } catch (error) {
              expect(error).toMatchObject({ name: 'DioramaError', code: 'invalid-scene' });
            }
        },
      ),
    );
  });
});

describe('serializeScene', () => {
  it('gives equal bytes for equal scenes, in whatever order they were built', () => {
    const scene = sampleScene();
    const reversed = { ...scene, nodes: Object.fromEntries(Object.entries(scene.nodes).reverse()) };
    expect(serializeScene(reversed)).toBe(serializeScene(scene));
  });
});

describe('migrateScene', () => {
  const migrations = [
    { from: 1, up: (d: object) => ({ ...d, added: 'in 2' }) },
    { from: 2, up: ({ added, ...d }: Record<string, unknown>) => ({ ...d, renamed: added }) },
  ];

  it('takes each step from the stored version to the current one', () => {
    const old = { format: 'diorama-scene', version: 1, name: 'x' };
    expect(migrateScene(old, migrations, 3)).toEqual({ ...old, version: 3, renamed: 'in 2' });
    expect(migrateScene({ ...old, version: 3 }, migrations, 3)).toMatchObject({ version: 3 });
  });

  it('says when a version can no longer be read', () => {
    expect(() => migrateScene({ format: 'diorama-scene', version: 1 }, migrations.slice(1), 3)).toThrow(
      /version 1/,
    );
  });
});
