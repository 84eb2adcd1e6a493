import {
  type MaterialRecord,
  type NodeRecord,
  SCENE_FORMAT,
  SCENE_VERSION,
  type SceneDocument,
} from './scene-document.ts';

/** An empty scene. */
export function createScene(name: string): SceneDocument {
  return {
    format: SCENE_FORMAT,
    version: SCENE_VERSION,
    name: name.slice(0, 256),
    sources: {},
    nodes: {},
    materials: {},
    views: {},
  };
}

/** A node at its parent's origin that holds nothing, with the given fields on top. */
export function createNode(fields: Partial<NodeRecord> & Pick<NodeRecord, 'id'>): NodeRecord {
  return {
    name: '',
    parentId: null,
    order: 0,
    translation: [0, 0, 0],
    rotation: [0, 0, 0, 1],
    scale: [1, 1, 1],
    visible: true,
    mesh: null,
    light: null,
    ...fields,
  };
}

/** Everything of a material but its id. */
export type MaterialFields = Omit<MaterialRecord, 'id'>;

/**
 * What glTF 2.0 says a material is when the file says nothing, except that it is not a metal: a primitive without
 * material would else be a black mirror under most skies.
 */
export const DEFAULT_MATERIAL: MaterialFields = Object.freeze<MaterialFields>({
  name: 'Default',
  baseColorLinear: [0.8, 0.8, 0.8],
  alpha: 1,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
  doubleSided: false,
  metalness: 0,
  roughness: 0.6,
  emissiveLinear: [0, 0, 0],
  emissiveStrength: 1,
  normalScale: 1,
  occlusionStrength: 1,
  ior: 1.5,
  specular: 1,
  transmission: 0,
  thicknessM: 0,
  attenuationColorLinear: [1, 1, 1],
  attenuationDistanceM: null,
  clearcoat: 0,
  clearcoatRoughness: 0,
  sheenColorLinear: [0, 0, 0],
  sheenRoughness: 0,
  unlit: false,
  baseColorTexture: null,
  metallicRoughnessTexture: null,
  normalTexture: null,
  occlusionTexture: null,
  emissiveTexture: null,
});

/** A material with the given fields over `DEFAULT_MATERIAL`. */
export function createMaterial(fields: Partial<MaterialFields> & Pick<MaterialRecord, 'id'>): MaterialRecord {
  return { ...DEFAULT_MATERIAL, ...fields };
}
