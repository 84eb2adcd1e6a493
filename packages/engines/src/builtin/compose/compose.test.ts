import { dot, measureExtent, subtract, viewOf } from '@diorama/conditioning';
import { type Camera, focalLengthMmOf } from '@diorama/contracts';
import { readGltf } from '@diorama/gltf';
import { defaultLook, readLook } from '@diorama/look';
import { toLookScene } from '@diorama/scene';
import { aScene, type SceneBuilder } from '@diorama/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineScene } from '../test-requests.ts';
import { frameAutomatically, stageAxesOf, withFocalLength } from './camera.ts';
import { type Composition, composeScene, samplePlate } from './compose-scene.ts';
import { buildGroundSet } from './ground-set.ts';
import { lightSwayDegrees } from './lighting.ts';
import { withBoxMapping } from './reference-texture.ts';

const signal = new AbortController().signal;

async function compose(
  builder: SceneBuilder,
  prompt: string,
  camera: Camera | null = null,
): Promise<Composition> {
  const scene = await engineScene(builder, camera);
  const assets = new Map<string, Awaited<ReturnType<typeof readGltf>>>();
  for (const [id, bytes] of scene.sources) assets.set(id, await readGltf(bytes));
  const look = readLook({ prompt, scene: toLookScene(scene.document), references: [] });
  return composeScene({
    scene,
    assets,
    look,
    references: [],
    size: { width: 160, height: 90 },
    seed: 0,
    signal,
  });
}

const extentOf = (positions: readonly number[]) =>
  measureExtent([
    {
      positions: Float32Array.from(positions),
      normals: null,
      tangents: null,
      uv0: null,
      uv1: null,
      colors: null,
      indices: new Uint32Array(),
      material: 0,
      objectId: 1,
    },
  ])!;

describe('automatic framing', () => {
  it('looks along the diagonal of a cube when an isometric view is asked for', () => {
    const look = readLook({ prompt: 'isometric', scene: null, references: [] });
    const { position, target } = frameAutomatically(extentOf([-1, 0, -1, 1, 2, 1]), 1.5, look);
    const [x, y, z] = subtract(position, target);
    expect(x / y).toBeCloseTo(1, 3);
    expect(z / y).toBeCloseTo(1, 3);
  });

  it('shows every point of the scene, whatever its shape and the ratio', () => {
    const coordinate = fc.double({ min: -50, max: 50, noNaN: true });
    const points = fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(points, fc.double({ min: 0.4, max: 2.4, noNaN: true }), (corners, ratio) => {
        const extent = extentOf(corners.flat());
        fc.pre(extent.radius > 0.1);
        const camera = frameAutomatically(extent, ratio, defaultLook(null));
        const view = viewOf(camera);
        const tanY = Math.tan((camera.fovYDegrees * Math.PI) / 360);
        for (const corner of corners) {
          const offset = subtract(corner, view.position);
          const depth = dot(offset, view.forward);
          expect(depth).toBeGreaterThan(0);
          expect(Math.abs(dot(offset, view.up)) / depth).toBeLessThan(tanY);
          expect(Math.abs(dot(offset, view.right)) / depth).toBeLessThan(tanY * ratio);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('looks at the thing and not at the stage around it', async () => {
    const builder = aScene()
      .withPlane({ name: 'Backdrop', size: 80 })
      .withBox({ name: 'Thing', at: [0, 0.5, 0] });
    const { camera } = await compose(builder, 'noon');
    expect(Math.hypot(...camera.position)).toBeLessThan(15);
  });
});

describe('the lens', () => {
  it('keeps the subject as large when the focal length changes', () => {
    const camera: Camera = { position: [0, 1, 5], target: [0, 1, 0], fovYDegrees: 40 };
    const long = withFocalLength(camera, 135, 5);
    expect(focalLengthMmOf(long.fovYDegrees)).toBeCloseTo(135, 3);
    const height = ({ position, fovYDegrees }: Camera) =>
      position[2] * Math.tan((fovYDegrees * Math.PI) / 360);
    expect(height(long)).toBeCloseTo(height(camera), 5);
  });
});

describe('sets', () => {
  const extent = extentOf([-1, 0.3, -1, 1, 2, 1, 0, 1, 0]);
  const camera: Camera = { position: [4, 2, 6], target: [0, 1, 0], fovYDegrees: 35 };

  it.each(['plane', 'backdrop', 'plinth'] as const)('stand just below the lowest point: %s', (kind) => {
    const pieces = buildGroundSet(kind, extent, camera, false);
    const tops = pieces.map((piece) => Math.max(...piece.positions.filter((_, i) => i % 3 === 1)));
    const carrier =
      kind === 'plinth' ? tops.at(-1)! : Math.min(...pieces[0]!.positions.filter((_, i) => i % 3 === 1));
    expect(carrier).toBeLessThan(0.3);
    expect(carrier).toBeGreaterThan(0.29);
    for (const { positions, normals, indices } of pieces) {
      expect(positions.every(Number.isFinite) && normals.every(Number.isFinite)).toBe(true);
      expect(Math.max(...indices)).toBeLessThan(positions.length / 3);
    }
  });

  it('puts the backdrop behind the subject as the camera sees it', () => {
    const [floor] = buildGroundSet('backdrop', extent, camera, false);
    const { back } = stageAxesOf(camera);
    let wall = Number.POSITIVE_INFINITY;
    for (let i = 0; i < floor!.positions.length; i += 3) {
      if (floor!.positions[i + 1]! < 2) continue;
      wall = Math.min(wall, floor!.positions[i]! * -back[0] + floor!.positions[i + 2]! * -back[2]);
    }
    expect(wall).toBeGreaterThan(extent.radius);
  });

  it('paints a floor that the scene brings, and keeps it when nobody speaks of the ground', async () => {
    const builder = aScene()
      .withBox({
        name: 'Floor',
        at: [0, -0.02, 0],
        size: [4, 0.04, 4],
        material: 'plaster',
        color: [0.9, 0.9, 0.9],
      })
      .withBox({ name: 'Chair', at: [0, 0.5, 0], size: [0.6, 1, 0.6] });
    const painted = await compose(builder, 'noon, on a walnut floor');
    const kept = await compose(builder, 'noon');
    const kindOf = ({ scene }: Composition) =>
      scene.materials[scene.meshes[0]!.material]!.procedural?.kind ?? null;
    expect(kindOf(painted)).not.toBeNull();
    expect(kindOf(kept)).toBeNull();
  });

  it('leaves the floor away when the camera looks from below, and says so', async () => {
    const builder = aScene().withBox({ name: 'Drone', at: [0, 5, 0] });
    const below: Camera = { position: [0, 1, 4], target: [0, 5, 0], fovYDegrees: 40 };
    const { scene, warnings } = await compose(builder, 'wet asphalt, noon', below);
    expect(scene.meshes).toHaveLength(1);
    expect(warnings.map(({ code }) => code)).toContain('feature-ignored');
  });
});

describe('materials of the look', () => {
  it('reach what is below the named node, and nothing beside it', async () => {
    const builder = aScene()
      .withGroup({ name: 'Chair' })
      .withBox({ name: 'Seat', under: 'Chair', material: 'cloth', color: [0.5, 0.5, 0.5] })
      .withBox({ name: 'Lamp', at: [2, 0, 0], material: 'cloth', color: [0.5, 0.5, 0.5] });
    const { scene } = await compose(builder, 'red chair, noon');
    const [seat, lamp] = scene.meshes.map((mesh) => scene.materials[mesh.material]!.baseColor);
    expect(seat![0]).toBeGreaterThan(seat![1] * 2);
    expect(lamp![0]).toBeCloseTo(lamp![1], 5);
  });

  it('lay a picture on any object without stretching it', () => {
    const mesh = {
      positions: Float32Array.of(0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 3, 0),
      normals: null,
      tangents: null,
      uv0: null,
      uv1: null,
      colors: null,
      indices: Uint32Array.of(0, 2, 1, 0, 1, 3),
      material: 0,
      objectId: 1,
    };
    const { uv0, positions, indices } = withBoxMapping(mesh, 2, 1);
    expect(indices).toHaveLength(6);
    for (let t = 0; t < 6; t += 3) {
      const side = (a: number, b: number) => ({
        space: Math.hypot(...[0, 1, 2].map((k) => positions[(t + a) * 3 + k]! - positions[(t + b) * 3 + k]!)),
        picture: Math.hypot(
          uv0![(t + a) * 2]! - uv0![(t + b) * 2]!,
          uv0![(t + a) * 2 + 1]! - uv0![(t + b) * 2 + 1]!,
        ),
      });
      for (const { space, picture } of [side(0, 1), side(1, 2), side(2, 0)])
        expect(picture).toBeCloseTo(space / 2, 5);
    }
  });
});

describe('light', () => {
  it('turns with the seed, never far, and not at all for seed 0', () => {
    expect(lightSwayDegrees(0)).toBe(0);
    for (let seed = 1; seed < 200; seed++) expect(Math.abs(lightSwayDegrees(seed))).toBeLessThanOrEqual(17);
    expect(Math.abs(lightSwayDegrees(8) - lightSwayDegrees(7))).toBeGreaterThan(8);
  });
});

describe('a backplate', () => {
  it('covers the frame: the middle stays in the middle and one side is cut', () => {
    const rgb = Float32Array.from({ length: 4 * 2 * 3 }, (_, i) => Math.floor(i / 3) % 4);
    const plate = { kind: 'picture', width: 4, height: 2, rgb } as const;
    const out = new Float32Array(3);
    samplePlate(plate, 0.5, 0.5, 1, out);
    expect(out[0]).toBeCloseTo(1.5);
    samplePlate(plate, 0, 0.5, 1, out);
    expect(out[0]).toBeGreaterThan(0.4);
  });
});
