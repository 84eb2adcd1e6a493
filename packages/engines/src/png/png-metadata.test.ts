import { DioramaError } from '@diorama/contracts';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readChunks, writeChunks } from './png-chunks.ts';
import { type PngMetadata, readPngMetadata, writePngMetadata } from './png-metadata.ts';

const plain = new Uint8Array(
  await sharp({ create: { width: 3, height: 2, channels: 3, background: '#336699' } })
    .png()
    .toBuffer(),
);

const metadata: PngMetadata = {
  format: 'diorama-image',
  version: 1,
  engine: 'builtin',
  engineVersion: '1',
  model: null,
  prompt: 'golden hour, “wet” asphalt 🌇',
  look: null,
  camera: { position: [1, 2, 3], target: [0, 0, 0], fovYDegrees: 35 },
  seed: 4_294_967_295,
  width: 3,
  height: 2,
  options: { quality: 'draft', spp: null, denoise: true, aovs: ['depth'] },
};

function readsOrRefuses(bytes: Uint8Array): void {
  try {
    readPngMetadata(bytes);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(DioramaError);
    expect((thrown as DioramaError).code).toBe('invalid-image');
  }
}

describe('settings inside a PNG', () => {
  it('come back as they were written, and the picture stays readable', async () => {
    const png = writePngMetadata(plain, metadata);
    expect(readPngMetadata(png)).toEqual(metadata);
    const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    expect([...data.subarray(0, 3)]).toEqual([0x33, 0x66, 0x99]);
  });

  it('stand before the pixels, once, even when written twice', () => {
    const png = writePngMetadata(writePngMetadata(plain, metadata), { ...metadata, seed: 2 });
    const types = readChunks(png).map(({ type }) => type);
    expect(types.filter((type) => type === 'iTXt')).toHaveLength(1);
    expect(types.indexOf('iTXt')).toBeLessThan(types.indexOf('IDAT'));
    expect(readPngMetadata(png)?.seed).toBe(2);
  });

  it('are null in a picture without them', () => {
    expect(readPngMetadata(plain)).toBeNull();
  });

  it('keep any prompt', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: 'grapheme' }), (prompt) => {
        expect(readPngMetadata(writePngMetadata(plain, { ...metadata, prompt }))?.prompt).toBe(prompt);
      }),
      { numRuns: 60 },
    );
  });

  it('refuse fields that do not belong there', () => {
    expect(() => writePngMetadata(plain, { ...metadata, apiKey: 'secret' } as PngMetadata)).toThrow();
    const chunks = readChunks(plain);
    const text = new TextEncoder().encode('diorama\0\0\0\0\0{"format":"diorama-image","version":9}');
    const foreign = writeChunks(chunks.toSpliced(1, 0, { type: 'iTXt', data: text }));
    expect(() => readPngMetadata(foreign)).toThrow(DioramaError);
  });

  it('never throw anything but invalid-image, whatever the bytes', () => {
    const png = writePngMetadata(plain, metadata);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readsOrRefuses), { numRuns: 200 });
    fc.assert(
      fc.property(fc.nat(png.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = png.slice();
        damaged[at] = damaged[at]! ^ change;
        readsOrRefuses(damaged);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.nat(png.length - 1), (length) => readsOrRefuses(png.subarray(0, length))),
      { numRuns: 100 },
    );
  });

  it('survive text chunks with broken contents', () => {
    const chunks = readChunks(plain);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (tail) => {
        const data = new Uint8Array([...new TextEncoder().encode('diorama\0'), ...tail]);
        readsOrRefuses(writeChunks(chunks.toSpliced(1, 0, { type: 'iTXt', data })));
      }),
      { numRuns: 100 },
    );
  });
});
