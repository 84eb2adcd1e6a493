import { generationRequestSchema, recipeContentSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { INITIAL_PANEL } from '../generate/panel-store.ts';
import { draftOfPanel, draftOfRequest } from './recipe-draft.ts';

describe('the draft of a recipe', () => {
  it('has the prompt and the roles of the pictures, and offers every setting to be kept', () => {
    const request = generationRequestSchema.parse({
      prompt: ' golden hour ',
      references: [
        { asset: `sha256-${'a'.repeat(64)}`, role: 'material' },
        { asset: `sha256-${'b'.repeat(64)}` },
      ],
      aspectRatio: '4:5',
      options: { quality: 'high' },
    });
    const { content, settings } = draftOfRequest(request);
    expect(content.prompt).toBe('golden hour');
    expect(content.references.map(({ role }) => role)).toEqual(['material', 'style']);
    expect(settings).toMatchObject({ aspectRatio: '4:5', size: 1024, quality: 'high', engine: 'builtin' });
    expect(content.settings).toMatchObject({ aspectRatio: null, quality: 'high', engine: null });
    expect(recipeContentSchema.safeParse({ ...content, title: 'T' }).success).toBe(true);
  });

  it('of the panel knows the engine that would be used', () => {
    const { settings } = draftOfPanel({ ...INITIAL_PANEL, prompt: 'noon', useCanvas: false }, 'mine', 'm1');
    expect(settings).toMatchObject({ useCanvas: false, engine: 'mine', model: 'm1' });
  });
});
