import { beforeAll, describe, expect, it } from 'vitest';
import { openKernel } from '../reference/in-process-kernel.ts';
import { bruteForce, flattenTriangles, PlainBvh } from '../reference/plain-bvh.ts';
import {
  aCamera,
  aFloor,
  aMaterial,
  aScene,
  aSphere,
  aTorusKnot,
  seededRandom,
} from '../reference/test-scenes.ts';
import { buildKernels } from '../tools/build.ts';
import type { TraceMesh } from './trace-scene-types.ts';

beforeAll(async () => {
  await buildKernels();
}, 60_000);

const OPTIONS = { width: 8, height: 8, spp: 1 };
const CAMERA = aCamera([0, 0, 5], [0, 0, 0]);

function randomRays(random: () => number, count: number, extent: number): Float32Array {
  const rays = new Float32Array(count * 6);
  for (let i = 0; i < count; i++) {
    const z = random() * 2 - 1;
    const phi = random() * 2 * Math.PI;
    const r = Math.sqrt(1 - z * z);
    rays.set(
      [0, 1, 2].map(() => (random() * 2 - 1) * extent),
      i * 6,
    );
    rays.set([r * Math.cos(phi), r * Math.sin(phi), z], i * 6 + 3);
  }
  return rays;
}

/** Triangles of all sizes thrown about, some of them without area, some twice. */
function triangleSoup(random: () => number, count: number): TraceMesh {
  const positions = new Float32Array(count * 9);
  for (let t = 0; t < count; t++) {
    if (t % 17 === 3) {
      positions.copyWithin(t * 9, (t - 1) * 9, t * 9);
      continue;
    }
    const size = 10 ** (random() * 2 - 1.5);
    const centre = [0, 1, 2].map(() => random() * 4 - 2);
    for (let k = 0; k < 9; k++)
      positions[t * 9 + k] = (centre[k % 3] as number) + (t % 23 === 5 ? 0 : (random() - 0.5) * size);
  }
  return {
    positions,
    normals: null,
    tangents: null,
    uv0: null,
    uv1: null,
    colors: null,
    indices: Uint32Array.from({ length: count * 3 }, (_, i) => i),
    material: 0,
    objectId: 1,
  };
}

describe('ray intersection', () => {
  for (const seed of [1, 2, 3]) {
    it(`finds the same nearest hits as a test of every triangle, seed ${seed}`, async () => {
      const random = seededRandom(seed);
      const soup = triangleSoup(random, 300 + seed * 111);
      const corners = flattenTriangles([soup]);
      const { closest, occluded } = await openKernel(aScene({ meshes: [soup] }), CAMERA, OPTIONS);
      const rays = randomRays(random, 1500, 2);
      const { hits } = closest(rays);
      const blocked = occluded(rays);
      let met = 0;
      let disagreements = 0;
      for (let i = 0; i < rays.length / 6; i++) {
        const expected = bruteForce(
          corners,
          [...rays.subarray(i * 6, i * 6 + 3)],
          [...rays.subarray(i * 6 + 3, i * 6 + 6)],
        );
        const distance = hits[i * 4] as number;
        if (expected !== null) met++;
        // A ray through the very edge of a triangle may fall either way in single precision.
        const agrees =
          expected === null
            ? distance < 0
            : Math.abs(distance - expected.distance) < 1e-4 * (1 + expected.distance);
        if (!agrees) disagreements++;
        expect(blocked[i] === 1).toBe(distance >= 0);
      }
      expect(met).toBeGreaterThan(300);
      expect(disagreements).toBeLessThanOrEqual(2);
    });
  }

  it('agrees with the plain hierarchy on smooth closed meshes, seed 7', async () => {
    const meshes = [
      aFloor(5, 0),
      aSphere([-1, 0.7, 0], 0.7, 0, 2, 96),
      aTorusKnot([1, 0.8, 0], 0.4, 128, 24, 0, 3),
    ];
    const plain = new PlainBvh(flattenTriangles(meshes));
    const { closest } = await openKernel(aScene({ meshes }), CAMERA, OPTIONS);
    const rays = randomRays(seededRandom(7), 20_000, 1.6);
    const { hits } = closest(rays);
    let disagreements = 0;
    for (let i = 0; i < rays.length / 6; i++) {
      const [ox, oy, oz, dx, dy, dz] = rays.subarray(i * 6, i * 6 + 6) as unknown as [
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      const expected = plain.closest(ox, oy, oz, dx, dy, dz)?.distance ?? -1;
      if (Math.abs((hits[i * 4] as number) - expected) > 1e-3 * (1 + Math.abs(expected))) disagreements++;
    }
    // Moeller-Trumbore is not watertight: a handful of 20,000 rays may slip through an edge in one of the two.
    expect(disagreements).toBeLessThanOrEqual(6);
  });

  it('survives many triangles on one spot, where no split separates anything', async () => {
    const count = 1000;
    const positions = new Float32Array(count * 9);
    for (let t = 0; t < count; t++) positions.set([0, 0, 0, 1, 0, 0, 0, 1, 0], t * 9);
    const mesh = { ...triangleSoup(seededRandom(12), count), positions };
    const { closest } = await openKernel(
      aScene({ meshes: [mesh], materials: [aMaterial()] }),
      CAMERA,
      OPTIONS,
    );
    const { hits } = closest(Float32Array.from([0.2, 0.2, 1, 0, 0, -1, 5, 5, 1, 0, 0, -1]));
    expect(hits[0]).toBeCloseTo(1, 6);
    expect(hits[4]).toBe(-1);
  });
});
