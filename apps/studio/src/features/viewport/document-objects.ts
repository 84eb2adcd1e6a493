import type { LightRecord, MaterialRecord, NodeRecord, SceneDocument, TextureRef } from '@diorama/scene';
import {
  Box3,
  BufferAttribute,
  BufferGeometry,
  ClampToEdgeWrapping,
  DirectionalLight,
  Group,
  type Light,
  LinearFilter,
  LinearMipmapLinearFilter,
  Mesh,
  type MeshPhysicalMaterial,
  MirroredRepeatWrapping,
  NearestFilter,
  NoColorSpace,
  type Object3D,
  MeshPhysicalMaterial as PhysicalMaterial,
  PointLight,
  RepeatWrapping,
  SpotLight,
  SRGBColorSpace,
  Texture,
  Vector3,
} from 'three';
import type { DecodedPrimitive, DecodedSource } from './decoded-source.ts';
import { applyMaterialRecord, createDefaultMaterial } from './material-from-record.ts';

const WRAPPING = {
  repeat: RepeatWrapping,
  clamp: ClampToEdgeWrapping,
  mirror: MirroredRepeatWrapping,
} as const;

/** Photometric units of glTF lights are far brighter than the viewport's light; this brings a 1,000 lm lamp to a soft glow. */
const PUNCTUAL_INTENSITY_SCALE = 1 / 60;
const DIRECTIONAL_INTENSITY_SCALE = 1 / 3000;

/** The id of the node that a picked mesh belongs to is kept here. */
export interface NodeUserData {
  nodeId?: string;
}

export interface DocumentObjectsOptions {
  readonly anisotropy: number;
  /** Draw what is behind glass through it; costs a second drawing of the scene. Else glass is see-through only. */
  readonly refraction: boolean;
}

/**
 * The scene document as three.js objects.
 *
 * `update` compares records by identity with those of the last call, so an edit touches only what it changed; a
 * document of fifty thousand nodes is walked in a few milliseconds. It needs no WebGL and no DOM.
 */
export class DocumentObjects {
  readonly root = new Group();
  readonly #objects = new Map<string, Group>();
  readonly #records = new Map<string, NodeRecord>();
  readonly #materials = new Map<string, MeshPhysicalMaterial>();
  readonly #materialRecords = new Map<string, MaterialRecord>();
  readonly #geometries = new Map<string, BufferGeometry>();
  readonly #textures = new Map<string, Texture>();
  readonly #defaultMaterial = createDefaultMaterial();
  #sources: ReadonlyMap<string, DecodedSource> = new Map();
  readonly #options: DocumentObjectsOptions;

  constructor(options: DocumentObjectsOptions = { anisotropy: 8, refraction: true }) {
    this.#options = options;
    this.root.name = 'document';
  }

  /**
   * Brings the objects to the state of the document.
   *
   * @param sources Decoded models by source id; nodes whose source is not there yet are empty until it comes.
   */
  update(document: SceneDocument, sources: ReadonlyMap<string, DecodedSource>): void {
    const changedSources = new Set<string>();
    for (const id of new Set([...sources.keys(), ...this.#sources.keys()]))
      if (sources.get(id) !== this.#sources.get(id)) changedSources.add(id);
    this.#sources = sources;
    if (changedSources.size > 0) this.#dropSources(changedSources);
    this.#updateMaterials(document, changedSources);

    for (const [id, object] of this.#objects) {
      if (document.nodes[id]) continue;
      this.#clearContent(object);
      object.removeFromParent();
      this.#objects.delete(id);
      this.#records.delete(id);
    }
    // Objects first, parents second: a child may come before its parent in the record.
    const changed: NodeRecord[] = [];
    for (const node of Object.values(document.nodes)) {
      const previous = this.#records.get(node.id);
      if (previous === node && !(node.mesh && changedSources.has(node.mesh.source))) continue;
      const object = this.#objects.get(node.id) ?? this.#createObject(node.id);
      const meshChanged =
        !previous || previous.mesh !== node.mesh || (node.mesh && changedSources.has(node.mesh.source));
      if (meshChanged || previous?.light !== node.light) this.#fillContent(object, node);
      object.name = node.name;
      object.visible = node.visible;
      object.position.set(...node.translation);
      object.quaternion.set(...node.rotation);
      object.scale.set(...node.scale);
      if (!previous || previous.parentId !== node.parentId) changed.push(node);
      this.#records.set(node.id, node);
    }
    for (const node of changed) {
      const object = this.#objects.get(node.id)!;
      const parent = (node.parentId !== null && this.#objects.get(node.parentId)) || this.root;
      if (object.parent !== parent) parent.add(object);
    }
    this.root.updateMatrixWorld(true);
  }

  object(nodeId: string): Object3D | undefined {
    return this.#objects.get(nodeId);
  }

  /** All meshes that are drawn, that is with every ancestor visible. */
  visibleMeshes(): Mesh[] {
    const meshes: Mesh[] = [];
    this.root.traverseVisible((object) => {
      if ((object as Mesh).isMesh) meshes.push(object as Mesh);
    });
    return meshes;
  }

  /** World bounds of what is visible below the given nodes, or of everything; empty when there is nothing. */
  bounds(nodeIds?: readonly string[]): Box3 {
    const box = new Box3();
    const roots = nodeIds ? nodeIds.flatMap((id) => this.#objects.get(id) ?? []) : [this.root];
    for (const root of roots) {
      root.updateWorldMatrix(true, true);
      root.traverseVisible((object) => {
        const mesh = object as Mesh;
        if (!mesh.isMesh) return;
        if (!mesh.geometry.boundingBox) mesh.geometry.computeBoundingBox();
        const local = mesh.geometry.boundingBox;
        if (local && !local.isEmpty()) box.union(local.clone().applyMatrix4(mesh.matrixWorld));
      });
    }
    return box;
  }

  dispose(): void {
    for (const object of this.#objects.values()) this.#clearContent(object);
    for (const geometry of this.#geometries.values()) geometry.dispose();
    for (const material of this.#materials.values()) material.dispose();
    for (const texture of this.#textures.values()) texture.dispose();
    this.#defaultMaterial.dispose();
    this.root.clear();
    this.#objects.clear();
    this.#records.clear();
  }

  #createObject(id: string): Group {
    const object = new Group();
    (object.userData as NodeUserData).nodeId = id;
    this.#objects.set(id, object);
    return object;
  }

  #fillContent(object: Group, node: NodeRecord): void {
    this.#clearContent(object);
    if (node.mesh) {
      const primitives = this.#sources.get(node.mesh.source)?.meshes[node.mesh.index]?.primitives ?? [];
      const { source, index, materials } = node.mesh;
      primitives.forEach((primitive, primitiveIndex) => {
        const geometry = this.#geometry(`${source}/${index}/${primitiveIndex}`, primitive);
        const materialId = materials[primitiveIndex] ?? null;
        const mesh = new Mesh(geometry, this.#material(materialId, primitive.colors !== null));
        mesh.castShadow = true;
        mesh.receiveShadow = true;
        mesh.userData.nodeId = node.id;
        mesh.userData.content = true;
        object.add(mesh);
      });
    }
    if (node.light) object.add(...createLight(node.light));
  }

  #clearContent(object: Group): void {
    for (const child of [...object.children]) {
      if (!child.userData.content) continue;
      object.remove(child);
      if ((child as Light).isLight) (child as Light).dispose();
    }
  }

  #geometry(key: string, primitive: DecodedPrimitive): BufferGeometry {
    const known = this.#geometries.get(key);
    if (known) return known;
    const geometry = new BufferGeometry();
    geometry.setAttribute('position', new BufferAttribute(primitive.positions, 3));
    if (primitive.indices) geometry.setIndex(new BufferAttribute(primitive.indices, 1));
    if (primitive.normals) geometry.setAttribute('normal', new BufferAttribute(primitive.normals, 3));
    else geometry.computeVertexNormals();
    if (primitive.tangents) geometry.setAttribute('tangent', new BufferAttribute(primitive.tangents, 4));
    if (primitive.uv0) geometry.setAttribute('uv', new BufferAttribute(primitive.uv0, 2));
    if (primitive.uv1) geometry.setAttribute('uv1', new BufferAttribute(primitive.uv1, 2));
    if (primitive.colors) geometry.setAttribute('color', new BufferAttribute(primitive.colors, 4));
    geometry.computeBoundingBox();
    geometry.computeBoundingSphere();
    this.#geometries.set(key, geometry);
    return geometry;
  }

  /** Vertex colours are compiled into the shader, so a material that is used with and without them exists twice. */
  #material(id: string | null, vertexColors: boolean): MeshPhysicalMaterial {
    const record = id === null ? undefined : this.#materialRecords.get(id);
    if (!record) return this.#defaultMaterial;
    const key = vertexColors ? `${record.id} colours` : record.id;
    const known = this.#materials.get(key);
    if (known) return known;
    const material = new PhysicalMaterial();
    material.userData = { materialId: record.id, vertexColors };
    applyMaterialRecord(material, record, this.#texture, {
      vertexColors,
      refraction: this.#options.refraction,
    });
    this.#materials.set(key, material);
    return material;
  }

  #updateMaterials(document: SceneDocument, changedSources: ReadonlySet<string>): void {
    for (const [key, material] of this.#materials) {
      const record = document.materials[material.userData.materialId as string];
      if (!record) {
        material.dispose();
        this.#materials.delete(key);
        continue;
      }
      const previous = this.#materialRecords.get(record.id);
      if (previous === record && changedSources.size === 0) continue;
      applyMaterialRecord(material, record, this.#texture, {
        vertexColors: material.userData.vertexColors === true,
        refraction: this.#options.refraction,
      });
    }
    this.#materialRecords.clear();
    for (const record of Object.values(document.materials)) this.#materialRecords.set(record.id, record);
  }

  #dropSources(ids: ReadonlySet<string>): void {
    const belongs = (key: string) => ids.has(key.slice(0, key.indexOf('/')));
    for (const [key, geometry] of this.#geometries) {
      if (!belongs(key)) continue;
      geometry.dispose();
      this.#geometries.delete(key);
    }
    for (const [key, texture] of this.#textures) {
      if (!belongs(key)) continue;
      texture.dispose();
      this.#textures.delete(key);
    }
  }

  readonly #texture = (reference: TextureRef, encoding: 'srgb' | 'linear'): Texture | null => {
    const image = this.#sources.get(reference.source)?.images[reference.image];
    if (!image) return null;
    const key = `${reference.source}/${JSON.stringify([reference, encoding])}`;
    const known = this.#textures.get(key);
    if (known) return known;
    const texture = new Texture(image);
    texture.flipY = false;
    texture.colorSpace = encoding === 'srgb' ? SRGBColorSpace : NoColorSpace;
    texture.wrapS = WRAPPING[reference.wrapS];
    texture.wrapT = WRAPPING[reference.wrapT];
    texture.magFilter = reference.filter === 'nearest' ? NearestFilter : LinearFilter;
    texture.minFilter = reference.filter === 'nearest' ? NearestFilter : LinearMipmapLinearFilter;
    texture.generateMipmaps = reference.filter !== 'nearest';
    texture.anisotropy = this.#options.anisotropy;
    texture.channel = reference.uvSet;
    texture.offset.set(...reference.offset);
    texture.repeat.set(...reference.scale);
    texture.rotation = reference.rotationRadians;
    texture.needsUpdate = true;
    this.#textures.set(key, texture);
    return texture;
  };
}

function createLight(record: LightRecord): Object3D[] {
  const [r, g, b] = record.colorLinear;
  const forward = new Vector3(0, 0, -1);
  let light: Light;
  const objects: Object3D[] = [];
  if (record.kind === 'directional') {
    const directional = new DirectionalLight(0xffffff, record.intensity * DIRECTIONAL_INTENSITY_SCALE);
    directional.target.position.copy(forward);
    objects.push(directional.target);
    directional.position.set(0, 0, 0);
    light = directional;
  } else if (record.kind === 'spot') {
    const spot = new SpotLight(0xffffff, record.intensity * PUNCTUAL_INTENSITY_SCALE);
    const outer = (record.outerConeDegrees * Math.PI) / 180;
    spot.angle = Math.min(outer, Math.PI / 2);
    spot.penumbra = outer > 0 ? 1 - (record.innerConeDegrees * Math.PI) / 180 / outer : 0;
    spot.target.position.copy(forward);
    spot.position.set(0, 0, 0);
    objects.push(spot.target);
    light = spot;
  } else light = new PointLight(0xffffff, record.intensity * PUNCTUAL_INTENSITY_SCALE);
  light.color.setRGB(r, g, b);
  objects.push(light);
  for (const object of objects) object.userData.content = true;
  return objects;
}
