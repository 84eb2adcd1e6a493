import { COLORS } from '../vocabulary/colors.ts';
import { oklabFromHex } from './oklab.ts';

/** Names anybody knows; `COLORS` has too many fine ones for a sentence. */
const PLAIN =
  'white, black, grey, red, green, blue, yellow, orange, purple, pink, brown, beige, cyan, magenta, cream, charcoal, burgundy, peach, gold, mint, teal, turquoise, navy, sky blue, lavender, violet, tan, hot pink, lime, olive, amber, ice blue, blush'
    .split(', ')
    .map((name) => ({ name, lab: oklabFromHex(COLORS[name] ?? '#808080') }));

/** The closest everyday name of a colour. */
export function colorName(hex: string): string {
  const { l, a, b } = oklabFromHex(hex);
  let best = PLAIN[0]!;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of PLAIN) {
    const distance =
      (candidate.lab.l - l) ** 2 + 2 * ((candidate.lab.a - a) ** 2 + (candidate.lab.b - b) ** 2);
    if (distance < bestDistance) {
      bestDistance = distance;
      best = candidate;
    }
  }
  return best.name;
}
