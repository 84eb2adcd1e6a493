import { parseSceneDocument, rootsOf, serializeScene, toLookScene } from '@diorama/scene';
import { aScene, tinyPng } from '@diorama/testkit';
import { describe, expect, it } from 'vitest';
import { readGltf } from '../read-gltf.ts';
import { importModel } from './import-model.ts';

const assetId = `sha256-${'0'.repeat(64)}`;

describe('importModel', () => {
  it('wraps the tree in a node called like the file and keeps names', async () => {
    const asset = await readGltf(
      aScene()
        .withGroup({ name: 'Furniture' })
        .withBox({ name: 'Chair', under: 'Furniture', material: 'Leather', color: [1, 0, 0] })
        .toGlb(),
    );
    const document = importModel(asset, { assetId, name: 'living room.glb' });
    expect(rootsOf(document).map(({ name }) => name)).toEqual(['living room']);
    const objects = toLookScene(document).objects;
    expect(objects.map(({ name }) => name)).toEqual(['living room', 'Furniture', 'Chair']);
    expect(objects[2]!.materialNames).toEqual(['Leather']);
  });

  it('gives a valid document, the same one each time', async () => {
    const glb = aScene()
      .withBox({ texture: tinyPng() })
      .withSphere({})
      .litBy({ kind: 'point' })
      .seenFrom({})
      .toGlb();
    const texts = await Promise.all(
      [0, 1].map(async () => serializeScene(importModel(await readGltf(glb), { assetId, name: 'a.glb' }))),
    );
    expect(texts[0]).toBe(texts[1]);
    expect(serializeScene(parseSceneDocument(JSON.parse(texts[0]!)))).toBe(texts[0]);
  });

  it('turns cameras into views that look at the middle of the scene', async () => {
    const asset = await readGltf(
      aScene()
        .withBox({ name: 'Box' })
        .seenFrom({ name: 'Front', at: [0, 0, 5], fovYDegrees: 40 })
        .seenFrom({ name: 'Focused', at: [0, 0, 9] })
        .editing(({ json }) => {
          json.nodes[2].extras = { focusDistanceM: 2 };
        })
        .toGlb(),
    );
    const document = importModel(asset, { assetId, name: 'a.glb' });
    const [front, focused] = Object.values(document.views);
    expect(front).toMatchObject({ name: 'Front', camera: { position: [0, 0, 5], target: [0, 0, 0] } });
    expect(front!.camera.fovYDegrees).toBeCloseTo(40);
    expect(focused).toMatchObject({ camera: { position: [0, 0, 9], target: [0, 0, 7] } });
    expect(Object.values(document.nodes).map(({ name }) => name)).toEqual(['a', 'Box']);
  });
});
