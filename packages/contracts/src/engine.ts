import { z } from 'zod';
import { aspectRatioSchema } from './aspect-ratio.ts';
import { referenceRoleSchema } from './look.ts';

/** What an engine can honour. What it cannot is a warning before and after, never a silent drop. */
export const engineCapabilitiesSchema = z.object({
  textOnly: z.boolean(),
  canvas: z.boolean(),
  referencesMax: z.int().nonnegative(),
  referenceRoles: z.array(referenceRoleSchema),
  aspectRatios: z.array(aspectRatioSchema),
  longEdgeMin: z.int().positive(),
  longEdgeMax: z.int().positive(),
  seed: z.boolean(),
  negativePrompt: z.boolean(),
  strength: z.boolean(),
  mask: z.boolean(),
  countMax: z.int().positive(),
  progress: z.boolean(),
  previews: z.boolean(),
  cancel: z.boolean(),
  deterministic: z.boolean(),
});
export type EngineCapabilities = z.infer<typeof engineCapabilitiesSchema>;

export const engineDescriptionSchema = z.object({
  id: z.string(),
  name: z.string(),
  summary: z.string(),
  available: z.boolean(),
  /** Why it is not available and what to do; null when it is. */
  reason: z.string().nullable(),
  models: z.array(z.object({ id: z.string(), name: z.string() })),
  capabilities: engineCapabilitiesSchema,
  /** Rough time for a 1024-pixel image of a middling scene on this machine, for the line under the button. */
  typicalMs: z.number().nonnegative().nullable(),
  price: z.object({ amount: z.number(), currency: z.string(), per: z.literal('image') }).nullable(),
});
export type EngineDescription = z.infer<typeof engineDescriptionSchema>;
