/** One form for all spellings of a word, applied to the vocabulary and to the prompt alike. */

const AMERICAN: readonly (readonly [RegExp, string])[] = [
  [/colour/g, 'color'],
  [/grey/g, 'gray'],
  [/centre/g, 'center'],
  [/fibre/g, 'fiber'],
  [/aluminium/g, 'aluminum'],
  [/^tyre/, 'tire'],
  [/cosy|cosiness/g, 'cozy'],
  [/mould/g, 'mold'],
  [/woollen/g, 'woolen'],
  [/catalogue/g, 'catalog'],
  [/analogue/g, 'analog'],
  [/harbour/g, 'harbor'],
  [/vapour/g, 'vapor'],
  [/focuss/g, 'focus'],
  [/jewellery/g, 'jewelry'],
  [/panelled/g, 'paneled'],
  [/modelled/g, 'modeled'],
  [/modelling/g, 'modeling'],
  [/enamelled/g, 'enameled'],
  [/plough/g, 'plow'],
  [/^matt$/, 'matte'],
  [/theatre/g, 'theater'],
  [/([a-z]{4,})is(ed|ing|ation)$/g, '$1iz$2'],
  [/grayscale/g, 'grayscale'],
];

const KEEP_S = /(?:ss|us|is|as|os)$/;

/** Words whose plural ending is part of the word, or that the rules would spoil. */
const IRREGULAR: Readonly<Record<string, string>> = {
  leaves: 'leaf',
  shelves: 'shelf',
  knives: 'knife',
  wolves: 'wolf',
  halves: 'half',
  people: 'person',
  men: 'man',
  women: 'woman',
  children: 'child',
  feet: 'foot',
  mice: 'mouse',
  geese: 'goose',
  teeth: 'tooth',
  sofas: 'sofa',
  sofae: 'sofa',
  pianos: 'piano',
  photos: 'photo',
  videos: 'video',
  logos: 'logo',
  canvas: 'canvas',
  gas: 'gas',
  christmas: 'christmas',
  cameras: 'camera',
  peas: 'pea',
  umbrellas: 'umbrella',
  areas: 'area',
  patios: 'patio',
  vistas: 'vista',
  pergolas: 'pergola',
  studios: 'studio',
  villas: 'villa',
  lens: 'lens',
  lenses: 'lens',
  glasses: 'glass',
  clothes: 'cloth',
  series: 'series',
  jeans: 'jeans',
  alps: 'alps',
  movies: 'movie',
  cookies: 'cookie',
  ties: 'tie',
  pies: 'pie',
  hues: 'hue',
  terrazzos: 'terrazzo',
  patinas: 'patina',
  auras: 'aura',
  casas: 'casa',
  tatamis: 'tatami',
};

function singular(word: string): string {
  const irregular = Object.hasOwn(IRREGULAR, word) ? IRREGULAR[word] : undefined;
  if (irregular !== undefined) return irregular;
  if (word.length < 4 || !word.endsWith('s') || KEEP_S.test(word)) return word;
  if (word.endsWith('ies') && word.length > 4) return `${word.slice(0, -3)}y`;
  if (/(?:x|ch|sh|ss|zz)es$/.test(word)) return word.slice(0, -2);
  return word.slice(0, -1);
}

const cache = new Map<string, string>();
/** A prompt may hold any words; the cache only pays for the ordinary ones. */
const MAX_CACHED = 20_000;

/** Lower case, no diacritics, American spelling, singular. */
export function normaliseWord(word: string): string {
  const known = cache.get(word);
  if (known !== undefined) return known;
  let result = word
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .replace(/['’]s$/u, '')
    .replace(/['’]/gu, '');
  for (const [pattern, replacement] of AMERICAN) result = result.replace(pattern, replacement);
  result = singular(result);
  if (cache.size < MAX_CACHED) cache.set(word, result);
  return result;
}

/** The words of a vocabulary entry in that form. */
export function normalisePhrase(phrase: string): string[] {
  return phrase
    .split(/[^\p{L}\p{N}&]+/u)
    .filter((word) => word !== '')
    .map(normaliseWord);
}
