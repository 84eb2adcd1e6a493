import { generationRequestSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { aModel, anEngine, BUILTIN, choiceOf } from '../engines/test-engines.ts';
import { buildRequest, type CanvasInput } from './build-request.ts';
import { INITIAL_PANEL, type PanelState } from './panel-store.ts';

const asset = (digit: string) => `sha256-${digit.repeat(64)}`;
const canvas: CanvasInput = {
  scene: asset('a'),
  capture: asset('b'),
  camera: { position: [3, 2, 4], target: [0, 1, 0], fovYDegrees: 35 },
  viewportRatio: 1.4,
};
const image = { asset: asset('c'), name: 'mood.png', width: 640, height: 480 };

const builtin = choiceOf(BUILTIN);

describe('buildRequest', () => {
  it('is a request that the server accepts', () => {
    const panel: PanelState = {
      ...INITIAL_PANEL,
      prompt: '  golden hour  ',
      references: [
        { state: 'ready', image: { ...image, role: 'style' } },
        { state: 'ready', image: { ...image, role: null } },
      ],
      seed: 7,
      seedLocked: true,
      count: 2,
      quality: 'high',
    };
    const request = generationRequestSchema.parse(buildRequest(panel, canvas, builtin, 'Kitchen'));
    expect(request).toMatchObject({
      prompt: 'golden hour',
      canvas,
      references: [{ asset: image.asset, role: 'style' }, { asset: image.asset }],
      seed: 7,
      count: 2,
      options: { quality: 'high' },
    });
  });

  it('leaves the seed to the server unless it is kept', () => {
    expect(buildRequest({ ...INITIAL_PANEL, seed: 7 }, canvas, builtin, '').seed).toBeNull();
  });

  it('sends only references that are there, whatever slot they are in', () => {
    const panel: PanelState = {
      ...INITIAL_PANEL,
      references: [
        { state: 'refused', message: 'no' },
        { state: 'ready', image: { ...image, role: 'palette' } },
      ],
    };
    expect(buildRequest(panel, null, builtin, '')).toMatchObject({
      canvas: null,
      references: [{ asset: image.asset, role: 'palette' }],
    });
  });

  it('keeps settings of the built-in engine from other engines, and theirs from it', () => {
    const panel: PanelState = {
      ...INITIAL_PANEL,
      negativePrompt: 'people',
      geometryStrength: 0.8,
      sceneNotes: { isOn: true, edited: { text: 'A red chair', basis: '' } },
    };
    const other = choiceOf(anEngine({ models: [aModel({ negativePrompt: true, geometryStrength: true })] }));
    expect(buildRequest(panel, canvas, other, ' Kitchen ')).toMatchObject({
      engine: 'other',
      model: 'model-1',
      negativePrompt: 'people',
      geometryStrength: 0.8,
      sceneNotes: 'A red chair',
      project: 'Kitchen',
      options: {},
    });
    const plain = buildRequest(panel, canvas, builtin, '');
    expect(plain).toMatchObject({ geometryStrength: null, project: null, options: { quality: 'standard' } });
    expect(plain).not.toHaveProperty('negativePrompt');
    expect(plain).not.toHaveProperty('sceneNotes');
  });

  it('leaves the notes to the server, or none, or as edited', () => {
    const other = choiceOf(anEngine({ models: [aModel({})] }));
    const notes = (sceneNotes: PanelState['sceneNotes']) =>
      buildRequest({ ...INITIAL_PANEL, sceneNotes }, canvas, other, '').sceneNotes;
    expect(notes({ isOn: true, edited: null })).toBeUndefined();
    expect(notes({ isOn: false, edited: { text: 'kept', basis: '' } })).toBeNull();
    expect(notes({ isOn: true, edited: { text: '', basis: 'x' } })).toBe('');
  });
});
