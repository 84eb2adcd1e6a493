import type { ReferenceRole } from '@diorama/contracts';
import type { ReferenceStats } from './reference-stats.ts';

/** Swatches are nearly all flat; photographs, even of plain walls, carry noise. */
const FLAT = 0.85;
/** Textures come out at 0.65 to 1, pictures of things and places near 0. */
const EVEN = 0.6;

/**
 * What a picture is probably for when nobody says it. Doubt leans to `style`: taking over colours and tone is the
 * mildest thing that can be done with a picture.
 */
export function guessRole(stats: ReferenceStats | null): ReferenceRole {
  if (!stats) return 'style';
  const isFlat = stats.flatness > FLAT && stats.edgeDensity < 0.2;
  if (isFlat && stats.palette.length <= 8) return 'palette';
  if (stats.evenness > EVEN) return 'material';
  return 'style';
}
