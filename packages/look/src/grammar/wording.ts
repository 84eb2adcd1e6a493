import { colorName } from '../color/color-name.ts';
import type { Descriptor } from './descriptor.ts';
import type { Item } from './lex.ts';

/** Pieces of the sentences that tell the person what was understood. */

export const capitalise = (text: string): string =>
  text === '' ? text : text[0]!.toUpperCase() + text.slice(1);

export const colorNames = (colors: readonly string[]): string => colors.map(colorName).join(' and ');

export const listOf = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

/** What a typing error was taken for; empty when there was none. */
export const correctionOf = (item: Item): string => (item.readAs ? `Read as "${item.readAs}". ` : '');

export const correctionsOf = (group: readonly Descriptor[]): string =>
  group.map((descriptor) => descriptor.correction ?? '').join('');
