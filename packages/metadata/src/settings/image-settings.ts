import {
  type AspectRatio,
  aspectRatioSchema,
  assetIdSchema,
  type Camera,
  cameraSchema,
  LIMITS,
  type Look,
  longEdgeSchema,
  lookSchema,
  type ReferenceRole,
  referenceRoleSchema,
  seedSchema,
} from '@diorama/contracts';
import { z } from 'zod';
import { safeOptionsSchema } from './safe-options.ts';

export const SETTINGS_FORMAT = 'diorama-image';
export const SETTINGS_VERSION = 2;

/** What the canvas showed, by the ids of the server that made the image; on another server they may mean nothing. */
export interface CanvasSettings {
  readonly scene: string;
  readonly capture: string | null;
  /** As asked for; null: framed automatically. `ImageSettings.camera` is the one that was used. */
  readonly camera: Camera | null;
  /** Width divided by height of the viewport, for the aspect ratio `canvas`. */
  readonly viewportRatio: number | null;
}

/** How an image was made. What is null or empty is not known, or was not set. Never keys, paths or file names. */
export interface ImageSettings {
  /** Id of the generation, and which of its images this is, from 0. */
  readonly generation: string | null;
  readonly image: number;
  /** ISO 8601. */
  readonly createdAt: string | null;
  /** Id of the engine on the server that made it. */
  readonly engine: string | null;
  /** One of `ENGINE_KINDS`, as text: a later version may know more. */
  readonly engineKind: string | null;
  /** Changes when the same settings give another picture. */
  readonly engineVersion: string | null;
  /** The model that was asked for, and the one that the service says it used. */
  readonly model: string | null;
  readonly modelUsed: string | null;
  readonly prompt: string;
  readonly negativePrompt: string;
  /** Absent: written from the scene; null: none; a text: as the person edited it. */
  readonly sceneNotes?: string | null | undefined;
  /** null: not known, or switched off. */
  readonly canvas: CanvasSettings | null;
  readonly references: readonly { readonly asset: string; readonly role: ReferenceRole | null }[];
  readonly aspectRatio: AspectRatio | null;
  /** Long edge as asked for, pixels. */
  readonly size: number | null;
  /** Of the picture itself, pixels, before any resizing for a download. */
  readonly width: number | null;
  readonly height: number | null;
  /** Of this image. */
  readonly seed: number | null;
  /** How many images were asked for together. */
  readonly count: number | null;
  /** 0 = the scene is a hint, 1 = every edge stays; null = nobody moved the control. */
  readonly geometryStrength: number | null;
  /** Settings of the engine: words, numbers and switches, and lists of them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** What prompt and references were understood to mean. */
  readonly look: Look | null;
  /** The camera that was used, after framing and lens. */
  readonly camera: Camera | null;
}

/** Nothing known: every field null or empty. */
export const NO_SETTINGS: ImageSettings = {
  generation: null,
  image: 0,
  createdAt: null,
  engine: null,
  engineKind: null,
  engineVersion: null,
  model: null,
  modelUsed: null,
  prompt: '',
  negativePrompt: '',
  canvas: null,
  references: [],
  aspectRatio: null,
  size: null,
  width: null,
  height: null,
  seed: null,
  count: null,
  geometryStrength: null,
  options: {},
  look: null,
  camera: null,
};

const name = z.string().max(200).nullable().default(null);

/** What version 2 of the document has; fields that a later one adds are passed over, and named. */
export const settingsSchema = z.object({
  format: z.literal(SETTINGS_FORMAT),
  version: z.literal(SETTINGS_VERSION),
  generation: z.uuid().nullable().default(null),
  image: z
    .int()
    .min(0)
    .max(LIMITS.count - 1)
    .default(0),
  createdAt: z.iso.datetime({ offset: true }).nullable().default(null),
  engine: name,
  engineKind: name,
  engineVersion: name,
  model: name,
  modelUsed: name,
  prompt: z.string().max(LIMITS.promptCharacters).default(''),
  negativePrompt: z.string().max(LIMITS.promptCharacters).default(''),
  sceneNotes: z.string().max(LIMITS.sceneNotesCharacters).nullish(),
  canvas: z
    .object({
      scene: assetIdSchema,
      capture: assetIdSchema.nullable().default(null),
      camera: cameraSchema.nullable().default(null),
      viewportRatio: z.number().min(0.1).max(10).nullable().default(null),
    })
    .nullable()
    .default(null),
  references: z
    .array(z.object({ asset: assetIdSchema, role: referenceRoleSchema.nullable().default(null) }))
    .max(LIMITS.references)
    .default([]),
  aspectRatio: aspectRatioSchema.nullable().default(null),
  size: longEdgeSchema.nullable().default(null),
  width: z.int().positive().nullable().default(null),
  height: z.int().positive().nullable().default(null),
  seed: seedSchema.nullable().default(null),
  count: z.int().min(1).max(LIMITS.count).nullable().default(null),
  geometryStrength: z.number().min(0).max(1).nullable().default(null),
  options: safeOptionsSchema.default({}),
  look: lookSchema.nullable().default(null),
  camera: cameraSchema.nullable().default(null),
});
