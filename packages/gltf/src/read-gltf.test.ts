import { aScene, boxShape, compressGlb, createGlbWriter, sphereShape, tinyPng } from '@diorama/testkit';
import { describe, expect, it } from 'vitest';
import { withFlatNormals } from './decode/primitive-arrays.ts';
import type { GltfPrimitive } from './gltf-asset.ts';
import { readGltf } from './read-gltf.ts';

/** One mesh of the given attributes and indices. */
function glbOf(build: (writer: ReturnType<typeof createGlbWriter>) => object): Uint8Array {
  const writer = createGlbWriter();
  writer.json.meshes = [{ primitives: [build(writer)] }];
  writer.json.nodes = [{ mesh: 0 }];
  return writer.finish();
}

async function onlyPrimitive(glb: Uint8Array): Promise<GltfPrimitive> {
  return (await readGltf(glb)).meshes[0]!.primitives[0]!;
}

const square = new Float32Array([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]);

describe('readGltf geometry', () => {
  it('reads positions, normals, texture coordinates and indices as they were written', async () => {
    const box = boxShape([2, 4, 6]);
    const asset = await readGltf(
      aScene()
        .withBox({ name: 'Box', size: [2, 4, 6] })
        .toGlb(),
    );
    const [mesh] = asset.meshes;
    expect(mesh).toMatchObject({ name: 'Box', bounds: { min: [-1, -2, -3], max: [1, 2, 3] } });
    expect(mesh!.primitives[0]).toEqual({
      positions: box.positions,
      normals: box.normals,
      tangents: null,
      uv0: box.uvs,
      uv1: null,
      colors: null,
      indices: box.indices,
      materialIndex: null,
    });
  });

  it('unfolds normalised integers to floats', async () => {
    const primitive = await onlyPrimitive(
      glbOf((writer) => ({
        attributes: {
          POSITION: writer.accessor(new Int16Array([0, 0, 0, 32767, 0, 0, 0, -32768, 0]), 'VEC3', {
            normalized: true,
          }),
          TEXCOORD_0: writer.accessor(new Uint8Array([0, 0, 255, 0, 51, 255]), 'VEC2', { normalized: true }),
          COLOR_0: writer.accessor(new Uint16Array([65535, 0, 0, 0, 65535, 0, 0, 0, 65535]), 'VEC3', {
            normalized: true,
          }),
        },
      })),
    );
    expect([...primitive.positions]).toEqual([0, 0, 0, 1, 0, 0, 0, -1, 0]);
    expect([...primitive.uv0!].map((v) => Math.round(v * 10) / 10)).toEqual([0, 0, 1, 0, 0.2, 1]);
    expect([...primitive.colors!]).toEqual([1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1]);
  });

  it('keeps integers that are not normalised as they are (KHR_mesh_quantization)', async () => {
    const primitive = await onlyPrimitive(
      glbOf((writer) => ({
        attributes: { POSITION: writer.accessor(new Uint16Array([0, 0, 0, 500, 0, 0, 0, 700, 0]), 'VEC3') },
      })),
    );
    expect([...primitive.positions]).toEqual([0, 0, 0, 500, 0, 0, 0, 700, 0]);
  });

  it.each([
    ['floats, aligned', 20, new Float32Array([0, 0, 0, 9, 9, 1, 0, 0, 9, 9, 0, 1, 0, 9, 9])],
    ['bytes', 5, new Uint8Array([0, 0, 0, 9, 9, 1, 0, 0, 9, 9, 0, 1, 0, 9, 9])],
  ])('reads interleaved vertices: %s', async (_name, byteStride, values) => {
    const primitive = await onlyPrimitive(
      glbOf((writer) => {
        const view = writer.view(new Uint8Array(values.buffer), { byteStride });
        const componentType = values instanceof Float32Array ? 5126 : 5121;
        writer.json.accessors.push({ bufferView: view, componentType, count: 3, type: 'VEC3' });
        return { attributes: { POSITION: 0 } };
      }),
    );
    expect([...primitive.positions]).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0]);
  });

  it('applies sparse changes', async () => {
    const primitive = await onlyPrimitive(
      glbOf((writer) => {
        const indices = writer.view(new Uint8Array(new Uint16Array([2]).buffer));
        const values = writer.view(new Uint8Array(new Float32Array([5, 6, 7]).buffer));
        const sparse = {
          count: 1,
          indices: { bufferView: indices, componentType: 5123 },
          values: { bufferView: values },
        };
        return { attributes: { POSITION: writer.accessor(square.slice(0, 9), 'VEC3', { sparse }) } };
      }),
    );
    expect([...primitive.positions]).toEqual([0, 0, 0, 1, 0, 0, 5, 6, 7]);
  });

  it.each([
    ['strip', 5, [0, 1, 2, 1, 3, 2]],
    ['fan', 6, [1, 2, 0, 2, 3, 0]],
  ])('makes triangles of a %s', async (_name, mode, expected) => {
    const primitive = await onlyPrimitive(
      glbOf((writer) => ({ mode, attributes: { POSITION: writer.accessor(square, 'VEC3') } })),
    );
    expect([...primitive.indices]).toEqual(expected);
  });

  it('skips lines and points and says so', async () => {
    const asset = await readGltf(
      glbOf((writer) => ({ mode: 1, attributes: { POSITION: writer.accessor(square, 'VEC3') } })),
    );
    expect(asset.meshes[0]).toMatchObject({ primitives: [], bounds: null });
    expect(asset.warnings).toEqual([
      { code: 'feature-ignored', message: 'Not shown from the model: lines.' },
    ]);
  });

  it('drops vertices that a primitive does not use', async () => {
    const primitive = await onlyPrimitive(
      glbOf((writer) => ({
        attributes: { POSITION: writer.accessor(square, 'VEC3') },
        indices: writer.accessor(new Uint8Array([3, 1, 2]), 'SCALAR'),
      })),
    );
    expect([...primitive.positions]).toEqual([0, 1, 0, 1, 0, 0, 1, 1, 0]);
    expect([...primitive.indices]).toEqual([0, 1, 2]);
  });

  it('gives primitives that share accessors arrays of their own', async () => {
    const writer = createGlbWriter();
    const attributes = { POSITION: writer.accessor(square, 'VEC3') };
    const indices = writer.accessor(new Uint8Array([0, 1, 2, 0, 2, 3]), 'SCALAR');
    writer.json.meshes = [
      {
        primitives: [
          { attributes, indices },
          { attributes, indices },
        ],
      },
    ];
    writer.json.nodes = [{ mesh: 0 }];
    const [first, second] = (await readGltf(writer.finish())).meshes[0]!.primitives;
    expect(first!.positions).toEqual(second!.positions);
    expect(first!.positions.buffer).not.toBe(second!.positions.buffer);
  });

  it('leaves normals that are not there null, and makes flat ones on request', async () => {
    const primitive = await onlyPrimitive(
      glbOf((writer) => ({
        attributes: { POSITION: writer.accessor(square, 'VEC3') },
        indices: writer.accessor(new Uint8Array([0, 1, 2, 0, 2, 3]), 'SCALAR'),
      })),
    );
    expect(primitive.normals).toBeNull();
    const flat = withFlatNormals(primitive);
    expect(flat.positions.length).toBe(18);
    expect([...flat.normals!]).toEqual(Array.from({ length: 6 }, () => [0, 0, 1]).flat());
  });

  it.each(['draco', 'meshopt'] as const)(
    'reads %s-compressed geometry like the plain one',
    async (method) => {
      const plain = aScene().withSphere({ name: 'Ball', radius: 2, rings: 16 }).toGlb();
      const original = sphereShape(2, 16);
      const [mesh] = (await readGltf(await compressGlb(plain, method))).meshes;
      const [primitive] = mesh!.primitives;
      expect(primitive!.indices.length).toBe(original.indices.length);
      for (let i = 0; i < primitive!.positions.length; i += 3) {
        const p = primitive!.positions.subarray(i, i + 3);
        const n = primitive!.normals!.subarray(i, i + 3);
        const scale = method === 'draco' ? 2 : Math.hypot(...p); // Meshopt's quantisation moves the size to the node.
        expect(Math.hypot(...p)).toBeCloseTo(scale, 2);
        expect((n[0]! * p[0]! + n[1]! * p[1]! + n[2]! * p[2]!) / scale).toBeGreaterThan(0.97);
      }
    },
  );

  it('poses a skin by its joints as they stand', async () => {
    const writer = createGlbWriter();
    writer.json.meshes = [
      {
        primitives: [
          {
            attributes: {
              POSITION: writer.accessor(new Float32Array([0, 0, 0, 1, 0, 0, 0, 1, 0]), 'VEC3'),
              JOINTS_0: writer.accessor(new Uint8Array([0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0]), 'VEC4'),
              WEIGHTS_0: writer.accessor(new Float32Array([1, 0, 0, 0, 0.5, 0.5, 0, 0, 1, 0, 0, 0]), 'VEC4'),
            },
          },
        ],
      },
    ];
    writer.json.skins = [{ joints: [1, 2] }];
    // The node's own place does not count for a skinned mesh, only the joints' places do.
    writer.json.nodes = [
      { mesh: 0, skin: 0, translation: [100, 0, 0] },
      { translation: [0, 2, 0] },
      { translation: [0, 0, 4] },
    ];
    const asset = await readGltf(writer.finish());
    const posed = asset.meshes[asset.nodes[0]!.mesh!]!;
    expect([...posed.primitives[0]!.positions]).toEqual([-100, 2, 0, -99, 1, 2, -100, 1, 4]);
  });

  it('applies morph targets by their default weights', async () => {
    const glb = glbOf((writer) => ({
      attributes: { POSITION: writer.accessor(square.slice(0, 9), 'VEC3') },
      targets: [{ POSITION: writer.accessor(new Float32Array([0, 0, 2, 0, 0, 4, 0, 0, 6]), 'VEC3') }],
    }));
    // No weights: the target is there but does nothing.
    expect((await readGltf(glb)).meshes).toHaveLength(1);
    const weighted = aScene()
      .withBox()
      .editing(({ json, accessor }) => {
        const lift = new Float32Array(72).map((_, i) => (i % 3 === 1 ? 1 : 0));
        json.meshes[0].primitives[0].targets = [{ POSITION: accessor(lift, 'VEC3') }];
        json.meshes[0].weights = [0.5];
      })
      .toGlb();
    const asset = await readGltf(weighted);
    expect(asset.meshes[asset.nodes[0]!.mesh!]!.bounds).toEqual({ min: [-0.5, 0, -0.5], max: [0.5, 1, 0.5] });
  });
});

describe('readGltf materials and textures', () => {
  it('reads factors, texture, sampler and transform', async () => {
    const glb = aScene()
      .withBox({
        material: 'Oak',
        color: [0.5, 0.25, 0.125],
        metalness: 0.25,
        roughness: 0.75,
        texture: tinyPng(8, 4),
      })
      .editing(({ json }) => {
        json.samplers = [{ wrapS: 33071, wrapT: 33648, magFilter: 9728 }];
        json.textures[0].sampler = 0;
        json.materials[0].pbrMetallicRoughness.baseColorTexture.extensions = {
          KHR_texture_transform: { offset: [0.1, 0.2], rotation: 0.3, scale: [2, 3], texCoord: 1 },
        };
        json.materials[0].alphaMode = 'MASK';
        json.materials[0].alphaCutoff = 0.4;
        json.materials[0].doubleSided = true;
      })
      .toGlb();
    const asset = await readGltf(glb);
    expect(asset.images).toMatchObject([{ mediaType: 'image/png', width: 8, height: 4 }]);
    expect(asset.materials[0]).toMatchObject({
      name: 'Oak',
      baseColorLinear: [0.5, 0.25, 0.125],
      alpha: 1,
      alphaMode: 'mask',
      alphaCutoff: 0.4,
      doubleSided: true,
      metalness: 0.25,
      roughness: 0.75,
      baseColorTexture: {
        image: 0,
        uvSet: 1,
        offset: [0.1, 0.2],
        rotationRadians: 0.3,
        scale: [2, 3],
        wrapS: 'clamp',
        wrapT: 'mirror',
        filter: 'nearest',
      },
    });
  });

  it('reads the material extensions that are honoured and names those that are not', async () => {
    const glb = aScene()
      .withBox({ material: 'Glass' })
      .editing(({ json }) => {
        json.materials = [
          {
            extensions: {
              KHR_materials_transmission: { transmissionFactor: 0.9 },
              KHR_materials_ior: { ior: 1.33 },
              KHR_materials_volume: {
                thicknessFactor: 0.2,
                attenuationDistance: 3,
                attenuationColor: [0.1, 0.5, 0.9],
              },
              KHR_materials_clearcoat: { clearcoatFactor: 0.6, clearcoatRoughnessFactor: 0.2 },
              KHR_materials_sheen: { sheenColorFactor: [0.3, 0.2, 0.1], sheenRoughnessFactor: 0.8 },
              KHR_materials_specular: { specularFactor: 0.4 },
              KHR_materials_emissive_strength: { emissiveStrength: 12 },
              KHR_materials_iridescence: { iridescenceFactor: 1 },
            },
            emissiveFactor: [1, 0.5, 0],
          },
        ];
        json.meshes[0].primitives[0].material = 0;
      })
      .toGlb();
    const asset = await readGltf(glb);
    expect(asset.materials[0]).toMatchObject({
      name: 'Material 1',
      transmission: 0.9,
      ior: 1.33,
      thicknessM: 0.2,
      attenuationDistanceM: 3,
      attenuationColorLinear: [0.1, 0.5, 0.9],
      clearcoat: 0.6,
      clearcoatRoughness: 0.2,
      sheenColorLinear: [0.3, 0.2, 0.1],
      sheenRoughness: 0.8,
      specular: 0.4,
      emissiveStrength: 12,
      emissiveLinear: [1, 0.5, 0],
      metalness: 1,
    });
    expect(asset.warnings[0]!.message).toContain('iridescence');
  });

  it('converts specular-glossiness and says that it is an approximation', async () => {
    const materialOf = async (diffuse: number[], specular: number[]) => {
      const glb = aScene()
        .withBox({ material: 'Old' })
        .editing(({ json }) => {
          json.materials = [
            {
              extensions: {
                KHR_materials_pbrSpecularGlossiness: {
                  diffuseFactor: diffuse,
                  specularFactor: specular,
                  glossinessFactor: 0.8,
                },
              },
            },
          ];
        })
        .toGlb();
      const asset = await readGltf(glb);
      expect(asset.warnings).toContainEqual(expect.objectContaining({ code: 'scene-simplified' }));
      return asset.materials[0]!;
    };
    const plastic = await materialOf([0.8, 0.1, 0.1, 1], [0.04, 0.04, 0.04]);
    expect(plastic).toMatchObject({ metalness: 0, baseColorLinear: [0.8, 0.1, 0.1] });
    expect(plastic.roughness).toBeCloseTo(0.2);
    const gold = await materialOf([0, 0, 0, 1], [1, 0.8, 0.3]);
    expect(gold.metalness).toBeGreaterThan(0.95);
    expect(gold.baseColorLinear[2]).toBeCloseTo(0.3, 1);
  });

  it('shows the factor alone where the texture is KTX2, and says so', async () => {
    const ktx2 = Uint8Array.of(0xab, 0x4b, 0x54, 0x58, 0x20, 0x32, 0x30, 0xbb, 0x0d, 0x0a, 0x1a, 0x0a);
    const asset = await readGltf(
      aScene()
        .withBox({ color: [1, 0, 0], texture: ktx2 })
        .toGlb(),
    );
    expect(asset.materials[0]).toMatchObject({ baseColorTexture: null, baseColorLinear: [1, 0, 0] });
    expect(asset.warnings[0]!.message).toContain('KTX2');
  });

  it('prefers the WebP picture of EXT_texture_webp', async () => {
    const glb = aScene()
      .withBox({ texture: tinyPng() })
      .editing(({ json }) => {
        json.images.push({ ...json.images[0], name: 'second' });
        json.textures[0].extensions = { EXT_texture_webp: { source: 1 } };
      })
      .toGlb();
    expect((await readGltf(glb)).materials[0]!.baseColorTexture!.image).toBe(1);
  });
});

describe('readGltf nodes', () => {
  it('keeps names and tree, and gives nodes without name a readable one', async () => {
    const glb = aScene('Room')
      .withGroup({ name: 'Furniture', at: [1, 2, 3] })
      .withBox({ name: 'Chair', under: 'Furniture' })
      .withBox({})
      .litBy({ kind: 'spot', intensity: 40, color: [1, 0.9, 0.8] })
      .toGlb();
    const asset = await readGltf(glb);
    expect(asset.name).toBe('Room');
    expect(asset.nodes.map(({ name }) => name)).toEqual(['Furniture', 'Chair', 'Mesh 2', 'Light 4']);
    expect(asset.nodes[0]).toMatchObject({ children: [1], translation: [1, 2, 3] });
    expect(asset.nodes[3]!.light).toMatchObject({ kind: 'spot', intensity: 40, colorLinear: [1, 0.9, 0.8] });
    expect(asset.rootNodes).toEqual([0, 2, 3]);
  });

  it('takes a matrix apart', async () => {
    const glb = aScene()
      .withBox({ name: 'Box' })
      .editing(({ json }) => {
        json.nodes[0].matrix = [0, 2, 0, 0, -2, 0, 0, 0, 0, 0, 2, 0, 5, 6, 7, 1];
      })
      .toGlb();
    const [node] = (await readGltf(glb)).nodes;
    expect(node!.translation).toEqual([5, 6, 7]);
    expect(node!.scale).toEqual([2, 2, 2]);
    for (const [axis, c] of [0, 0, Math.SQRT1_2, Math.SQRT1_2].entries())
      expect(node!.rotation[axis]).toBeCloseTo(c);
  });

  it('unfolds instances into nodes', async () => {
    const glb = aScene()
      .withBox({ name: 'Tree' })
      .editing(({ json, accessor }) => {
        const TRANSLATION = accessor(new Float32Array([0, 0, 0, 3, 0, 0]), 'VEC3');
        json.nodes[0].extensions = { EXT_mesh_gpu_instancing: { attributes: { TRANSLATION } } };
      })
      .toGlb();
    const { nodes } = await readGltf(glb);
    expect(
      nodes.map(({ name, mesh, translation, children }) => ({ name, mesh, translation, children })),
    ).toEqual([
      { name: 'Tree', mesh: null, translation: [0, 0, 0], children: [1, 2] },
      { name: 'Tree 1', mesh: 0, translation: [0, 0, 0], children: [] },
      { name: 'Tree 2', mesh: 0, translation: [3, 0, 0], children: [] },
    ]);
  });

  it('says which animations and further scenes are not shown', async () => {
    const glb = aScene()
      .withBox()
      .editing(({ json }) => {
        json.animations = [{}, {}];
        json.scenes.push({});
      })
      .toGlb();
    expect((await readGltf(glb)).warnings.map(({ message }) => message)).toEqual([
      'Not shown from the model: animation (2), further scene.',
    ]);
  });

  it('stops when the signal is aborted', async () => {
    await expect(readGltf(aScene().withBox().toGlb(), { signal: AbortSignal.abort() })).rejects.toMatchObject(
      {
        code: 'canceled',
      },
    );
  });
});
