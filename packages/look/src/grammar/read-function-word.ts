import { endOfGroup } from './ends.ts';
import type { Item } from './lex.ts';
import { leadsToHead } from './lookahead.ts';
import type { Reading } from './reading.ts';
import { DETERMINERS, HAVING, IN_FRONT_OF, LINKS, STANDING_ON } from './word-classes.ts';

/** Words of grammar: they say how what comes next belongs to what came before. */
export function readFunctionWord(reading: Reading, item: Item): void {
  const { key } = item;
  if (key === 'but') {
    endOfGroup(reading);
    reading.negation = 'none';
  } else if (DETERMINERS.has(key)) readDeterminer(reading, item);
  else if (HAVING.has(key)) {
    endOfGroup(reading);
    reading.preposition = 'with';
    reading.link = false;
  } else if (STANDING_ON.has(key)) {
    endOfGroup(reading);
    reading.preposition = 'on';
  } else if (IN_FRONT_OF.has(key)) {
    endOfGroup(reading);
    reading.preposition = 'against';
  } else if (key === 'to' && isBetweenColors(reading)) reading.afterAnd = true;
  else if (LINKS.has(key)) {
    const hadGroup = reading.group.length > 0;
    endOfGroup(reading);
    reading.preposition = null;
    reading.link = reading.last !== null && !hadGroup;
  } else if (item.meaning.intensity !== undefined) {
    reading.dropIntensity();
    reading.intensity = item.meaning.intensity;
  }
}

function readDeterminer(reading: Reading, item: Item): void {
  // "Make the bottle white and the cap black": what came before "and the" is complete.
  if (reading.group.length > 0 && (!reading.afterAnd || reading.last !== null)) endOfGroup(reading);
  reading.groupHasDeterminer = true;
  const target = reading.index.mainTarget;
  if (item.key === 'it' && reading.making && target !== null)
    reading.last = { found: { target, tier: 0, names: [] }, item, isDescribed: false };
}

/** "Blue to pink gradient". */
function isBetweenColors(reading: Reading): boolean {
  return (
    reading.group.length > 0 &&
    reading.group.every((descriptor) => !descriptor.material || descriptor.color) &&
    (reading.openHead !== null || leadsToHead(reading))
  );
}
