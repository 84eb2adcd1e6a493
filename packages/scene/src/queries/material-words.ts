import type { MaterialRecord } from '../records/scene-document.ts';
import { plainName } from './plain-name.ts';

/** What a material is called and what it looks like, in words that hold for certain. */
export interface MaterialWords {
  /** "walnut wood"; where the name says nothing, what it looks like: "matte white". */
  readonly name: string;
  /** What the name does not say already: "satin metal"; empty when nothing is certain. */
  readonly facts: string;
}

const COLOUR_WORDS =
  /\b(white|cream|ivory|beige|sand|gr[ae]y|silver|black|charcoal|brown|tan|rust|red|burgundy|crimson|orange|terracotta|ochre|mustard|yellow|gold|gilt|brass|bronze|copper|olive|sage|green|teal|turquoise|cyan|blue|navy|purple|violet|lilac|pink|rose|walnut|oak|birch|cedar|teak)/i;
const METAL_WORDS =
  /\b(metal|steel|iron|alumini?um|chrome|brass|bronze|copper|gold|silver|nickel|zinc|tin|foil)/i;
const GLASS_WORDS = /\b(glass|crystal|water|liquid|window|ice)/i;
const FINISH_WORDS = /\b(matt?e|satin|gloss|polished|brushed|lacquer|shiny|rough|frosted|clear|mirror)/i;

/** Nearly everything is one of these: beside a name they tell nothing. */
const USUAL_FINISHES: ReadonlySet<string> = new Set(['matte', 'satin']);

/** How rough a surface may be at most to be called so. */
const GLOSSY_MAX = 0.2;
const SATIN_MAX = 0.6;
const SATIN_METAL_MAX = 0.35;
const CLEAR_GLASS_MAX = 0.2;

/** Words for a material from its name and its physical values. */
export function materialWords(material: MaterialRecord): MaterialWords {
  const name = plainName(material.name);
  const surface = surfaceOf(material, name);
  const colour = COLOUR_WORDS.test(name) ? '' : colourOf(material);
  const glow = isGlowing(material) ? 'glowing' : '';
  if (name === '') {
    // Without a name the facts are the name; a finish alone is worth nothing.
    const isTelling = glow !== '' || colour !== '' || surface.substance !== '';
    const words = [glow, surface.finish, colour, surface.substance].filter(Boolean).join(' ');
    return { name: isTelling ? words : '', facts: '' };
  }
  const facts = [glow, surface.finish, colour, surface.substance].filter(Boolean).join(' ');
  return { name, facts: USUAL_FINISHES.has(facts) ? '' : facts };
}

function surfaceOf(material: MaterialRecord, name: string): { finish: string; substance: string } {
  const { roughness, metalness, transmission, clearcoat } = material;
  // A texture multiplies the value: only a value of zero is then known.
  const isMapped = material.metallicRoughnessTexture !== null;
  const finish = (word: string) => (FINISH_WORDS.test(name) ? '' : word);
  if (transmission > 0.5)
    return {
      finish: isMapped ? '' : finish(roughness <= CLEAR_GLASS_MAX ? 'clear' : 'frosted'),
      substance: GLASS_WORDS.test(name) ? '' : name === '' ? 'glass' : 'transparent',
    };
  if (material.alphaMode === 'blend' && material.alpha < 0.6)
    return { finish: '', substance: GLASS_WORDS.test(name) ? '' : 'see-through' };
  if (isMapped) return { finish: '', substance: '' };
  if (metalness > 0.6)
    return {
      finish: finish(metalFinish(roughness)),
      substance: METAL_WORDS.test(name) ? '' : 'metal',
    };
  if (clearcoat > 0.5) return { finish: finish('lacquered'), substance: '' };
  if (material.sheenColorLinear.some((part) => part > 0.1))
    return { finish: finish('soft matte'), substance: '' };
  return {
    finish: finish(roughness <= GLOSSY_MAX ? 'glossy' : roughness <= SATIN_MAX ? 'satin' : 'matte'),
    substance: '',
  };
}

function metalFinish(roughness: number): string {
  if (roughness <= GLOSSY_MAX) return 'polished';
  if (roughness <= SATIN_METAL_MAX) return 'satin';
  return roughness <= SATIN_MAX ? 'brushed' : 'dull';
}

function isGlowing({ emissiveLinear, emissiveStrength, emissiveTexture }: MaterialRecord): boolean {
  return emissiveTexture === null && Math.max(...emissiveLinear) * emissiveStrength > 0.2;
}

/** Greys that exporters write where nobody chose a colour; the mesh's own colours or nothing at all then decide. */
const UNCHOSEN_GREYS: readonly number[] = [0.8, 1];

/** Empty where it is not certain. */
function colourOf({ baseColorLinear, baseColorTexture, transmission, metalness }: MaterialRecord): string {
  const [red, green, blue] = baseColorLinear;
  if (baseColorTexture !== null || (red === green && green === blue && UNCHOSEN_GREYS.includes(red)))
    return '';
  const name = colourName(baseColorLinear);
  // Bright grey metal is simply metal, and glass that takes no colour away is simply glass.
  const isPlain = name === 'white' || name === 'cream' || name === 'light grey' || name === 'grey';
  return isPlain && (transmission > 0.5 || metalness > 0.6) ? '' : name;
}

/** The everyday name of a linear Rec. 709 colour: lightness, chroma and hue in OKLCH, cut where people change the word. */
export function colourName([red, green, blue]: readonly [number, number, number]): string {
  const l = Math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
  const m = Math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
  const s = Math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);
  const lightness = 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
  const a = 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s;
  const b = 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s;
  const chroma = Math.hypot(a, b);
  const hue = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360;
  if (chroma < 0.025 || lightness < 0.2) {
    if (lightness > 0.92) return 'white';
    if (lightness > 0.75) return 'light grey';
    if (lightness > 0.5) return 'grey';
    return lightness > 0.3 ? 'dark grey' : 'black';
  }
  if (hue >= 50 && hue < 115) {
    if (chroma < 0.05 && lightness > 0.85) return 'cream';
    if (chroma < 0.09 && lightness > 0.65) return 'beige';
  }
  if (hue >= 30 && hue < 70 && lightness > 0.75 && chroma < 0.12) return 'peach';
  if (hue >= 25 && hue < 100 && lightness < 0.62 && chroma < 0.14)
    return lightness < 0.38 ? 'dark brown' : 'brown';
  const [, word] = HUES.find(([end]) => hue < end) ?? HUES[0];
  if (word === 'red' && lightness > 0.72) return 'pink';
  if (lightness < 0.42) return `dark ${word}`;
  return lightness > 0.84 && word !== 'yellow' ? `light ${word}` : word;
}

/** Each word up to this hue, degrees. */
const HUES = [
  [12, 'pink'],
  [42, 'red'],
  [75, 'orange'],
  [115, 'yellow'],
  [165, 'green'],
  [205, 'teal'],
  [285, 'blue'],
  [325, 'purple'],
  [360, 'pink'],
] as const;
