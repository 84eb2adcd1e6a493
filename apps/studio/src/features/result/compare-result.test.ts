import { generationRequestSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { addableSources } from '../compare/addable-sources.ts';
import { comparedWith } from './compare-result.ts';

const id = '3f0c1a52-8d5c-4d1e-9a69-111111111111';
const asset = (digit: string) => `sha256-${digit.repeat(64)}`;
const output = { asset: asset('a'), url: '/a', width: 8, height: 8, mediaType: 'image/png', seed: 1 };
const entry = (images: number, fields: object = {}) => ({
  id,
  request: generationRequestSchema.parse(fields),
  outputs: Array.from({ length: images }, () => output),
});
const canvas = { canvas: { scene: asset('b'), capture: asset('c') } };

describe('comparedWith', () => {
  it('puts an image beside the canvas that it was made from, then the others and the references', () => {
    const kinds = comparedWith(entry(2, { ...canvas, references: [{ asset: asset('d') }] }), 1);
    expect(kinds).toEqual([
      { kind: 'canvas', generation: id },
      { kind: 'output', generation: id, image: 1 },
      { kind: 'output', generation: id, image: 0 },
      { kind: 'reference', generation: id, index: 0 },
    ]);
  });

  it('takes the scene as it is now when there is nothing else', () => {
    expect(comparedWith(entry(1), 0)).toEqual([
      { kind: 'viewport' },
      { kind: 'output', generation: id, image: 0 },
    ]);
  });
});

describe('addableSources', () => {
  it('offers what is not compared yet, and the scene as it is', () => {
    const one = entry(2, canvas);
    const labels = addableSources(comparedWith(one, 0).slice(0, 2), [one]).map(({ label }) => label);
    expect(labels).toEqual(['Image 2', 'Scene as it is now']);
  });
});
