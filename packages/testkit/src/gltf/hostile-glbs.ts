import { aScene } from './a-scene.ts';
import { assembleGlb, type GlbJson, takeApartGlb } from './assemble-glb.ts';
import { bombPng } from './tiny-png.ts';

/** A file that nobody should be able to hurt us with, and the error codes that are right for it. */
export interface HostileGlb {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly codes: readonly string[];
}

/** Lying, looping, huge and broken models, each a few kilobytes or a handful of megabytes at most. */
export function hostileGlbs(): HostileGlb[] {
  const good = aScene()
    .withBox({ name: 'Box', color: [1, 0, 0] })
    .toGlb();
  const edited = (edit: (json: GlbJson) => void): Uint8Array => {
    const { json, bin } = takeApartGlb(good);
    edit(json);
    return assembleGlb(json, bin);
  };
  const asset = { version: '2.0' };
  const dracoPrimitive = {
    attributes: { POSITION: 0 },
    indices: 1,
    extensions: { KHR_draco_mesh_compression: { bufferView: 0, attributes: { POSITION: 0 } } },
  };
  // Sequential Draco header that promises 0x0fffffff faces and as many points in 24 bytes.
  const dracoBomb = Uint8Array.of(
    ...[...'DRACO'].map((letter) => letter.charCodeAt(0)),
    ...[2, 2, 1, 0, 0, 0],
    ...[0xff, 0xff, 0xff, 0x7f],
    ...[0xff, 0xff, 0xff, 0x7f],
    ...[0, 0, 0, 0, 0],
  );
  const dracoFile = (faces: number, points: number): Uint8Array =>
    assembleGlb(
      {
        asset,
        extensionsUsed: ['KHR_draco_mesh_compression'],
        buffers: [{ byteLength: 24 }],
        bufferViews: [{ buffer: 0, byteLength: 24 }],
        accessors: [
          { componentType: 5126, count: points, type: 'VEC3' },
          { componentType: 5125, count: faces * 3, type: 'SCALAR' },
        ],
        meshes: [{ primitives: [dracoPrimitive] }],
        nodes: [{ mesh: 0 }],
      },
      dracoBomb,
    );
  const meshoptFile = (count: number, bytes: number): Uint8Array =>
    assembleGlb(
      {
        asset,
        extensionsUsed: ['EXT_meshopt_compression'],
        buffers: [{ byteLength: bytes }],
        bufferViews: [
          {
            buffer: 0,
            byteLength: count * 12,
            extensions: {
              EXT_meshopt_compression: {
                buffer: 0,
                byteLength: bytes,
                byteStride: 12,
                count,
                mode: 'ATTRIBUTES',
              },
            },
          },
        ],
        accessors: [{ bufferView: 0, componentType: 5126, count, type: 'VEC3' }],
        meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
        nodes: [{ mesh: 0 }],
      },
      new Uint8Array(bytes),
    );
  return [
    { name: 'empty', bytes: new Uint8Array(), codes: ['unsupported-media-type'] },
    { name: 'a text', bytes: new TextEncoder().encode('solid cube'), codes: ['unsupported-media-type'] },
    {
      name: 'an SVG',
      bytes: new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"/>'),
      codes: ['unsupported-media-type'],
    },
    { name: 'a header alone', bytes: good.slice(0, 12), codes: ['invalid-model'] },
    {
      name: '2e9 elements without data',
      bytes: assembleGlb({
        asset,
        accessors: [{ componentType: 5126, count: 2_000_000_000, type: 'VEC3' }],
        meshes: [{ primitives: [{ attributes: { POSITION: 0 } }] }],
        nodes: [{ mesh: 0 }],
      }),
      codes: ['model-too-large'],
    },
    {
      name: 'fourteen million elements without data, many times',
      bytes: assembleGlb({
        asset,
        accessors: Array.from({ length: 200 }, () => ({
          componentType: 5126,
          count: 14_000_000,
          type: 'VEC3',
        })),
        meshes: [
          { primitives: Array.from({ length: 200 }, (_, POSITION) => ({ attributes: { POSITION } })) },
        ],
        nodes: [{ mesh: 0 }],
      }),
      codes: ['model-too-large', 'invalid-model'],
    },
    {
      name: '3e8 meshopt elements from 64 bytes',
      bytes: meshoptFile(300_000_000, 64),
      codes: ['model-too-large', 'invalid-model'],
    },
    {
      name: '5e6 meshopt elements from 64 bytes',
      bytes: meshoptFile(5_000_000, 64),
      codes: ['invalid-model'],
    },
    { name: 'a Draco bomb', bytes: dracoFile(1, 3), codes: ['invalid-model'] },
    {
      name: 'a Draco bomb whose accessors join in',
      bytes: dracoFile(0x0fff_ffff, 0x0fff_ffff),
      codes: ['model-too-large'],
    },
    {
      name: 'an accessor beyond its view',
      bytes: edited((json) => {
        json.accessors[0].count = 100_000;
      }),
      codes: ['invalid-model'],
    },
    {
      name: 'a view beyond its buffer',
      bytes: edited((json) => {
        json.bufferViews[0].byteOffset = 1_000_000;
      }),
      codes: ['invalid-model'],
    },
    {
      name: 'a buffer beyond the file',
      bytes: edited((json) => {
        json.buffers[0].byteLength = 4_000_000_000;
      }),
      codes: ['invalid-model'],
    },
    {
      name: 'a loop of nodes',
      bytes: edited((json) => {
        json.nodes = [{ children: [1] }, { children: [2] }, { children: [0] }];
        json.scenes = [{ nodes: [0] }];
      }),
      codes: ['invalid-model'],
    },
    {
      name: 'a node below itself',
      bytes: edited((json) => {
        json.nodes[0].children = [0];
      }),
      codes: ['invalid-model'],
    },
    {
      name: 'a node with two parents',
      bytes: edited((json) => {
        json.nodes = [{ children: [2] }, { children: [2] }, {}];
        json.scenes = [{ nodes: [0, 1] }];
      }),
      codes: ['invalid-model'],
    },
    {
      name: '100,000 nodes',
      bytes: assembleGlb({ asset, nodes: Array.from({ length: 100_000 }, () => ({})) }),
      codes: ['model-too-large'],
    },
    {
      name: 'half a million materials',
      bytes: assembleGlb(`{"asset":{"version":"2.0"},"materials":[${'{},'.repeat(500_000)}{}]}`),
      codes: ['model-too-large'],
    },
    {
      name: 'nodes 5,000 deep',
      bytes: assembleGlb({
        asset,
        nodes: Array.from({ length: 5_000 }, (_, i) => (i < 4_999 ? { children: [i + 1] } : {})),
      }),
      codes: ['model-too-large'],
    },
    {
      name: 'JSON 100,000 deep',
      bytes: assembleGlb(`{"asset":{"version":"2.0"},"extras":${'['.repeat(100_000)}${']'.repeat(100_000)}}`),
      codes: ['model-too-large'],
    },
    {
      name: 'a million instances',
      bytes: edited((json) => {
        json.accessors.push({ componentType: 5126, count: 1_000_000, type: 'VEC3' });
        json.nodes[0].extensions = {
          EXT_mesh_gpu_instancing: { attributes: { TRANSLATION: json.accessors.length - 1 } },
        };
      }),
      codes: ['model-too-large'],
    },
    {
      name: 'one mesh placed until it is too much',
      bytes: aScene()
        .withPlane({ cells: 100 })
        .editing(({ json }) => {
          json.nodes = Array.from({ length: 1_000 }, () => ({ mesh: 0 }));
          json.scenes = [{ nodes: json.nodes.map((_: unknown, index: number) => index) }];
        })
        .toGlb(),
      codes: ['model-too-large'],
    },
    {
      name: 'indices that point nowhere',
      bytes: aScene()
        .withBox()
        .editing(({ json }) => {
          json.accessors[0].count = 3;
          json.accessors[1].count = 3;
          json.accessors[2].count = 3;
        })
        .toGlb(),
      codes: ['invalid-model'],
    },
    {
      name: 'positions that are no numbers',
      bytes: (() => {
        const { json, bin } = takeApartGlb(good);
        new DataView(bin.buffer).setFloat32(8, Number.NaN, true);
        return assembleGlb(json, bin);
      })(),
      codes: ['invalid-model'],
    },
    {
      name: 'an image of 2.5 gigapixels',
      bytes: aScene().withBox({ texture: bombPng() }).toGlb(),
      codes: ['model-too-large'],
    },
    {
      name: 'a texture that is none',
      bytes: aScene()
        .withBox({ texture: new TextEncoder().encode('<svg onload="alert(1)"/>') })
        .toGlb(),
      codes: ['invalid-model'],
    },
    {
      name: 'an external file by network address',
      bytes: edited((json) => {
        json.images = [{ uri: 'http://169.254.169.254/latest/meta-data' }];
      }),
      codes: ['missing-files'],
    },
    {
      name: 'an external file up the folders',
      bytes: edited((json) => {
        json.images = [{ uri: '../../../../etc/passwd' }];
      }),
      codes: ['missing-files'],
    },
    {
      name: 'an unknown extension that it needs',
      bytes: edited((json) => {
        json.extensionsRequired = ['ACME_quantum_mesh'];
      }),
      codes: ['unsupported-feature'],
    },
    { name: 'glTF 1.0', bytes: assembleGlb({ asset: { version: '1.0' } }), codes: ['unsupported-feature'] },
    {
      name: 'texts where lists belong',
      bytes: edited((json) => {
        json.nodes = 'nodes';
      }),
      codes: ['invalid-model'],
    },
    {
      name: 'names of the prototype',
      bytes: edited((json) => {
        json.meshes[0].primitives[0].attributes.constructor = '__proto__';
      }),
      codes: ['invalid-model'],
    },
  ];
}
