import type { Surface } from '@diorama/contracts';
import type { TraceMaterial } from '@diorama/tracer';
import { hexToLinear } from '../finish/colour.ts';

/** How far apart puddles lie on a road, metres. */
const PUDDLE_SIZE_M = 0.95;

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

/**
 * Puts a surface of the look over a material: what the surface leaves open stays as the object has it.
 *
 * @param unitScale Metres of the look per metre of the scene's coordinates, for scenes that are not to scale.
 */
export function withSurface(base: TraceMaterial, surface: Surface, unitScale: number): TraceMaterial {
  const color = surface.colorSrgb ? hexToLinear(surface.colorSrgb) : null;
  const { texture } = surface;
  const repaint = color !== null || texture !== null;
  const baseColor = color ?? (texture ? ([1, 1, 1] as const) : base.baseColor);
  const newRoughness = surface.roughness !== null;
  const newMetal = surface.metalness !== null;
  const transmission = surface.transmission ?? base.transmission;
  return {
    ...base,
    baseColor: texture ? (color ?? hexToLinear(texture.colorASrgb)) : baseColor,
    // A picture of the old surface has no place under a new colour; its relief may stay.
    baseColorTexture: repaint ? null : base.baseColorTexture,
    roughness: surface.roughness ?? base.roughness,
    metallic: surface.metalness ?? base.metallic,
    metallicRoughnessTexture: newRoughness || newMetal || repaint ? null : base.metallicRoughnessTexture,
    transmission,
    thinWalled: surface.thinWalled ?? (surface.transmission === null ? base.thinWalled : false),
    attenuationColor: surface.transmission !== null && color ? color : base.attenuationColor,
    alphaMode: repaint && base.alphaMode === 'blend' && transmission === 0 ? 'opaque' : base.alphaMode,
    ior: surface.ior ?? base.ior,
    clearcoat: surface.clearcoat ?? base.clearcoat,
    clearcoatRoughness: surface.clearcoat === null ? base.clearcoatRoughness : 0.04,
    sheenColor: surface.sheenSrgb ? hexToLinear(surface.sheenSrgb) : base.sheenColor,
    sheenRoughness: surface.sheenSrgb ? 0.45 : base.sheenRoughness,
    emissive: surface.emission === null ? base.emissive : scaled(color ?? base.baseColor, surface.emission),
    emissiveTexture: surface.emission === null ? base.emissiveTexture : null,
    unlit: repaint || newRoughness ? false : base.unlit,
    procedural: texture
      ? {
          kind: texture.kind,
          scaleM: texture.scaleM / unitScale,
          colorA: hexToLinear(texture.colorASrgb),
          colorB: hexToLinear(texture.colorBSrgb),
          roughnessVariation: texture.roughnessVariation,
          bumpHeightM: texture.bumpHeightM / unitScale,
        }
      : color
        ? null
        : base.procedural,
    wetness: Math.max(base.wetness, surface.wetness),
    puddleSizeM: PUDDLE_SIZE_M / unitScale,
  };
}

function scaled(color: readonly [number, number, number], by: number): [number, number, number] {
  return [color[0] * by, color[1] * by, color[2] * by];
}
