import type { ColorChange } from '../color/change-color.ts';
import { colorName } from '../color/color-name.ts';
import { mixHex } from '../color/oklab.ts';
import type { Descriptor } from './descriptor.ts';
import type { Item } from './lex.ts';
import type { Reading } from './reading.ts';
import { readSurface } from './surfaces.ts';
import { correctionOf, correctionsOf } from './wording.ts';

/** "Dark background": what the word alone makes of one. */
const BACKDROPS_SRGB: Record<ColorChange, string> = {
  dark: '#1a1b1e',
  deep: '#26282d',
  light: '#ecebe8',
  pale: '#efeeeb',
  pastel: '#f1dfe4',
  muted: '#b9b5ae',
  vivid: '#ff7a59',
  neon: '#ff2fa0',
  off: '#efece4',
};

/** What stands behind the subject: "deep red background", "blue to pink gradient". */
export function readBackground(reading: Reading, item: Item, group: readonly Descriptor[]): void {
  const { look } = reading;
  const { surface, colors, hasMaterial } = readSurface(group);
  const place = reading.placeOf(group, item);
  reading.preposition = null;
  const isTransparent = group.some(({ modifier }) => modifier?.modifier.surface?.transmission === 1);
  if (isTransparent && colors.length === 0) {
    const reason = 'Images have no transparency; "white background" is the closest.';
    look.addNotUnderstood({ ...place, reason });
    return;
  }
  const change = group.find(({ modifier }) => modifier?.modifier.color)?.modifier?.modifier.color;
  const plain = (hasMaterial ? surface.colorSrgb : null) ?? (change ? BACKDROPS_SRGB[change] : null);
  const first = colors[0] ?? plain;
  if (first === null) {
    look.addNoEffect(place.text, place.span);
    return;
  }
  const isGradient = colors.length > 1 || /gradient/i.test(place.text);
  const second = colors[1] ?? mixHex(first, '#ffffff', 0.45);
  const note = look.say(
    { category: 'background', ...place },
    isGradient
      ? `A gradient from ${colorName(first)} to ${colorName(second)}.`
      : `Backdrop: ${/^(?:#|$)/.test(surface.name) ? colorName(first) : surface.name}.`,
    correctionOf(item) + correctionsOf(group),
  );
  look.setBackground(
    isGradient
      ? { kind: 'gradient', topSrgb: first, bottomSrgb: second }
      : { kind: 'color', colorSrgb: first },
    note,
  );
  if (hasMaterial && !reading.index.hasGround) look.setGround('backdrop', surface, note, true);
  reading.last = null;
}
