import type { Look } from '@diorama/contracts';
import { changeColor } from '../color/change-color.ts';
import { describeGround, describeLens, describeLighting } from '../describe-look.ts';
import type { Patch } from '../vocabulary/types.ts';
import type { Item } from './lex.ts';
import { isDescribedAfter, isThing } from './lookahead.ts';
import { readNegated } from './read-negated.ts';
import type { Reading } from './reading.ts';
import { capitalise, correctionOf } from './wording.ts';

/** Phrases that change the look by themselves: places, weather, light, moods, lenses, styles. */
export function readTerm(reading: Reading, item: Item): void {
  const { look } = reading;
  const { term, category } = item.meaning.term!;
  const next = reading.items[reading.at + 1];
  if (category === 'environment' && next && isThing(next) && !next.meaning.term) {
    // "Office chair", "garden table": the place only says which kind.
    reading.noEffect(item);
    return;
  }
  if (next?.key === 'free' && !next.meaning.term) {
    reading.negationStart = item.start;
    readNegated(reading, item);
    reading.negation = 'none';
    reading.at += 1;
    return;
  }
  if (!item.found) reading.focus = null;
  const place = reading.placeBetween(reading.intensityItem?.start ?? item.start, item.end);
  if (term.patch.studio?.set === 'neon' && !term.patch.background) takeNeonColors(reading);
  const staysOutside = term.patch.precipitation !== undefined && reading.index.kind === 'interior';
  const effect = staysOutside
    ? 'The light of such weather comes in from outside; nothing falls in the room.'
    : (term.effect ?? effectOfPatch(term.patch));
  const note = look.say({ category, ...place }, effect, correctionOf(item), term.isVague === true);
  look.apply(term.patch, note, reading.useIntensity());
  if (item.meaning.isBackgroundNoun && isDescribedAfter(reading)) {
    reading.openHead = item;
    reading.openNote = note;
  }
  reading.preposition = null;
  reading.groupHasDeterminer = false;
}

/** Colours before "neon" are those of its tubes: "pink and blue neon". */
function takeNeonColors(reading: Reading): void {
  const colored = reading.group.filter((descriptor) => descriptor.color);
  if (colored.length === 0) return;
  for (const { text, span } of colored)
    reading.look.say({ category: 'lighting', text, span }, `${capitalise(text)} light.`);
  reading.look.addLightColors(colored.map(({ color }) => changeColor(color!.colorSrgb, 'neon')));
  reading.group = [];
}

/** The sentence for a term that brings none of its own. */
function effectOfPatch(patch: Patch): (look: Look) => string {
  return (look) => {
    if (patch.lens) {
      const { focalLengthMm, depthOfField } = patch.lens;
      return describeLens(
        look,
        focalLengthMm === undefined ? 'depth-of-field' : depthOfField === undefined ? 'focal-length' : null,
      );
    }
    if (patch.sun || patch.sky || patch.studio || patch.hdri) {
      const ground = patch.ground && look.ground.kind !== 'none' ? ` ${describeGround(look)}` : '';
      return `${describeLighting(look)}${ground}`;
    }
    if (patch.ground) return describeGround(look);
    return 'Understood.';
  };
}
