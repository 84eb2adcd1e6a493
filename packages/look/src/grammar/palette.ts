import { mixHex } from '../color/oklab.ts';
import type { Descriptor } from './descriptor.ts';
import type { Item } from './lex.ts';
import type { Reading } from './reading.ts';
import { colorNames } from './wording.ts';

/** How far the tones lean to colours that stand alone, and to those of a "palette" or "tones". */
const STRENGTH_ALONE = 0.25;
const STRENGTH_ASKED = 0.35;

/** Lets the whole picture lean to colours: highlights to the first, shadows to the second. */
export function leanToColors(
  reading: Reading,
  group: readonly Descriptor[],
  colors: readonly string[],
  noun: Item | null = null,
): void {
  const { look } = reading;
  look.say(
    { category: 'grade', ...reading.placeOf(group, noun) },
    `Colours of the picture lean to ${colorNames(colors)}.`,
  );
  for (const [i, color] of colors.entries()) look.addPalette(color, i === 0 ? 1 : 0.6);
  look.applyGrade({
    highlightsSrgb: mixHex(colors[0]!, '#ffffff', 0.4),
    shadowsSrgb: mixHex(colors[1] ?? colors[0]!, '#101014', 0.6),
    splitTone: noun ? STRENGTH_ASKED : STRENGTH_ALONE,
  });
}
