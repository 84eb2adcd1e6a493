export interface WordPart {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
}

/** Longer texts are not compared word by word: prompts never are that long. */
const WORDS_MAX = 2_000;

/**
 * What was taken out of a text and what was put in, word by word, in reading order. All parts that are not `added`
 * make the old text, all that are not `removed` the new one.
 */
export function diffWords(before: string, after: string): WordPart[] {
  const a = wordsOf(before);
  const b = wordsOf(after);
  if (a.length > WORDS_MAX || b.length > WORDS_MAX)
    return before === after ? same(before) : [...part('removed', before), ...part('added', after)];
  // Lengths of the longest common run of words from each pair of places to the ends.
  const width = b.length + 1;
  const common = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
  const parts: WordPart[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      push(parts, 'same', a[i]!);
      i += 1;
      j += 1;
    } else if (
      i < a.length &&
      (j === b.length || common[(i + 1) * width + j]! >= common[i * width + j + 1]!)
    ) {
      push(parts, 'removed', a[i]!);
      i += 1;
    } else {
      push(parts, 'added', b[j]!);
      j += 1;
    }
  }
  return parts;
}

/** Words, signs and the spaces between them, each on its own. */
const wordsOf = (text: string) => text.match(/\s+|[\p{Letter}\p{Number}_'’-]+|[^\s]/gu) ?? [];
const same = (text: string) => part('same', text);
const part = (kind: WordPart['kind'], text: string): WordPart[] => (text === '' ? [] : [{ kind, text }]);

function push(parts: WordPart[], kind: WordPart['kind'], text: string): void {
  const last = parts.at(-1);
  if (last?.kind === kind) parts[parts.length - 1] = { kind, text: last.text + text };
  else parts.push({ kind, text });
}
