import { ASPECT_RATIOS, outputSize } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { factsOf, modelOf, sizeFor } from './models.ts';

describe('sizes of the Gemini image models', () => {
  it('draw every ratio of the panel themselves, in the right shape', () => {
    const facts = factsOf('gemini-nano-banana-2.1');
    for (const ratio of ASPECT_RATIOS) {
      if (ratio === 'canvas') continue;
      const wanted = outputSize(ratio, 1024);
      const { aspectRatio, size } = sizeFor(facts, wanted);
      expect(aspectRatio).toBe(ratio);
      expect(Math.abs(Math.log((size.width / size.height) * (wanted.height / wanted.width)))).toBeLessThan(
        0.02,
      );
      expect(Math.max(size.width, size.height)).toBeGreaterThanOrEqual(1024);
    }
  });

  it.each([
    [512, '512'],
    [1024, '1K'],
    [2048, '2K'],
    [4096, '4K'],
  ])('take the smallest step that is large enough: %i', (edge, step) => {
    const facts = factsOf('gemini-nano-banana-2.1');
    expect(sizeFor(facts, { width: edge, height: edge })).toMatchObject({
      imageSize: step,
      size: { width: edge, height: edge },
    });
  });

  it('stay within what a model has', () => {
    expect(sizeFor(factsOf('gemini-3-pro-image'), { width: 256, height: 256 }).imageSize).toBe('1K');
    expect(sizeFor(factsOf('gemini-2.5-flash-image'), { width: 4096, height: 4096 })).toMatchObject({
      imageSize: null,
      size: { width: 1024, height: 1024 },
    });
  });

  it('know a preview by its family, and nothing of the price of the unknown', () => {
    expect(modelOf('gemini-3-pro-image-preview')).toMatchObject({ name: 'Nano Banana Pro (preview)' });
    expect(modelOf('gemini-5-image').price).toBeNull();
  });
});
