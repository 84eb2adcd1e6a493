import type { RECIPE_ROUTES } from '@diorama/contracts';
import type { Handlers } from './register-routes.ts';

export function recipeHandlers(_deps: object): Pick<Handlers, keyof typeof RECIPE_ROUTES> {
  return {} as Pick<Handlers, keyof typeof RECIPE_ROUTES>;
}
