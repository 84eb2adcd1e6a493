import { assetIdSchema, cameraSchema, vec3Schema } from '@diorama/contracts';
import { z } from 'zod';

/**
 * The scene document: what the user edits, what a generation keeps as its snapshot, what history restores.
 *
 * Geometry and pixels stay in the GLBs that were imported (`sources`, content-addressed); the document holds only
 * what can be edited, so a snapshot is a few kilobytes and a moved chair never uploads a mesh again.
 * World space: metres, right-handed, Y up, as in glTF 2.0.
 */

export const SCENE_FORMAT = 'diorama-scene';
export const SCENE_VERSION = 1;

/** Starts with a letter or digit, so that no id can be a name that JavaScript objects are born with (`__proto__`). */
export const recordIdSchema = z
  .string()
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._:~-]*$/, 'An id has letters, digits and . _ : ~ - only.');
const idSchema = recordIdSchema;
const unit = z.number().min(0).max(1);
const linearColorSchema = z.tuple([z.number().min(0), z.number().min(0), z.number().min(0)]);
const finite = z.number().min(-1e9).max(1e9);

/** A GLB whose meshes and images the document uses. */
export const sourceRecordSchema = z.object({
  id: idSchema,
  asset: assetIdSchema,
  /** File name as the user knows it; only shown. */
  name: z.string().max(256),
});
export type SourceRecord = z.infer<typeof sourceRecordSchema>;

/** KHR_lights_punctual. Points along the node's -Z. */
export const lightRecordSchema = z.object({
  kind: z.enum(['directional', 'point', 'spot']),
  colorLinear: linearColorSchema,
  /** Lux for directional, candela for point and spot. */
  intensity: z.number().min(0).max(1e9),
  innerConeDegrees: z.number().min(0).max(90),
  outerConeDegrees: z.number().min(0).max(90),
});
export type LightRecord = z.infer<typeof lightRecordSchema>;

export const nodeRecordSchema = z.object({
  id: idSchema,
  name: z.string().max(256),
  parentId: idSchema.nullable(),
  /** Position among its siblings; ties are ordered by id. */
  order: z.number(),
  translation: vec3Schema,
  /** Quaternion xyzw. */
  rotation: z.tuple([finite, finite, finite, finite]),
  scale: z.tuple([finite, finite, finite]),
  /** A hidden node hides everything below it. */
  visible: z.boolean(),
  /** Mesh of a source; one material id per primitive. */
  mesh: z
    .object({ source: idSchema, index: z.int().nonnegative(), materials: z.array(idSchema.nullable()) })
    .nullable(),
  light: lightRecordSchema.nullable(),
});
export type NodeRecord = z.infer<typeof nodeRecordSchema>;

/** A texture slot: which image of which source, and KHR_texture_transform. */
export const textureRefSchema = z.object({
  source: idSchema,
  /** Index into the source's images. */
  image: z.int().nonnegative(),
  uvSet: z.int().min(0).max(1),
  offset: z.tuple([finite, finite]),
  rotationRadians: finite,
  scale: z.tuple([finite, finite]),
  wrapS: z.enum(['repeat', 'clamp', 'mirror']),
  wrapT: z.enum(['repeat', 'clamp', 'mirror']),
  filter: z.enum(['linear', 'nearest']),
});
export type TextureRef = z.infer<typeof textureRefSchema>;

/** glTF 2.0 metallic-roughness and the KHR_materials extensions that we honour. */
export const materialRecordSchema = z.object({
  id: idSchema,
  name: z.string().max(256),
  baseColorLinear: linearColorSchema,
  alpha: unit,
  alphaMode: z.enum(['opaque', 'mask', 'blend']),
  alphaCutoff: unit,
  doubleSided: z.boolean(),
  metalness: unit,
  roughness: unit,
  emissiveLinear: linearColorSchema,
  emissiveStrength: z.number().min(0).max(1e6),
  normalScale: finite,
  occlusionStrength: unit,
  ior: z.number().min(1).max(5),
  specular: unit,
  transmission: unit,
  thicknessM: z.number().min(0).max(1e6),
  attenuationColorLinear: linearColorSchema,
  /** null = no absorption. */
  attenuationDistanceM: z.number().positive().nullable(),
  clearcoat: unit,
  clearcoatRoughness: unit,
  sheenColorLinear: linearColorSchema,
  sheenRoughness: unit,
  unlit: z.boolean(),
  baseColorTexture: textureRefSchema.nullable(),
  metallicRoughnessTexture: textureRefSchema.nullable(),
  normalTexture: textureRefSchema.nullable(),
  occlusionTexture: textureRefSchema.nullable(),
  emissiveTexture: textureRefSchema.nullable(),
});
export type MaterialRecord = z.infer<typeof materialRecordSchema>;

/** A saved view. */
export const viewRecordSchema = z.object({
  id: idSchema,
  name: z.string().max(256),
  order: z.number(),
  camera: cameraSchema,
});
export type ViewRecord = z.infer<typeof viewRecordSchema>;

export const sceneDocumentSchema = z.object({
  format: z.literal(SCENE_FORMAT),
  version: z.literal(SCENE_VERSION),
  name: z.string().max(256),
  sources: z.record(idSchema, sourceRecordSchema),
  nodes: z.record(idSchema, nodeRecordSchema),
  materials: z.record(idSchema, materialRecordSchema),
  views: z.record(idSchema, viewRecordSchema),
});
export type SceneDocument = z.infer<typeof sceneDocumentSchema>;
