import type { Item } from './lex.ts';
import { isHead, isThing, leadsToHead, peek } from './lookahead.ts';
import { readBackground } from './read-background.ts';
import { readMissing, takeGroup } from './read-object.ts';
import type { Reading } from './reading.ts';

/** Passing over these in silence would do the opposite of what was asked. */
const EXCEPTIONS = new Set(['except', 'excluding', 'besides', 'apart']);

/** Words that the vocabulary does not have: things that are not in the scene, rare colours, and the rest. */
export function readUnknown(reading: Reading, item: Item): void {
  const { index, look } = reading;
  const { word } = item.token;
  const { color } = item.meaning;
  const pos = item.tag?.pos ?? '';
  if (isThing(item)) {
    readUnknownThing(reading, item);
    return;
  }
  if (color) {
    const next = peek(reading);
    const describesNext = next !== null && isHead(next);
    if (reading.group.length > 0 || describesNext || reading.link || reading.preposition === 'on') {
      reading.push(item, { color });
      return;
    }
  }
  if (EXCEPTIONS.has(word)) {
    const reason = 'Exceptions are not possible; name the objects that shall change.';
    look.addNotUnderstood({ ...reading.placeOf([], item), reason });
    return;
  }
  if (/^(?:ADP|DET|PRON|AUX|CCONJ|SCONJ|PART|INTJ)$/.test(pos) && word.length < 8) return;
  if (/^[a-z]$/.test(word)) return;
  reading.dropIntensity();
  if (index.isAnonymous && /^(?:NOUN|PROPN)$/.test(pos) && reading.wholeNoun === null) {
    // "Astronaut" over a model without names: it is what the model shows.
    readMissing(reading, item, takeGroup(reading));
    return;
  }
  look.addNotUnderstood(reading.placeOf([], item));
}

/** A noun for a thing that no object of the scene is called. */
function readUnknownThing(reading: Reading, item: Item): void {
  const { index } = reading;
  const { color } = item.meaning;
  reading.dropIntensity();
  if (color && (leadsToHead(reading) || reading.link)) {
    reading.push(item, { color });
    return;
  }
  const next = reading.items[reading.at + 1];
  const isGround = next?.meaning.groundNoun !== undefined && !next.meaning.material;
  if (next && !next.meaning.term && (isThing(next) || isGround)) {
    // "Perfume bottle", "sports car": only the last noun is the thing.
    reading.noEffect(item);
    return;
  }
  const isWallBehind = item.token.word === 'wall' && index.kind === 'object' && !index.find('wall');
  if (isWallBehind && reading.group.length > 0) {
    readBackground(reading, item, takeGroup(reading));
    return;
  }
  readMissing(reading, item, takeGroup(reading));
  reading.preposition = null;
}
