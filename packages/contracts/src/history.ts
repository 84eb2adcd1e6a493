import { z } from 'zod';
import { aspectRatioSchema, longEdgeSchema } from './aspect-ratio.ts';
import { assetIdSchema } from './asset.ts';
import { cameraSchema } from './camera.ts';
import { costSchema } from './cost.ts';
import { ERROR_CODES } from './error-codes.ts';
import { generationStatusSchema, LINEAGE_KINDS } from './generation.ts';
import { LIMITS } from './limits.ts';
import { tagSchema } from './tag.ts';

const flag = z.enum(['true', 'false']);

export const HISTORY_SORTS = ['newest', 'oldest', 'cost', 'duration'] as const;

/** What of the history is wanted. Everything that is given must hold. */
export const historyFilterSchema = z.object({
  /** Words to find in prompts, tags and project names, each anywhere; case and width do not count. */
  q: z.string().max(200).optional(),
  /** Id of a project, or `none`. */
  project: z.union([z.uuid(), z.literal('none')]).optional(),
  board: z.uuid().optional(),
  tag: z.string().max(LIMITS.tagCharacters).optional(),
  engine: z.string().max(64).optional(),
  ratio: aspectRatioSchema.optional(),
  /** `active`: waiting or running. */
  status: z.enum(['succeeded', 'failed', 'canceled', 'active']).optional(),
  favorite: flag.optional(),
  rejected: flag.optional(),
  /** Made at or after. */
  from: z.iso.datetime({ offset: true }).optional(),
  /** Made before. */
  to: z.iso.datetime({ offset: true }).optional(),
  /** `true`: what was deleted and can still be brought back, and nothing else. */
  trash: flag.optional(),
});
export type HistoryFilter = z.infer<typeof historyFilterSchema>;

export const historyQuerySchema = historyFilterSchema.extend({
  sort: z.enum(HISTORY_SORTS).default('newest'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(30),
});
export type HistoryQuery = z.infer<typeof historyQuerySchema>;

export const historyIndexQuerySchema = historyFilterSchema.extend({
  sort: z.enum(HISTORY_SORTS).default('newest'),
});

/** As much of a generation as its card in the history shows. */
export const historyCardSchema = z.object({
  id: z.uuid(),
  /** Order of arrival on this server; what the index names cards by. */
  seq: z.int(),
  status: generationStatusSchema,
  /** The beginning of it. */
  prompt: z.string(),
  engine: z.string(),
  model: z.string().nullable(),
  seed: z.int(),
  project: z.object({ id: z.uuid(), name: z.string() }).nullable(),
  /** The first output; for what has none, what the canvas showed. */
  cover: z.object({ asset: assetIdSchema, isOutput: z.boolean() }).nullable(),
  /** Of the picture, also before it is there. */
  width: z.int().positive(),
  height: z.int().positive(),
  images: z.int().nonnegative(),
  favorite: z.boolean(),
  rejected: z.boolean(),
  tags: z.array(z.string()),
  errorCode: z.enum(ERROR_CODES).nullable(),
  cost: costSchema.nullable(),
  /** 0 to 1; 1 for what is finished. */
  fraction: z.number(),
  createdAt: z.iso.datetime(),
  deletedAt: z.iso.datetime().nullable(),
});
export type HistoryCard = z.infer<typeof historyCardSchema>;

export const historyPageSchema = z.object({
  items: z.array(historyCardSchema),
  nextCursor: z.string().nullable(),
});

/**
 * Order and shape of every entry that a filter finds: enough to lay all of them out and to know where each one is,
 * before any card is read. Columns of equal length; whole numbers as differences to the one before (the first to 0),
 * which keeps 100,000 entries near a megabyte.
 */
export const historyIndexSchema = z.object({
  total: z.int().nonnegative(),
  /** Differences. */
  seq: z.array(z.int()),
  /** Width divided by height, in hundredths. */
  ratio: z.array(z.int()),
  /** Seconds since 1970, UTC; differences. */
  created: z.array(z.int()),
});
export type HistoryIndex = z.infer<typeof historyIndexSchema>;

export const historyCardsQuerySchema = z.object({
  /** Numbers of the index, separated by commas. Those that are gone are left out of the answer. */
  seqs: z
    .string()
    .regex(/^\d{1,15}(,\d{1,15})*$/)
    .transform((text) => text.split(',').map(Number))
    .refine((list) => list.length <= LIMITS.cardsPerCall, `At most ${LIMITS.cardsPerCall}.`),
});

const entryIds = z.array(z.uuid()).min(1).max(LIMITS.entriesPerCall);

/** One change to many entries; either all of them are changed or none. */
export const historyChangeSchema = z.object({
  ids: entryIds,
  favorite: z.boolean().optional(),
  rejected: z.boolean().optional(),
  addTags: z.array(tagSchema).max(LIMITS.tagsPerEntry).optional(),
  removeTags: z.array(tagSchema).max(LIMITS.tagsPerEntry).optional(),
  addToBoard: z.uuid().optional(),
  removeFromBoard: z.uuid().optional(),
  /** Moves them; null: into no project. */
  project: z.uuid().nullable().optional(),
  /** true puts them into the trash, false takes them out. What is waiting or running is canceled first. */
  deleted: z.boolean().optional(),
});
export type HistoryChange = z.infer<typeof historyChangeSchema>;

/** What leaves the trash for good. */
export const historyPurgeSchema = z.object({ ids: entryIds.nullable() });

/** Tags, engines and ratios that occur, with how often; for the filter's menus. */
export const historyFacetsSchema = z.object({
  total: z.int(),
  trash: z.int(),
  favorites: z.int(),
  rejected: z.int(),
  failed: z.int(),
  tags: z.array(z.object({ tag: z.string(), entries: z.int() })),
  engines: z.array(z.object({ engine: z.string(), entries: z.int() })),
  ratios: z.array(z.object({ ratio: aspectRatioSchema, entries: z.int() })),
});
export type HistoryFacets = z.infer<typeof historyFacetsSchema>;

export const boardSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  entries: z.int().nonnegative(),
  cover: assetIdSchema.nullable(),
  createdAt: z.iso.datetime(),
});
export type Board = z.infer<typeof boardSchema>;
export const boardBodySchema = z.object({ name: z.string().trim().min(1).max(80) });

/** Where an entry came from and what came of it. Remixes of posts by others end at the post. */
export const lineageTreeSchema = z.object({
  nodes: z.array(historyCardSchema),
  edges: z.array(
    z.object({
      from: z.uuid(),
      to: z.uuid(),
      how: z.enum([...LINEAGE_KINDS, 'input']),
    }),
  ),
  /** More exists than is shown. */
  truncated: z.boolean(),
});
export type LineageTree = z.infer<typeof lineageTreeSchema>;

const storageShare = z.object({ files: z.int(), bytes: z.int() });
/** What the one who asks keeps here. A file that is several things counts once, where it comes first. */
export const storageSchema = z.object({
  outputs: storageShare,
  /** Models and scenes. */
  scenes: storageShare,
  /** References and captures. */
  inputs: storageShare,
  trash: storageShare,
  published: storageShare,
  total: storageShare,
  /** Of the disk that holds the data folder. */
  freeBytes: z.int(),
});
export type StorageUse = z.infer<typeof storageSchema>;

/** A scene with its history. */
export const projectSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  /** The scene as last saved or generated from; null while there is none. */
  scene: assetIdSchema.nullable(),
  camera: cameraSchema.nullable(),
  cover: assetIdSchema.nullable(),
  entries: z.int().nonnegative(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Project = z.infer<typeof projectSchema>;

export const projectNameSchema = z.string().trim().min(1).max(200);
export const newProjectSchema = z.object({
  name: projectNameSchema,
  scene: assetIdSchema.nullable().default(null),
  camera: cameraSchema.nullable().default(null),
});
/** Without defaults: what is absent stays. */
export const projectPatchSchema = z
  .object({
    name: projectNameSchema,
    scene: assetIdSchema.nullable(),
    camera: cameraSchema.nullable(),
  })
  .partial();

/** What a project file brought. */
export const projectImportSchema = z.object({
  project: projectSchema,
  entries: z.int(),
  files: z.int(),
  /** Entries that were here already. */
  skipped: z.int(),
});
export type ProjectImport = z.infer<typeof projectImportSchema>;

export const DOWNLOAD_FORMATS = ['original', 'png', 'jpeg', 'webp'] as const;
/** `settings`: all that is needed to make it again; `label`: only that it is computer-made; `none`: nothing. */
export const DOWNLOAD_METADATA = ['settings', 'label', 'none'] as const;

/** How an image leaves Diorama. `original` are the stored bytes as they are; every other format is encoded anew. */
const downloadOptions = {
  format: z.enum(DOWNLOAD_FORMATS).default('png'),
  /** Percent, for JPEG and WebP. */
  quality: z.coerce.number().int().min(1).max(100).default(92),
  metadata: z.enum(DOWNLOAD_METADATA).default('settings'),
};

export const downloadQuerySchema = z.object({
  ...downloadOptions,
  image: z.coerce
    .number()
    .int()
    .min(0)
    .max(LIMITS.count - 1)
    .default(0),
  /** Pixels; absent: as it is. */
  longEdge: z.coerce.number().pipe(longEdgeSchema).optional(),
});
export type DownloadQuery = z.infer<typeof downloadQuerySchema>;

export const newArchiveSchema = z.object({
  ids: entryIds,
  ...downloadOptions,
  longEdge: longEdgeSchema.nullable().default(null),
  contactSheet: z.boolean().default(true),
});
export type NewArchive = z.infer<typeof newArchiveSchema>;

/** A zip that can be fetched once it was ordered. */
export const archiveTicketSchema = z.object({
  url: z.string(),
  fileName: z.string(),
  images: z.int(),
  expiresAt: z.iso.datetime(),
});
