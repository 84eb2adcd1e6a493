import type { FoundObjects } from '../objects/object-index.ts';
import { describeObject } from './describe-object.ts';
import type { Descriptor } from './descriptor.ts';
import type { Item } from './lex.ts';
import { type Reading, type Target, WHOLE_MODEL } from './reading.ts';
import { correctionOf, listOf } from './wording.ts';

/** Nouns for things, and which of the words before them they take. */

/** "Focus on" something blurs the rest at least this much. */
const LEAST_BLUR_OF_FOCUS = 0.35;

/** The words before a noun; of "red leather and brass legs" after "with" only the last part. */
export function takeGroup(reading: Reading): Descriptor[] {
  const { last, preposition } = reading;
  const group = reading.takeDescriptors();
  const cut = group.findIndex((descriptor) => descriptor.isAlternative);
  if (cut <= 0 || preposition !== 'with' || !last) return group;
  const parts = [group.slice(0, cut), group.slice(cut)] as const;
  if (!parts.every((part) => part.some((descriptor) => descriptor.material))) return group;
  describeObject(reading, last, parts[0]);
  return parts[1];
}

/** An object of the scene: takes the group, or waits for words after it. */
export function readObject(reading: Reading, item: Item, found: FoundObjects, group: Descriptor[]): void {
  if (reading.focus) {
    focusOn(reading, reading.focus, item, found);
    return;
  }
  const whole = reading.preposition === 'with' ? reading.last : null;
  const part = whole ? reading.index.within(found, whole.found.target) : found;
  if (part === null) {
    const reason = `No part of ${whole!.item.text} is called "${item.text}".`;
    reading.look.addNotUnderstood({ ...reading.placeOf(group, item), reason });
    return;
  }
  const target: Target = { found: part, item, isDescribed: group.length > 0 };
  if (target.isDescribed) describeObject(reading, target, group);
  else reading.onlyNamed.add(item);
  // After "chair with brass legs" the chair is still what is spoken of.
  if (!target.isDescribed || !whole) reading.last = target;
  reading.link = false;
  reading.preposition = null;
}

function focusOn(reading: Reading, focus: Item, item: Item, { target }: FoundObjects): void {
  const { lens } = reading.look;
  if (target !== 'all') lens.focusOn = target;
  lens.depthOfField = Math.max(lens.depthOfField, LEAST_BLUR_OF_FOCUS);
  reading.look.say(
    { category: 'lens', ...reading.placeBetween(focus.start, item.end) },
    `In focus: ${item.text}.`,
    correctionOf(item),
  );
  reading.focus = null;
}

/** A thing that no object is called: the whole model, when it can be that; otherwise not understood. */
export function readMissing(reading: Reading, item: Item, group: Descriptor[]): void {
  const { index, wholeNoun } = reading;
  const { word } = item.token;
  const whole = index.findWhole(word);
  const isSameWhole = wholeNoun === null || (wholeNoun === word && reading.preposition !== 'with');
  if (whole && isSameWhole) {
    reading.wholeNoun = word;
    readObject(reading, item, whole, group);
    return;
  }
  if (!index.hasScene && group.length > 0 && reading.last === null) {
    readObject(reading, item, WHOLE_MODEL, group);
    return;
  }
  const closest = index.closestNames(word);
  const reason = index.hasScene
    ? `No object called "${item.text}" is in the scene.`
    : `Without a scene there is no "${item.text}".`;
  const hint = closest.length > 0 ? ` There are ${listOf(closest)}.` : '';
  reading.look.addNotUnderstood({ ...reading.placeOf(group, item), reason: reason + hint });
}

/** "Metallic blue paint": of the thing before, or of the one thing there is. False when there is neither. */
export function readCovering(reading: Reading, item: Item): boolean {
  const { preposition } = reading;
  if (reading.group.length === 0 || preposition === 'on' || preposition === 'against') return false;
  const main = reading.index.mainFound;
  const target = reading.last ?? (main ? { found: main, item, isDescribed: false } : null);
  if (target === null) return false;
  describeObject(reading, target, takeGroup(reading), item);
  reading.preposition = null;
  return true;
}
