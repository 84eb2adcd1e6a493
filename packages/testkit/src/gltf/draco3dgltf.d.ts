/** Only what is handed on to @gltf-transform; the package has no types of its own. */
declare module 'draco3dgltf' {
  const draco: {
    createEncoderModule(): Promise<object>;
    createDecoderModule(): Promise<object>;
  };
  export default draco;
}
