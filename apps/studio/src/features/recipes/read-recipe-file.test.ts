import { describe, expect, it } from 'vitest';
import { readRecipeFile } from './read-recipe-file.ts';

const file = (value: unknown) => new Blob([typeof value === 'string' ? value : JSON.stringify(value)]);

describe('readRecipeFile', () => {
  it('reads a recipe and fills in what it leaves out', async () => {
    const read = await readRecipeFile(
      file({ format: 'diorama-recipe', version: 1, recipe: { title: 'Noon', prompt: 'noon' } }),
    );
    expect(read.recipe).toMatchObject({ title: 'Noon', variables: [], licence: 'CC0-1.0' });
    expect(read.picture).toBeNull();
  });

  it.each([
    ['what is no JSON', 'GIF89a'],
    ['another JSON', { hello: 'world' }],
    ['a version that does not exist yet', { format: 'diorama-recipe', version: 2, recipe: {} }],
    [
      'a blank that is not declared',
      { format: 'diorama-recipe', version: 1, recipe: { title: 'T', prompt: '{{x}}' } },
    ],
  ])('refuses %s', async (_, content) => {
    await expect(readRecipeFile(file(content))).rejects.toMatchObject({ code: 'invalid-recipe' });
  });

  it('does not read a file that is far too large', async () => {
    await expect(readRecipeFile(file('x'.repeat(2_000_000)))).rejects.toMatchObject({
      code: 'file-too-large',
    });
  });
});
