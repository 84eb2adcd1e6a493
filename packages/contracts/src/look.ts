import { z } from 'zod';

/**
 * The look: what prompt and references were understood to mean, in terms the renderer can execute and a person can
 * read. Colours are `#rrggbb` in sRGB because people read and edit them; the engine converts to linear Rec. 709.
 */

export const REFERENCE_ROLES = ['style', 'material', 'background', 'subject', 'palette'] as const;
export const referenceRoleSchema = z.enum(REFERENCE_ROLES);
export type ReferenceRole = z.infer<typeof referenceRoleSchema>;

export const hexColorSchema = z.string().regex(/^#[0-9a-f]{6}$/);
const unit = z.number().min(0).max(1);
const signedUnit = z.number().min(-1).max(1);

export const LOOK_STYLES = ['photo', 'clay', 'toon', 'pencil', 'ink', 'watercolour', 'blueprint'] as const;
export const lookStyleSchema = z.enum(LOOK_STYLES);
export type LookStyle = z.infer<typeof lookStyleSchema>;

/** Environments that come with Diorama as pictures; the sky and the studio sets are computed. */
export const HDRI_NAMES = [
  'city',
  'forest',
  'night',
  'park',
  'sunset',
  'dawn',
  'warehouse',
  'apartment',
  'lobby',
] as const;

export const STUDIO_SETS = [
  'softbox',
  'high-key',
  'low-key',
  'rim',
  'window',
  'ring',
  'neon',
  'overhead',
  'candle',
  'neutral',
] as const;

export const lightingSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('sky'),
    /** Above the horizon; below -1 only twilight is left. */
    sunElevationDegrees: z.number().min(-18).max(90),
    /** Where the light comes from, seen from the camera: 0 = from behind it, 90 = from the right, 180 = against it. */
    sunAzimuthDegrees: z.number().min(-180).max(180),
    /** 2 = clear mountain air, 10 = haze. */
    turbidity: z.number().min(1.7).max(10),
    /** 0 = clear with a hard sun, 1 = overcast without sun. */
    cloudCover: unit,
    /** Night: the sun's place is taken by a moon and the sky is dark blue. */
    moon: z.boolean(),
  }),
  z.object({
    kind: z.literal('studio'),
    set: z.enum(STUDIO_SETS),
    keyColorSrgb: hexColorSchema,
    accentColorSrgb: hexColorSchema,
    /** Fill against key, 0 = black shadows, 1 = none. */
    fill: unit,
    /** 0 = small hard source, 1 = very large soft one. */
    softness: unit,
    /** Key light: 0 = from the camera, 90 = right, -90 = left, 180 = behind. */
    keyAzimuthDegrees: z.number().min(-180).max(180),
  }),
  z.object({
    kind: z.literal('hdri'),
    name: z.enum(HDRI_NAMES),
    rotationDegrees: z.number().min(-180).max(180),
  }),
]);
export type Lighting = z.infer<typeof lightingSchema>;

export const backgroundSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('environment') }),
  z.object({ kind: z.literal('color'), colorSrgb: hexColorSchema }),
  z.object({ kind: z.literal('gradient'), topSrgb: hexColorSchema, bottomSrgb: hexColorSchema }),
  /** The reference with this index (0 or 1) behind the scene, cover-fitted. */
  z.object({ kind: z.literal('reference'), index: z.int().min(0).max(1) }),
]);
export type Background = z.infer<typeof backgroundSchema>;

/** The tracer's solid textures. */
export const PROCEDURAL_KINDS = [
  'wood',
  'planks',
  'marble',
  'concrete',
  'brick',
  'tiles',
  'checker',
  'fabric',
  'leather',
  'terrazzo',
  'noise',
  'grass',
  'sand',
  'snow',
  'asphalt',
  'water',
] as const;

/** A surface in the words of PBR. What is null stays as the object has it. */
export const surfaceSchema = z.object({
  /** The word it came from ("walnut"), for the person. */
  name: z.string(),
  colorSrgb: hexColorSchema.nullable(),
  roughness: unit.nullable(),
  metalness: unit.nullable(),
  transmission: unit.nullable(),
  thinWalled: z.boolean().nullable(),
  ior: z.number().min(1).max(3).nullable(),
  clearcoat: unit.nullable(),
  /** Cloth lobe. */
  sheenSrgb: hexColorSchema.nullable(),
  /** Emitted radiance as a multiple of diffuse white; null = none of its own. */
  emission: z.number().min(0).max(100).nullable(),
  texture: z
    .object({
      kind: z.enum(PROCEDURAL_KINDS),
      /** Size of one feature, metres. */
      scaleM: z.number().positive().max(100),
      colorASrgb: hexColorSchema,
      colorBSrgb: hexColorSchema,
      roughnessVariation: unit,
      bumpHeightM: z.number().min(0).max(1),
    })
    .nullable(),
  wetness: unit,
});
export type Surface = z.infer<typeof surfaceSchema>;

export const materialAssignmentSchema = z.object({
  /** Nodes of the scene document (with what is below them); `all` = the whole model. */
  target: z.union([z.literal('all'), z.array(z.string()).min(1)]),
  /** The words that named the target ("chair"), for the person. */
  targetText: z.string(),
  surface: surfaceSchema,
  /** Take the surface's colour and texture from the reference with this index instead; null = no. */
  fromReference: z.int().min(0).max(1).nullable(),
});
export type MaterialAssignment = z.infer<typeof materialAssignmentSchema>;

export const groundSchema = z.object({
  /** `none` = nothing is added; `plane` = an endless floor; `backdrop` = a floor that bends up into a wall; `plinth` = a round podium on a floor. */
  kind: z.enum(['none', 'plane', 'backdrop', 'plinth']),
  surface: surfaceSchema,
});
export type Ground = z.infer<typeof groundSchema>;

export const lensSchema = z.object({
  /** Full-frame equivalent; null = keep the camera's. The camera is moved so that the subject keeps its size. */
  focalLengthMm: z.number().min(8).max(400).nullable(),
  /** 0 = everything sharp, 1 = very shallow (an f/1.2 portrait lens close up). */
  depthOfField: unit,
  /** Nodes to focus on; null = what is in the middle of the frame. */
  focusOn: z.array(z.string()).min(1).nullable(),
});
export type Lens = z.infer<typeof lensSchema>;

export const atmosphereSchema = z.object({
  /** Share of the light from the scene's far edge that the air swallows. 0 = clear. */
  fog: unit,
  fogColorSrgb: hexColorSchema.nullable(),
  /** Falling drops or flakes drawn over the picture by depth. */
  precipitation: z.enum(['none', 'rain', 'snow']),
  precipitationAmount: unit,
});
export type Atmosphere = z.infer<typeof atmosphereSchema>;

export const gradeSchema = z.object({
  exposureEv: z.number().min(-5).max(5),
  contrast: signedUnit,
  saturation: signedUnit,
  /** -1 = cold, 1 = warm. */
  temperature: signedUnit,
  /** -1 = green, 1 = magenta. */
  tint: signedUnit,
  shadowsSrgb: hexColorSchema.nullable(),
  highlightsSrgb: hexColorSchema.nullable(),
  /** Strength of the split tone above. */
  splitTone: unit,
  vignette: unit,
  grain: unit,
  bloom: unit,
  monochrome: z.boolean(),
});
export type Grade = z.infer<typeof gradeSchema>;

export const DIRECTIVE_CATEGORIES = [
  'lighting',
  'time-of-day',
  'weather',
  'environment',
  'background',
  'ground',
  'material',
  'lens',
  'mood',
  'grade',
  'style',
  'reference',
] as const;

/** One thing that was understood: which words, and what they do, in a short sentence for the person. */
export const directiveSchema = z.object({
  category: z.enum(DIRECTIVE_CATEGORIES),
  text: z.string(),
  /** UTF-16 offsets into the prompt, end exclusive; null when it came from a reference. */
  span: z.tuple([z.int().nonnegative(), z.int().nonnegative()]).nullable(),
  effect: z.string(),
});
export type Directive = z.infer<typeof directiveSchema>;

export const lookSchema = z.object({
  version: z.literal(1),
  style: lookStyleSchema,
  lighting: lightingSchema,
  background: backgroundSchema,
  ground: groundSchema,
  materials: z.array(materialAssignmentSchema),
  lens: lensSchema,
  atmosphere: atmosphereSchema,
  grade: gradeSchema,
  /** Colours that a reference or the prompt asked for, strongest first. */
  palette: z.array(z.object({ colorSrgb: hexColorSchema, weight: unit })),
  references: z.array(
    z.object({
      index: z.int().min(0).max(1),
      role: referenceRoleSchema,
      /** True when nobody said the role and it was inferred. */
      guessed: z.boolean(),
      /** How strongly palette and tone are taken over. */
      strength: unit,
      effect: z.string(),
    }),
  ),
  directives: z.array(directiveSchema),
  notUnderstood: z.array(
    z.object({
      text: z.string(),
      span: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
      /** Why, and what would help, in a short sentence for the person. */
      reason: z.string().optional(),
    }),
  ),
  /** Words that are known and change nothing ("a photo of", "4k", the name of an object that stays as it is). */
  noEffect: z
    .array(z.object({ text: z.string(), span: z.tuple([z.int().nonnegative(), z.int().nonnegative()]) }))
    .optional(),
});
export type Look = z.infer<typeof lookSchema>;

/** What the words can bind to: the named objects of a scene. */
export const lookSceneSchema = z.object({
  /** Title or file name: "vehicle-truck-red" tells what the nodes `body` and `wheel-front-left` belong to. */
  name: z.string().optional(),
  objects: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        parentId: z.string().nullable(),
        materialNames: z.array(z.string()),
      }),
    )
    .max(50_000),
});
export type LookScene = z.infer<typeof lookSceneSchema>;
