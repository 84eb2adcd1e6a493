import { z } from 'zod';
import { aspectRatioSchema, longEdgeSchema } from './aspect-ratio.ts';
import { assetIdSchema } from './asset.ts';
import { cameraSchema } from './camera.ts';
import { costSchema } from './cost.ts';
import { ERROR_CODES } from './error-codes.ts';
import { LIMITS } from './limits.ts';
import { lookSchema, referenceRoleSchema } from './look.ts';
import { tagSchema } from './tag.ts';

export const QUALITIES = ['draft', 'standard', 'high'] as const;
export const qualitySchema = z.enum(QUALITIES);
export type Quality = z.infer<typeof qualitySchema>;

export const AOV_NAMES = ['depth', 'normal', 'object-id', 'albedo', 'edges'] as const;
export const aovNameSchema = z.enum(AOV_NAMES);
export type AovName = z.infer<typeof aovNameSchema>;

export const seedSchema = z.int().min(0).max(0xffff_ffff);

export const referenceSchema = z.object({
  asset: assetIdSchema,
  /** What the image is for. Guessed from the prompt and the picture when absent. */
  role: referenceRoleSchema.optional(),
});
export type Reference = z.infer<typeof referenceSchema>;

export const canvasSchema = z.object({
  /** A GLB or a scene document. */
  scene: assetIdSchema,
  /** What the viewport showed inside the gate, PNG. */
  capture: assetIdSchema.nullish(),
  /** Framed automatically when absent. */
  camera: cameraSchema.nullish(),
  /** Width divided by height of the viewport, for the aspect ratio `canvas`. */
  viewportRatio: z.number().min(0.1).max(10).nullish(),
});

/** Settings of the built-in engine. Other engines have their own and ignore these with a warning. */
export const builtinOptionsSchema = z.object({
  quality: qualitySchema.default('standard'),
  /** Samples per pixel; the quality's own when absent. */
  spp: z.int().min(1).max(4096).nullish(),
  denoise: z.boolean().default(true),
  aovs: z.array(aovNameSchema).max(AOV_NAMES.length).default([]),
});
export type BuiltinOptions = z.infer<typeof builtinOptionsSchema>;

/** What geometry strength is when nobody moved the control. */
export const MIDDLE_GEOMETRY_STRENGTH = 0.75;

/** How an image came from another: made again, with other settings, on another engine, from what it was restored to. */
export const LINEAGE_KINDS = ['retry', 'remix', 'settings', 'rerun', 'restored', 'recipe'] as const;

/** What a request was begun from. Ids that mean nothing here are kept all the same: they may on another server. */
export const lineageSchema = z.object({
  generation: z.uuid().nullish(),
  /** A post of the community. */
  post: z.uuid().nullish(),
  recipe: z.string().max(80).nullish(),
  how: z.enum(LINEAGE_KINDS),
});
export type Lineage = z.infer<typeof lineageSchema>;

/** The body of `POST /generations`. */
export const generationRequestSchema = z.object({
  prompt: z.string().max(LIMITS.promptCharacters).default(''),
  /** What shall not be in the picture; only some engines can be told. */
  negativePrompt: z.string().max(LIMITS.promptCharacters).default(''),
  /**
   * Objects and materials of the scene in words, put before engines that read text. Absent: written from the scene;
   * null: none; a text: as the person edited it.
   */
  sceneNotes: z.string().max(LIMITS.sceneNotesCharacters).nullish(),
  /** null switches the canvas off. */
  canvas: canvasSchema.nullable().default(null),
  references: z.array(referenceSchema).max(LIMITS.references).default([]),
  aspectRatio: aspectRatioSchema.default('16:9'),
  /** Long edge of the output, pixels. */
  size: longEdgeSchema.default(1024),
  engine: z.string().min(1).max(64).default('builtin'),
  model: z.string().min(1).max(200).nullable().default(null),
  /** Chosen by the server when null. The seed that was used is in the outputs. */
  seed: seedSchema.nullable().default(null),
  count: z.int().min(1).max(LIMITS.count).default(1),
  /** 0 = the scene is a hint, 1 = every edge stays; null = `MIDDLE_GEOMETRY_STRENGTH`. The built-in engine is always at 1. */
  geometryStrength: z.number().min(0).max(1).nullable().default(null),
  /** Name of the project that the image is made for; it is made when there is none. The project's budget goes by it. */
  project: z.string().min(1).max(200).nullable().default(null),
  lineage: lineageSchema.nullable().default(null),
  options: z.record(z.string(), z.unknown()).default({}),
});
export type GenerationRequest = z.infer<typeof generationRequestSchema>;
export type GenerationRequestInput = z.input<typeof generationRequestSchema>;

export const GENERATION_STATUSES = ['queued', 'running', 'succeeded', 'failed', 'canceled'] as const;
export const generationStatusSchema = z.enum(GENERATION_STATUSES);
export type GenerationStatus = z.infer<typeof generationStatusSchema>;

/** A generation in one of these states never changes its state again. */
export function isFinished(status: GenerationStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'canceled';
}

export const PROGRESS_STAGES = [
  'queued',
  'loading',
  'understanding',
  'building',
  'tracing',
  'denoising',
  'conditioning',
  'sending',
  'waiting',
  'generating',
  'receiving',
  'aligning',
  'finishing',
  'saving',
] as const;

export const progressSchema = z.object({
  stage: z.enum(PROGRESS_STAGES),
  /** Of the whole generation, 0 to 1, never falls. */
  fraction: z.number().min(0).max(1),
  etaMs: z.number().nonnegative().optional(),
  /** In words, for the person: "8 of 16 samples". */
  detail: z.string().optional(),
});
export type Progress = z.infer<typeof progressSchema>;

/** Something the user should know although the image was made. */
export const warningSchema = z.object({
  code: z.enum([
    'not-understood',
    'option-ignored',
    'reference-ignored',
    'reference-role-guessed',
    'canvas-ignored',
    'camera-auto-framed',
    'image-resized',
    'scene-simplified',
    'feature-ignored',
    'seed-not-honoured',
    'ratio-adapted',
    'image-aligned',
    'image-not-aligned',
    'model-substituted',
    'fewer-images',
    'price-unknown',
  ]),
  message: z.string(),
});
export type Warning = z.infer<typeof warningSchema>;

/** How far a picture was moved and zoomed against the canvas, and what was done about it. */
export const alignmentSchema = z.object({
  /** Zoom about the centre; 1 = none. */
  scale: z.number(),
  shiftXPx: z.number(),
  shiftYPx: z.number(),
  confidence: z.number().min(0).max(1),
  outcome: z.enum(['aligned', 'repaired', 'unclear']),
});
export type OutputAlignment = z.infer<typeof alignmentSchema>;

export const outputSchema = z.object({
  asset: assetIdSchema,
  url: z.string(),
  width: z.int().positive(),
  height: z.int().positive(),
  mediaType: z.string(),
  seed: seedSchema,
  aovs: z.partialRecord(aovNameSchema, z.object({ asset: assetIdSchema, url: z.string() })).optional(),
  /** The file as the service sent it, before it was aligned and brought to size. */
  raw: z.object({ asset: assetIdSchema, url: z.string() }).optional(),
  /** How the picture lay over the canvas; absent when that was not looked for. */
  alignment: alignmentSchema.optional(),
});
export type Output = z.infer<typeof outputSchema>;

/** What a retry can leave out. */
export const RETRY_OMISSIONS = ['prompt', 'negative-prompt', 'canvas', 'reference-1', 'reference-2'] as const;
export const retryOmissionSchema = z.enum(RETRY_OMISSIONS);
export type RetryOmission = z.infer<typeof retryOmissionSchema>;

export const retryRequestSchema = z.object({
  /** Make it again without these, to find out which input was refused. */
  without: z.array(retryOmissionSchema).max(RETRY_OMISSIONS.length).default([]),
});

export const generationErrorSchema = z.object({
  code: z.enum(ERROR_CODES),
  message: z.string(),
  hint: z.string(),
  /** The service asked to wait so long before the next try. */
  retryAfterMs: z.number().nonnegative().optional(),
  /** What the service refused, as far as it said; a retry without one of these can be offered. */
  suspects: z.array(retryOmissionSchema).optional(),
});
export type GenerationError = z.infer<typeof generationErrorSchema>;

export const generationSchema = z.object({
  id: z.uuid(),
  /** Order of arrival on this server. */
  seq: z.int(),
  status: generationStatusSchema,
  progress: progressSchema,
  request: generationRequestSchema,
  outputs: z.array(outputSchema),
  look: lookSchema.nullish(),
  warnings: z.array(warningSchema),
  error: generationErrorSchema.nullish(),
  /** How often a worker has begun it. */
  attempts: z.int().nonnegative(),
  /** Milliseconds by stage, plus `total`. */
  timings: z.record(z.string(), z.number()),
  /** What it cost, also when it failed; null or absent when nothing was charged. */
  cost: costSchema.nullish(),
  /** The model that the service says it used; absent when it does not say. */
  modelUsed: z.string().nullish(),
  favorite: z.boolean(),
  /** Looked at and found wanting; never together with `favorite`. */
  rejected: z.boolean(),
  tags: z.array(z.string()),
  /** Ids of the boards that it is on. */
  boards: z.array(z.uuid()),
  project: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  /** When it was put into the trash. */
  deletedAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullish(),
});
export type Generation = z.infer<typeof generationSchema>;

export const generationPageSchema = z.object({
  items: z.array(generationSchema),
  /** Give it back as `cursor` for the next page; null on the last. */
  nextCursor: z.string().nullable(),
});
/** What can be changed about a generation after it was made; absent fields stay. */
export const generationPatchSchema = z
  .object({
    favorite: z.boolean(),
    rejected: z.boolean(),
    tags: z.array(tagSchema).max(LIMITS.tagsPerEntry),
    project: z.uuid().nullable(),
  })
  .partial();
export type GenerationPatch = z.infer<typeof generationPatchSchema>;

export type GenerationPage = z.infer<typeof generationPageSchema>;
