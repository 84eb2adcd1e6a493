import { DioramaError } from '@diorama/contracts';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { viewOf } from './bytes.ts';
import { EXIF_SIGNATURE, readUserComment, writeUserComment } from './exif/user-comment.ts';
import {
  type ImageSettings,
  listMetadata,
  NO_SETTINGS,
  recallSettings,
  stripMetadata,
  writeMetadata,
} from './index.ts';
import { readSegments, writeSegments } from './jpeg/jpeg-segments.ts';
import { crc32, crc32InScript } from './png/crc32.ts';
import { internationalText, latinText, readChunks, writeChunks } from './png/png-chunks.ts';
import { readWebp, writeWebp } from './webp/webp-chunks.ts';

const picture = sharp({
  create: { width: 13, height: 8, channels: 4, background: { r: 51, g: 102, b: 153, alpha: 0.5 } },
});
const opaque = picture.clone().removeAlpha();
const plain = {
  png: new Uint8Array(await opaque.clone().png().toBuffer()),
  jpeg: new Uint8Array(await opaque.clone().jpeg().toBuffer()),
  'progressive JPEG': new Uint8Array(await opaque.clone().jpeg({ progressive: true }).toBuffer()),
  webp: new Uint8Array(await opaque.clone().webp().toBuffer()),
  'lossless WebP': new Uint8Array(await picture.clone().webp({ lossless: true }).toBuffer()),
  'WebP with alpha': new Uint8Array(await picture.clone().webp().toBuffer()),
};
const FORMATS = Object.keys(plain) as (keyof typeof plain)[];

const id = (digit: string) => `sha256-${digit.repeat(64)}`;
const settings: ImageSettings = {
  generation: '0193b0c8-1111-7aaa-8bbb-123456789abc',
  image: 1,
  createdAt: '2026-11-22T10:11:12.000Z',
  engine: 'my-openai',
  engineKind: 'openai',
  engineVersion: '1',
  model: 'gpt-image-2',
  modelUsed: 'gpt-image-2-2026',
  prompt: 'golden hour, “wet” asphalt 🌇 <b>&amp; </b>\n--ok',
  negativePrompt: 'people, ]]> text',
  sceneNotes: null,
  canvas: {
    scene: id('a'),
    capture: id('b'),
    camera: { position: [1, 2, 3], target: [0, 0, 0], fovYDegrees: 35 },
    viewportRatio: 1.5,
  },
  references: [
    { asset: id('c'), role: 'style' },
    { asset: id('d'), role: null },
  ],
  aspectRatio: '3:2',
  size: 1024,
  width: 1024,
  height: 683,
  seed: 4_294_967_295,
  count: 2,
  geometryStrength: 0.5,
  options: { quality: 'high', steps: 20, aovs: ['depth'], denoise: true },
  look: null,
  camera: { position: [1, 2, 4], target: [0, 0, 0], fovYDegrees: 30 },
};
const full = { settings, digitalSourceType: 'compositeWithTrainedAlgorithmicMedia' } as const;
const label = { settings: null, digitalSourceType: 'digitalCreation' } as const;

const pixels = async (bytes: Uint8Array) => (await sharp(bytes).raw().toBuffer()).toString('hex');

describe.each(FORMATS)('metadata in a %s file', (format) => {
  const bytes = plain[format];

  it('brings every setting back, and the picture stays as it is', async () => {
    const written = writeMetadata(bytes, full);
    expect(await recallSettings(written)).toEqual({ source: 'diorama', settings, unknown: [] });
    expect(await pixels(written)).toBe(await pixels(bytes));
  });

  it('is read by other programs', async () => {
    const { xmp, hasAlpha, width, height } = await sharp(writeMetadata(bytes, full)).metadata();
    expect(xmp?.toString()).toContain(
      'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"',
    );
    expect({ hasAlpha, width, height }).toEqual({
      hasAlpha: (await sharp(bytes).metadata()).hasAlpha,
      width: 13,
      height: 8,
    });
  });

  it('is written once, however often it is written', async () => {
    const once = writeMetadata(bytes, full);
    expect(writeMetadata(writeMetadata(once, label), full)).toEqual(once);
  });

  it('is nothing but how the picture came to be, with the label alone', async () => {
    const entries = await listMetadata(writeMetadata(writeMetadata(bytes, full), label));
    const told = entries.filter(({ kind }) => kind !== 'technical');
    expect(told.map(({ kind }) => kind)).toEqual(['xmp']);
    expect(told[0]?.text).toContain('digitalsourcetype/digitalCreation');
    expect(told[0]?.text).not.toMatch(/asphalt|settings|description/);
  });

  it('is gone after taking it out', async () => {
    const bare = stripMetadata(writeMetadata(bytes, full));
    expect((await listMetadata(bare)).filter(({ kind }) => kind !== 'technical')).toEqual([]);
    expect(await recallSettings(bare)).toBeNull();
    expect(await pixels(bare)).toBe(await pixels(bytes));
    const { xmp, exif, comments } = await sharp(bare).metadata();
    expect([xmp, exif, comments ?? []]).toEqual([undefined, undefined, []]);
  });

  it('never makes reading throw anything but invalid-image, whatever the bytes', async () => {
    const written = writeMetadata(bytes, full);
    const readsOrRefuses = async (damaged: Uint8Array) => {
      for (const read of [recallSettings, listMetadata])
        await read(damaged).catch((thrown: unknown) => {
          expect(thrown).toBeInstanceOf(DioramaError);
          expect((thrown as DioramaError).code).toBe('invalid-image');
        });
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(written.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(written.length),
        async (changes, length) => {
          const damaged = written.slice();
          for (const [at, byte] of changes) damaged[at] = byte;
          await readsOrRefuses(damaged);
          await readsOrRefuses(damaged.subarray(0, length));
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('settings in an image', () => {
  it('keep any prompt in any format', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ maxLength: 200, unit: 'binary' }),
        fc.constantFrom(...FORMATS),
        async (prompt, format) => {
          const written = writeMetadata(plain[format], { ...full, settings: { ...settings, prompt } });
          const recalled = await recallSettings(written);
          expect(recalled?.settings.prompt).toBe(prompt.toWellFormed());
        },
      ),
      { numRuns: 100 },
    );
  });

  it('carry no keys, paths, addresses or nested things of an engine’s options', async () => {
    const options = {
      steps: 4,
      apiKey: 'sk-secret',
      authorization: 'Bearer x',
      home: '/home/someone/model.safetensors',
      drive: 'C:\\models\\a.ckpt',
      address: 'http://10.0.0.3:8188',
      graph: { '1': { inputs: { text: 'x' } } },
      long: 'x'.repeat(300),
      style: 'flat',
    };
    const written = writeMetadata(plain.png, { ...full, settings: { ...settings, options } });
    const text = new TextDecoder('latin1').decode(written);
    expect(text).not.toMatch(/secret|Bearer|someone|models|10\.0\.0\.3|inputs/);
    expect((await recallSettings(written))?.settings.options).toEqual({ steps: 4, style: 'flat' });
  });

  it('of the first version are read', async () => {
    const first = {
      format: 'diorama-image',
      version: 1,
      engine: 'builtin',
      engineVersion: '1',
      model: null,
      prompt: 'red leather',
      look: null,
      camera: null,
      seed: 7,
      width: 1024,
      height: 576,
      options: { quality: 'draft', spp: null, denoise: true, aovs: ['depth'] },
    };
    const png = withText(internationalText('diorama', new TextEncoder().encode(JSON.stringify(first))));
    expect(await recallSettings(png)).toEqual({
      source: 'diorama',
      unknown: [],
      settings: {
        ...NO_SETTINGS,
        engine: 'builtin',
        engineKind: 'builtin',
        engineVersion: '1',
        prompt: 'red leather',
        seed: 7,
        width: 1024,
        height: 576,
        aspectRatio: '16:9',
        size: 1024,
        options: first.options,
      },
    });
  });

  it('name the fields that a later version added, and refuse a later document', async () => {
    const written = (document: object) =>
      withText(internationalText('diorama', new TextEncoder().encode(JSON.stringify(document))));
    const more = { format: 'diorama-image', version: 2, prompt: 'x', weather: 'rain' };
    expect(await recallSettings(written(more))).toMatchObject({
      settings: { prompt: 'x' },
      unknown: ['weather'],
    });
    await expect(recallSettings(written({ ...more, version: 3 }))).rejects.toThrow('newer Diorama');
    await expect(recallSettings(written({ ...more, prompt: 3 }))).rejects.toMatchObject({
      code: 'invalid-image',
    });
  });

  it('that do not fit into a JPEG segment leave out what can be found again, and stay readable', async () => {
    const long = '\u0001'.repeat(4_000);
    const written = writeMetadata(plain.jpeg, {
      ...full,
      settings: { ...settings, prompt: long, negativePrompt: long, sceneNotes: long },
    });
    const recalled = (await recallSettings(written))?.settings;
    expect(recalled).toMatchObject({ prompt: long, negativePrompt: long, seed: settings.seed });
    expect(recalled?.sceneNotes).toBeUndefined();
  });
});

describe('foreign metadata', () => {
  const parameters =
    'a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5, Size: 512x512, Model: dream';

  it('is read from compressed text chunks, within a limit', async () => {
    const { deflateSync } = await import('node:zlib');
    const packed = (text: string) => deflateSync(text);
    const head = (keyword: string, ...rest: number[]) => [...new TextEncoder().encode(keyword), 0, ...rest];
    const zTXt = withText({
      type: 'zTXt',
      data: Uint8Array.from([...head('parameters', 0), ...packed(parameters)]),
    });
    const iTXt = withText({
      type: 'iTXt',
      data: Uint8Array.from([...head('parameters', 1, 0, 0, 0), ...packed(parameters)]),
    });
    for (const png of [zTXt, iTXt])
      expect(await recallSettings(png)).toMatchObject({
        source: 'a1111',
        settings: { prompt: 'a cat', seed: 5 },
      });
    const bomb = withText({
      type: 'zTXt',
      data: Uint8Array.from([...head('parameters', 0), ...packed('x'.repeat(50_000_000))]),
    });
    expect((await listMetadata(bomb))[0]).toMatchObject({ kind: 'text', name: 'parameters', text: null });
  });

  it('is read from the EXIF of JPEG and WebP, in either byte order and with or without a signature', async () => {
    const exif = writeUserComment(parameters);
    const jpeg = readSegments(plain.jpeg).toSpliced(1, 0, {
      marker: 0xe1,
      data: new Uint8Array([...EXIF_SIGNATURE, ...exif]),
    });
    expect(await recallSettings(writeSegments(jpeg))).toMatchObject({
      source: 'a1111',
      settings: { seed: 5 },
    });
    const withExif = await opaque
      .clone()
      .webp()
      .withExif({ IFD2: { UserComment: parameters } })
      .toBuffer();
    expect(await recallSettings(withExif)).toMatchObject({ source: 'a1111', settings: { seed: 5 } });
    expect(readUserComment(new Uint8Array([...EXIF_SIGNATURE, ...exif]))).toBe(parameters);
  });

  it('of every kind is found and taken out', async () => {
    const png = withText(
      latinText('workflow', new TextEncoder().encode('{"1":{}}')),
      { type: 'tIME', data: new Uint8Array(7) },
      { type: 'eXIf', data: writeUserComment('secret') },
      { type: 'prVt', data: new Uint8Array(3) },
    );
    expect((await listMetadata(png)).map(({ kind, part, name }) => [kind, part, name])).toEqual([
      ['text', 'tEXt', 'workflow'],
      ['other', 'tIME', ''],
      ['exif', 'eXIf', ''],
      ['other', 'prVt', ''],
      ['technical', 'pHYs', ''],
    ]);
    expect(stripMetadata(png)).toEqual(stripMetadata(plain.png));

    const segments = readSegments(plain.jpeg).toSpliced(
      1,
      0,
      { marker: 0xfe, data: new TextEncoder().encode('a comment') },
      { marker: 0xed, data: new TextEncoder().encode('Photoshop 3.0\0') },
    );
    const jpeg = new Uint8Array([...writeSegments(segments), ...new TextEncoder().encode('<script>')]);
    expect(
      (await listMetadata(jpeg)).map(({ kind, part, name, bytes }) => [kind, part, name, bytes]),
    ).toEqual(
      expect.arrayContaining([
        ['text', 'COM', '', 9],
        ['other', 'APP13', 'Photoshop 3.0', 14],
        ['trailing', '', '', 8],
      ]),
    );
    expect((await listMetadata(stripMetadata(jpeg))).every(({ kind }) => kind === 'technical')).toBe(true);

    const webp = new Uint8Array([...plain.webp, ...new TextEncoder().encode('tail')]);
    expect(await listMetadata(webp)).toMatchObject([{ kind: 'trailing', bytes: 4 }]);
    expect(readWebp(stripMetadata(webp)).trailing.length).toBe(0);
  });

  it('with broken text chunks does no harm', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('tEXt', 'zTXt', 'iTXt', 'eXIf'),
        fc.constantFrom('', 'diorama\0', 'parameters\0', 'XML:com.adobe.xmp\0\0\0\0\0', 'MM\0*\0\0\0\x08'),
        fc.uint8Array({ maxLength: 120 }),
        async (type, head, tail) => {
          const data = new Uint8Array([...Buffer.from(head, 'latin1'), ...tail]);
          await recallSettings(withText({ type, data })).catch((thrown: unknown) =>
            expect(thrown).toMatchObject({ code: 'invalid-image' }),
          );
        },
      ),
      { numRuns: 300 },
    );
  });

  it('in a file that is none of the three is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 64 }), async (bytes) => {
        await expect(recallSettings(bytes)).rejects.toMatchObject({ code: 'invalid-image' });
      }),
    );
  });
});

describe('the parts of a file', () => {
  it('joined again are the file', () => {
    for (const format of ['jpeg', 'progressive JPEG'] as const)
      expect(writeSegments(readSegments(plain[format]))).toEqual(plain[format]);
    expect(writeChunks(readChunks(plain.png))).toEqual(plain.png);
  });

  it('have the same check sum with and without zlib', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(crc32InScript(bytes)).toBe(crc32(bytes));
      }),
    );
  });

  it('of a WebP with an odd chunk at its end may lack the padding', () => {
    const odd = { type: 'ABCD', data: new Uint8Array(3) };
    const padded = writeWebp([...readWebp(plain.webp).chunks, odd]);
    const unpadded = padded.slice(0, -1);
    viewOf(unpadded).setUint32(4, unpadded.length - 8, true);
    const { chunks, trailing } = readWebp(unpadded);
    expect([chunks.at(-1), trailing.length]).toEqual([odd, 0]);
  });
});

function withText(...added: { type: string; data: Uint8Array }[]): Uint8Array {
  return writeChunks(readChunks(plain.png).toSpliced(1, 0, ...added));
}
