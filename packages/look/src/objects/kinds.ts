import { KINDS } from './kinds.generated.ts';

/** "An armchair is a kind of chair", from WordNet. Everything is indexed on the first question. */

interface Kinds {
  /** Word (two-word names with `_`) to its senses, most frequent first. */
  senses: Map<string, number[]>;
  parents: number[][];
}

let kinds: Kinds | null = null;

function load(): Kinds {
  if (kinds) return kinds;
  const senses = new Map<string, number[]>();
  const parents: number[][] = [];
  for (const line of KINDS.split('\n')) {
    const colon = line.indexOf(':');
    const index = parents.length;
    const above = line.slice(colon + 1);
    parents.push(above === '' ? [] : above.split(',').map((id) => Number.parseInt(id, 36)));
    if (colon === 0) continue;
    for (const coded of line.slice(0, colon).split(',')) {
      const isRarer = coded.endsWith('1');
      const word = isRarer ? coded.slice(0, -1) : coded;
      const list = senses.get(word);
      if (!list) senses.set(word, [index]);
      else if (isRarer) list.push(index);
      else list.unshift(index);
    }
  }
  kinds = { senses, parents };
  return kinds;
}

/** True for words that name something that can stand in a scene. */
export function isPhysical(word: string): boolean {
  return load().senses.has(word);
}

const ancestorCache = new Map<string, Map<number, number>>();

/** Every kind above a word's most frequent sense, with the number of steps; the sense itself is 0. */
function ancestorsOf(word: string): Map<number, number> {
  const known = ancestorCache.get(word);
  if (known) return known;
  const { senses, parents } = load();
  const result = new Map<number, number>();
  let level = senses.get(word)?.slice(0, 1) ?? [];
  for (let steps = 0; level.length > 0 && steps < 12; steps++) {
    const next: number[] = [];
    for (const id of level) {
      if (result.has(id)) continue;
      result.set(id, steps);
      next.push(...parents[id]!);
    }
    level = next;
  }
  if (ancestorCache.size < 5_000) ancestorCache.set(word, result);
  return result;
}

/** How two words are related: the same thing, or how many steps one kind is below the other; null = not at all. */
export function relationOf(
  word: string,
  other: string,
): { relation: 'same' | 'above' | 'below'; steps: number } | null {
  const { senses } = load();
  const wordSense = senses.get(word)?.[0];
  const otherSense = senses.get(other)?.[0];
  if (wordSense === undefined || otherSense === undefined) return null;
  if (wordSense === otherSense) return { relation: 'same', steps: 0 };
  const up = ancestorsOf(other).get(wordSense);
  if (up !== undefined) return { relation: 'above', steps: up };
  const down = ancestorsOf(word).get(otherSense);
  return down === undefined ? null : { relation: 'below', steps: down };
}

/** True when the word names a kind of the other ("truck", "vehicle"). */
export function isKindOf(word: string, kind: string): boolean {
  const relation = relationOf(kind, word);
  return word === kind || relation?.relation === 'same' || relation?.relation === 'above';
}
