import { generationRequestSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { BUILTIN } from '../engines/test-engines.ts';
import { compareEntries } from './compare-entries.ts';

const asset = (digit: string) => `sha256-${digit.repeat(64)}`;
const entry = (fields: object = {}, seed = 7) => ({
  request: generationRequestSchema.parse({ prompt: 'golden hour', ...fields }),
  outputs: [{ asset: asset('a'), url: '/a', width: 8, height: 8, mediaType: 'image/png', seed }],
  look: null,
  modelUsed: null,
});
const fieldsOf = (...args: Parameters<typeof compareEntries>) =>
  compareEntries(...args).map(({ field }) => field);

describe('compareEntries', () => {
  it('finds nothing between an entry and itself made again', () => {
    expect(compareEntries(entry(), entry())).toEqual([]);
  });

  it('shows the prompt word by word', () => {
    expect(compareEntries(entry(), entry({ prompt: 'blue hour' }))[0]).toMatchObject({
      kind: 'words',
      field: 'Prompt',
      parts: [{ kind: 'removed', text: 'golden' }, { kind: 'added', text: 'blue' }, { kind: 'same' }],
    });
  });

  it('names settings as a person does, and engines by their names', () => {
    const changes = compareEntries(
      entry({ options: { quality: 'draft' } }),
      entry({ options: { quality: 'high', denoiseStrength: 0.5 }, engine: 'other', size: 2048 }, 8),
      [BUILTIN],
    );
    expect(changes).toEqual([
      { kind: 'value', field: 'Engine', before: 'Diorama', after: 'other' },
      { kind: 'value', field: 'Seed', before: '7', after: '8' },
      { kind: 'value', field: 'Long edge', before: '1024 px', after: '2048 px' },
      { kind: 'value', field: 'Denoise strength', before: 'not set', after: '0.5' },
      { kind: 'value', field: 'Quality', before: 'draft', after: 'high' },
    ]);
  });

  it('notices another picture and another role in a slot', () => {
    const one = { references: [{ asset: asset('c'), role: 'style' }] };
    expect(fieldsOf(entry(one), entry({ references: [{ asset: asset('c'), role: 'palette' }] }))).toEqual([
      'References',
    ]);
    expect(fieldsOf(entry(one), entry(one))).toEqual([]);
  });

  it('tells the camera in words and numbers, and a canvas that was switched off', () => {
    const canvas = (z: number) => ({
      canvas: { scene: asset('b'), camera: { position: [0, 1, z], target: [0, 1, 0], fovYDegrees: 35 } },
    });
    expect(compareEntries(entry(canvas(5)), entry(canvas(4)))).toEqual([
      {
        kind: 'camera',
        field: 'Camera',
        words: '1.00 m forward',
        before: expect.stringContaining('5.00 m'),
        after: expect.stringContaining('4.00 m'),
      },
    ]);
    expect(fieldsOf(entry(canvas(5)), entry())).toEqual(['Canvas']);
  });
});
