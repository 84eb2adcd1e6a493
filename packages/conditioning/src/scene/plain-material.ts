import type { TraceMaterial } from '@diorama/tracer';

/** How far apart puddles lie on a road, metres. */
export const PUDDLE_SIZE_M = 0.95;

/** A dull, grey, opaque surface: what every material of the set starts from. */
export const PLAIN_MATERIAL: TraceMaterial = {
  baseColor: [0.5, 0.5, 0.5],
  alpha: 1,
  baseColorTexture: null,
  metallic: 0,
  roughness: 0.6,
  metallicRoughnessTexture: null,
  normalTexture: null,
  normalScale: 1,
  occlusionTexture: null,
  occlusionStrength: 1,
  emissive: [0, 0, 0],
  emissiveTexture: null,
  alphaMode: 'opaque',
  alphaCutoff: 0.5,
  doubleSided: true,
  ior: 1.5,
  specular: 1,
  transmission: 0,
  thinWalled: false,
  attenuationColor: [1, 1, 1],
  attenuationDistanceM: Number.POSITIVE_INFINITY,
  clearcoat: 0,
  clearcoatRoughness: 0.05,
  sheenColor: [0, 0, 0],
  sheenRoughness: 0.5,
  unlit: false,
  procedural: null,
  wetness: 0,
  puddleSizeM: PUDDLE_SIZE_M,
};
