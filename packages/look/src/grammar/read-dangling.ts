import { describeGround } from '../describe-look.ts';
import { describeMain, describeObject, describeUsualThings } from './describe-object.ts';
import { type Descriptor, isNeon } from './descriptor.ts';
import { leanToColors } from './palette.ts';
import { readBackground } from './read-background.ts';
import { readGround } from './read-ground.ts';
import { readNeonColors } from './read-light.ts';
import type { Reading, Target } from './reading.ts';
import { readSurface } from './surfaces.ts';
import { capitalise, correctionsOf, listOf } from './wording.ts';

/** Colours, materials and finishes that no noun followed: of something before them, or of the picture. */
export function readDangling(reading: Reading, group: Descriptor[]): void {
  const { openHead, last } = reading;
  if (openHead) {
    if (reading.openNote) reading.look.unsay(reading.openNote);
    reading.openHead = null;
    reading.openNote = null;
    const isGround = openHead.meaning.groundNoun && !openHead.meaning.isBackgroundNoun;
    if (isGround) readGround(reading, openHead, group);
    else readBackground(reading, openHead, group);
    return;
  }
  if (last && isMeantFor(reading, last, group)) {
    describeObject(reading, last, group);
    last.isDescribed = true;
    reading.link = false;
    return;
  }
  const { surface, colors, hasMaterial } = readSurface(group);
  if (isNeon(group) && !hasMaterial) {
    readNeonColors(reading, group);
    return;
  }
  const { preposition } = reading;
  reading.preposition = null;
  const isGround = group.some((descriptor) => descriptor.material?.isGround);
  const isPlaced = preposition === 'on' || preposition === 'against';
  if (hasMaterial && (preposition === 'on' || (isGround && preposition !== 'against')))
    standOn(reading, group, preposition === 'on');
  else if (isPlaced && (colors.length > 0 || (hasMaterial && surface.colorSrgb))) standBefore(reading, group);
  else if (hasMaterial) readMaterial(reading, group);
  else if (colors.length > 0) leanToColors(reading, group, colors);
  else readFinishes(reading, group);
}

/** Whether the words describe the object before them: "the walls are white", "chair red", "make it glossy". */
function isMeantFor(reading: Reading, { item, isDescribed }: Target, group: readonly Descriptor[]): boolean {
  if (reading.link || reading.making) return true;
  const [start] = reading.placeOf(group).span;
  const isNextTo = item.end <= start && !/[,;.!?\n()|:]/.test(reading.prompt.slice(item.end, start));
  return !isDescribed && reading.preposition === null && isNextTo;
}

/** "On marble", "oak floor": the scene's own floor where only its material is said, an added one where it is a place. */
function standOn(reading: Reading, group: readonly Descriptor[], isPlace: boolean): void {
  const { look, index } = reading;
  const { surface } = readSurface(group);
  const place = reading.placeOf(group);
  const own = isPlace
    ? null
    : ((/floor/i.test(place.text) ? index.find('floor') : null) ?? index.groundTarget);
  if (own && own.tier <= 1) {
    const effect = `${capitalise(surface.name)} for ${listOf(own.names)}.`;
    const note = look.say({ category: 'ground', ...place }, effect);
    look.assign({ target: own.target, targetText: place.text, surface, fromReference: null }, note);
    return;
  }
  const note = look.say({ category: 'ground', ...place }, describeGround, correctionsOf(group));
  look.setGround('plane', surface, note, false);
}

/** "On red", "against brushed steel". */
function standBefore(reading: Reading, group: readonly Descriptor[]): void {
  const { look } = reading;
  const { surface, colors } = readSurface(group);
  const [first = surface.colorSrgb!, second] = colors;
  const note = look.say({ category: 'background', ...reading.placeOf(group) }, `Backdrop: ${surface.name}.`);
  look.setBackground(
    second === undefined
      ? { kind: 'color', colorSrgb: first }
      : { kind: 'gradient', topSrgb: first, bottomSrgb: second },
    note,
  );
}

function readMaterial(reading: Reading, group: readonly Descriptor[]): void {
  const { look, index } = reading;
  if (index.mainTarget !== null) {
    describeMain(reading, group);
    return;
  }
  const colors = group.flatMap((descriptor) => descriptor.color?.colorSrgb ?? []);
  if (colors.length === group.length) {
    // "Gold and emerald" in a room: more likely colours than what everything is made of.
    leanToColors(reading, group, colors);
    return;
  }
  if (describeUsualThings(reading, group)) return;
  const names = index.closestNames(readSurface(group).surface.name);
  const reason = index.hasScene
    ? `Say what is made of it. There are ${listOf(names)}.`
    : 'Without a scene there is nothing to make of it.';
  look.addNotUnderstood({ ...reading.placeOf(group), reason });
}

/** Finishes alone: "matte", "glossy", "wet". */
function readFinishes(reading: Reading, group: readonly Descriptor[]): void {
  const { look, index } = reading;
  const { surface } = readSurface(group);
  const finishes = group.filter((descriptor) => descriptor.modifier?.modifier.surface);
  if (surface.wetness > 0 && finishes.length === group.length && surface.roughness === null) {
    look.say({ category: 'ground', ...reading.placeOf(group) }, 'The ground is wet.');
    look.wetGround(surface.wetness);
    return;
  }
  const isSafeForAll = index.hasScene && surface.transmission === null && surface.emission === null;
  if (finishes.length > 0 && (index.mainTarget !== null || isSafeForAll)) describeMain(reading, group);
  else reading.noEffectOf(group);
}
