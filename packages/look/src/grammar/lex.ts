import { isPhysical } from '../objects/kinds.ts';
import type { FoundObjects, ObjectIndex } from '../objects/object-index.ts';
import { type TaggedWord, tagWords } from '../text/parts-of-speech.ts';
import { type Token, tokenize } from '../text/tokens.ts';
import { bucketWords, correctTyping } from '../text/typing-errors.ts';
import { findRareColor, getLexicon, type Meaning } from './lexicon.ts';

/** One or more tokens that belong together, with everything they can mean. */
export interface Item {
  kind: 'phrase' | 'unknown' | 'number' | 'hex' | 'f-number' | 'break' | 'consumed';
  text: string;
  /** Normalised words joined by blanks. */
  key: string;
  start: number;
  end: number;
  meaning: Meaning;
  /** Objects of the scene that these words name. */
  found: FoundObjects | null;
  /** Set when a typing error was corrected: what it was read as. */
  readAs: string | null;
  token: Token;
  tag: TaggedWord | null;
}

const MAX_OBJECT_WORDS = 3;
/** Words that object names contain but that in a prompt rarely mean an object. */
const NEVER_OBJECTS = new Set([
  'light',
  'body of',
  'color',
  'material',
  'texture',
  'scene',
  'image',
  'style',
  'view',
  'photo',
  'background',
  'sun',
  'sky',
  'shadow',
]);

/** Written in the plural: "walls" means all of them. */
const isPluralOf = (token: Token): boolean => /s$/i.test(token.text) && !/s$/.test(token.word);
const isBreak = (token: Token) => token.kind === 'break';

/** Corrects typing errors in place, before phrases are looked for: "shalow depth of feild". */
function correctWords(
  words: Token[],
  tags: readonly TaggedWord[],
  index: ObjectIndex,
  consumed: readonly [number, number][],
): Map<Token, string> {
  const { phrases, known, buckets } = getLexicon();
  const corrections = new Map<Token, string>();
  let objectBuckets: Map<string, string[]> | null = null;
  for (const [i, token] of words.entries()) {
    if (token.kind !== 'word' || known.has(token.word) || isPhysical(token.word)) continue;
    if (consumed.some(([from, to]) => token.start >= from && token.end <= to)) continue;
    if (
      phrases.has(tags[i]?.lemma.toLowerCase() ?? '') ||
      findRareColor(token.word) ||
      index.find(token.word)
    )
      continue;
    objectBuckets ??= bucketWords(index.words);
    const corrected = correctTyping(token.word, objectBuckets) ?? correctTyping(token.word, buckets);
    if (corrected === null) continue;
    const replacement = { ...token, word: corrected };
    words[i] = replacement;
    corrections.set(replacement, corrected);
  }
  return corrections;
}

/** Splits a prompt into items, longest known phrase first, objects of the scene included. */
export function lex(prompt: string, index: ObjectIndex, consumed: readonly [number, number][]): Item[] {
  const tokens = tokenize(prompt);
  const words = tokens.filter((token) => token.kind !== 'joiner');
  const tags = tagWords(
    words.map((token) => (isBreak(token) ? (/[.!?]/.test(token.text) ? '.' : ',') : token.text)),
  );
  const { phrases, longestFrom } = getLexicon();
  const corrections = correctWords(words, tags, index, consumed);
  const items: Item[] = [];

  const itemOf = (
    from: number,
    count: number,
    kind: Item['kind'],
    meaning: Meaning,
    found: FoundObjects | null,
  ): Item => {
    const first = words[from]!;
    const last = words[from + count - 1]!;
    return {
      kind,
      text: prompt.slice(first.start, last.end),
      key: words
        .slice(from, from + count)
        .map((token) => token.word)
        .join(' '),
      start: first.start,
      end: last.end,
      meaning,
      found,
      readAs:
        words
          .slice(from, from + count)
          .map((token) => corrections.get(token) ?? '')
          .join(' ')
          .trim() || null,
      token: first,
      tag: tags[from] ?? null,
    };
  };

  let i = 0;
  while (i < words.length) {
    const token = words[i]!;
    if (consumed.some(([from, to]) => token.start >= from && token.end <= to)) {
      items.push(itemOf(i, 1, isBreak(token) ? 'break' : 'consumed', {}, null));
      i += 1;
      continue;
    }
    if (
      token.kind !== 'word' &&
      !(token.kind === 'number' && token.unit === '' && longestFrom.has(token.word))
    ) {
      items.push(itemOf(i, 1, token.kind === 'joiner' ? 'break' : token.kind, {}, null));
      i += 1;
      continue;
    }
    const isUsable = (at: number): boolean => {
      const other = words[at];
      return (
        other !== undefined &&
        (other.kind === 'word' || other.kind === 'number') &&
        !consumed.some(([from, to]) => other.start >= from && other.end <= to)
      );
    };

    // Longest phrase of the vocabulary.
    let count = 0;
    let meaning: Meaning | undefined;
    const limit = longestFrom.get(token.word) ?? 0;
    let key = '';
    for (let n = 1; n <= limit && isUsable(i + n - 1); n++) {
      key = n === 1 ? token.word : `${key} ${words[i + n - 1]!.word}`;
      const found = phrases.get(key);
      if (found) {
        count = n;
        meaning = found;
      }
    }

    // Objects of the scene: several words of one name, or a kind of two words whose last word is there ("coffee table").
    let object: FoundObjects | null = null;
    let objectCount = 0;
    for (let n = Math.min(MAX_OBJECT_WORDS, words.length - i); n >= 2 && !object; n--) {
      const part = words.slice(i, i + n);
      if (!part.every((other, k) => other.kind === 'word' && isUsable(i + k) && other.word.length > 1))
        continue;
      const names = part.map((other) => other.word);
      const isKnownObject = n >= count && names.every((name) => !phrases.get(name)?.isFunction);
      if (!isKnownObject) continue;
      object = index.findPhrase(names);
      if (!object && n === 2 && n > count && isPhysical(names.join('_'))) {
        const last = index.find(names[1]!);
        if (last && last.tier <= 3) object = last;
        else if (!phrases.get(names[1]!)?.groundNoun) object = null;
      }
      if (object) objectCount = n;
    }
    if (object && objectCount >= count && objectCount > 0) {
      items.push(itemOf(i, objectCount, 'phrase', count === objectCount && meaning ? meaning : {}, object));
      i += objectCount;
      continue;
    }

    if (meaning) {
      const found =
        count === 1 && !meaning.isFunction && !NEVER_OBJECTS.has(token.word)
          ? index.find(token.word, isPluralOf(token))
          : null;
      const isCertain = found !== null && found.tier <= 3;
      // A known word names an object only when an object has that very name.
      const isFillerLike =
        meaning.isFiller === true ||
        meaning.term !== undefined ||
        meaning.material !== undefined ||
        meaning.color !== undefined ||
        meaning.modifier !== undefined;
      const kept = found && (isFillerLike ? found.tier <= 1 : isCertain) ? found : null;
      items.push(itemOf(i, count, 'phrase', meaning, kept));
      i += count;
      continue;
    }

    // Nothing known: other forms of the word, then objects, then typing errors.
    const tag = tags[i];
    const lemma = tag?.lemma.toLowerCase();
    if (lemma !== undefined && lemma !== token.word && phrases.has(lemma) && !index.find(token.word)) {
      items.push(itemOf(i, 1, 'phrase', phrases.get(lemma)!, null));
      i += 1;
      continue;
    }
    const found = index.find(token.word, isPluralOf(token));
    if (found) {
      items.push(itemOf(i, 1, 'phrase', {}, found));
      i += 1;
      continue;
    }
    const rare = findRareColor(token.word);
    items.push(itemOf(i, 1, 'unknown', rare ? { color: rare } : {}, null));
    i += 1;
  }

  return items;
}
