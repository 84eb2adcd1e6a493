import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { aScene, compressGlb, takeApartGlb } from '@diorama/testkit';
import { describe, expect, it } from 'vitest';
import { withMemoryLimit } from './draco.ts';
import { readDracoHeader } from './draco-header.ts';

const wasmPath = createRequire(import.meta.url).resolve('draco3dgltf/draco_decoder_gltf.wasm');

/** The bytes of the memory section: flags, least and most pages. */
function memoryLimits(wasm: Uint8Array): number[] {
  let at = 8;
  const leb = (): number => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++]!;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  for (;;) {
    const section = wasm[at++]!;
    const length = leb();
    if (section === 5) return [leb(), leb(), leb(), leb()];
    at += length;
  }
}

describe('withMemoryLimit', () => {
  it('lowers the most memory that the decoder may take and leaves a valid module', async () => {
    const wasm = new Uint8Array(await readFile(wasmPath));
    const limited = withMemoryLimit(wasm, 16_384);
    expect(memoryLimits(wasm)).toEqual([1, 1, 256, 32_768]);
    expect(memoryLimits(limited)).toEqual([1, 1, 256, 16_384]);
    expect(WebAssembly.validate(limited as Uint8Array<ArrayBuffer>)).toBe(true);
    expect(withMemoryLimit(wasm, 1_000_000)).toEqual(wasm);
  });
});

describe('readDracoHeader', () => {
  it('reads the counts that the decoder would allocate by', async () => {
    const { json, bin } = takeApartGlb(await compressGlb(aScene().withBox().toGlb(), 'draco'));
    const { bufferView } = json.meshes[0].primitives[0].extensions.KHR_draco_mesh_compression;
    const { byteOffset = 0, byteLength } = json.bufferViews[bufferView];
    const bytes = bin.subarray(byteOffset, byteOffset + byteLength);
    expect(readDracoHeader(bytes, 'here').faces).toBe(12);
    for (let length = 0; length < 11; length += 1)
      expect(() => readDracoHeader(bytes.subarray(0, length), 'here')).toThrow(/^here: /);
  });

  it('ends on metadata that nests without end', () => {
    const nested = [0xff, 0xff, 0xff, 0x7f, ...Array.from({ length: 5_000 }, () => [0, 1, 0]).flat()];
    const bytes = Uint8Array.of(...[...'DRACO'].map((c) => c.charCodeAt(0)), 2, 2, 1, 1, 0, 0x80, ...nested);
    expect(() => readDracoHeader(bytes, 'here')).toThrow(/cut off|broken/);
  });
});
