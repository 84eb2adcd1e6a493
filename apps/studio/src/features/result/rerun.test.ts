import { generationRequestSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { aModel, anEngine, BUILTIN } from '../engines/test-engines.ts';
import { rerunChoices, rerunRequest } from './rerun.ts';

const id = '3f0c1a52-8d5c-4d1e-9a69-111111111111';
const entry = (fields: object = {}) => ({
  id,
  request: generationRequestSchema.parse({
    prompt: 'golden hour',
    aspectRatio: '1:1',
    geometryStrength: 0.5,
    options: { quality: 'high' },
    ...fields,
  }),
  outputs: [
    { asset: `sha256-${'a'.repeat(64)}`, url: '/a', width: 8, height: 8, mediaType: 'image/png', seed: 42 },
  ],
});

describe('rerunChoices', () => {
  it('offers every available engine and model but the one that made it', () => {
    const other = anEngine({ models: [aModel({}, { id: 'one' }), aModel({}, { id: 'two' })] });
    const broken = anEngine({ id: 'broken', available: false, models: [aModel({})] });
    const names = (engine: string, model: string | null) =>
      rerunChoices([BUILTIN, other, broken], entry({ engine, model })).map(
        (choice) => choice.model?.id ?? choice.engine.id,
      );
    expect(names('builtin', null)).toEqual(['one', 'two']);
    expect(names('other', 'one')).toEqual(['builtin', 'two']);
  });

  it('names the cost of all its images', () => {
    const priced = anEngine({
      models: [aModel({ countMax: 4 }, { price: { perImage: 0.04, asOf: '2026-11-01', source: 'test' } })],
    });
    expect(rerunChoices([priced], entry({ count: 3 }))[0]?.cost).toBeCloseTo(0.12);
    expect(rerunChoices([BUILTIN], entry({ engine: 'other' }))[0]?.cost).toBe(0);
  });

  it('says why a model cannot make it', () => {
    const refusal = (capabilities: Parameters<typeof aModel>[0], fields: object) =>
      rerunChoices([anEngine({ models: [aModel(capabilities)] })], entry(fields))[0]?.refusal;
    expect(refusal({ longEdgeMax: 1024 }, { size: 2048 })).toBe('makes at most 1024 pixels');
    expect(refusal({ countMax: 1 }, { count: 2 })).toBe('makes one image at a time');
    expect(refusal({ textOnly: false }, {})).toBe('needs the canvas');
    expect(refusal({}, {})).toBeNull();
  });
});

describe('rerunRequest', () => {
  it('keeps what the image was made from, with the seed that was drawn, and says what it came from', () => {
    const model = aModel({ seed: true, geometryStrength: true });
    const request = rerunRequest(entry(), { engine: anEngine({ models: [model] }), model });
    expect(request).toMatchObject({
      prompt: 'golden hour',
      engine: 'other',
      model: model.id,
      seed: 42,
      geometryStrength: 0.5,
      options: {},
      lineage: { generation: id, how: 'rerun' },
    });
  });

  it('does not ask for what the engine has no field for', () => {
    const model = aModel({ seed: false, geometryStrength: false });
    expect(rerunRequest(entry(), { engine: anEngine({ models: [model] }), model })).toMatchObject({
      seed: null,
      geometryStrength: null,
    });
  });
});
