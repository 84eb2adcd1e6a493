import { z } from 'zod';

/** `sha256-` and 64 hexadecimal digits: the same bytes have the same id, so nothing is stored or sent twice. */
export const assetIdSchema = z
  .string()
  .regex(/^sha256-[0-9a-f]{64}$/, 'An asset id looks like sha256-<64 hex digits>.');
export type AssetId = z.infer<typeof assetIdSchema>;

/** `model` is a GLB, `scene` a scene document that refers to models. */
export const ASSET_KINDS = ['image', 'model', 'scene'] as const;

export const MEDIA_TYPES = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  glb: 'model/gltf-binary',
  scene: 'application/vnd.diorama.scene+json',
} as const;

export const assetSchema = z.object({
  id: assetIdSchema,
  kind: z.enum(ASSET_KINDS),
  mediaType: z.string(),
  bytes: z.int().nonnegative(),
  width: z.int().positive().optional(),
  height: z.int().positive().optional(),
  url: z.string(),
});
export type Asset = z.infer<typeof assetSchema>;
