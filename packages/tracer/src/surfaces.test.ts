import { beforeAll, describe, expect, it } from 'vitest';
import { aCamera, aConstantSky, aFloor, aMaterial, aScene } from '../reference/test-scenes.ts';
import { buildKernels } from '../tools/build.ts';
import { traceScene } from './trace-scene.ts';
import type { ProceduralKind, TraceMaterial, TraceTexture } from './trace-scene-types.ts';

beforeAll(async () => {
  await buildKernels();
}, 60_000);

const DOWN = aCamera([0, 3, 0], [0, 0, 0], { up: [0, 0, -1], fovYDegrees: 30 });
const OPTIONS = { width: 32, height: 32, spp: 2, workers: 1 };
const MIDDLE = (16 * 32 + 16) * 3;
const SLOT = { texture: 0, uvSet: 0, offset: [0, 0], rotationRadians: 0, scale: [1, 1] } as const;

function flatTexture(r: number, g: number, b: number): TraceTexture {
  return {
    width: 1,
    height: 1,
    rgba: Uint8Array.from([r, g, b, 255]),
    wrapS: 'repeat',
    wrapT: 'repeat',
    filter: 'linear',
  };
}

describe('normal maps', () => {
  // On this floor u runs along +X and v (downwards in the picture) along +Z, so green, up in the picture, leans to -Z.
  const lean = async (
    r: number,
    g: number,
    changes: Partial<TraceMaterial> = {},
    tangents: Float32Array | null = null,
  ) => {
    const scene = aScene({
      meshes: [{ ...aFloor(2, 0), tangents }],
      materials: [aMaterial({ normalTexture: SLOT, ...changes })],
      textures: [flatTexture(r, g, 218)],
    });
    const film = await traceScene(scene, DOWN, OPTIONS);
    return [...film.surfaceNormal.subarray(MIDDLE, MIDDLE + 3)] as [number, number, number];
  };

  it('leans red towards growing u and green towards falling v', async () => {
    const [x, y, z] = await lean(218, 128);
    expect(x).toBeGreaterThan(0.6);
    expect(y).toBeGreaterThan(0.6);
    expect(Math.abs(z)).toBeLessThan(0.02);
    expect((await lean(128, 218))[2]).toBeLessThan(-0.6);
  });

  it('gives the same with the tangents of the file', async () => {
    const tangents = Float32Array.from([1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1]);
    const own = await lean(218, 200);
    const given = await lean(218, 200, {}, tangents);
    for (const c of [0, 1, 2] as const) expect(given[c]).toBeCloseTo(own[c], 4);
  });

  it('flattens with the scale', async () => {
    expect((await lean(218, 128, { normalScale: 0 }))[1]).toBeCloseTo(1, 4);
  });
});

describe('texture transform', () => {
  it('shifts, scales and turns as KHR_texture_transform does', async () => {
    const texture: TraceTexture = {
      width: 2,
      height: 1,
      rgba: Uint8Array.from([255, 0, 0, 255, 0, 255, 0, 255]),
      wrapS: 'repeat',
      wrapT: 'repeat',
      filter: 'nearest',
    };
    const colorAt = async (changes: object) => {
      const material = aMaterial({
        baseColor: [1, 1, 1],
        baseColorTexture: { ...SLOT, ...changes },
        unlit: true,
      });
      const film = await traceScene(
        aScene({ meshes: [aFloor(1, 0)], materials: [material], textures: [texture] }),
        DOWN,
        OPTIONS,
      );
      // A quarter from the left, a quarter from the top: uv about (0.3, 0.3).
      const i = (10 * 32 + 10) * 3;
      return film.beauty[i] === 1 ? 'red' : 'green';
    };
    expect(await colorAt({})).toBe('red');
    expect(await colorAt({ offset: [0.5, 0] })).toBe('green');
    expect(await colorAt({ scale: [2, 1] })).toBe('green');
    expect(await colorAt({ rotationRadians: Math.PI / 2, offset: [0.4, 0] })).toBe('green');
  });
});

describe('procedural textures', () => {
  const kinds: readonly ProceduralKind[] = [
    'wood',
    'planks',
    'marble',
    'concrete',
    'brick',
    'tiles',
    'checker',
    'fabric',
    'leather',
    'terrazzo',
    'noise',
    'grass',
    'sand',
    'snow',
    'asphalt',
    'water',
  ];
  for (const kind of kinds) {
    it(`gives ${kind} that varies, stays finite and stays near its two colours`, async () => {
      const procedural = {
        kind,
        scaleM: 0.2,
        colorA: [0.8, 0.2, 0.1],
        colorB: [0.1, 0.2, 0.8],
        roughnessVariation: 0.1,
        bumpHeightM: 0.01,
      } as const;
      const material = aMaterial({ baseColor: [1, 1, 1], specular: 0, procedural });
      const scene = aScene({ meshes: [aFloor(2, 0)], materials: [material], environment: aConstantSky(1) });
      const film = await traceScene(scene, DOWN, OPTIONS);
      expect(film.beauty.every((v) => v >= 0 && v < 1.5)).toBe(true);
      expect(film.surfaceNormal.every(Number.isFinite)).toBe(true);
      expect(new Set(film.albedo).size).toBeGreaterThan(2);
    });
  }
});

describe('wetness', () => {
  it('darkens the ground and makes it mirror', async () => {
    const look = async (wetness: number) => {
      const material = aMaterial({ baseColor: [0.4, 0.4, 0.4], roughness: 0.9, wetness });
      const environment = aConstantSky(1);
      const film = await traceScene(
        aScene({ meshes: [aFloor(5, 0)], materials: [material], environment }),
        DOWN,
        { ...OPTIONS, spp: 16 },
      );
      return film.beauty.reduce((a, b) => a + b, 0) / film.beauty.length;
    };
    expect(await look(1)).toBeLessThan(0.8 * (await look(0)));
  });
});
