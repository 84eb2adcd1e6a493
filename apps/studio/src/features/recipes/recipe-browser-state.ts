import { create } from 'zustand';
import { showCommunity } from '../community/community-route.ts';
import type { RecipeFilter } from './filter-recipes.ts';

export const ALL_RECIPES: RecipeFilter = { search: '', tag: null, source: null };

/** What is looked for among the recipes. It stays while one looks at recipes and other pages. */
export const useRecipeFilter = create<RecipeFilter>(() => ALL_RECIPES);

/** Shows the recipes with this and nothing else chosen. */
export function showRecipes(filter: Partial<RecipeFilter> = {}): void {
  useRecipeFilter.setState({ ...ALL_RECIPES, ...filter });
  showCommunity({ section: 'recipes' });
}
