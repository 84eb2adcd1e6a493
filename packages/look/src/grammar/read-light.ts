import { changeColor } from '../color/change-color.ts';
import { describeLighting } from '../describe-look.ts';
import type { StudioPatch } from '../vocabulary/types.ts';
import { type Descriptor, isNeon } from './descriptor.ts';
import type { Item } from './lex.ts';
import type { Reading } from './reading.ts';
import { readSurface } from './surfaces.ts';
import { colorNames } from './wording.ts';

/** Light in colours. */

const NEON_TUBES: StudioPatch = { set: 'neon', fill: 0.15, softness: 0.4, keyAzimuthDegrees: -70 };

/** A noun for light with words before it: "soft pink light", "blue neon sign". */
export function readLight(reading: Reading, item: Item, group: readonly Descriptor[]): void {
  const { look } = reading;
  const isVivid = isNeon(group) || /neon|led|laser/.test(item.key);
  const colors = readSurface(group).colors.map((color) => (isVivid ? changeColor(color, 'neon') : color));
  look.addLightColors(colors);
  const note = look.say(
    { category: 'lighting', ...reading.placeOf(group, item) },
    colors.length > 0 ? `Light in ${colorNames(colors)}.` : describeLighting,
  );
  const term = item.meaning.term?.term;
  if (term) look.apply(term.patch, note);
  else if (isVivid) look.apply({ studio: NEON_TUBES, grade: { bloom: 0.25 } }, note);
  if (group.some((descriptor) => descriptor.modifier?.name === 'soft'))
    look.apply({ light: { softness: 0.9, fill: 0.6 } }, note);
  reading.preposition = null;
}

/** "Neon pink and blue" without a noun. */
export function readNeonColors(reading: Reading, group: readonly Descriptor[]): void {
  const { look } = reading;
  look.addLightColors(readSurface(group).colors.map((color) => changeColor(color, 'neon')));
  const note = look.say({ category: 'lighting', ...reading.placeOf(group) }, describeLighting);
  const studio = { ...NEON_TUBES, keyColorSrgb: '#ff3ea5', accentColorSrgb: '#22d3ee' };
  look.apply({ studio, grade: { bloom: 0.3 } }, note);
}
