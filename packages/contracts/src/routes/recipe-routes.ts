import { z } from 'zod';
import {
  newRecipeSchema,
  recipeFileSchema,
  recipePatchSchema,
  recipeQuerySchema,
  recipeSchema,
} from '../recipe.ts';
import type { Routes } from './route.ts';

const recipeParams = z.object({ id: z.string().regex(/^[a-z0-9-]{1,80}$/) });

export const RECIPE_ROUTES = {
  listRecipes: {
    method: 'get',
    path: '/recipes',
    access: 'community',
    summary: 'Recipes that come with Diorama, shared ones, and one’s own',
    status: 200,
    query: recipeQuerySchema,
    response: z.object({ recipes: z.array(recipeSchema) }),
  },
  createRecipe: {
    method: 'post',
    path: '/recipes',
    access: 'member',
    summary: 'Keep a recipe',
    status: 201,
    body: newRecipeSchema,
    response: recipeSchema,
  },
  importRecipe: {
    method: 'post',
    path: '/recipes/import',
    access: 'member',
    summary: 'Keep a recipe from a file of another server',
    status: 201,
    body: recipeFileSchema,
    invalidBody: 'invalid-recipe',
    response: recipeSchema,
  },
  getRecipe: {
    method: 'get',
    path: '/recipes/{id}',
    access: 'community',
    summary: 'One recipe',
    status: 200,
    params: recipeParams,
    response: recipeSchema,
  },
  updateRecipe: {
    method: 'put',
    path: '/recipes/{id}',
    access: 'member',
    summary: 'Change a recipe of one’s own; what is absent stays',
    status: 200,
    params: recipeParams,
    body: recipePatchSchema,
    response: recipeSchema,
  },
  deleteRecipe: {
    method: 'delete',
    path: '/recipes/{id}',
    access: 'member',
    summary: 'Delete a recipe of one’s own; owners of the server any shared one',
    status: 204,
    params: recipeParams,
  },
} as const satisfies Routes;
