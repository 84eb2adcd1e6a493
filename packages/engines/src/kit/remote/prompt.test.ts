import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { InputSource } from './adapter.ts';
import { composePrompt } from './prompt.ts';

const CANVAS: InputSource = { kind: 'canvas' };
const STYLE: InputSource = { kind: 'reference', index: 0, role: 'style' };
const FORM = { promptForm: 'numbered-images', promptMaxCharacters: 8_000 } as const;

describe('the prompt for an engine', () => {
  it('names the pictures by their order and keeps the words unchanged, last', () => {
    const { text } = composePrompt(
      {
        prompt: 'Walnut  table,\nevening',
        sceneNotes: 'a table, two chairs',
        geometryStrength: 1,
        inputs: [CANVAS, STYLE, { kind: 'map', map: 'depth' }],
      },
      FORM,
    );
    expect(text.split('\n').slice(-2).join('\n')).toBe('Walnut  table,\nevening');
    expect(text).toMatch(/^Image 1 is the 3D layout/);
    expect(text).toContain('Image 2 is a style reference');
    expect(text).toContain('Image 3 is the depth map of Image 1');
    expect(text).toContain('The scene holds: a table, two chairs');
  });

  it('asks the more to be kept the higher the geometry strength is', () => {
    const texts = [0, 0.4, 0.7, 1].map(
      (geometryStrength) =>
        composePrompt({ prompt: 'x', sceneNotes: null, geometryStrength, inputs: [CANVAS] }, FORM).text,
    );
    expect(new Set(texts).size).toBe(4);
    expect(texts[3]).toContain('exactly');
    expect(texts[0]).toContain('loose');
  });

  it('gives diffusion models a description without instructions', () => {
    const { text } = composePrompt(
      { prompt: 'oak', sceneNotes: 'a chair', geometryStrength: 1, inputs: [CANVAS] },
      { promptForm: 'description', promptMaxCharacters: 2_000 },
    );
    expect(text).toBe('oak\na chair');
  });

  it('never holds a ratio or a size, never more than fits, and always the words', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }).filter((text) => text.trim() !== '' && !/\d/.test(text)),
        fc.string({ maxLength: 900 }).filter((text) => !/\d/.test(text)),
        fc.integer({ min: 300, max: 1_500 }),
        (prompt, sceneNotes, promptMaxCharacters) => {
          const { text } = composePrompt(
            { prompt, sceneNotes, geometryStrength: null, inputs: [CANVAS, STYLE] },
            { promptForm: 'numbered-pictures', promptMaxCharacters },
          );
          expect(text.length).toBeLessThanOrEqual(promptMaxCharacters);
          expect(text.endsWith(prompt.trim())).toBe(true);
          expect(text).not.toMatch(/\d+\s*[:x×]\s*\d+/);
        },
      ),
    );
  });

  it('refuses words that are too long by themselves and says by how much', () => {
    expect(() =>
      composePrompt(
        { prompt: 'x'.repeat(20), sceneNotes: null, geometryStrength: null, inputs: [] },
        { ...FORM, promptMaxCharacters: 12 },
      ),
    ).toThrow(
      expect.objectContaining({ code: 'prompt-too-long', hint: 'Shorten the prompt by 8 characters.' }),
    );
  });
});
