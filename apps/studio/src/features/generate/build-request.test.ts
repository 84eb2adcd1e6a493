import { generationRequestSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
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
    const request = generationRequestSchema.parse(buildRequest(panel, canvas, 'builtin'));
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
    expect(buildRequest({ ...INITIAL_PANEL, seed: 7 }, canvas, 'builtin').seed).toBeNull();
  });

  it('sends only references that are there, whatever slot they are in', () => {
    const panel: PanelState = {
      ...INITIAL_PANEL,
      references: [
        { state: 'refused', message: 'no' },
        { state: 'ready', image: { ...image, role: 'palette' } },
      ],
    };
    expect(buildRequest(panel, null, 'builtin')).toMatchObject({
      canvas: null,
      references: [{ asset: image.asset, role: 'palette' }],
    });
  });

  it('keeps settings of the built-in engine from other engines', () => {
    expect(buildRequest(INITIAL_PANEL, canvas, 'another').options).toEqual({});
  });
});
