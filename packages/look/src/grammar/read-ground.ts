import type { Surface } from '@diorama/contracts';
import { describeGround } from '../describe-look.ts';
import type { GroundNoun } from '../vocabulary/grounds.ts';
import type { Descriptor } from './descriptor.ts';
import type { Item } from './lex.ts';
import { requireMaterial } from './lexicon.ts';
import { isDescribedAfter } from './lookahead.ts';
import { readMissing } from './read-object.ts';
import type { Reading } from './reading.ts';
import { readSurface } from './surfaces.ts';
import { correctionOf } from './wording.ts';

/** Furniture that carries the subject only when something is said of it ("on a table"); alone it is an object. */
const FURNITURE = /table|desk|counter|shelf|bench|sofa|board|nightstand|dresser|vanity/;

/** What the subject stands on: "on a wet asphalt road", "marble plinth". */
export function readGround(reading: Reading, item: Item, group: Descriptor[]): void {
  const { look } = reading;
  const noun = item.meaning.groundNoun!;
  const isAsked = group.length > 0 || reading.preposition === 'on' || noun.kind === 'plinth';
  if (!isAsked && isDescribedAfter(reading)) {
    reading.openHead = item;
    return;
  }
  if (!isAsked && FURNITURE.test(item.key)) {
    reading.preposition = null;
    readMissing(reading, item, []);
    return;
  }
  const { surface, unused } = groundSurface(noun, item, group);
  reading.notUsed(unused, 'One material for the ground.');
  const note = look.say(
    { category: 'ground', ...reading.placeOf(group, item) },
    describeGround,
    correctionOf(item),
  );
  look.setGround(noun.kind, surface, note, false);
  reading.preposition = null;
  reading.last = null;
}

/** What is said of a ground, on what such a ground is usually made of: a reflective floor is polished, not grassy. */
function groundSurface(
  noun: GroundNoun,
  item: Item,
  group: readonly Descriptor[],
): { surface: Surface; unused: readonly Descriptor[] } {
  const { surface, hasMaterial, colors, unused } = readSurface(group);
  // "Wooden deck" is of the wood of decks, not of any.
  const wood = group.some((descriptor) => /^wood(en)?$/i.test(descriptor.text)) ? noun.wood : undefined;
  if (hasMaterial && !wood) return { surface, unused };
  const name = wood ?? noun.material;
  const base: Descriptor = {
    text: name,
    span: [0, 0],
    intensity: 1,
    isAlternative: false,
    material: { name, material: requireMaterial(name), isGround: true },
  };
  const result = readSurface([base, ...group.filter((descriptor) => !descriptor.material)]).surface;
  result.name = surface.name === '' ? name : `${surface.name} ${item.text.toLowerCase()}`;
  if (colors[0] && !result.texture) result.colorSrgb = colors[0];
  return { surface: result, unused };
}
