/// <reference path="./draco3dgltf.d.ts" />

/**
 * The same model with Draco- or meshopt-compressed geometry, by an encoder that is not ours. The libraries are loaded
 * on the first call, so that tests which need none of it start fast.
 */
export async function compressGlb(
  glb: Uint8Array,
  method: 'draco' | 'meshopt',
): Promise<Uint8Array<ArrayBuffer>> {
  const [{ NodeIO }, extensions, { default: draco }, { MeshoptDecoder, MeshoptEncoder }] = await Promise.all([
    import('@gltf-transform/core'),
    import('@gltf-transform/extensions'),
    import('draco3dgltf'),
    import('meshoptimizer'),
  ]);
  const { ALL_EXTENSIONS, EXTMeshoptCompression, KHRDracoMeshCompression } = extensions;
  await Promise.all([MeshoptEncoder.ready, MeshoptDecoder.ready]);
  const io = new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({
    'draco3d.encoder': await draco.createEncoderModule(),
    'draco3d.decoder': await draco.createDecoderModule(),
    'meshopt.encoder': MeshoptEncoder,
    'meshopt.decoder': MeshoptDecoder,
  });
  const document = await io.readBinary(glb);
  if (method === 'draco') document.createExtension(KHRDracoMeshCompression).setRequired(true);
  else
    document
      .createExtension(EXTMeshoptCompression)
      .setRequired(true)
      .setEncoderOptions({ method: EXTMeshoptCompression.EncoderMethod.QUANTIZE });
  return new Uint8Array(await io.writeBinary(document));
}
