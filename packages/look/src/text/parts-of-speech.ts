import model from 'wink-eng-lite-web-model';
import winkNLP, { type ItsFunction, type WinkMethods } from 'wink-nlp';

/** What is asked of the tagger about one word. */
export interface TaggedWord {
  /** Universal part of speech: NOUN, ADJ, VERB, ADV, ADP, ... */
  pos: string;
  lemma: string;
  /** Inside the scope of a "no", "not" or "without". */
  negated: boolean;
}

let nlp: WinkMethods | null = null;

/** Making the tagger takes a tenth of a second; only the first prompt pays, and an import costs nothing. */
function tagger(): WinkMethods {
  nlp ??= winkNLP(model, ['sbd', 'negation', 'pos']);
  return nlp;
}

/**
 * Tags words in their order. The words are handed over separated by blanks, so that offsets can be followed whatever
 * the tagger splits further.
 */
export function tagWords(words: readonly string[]): TaggedWord[] {
  if (words.length === 0) return [];
  const { its, readDoc } = tagger();
  const tokens = readDoc(words.join(' ')).tokens();
  const values = tokens.out(its.value) as string[];
  const pos = tokens.out(its.pos) as string[];
  const lemmas = tokens.out(its.lemma as unknown as ItsFunction<string>) as string[];
  const negated = tokens.out(its.negationFlag) as unknown as boolean[];
  const result: TaggedWord[] = [];
  let token = 0;
  for (const word of words) {
    let length = 0;
    const first = token;
    while (token < values.length && length < word.length) {
      length += values[token]!.length;
      token += 1;
    }
    result.push({
      pos: pos[first] ?? 'X',
      lemma: (first + 1 === token ? lemmas[first] : undefined) ?? word,
      negated: negated[first] === true,
    });
  }
  return result;
}
