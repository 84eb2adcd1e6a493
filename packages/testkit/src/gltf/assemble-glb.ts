/** A GLB from its two chunks, well-formed as a container whatever the JSON says. */
export function assembleGlb(json: unknown, bin: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(typeof json === 'string' ? json : JSON.stringify(json));
  const jsonLength = Math.ceil(text.length / 4) * 4;
  const binLength = Math.ceil(bin.length / 4) * 4;
  const glb = new Uint8Array(20 + jsonLength + (binLength > 0 ? 8 + binLength : 0));
  const view = new DataView(glb.buffer);
  view.setUint32(0, 0x46546c67, true);
  view.setUint32(4, 2, true);
  view.setUint32(8, glb.length, true);
  view.setUint32(12, jsonLength, true);
  view.setUint32(16, 0x4e4f534a, true);
  glb.set(text, 20);
  glb.fill(0x20, 20 + text.length, 20 + jsonLength);
  if (binLength > 0) {
    view.setUint32(20 + jsonLength, binLength, true);
    view.setUint32(24 + jsonLength, 0x004e4942, true);
    glb.set(bin, 28 + jsonLength);
  }
  return glb;
}

/** A GLB taken apart again, for tests that change one thing in it. */
export function takeApartGlb(glb: Uint8Array): { json: GlbJson; bin: Uint8Array<ArrayBuffer> } {
  const view = new DataView(glb.buffer, glb.byteOffset, glb.byteLength);
  const jsonLength = view.getUint32(12, true);
  const json = JSON.parse(new TextDecoder().decode(glb.subarray(20, 20 + jsonLength))) as GlbJson;
  return { json, bin: glb.slice(28 + jsonLength) as Uint8Array<ArrayBuffer> };
}

/** glTF JSON, loosely: tests put wrong things into it on purpose. */
// biome-ignore lint/suspicious/noExplicitAny: a type that allowed only valid files would be of no use here.
export type GlbJson = Record<string, any>;
