import type { Warning } from '@diorama/contracts';
import type { Bounds, LightRecord } from '@diorama/scene';
import type { GltfMaterial } from './model/gltf-model.ts';

/**
 * What a glTF 2.0 file holds, decoded: plain arrays and records, nothing compressed, nothing referring to the file.
 * Indices of meshes, images, materials and nodes are those of the file, as far as it has them; what reading adds
 * (instances, posed skins) comes behind.
 */
export interface GltfAsset {
  /** The default scene's name; empty when it has none. */
  readonly name: string;
  readonly meshes: readonly GltfMesh[];
  readonly images: readonly GltfImage[];
  readonly materials: readonly GltfMaterial[];
  readonly nodes: readonly GltfNode[];
  /** Root nodes of the scene that the file shows by default. */
  readonly rootNodes: readonly number[];
  /** What the file has that is not shown, or not as it is there. */
  readonly warnings: readonly Warning[];
}

export interface GltfMesh {
  readonly name: string;
  readonly primitives: readonly GltfPrimitive[];
  /** Of all its triangles, in its own space; null when it has none. */
  readonly bounds: Bounds | null;
}

/** Triangles with one material, in the mesh's own space, metres. Arrays may be given away; nothing else refers to them. */
export interface GltfPrimitive {
  /** xyz. */
  readonly positions: Float32Array<ArrayBuffer>;
  /** xyz, unit length. null: shade each triangle flat (glTF 2.0, 3.7.2.1); `withFlatNormals` makes that explicit. */
  readonly normals: Float32Array<ArrayBuffer> | null;
  /** xyzw, w is the handedness of the bitangent. */
  readonly tangents: Float32Array<ArrayBuffer> | null;
  readonly uv0: Float32Array<ArrayBuffer> | null;
  readonly uv1: Float32Array<ArrayBuffer> | null;
  /** Linear RGBA. */
  readonly colors: Float32Array<ArrayBuffer> | null;
  /** Three per triangle, all below the number of vertices. */
  readonly indices: Uint32Array<ArrayBuffer>;
  /** Into `GltfAsset.materials`. */
  readonly materialIndex: number | null;
}

/** An image as it is in the file, not decoded. */
export interface GltfImage {
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Recognised by its bytes, whatever the file says. */
  readonly mediaType: string;
  /** Pixels; 0 for formats that are recognised but not read (KTX2, AVIF). */
  readonly width: number;
  readonly height: number;
}

export interface GltfNode {
  /** Never empty: a node without name is called after what it holds. */
  readonly name: string;
  readonly children: readonly number[];
  readonly translation: [number, number, number];
  /** Quaternion xyzw. */
  readonly rotation: [number, number, number, number];
  readonly scale: [number, number, number];
  /** Into `GltfAsset.meshes`. */
  readonly mesh: number | null;
  readonly light: LightRecord | null;
  /** Looks along the node's -Z. */
  readonly camera: GltfCamera | null;
}

export interface GltfCamera {
  readonly name: string;
  readonly fovYDegrees: number;
  /** Distance to what it looks at, from the node's extras `focusDistanceM`; null when the file does not say. */
  readonly focusDistanceM: number | null;
}
