import { beforeAll, describe, expect, it } from 'vitest';
import { aCamera, aConstantSky, aFloor, aMaterial, aScene, aSphere } from '../reference/test-scenes.ts';
import { buildKernels } from '../tools/build.ts';
import { traceScene } from './trace-scene.ts';
import type { TraceScene, TraceTexture } from './trace-scene-types.ts';

beforeAll(async () => {
  await buildKernels();
}, 60_000);

const OPTIONS = { width: 32, height: 32, spp: 4, workers: 1 };
const FRONT = aCamera([0, 0, 4], [0, 0, 0], { fovYDegrees: 40 });
const MIDDLE = 16 * 32 + 16;

describe('planes of the film', () => {
  it('gives depth along the view axis, the surface normal and the object id of each pixel', async () => {
    const film = await traceScene(aScene({ meshes: [aSphere([0, 0, 0], 1, 0, 7, 96)] }), FRONT, OPTIONS);
    expect(film.depth[MIDDLE]).toBeCloseTo(3, 1);
    expect(film.surfaceNormal[MIDDLE * 3 + 2]).toBeGreaterThan(0.99);
    expect(film.objectId[MIDDLE]).toBe(7);
    expect(film.coverage[MIDDLE]).toBe(1);
    expect(film.depth[0]).toBe(Infinity);
    expect(film.objectId[0]).toBe(0);
    expect(film.coverage[0]).toBe(0);
    expect([...film.surfaceNormal.subarray(0, 3)]).toEqual([0, 0, 0]);
  });

  it('renders the background where there is no geometry at all', async () => {
    const gradient = aScene({ background: { kind: 'gradient', top: [1, 0, 0], bottom: [0, 0, 1] } });
    const film = await traceScene(gradient, FRONT, OPTIONS);
    expect(film.beauty[0]).toBeGreaterThan(0.9);
    expect(film.beauty[31 * 32 * 3 + 2]).toBeGreaterThan(0.9);
    const flat = await traceScene(
      aScene({ background: { kind: 'color', color: [0.1, 0.2, 0.3] } }),
      FRONT,
      OPTIONS,
    );
    for (const [i, v] of [0.1, 0.2, 0.3].entries()) expect(flat.beauty[i]).toBeCloseTo(v, 6);
  });

  it('fits a backplate so that it covers the frame', async () => {
    // Left half red, right half green, twice as wide as the film: the seam stays in the middle.
    const rgb = Float32Array.from({ length: 64 * 32 * 3 }, (_, i) =>
      i % 3 === (Math.floor(i / 3) % 64 < 32 ? 0 : 1) ? 1 : 0,
    );
    const film = await traceScene(
      aScene({ background: { kind: 'image', width: 64, height: 32, rgb } }),
      FRONT,
      OPTIONS,
    );
    expect([...film.beauty.subarray((16 * 32 + 8) * 3, (16 * 32 + 8) * 3 + 2)]).toEqual([1, 0]);
    expect([...film.beauty.subarray((16 * 32 + 24) * 3, (16 * 32 + 24) * 3 + 2)]).toEqual([0, 1]);
  });

  it('looks along -Z at the middle of an equirect picture, with +X to the right of it', async () => {
    const environment = aConstantSky(0);
    for (let row = 0; row < 8; row++) {
      environment.rgb.set([1, 0, 0], (row * 16 + 8) * 3);
      environment.rgb.set([1, 0, 0], (row * 16 + 7) * 3);
      environment.rgb.set([0, 1, 0], (row * 16 + 12) * 3);
      environment.rgb.set([0, 1, 0], (row * 16 + 11) * 3);
    }
    const ahead = await traceScene(
      aScene({ environment }),
      aCamera([0, 0, 0], [0, 0, -1], { fovYDegrees: 5 }),
      OPTIONS,
    );
    const right = await traceScene(
      aScene({ environment }),
      aCamera([0, 0, 0], [1, 0, 0], { fovYDegrees: 5 }),
      OPTIONS,
    );
    expect([...ahead.beauty.subarray(MIDDLE * 3, MIDDLE * 3 + 2)]).toEqual([1, 0]);
    expect([...right.beauty.subarray(MIDDLE * 3, MIDDLE * 3 + 2)]).toEqual([0, 1]);
    const turned = { ...environment, rotationDegrees: -90 };
    const after = await traceScene(
      aScene({ environment: turned }),
      aCamera([0, 0, 0], [1, 0, 0], { fovYDegrees: 5 }),
      OPTIONS,
    );
    expect([...after.beauty.subarray(MIDDLE * 3, MIDDLE * 3 + 2)]).toEqual([1, 0]);
  });

  it('puts the first texel at uv (0, 0) and decodes base colours from sRGB', async () => {
    const texture: TraceTexture = {
      width: 2,
      height: 2,
      rgba: Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 128, 128, 128, 255]),
      wrapS: 'clamp',
      wrapT: 'clamp',
      filter: 'nearest',
    };
    const slot = { texture: 0, uvSet: 0, offset: [0, 0], rotationRadians: 0, scale: [1, 1] } as const;
    const scene = aScene({
      meshes: [aFloor(1, 0)],
      materials: [aMaterial({ baseColor: [1, 1, 1], baseColorTexture: slot, unlit: true })],
      textures: [texture],
    });
    const film = await traceScene(
      scene,
      aCamera([0, 3, 0], [0, 0, 0], { up: [0, 0, -1], fovYDegrees: 30 }),
      OPTIONS,
    );
    const at = (x: number, y: number) => [...film.beauty.subarray((y * 32 + x) * 3, (y * 32 + x) * 3 + 3)];
    expect(at(8, 8)).toEqual([1, 0, 0]);
    expect(at(24, 8)).toEqual([0, 1, 0]);
    expect(at(8, 24)).toEqual([0, 0, 1]);
    expect(at(24, 24)[0]).toBeCloseTo(((128 / 255 + 0.055) / 1.055) ** 2.4, 5);
  });

  it('lets light and sight through what a mask cuts away, and half through what blends', async () => {
    const pane = (changes: object): TraceScene =>
      aScene({
        meshes: [aFloor(1, 0, 5)],
        materials: [aMaterial({ baseColor: [0, 0, 0], specular: 0, ...changes })],
      });
    const down = aCamera([0, 3, 0], [0, 0, 0], { up: [0, 0, -1], fovYDegrees: 10 });
    const cut = await traceScene(pane({ alphaMode: 'mask', alpha: 0.3 }), down, OPTIONS);
    expect(cut.objectId[MIDDLE]).toBe(0);
    expect(cut.beauty[MIDDLE * 3]).toBeCloseTo(1, 5);
    const half = await traceScene(pane({ alphaMode: 'blend', alpha: 0.5 }), down, { ...OPTIONS, spp: 64 });
    const mean = half.beauty.reduce((a, b) => a + b, 0) / half.beauty.length;
    expect(mean).toBeCloseTo(0.5, 1);
  });

  it('hides the back of single-sided surfaces from the camera, and shows it when double-sided', async () => {
    const below = aCamera([0, -3, 0], [0, 0, 0], { up: [0, 0, -1], fovYDegrees: 10 });
    const single = await traceScene(aScene({ meshes: [aFloor(1, 0, 5)] }), below, OPTIONS);
    const double = await traceScene(
      aScene({ meshes: [aFloor(1, 0, 5)], materials: [aMaterial({ doubleSided: true })] }),
      below,
      OPTIONS,
    );
    expect(single.objectId[MIDDLE]).toBe(0);
    expect(double.objectId[MIDDLE]).toBe(5);
    expect(double.surfaceNormal[MIDDLE * 3 + 1]).toBeCloseTo(-1, 5);
  });

  it('follows a mirror for the denoiser but not for the line styles', async () => {
    const scene = aScene({
      meshes: [aSphere([0, 0, 0], 1, 0, 1, 96), { ...aFloor(40, 1, 2, -1) }],
      materials: [
        aMaterial({ metallic: 1, roughness: 0, baseColor: [1, 1, 1] }),
        aMaterial({ baseColor: [0.9, 0.1, 0.1], specular: 0 }),
      ],
    });
    const film = await traceScene(scene, FRONT, OPTIONS);
    const low = (22 * 32 + 16) * 3;
    expect(film.albedo[low + 1]).toBeCloseTo(0.1, 1);
    expect(film.normal[low + 1]).toBeCloseTo(1, 2);
    expect(film.surfaceNormal[low + 1]).toBeLessThan(0);
  });
});
