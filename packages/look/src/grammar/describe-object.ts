import { usualThingsOf } from '../objects/material-affinity.ts';
import { isLightSource, sparedParts } from '../objects/spared-parts.ts';
import { type Descriptor, isWet } from './descriptor.ts';
import type { Item } from './lex.ts';
import type { Reading, Target } from './reading.ts';
import { changesNothing, readSurface } from './surfaces.ts';
import { capitalise, correctionOf, correctionsOf, listOf } from './wording.ts';

/** Colours, materials and finishes put on objects. */

/** Kinds of match from here on are guesses that the person is told of. */
const GUESSED_TIER = 7;

/**
 * Gives an object the surface of a group of words.
 *
 * @param covering The noun for what lies on it ("paint"), which then ends the phrase instead of the object's name.
 */
export function describeObject(
  reading: Reading,
  { found, item }: Target,
  group: readonly Descriptor[],
  covering: Item | null = null,
): void {
  const { look, index } = reading;
  const { surface, unused, colors } = readSurface(group);
  reading.onlyNamed.delete(item);
  reading.notUsed(
    unused,
    `One material for one object: ${item.text} is ${surface.name}. Name the part it is for.`,
  );
  if (changesNothing(surface)) {
    reading.noEffectOf(group);
    reading.noEffect(item);
    return;
  }
  const noun = covering ?? item;
  const used = group.filter((descriptor) => !unused.includes(descriptor));
  const place = reading.placeBetween(
    reading.placeOf(group, noun).span[0],
    reading.placeOf(used, noun).span[1],
  );
  const what =
    found.target === 'all' ? 'the whole model' : found.names.length > 0 ? listOf(found.names) : item.text;
  const second =
    colors.length > 1 && !surface.texture ? ' Only the first colour is used: one colour for one object.' : '';
  const why =
    found.tier >= GUESSED_TIER ? ` No object is called "${item.text}"; this is what comes closest.` : '';
  const note = look.say(
    { category: 'material', ...place },
    `${capitalise(surface.name)} for ${what}.${second}${why}`,
    `${correctionOf(item)}${correctionsOf(group)}`,
  );
  const isGlowOnly = surface.emission !== null && surface.colorSrgb === null;
  const { target } = isGlowOnly
    ? index.lightSourcesOf(found, isLightSource)
    : index.withoutParts(found, sparedParts(surface, item.token.word));
  look.assign({ target, targetText: item.text, surface, fromReference: null }, note);
}

/** Gives words without a noun to the one thing there is, or to everything. */
export function describeMain(reading: Reading, group: readonly Descriptor[]): void {
  const { look, index } = reading;
  const { surface, unused } = readSurface(group);
  reading.notUsed(unused, `One material for one object: it is ${surface.name}.`);
  const { target, names } = index.mainFound ?? { target: 'all' as const, names: [] };
  const note = look.say(
    { category: 'material', ...reading.placeOf(group) },
    `${capitalise(surface.name)} for ${target === 'all' ? 'the whole model' : listOf(names)}.`,
    correctionsOf(group),
  );
  look.assign({ target, targetText: 'everything', surface, fromReference: null }, note);
}

/** What a wet material without a noun is first looked for on. */
const WET_THINGS = ['terrace', 'floor', 'paving', 'plinth'];

/**
 * "Velvet" in a room with an armchair: given to what is usually made of it. False when any of several materials has
 * nothing that is; then none is given away.
 */
export function describeUsualThings(reading: Reading, group: readonly Descriptor[]): boolean {
  const { look, index } = reading;
  const gifts = splitByMaterial(group).map((part) => {
    const material = part.findLast((descriptor) => descriptor.material)?.material?.material;
    if (!material) return null;
    const things = [...(isWet(part) ? WET_THINGS : []), ...usualThingsOf(material)];
    for (const word of things) {
      const found = index.find(word);
      if (found && found.tier <= 2) return { part, found };
    }
    return null;
  });
  if (!gifts.every((gift) => gift !== null)) return false;
  for (const { part, found } of gifts) {
    const { surface } = readSurface(part);
    const place = reading.placeOf(part);
    const note = look.say(
      { category: 'material', ...place },
      `${capitalise(surface.name)} for ${listOf(found.names)}: nothing else is named, and it is usually made of it.`,
    );
    look.assign({ target: found.target, targetText: place.text, surface, fromReference: null }, note);
  }
  return true;
}

/** "Linen and oak" as two; "red and blue velvet" stays one. */
function splitByMaterial(group: readonly Descriptor[]): Descriptor[][] {
  const cut = group.findIndex((descriptor, i) => i > 0 && descriptor.isAlternative);
  if (cut < 0) return [[...group]];
  const parts = [group.slice(0, cut), ...splitByMaterial(group.slice(cut))];
  return parts.every((part) => part.some((descriptor) => descriptor.material)) ? parts : [[...group]];
}
