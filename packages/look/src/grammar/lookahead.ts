import { isPhysical } from '../objects/kinds.ts';
import type { Item } from './lex.ts';
import type { Reading } from './reading.ts';
import { CONJUNCTIONS, DETERMINERS, LINKS } from './word-classes.ts';

/** What the words to come are: most words mean something else before a noun than alone. */

/** A descriptor seldom stands farther from its noun; looking on would bind it to another one's. */
const MAX_WORDS_TO_HEAD = 6;

/** A word of grammar that no object has for a name. */
export const isSmallWord = (item: Item): boolean => item.meaning.isFunction === true && !item.found;

/** An object of the scene, or something that could be one. */
export const isThing = (item: Item): boolean =>
  item.found !== null || (item.kind === 'unknown' && isPhysical(item.token.word));

/** A noun that takes the colours and materials before it. */
export function isHead(item: Item): boolean {
  const { meaning } = item;
  return (
    isThing(item) ||
    meaning.groundNoun !== undefined ||
    meaning.isBackgroundNoun === true ||
    meaning.isAllNoun === true ||
    meaning.isPaletteNoun === true ||
    meaning.isLightNoun === true
  );
}

/** A colour, material or finish, whatever else it can be. */
export function isDescriptor({ kind, meaning }: Item): boolean {
  return (
    kind === 'hex' ||
    meaning.color !== undefined ||
    meaning.material !== undefined ||
    meaning.modifier !== undefined
  );
}

/** The next item of the phrase; null at a break or a word of grammar other than "and". */
export function peek({ items, at }: Reading): Item | null {
  for (const item of items.slice(at + 1)) {
    if (item.kind === 'break') return null;
    if (item.kind === 'consumed') continue;
    if (!isSmallWord(item)) return item;
    if (!CONJUNCTIONS.has(item.key)) return null;
  }
  return null;
}

/** Whether a colour or material follows that no other noun takes: "background in deep red", "floor: oak". */
export function isDescribedAfter({ items, at }: Reading): boolean {
  let sawDescriptor = false;
  for (const item of items.slice(at + 1)) {
    if (item.kind === 'break' || item.kind === 'consumed') break;
    if (isSmallWord(item)) {
      if (!LINKS.has(item.key) && !CONJUNCTIONS.has(item.key) && !DETERMINERS.has(item.key)) break;
    } else if (isDescriptor(item) && !item.found) sawDescriptor = true;
    else if (isHead(item)) return false;
    else if (!item.meaning.isFiller && item.meaning.intensity === undefined) break;
  }
  return sawDescriptor;
}

/** Whether the descriptors and adjectives that follow end in a noun that takes them. */
export function leadsToHead({ items, at }: Reading): boolean {
  for (const item of items.slice(at + 1, at + 1 + MAX_WORDS_TO_HEAD)) {
    if (item.kind === 'break' || item.kind === 'consumed') return false;
    if (isSmallWord(item)) {
      if (!CONJUNCTIONS.has(item.key)) return false;
    } else if (item.found || !isDescriptor(item)) {
      if (isHead(item)) return true;
      if (!item.meaning.term && !item.meaning.isFiller && item.meaning.intensity === undefined) return false;
    }
  }
  return false;
}
