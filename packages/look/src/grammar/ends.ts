import type { Item } from './lex.ts';
import { leadsToHead } from './lookahead.ts';
import { readDangling } from './read-dangling.ts';
import type { Reading } from './reading.ts';

/** Where groups and clauses end, and what becomes of what they left open. */

export function endOfGroup(reading: Reading): void {
  const group = reading.takeDescriptors();
  if (group.length > 0) readDangling(reading, group);
  reading.dropIntensity();
}

function endOfClause(reading: Reading): void {
  endOfGroup(reading);
  if (reading.focus) reading.noEffect(reading.focus);
  if (reading.openHead && !reading.openHead.meaning.term) reading.noEffect(reading.openHead);
  reading.focus = null;
  reading.openHead = null;
  reading.openNote = null;
  reading.link = false;
  reading.making = false;
  reading.preposition = null;
  reading.negation = 'none';
  reading.last = null;
}

export function endOfPrompt(reading: Reading): void {
  endOfClause(reading);
  for (const item of reading.onlyNamed) reading.noEffect(item);
}

/** Punctuation ends a clause, except in "a red, glossy car", where it stands between two words for one thing. */
export function readBreak(reading: Reading, item: Item): void {
  const { group } = reading;
  const isListOfAdjectives =
    item.text === ',' &&
    group.length > 0 &&
    group.every((descriptor) => !descriptor.material) &&
    (reading.groupHasDeterminer || group.every((descriptor) => !descriptor.color)) &&
    reading.preposition === null &&
    !reading.link;
  if (!isListOfAdjectives || !leadsToHead(reading)) endOfClause(reading);
}
