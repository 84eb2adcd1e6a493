import { aSurface } from '../default-look.ts';
import type { Item } from './lex.ts';
import { isDescriptor } from './lookahead.ts';
import type { Reading } from './reading.ts';
import { capitalise } from './wording.ts';

const PLAIN_BACKDROP_SRGB = '#f8f8f8';

/** A word after "no", "not" or "without": "no fog", "not red", "without people". */
export function readNegated(reading: Reading, item: Item): void {
  const { look } = reading;
  const { meaning } = item;
  const place = reading.placeBetween(reading.negationStart, item.end);
  const isNothing =
    !meaning.term &&
    !meaning.groundNoun &&
    !meaning.isBackgroundNoun &&
    !meaning.isLightNoun &&
    !isDescriptor(item) &&
    !item.found &&
    item.kind !== 'unknown';
  // "No strong shadows", "no colour grading": what is not wanted comes later.
  if (isNothing && (meaning.isPaletteNoun || meaning.intensity !== undefined)) return;
  reading.negation = 'used';
  if (meaning.term) {
    const { term, category } = meaning.term;
    const note = look.say({ category, ...place }, term.without?.effect ?? `Left out: ${item.text}.`);
    if (term.without) look.apply(term.without.patch, note);
  } else if (meaning.isBackgroundNoun) {
    const note = look.say({ category: 'background', ...place }, 'A plain white backdrop.');
    look.setBackground({ kind: 'color', colorSrgb: PLAIN_BACKDROP_SRGB }, note);
  } else if (meaning.groundNoun && !item.found) {
    const note = look.say({ category: 'ground', ...place }, 'No floor is added.');
    look.setGround('none', aSurface('none'), note, false);
  } else if (isDescriptor(item))
    look.say({ category: 'material', ...place }, `${capitalise(item.text)} is not used.`);
  else if (item.found) {
    const reason = 'Objects are not removed by words; hide them in the scene.';
    look.addNotUnderstood({ ...place, reason });
  } else look.say({ category: 'mood', ...place }, 'Nothing is added to the scene, so there is none.');
  reading.negationStart = startOfNextNegated(reading, item.end);
}

/** The next negated word of the same list begins its own span. */
function startOfNextNegated({ items, at }: Reading, end: number): number {
  for (const next of items.slice(at + 1)) {
    if (next.kind === 'break') break;
    if (!next.meaning.isFunction) return next.start;
  }
  return end;
}
