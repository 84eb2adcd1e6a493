import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DioramaError, ERROR_CODES } from './error-codes.ts';
import { generationRequestSchema } from './generation.ts';
import { parseRequest } from './parse-request.ts';

const asset = `sha256-${'0'.repeat(64)}`;

function codeFor(body: unknown): string {
  try {
    parseRequest(generationRequestSchema, body);
    return 'accepted';
  } catch (error) {
    return (error as DioramaError).code;
  }
}

describe('a generation request', () => {
  it('gets every default from an empty body', () => {
    expect(parseRequest(generationRequestSchema, {})).toEqual({
      prompt: '',
      negativePrompt: '',
      geometryStrength: null,
      project: null,
      lineage: null,
      canvas: null,
      references: [],
      aspectRatio: '16:9',
      size: 1024,
      engine: 'builtin',
      model: null,
      seed: null,
      count: 1,
      options: {},
    });
  });

  it.each([
    [{ prompt: 'x'.repeat(50_000) }, 'prompt-too-long'],
    [{ references: [{ asset }, { asset }, { asset }] }, 'too-many-references'],
    [{ references: [{ asset: '../../etc/passwd' }] }, 'invalid-request'],
    [{ references: 'none' }, 'invalid-request'],
    [{ aspectRatio: '7:3' }, 'invalid-aspect-ratio'],
    [{ size: 255 }, 'invalid-size'],
    [{ size: 4097 }, 'invalid-size'],
    [{ size: 512.5 }, 'invalid-size'],
    [
      { canvas: { scene: asset, camera: { position: [0, 0, 0], target: [0, 0, 0], fovYDegrees: 35 } } },
      'invalid-camera',
    ],
    [
      { canvas: { scene: asset, camera: { position: [0, 0, 1], target: [0, 0, 0], fovYDegrees: 0 } } },
      'invalid-camera',
    ],
    [{ seed: -1 }, 'invalid-request'],
    [{ count: 5 }, 'invalid-request'],
    [null, 'invalid-request'],
    ['prompt', 'invalid-request'],
  ])('refuses %j with its own code', (body, code) => {
    expect(codeFor(body)).toBe(code);
  });

  it('never throws anything but a coded error, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (body) => {
        const code = codeFor(body);
        expect(code === 'accepted' || ERROR_CODES.includes(code as never)).toBe(true);
      }),
    );
  });
});

describe('DioramaError', () => {
  it('carries the hint and status of its code unless told otherwise', () => {
    const error = new DioramaError('storage-full');
    expect(error).toMatchObject({ status: 507, code: 'storage-full' });
    expect(error.hint).toMatch(/disk/);
    expect(new DioramaError('storage-full', 'No.', { hint: 'Buy a disk.' }).hint).toBe('Buy a disk.');
  });
});
