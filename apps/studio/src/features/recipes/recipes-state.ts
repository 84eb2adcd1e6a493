import type { newRecipeSchema, Recipe, RecipeFile, recipePatchSchema } from '@diorama/contracts';
import { API_PREFIX } from '@diorama/contracts';
import { useQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { queryClient } from '../../app/server-state.ts';

type InputOf<S extends { readonly _zod: { readonly input: unknown } }> = S['_zod']['input'];
export type NewRecipe = InputOf<typeof newRecipeSchema>;
export type RecipePatch = InputOf<typeof recipePatchSchema>;

const RECIPES_KEY = ['recipes'];
const recipeKey = (id: string) => ['recipe', id];

/** Every recipe that one may see: they are few and small enough to be filtered here. */
export function useRecipes(options: { readonly enabled?: boolean } = {}) {
  return useQuery({
    queryKey: RECIPES_KEY,
    enabled: options.enabled ?? true,
    queryFn: async ({ signal }) => (await client.listRecipes({ signal })).recipes,
  });
}

export function useRecipe(id: string) {
  return useQuery({
    queryKey: recipeKey(id),
    queryFn: ({ signal }) => client.getRecipe({ params: { id }, signal }),
    placeholderData: () =>
      queryClient.getQueryData<Recipe[]>(RECIPES_KEY)?.find((recipe) => recipe.id === id),
    retry: false,
  });
}

function remember(recipe: Recipe): Recipe {
  queryClient.setQueryData(recipeKey(recipe.id), recipe);
  void queryClient.invalidateQueries({ queryKey: RECIPES_KEY });
  return recipe;
}

export async function createRecipe(body: NewRecipe): Promise<Recipe> {
  return remember(await client.createRecipe({ body }));
}

export async function importRecipe(body: RecipeFile): Promise<Recipe> {
  return remember(await client.importRecipe({ body }));
}

export async function updateRecipe(id: string, body: RecipePatch): Promise<Recipe> {
  return remember(await client.updateRecipe({ params: { id }, body }));
}

export async function deleteRecipe(id: string): Promise<void> {
  await client.deleteRecipe({ params: { id } });
  queryClient.setQueryData<Recipe[]>(RECIPES_KEY, (recipes) => recipes?.filter((recipe) => recipe.id !== id));
  queryClient.removeQueries({ queryKey: recipeKey(id) });
}

/** Where the recipe can be had as a file. */
export function recipeFileUrl(id: string): string {
  return `${API_PREFIX}/recipes/${encodeURIComponent(id)}/file`;
}
