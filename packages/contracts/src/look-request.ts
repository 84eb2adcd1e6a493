import { z } from 'zod';
import { assetIdSchema } from './asset.ts';
import { referenceSchema } from './generation.ts';
import { LIMITS } from './limits.ts';
import { lookSceneSchema, lookSchema } from './look.ts';

/** The body of `POST /look`: what would be understood, without making an image. */
export const lookRequestSchema = z.object({
  prompt: z.string().max(LIMITS.promptCharacters).default(''),
  references: z.array(referenceSchema).max(LIMITS.references).default([]),
  /** The scene's objects, or a stored scene; null when the canvas is off. */
  scene: z.union([assetIdSchema, lookSceneSchema]).nullable().default(null),
});
export type LookRequest = z.infer<typeof lookRequestSchema>;
export type LookRequestInput = z.input<typeof lookRequestSchema>;

export const lookResponseSchema = z.object({ look: lookSchema });
