import { generationRequestSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { aModel, anEngine, BUILTIN, choiceOf } from '../engines/test-engines.ts';
import { buildRequest } from '../generate/build-request.ts';
import { INITIAL_PANEL, type PanelState } from '../generate/panel-store.ts';
import { panelOf } from './panel-of.ts';

const lineage = { generation: '3f0c1a52-8d5c-4d1e-9a69-111111111111', how: 'settings' } as const;
const options = { count: 1, lineage, notesBasis: 'A chair', before: { models: {}, seed: 5 } };

describe('panelOf', () => {
  it('makes a panel that asks for the same again', () => {
    const choice = choiceOf(anEngine({ models: [aModel({ negativePrompt: true, geometryStrength: true })] }));
    const panel: PanelState = {
      ...INITIAL_PANEL,
      prompt: 'golden hour',
      negativePrompt: 'people',
      aspectRatio: '4:5',
      size: 768,
      seed: 9,
      seedLocked: true,
      geometryStrength: 0.4,
      sceneNotes: { isOn: true, edited: { text: 'A red chair', basis: 'A chair' } },
    };
    const request = generationRequestSchema.parse(buildRequest(panel, null, choice, 'Room'));
    const again = { ...INITIAL_PANEL, ...panelOf(request, { ...options, seed: 9 }) };
    expect(buildRequest(again, null, choice, 'Room')).toEqual({
      ...buildRequest(panel, null, choice, 'Room'),
      lineage,
    });
  });

  it('leaves the seed open without one, and models of other engines as they were chosen', () => {
    const request = generationRequestSchema.parse(
      buildRequest({ ...INITIAL_PANEL, quality: 'high' }, null, choiceOf(BUILTIN), ''),
    );
    const before = { models: { other: 'model-2' }, seed: 5 };
    expect(panelOf(request, { ...options, seed: null, before })).toMatchObject({
      seed: 5,
      seedLocked: false,
      quality: 'high',
      models: { other: 'model-2' },
    });
  });

  it('knows notes that were switched off from notes that nobody touched', () => {
    const request = generationRequestSchema.parse({ sceneNotes: null });
    expect(panelOf(request, { ...options, seed: 1 }).sceneNotes).toEqual({ isOn: false, edited: null });
    const untouched = generationRequestSchema.parse({});
    expect(panelOf(untouched, { ...options, seed: 1 }).sceneNotes).toEqual({ isOn: true, edited: null });
  });
});
