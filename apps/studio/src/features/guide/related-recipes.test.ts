import type { Recipe } from '@diorama/contracts';
import { GUIDE, STARTER_RECIPES } from '@diorama/recipes';
import { describe, expect, it } from 'vitest';
import { recipesFor } from './related-recipes.ts';

const RECIPES = STARTER_RECIPES.map(
  ({ id, content }): Recipe => ({
    id,
    source: 'starter',
    content,
    pictureUrl: null,
    shared: false,
    mine: false,
    createdAt: null,
  }),
);

describe('recipesFor', () => {
  it.each(['light', 'materials-and-names', 'styles', 'references-and-roles', 'shape-and-size'])(
    'finds recipes for the chapter %s',
    (chapter) => {
      expect(GUIDE.some(({ id }) => id === chapter)).toBe(true);
      expect(recipesFor(chapter, RECIPES).length).toBeGreaterThan(0);
    },
  );

  it('leaves out what others made and chapters that no recipe is about', () => {
    expect(
      recipesFor(
        'light',
        RECIPES.map((recipe) => ({ ...recipe, source: 'shared' })),
      ),
    ).toEqual([]);
    expect(recipesFor('sharing-well', RECIPES)).toEqual([]);
  });
});
