import type { Descriptor } from './descriptor.ts';
import type { Item } from './lex.ts';
import { leanToColors } from './palette.ts';
import { readBackground } from './read-background.ts';
import { readDangling } from './read-dangling.ts';
import { readGround } from './read-ground.ts';
import { readLight } from './read-light.ts';
import { readObject, takeGroup } from './read-object.ts';
import { type Reading, WHOLE_MODEL } from './reading.ts';
import { readSurface } from './surfaces.ts';

/** A noun that takes the colours, materials and finishes before it. */
export function readHead(reading: Reading, item: Item): void {
  reading.dropIntensity();
  const { meaning, found } = item;
  const group = takeGroup(reading);
  const isLight = meaning.isLightNoun === true && group.length > 0;
  // "Pink light" is light even if a lamp is somewhere in the scene, unless the lamp is called just that.
  if (found && !(isLight && found.tier > 1)) readObject(reading, item, found, group);
  else if (isLight) readLight(reading, item, group);
  else if (meaning.isBackgroundNoun) readBackground(reading, item, group);
  else if (meaning.groundNoun) readGround(reading, item, group);
  else if (meaning.isPaletteNoun) readPalette(reading, item, group);
  else readObject(reading, item, WHOLE_MODEL, group);
}

/** "Teal and orange tones". */
function readPalette(reading: Reading, item: Item, group: readonly Descriptor[]): void {
  const { colors, surface } = readSurface(group);
  const found = colors.length > 0 || surface.colorSrgb === null ? colors : [surface.colorSrgb];
  if (found.length > 0) {
    leanToColors(reading, group, found, item);
    reading.preposition = null;
    return;
  }
  for (const descriptor of group) readDangling(reading, [descriptor]);
  reading.noEffect(item);
}
