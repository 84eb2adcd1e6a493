import { z } from 'zod';
import { QUALITY_SYNONYMS } from '../shared/options.ts';
import { controlMapOption } from '../shared/picture-plan.ts';

/** Settings of a connection and of a request to it; the request's win. */
export const openAiOptions = z.object({
  /** Decides time and price more than anything else. `auto` leaves it to the model, and the price with it. */
  quality: z
    .preprocess(
      (value) => (typeof value === 'string' ? (QUALITY_SYNONYMS[value] ?? value) : value),
      z.enum(['low', 'medium', 'high', 'xhigh', 'max', 'auto']),
    )
    .default('medium'),
  /** How closely older models keep to the pictures. Newer ones always do. */
  inputFidelity: z.enum(['high', 'low']).nullable().default('high'),
  /** How busy the picture is; 2.6 models. */
  complexity: z.enum(['low', 'medium', 'high']).nullable().default(null),
  moderation: z.enum(['auto', 'low']).nullable().default(null),
  /** Pictures shown on the way; each costs 100 output tokens. 0 asks for the finished one alone. */
  partialImages: z.int().min(0).max(3).default(2),
  controlMap: controlMapOption,
  /** For keys that belong to several. */
  organization: z.string().max(200).nullable().default(null),
  project: z.string().max(200).nullable().default(null),
});
export type OpenAiOptions = z.output<typeof openAiOptions>;

/** What decides who pays is the owner's. */
export const OWNERS_ONLY = ['organization', 'project'] as const;
