import { z } from 'zod';
import { personSchema } from './account.ts';
import { generationRequestSchema } from './generation.ts';
import { LIMITS } from './limits.ts';
import { lookSchema, referenceRoleSchema } from './look.ts';
import { licenceSchema } from './recipe.ts';
import { tagSchema } from './tag.ts';

export const postTitleSchema = z.string().trim().min(1).max(120);
export const postTextSchema = z.string().trim().max(2_000);

/** `pending` waits for the owner; `hidden` was taken down by the owner. */
export const POST_STATUSES = ['published', 'pending', 'hidden'] as const;
export const postStatusSchema = z.enum(POST_STATUSES);

/** What an image was made with, as far as its author shares it. */
export const postSettingsSchema = z.object({
  engine: z.string(),
  model: z.string().nullable(),
  seed: z.int(),
  negativePrompt: z.string(),
  aspectRatio: generationRequestSchema.shape.aspectRatio,
  size: z.int(),
  geometryStrength: z.number().nullable(),
  quality: z.string().nullable(),
});

export const postSchema = z.object({
  id: z.uuid(),
  author: personSchema,
  title: z.string(),
  description: z.string(),
  tags: z.array(z.string()),
  licence: licenceSchema,
  /** The published picture: encoded anew, without anything of the original but its pixels. */
  image: z.object({ url: z.string(), width: z.int(), height: z.int() }),
  /** null: not shared. */
  prompt: z.string().nullable(),
  settings: postSettingsSchema.nullable(),
  look: lookSchema.nullable(),
  /** Whether a remix gets the scene and its camera. */
  hasScene: z.boolean(),
  /** Roles of the references that a remix gets; empty: not shared. */
  references: z.array(referenceRoleSchema.nullable()),
  /** The post that it is a remix of, while that is to be seen. */
  remixOf: z.object({ id: z.uuid(), title: z.string(), author: personSchema }).nullable(),
  remixes: z.int(),
  likes: z.int(),
  comments: z.int(),
  liked: z.boolean(),
  /** Whether the one who asks may change and unpublish it. */
  mine: z.boolean(),
  status: postStatusSchema,
  /** Open reports; always 0 for who may not moderate. */
  reports: z.int(),
  createdAt: z.iso.datetime(),
});
export type Post = z.infer<typeof postSchema>;

export const POST_SORTS = ['new', 'liked', 'week'] as const;
export const postQuerySchema = z.object({
  sort: z.enum(POST_SORTS).default('new'),
  q: z.string().max(200).optional(),
  tag: z.string().max(LIMITS.tagCharacters).optional(),
  /** Id of an account, or `me`. */
  author: z.string().max(64).optional(),
  remixOf: z.uuid().optional(),
  /** For the owner of the server: what waits, what is hidden, what was reported. Authors see their own, whatever its state. */
  show: z.enum(['published', 'pending', 'hidden', 'reported']).default('published'),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(60).default(24),
});
export const postPageSchema = z.object({ items: z.array(postSchema), nextCursor: z.string().nullable() });

export const newPostSchema = z.object({
  generation: z.uuid(),
  image: z
    .int()
    .min(0)
    .max(LIMITS.count - 1)
    .default(0),
  title: postTitleSchema,
  description: postTextSchema.default(''),
  tags: z.array(tagSchema).max(LIMITS.tagsPerEntry).default([]),
  licence: licenceSchema,
  share: z
    .object({
      /** Prompt, negative prompt and look. */
      prompt: z.boolean().default(true),
      settings: z.boolean().default(true),
      /** The scene with its models and the camera. */
      scene: z.boolean().default(false),
      references: z.boolean().default(false),
    })
    .prefault({}),
});
export type NewPost = z.infer<typeof newPostSchema>;

export const postPatchSchema = z.object({
  title: postTitleSchema.optional(),
  description: postTextSchema.optional(),
  tags: z.array(tagSchema).max(LIMITS.tagsPerEntry).optional(),
});

/** What the panel is filled with to make a post one's own. The files it names may be used by who asked. */
export const remixSchema = z.object({
  request: generationRequestSchema,
  /** What the author did not share, in words: "the scene", "the references". */
  missing: z.array(z.string()),
});

export const commentSchema = z.object({
  id: z.uuid(),
  author: personSchema,
  text: z.string(),
  createdAt: z.iso.datetime(),
  mine: z.boolean(),
});
export type Comment = z.infer<typeof commentSchema>;
export const newCommentSchema = z.object({ text: z.string().trim().min(1).max(LIMITS.commentCharacters) });
export const commentPageSchema = z.object({
  items: z.array(commentSchema),
  nextCursor: z.string().nullable(),
});
export const pageQuerySchema = z.object({
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});

export const REPORT_REASONS = ['spam', 'not-theirs', 'offensive', 'illegal', 'other'] as const;
export const newReportSchema = z.object({
  /** The comment; absent: the post itself. */
  comment: z.uuid().optional(),
  reason: z.enum(REPORT_REASONS),
  text: z.string().trim().max(1_000).default(''),
});
export const reportSchema = z.object({
  id: z.uuid(),
  post: z.object({ id: z.uuid(), title: z.string(), status: postStatusSchema }),
  comment: commentSchema.nullable(),
  reporter: personSchema,
  reason: z.enum(REPORT_REASONS),
  text: z.string(),
  createdAt: z.iso.datetime(),
});
export type Report = z.infer<typeof reportSchema>;

/** `dismiss` closes a post's reports and leaves it as it is. */
export const MODERATIONS = ['approve', 'hide', 'dismiss'] as const;
export const moderationSchema = z.object({
  action: z.enum(MODERATIONS),
  /** For the log. */
  note: z.string().trim().max(500).default(''),
});

export const auditEntrySchema = z.object({
  id: z.int(),
  at: z.iso.datetime(),
  actor: personSchema,
  /** What was done, in one word and its object: `post-hidden`, `account-disabled`. */
  action: z.string(),
  /** Id of what it was done to. */
  target: z.string(),
  /** How that was called at the time. */
  targetName: z.string(),
  note: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;
export const auditPageSchema = z.object({
  items: z.array(auditEntrySchema),
  nextCursor: z.string().nullable(),
});

export const communitySettingsSchema = z.object({
  /** Who may publish. `approved`: members' posts wait for the owner. */
  publishing: z.enum(['off', 'owner', 'approved', 'members']),
  comments: z.boolean(),
  /** Whether the gallery can be seen without an account. */
  isPublic: z.boolean(),
  /** Shown as a button; null: none. */
  discordInvite: z.string().nullable(),
  /** Whether a webhook is set up; its address is written only. */
  discordWebhook: z.boolean(),
  /** Whether members may share to it. */
  discordForMembers: z.boolean(),
  /** Of the one who asks: what they may do. */
  may: z.object({
    publish: z.boolean(),
    comment: z.boolean(),
    shareToDiscord: z.boolean(),
    moderate: z.boolean(),
  }),
  /** Waiting posts and open reports; 0 for who may not moderate. */
  waiting: z.object({ posts: z.int(), reports: z.int() }),
});
export type CommunitySettings = z.infer<typeof communitySettingsSchema>;

export const communitySettingsPatchSchema = communitySettingsSchema
  .pick({ publishing: true, comments: true, isPublic: true, discordForMembers: true })
  .extend({
    discordInvite: z.union([
      z.url({ protocol: /^https$/, hostname: /^(discord\.gg|discord\.com|discordapp\.com)$/ }).max(200),
      z.null(),
    ]),
    /** https://discord.com/api/webhooks/…; null removes it. */
    discordWebhookUrl: z.union([z.string().max(400), z.null()]),
  })
  .partial();

export const newDiscordShareSchema = z.object({
  generation: z.uuid(),
  image: z
    .int()
    .min(0)
    .max(LIMITS.count - 1)
    .default(0),
  /** Some words of one's own. */
  message: z.string().trim().max(1_000).default(''),
  sharePrompt: z.boolean().default(true),
  /** A recipe whose link is put below. */
  recipe: z.string().max(80).nullable().default(null),
});
export const discordShareSchema = z.object({
  /** Id of the message in the channel. */
  message: z.string(),
});
