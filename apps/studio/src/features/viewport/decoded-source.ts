/**
 * A model file as the viewport draws it: typed arrays and decoded pictures, ready to cross from the worker that read
 * it without a copy.
 */

export interface DecodedPrimitive {
  readonly positions: Float32Array<ArrayBuffer>;
  readonly normals: Float32Array<ArrayBuffer> | null;
  readonly tangents: Float32Array<ArrayBuffer> | null;
  readonly uv0: Float32Array<ArrayBuffer> | null;
  readonly uv1: Float32Array<ArrayBuffer> | null;
  /** Linear RGBA. */
  readonly colors: Float32Array<ArrayBuffer> | null;
  readonly indices: Uint32Array<ArrayBuffer> | null;
}

export interface DecodedMesh {
  readonly primitives: readonly DecodedPrimitive[];
}

export interface DecodedSource {
  readonly meshes: readonly DecodedMesh[];
  /** null where a picture could not be decoded; the material is then drawn without it. */
  readonly images: readonly (ImageBitmap | null)[];
}
