import { z } from 'zod';
import { LIMITS } from './limits.ts';

/** A word or two that somebody files things under. Case, width and repeated spaces do not tell tags apart. */
export const tagSchema = z
  .string()
  .trim()
  .min(1)
  .max(LIMITS.tagCharacters)
  .transform((tag) => tag.normalize('NFKC').toLowerCase().replace(/\s+/g, ' '));
