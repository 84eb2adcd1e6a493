import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { aCamera, aConstantSky, aFloor, aMaterial, aScene, aSphere } from '../reference/test-scenes.ts';
import { buildKernels } from '../tools/build.ts';
import { traceScene, traceWith } from './trace-scene.ts';
import type { Film, TraceProgress } from './trace-scene-types.ts';
import { TracerError } from './tracer-error.ts';

beforeAll(async () => {
  await buildKernels();
}, 60_000);

const CAMERA = aCamera([0, 1.2, 4], [0, 0.4, 0], { apertureRadiusM: 0.02, focusDistanceM: 4 });
/** A little of everything: textures of noise, glass, coat, wet ground, three kinds of light. */
const SCENE = aScene({
  meshes: [
    aFloor(5, 0),
    aSphere([-0.6, 0.4, 0], 0.4, 1, 2, 24),
    aSphere([0.4, 0.4, 0.3], 0.4, 2, 3, 24),
    aSphere([0, 1.4, -0.5], 0.15, 3, 4, 12),
  ],
  materials: [
    aMaterial({
      wetness: 0.6,
      procedural: {
        kind: 'asphalt',
        scaleM: 0.05,
        colorA: [0.08, 0.08, 0.08],
        colorB: [0.3, 0.3, 0.3],
        roughnessVariation: 0.1,
        bumpHeightM: 0.004,
      },
    }),
    aMaterial({
      transmission: 1,
      roughness: 0.05,
      attenuationColor: [0.5, 0.9, 0.6],
      attenuationDistanceM: 0.5,
    }),
    aMaterial({ baseColor: [0.6, 0.05, 0.05], roughness: 0.4, clearcoat: 1, clearcoatRoughness: 0.05 }),
    aMaterial({ emissive: [6, 4, 2] }),
  ],
  lights: [
    {
      kind: 'directional',
      direction: [-0.5, -0.5, -0.7],
      irradiance: [2, 1.8, 1.5],
      angularDiameterDegrees: 0.53,
    },
    { kind: 'point', position: [1, 2, 1], intensity: [1, 1, 1], radiusM: 0.05 },
  ],
  environment: aConstantSky(0.3, 0.4, 0.6),
});
const OPTIONS = { width: 70, height: 45, spp: 6, seed: 3 };

function bits(film: Film): string {
  const hash = createHash('sha256');
  for (const plane of [
    film.beauty,
    film.albedo,
    film.normal,
    film.surfaceNormal,
    film.depth,
    film.objectId,
    film.coverage,
  ])
    hash.update(plane);
  return hash.digest('hex');
}

describe('traceScene', () => {
  it('makes the same bits with one worker and with three', async () => {
    const one = await traceScene(SCENE, CAMERA, { ...OPTIONS, workers: 1 });
    const three = await traceScene(SCENE, CAMERA, { ...OPTIONS, workers: 3 });
    expect(bits(three)).toBe(bits(one));
    expect(one.stats.rays).toBe(three.stats.rays);
  });

  it('makes the same bits without shared memory', async () => {
    const shared = await traceWith(SCENE, CAMERA, { ...OPTIONS, workers: 2 }, true);
    const single = await traceWith(SCENE, CAMERA, { ...OPTIONS, workers: 2 }, false);
    expect(bits(single)).toBe(bits(shared));
  });

  it('keeps its golden film', async () => {
    const film = await traceScene(SCENE, CAMERA, { ...OPTIONS, workers: 2 });
    // A change of this value is a change of every user's image for the same seed: intended, or a bug.
    expect(createHash('sha256').update(film.beauty).digest('hex').slice(0, 16)).toBe('8f42677ed1bde9da');
  });

  it('gives another picture for another seed', async () => {
    const a = await traceScene(SCENE, CAMERA, { ...OPTIONS, workers: 2 });
    const b = await traceScene(SCENE, CAMERA, { ...OPTIONS, workers: 2, seed: 4 });
    expect(bits(a)).not.toBe(bits(b));
  });

  it('reports progress that never falls and previews that sharpen', async () => {
    const progress: TraceProgress[] = [];
    const previews: number[] = [];
    const film = await traceScene(SCENE, CAMERA, {
      width: 200,
      height: 150,
      spp: 12,
      workers: 2,
      previewIntervalMs: 0,
      onProgress: (p) => progress.push(p),
      onPreview: (f) => previews.push(f.spp),
    });
    expect(progress[0]).toMatchObject({ stage: 'building', fraction: 0 });
    expect(progress.at(-1)).toMatchObject({
      stage: 'tracing',
      fraction: 1,
      samplesDone: 12,
      samplesTotal: 12,
    });
    expect(progress.map((p) => p.fraction)).toEqual(
      [...progress.map((p) => p.fraction)].sort((a, b) => a - b),
    );
    expect(previews.length).toBeGreaterThan(0);
    expect(previews).toEqual([...previews].sort((a, b) => a - b));
    expect(previews.every((spp) => spp >= 1 && spp < 12)).toBe(true);
    expect(film.spp).toBe(12);
  });

  for (const shared of [true, false]) {
    it(`stops within 100 ms of an abort ${shared ? 'with' : 'without'} shared memory`, async () => {
      const controller = new AbortController();
      let abortedAt = 0;
      const options = { width: 400, height: 300, spp: 4096, workers: 2, signal: controller.signal };
      const running = traceWith(
        SCENE,
        CAMERA,
        {
          ...options,
          onProgress: (p) => {
            if (p.stage !== 'tracing' || abortedAt > 0) return;
            abortedAt = performance.now();
            controller.abort(new Error('enough'));
          },
        },
        shared,
      );
      await expect(running).rejects.toMatchObject({ code: 'aborted' });
      expect(performance.now() - abortedAt).toBeLessThan(100);
    });
  }

  it('refuses to start when the signal has fired before', async () => {
    await expect(
      traceScene(SCENE, CAMERA, { ...OPTIONS, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ code: 'aborted' });
  });

  it('ends its workers when a callback throws, and passes the error on', async () => {
    const boom = new Error('boom');
    const running = traceScene(SCENE, CAMERA, {
      ...OPTIONS,
      spp: 4096,
      onProgress: (p) => {
        if (p.stage === 'tracing') throw boom;
      },
    });
    await expect(running).rejects.toBe(boom);
  });

  it('names the place of what is wrong', async () => {
    const broken = aScene({ meshes: [{ ...aFloor(1, 0), indices: Uint32Array.from([0, 1, 9]) }] });
    const running = traceScene(broken, CAMERA, OPTIONS);
    await expect(running).rejects.toBeInstanceOf(TracerError);
    await expect(running).rejects.toMatchObject({
      code: 'invalid-scene',
      message: expect.stringContaining('meshes[0].indices[2]'),
    });
  });
});
