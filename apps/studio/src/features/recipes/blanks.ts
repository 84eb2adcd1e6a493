import type { RecipeVariable } from '@diorama/contracts';
import { promptParts } from './prompt-parts.ts';

export interface PromptWithBlanks {
  readonly prompt: string;
  readonly variables: readonly RecipeVariable[];
}

/** How many blanks a recipe may have. */
export const BLANKS_MAX = 12;
const NAME_CHARACTERS = 32;
const LABEL_CHARACTERS = 80;
const DEFAULT_CHARACTERS = 200;

/**
 * Leaves words of the prompt open; what stood there is the default.
 *
 * @param start UTF-16 offset into the prompt; `end` is exclusive.
 * @returns null when the words are none, too many, or cut through another blank.
 */
export function makeBlank(recipe: PromptWithBlanks, start: number, end: number): PromptWithBlanks | null {
  const { prompt, variables } = recipe;
  const selected = prompt.slice(start, end);
  const words = selected.trim();
  if (words === '' || words.length > DEFAULT_CHARACTERS || variables.length >= BLANKS_MAX) return null;
  const from = start + selected.indexOf(words);
  const to = from + words.length;
  let at = 0;
  for (const part of promptParts(prompt)) {
    const length = part.kind === 'text' ? part.text.length : part.name.length + 4;
    if (part.kind === 'blank' && from < at + length && to > at) return null;
    at += length;
  }
  const name = blankName(words, new Set(variables.map((variable) => variable.name)));
  const label = words.slice(0, LABEL_CHARACTERS).trim();
  return {
    prompt: `${prompt.slice(0, from)}{{${name}}}${prompt.slice(to)}`,
    variables: [
      ...variables,
      { name, label: label.charAt(0).toLocaleUpperCase('en') + label.slice(1), default: words, options: [] },
    ],
  };
}

/** Puts the default of a blank back into the prompt. */
export function closeBlank(recipe: PromptWithBlanks, name: string): PromptWithBlanks {
  const words = recipe.variables.find((variable) => variable.name === name)?.default ?? '';
  return {
    prompt: recipe.prompt.replaceAll(`{{${name}}}`, () => words),
    variables: recipe.variables.filter((variable) => variable.name !== name),
  };
}

/** A name that may stand in a prompt and is not taken: of the words where they have Latin letters, else `word`. */
function blankName(words: string, taken: ReadonlySet<string>): string {
  const plain = words
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, NAME_CHARACTERS - 3)
    .replace(/-+$/, '');
  const base = plain || 'word';
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? base : `${base}-${number}`;
    if (!taken.has(name)) return name;
  }
}
