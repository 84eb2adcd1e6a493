import { isNeon } from './descriptor.ts';
import type { Item } from './lex.ts';
import { isDescriptor, leadsToHead, peek } from './lookahead.ts';
import type { Reading } from './reading.ts';

/** Which of its meanings a word has where it stands. */

/** Whether the word means a thing here, not a quality. */
export function isHeadHere(reading: Reading, item: Item): boolean {
  const { meaning } = item;
  const hasGroup = reading.group.length > 0;
  if (item.found) {
    const isPointedAt = reading.groupHasDeterminer || hasGroup || reading.focus !== null || reading.making;
    if (isDescriptor(item))
      return isPointedAt && !leadsToHead(reading) && !reading.link && reading.preposition !== 'on';
    // "Snowy forest" is a place even if a tree group is called forest.
    if (meaning.term) return isPointedAt || (peek(reading)?.meaning.isFunction ?? false);
    return true;
  }
  if (meaning.isAllNoun && !(meaning.isFiller && !hasGroup)) return true;
  if (meaning.isBackgroundNoun) return hasGroup;
  if (meaning.groundNoun) {
    if (meaning.term) return hasGroup;
    if (meaning.material) return false;
    return !(meaning.isFiller && !hasGroup && reading.preposition !== 'on');
  }
  if (meaning.isPaletteNoun) return hasGroup;
  if (meaning.isLightNoun)
    return reading.group.some((descriptor) => descriptor.color !== undefined) || isNeon(reading.group);
  return false;
}

/** Whether the word describes a noun here. "Soft", "dark", "pastel", "vintage" do before one; alone they are a mood. */
export function isDescriptorHere(reading: Reading, item: Item): boolean {
  const { meaning } = item;
  const isOnlyDescriptor =
    !meaning.term &&
    !meaning.isLightNoun &&
    !meaning.isFiller &&
    !meaning.groundNoun &&
    !meaning.isPaletteNoun;
  if (isOnlyDescriptor) return true;
  const next = peek(reading);
  if (next && leadsToHead(reading)) {
    const isBeforeLight = next.meaning.isLightNoun === true && !meaning.color;
    if (!isBeforeLight || meaning.term?.category !== 'mood') return true;
  }
  if (next && isDescriptor(next) && !next.meaning.term) return true;
  const isOfLast = reading.making && reading.last !== null;
  if (meaning.color || meaning.material)
    return !meaning.term || reading.link || reading.preposition === 'on' || isOfLast;
  return isOfLast || (reading.link && reading.last !== null);
}
