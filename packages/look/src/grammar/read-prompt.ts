import type { Span } from '../compose/note.ts';
import type { LookBuilder } from '../look-builder.ts';
import { endOfGroup, endOfPrompt, readBreak } from './ends.ts';
import { type Item, lex } from './lex.ts';
import { isDescribedAfter, isDescriptor, isSmallWord, peek } from './lookahead.ts';
import { readFunctionWord } from './read-function-word.ts';
import { readHead } from './read-head.ts';
import { readNegated } from './read-negated.ts';
import { readFNumber, readNumber } from './read-number.ts';
import { readCovering } from './read-object.ts';
import { readTerm } from './read-term.ts';
import { readUnknown } from './read-unknown.ts';
import { Reading } from './reading.ts';
import { CONJUNCTIONS, COVERINGS, MAKING, NEGATORS } from './word-classes.ts';
import { isDescriptorHere, isHeadHere } from './word-role.ts';

/** Reads a prompt into the builder. `consumed` are places that something else has understood already. */
export function readPrompt(prompt: string, look: LookBuilder, consumed: readonly Span[] = []): void {
  const items = lex(prompt, look.index, consumed);
  const reading = new Reading(prompt, items, look);
  for (; reading.at < items.length; reading.at++) readItem(reading, items[reading.at]!);
  endOfPrompt(reading);
}

function readItem(reading: Reading, item: Item): void {
  if (item.kind === 'break') readBreak(reading, item);
  else if (item.kind === 'number') readNumber(reading, item);
  else if (item.kind === 'f-number') readFNumber(reading, item);
  else if (item.kind === 'hex')
    reading.push(item, { color: { name: item.text, colorSrgb: fullHex(item.text) } });
  else if (item.kind !== 'consumed' && !readSmallWord(reading, item)) readContentWord(reading, item);
}

const fullHex = (text: string): string => {
  const digits = text.slice(1).toLowerCase();
  return digits.length === 3 ? `#${[...digits].map((digit) => digit + digit).join('')}` : `#${digits}`;
};

/** Words that only steer how the others are read. */
function readSmallWord(reading: Reading, item: Item): boolean {
  if (NEGATORS.has(item.key) && !item.found) {
    endOfGroup(reading);
    reading.negation = 'active';
    reading.negationStart = item.start;
  } else if (CONJUNCTIONS.has(item.key)) {
    if (reading.negation === 'used') reading.negation = 'active';
    reading.afterAnd = reading.group.length > 0;
  } else if (isSmallWord(item)) readFunctionWord(reading, item);
  else return false;
  return true;
}

/** Most words can mean several things; the order here decides which is tried first. */
function readContentWord(reading: Reading, item: Item): void {
  const { meaning, key } = item;
  if (reading.negation === 'used') reading.negation = 'none';
  if (reading.negation === 'active') {
    readNegated(reading, item);
    return;
  }
  if (meaning.unsupported !== undefined && !item.found) {
    endOfGroup(reading);
    reading.look.addNotUnderstood({ ...reading.placeOf([], item), reason: meaning.unsupported });
    return;
  }
  if (COVERINGS.has(key) && !item.found && readCovering(reading, item)) return;
  if (MAKING.has(key) && !item.found) {
    endOfGroup(reading);
    reading.making = true;
    if (!meaning.term && !meaning.color) {
      reading.noEffect(item);
      return;
    }
  }
  if (meaning.isFocus) {
    endOfGroup(reading);
    reading.focus = item;
  } else if (isHeadHere(reading, item)) readHead(reading, item);
  else if (meaning.intensity !== undefined && (peek(reading) || !(meaning.modifier || meaning.term))) {
    reading.dropIntensity();
    reading.intensity = meaning.intensity;
    reading.intensityItem = item;
  } else if (item.kind === 'phrase' && isDescriptor(item) && isDescriptorHere(reading, item)) {
    const { color, material, modifier } = meaning;
    reading.push(item, {
      ...(color ? { color } : {}),
      ...(material ? { material } : {}),
      ...(modifier ? { modifier } : {}),
    });
  } else if (meaning.term) readTerm(reading, item);
  else if (meaning.isLightNoun && reading.group.length > 0) readHead(reading, item);
  else if (meaning.isBackgroundNoun && isDescribedAfter(reading)) reading.openHead = item;
  else if (
    meaning.isFiller ||
    meaning.isLightNoun ||
    meaning.isPaletteNoun ||
    meaning.isBackgroundNoun ||
    meaning.isAllNoun
  )
    reading.noEffect(item);
  else if (meaning.groundNoun) readHead(reading, item);
  else readUnknown(reading, item);
}
