/** The part of Draco's decoder that we call; the package has no types of its own. */
declare module 'draco3dgltf/draco_decoder_gltf_nodejs.js' {
  export interface DracoModule {
    readonly HEAPU8: Uint8Array<ArrayBuffer>;
    _malloc(bytes: number): number;
    _free(pointer: number): void;
    destroy(object: object): void;
    readonly Decoder: new () => DracoDecoder;
    readonly DecoderBuffer: new () => { Init(bytes: Int8Array, length: number): void };
    readonly Mesh: new () => DracoMesh;
    readonly TRIANGULAR_MESH: number;
    readonly DT_INT8: number;
    readonly DT_UINT8: number;
    readonly DT_INT16: number;
    readonly DT_UINT16: number;
    readonly DT_UINT32: number;
    readonly DT_FLOAT32: number;
  }
  export interface DracoMesh {
    num_faces(): number;
    num_points(): number;
  }
  export interface DracoAttribute {
    num_components(): number;
  }
  export interface DracoDecoder {
    GetEncodedGeometryType(buffer: object): number;
    DecodeBufferToMesh(buffer: object, mesh: DracoMesh): { ok(): boolean };
    GetAttributeByUniqueId(mesh: DracoMesh, id: number): DracoAttribute & { readonly ptr: number };
    GetAttributeDataArrayForAllPoints(
      mesh: DracoMesh,
      attribute: DracoAttribute,
      dataType: number,
      byteLength: number,
      pointer: number,
    ): boolean;
    GetTrianglesUInt32Array(mesh: DracoMesh, byteLength: number, pointer: number): boolean;
  }
  const createDracoModule: (options: { wasmBinary: Uint8Array }) => Promise<DracoModule>;
  export default createDracoModule;
}
