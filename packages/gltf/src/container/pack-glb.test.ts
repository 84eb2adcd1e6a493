import { aScene, assembleGlb, compressGlb, takeApartGlb, tinyPng } from '@diorama/testkit';
import { describe, expect, it } from 'vitest';
import { readGltf } from '../read-gltf.ts';
import { listExternalFiles, packGlb } from './pack-glb.ts';

const png = tinyPng(4, 4);

/** A .gltf whose buffer and picture are files beside it. */
function looseGltf(): { gltf: Uint8Array; files: Map<string, Uint8Array> } {
  const { json, bin } = takeApartGlb(aScene('Loose').withBox({ name: 'Box', texture: png }).toGlb());
  json.buffers[0].uri = 'Box%20data.bin';
  json.images[0] = { uri: './Textures/color.png' };
  return {
    gltf: new TextEncoder().encode(JSON.stringify(json)),
    files: new Map([
      ['Box data.bin', bin],
      ['Textures/color.png', png],
    ]),
  };
}

describe('packGlb', () => {
  it('gives a self-contained GLB back as it is', () => {
    const glb = aScene().withBox({ texture: png }).toGlb();
    expect(packGlb(glb)).toBe(glb);
    expect(listExternalFiles(glb)).toEqual([]);
  });

  it('names the external files as they lie in the folder', () => {
    expect(listExternalFiles(looseGltf().gltf)).toEqual(['Box data.bin', 'Textures/color.png']);
  });

  it('puts external files inside, the same bytes each time', async () => {
    const { gltf, files } = looseGltf();
    const glb = packGlb(gltf, files);
    expect(packGlb(gltf, files)).toEqual(glb);
    const asset = await readGltf(glb);
    expect(asset.images[0]!.bytes).toEqual(png);
    expect(asset.meshes[0]!.primitives[0]!.indices.length).toBe(36);
  });

  it('finds loose files by their last part', async () => {
    const { gltf, files } = looseGltf();
    const loose = new Map([...files].map(([name, bytes]) => [name.split('/').at(-1)!.toUpperCase(), bytes]));
    expect((await readGltf(gltf, { files: loose })).images).toHaveLength(1);
  });

  it('says which files are missing, without folders outside the model', () => {
    const { gltf, files } = looseGltf();
    files.delete('Textures/color.png');
    expect(() => packGlb(gltf, files)).toThrow(
      expect.objectContaining({ code: 'missing-files', details: { files: ['Textures/color.png'] } }),
    );
    const { json, bin } = takeApartGlb(aScene().withBox().toGlb());
    json.images = [{ uri: '/home/someone/secret/wood.png' }];
    expect(() => packGlb(assembleGlb(json, bin))).toThrow(
      expect.objectContaining({ code: 'missing-files', details: { files: ['wood.png'] } }),
    );
  });

  it('unfolds embedded files', async () => {
    const { json, bin } = takeApartGlb(aScene().withBox({ texture: png }).toGlb());
    json.buffers[0].uri = `data:application/octet-stream;base64,${Buffer.from(bin).toString('base64')}`;
    json.images[0] = { uri: `data:image/png;base64,${Buffer.from(png).toString('base64')}` };
    const asset = await readGltf(new TextEncoder().encode(JSON.stringify(json)));
    expect(asset.images[0]).toMatchObject({ width: 4, height: 4 });
    expect(asset.meshes[0]!.primitives[0]!.positions.length).toBe(72);
  });

  it.each(['draco', 'meshopt'] as const)('leaves %s-compressed data untouched', async (method) => {
    const compressed = await compressGlb(aScene().withSphere({ name: 'Ball' }).toGlb(), method);
    const { json, bin } = takeApartGlb(compressed);
    json.images = [{ uri: 'color.png' }];
    const packed = packGlb(assembleGlb(json, bin), new Map([['color.png', png]]));
    expect(Buffer.from(packed).includes(Buffer.from(bin.subarray(0, json.buffers[0].byteLength)))).toBe(true);
    const [before, after] = await Promise.all([readGltf(compressed), readGltf(packed)]);
    expect(after.meshes).toEqual(before.meshes);
  });

  it('judges what comes from outside by the same limits', () => {
    const { gltf, files } = looseGltf();
    files.set('Textures/color.png', new TextEncoder().encode('<svg/>'));
    expect(() => packGlb(gltf, files)).toThrow(expect.objectContaining({ code: 'invalid-model' }));
    files.set('Textures/color.png', png);
    files.set('Box data.bin', new Uint8Array(10));
    expect(() => packGlb(gltf, files)).toThrow(expect.objectContaining({ code: 'invalid-model' }));
  });
});
