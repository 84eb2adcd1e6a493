import { z } from 'zod';
import { aspectRatioSchema } from './aspect-ratio.ts';
import { controlMapNameSchema } from './control-map.ts';
import { priceSchema } from './cost.ts';
import { referenceRoleSchema } from './look.ts';

/** The services and programs that Diorama can drive; each has one adapter. */
export const ENGINE_KINDS = [
  'builtin',
  'openai',
  'google',
  'xai',
  'gateway',
  'openai-compatible',
  'bfl',
  'fal',
  'replicate',
  'comfyui',
  'sdapi',
  'sd-server',
] as const;
export const engineKindSchema = z.enum(ENGINE_KINDS);
export type EngineKind = z.infer<typeof engineKindSchema>;

/** Where the work is done: in Diorama itself, by a program that the owner runs, by a company on the internet. */
export const ENGINE_LOCATIONS = ['built-in', 'own-server', 'cloud'] as const;
export const engineLocationSchema = z.enum(ENGINE_LOCATIONS);
export type EngineLocation = z.infer<typeof engineLocationSchema>;

/** What an engine can honour. What it cannot is a warning before and after, never a silent drop. */
export const engineCapabilitiesSchema = z.object({
  textOnly: z.boolean(),
  canvas: z.boolean(),
  referencesMax: z.int().nonnegative(),
  referenceRoles: z.array(referenceRoleSchema),
  /** Ratios that it draws itself; others are made by a stated policy and a warning. */
  aspectRatios: z.array(aspectRatioSchema),
  longEdgeMin: z.int().positive(),
  longEdgeMax: z.int().positive(),
  /** Whether the seed is honoured, not only accepted. */
  seed: z.boolean(),
  negativePrompt: z.boolean(),
  /** Whether `geometryStrength` means something here, by weight, by denoising strength or by wording. */
  geometryStrength: z.boolean(),
  /** Maps drawn from the true geometry that it is guided by. */
  controlMaps: z.array(controlMapNameSchema),
  mask: z.boolean(),
  countMax: z.int().positive(),
  progress: z.boolean(),
  previews: z.boolean(),
  /** Whether a cancel also stops the work (and the bill) at the other end. */
  cancel: z.boolean(),
  deterministic: z.boolean(),
});
export type EngineCapabilities = z.infer<typeof engineCapabilitiesSchema>;

/** Of an engine of which nothing is known. */
export const NO_CAPABILITIES: EngineCapabilities = {
  textOnly: false,
  canvas: false,
  referencesMax: 0,
  referenceRoles: [],
  aspectRatios: [],
  longEdgeMin: 256,
  longEdgeMax: 4096,
  seed: false,
  negativePrompt: false,
  geometryStrength: false,
  controlMaps: [],
  mask: false,
  countMax: 1,
  progress: false,
  previews: false,
  cancel: false,
  deterministic: false,
};

export const engineModelSchema = z.object({
  id: z.string(),
  name: z.string(),
  capabilities: engineCapabilitiesSchema,
  /** null: not known; then nothing is estimated and the studio says so. */
  price: priceSchema.nullable(),
  /** One sentence on what it is good at, or why to be careful. */
  note: z.string().nullable(),
});
export type EngineModel = z.infer<typeof engineModelSchema>;

export const engineDescriptionSchema = z.object({
  id: z.string(),
  kind: engineKindSchema,
  location: engineLocationSchema,
  name: z.string(),
  summary: z.string(),
  available: z.boolean(),
  /** Why it is not available and what to do; null when it is. */
  reason: z.string().nullable(),
  /** Empty when there is nothing to choose. */
  models: z.array(engineModelSchema),
  /** Used when a request names none; null when there is nothing to choose. */
  defaultModel: z.string().nullable(),
  /** Of the default model. */
  capabilities: engineCapabilitiesSchema,
  /** Rough time for a 1024-pixel image of a middling scene, for the line under the button. */
  typicalMs: z.number().nonnegative().nullable(),
  /** Of the default model; null when it costs nothing or the price is not known (see `isFree`). */
  price: priceSchema.nullable(),
  /** Nothing is charged by anybody: the built-in engine and the owner's own servers. */
  isFree: z.boolean(),
});
export type EngineDescription = z.infer<typeof engineDescriptionSchema>;
