import { recallSettings } from '@diorama/metadata';
import { aScene } from '@diorama/testkit';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EngineRequest, EngineResult } from '../kit/engine.ts';
import { describeEngine } from '../kit/testing/engine-suite.ts';
import { watchedContext } from '../kit/testing/watched-context.ts';
import { createBuiltinEngine } from './builtin-engine.ts';
import { engineScene, meanOf, picture, request, twoObjects } from './test-requests.ts';

const scene = await engineScene(twoObjects());

describeEngine({
  name: 'The built-in engine',
  createEngine: () => createBuiltinEngine({ workers: 1 }),
  request: request(scene, { options: { quality: 'draft', spp: 2 }, size: { width: 64, height: 36 } }),
  longRequest: request(scene, {
    prompt: 'watercolour',
    options: { quality: 'draft', spp: 8 },
    size: { width: 256, height: 144 },
  }),
  cancelWithinMs: 3_000,
});

const run = (input: EngineRequest): Promise<EngineResult> =>
  createBuiltinEngine({ workers: 1 }).generate(input, watchedContext().context);
const lightness = ([r, g, b]: readonly number[]) => 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;

const styleSize = { width: 80, height: 45 };
let photo: Promise<EngineResult>;
beforeAll(() => {
  photo = run(request(scene, { size: styleSize }));
});

describe('the built-in engine', () => {
  it('keeps night darker than noon, and high key brighter than low key', async () => {
    const brightness = async (prompt: string) =>
      lightness(await meanOf((await run(request(scene, { prompt }))).images[0]!.bytes));
    expect(await brightness('night')).toBeLessThan((await brightness('noon')) * 0.7);
    expect(await brightness('high key studio')).toBeGreaterThan((await brightness('low key studio')) * 2);
  });

  it('gives a named object the named colour and leaves the others', async () => {
    const camera = {
      position: [0, 0.5, 4] as [number, number, number],
      target: [0, 0.45, 0] as [number, number, number],
      fovYDegrees: 30,
    };
    const framed = await engineScene(twoObjects(), camera);
    const { images } = await run(
      request(framed, {
        prompt: 'green ball, neutral light',
        options: { quality: 'draft', spp: 8, denoise: false },
      }),
    );
    const ball = await meanOf(images[0]!.bytes, [0.3, 0.45, 0.36, 0.55]);
    const box = await meanOf(images[0]!.bytes, [0.62, 0.5, 0.68, 0.6]);
    expect(ball[1]).toBeGreaterThan(ball[0] * 1.2);
    expect(box[2]).toBeGreaterThan(box[1] * 1.2);
  });

  it('frames the whole scene when no camera is given, and says so', async () => {
    const { warnings, images } = await run(
      request(scene, { options: { quality: 'draft', spp: 1, denoise: false, aovs: ['object-id'] } }),
    );
    expect(warnings.map(({ code }) => code)).toContain('camera-auto-framed');
    const { data, info } = await sharp(images[0]!.aovs.get('object-id')!)
      .raw()
      .toBuffer({ resolveWithObject: true });
    const colors = new Set<string>();
    for (let i = 0; i < data.length; i += info.channels)
      colors.add(`${data[i]},${data[i + 1]},${data[i + 2]}`);
    expect(colors.size).toBeGreaterThanOrEqual(3);
  });

  it('writes how the image was made into it, without paths or keys', async () => {
    const { images, look } = await run(
      request(scene, { prompt: 'sunset', seed: 9, options: { quality: 'draft', spp: 1, denoise: false } }),
    );
    const settings = (await recallSettings(images[0]!.bytes))?.settings;
    expect(settings).toMatchObject({
      engine: 'builtin',
      prompt: 'sunset',
      seed: 9,
      width: 96,
      height: 54,
      look,
    });
    expect(settings?.camera?.fovYDegrees).toBeGreaterThan(1);
    expect((await sharp(images[0]!.bytes).metadata()).icc?.length).toBeGreaterThan(100);
  });

  it('gives every AOV that was asked for, aligned with the image', async () => {
    const aovs = ['depth', 'normal', 'object-id', 'albedo', 'edges'] as const;
    const { images } = await run(
      request(scene, { options: { quality: 'draft', spp: 1, denoise: false, aovs } }),
    );
    expect([...images[0]!.aovs.keys()]).toEqual([...aovs]);
    for (const [name, bytes] of images[0]!.aovs) {
      const meta = await sharp(bytes).metadata();
      expect(meta, name).toMatchObject({
        width: 96,
        height: 54,
        depth: name === 'depth' ? 'ushort' : 'uchar',
      });
    }
  });

  it.each(['clay render', 'cartoon', 'pencil drawing', 'ink drawing', 'watercolour', 'blueprint'])(
    'draws "%s" from the geometry, unlike the photograph',
    async (prompt) => {
      const drawn = await run(request(scene, { prompt, size: styleSize }));
      const [a, b] = await Promise.all(
        [await photo, drawn].map(({ images }) => sharp(images[0]!.bytes).removeAlpha().raw().toBuffer()),
      );
      let difference = 0;
      for (let i = 0; i < a!.length; i++) difference += Math.abs(a![i]! - b![i]!);
      expect(difference / a!.length).toBeGreaterThan(6);
    },
  );

  it('shows a background reference as it is where nothing stands before it', async () => {
    const bytes = await picture('#2060a0', '#a06020');
    const { images } = await run(
      request(scene, {
        references: [{ bytes, mediaType: 'image/png', role: 'background' }],
        options: { quality: 'draft', spp: 4, denoise: false },
      }),
    );
    const top = await meanOf(images[0]!.bytes, [0, 0, 0.12, 0.1]);
    for (const [c, expected] of [0x20, 0x60, 0xa0].entries())
      expect(Math.abs(top[c]! - expected)).toBeLessThan(14);
  });

  it('moves palette and tone towards a style reference', async () => {
    const bytes = await picture('#d06a20', '#301004');
    const plain = await meanOf((await run(request(scene))).images[0]!.bytes);
    const styled = await meanOf(
      (await run(request(scene, { references: [{ bytes, mediaType: 'image/png', role: 'style' }] })))
        .images[0]!.bytes,
    );
    expect(styled[0] / (styled[2] + 1)).toBeGreaterThan((plain[0] / (plain[2] + 1)) * 1.2);
  });

  it('says honestly what it can do without a canvas', async () => {
    const { images, warnings } = await run(request(null, { prompt: 'sunset over water' }));
    expect(warnings.map(({ code }) => code)).toContain('canvas-ignored');
    expect((await recallSettings(images[0]!.bytes))?.settings.camera).toBeNull();
  });

  it('reports words and references it cannot use', async () => {
    const bytes = await picture('#804020');
    const { warnings } = await run(
      request(scene, {
        prompt: 'xyzzyplugh',
        references: [{ bytes, mediaType: 'image/png', role: 'subject' }],
      }),
    );
    expect(warnings.map(({ code }) => code)).toEqual(
      expect.arrayContaining(['not-understood', 'reference-ignored']),
    );
  });

  it('draws an empty scene as its surroundings and says so', async () => {
    const empty = await engineScene(aScene('Empty').withGroup({ name: 'Nothing' }));
    const { warnings } = await run(request(empty, { prompt: 'meadow at noon' }));
    expect(warnings.map(({ code }) => code)).toContain('scene-simplified');
  });

  it('refuses transforms that are no place', async () => {
    const far = structuredClone(scene.document);
    const node = Object.values(far.nodes).find(({ mesh }) => mesh)!;
    far.nodes[node.id] = { ...node, translation: [1e9, 0, 0], scale: [1e9, 1, 1] };
    await expect(run(request({ ...scene, document: far }))).rejects.toMatchObject({ code: 'invalid-scene' });
    const broken = structuredClone(scene.document);
    broken.nodes[node.id] = { ...node, translation: [Number.NaN, 0, 0] };
    await expect(run(request({ ...scene, document: broken }))).rejects.toMatchObject({
      code: 'invalid-scene',
    });
  });

  it('refuses cameras that see nothing', async () => {
    const camera = {
      position: [Number.NaN, 0, 0] as [number, number, number],
      target: [0, 0, 0] as [number, number, number],
      fovYDegrees: 35,
    };
    await expect(run(request({ ...scene, camera }))).rejects.toMatchObject({ code: 'invalid-camera' });
    await expect(
      run(request({ ...scene, camera: { ...camera, position: [0, 0, 0] } })),
    ).rejects.toMatchObject({ code: 'invalid-camera' });
  });

  it('refuses a scene whose model was not given', async () => {
    await expect(run(request({ ...scene, sources: new Map() }))).rejects.toMatchObject({
      code: 'invalid-scene',
    });
  });

  it('gives the same picture with one worker and with many', async () => {
    const input = request(scene, { prompt: 'golden hour', options: { quality: 'draft', spp: 2 } });
    const [one, many] = await Promise.all(
      [1, 3].map((workers) => createBuiltinEngine({ workers }).generate(input, watchedContext().context)),
    );
    expect(Buffer.compare(one!.images[0]!.bytes, many!.images[0]!.bytes)).toBe(0);
  });
});
