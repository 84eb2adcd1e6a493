import {
  alignmentSchema,
  aovNameSchema,
  assetIdSchema,
  cameraSchema,
  costSchema,
  generationErrorSchema,
  generationRequestSchema,
  LIMITS,
  lookSchema,
  progressSchema,
  projectNameSchema,
  seedSchema,
  tagSchema,
  warningSchema,
} from '@diorama/contracts';
import { z } from 'zod';

/**
 * A project file is a zip: `manifest.json`, `entries.ndjson` with one finished generation per line in the order in which
 * they were made, and every file that they name as `files/<SHA-256 of its bytes>`. Nothing else may be in it.
 */
export const PROJECT_FORMAT = 'diorama-project';
export const PROJECT_VERSION = 1;
export const PROJECT_MEDIA_TYPE = 'application/vnd.diorama.project+zip';

export const MANIFEST_NAME = 'manifest.json';
export const ENTRIES_NAME = 'entries.ndjson';
const FILES_FOLDER = 'files/';

/** Bytes of the manifest, of a line, and of all lines together. */
export const MANIFEST_BYTES_MAX = 4 * 1024 * 1024;
export const LINE_BYTES_MAX = 2 * 1024 * 1024;
export const ENTRIES_BYTES_MAX = 1024 * 1024 * 1024;

export function nameOfFile(asset: string): string {
  return `${FILES_FOLDER}${asset.replace(/^sha256-/, '')}`;
}

/** The SHA-256 that a name stands for; null for every other name. Names are compared with this and nothing more. */
export function keyOfName(name: string): string | null {
  return /^files\/([0-9a-f]{64})$/.exec(name)?.[1] ?? null;
}

const when = z.iso.datetime();

export const manifestSchema = z.strictObject({
  format: z.literal(PROJECT_FORMAT),
  version: z.literal(PROJECT_VERSION),
  project: z.strictObject({
    id: z.uuid(),
    name: projectNameSchema,
    scene: assetIdSchema.nullable(),
    camera: cameraSchema.nullable(),
    createdAt: when,
    updatedAt: when,
  }),
  /** Those that entries are on. */
  boards: z
    .array(z.strictObject({ id: z.uuid(), name: z.string().trim().min(1).max(80), createdAt: when }))
    .max(LIMITS.boards),
  entries: z.int().nonnegative().max(LIMITS.archiveEntries),
  /** Files that were gone already when the project was exported. */
  missing: z.array(assetIdSchema).max(10_000),
});
export type ProjectManifest = z.infer<typeof manifestSchema>;

/** A finished generation with all that is known of it, but for what only means something on one server. */
export const projectEntrySchema = z
  .strictObject({
    id: z.uuid(),
    status: z.enum(['succeeded', 'failed', 'canceled']),
    request: generationRequestSchema,
    /** Of the first image: the asked one, or the server's choice. */
    seed: seedSchema,
    progress: progressSchema,
    outputs: z
      .array(
        z.strictObject({
          asset: assetIdSchema,
          width: z.int().positive(),
          height: z.int().positive(),
          seed: seedSchema,
          aovs: z.partialRecord(aovNameSchema, assetIdSchema).optional(),
          raw: assetIdSchema.optional(),
          alignment: alignmentSchema.optional(),
        }),
      )
      .max(LIMITS.count),
    look: lookSchema.nullable(),
    warnings: z.array(warningSchema).max(1_000),
    error: generationErrorSchema.nullable(),
    attempts: z.int().nonnegative(),
    timings: z.record(z.string(), z.number()),
    cost: costSchema.nullable(),
    modelUsed: z.string().max(200).nullable(),
    favorite: z.boolean(),
    rejected: z.boolean(),
    tags: z.array(tagSchema).max(LIMITS.tagsPerEntry),
    boards: z.array(z.uuid()).max(LIMITS.boards),
    createdAt: when,
    startedAt: when.nullable(),
    finishedAt: when,
  })
  .refine(({ favorite, rejected }) => !(favorite && rejected), 'A favorite cannot be rejected.');
export type ProjectEntry = z.infer<typeof projectEntrySchema>;

/** Every file that an entry made. */
export function outputAssetsOf({ outputs }: ProjectEntry): string[] {
  return outputs.flatMap(({ asset, aovs, raw }) => [
    asset,
    ...Object.values(aovs ?? {}),
    ...(raw === undefined ? [] : [raw]),
  ]);
}
