import { normaliseWord } from '../text/normalise.ts';

/** `SM_Chair_02`, `vehicle-truck-red` and `armChairLeg.001` as their words. */
export function wordsOfName(name: string): string[] {
  return name
    .slice(0, 200)
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(/[^\p{L}]+/u)
    .filter((word) => word.length > 1)
    .map(normaliseWord);
}

const PLACE_WORDS = /\s(?:on|by|behind|under|at|near|in|inside|beside|above|below|next to)\s/iu;

/**
 * What an object is called, without where it is: "Petal 5 on floor" is no floor. A name that goes on from its
 * parent's ("Olive tree by the steps leaves") keeps what it adds.
 */
export function wordsOfObject(name: string, parentName: string): string[] {
  const isContinued = parentName !== '' && name.startsWith(`${parentName} `);
  const own = isContinued ? name.slice(parentName.length) : name;
  const before = isContinued ? wordsOfName(parentName.split(PLACE_WORDS)[0] ?? '') : [];
  return [...before, ...wordsOfName(own.split(PLACE_WORDS)[0] ?? own)];
}
