import { NO_SETTINGS, type RecalledSettings, readParameters } from '@diorama/metadata';
import { describe, expect, it } from 'vitest';
import { anEngine, BUILTIN } from '../engines/test-engines.ts';
import { INITIAL_PANEL } from '../generate/panel-store.ts';
import { planRecall } from './plan-recall.ts';

const asset = (digit: string) => `sha256-${digit.repeat(64)}`;
const generation = '3f0c1a52-8d5c-4d1e-9a69-111111111111';
const ours = (fields: object = {}): RecalledSettings => ({
  source: 'diorama',
  unknown: [],
  settings: {
    ...NO_SETTINGS,
    generation,
    engine: 'builtin',
    engineKind: 'builtin',
    prompt: 'golden hour',
    aspectRatio: '4:5',
    size: 768,
    seed: 9,
    count: 2,
    options: { quality: 'high' },
    canvas: { scene: asset('a'), capture: null, camera: null, viewportRatio: null },
    references: [
      { asset: asset('b'), role: 'style' },
      { asset: asset('c'), role: null },
    ],
    ...fields,
  },
});
const context = (stored: readonly string[] = [asset('a'), asset('b'), asset('c')]) => ({
  engines: [BUILTIN],
  hasAsset: (one: string) => stored.includes(one),
  panel: { ...INITIAL_PANEL, engine: 'chosen', aspectRatio: '1:1' as const },
});

describe('planRecall', () => {
  it('takes over everything of an image of ours whose files are here', () => {
    const { found, notTaken } = planRecall(ours(), context());
    expect(notTaken).toEqual([]);
    expect(found).toMatchObject({
      seed: 9,
      lineage: { generation },
      request: {
        prompt: 'golden hour',
        aspectRatio: '4:5',
        size: 768,
        engine: 'builtin',
        count: 2,
        options: { quality: 'high' },
        canvas: { scene: asset('a') },
        references: [{ asset: asset('b'), role: 'style' }, { asset: asset('c') }],
      },
    });
  });

  it('says what is not on this server, and leaves it out', () => {
    const { found, notTaken } = planRecall(ours(), context([asset('b')]));
    expect(found.request.canvas).toBeNull();
    expect(found.request.references).toEqual([{ asset: asset('b'), role: 'style' }]);
    expect(notTaken).toEqual([expect.stringMatching(/reference image/), expect.stringMatching(/^The scene/)]);
  });

  it('leaves the canvas switch alone when only the scene is missing, and switches it off for images made without', () => {
    expect(planRecall(ours(), context([])).found.usesCanvas).toBeNull();
    expect(planRecall(ours({ canvas: null }), context()).found.usesCanvas).toBe(false);
  });

  it('finds the same kind of engine under another name, and keeps the present one for engines that are not here', () => {
    const engines = [BUILTIN, anEngine({ id: 'my-openai', kind: 'openai' })];
    const made = ours({ engine: 'openai-1', engineKind: 'openai', model: 'gpt-image-2' });
    expect(planRecall(made, { ...context(), engines }).found.request).toMatchObject({
      engine: 'my-openai',
      model: 'gpt-image-2',
    });
    const { found, notTaken } = planRecall(made, context());
    expect(found.request).toMatchObject({ engine: 'chosen', model: null });
    expect(notTaken).toEqual([expect.stringMatching(/openai-1 is not connected/)]);
  });

  it('takes prompt, seed and shape from the text of other programs, and names the rest', () => {
    const read = readParameters(
      'a walnut table\nNegative prompt: people\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 42, Size: 1024x1024, Model: sdxl',
    );
    const { found, notTaken, facts } = planRecall({ source: 'a1111', ...read! }, context());
    expect(found).toMatchObject({
      seed: 42,
      lineage: null,
      usesCanvas: null,
      request: { prompt: 'a walnut table', negativePrompt: 'people', aspectRatio: '1:1', engine: 'chosen' },
    });
    expect(notTaken).toEqual([
      expect.stringMatching(/sdxl/),
      'The panel has no place for: steps, sampler, cfg.',
    ]);
    expect(facts).toContainEqual(['Seed', '42']);
  });
});
