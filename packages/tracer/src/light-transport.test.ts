import { beforeAll, describe, expect, it } from 'vitest';
import { plainMeanRadiance } from '../reference/plain-tracer.ts';
import { aCamera, aConstantSky, aFloor, aMaterial, aScene, aSphere } from '../reference/test-scenes.ts';
import { buildKernels } from '../tools/build.ts';
import { traceScene } from './trace-scene.ts';
import type { Film, TraceMaterial, TraceOptions, TraceScene } from './trace-scene-types.ts';

beforeAll(async () => {
  await buildKernels();
}, 60_000);

const SMALL: TraceOptions = { width: 24, height: 24, spp: 64, workers: 2, clampIndirect: 0 };
const BLACK = aConstantSky(0);
/** Straight down on the middle of a floor, a narrow view. */
const DOWN = aCamera([0, 5, 0], [0, 0, 0], { up: [0, 0, -1], fovYDegrees: 1 });

function mean(film: Film, channel = 0): number {
  let sum = 0;
  for (let i = channel; i < film.beauty.length; i += 3) sum += film.beauty[i] as number;
  return sum / (film.beauty.length / 3);
}
/** Mean over pixels that only geometry covers. */
function meanCovered(film: Film): number {
  let sum = 0;
  let n = 0;
  for (const [i, share] of film.coverage.entries()) {
    if (share < 1) continue;
    sum += film.beauty[i * 3 + 1] as number;
    n++;
  }
  return sum / n;
}
function trace(scene: TraceScene, camera = DOWN, options: Partial<TraceOptions> = {}): Promise<Film> {
  return traceScene(scene, camera, { ...SMALL, ...options });
}

describe('white furnace: what absorbs nothing vanishes before an even sky', () => {
  const white = (changes: Partial<TraceMaterial>) => aMaterial({ baseColor: [1, 1, 1], ...changes });
  const cases: [string, TraceMaterial, number][] = [
    ['matte', white({ specular: 0 }), 0.005],
    ['dielectric, rough', white({ roughness: 1 }), 0.01],
    ['dielectric, smooth', white({ roughness: 0.1 }), 0.01],
    ['metal, mirror', white({ metallic: 1, roughness: 0 }), 0.005],
    ['metal, half rough', white({ metallic: 1, roughness: 0.5 }), 0.02],
    ['metal, rough', white({ metallic: 1, roughness: 1 }), 0.03],
    ['clear coat', white({ clearcoat: 1, clearcoatRoughness: 0.1 }), 0.02],
    ['sheen', white({ sheenColor: [1, 1, 1], sheenRoughness: 0.5 }), 0.03],
    ['solid glass', white({ transmission: 1, roughness: 0 }), 0.01],
    // Reflection is Schlick's estimate, passing is exact Fresnel: together not quite one.
    ['thin glass', white({ transmission: 1, roughness: 0, thinWalled: true }), 0.02],
  ];
  for (const [name, material, tolerance] of cases) {
    it(`holds for ${name} within ${tolerance}`, async () => {
      const scene = aScene({ meshes: [aSphere([0, 0, 0], 1, 0, 1, 64)], materials: [material] });
      const film = await trace(scene, aCamera([0, 0, 5], [0, 0, 0], { fovYDegrees: 18 }), {
        spp: 32,
        maxBounces: 32,
      });
      expect(Math.abs(meanCovered(film) - 1)).toBeLessThan(tolerance);
    });
  }
});

describe('known integrals', () => {
  const floor = (changes: Partial<TraceMaterial> = {}) => ({
    meshes: [aFloor(50, 0)],
    materials: [aMaterial({ baseColor: [0.5, 0.5, 0.5], specular: 0, ...changes })],
  });

  it('shows a matte floor under an even sky as albedo times radiance', async () => {
    const film = await trace(aScene({ ...floor(), environment: aConstantSky(2) }));
    expect(mean(film)).toBeCloseTo(1, 3);
  });

  it('lights a floor from a directional light by irradiance, cosine and albedo over pi', async () => {
    const lights = [
      { kind: 'directional', direction: [1, -1, 0], irradiance: [3, 2, 1], angularDiameterDegrees: 0.5 },
    ] as const;
    const film = await trace(aScene({ ...floor(), environment: BLACK, lights }));
    expect(mean(film, 0)).toBeCloseTo((0.5 / Math.PI) * 3 * Math.SQRT1_2, 3);
    expect(mean(film, 2)).toBeCloseTo((0.5 / Math.PI) * Math.SQRT1_2, 3);
  });

  it('lets a point light fall off with the square of the distance', async () => {
    const light = (y: number) =>
      [{ kind: 'point', position: [0, y, 0], intensity: [4, 4, 4], radiusM: 0 }] as const;
    const near = await trace(aScene({ ...floor(), environment: BLACK, lights: light(1) }));
    const far = await trace(aScene({ ...floor(), environment: BLACK, lights: light(3) }));
    expect(mean(near)).toBeCloseTo((0.5 / Math.PI) * 4, 2);
    expect(mean(near) / mean(far)).toBeCloseTo(9, 1);
  });

  it('keeps a spot light within its cone', async () => {
    const light = (x: number) =>
      [
        {
          kind: 'spot',
          position: [x, 2, 0],
          direction: [0, -1, 0],
          intensity: [4, 4, 4],
          innerConeDegrees: 20,
          outerConeDegrees: 25,
          radiusM: 0,
        },
      ] as const;
    const inside = await trace(aScene({ ...floor(), environment: BLACK, lights: light(0) }));
    const outside = await trace(aScene({ ...floor(), environment: BLACK, lights: light(1) }));
    expect(mean(inside)).toBeCloseTo(0.5 / Math.PI, 2);
    expect(mean(outside)).toBe(0);
  });

  it('lights a floor from a glowing sphere by L (r / d)^2, found by light sampling and by chance alike', async () => {
    const meshes = [aFloor(50, 0), aSphere([0, 2, 0], 0.5, 1, 2, 96)];
    const materials = [
      aMaterial({ baseColor: [0.5, 0.5, 0.5], specular: 0 }),
      aMaterial({ baseColor: [0, 0, 0], specular: 0, emissive: [10, 10, 10] }),
    ];
    const film = await trace(
      aScene({ meshes, materials, environment: BLACK }),
      aCamera([3, 1, 0], [0, 0, 0], { fovYDegrees: 1 }),
      { spp: 256 },
    );
    expect(mean(film) / (0.5 * 10 * (0.5 / 2) ** 2)).toBeCloseTo(1, 1);
  });

  it('finds a small bright patch of sky by importance sampling', async () => {
    const environment = { ...aConstantSky(0), width: 64, height: 32, rgb: new Float32Array(64 * 32 * 3) };
    environment.rgb.fill(500, 8 * 64 * 3 + 30, 8 * 64 * 3 + 33);
    const film = await trace(aScene({ ...floor(), environment }), DOWN, { spp: 128 });
    const solidAngle = ((2 * Math.PI) / 64) * (Math.cos((Math.PI * 8) / 32) - Math.cos((Math.PI * 9) / 32));
    const expected = (0.5 / Math.PI) * 500 * solidAngle * Math.cos((Math.PI * 8.5) / 32);
    // Texels are blended, so the patch is a little wider and rounder than its cell.
    expect(Math.abs(mean(film) / expected - 1)).toBeLessThan(0.03);
  });

  it('absorbs along the way through coloured glass', async () => {
    const slab = aFloor(50, 0, 1, 1);
    const bottom = {
      ...aFloor(50, 0, 1, 0),
      indices: Uint32Array.from([0, 2, 1, 0, 3, 2]),
      normals: Float32Array.from([0, -1, 0, 0, -1, 0, 0, -1, 0, 0, -1, 0]),
    };
    const glass = aMaterial({
      baseColor: [1, 1, 1],
      transmission: 1,
      roughness: 0,
      attenuationColor: [0.25, 0.5, 1],
      attenuationDistanceM: 1,
    });
    const film = await trace(aScene({ meshes: [slab, bottom], materials: [glass] }), DOWN, {
      maxBounces: 16,
    });
    // Reflections at the two faces come on top, a little more in the clear channel than in the dark one.
    expect(mean(film, 0)).toBeGreaterThan(0.25 * 0.9);
    expect(mean(film, 0)).toBeLessThan(0.3);
    expect(mean(film, 2)).toBeCloseTo(1, 1);
  });
});

describe('against the plain reference', () => {
  it('agrees on the mean of a matte scene with a light and a sky, seed 5', async () => {
    const scene = aScene({
      meshes: [
        aFloor(3, 0),
        aSphere([-0.5, 0.5, 0], 0.5, 1, 2, 24),
        aSphere([0.6, 0.3, 0.4], 0.3, 2, 3, 24),
      ].map((mesh) => ({ ...mesh, normals: null })),
      materials: [
        aMaterial({ baseColor: [0.6, 0.6, 0.6], specular: 0 }),
        aMaterial({ baseColor: [0.7, 0.2, 0.1], specular: 0 }),
        aMaterial({ baseColor: [0.2, 0.5, 0.8], specular: 0 }),
      ],
      lights: [
        {
          kind: 'directional',
          direction: [-1, -2, -0.5],
          irradiance: [2, 1.8, 1.5],
          angularDiameterDegrees: 0,
        },
        { kind: 'point', position: [1, 1.5, 1], intensity: [1, 1, 2], radiusM: 0 },
      ],
      environment: aConstantSky(0.4, 0.5, 0.7),
    });
    const camera = aCamera([0, 1.5, 3.5], [0, 0.3, 0]);
    const film = await trace(scene, camera, { width: 32, height: 32, spp: 128, maxBounces: 4 });
    const plain = plainMeanRadiance(scene, camera, {
      width: 32,
      height: 32,
      spp: 24,
      maxBounces: 4,
      seed: 5,
    });
    for (const c of [0, 1, 2] as const) expect(Math.abs(mean(film, c) / plain[c] - 1)).toBeLessThan(0.015);
  });
});
