import type { LightRecord, MaterialFields, TextureRef, TextureSlotName } from '@diorama/scene';
import type { MeshoptFilter, MeshoptMode } from './meshopt-view.ts';

/**
 * A glTF's JSON after every field that we use was checked: indices point at something, ranges lie inside what holds
 * them, counts are within the limits. What reads geometry afterwards needs no check of its own but of the decoded
 * values. Indices are those of the file.
 */
export interface GltfModel {
  readonly buffers: readonly BufferInfo[];
  readonly bufferViews: readonly BufferViewInfo[];
  readonly accessors: readonly AccessorInfo[];
  readonly images: readonly ImageInfo[];
  readonly materials: readonly GltfMaterial[];
  readonly meshes: readonly MeshInfo[];
  readonly skins: readonly SkinInfo[];
  readonly nodes: readonly NodeInfo[];
  /** Root nodes of the scene that the file shows by default. */
  readonly rootNodes: readonly number[];
  readonly animations: number;
  readonly scenes: number;
  readonly extensionsUsed: readonly string[];
}

export type BufferInfo = { readonly byteLength: number } & (
  | { readonly kind: 'bin' }
  | { readonly kind: 'embedded'; readonly uri: string }
  | { readonly kind: 'external'; readonly name: string }
  /** A meshopt fallback: has no bytes, only compressed views use it. */
  | { readonly kind: 'fallback' }
);

export interface ByteRange {
  readonly buffer: number;
  readonly byteOffset: number;
  readonly byteLength: number;
}

export interface BufferViewInfo extends ByteRange {
  readonly byteStride: number | null;
  readonly meshopt: MeshoptInfo | null;
}

export interface MeshoptInfo extends ByteRange {
  readonly byteStride: number;
  readonly count: number;
  readonly mode: MeshoptMode;
  readonly filter: MeshoptFilter;
}

export type ComponentType = 5120 | 5121 | 5122 | 5123 | 5125 | 5126;
export type AccessorType = 'SCALAR' | 'VEC2' | 'VEC3' | 'VEC4' | 'MAT2' | 'MAT3' | 'MAT4';

export interface AccessorInfo {
  /** null: all zero, or given by Draco, or only by `sparse`. */
  readonly bufferView: number | null;
  readonly byteOffset: number;
  readonly componentType: ComponentType;
  readonly type: AccessorType;
  readonly count: number;
  readonly normalized: boolean;
  readonly sparse: SparseInfo | null;
}

export interface SparseInfo {
  readonly count: number;
  readonly indices: {
    readonly bufferView: number;
    readonly byteOffset: number;
    readonly componentType: ComponentType;
  };
  readonly values: { readonly bufferView: number; readonly byteOffset: number };
}

export type ImageInfo = { readonly name: string; readonly mimeType: string | null } & (
  | { readonly kind: 'view'; readonly bufferView: number }
  | { readonly kind: 'embedded'; readonly uri: string }
  | { readonly kind: 'external'; readonly file: string }
);

/** A texture slot that refers to `GltfAsset.images`; it becomes a `TextureRef` once its source has an id. */
export type GltfTextureRef = Omit<TextureRef, 'source'>;

/** A material as the scene records hold it, but with texture slots that know no source yet. */
export type GltfMaterial = Omit<MaterialFields, TextureSlotName> &
  Record<TextureSlotName, GltfTextureRef | null>;

export interface MeshInfo {
  readonly name: string;
  readonly primitives: readonly PrimitiveInfo[];
  readonly weights: readonly number[];
}

export interface PrimitiveInfo {
  readonly place: string;
  /** Accessor indices by semantic, as in `POSITION`. */
  readonly attributes: Readonly<Record<string, number>>;
  readonly indices: number | null;
  readonly mode: number;
  readonly material: number | null;
  readonly draco: {
    readonly bufferView: number;
    readonly attributes: Readonly<Record<string, number>>;
  } | null;
  readonly targets: readonly Readonly<Record<string, number>>[];
  readonly vertices: number;
  readonly triangles: number;
}

export interface SkinInfo {
  readonly joints: readonly number[];
  readonly inverseBindMatrices: number | null;
}

export interface NodeInfo {
  readonly name: string;
  readonly children: readonly number[];
  readonly translation: [number, number, number];
  readonly rotation: [number, number, number, number];
  readonly scale: [number, number, number];
  readonly mesh: number | null;
  readonly skin: number | null;
  readonly weights: readonly number[] | null;
  readonly camera: CameraInfo | null;
  readonly light: LightRecord | null;
  readonly lightName: string;
  readonly instancing: {
    readonly count: number;
    readonly attributes: Readonly<Record<string, number>>;
  } | null;
  /** True where a matrix was given that has shear, which the three parts cannot hold. */
  readonly sheared: boolean;
}

export interface CameraInfo {
  readonly name: string;
  readonly fovYDegrees: number;
  readonly orthographic: boolean;
  /** From the node's extras; where the camera looks at along its axis, metres. */
  readonly focusDistanceM: number | null;
}
