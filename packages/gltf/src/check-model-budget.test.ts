import { DioramaError } from '@diorama/contracts';
import { aScene, assembleGlb, compressGlb, hostileGlbs, takeApartGlb, tinyPng } from '@diorama/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkModelBudget } from './check-model-budget.ts';
import { readGltf } from './read-gltf.ts';

const room = aScene('Room')
  .withPlane({ name: 'Floor', material: 'Wood', color: [0.4, 0.2, 0.1] })
  .withGroup({ name: 'Furniture' })
  .withBox({ name: 'Table', under: 'Furniture', texture: tinyPng(4, 2) })
  .withSphere({ name: 'Ball', under: 'Furniture', at: [0, 1, 0] })
  .litBy({ name: 'Sun' })
  .seenFrom({ name: 'Door', at: [0, 1, 5] })
  .toGlb();

/** The file's fate: what it was read as, or the code it was refused with. Anything but a DioramaError fails the test. */
async function fateOf(bytes: Uint8Array): Promise<string> {
  try {
    checkModelBudget(bytes);
    await readGltf(bytes);
    return 'read';
  } catch (error) {
    if (!(error instanceof DioramaError)) throw error;
    return error.code;
  }
}

describe('checkModelBudget', () => {
  it('says what a model is without decoding it', () => {
    expect(checkModelBudget(room)).toMatchObject({
      format: 'glb',
      nodes: 6,
      meshes: 3,
      materials: 2,
      images: 1,
      triangles: 2 + 12 + 528,
      texturePixels: 8,
      externalFiles: [],
    });
  });

  it('counts a mesh as often as it is placed', () => {
    const twice = aScene()
      .withBox()
      .editing(({ json }) => {
        json.nodes.push({ mesh: 0 });
        json.scenes[0].nodes.push(1);
      })
      .toGlb();
    expect(checkModelBudget(twice).triangles).toBe(24);
  });

  it('names the place of a fault', () => {
    const glb = aScene()
      .withBox()
      .editing(({ json }) => {
        json.meshes[0].primitives[0].attributes.NORMAL = 77;
      })
      .toGlb();
    expect(() => checkModelBudget(glb)).toThrow(
      expect.objectContaining({
        code: 'invalid-model',
        details: expect.objectContaining({ place: 'meshes[0].primitives[0].attributes.NORMAL' }),
      }),
    );
  });

  for (const { name, bytes, codes } of hostileGlbs())
    it(`refuses ${name} with a typed error and at once`, async () => {
      const start = performance.now();
      expect(codes).toContain(await fateOf(bytes));
      expect(performance.now() - start).toBeLessThan(1_000);
    });

  it('refuses a file that is cut off anywhere', async () => {
    for (let length = 0; length < room.length; length += length < 400 ? 1 : 97)
      expect(await fateOf(room.subarray(0, length))).not.toBe('read');
  });

  it('never ends in anything but a model or a typed error when bytes are flipped', async () => {
    const flips = fc.array(fc.tuple(fc.nat(room.length - 1), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 8,
    });
    await fc.assert(
      fc.asyncProperty(flips, async (changes) => {
        const bytes = room.slice();
        for (const [at, value] of changes) bytes[at] = value;
        expect(typeof (await fateOf(bytes))).toBe('string');
      }),
      { numRuns: 300 },
    );
  });

  it('never ends in anything but a model or a typed error when values of the JSON are replaced', async () => {
    const junk = fc.oneof(
      fc.constantFrom(null, -1, 0, 1, 2, 0.5, 4_294_967_296, 1e308, '', '__proto__', [], {}, [0], true),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const { json, bin } = takeApartGlb(
      aScene().withBox({ texture: tinyPng() }).litBy({}).seenFrom({}).toGlb(),
    );
    await fc.assert(
      fc.asyncProperty(fc.nat(), junk, async (seed, value) => {
        const broken = structuredClone(json);
        replaceSomewhere(broken, seed, value);
        expect(typeof (await fateOf(assembleGlb(broken, bin)))).toBe('string');
      }),
      { numRuns: 300 },
    );
  });

  for (const method of ['draco', 'meshopt'] as const)
    it(`survives damaged ${method} data`, async () => {
      const glb = await compressGlb(aScene().withSphere({ name: 'Ball' }).toGlb(), method);
      const binStart = 28 + new DataView(glb.buffer).getUint32(12, true);
      const flips = fc.array(
        fc.tuple(fc.integer({ min: binStart, max: glb.length - 1 }), fc.integer({ min: 0, max: 255 })),
        {
          minLength: 1,
          maxLength: 6,
        },
      );
      await fc.assert(
        fc.asyncProperty(flips, async (changes) => {
          const bytes = glb.slice();
          for (const [at, value] of changes) bytes[at] = value;
          expect(['read', 'invalid-model', 'unsupported-feature']).toContain(await fateOf(bytes));
        }),
        { numRuns: 150 },
      );
    });
});

/** Walks into the JSON by the seed and puts the value there. */
function replaceSomewhere(json: Record<string, unknown>, seed: number, value: unknown): void {
  let at: Record<string, unknown> = json;
  for (let rest = seed; ; ) {
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = keys[rest % keys.length]!;
    rest = Math.floor(rest / keys.length);
    const next = at[key];
    if (rest === 0 || typeof next !== 'object' || next === null) {
      at[key] = value;
      return;
    }
    at = next as Record<string, unknown>;
  }
}
