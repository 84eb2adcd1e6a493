import { PUDDLE_SIZE_M } from '@diorama/conditioning';
import type { Surface } from '@diorama/contracts';
import type { TraceMaterial } from '@diorama/tracer';
import { hexToLinear } from '../finish/colour.ts';

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
