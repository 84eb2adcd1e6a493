import { createMaterial, createNode, createScene, diffScenes, type SceneDocument } from '@diorama/scene';
import { describe, expect, it } from 'vitest';
import { sceneLines } from './scene-words.ts';

function room(edit: (scene: SceneDocument) => void = () => undefined): SceneDocument {
  const scene = createScene('Room');
  scene.nodes.chair = createNode({ id: 'chair', name: 'Armchair' });
  scene.nodes.lamp = createNode({ id: 'lamp', name: 'Lamp' });
  scene.nodes.shade = createNode({ id: 'shade', name: 'Shade', parentId: 'lamp' });
  scene.materials.oak = createMaterial({ id: 'oak', name: 'Oak', baseColorLinear: [1, 1, 1] });
  edit(scene);
  return scene;
}
const lines = (edit: (scene: SceneDocument) => void) => sceneLines(diffScenes(room(), room(edit)));

describe('sceneLines', () => {
  it('says in plain words what was done to objects', () => {
    expect(
      lines((scene) => {
        scene.nodes.chair!.translation = [0.4, 0, 0];
        scene.nodes.chair!.scale = [1.5, 1.5, 1.5];
        delete scene.nodes.lamp;
        delete scene.nodes.shade;
      }),
    ).toEqual([
      { sign: 'removed', name: 'Lamp', words: 'removed, with 1 part' },
      { sign: 'changed', name: 'Armchair', words: 'moved by 40 cm, scaled to 150 %' },
    ]);
  });

  it('says what a material looked like and looks like', () => {
    expect(
      lines((scene) => {
        scene.materials.oak = {
          ...scene.materials.oak!,
          baseColorLinear: [1, 0, 0],
          roughness: 0.25,
          alphaMode: 'blend',
        };
      }),
    ).toEqual([
      {
        sign: 'changed',
        name: 'Oak (material)',
        words: 'colour #ffffff → #ff0000, alpha mode opaque → blend, roughness 0.6 → 0.25',
      },
    ]);
  });
});
