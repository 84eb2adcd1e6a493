import { type Recipe, recipeContentSchema } from '@diorama/contracts';
import { describe, expect, it } from 'vitest';
import { filterRecipes, tagsOf } from './filter-recipes.ts';

const recipe = (title: string, tags: string[], source: Recipe['source'] = 'starter'): Recipe => ({
  id: title,
  source,
  content: recipeContentSchema.parse({ title, tags, prompt: 'café at noon' }),
  pictureUrl: null,
  shared: false,
  mine: false,
  createdAt: null,
});
const ALL = { search: '', tag: null, source: null };
const RECIPES = [recipe('Golden hour', ['light']), recipe('Clay model', ['style', 'light'], 'own')];

describe('filterRecipes', () => {
  it('finds every word anywhere, whatever its case and accents', () => {
    expect(filterRecipes(RECIPES, { ...ALL, search: 'CAFE golden' }).map(({ id }) => id)).toEqual([
      'Golden hour',
    ]);
    expect(filterRecipes(RECIPES, { ...ALL, search: 'golden clay' })).toEqual([]);
    expect(filterRecipes(RECIPES, ALL)).toHaveLength(2);
  });

  it('goes by tag and by where a recipe is from', () => {
    expect(filterRecipes(RECIPES, { ...ALL, tag: 'style' }).map(({ id }) => id)).toEqual(['Clay model']);
    expect(filterRecipes(RECIPES, { ...ALL, source: 'own' }).map(({ id }) => id)).toEqual(['Clay model']);
  });
});

describe('tagsOf', () => {
  it('counts each recipe once', () => {
    expect(tagsOf(RECIPES)).toEqual([
      { tag: 'light', count: 2 },
      { tag: 'style', count: 1 },
    ]);
  });
});
