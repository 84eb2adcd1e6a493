import { ORDINARY_WORDS } from '../objects/kinds.generated.ts';

/** Shorter words have too many neighbours: "tile" is one letter from "time", "file" and "mile". */
const MIN_LENGTH = 5;

let ordinary: Set<string> | null = null;

function ordinaryWords(): Set<string> {
  if (ordinary) return ordinary;
  ordinary = new Set();
  let previous = '';
  for (const coded of ORDINARY_WORDS.split(' ')) {
    const word = previous.slice(0, Number(coded[0])) + coded.slice(1);
    ordinary.add(word);
    previous = word;
  }
  return ordinary;
}

/** True when one letter was added, dropped, replaced, or two neighbours were swapped. */
export function isOneEditApart(first: string, second: string): boolean {
  if (first === second || Math.abs(first.length - second.length) > 1) return false;
  let start = 0;
  while (start < first.length && first[start] === second[start]) start += 1;
  let endA = first.length;
  let endB = second.length;
  while (endA > start && endB > start && first[endA - 1] === second[endB - 1]) {
    endA -= 1;
    endB -= 1;
  }
  const a = first.slice(start, endA);
  const b = second.slice(start, endB);
  if (a.length <= 1 && b.length <= 1) return true;
  return a.length === 2 && b.length === 2 && a[0] === b[1] && a[1] === b[0];
}

/** The only known word one typing error away, unless what was typed is an ordinary English word itself. */
export function correctTyping(word: string, known: ReadonlyMap<string, readonly string[]>): string | null {
  if (word.length < MIN_LENGTH || !/^[a-z]+$/.test(word) || ordinaryWords().has(word)) return null;
  let found: string | null = null;
  let foundRank = 0;
  // Words are bucketed by first letter and, for an error in it, by second letter.
  for (const key of [word[0]!, `_${word[1]}`, `_${word[2]}`, `_${word[0]}`]) {
    for (const candidate of known.get(key) ?? []) {
      if (candidate === found || !isOneEditApart(word, candidate)) continue;
      // In short words only swapped or missing letters inside are surely errors.
      if (word.length === MIN_LENGTH && (candidate[0] !== word[0] || candidate.length < word.length))
        continue;
      const rank = errorRank(word, candidate);
      if (rank > foundRank) {
        found = candidate;
        foundRank = rank;
      } else if (rank === foundRank) found = null;
    }
  }
  return found;
}

/** Likelier errors are higher: a doubled letter forgotten, two swapped, one missing or too many, another one. */
function errorRank(typed: string, meant: string): number {
  if (typed.length !== meant.length) {
    const [short, long] = typed.length < meant.length ? [typed, meant] : [meant, typed];
    const undoubled = (text: string) => text.replace(/(.)\1/g, '$1');
    return undoubled(short) === undoubled(long) ? 4 : 2;
  }
  const differing = [...typed].filter((letter, i) => letter !== meant[i]).length;
  return differing === 2 ? 3 : 1;
}

/** Buckets for `correctTyping`. */
export function bucketWords(words: Iterable<string>): Map<string, string[]> {
  const buckets = new Map<string, string[]>();
  for (const word of words) {
    if (word.length < MIN_LENGTH - 1 || !/^[a-z]+$/.test(word)) continue;
    for (const key of [word[0]!, `_${word[1]}`]) {
      const bucket = buckets.get(key);
      if (bucket) bucket.push(word);
      else buckets.set(key, [word]);
    }
  }
  return buckets;
}
