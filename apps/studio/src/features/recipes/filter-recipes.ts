import type { Recipe } from '@diorama/contracts';

export interface RecipeFilter {
  readonly search: string;
  readonly tag: string | null;
  /** null: all. */
  readonly source: Recipe['source'] | null;
}

const fold = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase('en');

/** Recipes in which every word of the search is found somewhere, and that are what was chosen. */
export function filterRecipes(recipes: readonly Recipe[], filter: RecipeFilter): readonly Recipe[] {
  const words = fold(filter.search).split(/\s+/).filter(Boolean);
  return recipes.filter(({ source, content }) => {
    if (filter.source !== null && source !== filter.source) return false;
    if (filter.tag !== null && !content.tags.includes(filter.tag)) return false;
    if (words.length === 0) return true;
    const { title, description, prompt, tags, author } = content;
    const text = fold([title, description, prompt, author, ...tags].join(' '));
    return words.every((word) => text.includes(word));
  });
}

/** Tags by how many recipes have them, the most used first. */
export function tagsOf(
  recipes: readonly Recipe[],
): readonly { readonly tag: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const { content } of recipes)
    for (const tag of new Set(content.tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .map(([tag, count]) => ({ tag, count }))
    .sort((a, b) => b.count - a.count || a.tag.localeCompare(b.tag, 'en'));
}
