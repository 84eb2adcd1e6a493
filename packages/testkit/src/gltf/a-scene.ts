import { createGlbWriter, type GlbWriter } from './glb-writer.ts';
import { boxShape, gridShape, type Shape, sphereShape } from './shapes.ts';

type Vec3 = readonly [number, number, number];

export interface Placement {
  readonly name?: string;
  readonly at?: Vec3;
  /** Quaternion xyzw. */
  readonly rotation?: readonly [number, number, number, number];
  readonly scale?: Vec3;
  /** Name of a node added before; default the top. */
  readonly under?: string;
}

export interface Surface {
  /** Objects that give the same name share one material. */
  readonly material?: string;
  /** Linear RGB. */
  readonly color?: Vec3;
  readonly metalness?: number;
  readonly roughness?: number;
  readonly emissive?: Vec3;
  /** An encoded picture for the base colour, stored in the file. */
  readonly texture?: Uint8Array;
}

/** Builds small GLBs: `aScene('Room').withBox({ name: 'Table', color: [0.4, 0.2, 0.1] }).litBy({}).toGlb()`. */
export interface SceneBuilder {
  withBox(options?: Placement & Surface & { size?: Vec3 }): SceneBuilder;
  withSphere(options?: Placement & Surface & { radius?: number; rings?: number }): SceneBuilder;
  /** A level square, facing up; `cells` makes it a grid of 2 x cells x cells triangles. */
  withPlane(options?: Placement & Surface & { size?: number; cells?: number }): SceneBuilder;
  withGroup(options: Placement & { name: string }): SceneBuilder;
  /** KHR_lights_punctual; shines along its node's -Z. */
  litBy(
    options: Placement & { kind?: 'directional' | 'point' | 'spot'; intensity?: number; color?: Vec3 },
  ): SceneBuilder;
  /** A camera that looks along its node's -Z. */
  seenFrom(options: Placement & { fovYDegrees?: number }): SceneBuilder;
  /** For whatever the builder has no method for. */
  editing(edit: (writer: GlbWriter) => void): SceneBuilder;
  toGlb(): Uint8Array<ArrayBuffer>;
}

export function aScene(name = 'Scene'): SceneBuilder {
  const writer = createGlbWriter();
  const { json } = writer;
  const roots: number[] = [];
  const materials = new Map<string, number>();
  Object.assign(json, { scene: 0, scenes: [{ name, nodes: roots }], nodes: [] });

  const list = (key: string): unknown[] => {
    json[key] ??= [];
    return json[key];
  };
  const use = (extension: string): void => {
    json.extensionsUsed = [...new Set([...(json.extensionsUsed ?? []), extension])];
  };
  const addNode = ({ name: nodeName, at, rotation, scale, under }: Placement, content: object): void => {
    const index =
      json.nodes.push({
        ...(nodeName === undefined ? {} : { name: nodeName }),
        ...(at && { translation: at }),
        ...(rotation && { rotation }),
        ...(scale && { scale }),
        ...content,
      }) - 1;
    if (under === undefined) {
      roots.push(index);
      return;
    }
    const parent = json.nodes.find((node: { name?: string }) => node.name === under);
    if (!parent) throw new Error(`There is no node "${under}" yet.`);
    parent.children = [...(parent.children ?? []), index];
  };
  const addMaterial = ({
    material,
    color,
    metalness,
    roughness,
    emissive,
    texture,
  }: Surface): number | undefined => {
    if (
      material === undefined &&
      !color &&
      metalness === undefined &&
      roughness === undefined &&
      !emissive &&
      !texture
    )
      return undefined;
    const known = material === undefined ? undefined : materials.get(material);
    if (known !== undefined) return known;
    const image =
      texture && list('images').push({ bufferView: writer.view(texture), mimeType: 'image/png' }) - 1;
    const textureIndex = image === undefined ? undefined : list('textures').push({ source: image }) - 1;
    const index =
      list('materials').push({
        ...(material === undefined ? {} : { name: material }),
        pbrMetallicRoughness: {
          ...(color && { baseColorFactor: [...color, 1] }),
          metallicFactor: metalness ?? 0,
          roughnessFactor: roughness ?? 0.6,
          ...(textureIndex === undefined ? {} : { baseColorTexture: { index: textureIndex } }),
        },
        ...(emissive && { emissiveFactor: emissive }),
      }) - 1;
    if (material !== undefined) materials.set(material, index);
    return index;
  };
  const addShape = (shape: Shape, options: Placement & Surface): void => {
    const materialIndex = addMaterial(options);
    const mesh =
      list('meshes').push({
        ...(options.name === undefined ? {} : { name: options.name }),
        primitives: [
          {
            attributes: {
              POSITION: writer.accessor(shape.positions, 'VEC3'),
              NORMAL: writer.accessor(shape.normals, 'VEC3'),
              TEXCOORD_0: writer.accessor(shape.uvs, 'VEC2'),
            },
            indices: writer.accessor(shape.indices, 'SCALAR'),
            ...(materialIndex === undefined ? {} : { material: materialIndex }),
          },
        ],
      }) - 1;
    addNode(options, { mesh });
  };

  const builder: SceneBuilder = {
    withBox(options = {}) {
      addShape(boxShape(options.size), options);
      return builder;
    },
    withSphere(options = {}) {
      addShape(sphereShape(options.radius, options.rings), options);
      return builder;
    },
    withPlane(options = {}) {
      addShape(gridShape(options.size ?? 4, options.cells ?? 1), options);
      return builder;
    },
    withGroup(options) {
      addNode(options, {});
      return builder;
    },
    litBy(options) {
      use('KHR_lights_punctual');
      json.extensions ??= {};
      json.extensions.KHR_lights_punctual ??= { lights: [] };
      const light =
        json.extensions.KHR_lights_punctual.lights.push({
          type: options.kind ?? 'directional',
          intensity: options.intensity ?? 1,
          color: options.color ?? [1, 1, 1],
          ...(options.kind === 'spot' ? { spot: { innerConeAngle: 0.2, outerConeAngle: 0.5 } } : {}),
        }) - 1;
      addNode(options, { extensions: { KHR_lights_punctual: { light } } });
      return builder;
    },
    seenFrom(options) {
      const yfov = ((options.fovYDegrees ?? 40) * Math.PI) / 180;
      const camera = list('cameras').push({ type: 'perspective', perspective: { yfov, znear: 0.1 } }) - 1;
      addNode(options, { camera });
      return builder;
    },
    editing(edit) {
      edit(writer);
      return builder;
    },
    toGlb: () => writer.finish(),
  };
  return builder;
}
