import type { Recipe } from '@diorama/contracts';

/** Tags of the recipes that practise what a chapter says. */
const TAGS: Readonly<Record<string, readonly string[]>> = {
  'how-prompts-are-read': ['light', 'colour'],
  light: ['light', 'evening', 'lamps', 'studio'],
  'materials-and-names': ['material', 'furniture'],
  'camera-and-lens': ['lens', 'film', 'presentation'],
  styles: ['drawing', 'painting', 'clay', 'style'],
  'references-and-roles': ['reference'],
  'canvas-on-and-off': ['abstract', 'outdoor'],
  'shape-and-size': ['format', 'social', 'wide', 'tall'],
  'seed-and-comparing': ['variants', 'colour'],
  'quality-and-speed': ['product'],
  recipes: ['variants', 'material', 'product'],
};

const SHOWN = 4;

/** A few recipes that come with Diorama and fit a chapter, best first; none where the chapter is about something else. */
export function recipesFor(chapter: string, recipes: readonly Recipe[]): readonly Recipe[] {
  const tags = TAGS[chapter] ?? [];
  const fit = ({ content }: Recipe) => tags.filter((tag) => content.tags.includes(tag)).length;
  return recipes
    .filter((recipe) => recipe.source === 'starter' && fit(recipe) > 0)
    .sort((a, b) => fit(b) - fit(a))
    .slice(0, SHOWN);
}
