import type { StarterRecipe } from './starter-recipe.ts';
import { ARCHITECTURE } from './themes/architecture.ts';
import { DRAWING } from './themes/drawing.ts';
import { FILM_AND_GRADE } from './themes/film-and-grade.ts';
import { FORMATS } from './themes/formats.ts';
import { INTERIOR } from './themes/interior.ts';
import { LIGHT_AND_TIME } from './themes/light-and-time.ts';
import { MATERIALS } from './themes/materials.ts';
import { PRESENTATION } from './themes/presentation.ts';
import { PRODUCT } from './themes/product.ts';
import { WEATHER_AND_SEASON } from './themes/weather-and-season.ts';
import { WITH_REFERENCES } from './themes/with-references.ts';

export type { GuidePair, GuidePicture, GuideSection } from './guide/guide-section.ts';
export { GUIDE } from './guide/index.ts';
export type { SampleName, StarterRecipe } from './starter-recipe.ts';

/** The recipes that come with Diorama, theme by theme. Data only: safe for a browser. */
export const STARTER_RECIPES: readonly StarterRecipe[] = [
  ...LIGHT_AND_TIME,
  ...PRODUCT,
  ...INTERIOR,
  ...ARCHITECTURE,
  ...MATERIALS,
  ...DRAWING,
  ...WEATHER_AND_SEASON,
  ...FILM_AND_GRADE,
  ...PRESENTATION,
  ...FORMATS,
  ...WITH_REFERENCES,
];
