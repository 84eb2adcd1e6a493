import { colornames } from 'color-name-list/bestof';
import { normalisePhrase, normaliseWord } from '../text/normalise.ts';
import { bucketWords } from '../text/typing-errors.ts';
import { BACKGROUND_NOUNS, BACKGROUNDS } from '../vocabulary/backgrounds.ts';
import { COLOR_ENDINGS, COLORS, PALETTE_NOUNS } from '../vocabulary/colors.ts';
import { ENVIRONMENTS } from '../vocabulary/environments.ts';
import { FILLER, FUNCTION_WORDS } from '../vocabulary/filler.ts';
import { GROUND_MATERIALS, GROUND_NOUNS, type GroundNoun } from '../vocabulary/grounds.ts';
import { FOCUS_PHRASES, LENS } from '../vocabulary/lens.ts';
import { LIGHTING } from '../vocabulary/lighting.ts';
import { MATERIALS } from '../vocabulary/materials.ts';
import { INTENSITIES, MODIFIERS } from '../vocabulary/modifiers.ts';
import { MOODS } from '../vocabulary/moods.ts';
import { STYLES } from '../vocabulary/styles.ts';
import { TIMES_OF_DAY } from '../vocabulary/time-of-day.ts';
import type { Category, MaterialTerm, ModifierTerm, Term } from '../vocabulary/types.ts';
import { UNSUPPORTED } from '../vocabulary/unsupported.ts';
import { WEATHER } from '../vocabulary/weather.ts';

/** Everything a phrase can mean; the grammar decides by what stands around it. */
export interface Meaning {
  term?: { term: Term; category: Category };
  color?: { name: string; colorSrgb: string };
  material?: { name: string; material: MaterialTerm; isGround: boolean };
  modifier?: { name: string; modifier: ModifierTerm };
  intensity?: number;
  groundNoun?: GroundNoun;
  isBackgroundNoun?: boolean;
  isPaletteNoun?: boolean;
  isLightNoun?: boolean;
  isAllNoun?: boolean;
  isFocus?: boolean;
  /** Why it cannot be done. */
  unsupported?: string;
  isFiller?: boolean;
  isFunction?: boolean;
}

const LIGHT_NOUNS = [
  'light',
  'lighting',
  'glow',
  'illumination',
  'neon light',
  'spotlight',
  'key light',
  'rim light',
  'backlight',
  'lamp light',
  'neon',
  'led',
  'led light',
  'light source',
  'rim lighting',
  'back light',
  'gel',
  'uplighting',
  'underglow',
  'neon sign',
  'accent light',
  'accent lighting',
  'edge light',
  'neon glow',
  'neon tube',
  'ambient light',
  'fill light',
  'laser',
  'studio light',
  'studio lighting',
  'spot light',
  'led strip',
];
const ALL_NOUNS = [
  'everything',
  'all',
  'all objects',
  'all of it',
  'the whole scene',
  'whole scene',
  'entire scene',
  'every object',
  'all parts',
  'whole model',
  'entire model',
  'the whole model',
  'all materials',
  'all surfaces',
  'the entire scene',
  'the entire model',
  'every surface',
  'all the objects',
  'whole thing',
  'entire object',
  'whole object',
  'the object',
  'the product',
  'the model',
  'the subject',
  'product',
  'object',
];

/** Nobody makes a chair of these: said alone they are the ground. */
const GROUND_TEXTURES: ReadonlySet<string> = new Set(['grass', 'sand', 'snow', 'asphalt']);

const MAX_PHRASE_WORDS = 7;

export interface Lexicon {
  /** Phrase of normalised words joined by blanks. */
  phrases: ReadonlyMap<string, Meaning>;
  /** First word to the longest phrase that begins with it. */
  longestFrom: ReadonlyMap<string, number>;
  /** Every word that occurs in a phrase. */
  known: ReadonlySet<string>;
  /** The same for the correction of typing errors. */
  buckets: ReadonlyMap<string, string[]>;
}

function build(): Lexicon {
  const phrases = new Map<string, Meaning>();
  const add = (name: string, meaning: Meaning) => {
    const key = normalisePhrase(name).join(' ');
    if (key === '') return;
    const known = phrases.get(key);
    // The first entry wins where two files claim the same meaning of a phrase.
    phrases.set(key, known ? { ...meaning, ...known } : meaning);
  };
  const addTerms = (terms: readonly Term[], category: Category) => {
    for (const term of terms) {
      for (const name of term.names) add(name, { term: { term, category: term.category ?? category } });
    }
  };
  for (const { names, reason } of UNSUPPORTED) for (const name of names) add(name, { unsupported: reason });
  addTerms(STYLES, 'style');
  addTerms(TIMES_OF_DAY, 'time-of-day');
  addTerms(BACKGROUNDS, 'background');
  addTerms(LENS, 'lens');
  addTerms(MOODS, 'mood');
  addTerms(LIGHTING, 'lighting');
  addTerms(ENVIRONMENTS, 'environment');
  addTerms(WEATHER, 'weather');
  for (const material of MATERIALS) {
    for (const name of material.names) {
      add(name, {
        material: {
          name,
          material,
          isGround:
            GROUND_MATERIALS.has(name) ||
            GROUND_TEXTURES.has(material.texture?.kind ?? '') ||
            /\b(?:floors?|flooring|ground|road|parquet|herringbone|planks)$/.test(name),
        },
      });
    }
  }
  for (const [name, colorSrgb] of Object.entries(COLORS)) add(name, { color: { name, colorSrgb } });
  for (const material of MATERIALS) {
    if (!material.alsoColor) continue;
    for (const name of material.names) add(name, { color: { name, colorSrgb: material.colorSrgb } });
  }
  for (const modifier of MODIFIERS)
    for (const name of modifier.names) add(name, { modifier: { name, modifier } });
  for (const [name, intensity] of INTENSITIES) add(name, { intensity });
  for (const noun of GROUND_NOUNS) for (const name of noun.names) add(name, { groundNoun: noun });
  for (const name of BACKGROUND_NOUNS) add(name, { isBackgroundNoun: true });
  for (const name of PALETTE_NOUNS) add(name, { isPaletteNoun: true });
  for (const name of LIGHT_NOUNS) add(name, { isLightNoun: true });
  for (const name of ALL_NOUNS) add(name, { isAllNoun: true });
  for (const name of FOCUS_PHRASES) add(name, { isFocus: true });
  for (const name of FILLER) add(name, { isFiller: true });
  for (const name of FUNCTION_WORDS) add(name, { isFunction: true });
  for (const { name, hex } of colornames) {
    const words = normalisePhrase(name);
    const last = words.at(-1);
    if (words.length < 2 || words.length > 4 || last === undefined || !COLOR_ENDINGS.has(last)) continue;
    // "Light blue" and "deep red" are put together from their parts; a list of names must not hide that.
    const isComposed = words.every((word) => {
      const meaning = phrases.get(word);
      return (
        meaning !== undefined &&
        (meaning.color || meaning.modifier || meaning.term || meaning.material || meaning.isFunction)
      );
    });
    if (!isComposed) add(name, { color: { name: name.toLowerCase(), colorSrgb: hex } });
  }

  // "Goldenhour", "softbox" and "soft box" are the same.
  for (const [key, meaning] of [...phrases]) {
    const words = key.split(' ');
    if (words.length !== 2 || meaning.isFiller || key.length < 8) continue;
    const joined = words.join('');
    if (!phrases.has(joined)) phrases.set(joined, meaning);
  }

  const longestFrom = new Map<string, number>();
  const singleWords = new Set<string>();
  for (const key of phrases.keys()) {
    const words = key.split(' ');
    const first = words[0]!;
    const length = Math.min(words.length, MAX_PHRASE_WORDS);
    if ((longestFrom.get(first) ?? 0) < length) longestFrom.set(first, length);
    for (const word of words) singleWords.add(word);
  }
  return { phrases, longestFrom, known: singleWords, buckets: bucketWords(singleWords) };
}

let lexicon: Lexicon | null = null;

/** Built on first use, a few milliseconds. */
export function getLexicon(): Lexicon {
  lexicon ??= build();
  return lexicon;
}

/** The material with this name; names come from the vocabulary itself. */
export function requireMaterial(name: string): MaterialTerm {
  const material = getLexicon().phrases.get(normalisePhrase(name).join(' '))?.material?.material;
  if (!material) throw new RangeError(`"${name}" is not in the material vocabulary`);
  return material;
}

/** A colour of the long list by its single-word name ("celadon"); null when there is none. */
export function findRareColor(word: string): { name: string; colorSrgb: string } | null {
  rareColors ??= new Map(
    colornames
      .filter(({ name }) => /^[A-Za-z]{4,}$/.test(name))
      .map(({ name, hex }) => [normaliseWord(name), { name: name.toLowerCase(), colorSrgb: hex }]),
  );
  return rareColors.get(word) ?? null;
}
let rareColors: Map<string, { name: string; colorSrgb: string }> | null = null;
