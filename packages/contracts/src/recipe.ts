import { z } from 'zod';
import { aspectRatioSchema, longEdgeSchema } from './aspect-ratio.ts';
import { qualitySchema } from './generation.ts';
import { LIMITS } from './limits.ts';
import { referenceRoleSchema } from './look.ts';
import { tagSchema } from './tag.ts';

/** Licences under which pictures and recipes can be shared; the ids are SPDX's, as far as it has one. */
export const LICENCES = [
  'CC0-1.0',
  'CC-BY-4.0',
  'CC-BY-SA-4.0',
  'CC-BY-NC-4.0',
  'all-rights-reserved',
] as const;
export const licenceSchema = z.enum(LICENCES);
export type Licence = z.infer<typeof licenceSchema>;

/** A blank in the prompt, written `{{name}}`. */
export const recipeVariableSchema = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'A name has lower case letters, digits and hyphens.'),
  /** What the person is asked for: "Material of the table". */
  label: z.string().trim().min(1).max(80),
  /** Stands in the prompt until something else is chosen. */
  default: z.string().max(200),
  /** Values that work well; anything else may be typed all the same. */
  options: z.array(z.string().min(1).max(200)).max(24).default([]),
});
export type RecipeVariable = z.infer<typeof recipeVariableSchema>;

export const recipeReferenceSchema = z.object({
  role: referenceRoleSchema,
  /** What picture to bring: "a swatch of the fabric". */
  note: z.string().trim().max(200),
  required: z.boolean().default(false),
});

export const recipeSettingsSchema = z.object({
  useCanvas: z.boolean().default(true),
  /** null: as the person has it. */
  aspectRatio: aspectRatioSchema.nullable().default(null),
  size: longEdgeSchema.nullable().default(null),
  quality: qualitySchema.nullable().default(null),
  /** An engine's kind or id that the recipe was made for; null: any. Where it is missing, the person's own is used. */
  engine: z.string().max(64).nullable().default(null),
  model: z.string().max(200).nullable().default(null),
  geometryStrength: z.number().min(0).max(1).nullable().default(null),
});
export type RecipeSettings = z.infer<typeof recipeSettingsSchema>;

/** What a recipe says, without who keeps it where. */
export const recipeContentSchema = z
  .object({
    title: z.string().trim().min(1).max(120),
    description: z.string().trim().max(1_000).default(''),
    /** With variables as `{{name}}`. */
    prompt: z.string().trim().max(LIMITS.promptCharacters).default(''),
    negativePrompt: z.string().trim().max(LIMITS.promptCharacters).default(''),
    variables: z.array(recipeVariableSchema).max(12).default([]),
    references: z.array(recipeReferenceSchema).max(LIMITS.references).default([]),
    settings: recipeSettingsSchema.prefault({}),
    tags: z.array(tagSchema).max(LIMITS.tagsPerEntry).default([]),
    /** One of the scenes that come with Diorama, to try it on; null: any scene. */
    sampleScene: z.string().max(64).nullable().default(null),
    author: z.string().trim().max(120).default(''),
    licence: licenceSchema.default('CC0-1.0'),
  })
  .superRefine((recipe, context) => {
    const names = new Set(recipe.variables.map((variable) => variable.name));
    if (names.size < recipe.variables.length)
      context.addIssue({ code: 'custom', path: ['variables'], message: 'two have the same name' });
    for (const name of variablesIn(recipe.prompt))
      if (!names.has(name))
        context.addIssue({
          code: 'custom',
          path: ['prompt'],
          message: `{{${name}}} is not among the variables`,
        });
    if (recipe.prompt === '' && recipe.references.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['prompt'],
        message: 'a recipe needs a prompt or a reference',
      });
  });
export type RecipeContent = z.infer<typeof recipeContentSchema>;
export type RecipeContentInput = z.input<typeof recipeContentSchema>;

/** A recipe as a file, so that servers can exchange it. */
export const recipeFileSchema = z.object({
  format: z.literal('diorama-recipe'),
  version: z.literal(1),
  recipe: recipeContentSchema,
  /** What it makes, so that it can be judged before it is tried. */
  picture: z
    .object({
      mediaType: z.enum(['image/jpeg', 'image/webp', 'image/png']),
      /** Base64 of the file. */
      data: z.string().max(LIMITS.recipePictureBytes * 1.4),
    })
    .nullable()
    .default(null),
});
export type RecipeFile = z.infer<typeof recipeFileSchema>;

/** The names of the variables that a prompt has, each once, in order. */
export function variablesIn(prompt: string): string[] {
  return [...new Set([...prompt.matchAll(PLACEHOLDER)].map((match) => match[1]!))];
}

/** The prompt with its variables filled in; what is missing or empty takes the default. */
export function fillPrompt(
  recipe: Pick<RecipeContent, 'prompt' | 'variables'>,
  values: Readonly<Record<string, string>> = {},
): string {
  return recipe.prompt.replace(PLACEHOLDER, (whole, name: string) => {
    const given = values[name]?.trim();
    return given || (recipe.variables.find((variable) => variable.name === name)?.default ?? whole);
  });
}

const PLACEHOLDER = /\{\{([a-z][a-z0-9-]{0,31})\}\}/g;

export const RECIPE_SOURCES = ['starter', 'shared', 'own'] as const;

/** A recipe as a server keeps it. */
export const recipeSchema = z.object({
  /** `starter-…` for those that come with Diorama, else a UUID. */
  id: z.string().max(80),
  source: z.enum(RECIPE_SOURCES),
  content: recipeContentSchema,
  pictureUrl: z.string().nullable(),
  /** Whether everyone on this server sees it. */
  shared: z.boolean(),
  /** Whether the one who asks may change it. */
  mine: z.boolean(),
  createdAt: z.iso.datetime().nullable(),
});
export type Recipe = z.infer<typeof recipeSchema>;

export const recipeQuerySchema = z.object({
  q: z.string().max(200).optional(),
  tag: z.string().max(LIMITS.tagCharacters).optional(),
  source: z.enum(RECIPE_SOURCES).optional(),
});

/** A finished image of one's own that shows what a recipe makes. */
const recipePictureSchema = z.object({ generation: z.uuid(), image: z.int().min(0).default(0) }).nullable();

export const newRecipeSchema = z.object({
  content: recipeContentSchema,
  shared: z.boolean().default(false),
  picture: recipePictureSchema.default(null),
});
/** Without defaults: what is absent stays. A picture of null takes it away. */
export const recipePatchSchema = z
  .object({ content: recipeContentSchema, shared: z.boolean(), picture: recipePictureSchema })
  .partial();
