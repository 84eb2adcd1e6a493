import {
  Document,
  type Material,
  type Mesh,
  type Node,
  NodeIO,
  type Texture,
  type TextureInfo,
} from '@gltf-transform/core';
import {
  ALL_EXTENSIONS,
  KHRMaterialsClearcoat,
  KHRMaterialsEmissiveStrength,
  KHRMaterialsIOR,
  KHRMaterialsSheen,
  KHRMaterialsTransmission,
  KHRMaterialsVolume,
  KHRTextureTransform,
} from '@gltf-transform/extensions';
import { type Surface, smoothed } from '../geometry/surface.ts';
import {
  basis,
  cross,
  distance,
  multiply,
  normalize,
  quaternionOf,
  rotationX,
  rotationY,
  rotationZ,
  subtract,
  type Vec3,
} from '../geometry/vector.ts';
import { linearOf, type TextureImage } from '../textures/texture-image.ts';
import { focusDistanceMOf, fovYDegreesOf, type SceneView } from '../views.ts';

export interface MaterialOptions {
  /** '#rrggbb', sRGB. Multiplies the colour texture. Default white. */
  readonly color?: string;
  /** Default 0.6. */
  readonly roughness?: number;
  /** Default 0. */
  readonly metallic?: number;
  readonly colorTexture?: TextureImage;
  readonly normalTexture?: TextureImage;
  readonly normalScale?: number;
  /** Metres that one tile of the textures covers, along u and v. Default 1 x 1. */
  readonly tileM?: readonly [number, number];
  /** Only where the normal map repeats at another size than the colour. */
  readonly normalTileM?: readonly [number, number];
  readonly doubleSided?: boolean;
  readonly emissive?: string;
  readonly emissiveStrength?: number;
  readonly transmission?: number;
  readonly ior?: number;
  /** Above 0 the surface bounds a solid that refracts; left out, it is a pane without inside. */
  readonly thicknessM?: number;
  readonly attenuationColor?: string;
  readonly attenuationDistanceM?: number;
  readonly clearcoat?: number;
  readonly clearcoatRoughness?: number;
  readonly sheenColor?: string;
  readonly sheenRoughness?: number;
}

export interface SampleMaterial {
  readonly material: Material;
  readonly tileM: readonly [number, number];
}

export interface Placement {
  readonly at?: Vec3;
  /** Degrees around X, then Y, then Z of the parent. */
  readonly turn?: Vec3;
  readonly scale?: number | Vec3;
}

/** Puts surfaces, materials and views into a glTF document. Everything it makes has a name. */
export class SceneBuilder {
  readonly document = new Document();
  readonly #scene;
  readonly #buffer;
  readonly #textures = new Map<TextureImage, Texture>();
  readonly #meshes = new Map<Surface, Map<Material, Mesh>>();

  constructor(name: string) {
    this.#buffer = this.document.createBuffer();
    this.#scene = this.document.createScene(name);
    this.document.getRoot().setDefaultScene(this.#scene);
    this.document.getRoot().getAsset().generator = 'Diorama samples';
  }

  material(name: string, options: MaterialOptions): SampleMaterial {
    const d = this.document;
    const tileM = options.tileM ?? [1, 1];
    const m = d
      .createMaterial(name)
      .setBaseColorFactor([...linearOf(options.color ?? '#ffffff'), 1])
      .setRoughnessFactor(options.roughness ?? 0.6)
      .setMetallicFactor(options.metallic ?? 0)
      .setDoubleSided(options.doubleSided ?? false);
    if (options.colorTexture) {
      m.setBaseColorTexture(this.#texture(options.colorTexture));
      repeat(m.getBaseColorTextureInfo());
    }
    if (options.normalTexture) {
      m.setNormalTexture(this.#texture(options.normalTexture)).setNormalScale(options.normalScale ?? 1);
      const info = m.getNormalTextureInfo()!;
      repeat(info);
      if (options.normalTileM)
        info.setExtension(
          'KHR_texture_transform',
          d
            .createExtension(KHRTextureTransform)
            .createTransform()
            .setScale([tileM[0] / options.normalTileM[0], tileM[1] / options.normalTileM[1]]),
        );
    }
    if (options.emissive) {
      m.setEmissiveFactor([...linearOf(options.emissive)]);
      if (options.emissiveStrength)
        m.setExtension(
          'KHR_materials_emissive_strength',
          d
            .createExtension(KHRMaterialsEmissiveStrength)
            .createEmissiveStrength()
            .setEmissiveStrength(options.emissiveStrength),
        );
    }
    if (options.ior)
      m.setExtension('KHR_materials_ior', d.createExtension(KHRMaterialsIOR).createIOR().setIOR(options.ior));
    if (options.transmission)
      m.setExtension(
        'KHR_materials_transmission',
        d
          .createExtension(KHRMaterialsTransmission)
          .createTransmission()
          .setTransmissionFactor(options.transmission),
      );
    if (options.thicknessM) {
      const volume = d
        .createExtension(KHRMaterialsVolume)
        .createVolume()
        .setThicknessFactor(options.thicknessM);
      if (options.attenuationDistanceM)
        volume
          .setAttenuationDistance(options.attenuationDistanceM)
          .setAttenuationColor([...linearOf(options.attenuationColor ?? '#ffffff')]);
      m.setExtension('KHR_materials_volume', volume);
    }
    if (options.clearcoat)
      m.setExtension(
        'KHR_materials_clearcoat',
        d
          .createExtension(KHRMaterialsClearcoat)
          .createClearcoat()
          .setClearcoatFactor(options.clearcoat)
          .setClearcoatRoughnessFactor(options.clearcoatRoughness ?? 0.05),
      );
    if (options.sheenColor)
      m.setExtension(
        'KHR_materials_sheen',
        d
          .createExtension(KHRMaterialsSheen)
          .createSheen()
          .setSheenColorFactor([...linearOf(options.sheenColor)])
          .setSheenRoughnessFactor(options.sheenRoughness ?? 0.5),
      );
    return { material: m, tileM };
  }

  /** An empty node that groups others. */
  group(name: string, parent: Node | null = null, placement: Placement = {}): Node {
    const node = this.document.createNode(name);
    if (placement.at) node.setTranslation([...placement.at]);
    if (placement.turn) {
      const [x, y, z] = placement.turn;
      node.setRotation(quaternionOf(multiply(rotationZ(z), rotationY(y), rotationX(x))));
    }
    if (placement.scale !== undefined)
      node.setScale(
        typeof placement.scale === 'number'
          ? [placement.scale, placement.scale, placement.scale]
          : [...placement.scale],
      );
    if (parent) parent.addChild(node);
    else this.#scene.addChild(node);
    return node;
  }

  /** A node with one surface. The same surface with the same material is stored once however often it is placed. */
  part(
    name: string,
    parent: Node | null,
    surface: Surface,
    material: SampleMaterial,
    placement: Placement = {},
  ): Node {
    return this.group(name, parent, placement).setMesh(this.#mesh(name, surface, material));
  }

  /** A glTF camera; its node's extras tell how far the lens focuses and where an orbit turns. */
  view(view: SceneView): void {
    const backwards = normalize(subtract(view.position, view.target));
    const right = normalize(cross([0, 1, 0], backwards));
    const up = cross(backwards, right);
    const reachM = distance(view.position, view.target);
    const camera = this.document
      .createCamera(view.name)
      .setType('perspective')
      .setYFov((fovYDegreesOf(view) * Math.PI) / 180)
      .setZNear(reachM / 100)
      .setZFar(reachM * 200);
    this.group(view.name)
      .setCamera(camera)
      .setTranslation([...view.position])
      .setRotation(quaternionOf(basis(right, up, backwards, [0, 0, 0])))
      .setExtras({ focusDistanceM: round(focusDistanceMOf(view)), targetDistanceM: round(reachM) });
  }

  async toGlb(): Promise<Uint8Array> {
    return new NodeIO().registerExtensions(ALL_EXTENSIONS).writeBinary(this.document);
  }

  #texture(image: TextureImage): Texture {
    const known = this.#textures.get(image);
    if (known) return known;
    const made = this.document
      .createTexture(image.name)
      .setImage(Uint8Array.from(image.png))
      .setMimeType('image/png');
    this.#textures.set(image, made);
    return made;
  }

  #mesh(name: string, surface: Surface, { material, tileM }: SampleMaterial): Mesh {
    const byMaterial = this.#meshes.get(surface) ?? new Map<Material, Mesh>();
    this.#meshes.set(surface, byMaterial);
    const known = byMaterial.get(material);
    if (known) return known;
    const s = surface.normals.length === surface.positions.length ? surface : smoothed(surface);
    const d = this.document;
    const accessor = (
      type: 'VEC2' | 'VEC3' | 'SCALAR',
      array: Float32Array<ArrayBuffer> | Uint16Array<ArrayBuffer> | Uint32Array<ArrayBuffer>,
    ) => d.createAccessor().setType(type).setArray(array).setBuffer(this.#buffer);
    const textured = material.getBaseColorTexture() || material.getNormalTexture();
    const primitive = d
      .createPrimitive()
      .setMaterial(material)
      .setAttribute('POSITION', accessor('VEC3', Float32Array.from(s.positions)))
      .setAttribute('NORMAL', accessor('VEC3', Float32Array.from(s.normals)));
    if (textured)
      primitive.setAttribute(
        'TEXCOORD_0',
        accessor(
          'VEC2',
          Float32Array.from(s.uvs, (x, i) => x / tileM[i % 2]!),
        ),
      );
    if (s.colors.length > 0) primitive.setAttribute('COLOR_0', accessor('VEC3', Float32Array.from(s.colors)));
    const small = s.positions.length / 3 < 65_535;
    primitive.setIndices(
      accessor('SCALAR', small ? Uint16Array.from(s.indices) : Uint32Array.from(s.indices)),
    );
    const mesh = d.createMesh(name).addPrimitive(primitive);
    byMaterial.set(material, mesh);
    return mesh;
  }
}

function repeat(info: TextureInfo | null): void {
  info?.setWrapS(10497).setWrapT(10497);
}

const round = (x: number): number => Math.round(x * 1e4) / 1e4;
