import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aCamera, aFloor, aMaterial, aScene } from '../reference/test-scenes.ts';
import { TracerError } from './tracer-error.ts';
import { MAX_TRIANGLES, validateCamera, validateOptions, validateScene } from './validate-scene.ts';

const broken = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);

function codeOf(action: () => void): string {
  try {
    action();
  } catch (error) {
    if (error instanceof TracerError) return error.code;
    throw error;
  }
  return 'accepted';
}

describe('validation', () => {
  it('accepts the builders’ scene', () => {
    expect(codeOf(() => validateScene(aScene({ meshes: [aFloor(1, 0)] })))).toBe('accepted');
  });

  it('refuses any non-finite position', () => {
    fc.assert(
      fc.property(broken, fc.integer({ min: 0, max: 11 }), (value, at) => {
        const floor = aFloor(1, 0);
        floor.positions[at] = value;
        expect(codeOf(() => validateScene(aScene({ meshes: [floor] })))).toBe('invalid-scene');
      }),
    );
  });

  it('refuses any index beyond the vertices', () => {
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 0xffffffff }), fc.integer({ min: 0, max: 5 }), (value, at) => {
        const floor = aFloor(1, 0);
        floor.indices[at] = value;
        expect(codeOf(() => validateScene(aScene({ meshes: [floor] })))).toBe('invalid-scene');
      }),
    );
  });

  it('refuses any non-finite or out-of-range number of a material', () => {
    const names = [
      'alpha',
      'metallic',
      'roughness',
      'normalScale',
      'ior',
      'specular',
      'transmission',
      'clearcoat',
      'sheenRoughness',
      'wetness',
    ] as const;
    fc.assert(
      fc.property(fc.constantFrom(...names), broken, (name, value) => {
        expect(codeOf(() => validateScene(aScene({ materials: [aMaterial({ [name]: value })] })))).toBe(
          'invalid-scene',
        );
      }),
    );
    expect(codeOf(() => validateScene(aScene({ materials: [aMaterial({ roughness: 1.5 })] })))).toBe(
      'invalid-scene',
    );
    expect(codeOf(() => validateScene(aScene({ materials: [aMaterial({ attenuationDistanceM: 0 })] })))).toBe(
      'invalid-scene',
    );
  });

  it('refuses references to what is not there and sizes that lie', () => {
    const slot = { texture: 0, uvSet: 0, offset: [0, 0], rotationRadians: 0, scale: [1, 1] } as const;
    const texture = {
      width: 4,
      height: 4,
      rgba: new Uint8Array(63),
      wrapS: 'repeat',
      wrapT: 'repeat',
      filter: 'linear',
    } as const;
    expect(codeOf(() => validateScene(aScene({ materials: [aMaterial({ baseColorTexture: slot })] })))).toBe(
      'invalid-scene',
    );
    expect(codeOf(() => validateScene(aScene({ textures: [texture] })))).toBe('invalid-scene');
    expect(codeOf(() => validateScene(aScene({ meshes: [aFloor(1, 1)] })))).toBe('invalid-scene');
    expect(
      codeOf(() => validateScene(aScene({ meshes: [{ ...aFloor(1, 0), uv0: new Float32Array(7) }] }))),
    ).toBe('invalid-scene');
    expect(
      codeOf(() =>
        validateScene(
          aScene({
            environment: { width: 8, height: 4, rgb: new Float32Array(5), rotationDegrees: 0, intensity: 1 },
          }),
        ),
      ),
    ).toBe('invalid-scene');
  });

  it('refuses more triangles than the kernel can number', () => {
    const indices = new Uint32Array((MAX_TRIANGLES + 1) * 3);
    expect(codeOf(() => validateScene(aScene({ meshes: [{ ...aFloor(1, 0), indices }] })))).toBe('too-large');
  });

  it('refuses cameras without a view', () => {
    expect(codeOf(() => validateCamera(aCamera([1, 2, 3], [1, 2, 3])))).toBe('invalid-scene');
    expect(codeOf(() => validateCamera(aCamera([0, 0, 1], [0, 0, 0], { fovYDegrees: 180 })))).toBe(
      'invalid-scene',
    );
    expect(codeOf(() => validateCamera(aCamera([0, Number.NaN, 1], [0, 0, 0])))).toBe('invalid-scene');
    expect(codeOf(() => validateCamera(aCamera([0, 0, 1], [0, 0, 0])))).toBe('accepted');
  });

  it('refuses options that are not whole numbers in range', () => {
    const good = { width: 10, height: 10, spp: 1 };
    expect(codeOf(() => validateOptions(good))).toBe('accepted');
    fc.assert(
      fc.property(
        fc.constantFrom('width', 'height', 'spp', 'workers'),
        fc.oneof(broken, fc.constantFrom(0, -1, 0.5)),
        (name, value) => {
          expect(codeOf(() => validateOptions({ ...good, [name]: value }))).toBe('invalid-scene');
        },
      ),
    );
    expect(codeOf(() => validateOptions({ ...good, width: 16_000, height: 16_000 }))).toBe('too-large');
  });
});
