import { applyCommand, type SceneDocument } from '@diorama/scene';
import { aScene } from '@diorama/testkit';
import { describe, expect, it } from 'vitest';
import { readGltf } from '../read-gltf.ts';
import { importModel } from './import-model.ts';
import { type ResolvedMesh, resolveScene } from './resolve-scene.ts';

async function resolve(glb: Uint8Array, edit: (document: SceneDocument) => SceneDocument = (d) => d) {
  const asset = await readGltf(glb);
  const document = edit(importModel(asset, { assetId: `sha256-${'0'.repeat(64)}`, name: 'a.glb' }));
  return resolveScene(document, new Map([['source-1', asset]]));
}

/** Smallest cosine between a triangle's own normal, by its winding, and the normals of its corners. */
function windingAgreement({ positions: p, normals: n, indices }: ResolvedMesh): number {
  let worst = 1;
  for (let i = 0; i < indices.length; i += 3) {
    const [a, b, c] = [...indices.subarray(i, i + 3)].map((index) => index * 3) as [number, number, number];
    const u = [0, 1, 2].map((k) => p[b + k]! - p[a + k]!) as [number, number, number];
    const v = [0, 1, 2].map((k) => p[c + k]! - p[a + k]!) as [number, number, number];
    const face = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]];
    const length = Math.hypot(...face);
    for (const corner of [a, b, c])
      worst = Math.min(
        worst,
        face.reduce((sum, f, k) => sum + (f / length) * n![corner + k]!, 0),
      );
  }
  return worst;
}

describe('resolveScene', () => {
  it('places meshes in the world through their parents', async () => {
    const { meshes } = await resolve(
      aScene()
        .withGroup({ name: 'Group', at: [10, 0, 0], scale: [2, 2, 2] })
        .withBox({ name: 'Box', under: 'Group', at: [0, 1, 0] })
        .toGlb(),
    );
    const xs = [...meshes[0]!.positions].filter((_, i) => i % 3 === 0);
    const ys = [...meshes[0]!.positions].filter((_, i) => i % 3 === 1);
    expect([Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)]).toEqual([9, 11, 1, 3]);
  });

  it.each([
    ['an uneven scale', [1, 3, 0.5]],
    ['a mirror', [-1, 1, 1]],
    ['a mirror in three directions', [-2, -1, -1]],
  ] as const)('keeps normals perpendicular and outward under %s', async (_name, scale) => {
    const { meshes } = await resolve(
      aScene()
        .withBox({ scale, rotation: [0.1825742, 0.3651484, 0.5477226, 0.7302967] })
        .toGlb(),
    );
    expect(windingAgreement(meshes[0]!)).toBeGreaterThan(0.999);
  });

  it('flips the handedness of tangents under a mirror', async () => {
    const glb = aScene()
      .withBox({ scale: [-1, 1, 1] })
      .editing(({ json, accessor }) => {
        const tangents = new Float32Array(24 * 4).map((_, i) => (i % 4 === 0 || i % 4 === 3 ? 1 : 0));
        json.meshes[0].primitives[0].attributes.TANGENT = accessor(tangents, 'VEC4');
      })
      .toGlb();
    const { meshes } = await resolve(glb);
    expect([...meshes[0]!.tangents!.subarray(0, 4)].map((c) => c + 0)).toEqual([-1, 0, 0, -1]);
  });

  it('leaves out what is hidden', async () => {
    const { meshes, lights } = await resolve(
      aScene().withBox({ name: 'Box' }).litBy({ name: 'Sun' }).toGlb(),
      (document) => applyCommand(document, { type: 'set-visible', nodeId: 'model', visible: false }).document,
    );
    expect([meshes, lights]).toEqual([[], []]);
  });

  it('aims lights along -Z of their node', async () => {
    const half = Math.SQRT1_2;
    const { lights } = await resolve(
      aScene()
        .litBy({ name: 'Lamp', kind: 'spot', at: [0, 3, 0], rotation: [-half, 0, 0, half] })
        .toGlb(),
    );
    expect(lights[0]!.position).toEqual([0, 3, 0]);
    expect(lights[0]!.direction.map((c) => Math.round(c * 1e6) / 1e6 + 0)).toEqual([0, -1, 0]);
  });

  it('refuses a place out of all measure instead of passing infinities on', async () => {
    const huge = aScene()
      .withGroup({ name: 'G', scale: [1e8, 1, 1] })
      .withBox({ under: 'G', scale: [1e8, 1, 1] })
      .toGlb();
    await expect(resolve(huge)).rejects.toMatchObject({
      code: 'invalid-scene',
      details: { place: 'nodes.node-1' },
    });
  });

  it('refuses a document whose model is not there', () => {
    expect.assertions(1);
    return readGltf(aScene().withBox().toGlb()).then((asset) => {
      const document = importModel(asset, { assetId: `sha256-${'0'.repeat(64)}`, name: 'a.glb' });
      expect(() => resolveScene(document, new Map())).toThrow(
        expect.objectContaining({ code: 'invalid-scene' }),
      );
    });
  });
});
