import type { ReferenceRole } from '@diorama/contracts';
import type { ReferenceStats } from './reference-stats.ts';

/**
 * What a picture is probably for when nobody says it. Doubt leans to `style`: taking over colours and tone is the
 * mildest thing that can be done with a picture.
 */
export function guessRole(stats: ReferenceStats | null): ReferenceRole {
  if (!stats) return 'style';
  if (stats.flatness > 0.8 && stats.palette.length <= 6 && stats.edgeDensity < 0.2) return 'palette';
  if (stats.evenness > 0.62 && stats.edgeDensity > 0.05 && stats.tileability > 0.35) return 'material';
  return 'style';
}
