import type { Look } from '@diorama/contracts';
import { mixHex } from '../color/oklab.ts';
import { STUDIO_BACKDROP_SRGB } from '../default-look.ts';
import type { StudioSet } from '../vocabulary/types.ts';
import type { Slot } from './note.ts';

type Background = Look['background'];

const DARK_SETS: ReadonlySet<StudioSet> = new Set(['low-key', 'rim', 'neon', 'candle', 'overhead']);

/** Whether a light makes everything behind the subject dark. */
export const isDarkBehind = (lighting: Look['lighting']): boolean =>
  lighting.kind === 'studio' && DARK_SETS.has(lighting.set);

/** Which of two backgrounds stays when both are asked for. */
export function chooseBackground(
  known: Slot<Background> | null,
  next: Slot<Background>,
): 'known' | 'next' | 'next-instead' {
  if (known === null) return 'next';
  // The sky itself is the weakest background.
  if (next.value.kind === 'environment') return 'known';
  // Backdrops that a kind of light brings along give way silently.
  if (known.value.kind === 'environment' || known.note.category === 'lighting') return 'next';
  return next.note.category === 'lighting' ? 'known' : 'next-instead';
}

/** What is seen behind the subject in this light. */
export function composeBackground(asked: Slot<Background> | null, lighting: Look['lighting']): Background {
  // "Low key" brings a black backdrop; under a sky only an asked-for backdrop replaces it.
  const isBroughtBySet = asked?.note.category === 'lighting' && lighting.kind !== 'studio';
  if (asked && asked.value.kind !== 'environment' && !isBroughtBySet) return asked.value;
  return lighting.kind === 'studio' ? studioBackground(lighting) : { kind: 'environment' };
}

function studioBackground(lighting: Extract<Look['lighting'], { kind: 'studio' }>): Background {
  switch (lighting.set) {
    case 'neon':
      return {
        kind: 'gradient',
        topSrgb: mixHex('#07070c', lighting.accentColorSrgb, 0.12),
        bottomSrgb: mixHex('#07070c', lighting.keyColorSrgb, 0.3),
      };
    case 'candle':
      return { kind: 'gradient', topSrgb: '#120b07', bottomSrgb: '#3a2213' };
    case 'window':
      return { kind: 'color', colorSrgb: '#d6d0c6' };
    case 'high-key':
      return { kind: 'color', colorSrgb: '#f7f7f5' };
    default:
      return { kind: 'color', colorSrgb: isDarkBehind(lighting) ? '#17181b' : STUDIO_BACKDROP_SRGB };
  }
}
