import { type EngineDescription, type Generation, generationRequestSchema, LIMITS } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { aModel, anEngine, BUILTIN, choiceOf } from '../engines/test-engines.ts';
import { INITIAL_PANEL } from './panel-store.ts';
import { calibrationOf, durationInWords, estimateMs, type ReadinessInput, readinessOf } from './readiness.ts';

const engine: EngineDescription = {
  ...BUILTIN,
  capabilities: { ...BUILTIN.capabilities, aspectRatios: ['16:9'], longEdgeMax: 2048, countMax: 2 },
};

const usable: ReadinessInput = {
  panel: INITIAL_PANEL,
  visibleObjectCount: 3,
  choice: choiceOf(engine),
  enginesLoading: false,
  serverReachable: true,
  importing: false,
  budgetRefusal: null,
};

const withPanel = (panel: Partial<ReadinessInput['panel']>) =>
  readinessOf({ ...usable, panel: { ...INITIAL_PANEL, ...panel } });

describe('readinessOf', () => {
  it('is ready with a scene alone: no prompt is needed', () => {
    expect(readinessOf(usable)).toEqual({ ready: true, reasons: [], remedy: null, notes: [] });
  });

  it('says what is missing when there is nothing to make an image from', () => {
    expect(readinessOf({ ...usable, visibleObjectCount: 0 }).reasons).toEqual([
      'The scene is empty. Add a model, an image or a prompt.',
    ]);
    expect(withPanel({ useCanvas: false }).reasons).toEqual([
      'Switch the canvas on, add an image or type a prompt.',
    ]);
    expect(withPanel({ useCanvas: false, prompt: 'fog' }).ready).toBe(true);
  });

  it('keeps a prompt that is too long and says by how much', () => {
    const { ready, reasons } = withPanel({ prompt: 'x'.repeat(LIMITS.promptCharacters + 12) });
    expect(ready).toBe(false);
    expect(reasons[0]).toBe('The prompt is 12 characters too long.');
  });

  it('waits for uploads and models, and for the server before all', () => {
    const uploading = { state: 'uploading', name: 'a.png', previewUrl: '' } as const;
    expect(withPanel({ references: [uploading, { state: 'empty' }] }).reasons).toEqual([
      'An image is still uploading.',
    ]);
    expect(readinessOf({ ...usable, importing: true }).reasons).toEqual(['A model is still being read.']);
    expect(readinessOf({ ...usable, serverReachable: false, importing: true }).reasons[0]).toMatch(/server/);
  });

  it('says why an engine cannot be used, in its own words', () => {
    const reason = 'No key is set. Add one in the settings.';
    const answer = readinessOf({ ...usable, choice: choiceOf({ ...engine, available: false, reason }) });
    expect(answer.reasons).toEqual([reason]);
    expect(answer.remedy).toEqual({
      label: 'Add key',
      route: { section: 'engines', connection: engine.id },
    });
    expect(withPanel({ size: 4096 }).reasons).toEqual([
      'Diorama makes at most 2048 pixels. Choose a smaller size.',
    ]);
    expect(withPanel({ count: 4 }).reasons).toEqual(['Diorama makes at most 2 images at once.']);
  });

  it('notes what the model will not honour, without stopping', () => {
    const noCanvas = { ...engine, capabilities: { ...engine.capabilities, canvas: false } };
    const answer = readinessOf({ ...usable, choice: choiceOf(noCanvas) });
    expect(answer.ready).toBe(true);
    expect(answer.notes).toEqual(['The canvas is ignored']);
    expect(withPanel({ useCanvas: false, prompt: 'fog' }).notes).toEqual(['The canvas is not used']);

    const reference = {
      state: 'ready',
      image: { asset: '', name: '', width: 1, height: 1, role: null },
    } as const;
    const other = choiceOf(
      anEngine({
        models: [aModel({ referencesMax: 1, aspectRatios: ['1:1'], seed: false, longEdgeMin: 1024 })],
      }),
    );
    const panel = {
      ...INITIAL_PANEL,
      references: [reference, reference] as const,
      seedLocked: true,
      size: 512,
    };
    expect(readinessOf({ ...usable, choice: other, panel }).notes).toEqual([
      'Only one reference image is used',
      '16:9 is fitted from another shape',
      'Drawn with at least 1024 pixels and made smaller',
      'The seed is not kept to',
      'The scene is seen as a picture, without depth or edges',
    ]);
  });

  it('holds to the limits of the model, not of the engine', () => {
    const small = aModel({ longEdgeMax: 512, countMax: 1 });
    const choice = choiceOf(anEngine({ models: [small] }));
    expect(readinessOf({ ...usable, choice, panel: { ...INITIAL_PANEL, count: 2 } }).reasons).toEqual([
      'Model 1 makes at most 512 pixels. Choose a smaller size.',
      'Model 1 makes one image at a time.',
    ]);
  });

  it('stops at the budget and leads to it', () => {
    const refused = readinessOf({ ...usable, budgetRefusal: 'Nothing is left.' });
    expect(refused.reasons).toEqual(['Nothing is left.']);
    expect(refused.remedy?.route).toEqual({ section: 'budget' });
  });
});

describe('estimates', () => {
  it('grow with pixels, quality and count', () => {
    const typical = { pixels: 1024 * 576, quality: 'standard', count: 1 } as const;
    expect(estimateMs(engine, typical)).toBeCloseTo(10_000);
    expect(estimateMs(engine, { ...typical, pixels: 2048 * 1152, count: 2 })).toBeCloseTo(66_000);
    expect(estimateMs(engine, { ...typical, quality: 'draft' })).toBeLessThan(10_000);
    expect(estimateMs({ typicalMs: null }, typical)).toBeNull();
  });

  it('learn from what the latest images took, and not from one that was slow by chance', () => {
    const took = (total: number) =>
      ({
        status: 'succeeded',
        request: generationRequestSchema.parse({}),
        outputs: [{ asset: '', url: '', width: 1024, height: 576, mediaType: '', seed: 1 }],
        timings: { total, waiting: 500 },
      }) as unknown as Generation;
    expect(calibrationOf(engine, [])).toBe(1);
    expect(calibrationOf(engine, [took(20_500), took(400_000), took(21_500)])).toBeCloseTo(2.1);
  });

  it('are told no more exactly than they are', () => {
    expect([900, 4_400, 12_600, 80_000, 200_000].map(durationInWords)).toEqual([
      'about 1 s',
      'about 4 s',
      'about 15 s',
      'about 1 min',
      'about 3 min',
    ]);
  });
});
